/* SPDX-License-Identifier: MIT */
/*
 * Interned strings: equal text has one id and one address.
 *
 * Ids count from 0 without gaps; 0 is "". Texts are ended by a zero byte and stay where they are until strings_release().
 */
#ifndef MEMLINT_STRINGS_H
#define MEMLINT_STRINGS_H

#include "runtime/snapshot/pages.h"

#define STRINGS_NONE UINT32_MAX

struct strings {
	struct pages_arena arena;
	struct pages_buffer entries; /* struct strings_entry[], by id */
	struct pages_buffer slots;   /* uint32_t[mask + 1], id + 1 or 0 */
	uint32_t mask;
};

struct strings_entry {
	const char *text;
	uint32_t length, hash;
};

/* The id of @text[@length]; STRINGS_NONE when memory is out. All zero is an empty table. */
uint32_t strings_intern(struct strings *strings, const char *text, size_t length);
/* How many ids there are: 0 in an untouched table. */
uint32_t strings_count(const struct strings *strings);
/* The text of @id, "" for an id that was never given out. */
const char *strings_text(const struct strings *strings, uint32_t id);
size_t strings_length(const struct strings *strings, uint32_t id);
void strings_release(struct strings *strings);

#endif
