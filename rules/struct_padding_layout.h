/* SPDX-License-Identifier: MIT */
/*
 * Where fields go in a record of the System V and Itanium ABIs, and the order that wastes least.
 */
#ifndef MEMLINT_RULES_STRUCT_PADDING_LAYOUT_H
#define MEMLINT_RULES_STRUCT_PADDING_LAYOUT_H

#include "analyzer/base/arena.h"

#include <stdbool.h>

enum {
	LAYOUT_BIT = 1u << 0,      /* a bit-field */
	LAYOUT_UNNAMED = 1u << 1,  /* an unnamed bit-field: does not align the record */
	LAYOUT_GLUED = 1u << 2,    /* stays right behind the field before it */
	LAYOUT_EXPLICIT = 1u << 3, /* its alignment was asked for: #pragma pack does not lower it */
	LAYOUT_ANCHORED = 1u << 4, /* better not moved */
};

struct layout_field {
	uint64_t size;    /* bytes of its type; 0 for flexible arrays */
	uint32_t align;   /* bytes */
	uint32_t width;   /* bits of a bit-field */
	uint32_t flags;   /* LAYOUT_* */
	uint32_t section; /* better kept beside fields of the same number */
};

struct layout {
	const struct layout_field *fields;
	uint32_t nfields;
	uint64_t start;                     /* bytes before the first field: bases and virtual table pointer */
	uint32_t align;                     /* bytes asked for besides the fields' */
	uint32_t pack;                      /* limit of #pragma pack; 0 none */
	uint32_t pinned_first, pinned_last; /* so many fields at either end keep their places */
};

/* Offsets in bits (may be NULL) and the size in bytes of the fields in @order (NULL: as declared). */
uint64_t layout_place(const struct layout *layout, const uint32_t *order, uint64_t *offsets);

/* The pieces of it: where one field ends behind bit @end, its alignment under #pragma pack, the record's alignment. */
uint64_t layout_place_one(const struct layout *layout, const struct layout_field *field, uint64_t end);
uint32_t layout_field_align(const struct layout *layout, const struct layout_field *field);
uint32_t layout_align(const struct layout *layout);

/* Fields are declared together and stay so. */
bool layout_is_glued(const struct layout *layout);

/* The same with fields declared together allowed to part; in the arena. */
struct layout layout_loosen(const struct layout *layout, struct arena *arena);

/* Some order is smaller than the author's: told without finding the best. */
bool layout_can_shrink(const struct layout *layout, struct arena *arena);

/*
 * The smallest size and, in @order, an order that has it and moves few fields of the author's. The order is the
 * author's own when nothing is gained.
 */
uint64_t layout_best_order(const struct layout *layout, uint32_t *order, struct arena *arena);

#endif
