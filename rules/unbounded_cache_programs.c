// SPDX-License-Identifier: MIT
/* unbounded-cache: which of the programs that the sources make has which functions, and how often it runs them. */
#include "rules/unbounded_cache.h"

/* ---- what a program has ---- */

struct linking {
	const struct link_views *views;
	bool *linked, *units;
	VEC(uint32_t) waiting; /* views of which calls are to be followed */
	uint32_t main;
};

/* Another program's main file is no part of this one. */
static bool can_link(const struct linking *linking, uint32_t v)
{
	const struct link_views *views = linking->views;
	const uint32_t unit = views->items[v].function->unit;

	return unit == LINK_NONE || !views->with_main[unit] || unit == views->items[linking->main].function->unit;
}

static void link_view(struct linking *linking, uint32_t v)
{
	if (linking->linked[v] || !can_link(linking, v))
		return;
	linking->linked[v] = true;
	vec_push(&linking->waiting, v);
}

static void link_unit(struct linking *linking, const struct cache_programs *programs, uint32_t unit)
{
	const struct link_views *views = linking->views;

	if (unit == LINK_NONE || linking->units[unit])
		return;
	linking->units[unit] = true;
	for (uint32_t i = programs->first_view[unit]; i; i = programs->next_view[i - 1])
		link_view(linking, i - 1);
	for (uint32_t i = programs->first_reference[unit]; i; i = programs->next_reference[i - 1]) {
		const struct link_view *view =
		        link_view_named(views, views->state->references.items[i - 1].function, unit);

		if (view)
			link_view(linking, (uint32_t)(view - views->items));
	}
}

static void follow(struct linking *linking, const struct cache_programs *programs)
{
	while (linking->waiting.count) {
		const uint32_t v = linking->waiting.items[--linking->waiting.count];
		const struct link_view *view = &linking->views->items[v];

		link_unit(linking, programs, view->function->unit);
		for (uint32_t c = 0; c < view->function->ncalls; c++) {
			if (view->callees[c])
				link_view(linking, view->callees[c] - 1);
		}
	}
}

/* Adds what the program of @main has besides the views that are linked: @first, and what that leads to. */
static void link_program(const struct cache_programs *programs, uint32_t main, uint32_t first, bool *linked)
{
	const struct link_views *views = programs->views;
	struct arena scratch = {0};
	struct linking linking = {.views = views, .main = main, .linked = linked};

	linking.units = arena_array(&scratch, views->state->nunits + 1, bool);
	link_view(&linking, first);
	follow(&linking, programs);
	vec_release(&linking.waiting);
	arena_clear(&scratch);
}

/* What stands in a unit, in lists. */
static void list_units(struct cache_programs *programs, struct arena *arena)
{
	const struct link_views *views = programs->views;
	const struct link_state *state = views->state;

	programs->first_view = arena_array(arena, state->nunits + 1, uint32_t);
	programs->first_reference = arena_array(arena, state->nunits + 1, uint32_t);
	programs->next_view = arena_array(arena, views->count + 1, uint32_t);
	programs->next_reference = arena_array(arena, state->references.count + 1, uint32_t);
	for (uint32_t v = 0; v < views->count; v++) {
		const uint32_t unit = views->items[v].function->unit;

		if (unit == LINK_NONE)
			continue;
		programs->next_view[v] = programs->first_view[unit];
		programs->first_view[unit] = v + 1;
	}
	for (uint32_t i = 0; i < state->references.count; i++) {
		const uint32_t unit = state->references.items[i].unit;

		programs->next_reference[i] = programs->first_reference[unit];
		programs->first_reference[unit] = i + 1;
	}
}

enum { OWNED_BY_SEVERAL = UINT32_MAX };

/* Program + 1 when what the unit calls belongs to one program only; 0 when that tells nothing. */
static uint32_t adopter_of(const struct cache_programs *programs, uint32_t unit, const uint32_t *owner)
{
	uint32_t adopter = 0;

	for (uint32_t i = programs->first_view[unit]; i; i = programs->next_view[i - 1]) {
		const struct link_view *view = &programs->views->items[i - 1];

		for (uint32_t c = 0; c < view->function->ncalls; c++) {
			const uint32_t found = view->callees[c] ? owner[view->callees[c] - 1] : 0;

			if (!found || found == OWNED_BY_SEVERAL || found == adopter)
				continue;
			if (adopter)
				return 0;
			adopter = found;
		}
	}
	return adopter;
}

/* Units that no name leads to, as those that register themselves: they are where what they call is. */
static void adopt(struct cache_programs *programs, uint32_t *owner)
{
	const struct link_views *views = programs->views;
	bool changed = true;

	while (changed) {
		changed = false;
		for (uint32_t v = 0; v < views->count; v++) {
			const uint32_t unit = views->items[v].function->unit;

			if (owner[v] || unit == LINK_NONE || programs->adopter[unit] || views->with_main[unit])
				continue;
			programs->adopter[unit] = adopter_of(programs, unit, owner);
			if (!programs->adopter[unit])
				continue;
			for (uint32_t i = programs->first_view[unit]; i; i = programs->next_view[i - 1])
				owner[i - 1] = owner[i - 1] ? owner[i - 1] : programs->adopter[unit];
			changed = true;
		}
	}
}

void cache_programs_find(struct cache_programs *programs, const struct link_views *views, struct arena *arena)
{
	bool *linked = arena_array(arena, views->count + 1, bool);
	uint32_t *owner = arena_array(arena, views->count + 1, uint32_t);

	*programs = (struct cache_programs){.views = views};
	programs->owned = arena_array(arena, views->count + 1, bool);
	programs->adopter = arena_array(arena, views->state->nunits + 1, uint32_t);
	for (uint32_t v = 0; v < views->count; v++)
		programs->count += (views->items[v].function->flags & LINK_MAIN) != 0;
	list_units(programs, arena);
	if (programs->count < 2)
		return;
	programs->mains = arena_array(arena, programs->count, uint32_t);
	programs->count = 0;
	for (uint32_t v = 0; v < views->count; v++) {
		if (!(views->items[v].function->flags & LINK_MAIN))
			continue;
		programs->mains[programs->count++] = v;
		memset(linked, 0, views->count * sizeof *linked);
		link_program(programs, v, v, linked);
		for (uint32_t i = 0; i < views->count; i++) {
			if (linked[i])
				owner[i] = owner[i] ? OWNED_BY_SEVERAL : programs->count;
		}
	}
	for (uint32_t v = 0; v < views->count; v++)
		programs->owned[v] = owner[v] != 0;
	adopt(programs, owner);
}

/* ---- who runs how often ---- */

static void spread(const struct link_views *views, const bool *member, uint8_t *levels)
{
	VEC(uint32_t) waiting = {0};

	for (uint32_t v = views->count; v > 0; v--) {
		if (member[v - 1])
			vec_push(&waiting, v - 1);
	}
	while (waiting.count) {
		const uint32_t v = vec_pop(&waiting);
		const struct link_view *view = &views->items[v];

		for (uint32_t c = 0; c < view->function->ncalls; c++) {
			const uint32_t loop = view->function->calls[c].extra & LINK_LOOP_MASK;
			const uint32_t callee = view->callees[c];
			uint32_t level = loop >= LINK_LOOP_INPUT ? loop : LINK_LOOP_NONE;

			level = levels[v] > level ? levels[v] : level;
			if (!callee || !member[callee - 1] || levels[callee - 1] >= level)
				continue;
			levels[callee - 1] = (uint8_t)level;
			vec_push(&waiting, callee - 1);
		}
	}
	vec_release(&waiting);
}

static bool reads_input(const struct link_function *function)
{
	for (uint32_t c = 0; c < function->ncalls; c++) {
		if ((function->calls[c].extra & LINK_LOOP_MASK) == LINK_LOOP_INPUT)
			return true;
	}
	return false;
}

static bool has_server_loop(const struct link_function *function)
{
	if (function->flags & LINK_SERVES)
		return true;
	for (uint32_t c = 0; c < function->ncalls; c++) {
		if ((function->calls[c].extra & LINK_LOOP_MASK) == LINK_LOOP_SERVER)
			return true;
	}
	return false;
}

struct reaching {
	const struct link_views *views;
	const struct cache_service *service;
	bool *reached, *units;
	VEC(uint32_t) waiting;
};

static void reach(struct reaching *reaching, uint32_t v)
{
	if (reaching->reached[v] || !reaching->service->member[v])
		return;
	reaching->reached[v] = true;
	vec_push(&reaching->waiting, v);
}

/* What a unit hands out the addresses of runs, too: threads, handlers. */
static void reach_named(struct reaching *reaching, const struct cache_programs *programs, uint32_t unit)
{
	if (unit == LINK_NONE || reaching->units[unit])
		return;
	reaching->units[unit] = true;
	for (uint32_t i = programs->first_reference[unit]; i; i = programs->next_reference[i - 1]) {
		const struct link_view *view = link_view_named(
		        reaching->views, reaching->views->state->references.items[i - 1].function, unit);

		if (view)
			reach(reaching, (uint32_t)(view - reaching->views->items));
	}
}

/* True if main() comes to a loop that serves: then what is called back is called often. */
static bool main_serves(const struct cache_programs *programs, const struct cache_service *service, struct arena *arena)
{
	const struct link_views *views = programs->views;
	struct reaching reaching = {.views = views, .service = service};
	bool serves = false;

	reaching.reached = arena_array(arena, views->count + 1, bool);
	reaching.units = arena_array(arena, views->state->nunits + 1, bool);
	for (uint32_t v = 0; v < views->count; v++) {
		if (views->items[v].function->flags & LINK_MAIN)
			reach(&reaching, v);
	}
	while (reaching.waiting.count && !serves) {
		const struct link_view *view = &views->items[reaching.waiting.items[--reaching.waiting.count]];

		serves = has_server_loop(view->function);
		reach_named(&reaching, programs, view->function->unit);
		for (uint32_t c = 0; c < view->function->ncalls; c++) {
			if (view->callees[c])
				reach(&reaching, view->callees[c] - 1);
		}
	}
	vec_release(&reaching.waiting);
	return serves;
}

/* Levels of the views in @member, and whether they serve. */
static void find_levels(struct cache_service *service, const struct cache_programs *programs, const bool *member,
                        uint8_t *levels)
{
	const struct link_views *views = programs->views;

	for (uint32_t v = 0; v < views->count; v++) {
		const struct link_function *function = views->items[v].function;

		if (!member[v])
			continue;
		if (link_set_has(&views->state->called_back, function->key) ||
		    link_set_has(&views->state->called_back, function->place_key))
			levels[v] = service->serves        ? LINK_LOOP_SERVER
			            : service->reads_input ? LINK_LOOP_INPUT
			                                   : LINK_LOOP_NONE;
		if (!service->has_main && function->flags & LINK_EXTERNAL && !views->first_caller[v])
			levels[v] = LINK_LOOP_INPUT;
	}
	spread(views, member, levels);
}

static void link_all(const struct cache_programs *programs, uint32_t program, bool *known)
{
	const struct link_views *views = programs->views;
	const uint32_t main = programs->mains[program];

	link_program(programs, main, main, known);
	for (uint32_t v = 0; v < views->count; v++) {
		const uint32_t unit = views->items[v].function->unit;

		if (unit != LINK_NONE && programs->adopter[unit] == program + 1)
			link_program(programs, main, v, known);
	}
}

void cache_service_find(struct cache_service *service, const struct cache_programs *programs, uint32_t program,
                        struct arena *arena)
{
	const struct link_views *views = programs->views;
	const bool several = programs->count < 2 && views->state->several;
	const uint32_t main = programs->count > 1 ? programs->mains[program] : 0;

	*service = (struct cache_service){.level = arena_array(arena, views->count + 1, uint8_t),
	                                  .sure = arena_array(arena, views->count + 1, uint8_t),
	                                  .known = arena_array(arena, views->count + 1, bool),
	                                  .member = arena_array(arena, views->count + 1, bool),
	                                  .has_main = programs->count != 0};
	if (programs->count > 1)
		link_all(programs, program, service->known);
	else
		memset(service->known, !several, views->count * sizeof *service->known);
	memcpy(service->member, service->known, views->count * sizeof *service->known);
	for (uint32_t v = 0; v < views->count; v++) {
		const struct link_function *function = views->items[v].function;

		if (!programs->owned[v])
			link_program(programs, main, v, service->member);
		service->reads_input |= service->known[v] && function->flags & LINK_MAIN && reads_input(function);
	}
	service->serves = !several && main_serves(programs, service, arena);
	find_levels(service, programs, service->member, service->level);
	find_levels(service, programs, service->known, service->sure);
}
