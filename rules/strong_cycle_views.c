// SPDX-License-Identifier: MIT
/* strong-cycle: stores and counts of functions with those of their callees, objects of the caller put in. */
#include "rules/strong_cycle_solve.h"

enum {
	ROUNDS = 4,       /* how deep calls are looked into */
	SUMMARY = 48,     /* edges of one callee that are taken over */
	MAX_EDGES = 2000, /* of one function */
};

static const void *as_key(uint64_t key)
{
	return (const void *)(uintptr_t)(key | 1);
}

bool cycle_set_has(const struct hash_map *set, uint64_t key)
{
	return hash_map_find(set, as_key(key)) != NULL;
}

void cycle_set_add(struct hash_map *set, uint64_t key)
{
	hash_map_put(set, as_key(key), set);
}

static uint64_t constructor_key(uint64_t record, uint32_t nparams)
{
	return record * 31 + nparams;
}

struct cycle_view *cycle_callee(const struct cycle_views *views, const struct cycle_view *view, uint32_t c)
{
	const struct cycle_call *call = &view->function->calls[c];
	uint32_t index = call->callee ? (uint32_t)(uintptr_t)hash_map_find(&views->by_key, as_key(call->callee)) : 0;

	if (!index && call->made)
		index = (uint32_t)(uintptr_t)hash_map_find(&views->constructors,
		                                           as_key(constructor_key(call->made, call->nargs)));
	return index ? &views->items[index - 1] : NULL;
}

/* ---- objects ---- */

static uint32_t add_object(struct cycle_view *view, uint8_t kind, uint32_t index, uint64_t key)
{
	for (uint32_t i = 0; i < view->objects.count; i++) {
		const struct cycle_object *object = &view->objects.items[i];

		if (object->kind == kind && object->index == index && object->key == key)
			return i;
	}
	vec_push(&view->objects, (struct cycle_object){kind, index, key});
	return (uint32_t)view->objects.count - 1;
}

/* The caller's object for the callee's @object in call @c. */
static uint32_t map_object(struct cycle_view *caller, uint32_t c, const struct cycle_view *callee, uint32_t object,
                           unsigned depth)
{
	const struct cycle_call *call = &caller->function->calls[c];
	const struct cycle_object *at = &callee->objects.items[object];
	uint32_t base;

	switch (at->kind) {
	case CYCLE_PARAM:
		return at->index < call->nargs && call->args[at->index] != CYCLE_NONE
		               ? caller->resolved[call->args[at->index]]
		               : CYCLE_NONE;
	case CYCLE_SELF:
		return call->self != CYCLE_NONE ? caller->resolved[call->self] : CYCLE_NONE;
	case CYCLE_GLOBAL:
		return add_object(caller, CYCLE_GLOBAL, at->index, at->key);
	case CYCLE_LOAD:
		base = depth < 8 ? map_object(caller, c, callee, at->index, depth + 1) : CYCLE_NONE;
		return base == CYCLE_NONE ? base : add_object(caller, CYCLE_LOAD, base, at->key);
	default:
		break;
	}
	if (object == callee->returned && !call->made)
		return add_object(caller, CYCLE_RESULT, c, 0);
	return add_object(caller, CYCLE_LOCAL, c + 1, object + 1u);
}

/* Two elements of one container are two objects. */
bool cycle_is_some_element(const struct cycle_views *views, const struct cycle_view *view, uint32_t object)
{
	const struct cycle_object *at = &view->objects.items[object];
	const struct cycle_field *field = at->kind == CYCLE_LOAD ? cycle_find_field(views->state, at->key) : NULL;

	return field && field->container;
}

static bool rooted_outside(const struct cycle_view *view, uint32_t object)
{
	while (view->objects.items[object].kind == CYCLE_LOAD)
		object = view->objects.items[object].index;
	const uint8_t kind = view->objects.items[object].kind;

	return kind == CYCLE_PARAM || kind == CYCLE_SELF || kind == CYCLE_GLOBAL;
}

static void resolve_objects(struct cycle_views *views, struct cycle_view *view)
{
	const struct cycle_function *function = view->function;

	for (uint32_t i = 0; i < function->nobjects; i++)
		view->resolved[i] = i;
	for (uint32_t i = 0; i < function->nobjects; i++) {
		const struct cycle_object object = function->objects[i];
		uint32_t mapped = i;

		if (object.kind == CYCLE_LOAD && view->resolved[object.index] != object.index) {
			mapped = add_object(view, CYCLE_LOAD, view->resolved[object.index], object.key);
		} else if (object.kind == CYCLE_RESULT) {
			const struct cycle_view *callee = cycle_callee(views, view, object.index);

			if (callee && callee->returned != CYCLE_NONE && rooted_outside(callee, callee->returned) &&
			    !cycle_is_some_element(views, callee, callee->returned))
				mapped = map_object(view, object.index, callee, callee->returned, 0);
		}
		view->resolved[i] = mapped == CYCLE_NONE ? i : mapped;
	}
}

/* ---- what is done ---- */

static void add_edge(struct cycle_view *view, struct cycle_edge edge)
{
	for (size_t i = 0; i < view->edges.count; i++) {
		struct cycle_edge *known = &view->edges.items[i];

		if (known->from == edge.from && known->to == edge.to && known->field == edge.field) {
			known->counted |= edge.counted;
			return;
		}
	}
	if (view->edges.count < MAX_EDGES)
		vec_push(&view->edges, edge);
}

static void own_events(struct cycle_view *view)
{
	const struct cycle_function *function = view->function;
	bool several = false;

	view->returned = CYCLE_NONE;
	for (uint32_t i = 0; i < function->nevents; i++) {
		const struct cycle_event *event = &function->events[i];
		const uint32_t object = view->resolved[event->object];

		switch (event->kind) {
		case CYCLE_STORE:
		case CYCLE_CAPTURE:
			if (event->value != CYCLE_NONE)
				add_edge(view, (struct cycle_edge){.from = object,
				                                   .to = view->resolved[event->value],
				                                   .field = event->field,
				                                   .place = event->place,
				                                   .counted = event->counted});
			break;
		case CYCLE_COUNT:
		case CYCLE_DISCOUNT:
		case CYCLE_REF:
		case CYCLE_UNREF:
		case CYCLE_FREE:
			vec_push(&view->marks, (struct cycle_mark){object, event->kind, event->field});
			break;
		case CYCLE_RETURN:
			several |= view->returned != CYCLE_NONE && view->returned != object;
			view->returned = object;
			break;
		default:
			break;
		}
	}
	if (several)
		view->returned = CYCLE_NONE;
}

static void take_over(struct cycle_view *view, uint32_t c, const struct cycle_view *callee)
{
	const size_t nedges = callee->edges.count < SUMMARY ? callee->edges.count : SUMMARY;
	bool releases = false;

	for (size_t i = 0; i < nedges; i++) {
		struct cycle_edge edge = callee->edges.items[i];

		edge.from = map_object(view, c, callee, edge.from, 0);
		edge.to = map_object(view, c, callee, edge.to, 0);
		edge.inherited = true;
		if (edge.from != CYCLE_NONE && edge.to != CYCLE_NONE)
			add_edge(view, edge);
	}
	for (size_t i = 0; i < callee->marks.count; i++)
		releases |= callee->marks.items[i].kind == CYCLE_DISCOUNT;
	for (size_t i = 0; i < callee->marks.count; i++) {
		struct cycle_mark mark = callee->marks.items[i];
		const uint8_t kind = callee->objects.items[mark.object].kind;

		if (kind != CYCLE_PARAM && kind != CYCLE_SELF && mark.object != callee->returned)
			continue;
		if (mark.kind == CYCLE_FREE && releases)
			mark.kind = CYCLE_UNREF;
		else if (mark.kind == CYCLE_DISCOUNT)
			mark.kind = CYCLE_UNREF; /* the caller does not count itself */
		mark.object = map_object(view, c, callee, mark.object, 0);
		if (mark.object != CYCLE_NONE && view->marks.count < MAX_EDGES)
			vec_push(&view->marks, mark);
	}
}

static void look(struct cycle_views *views, struct cycle_view *view)
{
	struct cycle_view next = {.function = view->function, .returned = CYCLE_NONE};

	/* A function that calls itself sees its former view. */
	next.resolved = view->resolved;
	for (uint32_t i = 0; i < view->function->nobjects; i++)
		vec_push(&next.objects, view->function->objects[i]);
	resolve_objects(views, &next);
	own_events(&next);
	for (uint32_t c = 0; c < view->function->ncalls; c++) {
		const struct cycle_view *callee = cycle_callee(views, view, c);

		if (callee)
			take_over(&next, c, callee);
	}
	vec_release(&view->objects);
	vec_release(&view->edges);
	vec_release(&view->marks);
	*view = next;
}

static void index_functions(struct cycle_views *views)
{
	for (uint32_t i = 0; i < views->count; i++) {
		const struct cycle_function *function = views->items[i].function;
		void *index = (void *)(uintptr_t)(i + 1u);

		hash_map_put(&views->by_key, as_key(function->key), index);
		if (!hash_map_find(&views->by_key, as_key(function->place_key)))
			hash_map_put(&views->by_key, as_key(function->place_key), index);
		if (function->flags & CYCLE_CONSTRUCTOR)
			hash_map_put(&views->constructors, as_key(constructor_key(function->record, function->nparams)),
			             index);
	}
	for (uint32_t i = 0; i < views->count; i++) {
		for (uint32_t c = 0; c < views->items[i].function->ncalls; c++) {
			const struct cycle_view *callee = cycle_callee(views, &views->items[i], c);

			if (!callee)
				continue;
			const uint32_t at = (uint32_t)(callee - views->items);

			vec_push(&views->callers, (struct cycle_caller){i, c, views->first_caller[at]});
			views->first_caller[at] = (uint32_t)views->callers.count;
		}
	}
}

void cycle_views_init(struct cycle_views *views, struct cycle_state *state)
{
	*views = (struct cycle_views){.state = state, .count = (uint32_t)state->order.count};
	views->items = arena_array(&views->arena, views->count + 1, struct cycle_view);
	views->first_caller = arena_array(&views->arena, views->count + 1, uint32_t);
	for (uint32_t i = 0; i < views->count; i++) {
		views->items[i].function = state->order.items[i];
		views->items[i].returned = CYCLE_NONE;
		views->items[i].resolved = arena_array(&views->arena, state->order.items[i]->nobjects + 1, uint32_t);
	}
	index_functions(views);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (uint32_t i = 0; i < views->count; i++)
			look(views, &views->items[i]);
	}
}

void cycle_views_release(struct cycle_views *views)
{
	for (uint32_t i = 0; i < views->count; i++) {
		vec_release(&views->items[i].objects);
		vec_release(&views->items[i].edges);
		vec_release(&views->items[i].marks);
	}
	vec_release(&views->callers);
	hash_map_release(&views->by_key);
	hash_map_release(&views->constructors);
	hash_map_release(&views->counters);
	hash_map_release(&views->released);
	hash_map_release(&views->broken);
	hash_map_release(&views->erased);
	hash_map_release(&views->counted);
	arena_clear(&views->arena);
}
