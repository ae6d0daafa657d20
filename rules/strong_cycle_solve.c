// SPDX-License-Identifier: MIT
/* strong-cycle: which stores make a circle of owners, and whether anything takes it apart. */
#include "rules/strong_cycle_solve.h"

enum { DEPTH = 6 };

static enum cycle_hold hold_of(const struct cycle_views *views, uint64_t field)
{
	const struct cycle_field *known = cycle_find_field(views->state, field);

	return known ? (enum cycle_hold)known->hold : CYCLE_HOLD_NOTHING;
}

/* ---- letting go ---- */

/* Fields that count references: where one is taken off, the object's memory is freed. */
static void find_counters(struct cycle_views *views)
{
	for (uint32_t v = 0; v < views->count; v++) {
		const struct cycle_view *view = &views->items[v];

		for (size_t i = 0; i < view->marks.count; i++) {
			const struct cycle_mark *mark = &view->marks.items[i];

			for (size_t j = 0; mark->kind == CYCLE_DISCOUNT && j < view->marks.count; j++) {
				if (view->marks.items[j].object == mark->object &&
				    (view->marks.items[j].kind == CYCLE_FREE))
					cycle_set_add(&views->counters, mark->field);
			}
		}
	}
}

static uint32_t root_of(const struct cycle_view *view, uint32_t object)
{
	while (view->objects.items[object].kind == CYCLE_LOAD)
		object = view->objects.items[object].index;
	return object;
}

static bool is_finaliser(const struct cycle_views *views, uint32_t v, const struct cycle_object *param, unsigned depth);

static bool root_finalised(const struct cycle_views *views, uint32_t v, uint32_t object, unsigned depth)
{
	const struct cycle_view *view = &views->items[v];
	const struct cycle_object *root = &view->objects.items[root_of(view, object)];

	return (root->kind == CYCLE_PARAM || root->kind == CYCLE_SELF) && is_finaliser(views, v, root, depth + 1);
}

/* A variable that runs over several objects is as good as the best of them. */
static bool any_root_finalised(const struct cycle_views *views, uint32_t v, uint32_t object, unsigned depth)
{
	const struct cycle_view *view = &views->items[v];

	if (root_finalised(views, v, object, depth))
		return true;
	for (uint32_t i = 0; i < view->function->nevents; i++) {
		const struct cycle_event *event = &view->function->events[i];

		if (event->kind == CYCLE_ALIAS && event->value != CYCLE_NONE &&
		    view->resolved[event->object] == object &&
		    root_finalised(views, v, view->resolved[event->value], depth))
			return true;
	}
	return false;
}

/* True if parameter @param of the function is let go of for good when it runs: it is part of the last unref. */
static bool is_finaliser(const struct cycle_views *views, uint32_t v, const struct cycle_object *param, unsigned depth)
{
	const struct cycle_view *view = &views->items[v];

	if (view->function->flags & CYCLE_FINALISER || cycle_set_has(&views->state->finalisers, view->function->key))
		return true;
	for (size_t i = 0; i < view->marks.count; i++) {
		const struct cycle_object *object = &view->objects.items[view->marks.items[i].object];

		if (view->marks.items[i].kind == CYCLE_DISCOUNT && object->kind == param->kind &&
		    object->index == param->index && cycle_set_has(&views->counters, view->marks.items[i].field))
			return true;
	}
	if (!views->first_caller[v] || depth > DEPTH)
		return false;
	for (uint32_t c = views->first_caller[v]; c; c = views->callers.items[c - 1].next) {
		const struct cycle_caller *caller = &views->callers.items[c - 1];
		const struct cycle_view *from = &views->items[caller->view];
		const struct cycle_call *call = &from->function->calls[caller->call];
		const uint32_t passed = param->kind == CYCLE_SELF    ? call->self
		                        : param->index < call->nargs ? call->args[param->index]
		                                                     : CYCLE_NONE;

		if (passed == CYCLE_NONE || caller->view == v)
			return false;
		if (!any_root_finalised(views, caller->view, from->resolved[passed], depth))
			return false;
	}
	return true;
}

static void release_field(struct cycle_views *views, uint32_t v, uint32_t object)
{
	const struct cycle_view *view = &views->items[v];
	const struct cycle_object *load = &view->objects.items[object];

	if (load->kind != CYCLE_LOAD)
		return;
	const struct cycle_object *root = &view->objects.items[root_of(view, object)];

	if ((root->kind == CYCLE_PARAM || root->kind == CYCLE_SELF) && is_finaliser(views, v, root, 0))
		cycle_set_add(&views->released, load->key);
	else
		cycle_set_add(&views->broken, load->key);
}

static void take_event(struct cycle_views *views, uint32_t v, const struct cycle_event *event)
{
	const struct cycle_view *view = &views->items[v];
	const bool raw = hold_of(views, event->field) == CYCLE_HOLD_RAW;
	const struct cycle_object *root = &view->objects.items[root_of(view, view->resolved[event->object])];

	if (event->kind != CYCLE_RESET && event->kind != CYCLE_ERASE)
		return;
	if (raw && !event->value)
		return; /* a plain pointer set to NULL: who owned it is told by the unref */
	if ((root->kind == CYCLE_PARAM || root->kind == CYCLE_SELF) && is_finaliser(views, v, root, 0))
		cycle_set_add(&views->released, event->field);
	else
		cycle_set_add(event->kind == CYCLE_RESET ? &views->broken : &views->erased, event->field);
}

static void release_aliases(struct cycle_views *views, uint32_t v, uint32_t object)
{
	const struct cycle_view *view = &views->items[v];

	release_field(views, v, object);
	for (uint32_t i = 0; i < view->function->nevents; i++) {
		const struct cycle_event *event = &view->function->events[i];

		if (event->kind == CYCLE_ALIAS && event->value != CYCLE_NONE && view->resolved[event->object] == object)
			release_field(views, v, view->resolved[event->value]);
	}
}

void cycle_find_releases(struct cycle_views *views)
{
	find_counters(views);
	for (uint32_t v = 0; v < views->count; v++) {
		const struct cycle_view *view = &views->items[v];

		for (uint32_t i = 0; i < view->function->nevents; i++)
			take_event(views, v, &view->function->events[i]);
		for (size_t i = 0; i < view->marks.count; i++) {
			const struct cycle_mark *mark = &view->marks.items[i];

			if (mark->kind == CYCLE_FREE || (mark->kind == CYCLE_UNREF && !mark->field) ||
			    ((mark->kind == CYCLE_UNREF || mark->kind == CYCLE_DISCOUNT) &&
			     cycle_set_has(&views->counters, mark->field)))
				release_aliases(views, v, mark->object);
		}
	}
}

/* ---- holding ---- */

static uint32_t references_taken(const struct cycle_views *views, const struct cycle_view *view, uint32_t object)
{
	uint32_t taken = 0;

	for (size_t i = 0; i < view->marks.count; i++) {
		const struct cycle_mark *mark = &view->marks.items[i];

		taken += mark->object == object &&
		         (mark->kind == CYCLE_REF ||
		          (mark->kind == CYCLE_COUNT && cycle_set_has(&views->counters, mark->field)));
	}
	return taken;
}

static uint32_t raw_stores(const struct cycle_views *views, const struct cycle_view *view, uint32_t object)
{
	uint32_t stores = 0;

	for (size_t i = 0; i < view->edges.count; i++)
		stores += view->edges.items[i].to == object &&
		          hold_of(views, view->edges.items[i].field) == CYCLE_HOLD_RAW;
	return stores;
}

static void find_counted(struct cycle_views *views, struct cycle_view *view)
{
	for (size_t i = 0; i < view->edges.count; i++) {
		struct cycle_edge *edge = &view->edges.items[i];

		if (hold_of(views, edge->field) != CYCLE_HOLD_RAW)
			continue;
		if (!edge->counted) {
			const uint32_t taken = references_taken(views, view, edge->to);

			edge->counted = taken && taken >= raw_stores(views, view, edge->to);
		}
		if (edge->counted)
			cycle_set_add(&views->counted, edge->field);
	}
}

static bool is_strong(const struct cycle_views *views, const struct cycle_view *view, const struct cycle_edge *edge)
{
	if (!edge->field)
		return true;
	switch (hold_of(views, edge->field)) {
	case CYCLE_HOLD_VALUE:
	case CYCLE_HOLD_UNIQUE:
	case CYCLE_HOLD_SHARED:
		return true;
	case CYCLE_HOLD_FUNCTION:
		return view->objects.items[edge->to].kind == CYCLE_HOLDER || edge->implicit ||
		       view->objects.items[edge->to].kind == CYCLE_LOCAL;
	case CYCLE_HOLD_RAW:
		return edge->counted || cycle_set_has(&views->released, edge->field);
	default:
		return false;
	}
}

static bool is_counted(const struct cycle_views *views, const struct cycle_edge *edge)
{
	return !edge->field || edge->counted || hold_of(views, edge->field) == CYCLE_HOLD_SHARED;
}

/* What was found in a field is held by it, unless the function changes the field. */
static void add_implicit(struct cycle_views *views, struct cycle_view *view)
{
	const size_t stores = view->edges.count;

	for (uint32_t i = 0; i < view->objects.count; i++) {
		const struct cycle_object *object = &view->objects.items[i];
		const struct cycle_field *field =
		        object->kind == CYCLE_LOAD ? cycle_find_field(views->state, object->key) : NULL;
		bool changed = false;

		for (size_t e = 0; field && !field->container && e < stores; e++)
			changed |= !view->edges.items[e].inherited && view->edges.items[e].from == object->index &&
			           view->edges.items[e].field == object->key;
		if (field && !changed)
			vec_push(&view->edges,
			         (struct cycle_edge){.from = object->index,
			                             .to = i,
			                             .field = object->key,
			                             .implicit = true,
			                             .counted = cycle_set_has(&views->counted, object->key)});
	}
}

/* ---- circles ---- */

struct search {
	const struct cycle_views *views;
	const struct cycle_view *view;
	struct cycle_found found;
	uint32_t goal;
	uint32_t *length; /* fewest edges with which an object was reached in vain, + 1 */
};

static bool usable(const struct search *search, const struct cycle_edge *edge)
{
	return is_strong(search->views, search->view, edge) &&
	       !(edge->from == edge->to && cycle_is_some_element(search->views, search->view, edge->to));
}

static bool reach(struct search *search, uint32_t at)
{
	const struct cycle_view *view = search->view;

	if (at == search->goal)
		return true;
	if (search->found.nedges >= CYCLE_LENGTH ||
	    (search->length[at] && search->length[at] <= search->found.nedges + 1))
		return false;
	search->length[at] = search->found.nedges + 1;
	for (size_t i = 0; i < view->edges.count; i++) {
		const struct cycle_edge *edge = &view->edges.items[i];

		if (edge->from != at || !usable(search, edge))
			continue;
		search->found.edges[search->found.nedges++] = *edge;
		if (reach(search, edge->to))
			return true;
		search->found.nedges--;
	}
	return false;
}

static bool is_kept(struct search *search)
{
	bool counted = false;

	for (uint32_t i = 0; i < search->found.nedges; i++) {
		const struct cycle_edge *edge = &search->found.edges[i];

		counted |= is_counted(search->views, edge);
		if (edge->field && cycle_set_has(&search->views->broken, edge->field))
			return false;
		search->found.erased |= edge->field && cycle_set_has(&search->views->erased, edge->field);
	}
	return counted;
}

static uint64_t cycle_hash(const struct cycle_found *found)
{
	uint64_t hash = 0;

	for (uint32_t i = 0; i < found->nedges; i++) {
		const struct cycle_edge *edge = &found->edges[i];

		if (edge->field)
			hash += hash_bytes(&edge->field, sizeof edge->field, 3);
		else
			hash += hash_bytes(edge->place.path, strlen(edge->place.path),
			                   edge->place.line * 1000ull + edge->place.column);
	}
	return hash;
}

static void search_view(struct cycle_views *views, struct cycle_view *view, struct hash_map *seen,
                        void (*found)(const struct cycle_found *cycle, void *context), void *context)
{
	const size_t count = view->edges.count;
	struct arena scratch = {0};

	for (size_t i = 0; i < count; i++) {
		struct search search = {.views = views, .view = view, .goal = view->edges.items[i].from};

		if (view->edges.items[i].implicit || !usable(&search, &view->edges.items[i]))
			continue;
		search.length = arena_array(&scratch, view->objects.count + 1, uint32_t);
		search.found.function = view->function;
		search.found.edges[search.found.nedges++] = view->edges.items[i];
		if (reach(&search, view->edges.items[i].to) && is_kept(&search) &&
		    !cycle_set_has(seen, cycle_hash(&search.found))) {
			cycle_set_add(seen, cycle_hash(&search.found));
			found(&search.found, context);
		}
		arena_clear(&scratch);
	}
}

void cycle_solve(struct cycle_state *state, void (*found)(const struct cycle_found *cycle, void *context),
                 void *context)
{
	struct cycle_views views;
	struct hash_map seen = {0};

	cycle_views_init(&views, state);
	cycle_find_releases(&views);
	for (uint32_t v = 0; v < views.count; v++)
		find_counted(&views, &views.items[v]);
	for (uint32_t v = 0; v < views.count; v++) {
		if (!views.items[v].edges.count)
			continue;
		add_implicit(&views, &views.items[v]);
		search_view(&views, &views.items[v], &seen, found, context);
	}
	hash_map_release(&seen);
	cycle_views_release(&views);
}
