// SPDX-License-Identifier: MIT
/* links: the functions of a program, by name and by what they call, and in which order they are looked at. */
#include "rules/links_views.h"

enum { ROUNDS = 5 /* how often functions that call each other are looked at */ };

static const void *as_key(uint64_t key)
{
	return (const void *)(uintptr_t)(key | 1);
}

bool link_set_has(const struct hash_map *set, uint64_t key)
{
	return hash_map_find(set, as_key(key)) != NULL;
}

void link_set_add(struct hash_map *set, uint64_t key)
{
	hash_map_put(set, as_key(key), set);
}

static uint64_t constructor_key(uint64_t record, uint32_t nparams)
{
	return record * 31 + nparams;
}

/* Of several of one name the unit's own, else one that is not a part of another program's main file. */
static uint32_t find_function(const struct link_views *views, uint64_t key, uint32_t unit)
{
	const uint32_t first = (uint32_t)(uintptr_t)hash_map_find(&views->by_key, as_key(key));
	uint32_t best = first;

	for (uint32_t i = first; i && unit != LINK_NONE; i = views->next_same[i - 1]) {
		const uint32_t at = views->items[i - 1].function->unit, known = views->items[best - 1].function->unit;

		if (at == unit)
			return i;
		if (at != LINK_NONE && known != LINK_NONE && views->with_main[known] && !views->with_main[at])
			best = i;
	}
	return best;
}

struct link_view *link_view_named(const struct link_views *views, uint64_t key, uint32_t unit)
{
	const uint32_t index = find_function(views, key, unit);

	return index ? &views->items[index - 1] : NULL;
}

static uint32_t find_callee(const struct link_views *views, const struct link_call *call, uint32_t unit)
{
	uint32_t index = call->callee ? find_function(views, call->callee, unit) : 0;

	if (!index && call->made)
		index = (uint32_t)(uintptr_t)hash_map_find(&views->constructors,
		                                           as_key(constructor_key(call->made, call->nargs)));
	return index;
}

struct link_view *link_callee(const struct link_views *views, const struct link_view *view, uint32_t c)
{
	return view->callees[c] ? &views->items[view->callees[c] - 1] : NULL;
}

static bool calls_changed(const struct link_views *views, const struct link_view *view)
{
	for (uint32_t c = 0; c < view->function->ncalls; c++) {
		const struct link_view *callee = link_callee(views, view, c);

		if (callee && (callee->changed || callee->was_changed))
			return true;
	}
	return false;
}

/* Looking again would show what the last look did, unless a callee has become another since. */
static bool needs_look(const struct link_views *views, const struct link_view *view)
{
	for (uint32_t c = 0; c < view->function->ncalls; c++) {
		const struct link_view *callee = link_callee(views, view, c);

		if (callee && callee->differs >= view->looked)
			return true;
	}
	return false;
}

static void index_functions(struct link_views *views)
{
	for (uint32_t i = views->count; i-- > 0;) {
		const struct link_function *function = views->items[i].function;
		void *index = (void *)(uintptr_t)(i + 1u);

		views->next_same[i] = (uint32_t)(uintptr_t)hash_map_find(&views->by_key, as_key(function->key));
		hash_map_put(&views->by_key, as_key(function->key), index);
		if (function->flags & LINK_MAIN && function->unit != LINK_NONE)
			views->with_main[function->unit] = true;
	}
	for (uint32_t i = 0; i < views->count; i++) {
		const struct link_function *function = views->items[i].function;
		void *index = (void *)(uintptr_t)(i + 1u);

		if (!hash_map_find(&views->by_key, as_key(function->place_key)))
			hash_map_put(&views->by_key, as_key(function->place_key), index);
		if (function->flags & LINK_CONSTRUCTOR)
			hash_map_put(&views->constructors, as_key(constructor_key(function->record, function->nparams)),
			             index);
	}
	for (uint32_t i = 0; i < views->count; i++) {
		const struct link_function *function = views->items[i].function;

		views->items[i].callees = arena_array(&views->arena, function->ncalls + 1, uint32_t);
		for (uint32_t c = 0; c < function->ncalls; c++)
			views->items[i].callees[c] = find_callee(views, &function->calls[c], function->unit);
		for (uint32_t c = 0; c < function->ncalls; c++) {
			const struct link_view *callee = link_callee(views, &views->items[i], c);

			if (!callee)
				continue;
			const uint32_t at = (uint32_t)(callee - views->items);

			vec_push(&views->callers, (struct link_caller){i, c, views->first_caller[at]});
			views->first_caller[at] = (uint32_t)views->callers.count;
		}
	}
}

/* What waits, by itself or through what it calls. */
static bool *find_waiting(struct link_views *views)
{
	bool *waits = arena_array(&views->arena, views->count + 1, bool), changed = true;

	for (uint32_t v = 0; v < views->count; v++)
		waits[v] = views->items[v].function->flags & (LINK_WAITS | LINK_SERVES);
	while (changed) {
		changed = false;
		for (size_t i = 0; i < views->callers.count; i++) {
			const struct link_caller *caller = &views->callers.items[i];

			if (waits[caller->view])
				continue;
			const struct link_view *callee = link_callee(views, &views->items[caller->view], caller->call);

			if (!waits[callee - views->items])
				continue;
			waits[caller->view] = changed = true;
		}
	}
	return waits;
}

static uint32_t settle(uint32_t extra)
{
	return (extra & LINK_LOOP_MASK) == LINK_LOOP_SERVER ? (extra & ~(uint32_t)LINK_LOOP_MASK) | LINK_LOOP_BOUNDED
	                                                    : extra;
}

/* A loop without a condition in which nothing waits is only a loop with its exit in the middle. */
static void settle_loops(struct link_views *views)
{
	const bool *waits = find_waiting(views);

	for (uint32_t v = 0; v < views->count; v++) {
		const struct link_function *function = views->items[v].function;

		if (function->flags & LINK_SERVES || !(function->flags & LINK_ENDLESS) || waits[v])
			continue;
		for (uint32_t i = 0; i < function->nevents; i++)
			function->events[i].extra = settle(function->events[i].extra);
		for (uint32_t i = 0; i < function->ncalls; i++)
			function->calls[i].extra = settle(function->calls[i].extra);
	}
}

/* Functions that call each other, or one that calls itself: a few times, since what they do may go on for ever. */
static void look_at_group(struct link_views *views, const uint32_t *members, uint32_t count)
{
	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (uint32_t i = 0; i < count; i++) {
			struct link_view *view = &views->items[members[i]];

			if (!round || (calls_changed(views, view) && needs_look(views, view)))
				link_look(views, view);
			else
				view->changed = false;
		}
		for (uint32_t i = 0; i < count; i++)
			views->items[members[i]].was_changed = views->items[members[i]].changed;
	}
	for (uint32_t i = 0; i < count; i++)
		views->items[members[i]].changed = views->items[members[i]].was_changed = false;
}

static bool calls_itself(const struct link_views *views, const struct link_view *view)
{
	for (uint32_t c = 0; c < view->function->ncalls; c++) {
		if (link_callee(views, view, c) == view)
			return true;
	}
	return false;
}

static void look_at_all(struct link_views *views)
{
	struct arena scratch = {0};
	struct link_order order;
	uint32_t first = 0;

	link_order_find(&order, views, &scratch);
	for (uint32_t g = 0; g < order.ngroups; g++) {
		struct link_view *view = &views->items[order.views[first]];

		if (order.ends[g] > first + 1 || calls_itself(views, view))
			look_at_group(views, order.views + first, order.ends[g] - first);
		else
			link_look(views, view);
		view->changed = false;
		first = order.ends[g];
	}
	arena_clear(&scratch);
}

void link_views_init(struct link_views *views, struct link_state *state)
{
	*views = (struct link_views){.state = state, .count = (uint32_t)state->order.count};
	views->items = arena_array(&views->arena, views->count + 1, struct link_view);
	views->first_caller = arena_array(&views->arena, views->count + 1, uint32_t);
	views->next_same = arena_array(&views->arena, views->count + 1, uint32_t);
	views->with_main = arena_array(&views->arena, state->nunits + 1, bool);
	for (uint32_t i = 0; i < views->count; i++) {
		views->items[i].function = state->order.items[i];
		views->items[i].returned = LINK_NONE;
		views->items[i].resolved = arena_array(&views->arena, state->order.items[i]->nobjects + 1, uint32_t);
	}
	index_functions(views);
	settle_loops(views);
	look_at_all(views);
}

static void release_view(struct link_view *view)
{
	vec_release(&view->objects);
	vec_release(&view->edges);
	vec_release(&view->marks);
	vec_release(&view->edges_out);
	vec_release(&view->marks_out);
}

void link_views_release(struct link_views *views)
{
	for (uint32_t i = 0; i < views->count; i++)
		release_view(&views->items[i]);
	vec_release(&views->callers);
	hash_map_release(&views->by_key);
	hash_map_release(&views->constructors);
	hash_map_release(&views->counters);
	hash_map_release(&views->released);
	hash_map_release(&views->broken);
	hash_map_release(&views->erased);
	hash_map_release(&views->counted);
	release_view(&views->next);
	link_known_release(&views->known);
	vec_release(&views->mapped);
	arena_clear(&views->arena);
}

struct link_views *link_views_of(struct link_state *state)
{
	if (!state->views) {
		state->views = arena_new(state->arena, struct link_views);
		link_views_init(state->views, state);
	}
	return state->views;
}
