/* SPDX-License-Identifier: MIT */
/*
 * The search for the best order: units, which stay together, and the smallest size.
 *
 * A unit is a run of bit-fields, the fields of one declaration as in `int a, b;`, or one field.
 */
#ifndef MEMLINT_RULES_STRUCT_PADDING_SEARCH_H
#define MEMLINT_RULES_STRUCT_PADDING_SEARCH_H

#include "rules/struct_padding_layout.h"

struct unit {
	uint32_t first, count; /* fields */
	uint64_t bits;         /* from its first bit to its last when nothing is in front of it */
	uint32_t align;        /* bytes */
	bool has_bits;         /* bit-fields: where it goes depends on more than the alignment */
};

struct search {
	const struct layout *layout;
	struct arena *arena;
	struct unit *units;
	uint32_t nunits, low, high; /* units [low, high) may move */
	uint32_t align;             /* of the record, bytes */
	uint64_t *ends, *holes;     /* scratch: of the order that is varied, before each unit */
};

void search_init(struct search *search, const struct layout *layout, struct arena *arena);

/* The bit behind @unit when it is placed behind bit @end. */
uint64_t search_place(const struct search *search, const struct unit *unit, uint64_t end);

/* No order is smaller: the fields alone, rounded up to the record's alignment. */
uint64_t search_lower_bound(const struct search *search);

/* The size, and in @units the order, when the strictest alignment goes first: quick, and mostly the smallest. */
uint64_t search_sorted(const struct search *search, uint32_t *units);

/* The smallest size of all orders, and one order of units that has it. */
uint64_t search_smallest(struct search *search, uint32_t *units);

#endif
