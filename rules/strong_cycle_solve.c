// SPDX-License-Identifier: MIT
/* strong-cycle: which stores make a circle of owners, and whether anything takes it apart. */
#include "rules/strong_cycle.h"

enum { DEPTH = 6 };

static enum link_hold hold_of(const struct link_views *views, uint64_t field)
{
	const struct link_field *known = link_find_field(views->state, field);

	return known ? (enum link_hold)known->hold : LINK_HOLD_NOTHING;
}

/* ---- letting go ---- */

/* Fields that count references: where one is taken off, the object's memory is freed. */
static void find_counters(struct link_views *views)
{
	for (uint32_t v = 0; v < views->count; v++) {
		const struct link_view *view = &views->items[v];

		for (size_t i = 0; i < view->marks.count; i++) {
			const struct link_mark *mark = &view->marks.items[i];

			for (size_t j = 0; mark->kind == LINK_DISCOUNT && j < view->marks.count; j++) {
				if (view->marks.items[j].object == mark->object &&
				    (view->marks.items[j].kind == LINK_FREE))
					link_set_add(&views->counters, mark->field);
			}
		}
	}
}

static uint32_t root_of(const struct link_view *view, uint32_t object)
{
	while (view->objects.items[object].kind == LINK_LOAD)
		object = view->objects.items[object].index;
	return object;
}

static bool is_finaliser(const struct link_views *views, uint32_t v, const struct link_object *param, unsigned depth);

static bool root_finalised(const struct link_views *views, uint32_t v, uint32_t object, unsigned depth)
{
	const struct link_view *view = &views->items[v];
	const struct link_object *root = &view->objects.items[root_of(view, object)];

	return (root->kind == LINK_PARAM || root->kind == LINK_SELF) && is_finaliser(views, v, root, depth + 1);
}

/* A variable that runs over several objects is as good as the best of them. */
static bool any_root_finalised(const struct link_views *views, uint32_t v, uint32_t object, unsigned depth)
{
	const struct link_view *view = &views->items[v];

	if (root_finalised(views, v, object, depth))
		return true;
	for (uint32_t i = 0; i < view->function->nevents; i++) {
		const struct link_event *event = &view->function->events[i];

		if (event->kind == LINK_ALIAS && event->value != LINK_NONE && view->resolved[event->object] == object &&
		    root_finalised(views, v, view->resolved[event->value], depth))
			return true;
	}
	return false;
}

/* True if parameter @param of the function is let go of for good when it runs: it is part of the last unref. */
static bool is_finaliser(const struct link_views *views, uint32_t v, const struct link_object *param, unsigned depth)
{
	const struct link_view *view = &views->items[v];

	if (view->function->flags & LINK_FINALISER || link_set_has(&views->state->finalisers, view->function->key))
		return true;
	for (size_t i = 0; i < view->marks.count; i++) {
		const struct link_object *object = &view->objects.items[view->marks.items[i].object];

		if (view->marks.items[i].kind == LINK_DISCOUNT && object->kind == param->kind &&
		    object->index == param->index && link_set_has(&views->counters, view->marks.items[i].field))
			return true;
	}
	if (!views->first_caller[v] || depth > DEPTH)
		return false;
	for (uint32_t c = views->first_caller[v]; c; c = views->callers.items[c - 1].next) {
		const struct link_caller *caller = &views->callers.items[c - 1];
		const struct link_view *from = &views->items[caller->view];
		const struct link_call *call = &from->function->calls[caller->call];
		const uint32_t passed = param->kind == LINK_SELF     ? call->self
		                        : param->index < call->nargs ? call->args[param->index]
		                                                     : LINK_NONE;

		if (passed == LINK_NONE || caller->view == v)
			return false;
		if (!any_root_finalised(views, caller->view, from->resolved[passed], depth))
			return false;
	}
	return true;
}

static void release_field(struct link_views *views, uint32_t v, uint32_t object)
{
	const struct link_view *view = &views->items[v];
	const struct link_object *load = &view->objects.items[object];

	if (load->kind != LINK_LOAD)
		return;
	const struct link_object *root = &view->objects.items[root_of(view, object)];

	if ((root->kind == LINK_PARAM || root->kind == LINK_SELF) && is_finaliser(views, v, root, 0))
		link_set_add(&views->released, load->key);
	else
		link_set_add(&views->broken, load->key);
}

static void take_event(struct link_views *views, uint32_t v, const struct link_event *event)
{
	const struct link_view *view = &views->items[v];
	const bool raw = hold_of(views, event->field) == LINK_HOLD_RAW;
	const struct link_object *root = &view->objects.items[root_of(view, view->resolved[event->object])];

	if (event->kind != LINK_RESET && event->kind != LINK_ERASE)
		return;
	if (raw && !event->counted)
		return; /* a plain pointer set to NULL: who owned it is told by the unref */
	if ((root->kind == LINK_PARAM || root->kind == LINK_SELF) && is_finaliser(views, v, root, 0))
		link_set_add(&views->released, event->field);
	else
		link_set_add(event->kind == LINK_RESET ? &views->broken : &views->erased, event->field);
}

static void release_aliases(struct link_views *views, uint32_t v, uint32_t object)
{
	const struct link_view *view = &views->items[v];

	release_field(views, v, object);
	for (uint32_t i = 0; i < view->function->nevents; i++) {
		const struct link_event *event = &view->function->events[i];

		if (event->kind == LINK_ALIAS && event->value != LINK_NONE && view->resolved[event->object] == object)
			release_field(views, v, view->resolved[event->value]);
	}
}

void link_find_releases(struct link_views *views)
{
	find_counters(views);
	for (uint32_t v = 0; v < views->count; v++) {
		const struct link_view *view = &views->items[v];

		for (uint32_t i = 0; i < view->function->nevents; i++)
			take_event(views, v, &view->function->events[i]);
		for (size_t i = 0; i < view->marks.count; i++) {
			const struct link_mark *mark = &view->marks.items[i];

			if (mark->kind == LINK_FREE || (mark->kind == LINK_UNREF && !mark->field) ||
			    ((mark->kind == LINK_UNREF || mark->kind == LINK_DISCOUNT) &&
			     link_set_has(&views->counters, mark->field)))
				release_aliases(views, v, mark->object);
		}
	}
}

/* ---- holding ---- */

/* Of each object: references taken, and plain pointers to it stored. */
static void count_references(const struct link_views *views, const struct link_view *view, uint32_t *taken,
                             uint32_t *stores)
{
	for (size_t i = 0; i < view->marks.count; i++) {
		const struct link_mark *mark = &view->marks.items[i];

		taken[mark->object] += mark->kind == LINK_REF ||
		                       (mark->kind == LINK_COUNT && link_set_has(&views->counters, mark->field));
	}
	for (size_t i = 0; i < view->edges.count; i++)
		stores[view->edges.items[i].to] += hold_of(views, view->edges.items[i].field) == LINK_HOLD_RAW;
}

static void find_counted(struct link_views *views, struct link_view *view)
{
	struct arena scratch = {0};
	uint32_t *taken = NULL, *stores = NULL;

	for (size_t i = 0; i < view->edges.count; i++) {
		struct link_edge *edge = &view->edges.items[i];

		if (hold_of(views, edge->field) != LINK_HOLD_RAW)
			continue;
		if (!edge->counted && view->marks.count) {
			if (!taken) {
				taken = arena_array(&scratch, view->objects.count, uint32_t);
				stores = arena_array(&scratch, view->objects.count, uint32_t);
				count_references(views, view, taken, stores);
			}
			edge->counted = taken[edge->to] && taken[edge->to] >= stores[edge->to];
		}
		if (edge->counted)
			link_set_add(&views->counted, edge->field);
	}
	arena_clear(&scratch);
}

static bool is_strong(const struct link_views *views, const struct link_view *view, const struct link_edge *edge)
{
	if (!edge->field)
		return true;
	switch (hold_of(views, edge->field)) {
	case LINK_HOLD_VALUE:
	case LINK_HOLD_UNIQUE:
	case LINK_HOLD_SHARED:
		return true;
	case LINK_HOLD_FUNCTION:
		return view->objects.items[edge->to].kind == LINK_HOLDER || edge->implicit ||
		       view->objects.items[edge->to].kind == LINK_LOCAL;
	case LINK_HOLD_RAW:
		return edge->counted || link_set_has(&views->released, edge->field);
	default:
		return false;
	}
}

static bool is_counted(const struct link_views *views, const struct link_edge *edge)
{
	return !edge->field || edge->counted || hold_of(views, edge->field) == LINK_HOLD_SHARED;
}

/* What was found in a field is held by it, unless the function changes the field. */
static void add_implicit(struct link_views *views, struct link_view *view, struct arena *scratch)
{
	const size_t stores = view->edges.count;
	bool *stored = arena_array(scratch, view->objects.count, bool);

	for (size_t e = 0; e < stores; e++)
		stored[view->edges.items[e].from] |= !view->edges.items[e].inherited;
	for (uint32_t i = 0; i < view->objects.count; i++) {
		const struct link_object *object = &view->objects.items[i];
		const struct link_field *field =
		        object->kind == LINK_LOAD ? link_find_field(views->state, object->key) : NULL;
		bool changed = false;

		if (!field || (field->hold == LINK_HOLD_RAW && !link_set_has(&views->counted, object->key) &&
		               !link_set_has(&views->released, object->key)))
			continue; /* holds nothing */
		for (size_t e = 0; stored[object->index] && !field->container && e < stores; e++)
			changed |= !view->edges.items[e].inherited && view->edges.items[e].from == object->index &&
			           view->edges.items[e].field == object->key;
		if (!changed)
			vec_push(&view->edges,
			         (struct link_edge){.from = object->index,
			                            .to = i,
			                            .field = object->key,
			                            .implicit = true,
			                            .counted = link_set_has(&views->counted, object->key)});
	}
}

/* ---- circles ---- */

/* The edges of a view that may be part of a circle. */
struct graph {
	bool *usable;
	uint32_t *first, *next; /* of each object, in order: + 1, 0 ends */
};

struct search {
	const struct link_views *views;
	const struct link_view *view;
	const struct graph *graph;
	struct cycle_found found;
	uint32_t goal;
	uint32_t *length; /* fewest edges with which an object was reached in vain, + 1 */
};

/* Takes off, again and again, what nothing leads to and what leads to nothing; false if nothing is left. */
static bool trim(const struct link_view *view, bool *usable, struct arena *scratch)
{
	uint32_t *in = arena_array(scratch, view->objects.count, uint32_t);
	uint32_t *out = arena_array(scratch, view->objects.count, uint32_t);
	bool changed = true, left = false;

	for (size_t i = 0; i < view->edges.count; i++) {
		in[view->edges.items[i].to] += usable[i];
		out[view->edges.items[i].from] += usable[i];
	}
	while (changed) {
		changed = left = false;
		for (size_t i = 0; i < view->edges.count; i++) {
			const struct link_edge *edge = &view->edges.items[i];

			if (!usable[i])
				continue;
			left = true;
			if (in[edge->from] && out[edge->to])
				continue;
			usable[i] = false;
			in[edge->to]--;
			out[edge->from]--;
			changed = true;
		}
	}
	return left;
}

static bool make_graph(const struct link_views *views, const struct link_view *view, struct graph *graph,
                       struct arena *scratch)
{
	const size_t count = view->edges.count;

	graph->usable = arena_array(scratch, count, bool);
	for (size_t i = 0; i < count; i++) {
		const struct link_edge *edge = &view->edges.items[i];

		graph->usable[i] = is_strong(views, view, edge) &&
		                   !(edge->from == edge->to && link_is_some_element(views, view, edge->to));
	}
	if (!trim(view, graph->usable, scratch))
		return false;
	graph->first = arena_array(scratch, view->objects.count, uint32_t);
	graph->next = arena_array(scratch, count, uint32_t);
	for (size_t i = count; i-- > 0;) {
		const uint32_t from = view->edges.items[i].from;

		if (!graph->usable[i])
			continue;
		graph->next[i] = graph->first[from];
		graph->first[from] = (uint32_t)i + 1;
	}
	return true;
}

static bool reach(struct search *search, uint32_t at)
{
	const struct link_view *view = search->view;

	if (at == search->goal)
		return true;
	if (search->found.nedges >= CYCLE_LENGTH ||
	    (search->length[at] && search->length[at] <= search->found.nedges + 1))
		return false;
	search->length[at] = search->found.nedges + 1;
	for (uint32_t i = search->graph->first[at]; i; i = search->graph->next[i - 1]) {
		const struct link_edge *edge = &view->edges.items[i - 1];

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
		const struct link_edge *edge = &search->found.edges[i];

		counted |= is_counted(search->views, edge);
		if (edge->field && link_set_has(&search->views->broken, edge->field))
			return false;
		search->found.erased |= edge->field && link_set_has(&search->views->erased, edge->field);
	}
	return counted;
}

static uint64_t cycle_hash(const struct cycle_found *found)
{
	uint64_t hash = 0;

	for (uint32_t i = 0; i < found->nedges; i++) {
		const struct link_edge *edge = &found->edges[i];

		if (edge->field)
			hash += hash_bytes(&edge->field, sizeof edge->field, 3);
		else
			hash += hash_bytes(edge->place.path, strlen(edge->place.path),
			                   edge->place.line * 1000ull + edge->place.column);
	}
	return hash;
}

static void search_view(struct link_views *views, struct link_view *view, struct hash_map *seen, struct arena *scratch,
                        void (*found)(const struct cycle_found *cycle, void *context), void *context)
{
	struct graph graph;
	uint32_t *length;

	if (!make_graph(views, view, &graph, scratch))
		return;
	length = arena_array(scratch, view->objects.count, uint32_t);
	for (size_t i = 0; i < view->edges.count; i++) {
		struct search search = {.views = views,
		                        .view = view,
		                        .graph = &graph,
		                        .length = length,
		                        .goal = view->edges.items[i].from};

		if (view->edges.items[i].implicit || !graph.usable[i])
			continue;
		memset(length, 0, view->objects.count * sizeof *length);
		search.found.function = view->function;
		search.found.edges[search.found.nedges++] = view->edges.items[i];
		if (reach(&search, view->edges.items[i].to) && is_kept(&search) &&
		    !link_set_has(seen, cycle_hash(&search.found))) {
			link_set_add(seen, cycle_hash(&search.found));
			found(&search.found, context);
		}
	}
}

/* Without a counted link nothing goes round. */
static bool has_reference(const struct link_views *views, const struct link_view *view)
{
	for (size_t i = 0; i < view->edges.count; i++) {
		if (is_counted(views, &view->edges.items[i]))
			return true;
	}
	return false;
}

void cycle_solve(struct link_state *state, void (*found)(const struct cycle_found *cycle, void *context), void *context)
{
	struct link_views *views = link_views_of(state);
	struct hash_map seen = {0};
	struct arena scratch = {0};

	link_find_releases(views);
	for (uint32_t v = 0; v < views->count; v++)
		find_counted(views, &views->items[v]);
	for (uint32_t v = 0; v < views->count; v++) {
		if (!has_reference(views, &views->items[v]))
			continue;
		add_implicit(views, &views->items[v], &scratch);
		search_view(views, &views->items[v], &seen, &scratch, found, context);
		arena_clear(&scratch);
	}
	hash_map_release(&seen);
}
