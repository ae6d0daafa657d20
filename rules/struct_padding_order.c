// SPDX-License-Identifier: MIT
/*
 * The best order of fields: the smallest size exactly (struct_padding_exact.c), then an order that has it and moves few
 * units, by a beam search over single moves.
 */
#include "rules/struct_padding_search.h"

#include <stdlib.h>
#include <string.h>

enum {
	BEAM = 12,   /* states kept per move */
	MOVES = 8,   /* moves tried before the greedy order is taken */
	SMALL = 20,  /* units up to which every move is tried */
	LARGE = 400, /* units above which only the greedy order is tried */
	PARTED = 12, /* fields of way that a neighbour of another section is worth */
	UNANCHORED = 60,
};

struct state {
	uint32_t *units; /* permutation */
	uint64_t size, holes, moved;
};

static void fields_of(const struct search *search, const uint32_t *units, uint32_t *order)
{
	uint32_t n = 0;

	for (uint32_t u = 0; u < search->nunits; u++) {
		const struct unit *unit = &search->units[units[u]];

		for (uint32_t i = 0; i < unit->count; i++)
			order[n++] = unit->first + i;
	}
}

static uint64_t round_up(uint64_t value, uint64_t multiple)
{
	return multiple & (multiple - 1) ? (value + multiple - 1) / multiple * multiple
	                                 : (value + multiple - 1) & ~(multiple - 1);
}

/* The bit behind @unit when it is placed behind bit @end; what it leaves free is added to *holes. */
static uint64_t place_unit(const struct search *search, const struct unit *unit, uint64_t end, uint64_t *holes)
{
	const struct layout_field *fields = search->layout->fields;

	if (unit->count == 1 && !unit->has_bits) {
		const uint64_t at = round_up(end, (uint64_t)unit->align * 8);

		*holes += at - end;
		return at + unit->bits;
	}
	for (uint32_t i = unit->first; i < unit->first + unit->count; i++) {
		const uint64_t width = fields[i].flags & LAYOUT_BIT ? fields[i].width : fields[i].size * 8;
		const uint64_t behind = layout_place_one(search->layout, &fields[i], end);

		*holes += behind - width - end;
		end = behind;
	}
	return end;
}

/* The size with @units, of which those before @from stand where note_places() found them. */
static uint64_t size_from(const struct search *search, const uint32_t *units, uint32_t from, uint64_t *holes)
{
	uint64_t end = from ? search->ends[from] : search->layout->start * 8;

	*holes = from ? search->holes[from] : 0;
	for (uint32_t u = from; u < search->nunits; u++)
		end = place_unit(search, &search->units[units[u]], end, holes);
	return round_up(round_up(end, 8) / 8, search->align);
}

static uint64_t size_of(const struct search *search, const uint32_t *units, uint64_t *holes)
{
	return size_from(search, units, 0, holes);
}

static void note_places(struct search *search, const uint32_t *units)
{
	uint64_t end = search->layout->start * 8, holes = 0;

	for (uint32_t u = 0; u < search->nunits; u++) {
		search->ends[u] = end;
		search->holes[u] = holes;
		end = place_unit(search, &search->units[units[u]], end, &holes);
	}
}

bool layout_can_shrink(const struct layout *layout, struct arena *arena)
{
	struct search search;
	const uint64_t author = layout_place(layout, NULL, NULL);

	search_init(&search, layout, arena);
	if (author == search_lower_bound(&search))
		return false;
	uint32_t *units = arena_array(arena, search.nunits + 1, uint32_t);

	return search_sorted(&search, units) < author || search_smallest(&search, units) < author;
}

/* ---- few moves ---- */

/* What a moved unit costs besides its way: neighbours of other sections, constants that are written for it. */
static uint64_t disorder(const struct search *search, const uint32_t *units, uint32_t i)
{
	const struct layout_field *fields = search->layout->fields;
	const struct unit *unit = &search->units[units[i]];
	const struct unit *before = i ? &search->units[units[i - 1]] : NULL;
	const bool stays = i ? units[i - 1] + 1 == units[i] : units[i] == 0;
	uint64_t sum = 0;

	if (stays)
		return 0;
	if (before && fields[before->first + before->count - 1].section != fields[unit->first].section)
		sum += PARTED;
	if (fields[unit->first + unit->count - 1].flags & LAYOUT_ANCHORED &&
	    (i + 1 == search->nunits || units[i + 1] != units[i] + 1))
		sum += UNANCHORED;
	return sum;
}

static uint64_t displacement(const struct search *search, const uint32_t *units)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < search->nunits; i++)
		sum += disorder(search, units, i) +
		       (uint64_t)(units[i] > i ? units[i] - i : i - units[i]) * search->units[units[i]].count;
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

static uint64_t largest_of(const struct state *beam)
{
	uint64_t largest = 0;

	for (uint32_t i = 0; i < BEAM; i++)
		largest = beam[i].size > largest ? beam[i].size : largest;
	return largest;
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
	uint64_t end = search->layout->start * 8;

	for (uint32_t i = 0; i < search->nunits; i++) {
		const uint64_t behind = search_place(search, &search->units[units[i]], end);

		target[i] = search->nunits <= SMALL || behind > end + search->units[units[i]].bits ||
		            i + 1 == search->high || i == search->low;
		if (target[i] && i)
			target[i - 1] = true;
		end = behind;
	}
}

static void expand(struct search *search, const struct state *from, struct state *beam, uint32_t *count,
                   struct state *scratch, bool *target)
{
	const uint32_t n = search->nunits;

	mark_targets(search, from->units, target);
	note_places(search, from->units);
	for (uint32_t source = search->low; source < search->high; source++) {
		for (uint32_t to = search->low; to < search->high; to++) {
			if (source == to || !target[to])
				continue;
			move_unit(from->units, scratch->units, n, source, to);
			scratch->size = size_from(search, scratch->units, source < to ? source : to, &scratch->holes);
			if (*count == BEAM && scratch->size > largest_of(beam))
				continue;
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
	const uint64_t target = author == search_lower_bound(&search) ? author : search_smallest(&search, filled);

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
