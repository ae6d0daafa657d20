/* SPDX-License-Identifier: MIT */
/* Layouts of record types: packed in the program (abi.h), at length in the profile (profile_format.h). */
#ifndef MEMLINT_RT_LAYOUT_H
#define MEMLINT_RT_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a, 64 bits, never 0: of a packed layout, what sites refer to. */
uint64_t rt_layout_hash(const char *bytes, size_t length);

/* The types of the records that stand in a packed layout by value, as they are packed. */
struct rt_layout_parts {
	const char *at;
	const char *type; /* not ended by a zero byte */
	size_t length;
};

void rt_layout_parts(struct rt_layout_parts *parts, const char *packed);
/* 0 when there is none left. */
int rt_layout_next_part(struct rt_layout_parts *parts);

/* One field of a packed layout. */
struct rt_layout_field {
	uint64_t offset, size, count; /* bits; of all elements; elements of an array, 0 none */
	const char *flags;            /* as profiles have them */
	const char *type; /* packed, not ended by a zero byte: of the element, the record, what is pointed at */
	size_t length;
};

/* Calls @visit for each field of @packed in order; bytes of the record, 0 if it is not well formed. */
typedef void rt_layout_visit(const struct rt_layout_field *field, void *context);
uint64_t rt_layout_each_field(const char *packed, rt_layout_visit *visit, void *context);

/*
 * Writes what the packed layout @packed says at length to @text of @room bytes, ended by a zero byte. Returns its length as snprintf
 * does: at or above @room, it is cut short. 0 if @packed is not well formed.
 */
size_t rt_layout_unpack(const char *packed, char *text, size_t room);

/* The name of the record that @packed is of, written the same way, and its size. */
size_t rt_layout_head(const char *packed, uint64_t *bytes, char *text, size_t room);

/* The type that @packed, one of libstdc++'s buffers, has room for, and the length of its name; NULL for any other. */
const char *rt_layout_kept(const char *packed, size_t *length);

#endif
