// SPDX-License-Identifier: MIT
/*
 * The best order of fields: first a size that can be reached, by greedy filling; then the order that reaches it with
 * few moves, by a beam search over single moves of whole units.
 *
 * A unit is what stays together: a run of bit-fields, fields declared as `int a, b;`, or one field.
 */
#include "rules/struct_padding_layout.h"

#include <stdlib.h>
#include <string.h>

enum {
	BEAM = 12,      /* states kept per move */
	MOVES = 8,     /* moves tried before the greedy order is taken */
	SMALL = 20,     /* units up to which every move is tried */
	LARGE = 400,    /* units above which only the greedy order is tried */
};

struct unit {
	uint32_t first, count; /* fields */
	uint64_t size;         /* bytes, roughly for bit-fields */
	uint32_t align;
};

struct search {
	const struct layout *layout;
	struct arena *arena;
	struct unit *units;
	uint32_t nunits, low, high; /* units [low, high) may move */
	uint32_t *order;            /* scratch: fields */
	uint64_t *offsets;          /* scratch */
};

struct state {
	uint32_t *units; /* permutation */
	uint64_t size, holes, moved;
};

static bool joins_previous(const struct layout_field *fields, uint32_t index)
{
	if (!index)
		return false;
	return fields[index].flags & LAYOUT_GLUED || (fields[index].flags & LAYOUT_BIT && fields[index - 1].flags & LAYOUT_BIT);
}

static void measure_unit(const struct layout_field *fields, struct unit *unit)
{
	uint64_t bits = 0;

	for (uint32_t i = unit->first; i < unit->first + unit->count; i++) {
		const uint32_t align = fields[i].align ? fields[i].align : 1;

		if (align > unit->align)
			unit->align = align;
		if (fields[i].flags & LAYOUT_BIT)
			bits += fields[i].width;
		else
			bits = (bits + 7) / 8 * 8 + fields[i].size * 8;
	}
	unit->size = (bits + 7) / 8;
}

static void search_init(struct search *search, const struct layout *layout, struct arena *arena)
{
	const uint32_t n = layout->nfields;

	memset(search, 0, sizeof *search);
	search->layout = layout;
	search->arena = arena;
	search->units = arena_array(arena, n + 1, struct unit);
	search->order = arena_array(arena, n + 1, uint32_t);
	search->offsets = arena_array(arena, n + 1, uint64_t);
	for (uint32_t i = 0; i < n; i++) {
		if (!joins_previous(layout->fields, i))
			search->units[search->nunits++].first = i;
		search->units[search->nunits - 1].count++;
	}
	search->high = search->nunits;
	for (uint32_t u = 0; u < search->nunits; u++) {
		struct unit *unit = &search->units[u];

		measure_unit(layout->fields, unit);
		if (unit->first < layout->pinned_first)
			search->low = u + 1;
		if (unit->first + unit->count > n - layout->pinned_last && u < search->high)
			search->high = u;
	}
	if (search->high < search->low)
		search->high = search->low;
}

static void fields_of(const struct search *search, const uint32_t *units, uint32_t *order)
{
	uint32_t n = 0;

	for (uint32_t u = 0; u < search->nunits; u++) {
		const struct unit *unit = &search->units[units[u]];

		for (uint32_t i = 0; i < unit->count; i++)
			order[n++] = unit->first + i;
	}
}

static uint64_t size_of(struct search *search, const uint32_t *units, uint64_t *holes)
{
	const struct layout *layout = search->layout;
	uint64_t end = layout->start * 8;

	fields_of(search, units, search->order);
	const uint64_t size = layout_place(layout, search->order, search->offsets);

	*holes = 0;
	for (uint32_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *field = &layout->fields[search->order[i]];
		const uint64_t at = search->offsets[search->order[i]];

		*holes += at - end;
		end = at + (field->flags & LAYOUT_BIT ? field->width : field->size * 8);
	}
	return size;
}

static uint64_t end_of(struct search *search, const uint32_t *units, uint32_t count)
{
	struct layout part = *search->layout;

	part.nfields = 0;
	for (uint32_t u = 0; u < count; u++) {
		const struct unit *unit = &search->units[units[u]];

		for (uint32_t i = 0; i < unit->count; i++)
			search->order[part.nfields++] = unit->first + i;
	}
	if (!part.nfields)
		return part.start;
	layout_place(&part, search->order, search->offsets);
	const uint32_t last = search->order[part.nfields - 1];
	const struct layout_field *field = &part.fields[last];

	return (search->offsets[last] + (field->flags & LAYOUT_BIT ? field->width : field->size * 8) + 7) / 8;
}

static bool aligned_to(uint64_t offset, uint32_t align, uint32_t pack)
{
	return offset % (pack && align > pack ? pack : align) == 0;
}

/* The next unit of a greedy order: fits without a hole and has the strictest alignment; else the smallest hole. */
static uint32_t greedy_next(const struct search *search, const bool *used, uint64_t end)
{
	uint32_t best = UINT32_MAX;
	bool best_fits = false;

	for (uint32_t u = search->low; u < search->high; u++) {
		const struct unit *unit = &search->units[u];
		const bool fits = aligned_to(end, unit->align, search->layout->pack);

		if (used[u])
			continue;
		if (best == UINT32_MAX || (fits && !best_fits) ||
		    (fits == best_fits && (fits ? unit->align > search->units[best].align
		                                : unit->align < search->units[best].align))) {
			best = u;
			best_fits = fits;
		}
	}
	return best;
}

static void greedy_order(struct search *search, uint32_t *units)
{
	bool *used = arena_array(search->arena, search->nunits + 1, bool);

	for (uint32_t u = 0; u < search->nunits; u++)
		units[u] = u;
	uint64_t end = end_of(search, units, search->low);

	for (uint32_t at = search->low; at < search->high; at++) {
		const uint32_t next = greedy_next(search, used, end);

		used[next] = true;
		units[at] = next;
		/* Without bit-fields the end is simply known; with them the placing decides. */
		end = end_of(search, units, at + 1);
	}
}

static int by_alignment(const struct search *search, uint32_t a, uint32_t b)
{
	const struct unit *left = &search->units[a], *right = &search->units[b];

	/* What is no multiple of its alignment leaves the rest misaligned: as late as its group allows. */
	if (left->align != right->align)
		return left->align > right->align ? -1 : 1;
	if (!!(left->size % left->align) != !!(right->size % right->align))
		return left->size % left->align ? 1 : -1;
	return a < b ? -1 : 1;
}

static void sorted_order(const struct search *search, uint32_t *units)
{
	for (uint32_t u = 0; u < search->nunits; u++)
		units[u] = u;
	for (uint32_t i = search->low + 1; i < search->high; i++) {
		const uint32_t unit = units[i];
		uint32_t j = i;

		for (; j > search->low && by_alignment(search, unit, units[j - 1]) < 0; j--)
			units[j] = units[j - 1];
		units[j] = unit;
	}
}

/* The better of two ways to fill, in @units. */
static uint64_t fill(struct search *search, uint32_t *units)
{
	uint64_t holes;
	uint32_t *other = arena_array(search->arena, search->nunits + 1, uint32_t);

	sorted_order(search, units);
	const uint64_t sorted = size_of(search, units, &holes);

	greedy_order(search, other);
	const uint64_t greedy = size_of(search, other, &holes);

	if (greedy >= sorted)
		return sorted;
	memcpy(units, other, search->nunits * sizeof *units);
	return greedy;
}

uint64_t layout_best_size(const struct layout *layout, struct arena *arena)
{
	struct search search;
	const uint64_t author = layout_place(layout, NULL, NULL);

	search_init(&search, layout, arena);
	const uint64_t filled = fill(&search, arena_array(arena, search.nunits + 1, uint32_t));

	return filled < author ? filled : author;
}

/* ---- few moves ---- */

static uint64_t displacement(const struct search *search, const uint32_t *units)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < search->nunits; i++)
		sum += (uint64_t)(units[i] > i ? units[i] - i : i - units[i]) * search->units[units[i]].count;
	return sum;
}

static int compare_states(const void *left, const void *right)
{
	const struct state *a = left, *b = right;

	if (a->size != b->size)
		return a->size < b->size ? -1 : 1;
	if (a->holes != b->holes)
		return a->holes < b->holes ? -1 : 1;
	if (a->moved != b->moved)
		return a->moved < b->moved ? -1 : 1;
	return 0;
}

/* The place in @beam for a state that is better than its worst; NULL when there is none or it is there already. */
static struct state *beam_room(struct state *beam, uint32_t *count, const struct state *state, uint32_t nunits)
{
	uint32_t worst = 0;

	for (uint32_t i = 0; i < *count; i++) {
		if (compare_states(&beam[i], state) == 0 &&
		    memcmp(beam[i].units, state->units, nunits * sizeof *state->units) == 0)
			return NULL;
		if (compare_states(&beam[i], &beam[worst]) > 0)
			worst = i;
	}
	if (*count < BEAM)
		return &beam[(*count)++];
	return compare_states(state, &beam[worst]) < 0 ? &beam[worst] : NULL;
}

static void move_unit(const uint32_t *from, uint32_t *to, uint32_t n, uint32_t source, uint32_t target)
{
	memcpy(to, from, n * sizeof *to);
	if (source < target)
		memmove(to + source, from + source + 1, (target - source) * sizeof *to);
	else
		memmove(to + target + 1, from + target, (source - target) * sizeof *to);
	to[target] = from[source];
}

/* Positions where something may be gained: beside a hole, and the ends. */
static void mark_targets(struct search *search, const uint32_t *units, bool *target)
{
	uint64_t end = search->layout->start;

	for (uint32_t i = 0; i < search->nunits; i++) {
		const struct unit *unit = &search->units[units[i]];
		const uint64_t at = end_of(search, units, i + 1) - unit->size;

		target[i] = search->nunits <= SMALL || at > end || i + 1 == search->high || i == search->low;
		if (target[i] && i)
			target[i - 1] = true;
		end = at + unit->size;
	}
}

static void expand(struct search *search, const struct state *from, struct state *beam, uint32_t *count,
                   struct state *scratch, bool *target)
{
	const uint32_t n = search->nunits;

	mark_targets(search, from->units, target);
	for (uint32_t source = search->low; source < search->high; source++) {
		for (uint32_t to = search->low; to < search->high; to++) {
			if (source == to || !target[to])
				continue;
			move_unit(from->units, scratch->units, n, source, to);
			scratch->size = size_of(search, scratch->units, &scratch->holes);
			scratch->moved = displacement(search, scratch->units);
			struct state *room = beam_room(beam, count, scratch, n);

			if (!room)
				continue;
			uint32_t *units = room->units ? room->units : arena_array(search->arena, n + 1, uint32_t);

			memcpy(units, scratch->units, n * sizeof *units);
			*room = *scratch;
			room->units = units;
		}
	}
}

/* True when an order of @target bytes or less was found, which is then in @best. */
static bool search_moves(struct search *search, uint64_t target, struct state *best)
{
	const uint32_t n = search->nunits;
	struct state *beam = arena_array(search->arena, BEAM, struct state);
	struct state *next = arena_array(search->arena, BEAM, struct state);
	struct state scratch = {.units = arena_array(search->arena, n + 1, uint32_t)};
	bool *marks = arena_array(search->arena, n + 1, bool);
	uint32_t count = 1;

	beam[0] = *best;
	for (uint32_t move = 0; move < MOVES; move++) {
		uint32_t found = 0;

		for (uint32_t i = 0; i < count; i++)
			expand(search, &beam[i], next, &found, &scratch, marks);
		if (!found)
			return false;
		qsort(next, found, sizeof *next, compare_states);
		if (next[0].size <= target) {
			*best = next[0];
			for (uint32_t i = 1; i < found && next[i].size == best->size; i++) {
				if (next[i].moved < best->moved)
					*best = next[i];
			}
			return true;
		}
		struct state *swap = beam;

		beam = next;
		next = swap;
		count = found;
	}
	return false;
}

uint64_t layout_best_order(const struct layout *layout, uint32_t *order, struct arena *arena)
{
	struct search search;
	const uint64_t author = layout_place(layout, NULL, NULL);

	search_init(&search, layout, arena);
	struct state best = {.units = arena_array(arena, search.nunits + 1, uint32_t)};
	uint32_t *filled = arena_array(arena, search.nunits + 1, uint32_t);
	const uint64_t target = fill(&search, filled);

	for (uint32_t u = 0; u < search.nunits; u++)
		best.units[u] = u;
	best.size = size_of(&search, best.units, &best.holes);
	if (author > target && (search.nunits > LARGE || !search_moves(&search, target, &best))) {
		best.units = filled;
		best.size = target;
	}
	fields_of(&search, best.units, order);
	return best.size;
}
