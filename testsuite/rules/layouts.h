/* SPDX-License-Identifier: MIT */
/*
 * Layouts as gcc wrote them into an object file's debug information.
 */
#ifndef MEMLINT_TEST_LAYOUTS_H
#define MEMLINT_TEST_LAYOUTS_H

#include "analyzer/base/arena.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/intern.h"
#include "analyzer/base/vec.h"

#include <stdbool.h>

struct dwarf_member {
	const char *name; /* "" for anonymous ones */
	int64_t offset;   /* bits */
	int64_t size;     /* bytes of its type; -1 not known */
	uint32_t width;   /* bits; 0 unless a bit-field */
};

struct dwarf_record {
	const char *path; /* real path, interned */
	const char *name; /* "" without */
	uint32_t line, column;
	int64_t size;
	VEC(struct dwarf_member) bases, members;
};

struct dwarf_records {
	struct arena *arena;
	struct intern *paths;
	struct hash_map files; /* file names as the debug information has them → real paths */
	VEC(struct dwarf_record *) items;
};

/*
 * Every complete record of the unit of @source, a real path, in @object, which may be a linked program; false when the file has no
 * debug information. The arena owns all but the arrays.
 */
bool dwarf_records_read(struct dwarf_records *records, const char *object, const char *source);
void dwarf_records_release(struct dwarf_records *records);

#endif
