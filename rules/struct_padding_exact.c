// SPDX-License-Identifier: MIT
/*
 * The smallest size of all orders of a record's units.
 *
 * Placing is monotone: the earlier the end of what is placed, the earlier the end of what follows. So of all orders of one set of
 * units only the one that ends first matters, and units of one shape are interchangeable: what is left is a table over
 * how many of each shape are placed. It has a few thousand entries for real records; where it would have too many,
 * two greedy orders stand in.
 */
#include "rules/struct_padding_search.h"

#include <string.h>

enum {
	STATES = 1 << 16, /* entries of the table */
	SHAPES = 32,
};

struct shape {
	uint32_t align;
	uint64_t rest; /* bits of a unit, modulo the record's alignment */
	uint32_t count, stride;
	uint32_t *units; /* the author's order */
};

struct table {
	struct shape shapes[SHAPES];
	uint32_t nshapes, nstates;
	uint64_t *end; /* by state: the first bit behind */
	uint8_t *last; /* by state: shape placed last */
};

static bool joins_previous(const struct layout_field *fields, uint32_t index)
{
	if (!index)
		return false;
	return fields[index].flags & LAYOUT_GLUED ||
	       (fields[index].flags & LAYOUT_BIT && fields[index - 1].flags & LAYOUT_BIT);
}

uint64_t search_place(const struct search *search, const struct unit *unit, uint64_t end)
{
	for (uint32_t i = unit->first; i < unit->first + unit->count; i++)
		end = layout_place_one(search->layout, &search->layout->fields[i], end);
	return end;
}

void search_init(struct search *search, const struct layout *layout, struct arena *arena)
{
	const uint32_t n = layout->nfields;

	memset(search, 0, sizeof *search);
	search->layout = layout;
	search->arena = arena;
	search->align = layout_align(layout);
	search->units = arena_array(arena, n + 1, struct unit);
	search->ends = arena_array(arena, n + 1, uint64_t);
	search->holes = arena_array(arena, n + 1, uint64_t);
	for (uint32_t i = 0; i < n; i++) {
		if (!joins_previous(layout->fields, i))
			search->units[search->nunits++].first = i;
		struct unit *unit = &search->units[search->nunits - 1];
		const uint32_t align = layout_field_align(layout, &layout->fields[i]);

		unit->count++;
		unit->has_bits |= layout->fields[i].flags & LAYOUT_BIT;
		if (align > unit->align)
			unit->align = align;
	}
	search->high = search->nunits;
	for (uint32_t u = 0; u < search->nunits; u++) {
		struct unit *unit = &search->units[u];

		unit->bits = search_place(search, unit, 0);
		if (unit->first < layout->pinned_first)
			search->low = u + 1;
		if (unit->first + unit->count > n - layout->pinned_last && u < search->high)
			search->high = u;
	}
	if (search->high < search->low)
		search->high = search->low;
}

static uint64_t round_up(uint64_t bits, uint32_t align)
{
	const uint64_t bytes = (bits + 7) / 8;

	return (bytes + align - 1) / align * align;
}

uint64_t search_lower_bound(const struct search *search)
{
	uint64_t bits = search->layout->start * 8;

	for (uint32_t i = 0; i < search->layout->nfields; i++) {
		const struct layout_field *field = &search->layout->fields[i];

		bits += field->flags & LAYOUT_BIT ? field->width : field->size * 8;
	}
	return round_up(bits, search->align);
}

/* ---- the table ---- */

static bool add_to_shape(struct search *search, struct table *table, uint32_t index)
{
	const struct unit *unit = &search->units[index];
	const uint64_t rest = unit->bits % ((uint64_t)search->align * 8);
	uint32_t s = 0;

	while (s < table->nshapes &&
	       (unit->has_bits || table->shapes[s].align != unit->align || table->shapes[s].rest != rest))
		s++;
	if (s == SHAPES)
		return false;
	struct shape *shape = &table->shapes[s];

	if (s == table->nshapes) {
		/* A shape of its own for bit-fields: an alignment that no other has. */
		*shape = (struct shape){.align = unit->has_bits ? UINT32_MAX : unit->align, .rest = rest};
		shape->units = arena_array(search->arena, search->nunits, uint32_t);
		table->nshapes++;
	}
	shape->units[shape->count++] = index;
	return true;
}

static bool find_shapes(struct search *search, struct table *table)
{
	uint64_t states = 1;

	for (uint32_t u = search->low; u < search->high; u++) {
		if (!add_to_shape(search, table, u))
			return false;
	}
	for (uint32_t s = 0; s < table->nshapes; s++) {
		table->shapes[s].stride = (uint32_t)states;
		states *= table->shapes[s].count + 1;
		if (states > STATES)
			return false;
	}
	table->nstates = (uint32_t)states;
	return true;
}

/* One field that is no bit-field goes by its alignment alone, which but for odd requests is a power of two. */
static inline uint64_t place_quickly(const struct search *search, const struct unit *unit, uint64_t end)
{
	const uint64_t align = (uint64_t)unit->align * 8;

	if (unit->count > 1 || unit->has_bits || align & (align - 1))
		return search_place(search, unit, end);
	return ((end + align - 1) & ~(align - 1)) + unit->bits;
}

/* From one state to the next: how many of each shape are placed. */
static void count_up(const struct table *table, uint32_t *placed)
{
	for (uint32_t s = 0; s < table->nshapes; s++) {
		if (placed[s]++ < table->shapes[s].count)
			return;
		placed[s] = 0;
	}
}

static void fill_table(struct search *search, struct table *table, uint64_t start)
{
	uint32_t placed[SHAPES] = {0};

	table->end = arena_array(search->arena, table->nstates, uint64_t);
	table->last = arena_array(search->arena, table->nstates, uint8_t);
	memset(table->end, 0xff, table->nstates * sizeof *table->end);
	table->end[0] = start;
	for (uint32_t state = 0; state < table->nstates; state++) {
		for (uint32_t s = 0; s < table->nshapes; s++) {
			const struct shape *shape = &table->shapes[s];

			if (placed[s] == shape->count)
				continue;
			const struct unit *unit = &search->units[shape->units[placed[s]]];
			const uint64_t end = place_quickly(search, unit, table->end[state]);

			if (end < table->end[state + shape->stride]) {
				table->end[state + shape->stride] = end;
				table->last[state + shape->stride] = (uint8_t)s;
			}
		}
		count_up(table, placed);
	}
}

static void read_table(const struct search *search, const struct table *table, uint32_t *units)
{
	uint32_t at = search->high;

	for (uint32_t state = table->nstates - 1; state;) {
		const struct shape *shape = &table->shapes[table->last[state]];

		state -= shape->stride;
		units[--at] = shape->units[state / shape->stride % (shape->count + 1)];
	}
}

/* ---- too many shapes ---- */

static bool comes_before(const struct search *search, uint32_t a, uint32_t b)
{
	const struct unit *left = &search->units[a], *right = &search->units[b];
	const bool left_odd = left->bits % ((uint64_t)left->align * 8),
	           right_odd = right->bits % ((uint64_t)right->align * 8);

	if (left->align != right->align)
		return left->align > right->align;
	return left_odd != right_odd ? right_odd : a < b;
}

/* Strictest alignment first; what ends off its alignment last among its like. */
static void sort_units(const struct search *search, uint32_t *units)
{
	for (uint32_t i = search->low + 1; i < search->high; i++) {
		const uint32_t unit = units[i];
		uint32_t j = i;

		for (; j > search->low && comes_before(search, unit, units[j - 1]); j--)
			units[j] = units[j - 1];
		units[j] = unit;
	}
}

static uint64_t size_of(const struct search *search, const uint32_t *units)
{
	uint64_t end = search->layout->start * 8;

	for (uint32_t u = 0; u < search->nunits; u++)
		end = search_place(search, &search->units[units[u]], end);
	return round_up(end, search->align);
}

uint64_t search_sorted(const struct search *search, uint32_t *units)
{
	for (uint32_t u = 0; u < search->nunits; u++)
		units[u] = u;
	sort_units(search, units);
	return size_of(search, units);
}

uint64_t search_smallest(struct search *search, uint32_t *units)
{
	struct table *table = arena_new(search->arena, struct table);
	uint64_t end = search->layout->start * 8;

	for (uint32_t u = 0; u < search->nunits; u++)
		units[u] = u;
	if (find_shapes(search, table)) {
		for (uint32_t u = 0; u < search->low; u++)
			end = search_place(search, &search->units[u], end);
		fill_table(search, table, end);
		read_table(search, table, units);
	} else {
		sort_units(search, units);
	}
	return size_of(search, units);
}
