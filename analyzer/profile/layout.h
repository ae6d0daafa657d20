/* SPDX-License-Identifier: MIT */
/* Record layouts as the plugin writes them (memlint/abi.h). */
#ifndef MEMLINT_PROFILE_LAYOUT_H
#define MEMLINT_PROFILE_LAYOUT_H

#include "analyzer/base/arena.h"

struct layout_field {
	uint64_t offset, size; /* bits */
	const char *name, *type, *flags;
	uint64_t count; /* elements of an array */
};

struct layout {
	const char *name, *kind;
	uint64_t size, align; /* bytes */
	size_t nfields;
	const struct layout_field *fields; /* in offset order */
	uint64_t padding;                  /* bits of no field, between fields and at the end */
};

/* Takes @text apart into @arena; 0, or -1 when it is not a layout. */
int layout_parse(struct layout *layout, const char *text, struct arena *arena);

#endif
