// SPDX-License-Identifier: MIT
/* links: stores and counts of functions with those of their callees, objects of the caller put in. */
#include "rules/links_views.h"

enum {
	ROUNDS = 5,       /* how often functions that call each other are looked at */
	SUMMARY = 48,     /* edges of one callee that are taken over */
	MAX_EDGES = 2000, /* of one function */
	LOADS = 8,        /* fields in a row that are followed into callees */
};

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

/* ---- objects ---- */

/* Index + 1 of what is known by these words; 0 when it is new, and to be set. */
static uint32_t *known_as(struct link_views *views, uint64_t kind, uint64_t a, uint64_t b, uint64_t c)
{
	uint64_t hash = (kind + 1) * 0xd6e8feb86659fd93u; /* an edge from 5 is no object of kind 5 */

	hash = (hash ^ a) * 0x9e3779b97f4a7c15u;
	hash = (hash ^ hash >> 32 ^ b) * 0xff51afd7ed558ccdu;
	hash = (hash ^ hash >> 32 ^ c) * 0xc4ceb9fe1a85ec53u;
	return link_known_at(&views->known, (hash ^ hash >> 29) | 1);
}

enum { KNOWN_OBJECT, KNOWN_EDGE, KNOWN_MARK };

/* Most functions never need it. */
static void index_own(struct link_views *views, struct link_view *view)
{
	if (view->indexed)
		return;
	view->indexed = true;
	for (uint32_t i = 0; i < view->objects.count; i++) {
		const struct link_object *object = &view->objects.items[i];
		uint32_t *known = known_as(views, KNOWN_OBJECT, object->kind, object->index, object->key);

		if (!*known)
			*known = i + 1;
	}
}

static uint32_t add_object(struct link_views *views, struct link_view *view, uint8_t kind, uint32_t index, uint64_t key)
{
	uint32_t *known;

	index_own(views, view);
	known = known_as(views, KNOWN_OBJECT, kind, index, key);
	if (!*known) {
		const uint8_t loads = kind == LINK_LOAD ? link_loads(&view->objects.items[index]) : 0;

		vec_push(&view->objects,
		         (struct link_object){.kind = kind, .index = index, .key = key, .loads = loads});
		*known = (uint32_t)view->objects.count;
	}
	return *known - 1;
}

/* Forgets the objects of the call looked into before. */
static void begin_call(struct link_views *views, const struct link_view *callee)
{
	const size_t had = views->mapped.count, needed = callee->objects.count;

	if (had < needed) {
		vec_reserve(&views->mapped, needed);
		memset(views->mapped.items + had, 0, (needed - had) * sizeof *views->mapped.items);
		views->mapped.count = needed;
	}
	views->calls++;
}

static uint32_t map_new(struct link_views *views, struct link_view *caller, uint32_t c, const struct link_view *callee,
                        uint32_t object);

/* The caller's object for the callee's @object in call @c, since begin_call(). */
static inline uint32_t map_object(struct link_views *views, struct link_view *caller, uint32_t c,
                                  const struct link_view *callee, uint32_t object)
{
	struct link_mapped *mapped = &views->mapped.items[object];

	if (mapped->call != views->calls)
		*mapped = (struct link_mapped){views->calls, map_new(views, caller, c, callee, object)};
	return mapped->object;
}

static uint32_t map_new(struct link_views *views, struct link_view *caller, uint32_t c, const struct link_view *callee,
                        uint32_t object)
{
	const struct link_call *call = &caller->function->calls[c];
	const struct link_object *at = &callee->objects.items[object];
	uint32_t base;

	switch (at->kind) {
	case LINK_PARAM:
		return at->index < call->nargs && call->args[at->index] != LINK_NONE
		               ? caller->resolved[call->args[at->index]]
		               : LINK_NONE;
	case LINK_SELF:
		return call->self != LINK_NONE ? caller->resolved[call->self] : LINK_NONE;
	case LINK_GLOBAL:
		return add_object(views, caller, LINK_GLOBAL, at->index, at->key);
	case LINK_LOAD:
		base = at->loads > LOADS ? LINK_NONE : map_object(views, caller, c, callee, at->index);
		return base == LINK_NONE ? base : add_object(views, caller, LINK_LOAD, base, at->key);
	default:
		break;
	}
	if (object == callee->returned && !call->made)
		return add_object(views, caller, LINK_RESULT, c, 0);
	return add_object(views, caller, LINK_LOCAL, c + 1, object + 1u);
}

/* Two elements of one container are two objects. */
bool link_is_some_element(const struct link_views *views, const struct link_view *view, uint32_t object)
{
	const struct link_object *at = &view->objects.items[object];
	const struct link_field *field = at->kind == LINK_LOAD ? link_find_field(views->state, at->key) : NULL;

	return field && field->container;
}

static bool rooted_outside(const struct link_view *view, uint32_t object)
{
	while (view->objects.items[object].kind == LINK_LOAD)
		object = view->objects.items[object].index;
	const uint8_t kind = view->objects.items[object].kind;

	return kind == LINK_PARAM || kind == LINK_SELF || kind == LINK_GLOBAL;
}

static bool rooted_in_global(const struct link_view *view, uint32_t object)
{
	while (view->objects.items[object].kind == LINK_LOAD)
		object = view->objects.items[object].index;
	return view->objects.items[object].kind == LINK_GLOBAL;
}

static void resolve_objects(struct link_views *views, struct link_view *view)
{
	const struct link_function *function = view->function;

	for (uint32_t i = 0; i < function->nobjects; i++)
		view->resolved[i] = i;
	for (uint32_t i = 0; i < function->nobjects; i++) {
		const struct link_object object = function->objects[i];
		uint32_t mapped = i;

		if (object.kind == LINK_LOAD && view->resolved[object.index] != object.index) {
			mapped = add_object(views, view, LINK_LOAD, view->resolved[object.index], object.key);
		} else if (object.kind == LINK_RESULT) {
			const struct link_view *callee = link_callee(views, view, object.index);

			if (callee && callee->returned != LINK_NONE && rooted_outside(callee, callee->returned) &&
			    !link_is_some_element(views, callee, callee->returned)) {
				begin_call(views, callee);
				mapped = map_object(views, view, object.index, callee, callee->returned);
			}
		}
		view->resolved[i] = mapped == LINK_NONE ? i : mapped;
	}
}

/* ---- what is done ---- */

/* @edge, but from @from to @to. */
static void add_edge(struct link_views *views, struct link_view *view, const struct link_edge *edge, uint32_t from,
                     uint32_t to, bool inherited)
{
	uint32_t *known = known_as(views, KNOWN_EDGE, from, to, edge->field);

	if (*known) {
		view->edges.items[*known - 1].counted |= edge->counted;
		return;
	}
	if (view->edges.count == MAX_EDGES)
		return;
	vec_push(&view->edges, *edge);
	vec_last(&view->edges).from = from;
	vec_last(&view->edges).to = to;
	vec_last(&view->edges).inherited = inherited;
	*known = (uint32_t)view->edges.count;
}

static void own_events(struct link_views *views, struct link_view *view, uint32_t self)
{
	const struct link_function *function = view->function;
	bool several = false;

	view->returned = LINK_NONE;
	for (uint32_t i = 0; i < function->nevents; i++) {
		const struct link_event *event = &function->events[i];
		const uint32_t object = view->resolved[event->object];

		switch (event->kind) {
		case LINK_STORE:
		case LINK_CAPTURE:
			if (event->value != LINK_NONE)
				add_edge(views, view,
				         &(struct link_edge){.field = event->field,
				                             .place = event->place,
				                             .counted = event->counted},
				         object, view->resolved[event->value], false);
			break;
		case LINK_COUNT:
		case LINK_DISCOUNT:
		case LINK_REF:
		case LINK_UNREF:
		case LINK_FREE:
			vec_push(&view->marks,
			         (struct link_mark){.object = object, .kind = event->kind, .field = event->field});
			break;
		case LINK_RETURN:
			several |= view->returned != LINK_NONE && view->returned != object;
			view->returned = object;
			break;
		default:
			if (event->kind >= LINK_GROW)
				vec_push(&view->marks, (struct link_mark){.object = object,
				                                          .kind = event->kind,
				                                          .origin = self,
				                                          .extra = event->extra,
				                                          .field = event->aux,
				                                          .place = event->place});
			break;
		}
	}
	if (several)
		view->returned = LINK_NONE;
}

/* What the callee adds as its parameter is what the caller was handed, or the caller's own. */
static uint32_t hand_on(const struct link_view *view, uint32_t c, uint32_t extra)
{
	const struct link_call *call = &view->function->calls[c];
	const uint32_t given = link_given(extra), own = extra % LINK_GIVEN;
	const uint32_t value = given && given <= call->nargs ? call->args[given - 1] : LINK_NONE;
	const struct link_object *object = value == LINK_NONE ? NULL : &view->function->objects[value];

	return object && object->kind == LINK_PARAM && object->index < UINT16_MAX
	               ? own + (object->index + 1) * LINK_GIVEN
	               : own;
}

/* What a callee does to a container that it was given. */
static void take_growth(struct link_views *views, struct link_view *view, uint32_t c, const struct link_view *callee,
                        struct link_mark mark)
{
	mark.object = map_object(views, view, c, callee, mark.object);
	if (mark.object == LINK_NONE)
		return;
	mark.inherited = true;
	const uint32_t loop = view->function->calls[c].extra & LINK_LOOP_MASK;

	mark.extra = hand_on(view, c, mark.extra);
	mark.extra |= view->function->calls[c].extra & LINK_CONSTANT ? (uint32_t)LINK_FEW : 0;
	if (loop > (mark.extra & LINK_LOOP_MASK))
		mark.extra = (mark.extra & ~(uint32_t)LINK_LOOP_MASK) | loop;
	uint32_t *known = known_as(views, KNOWN_MARK, mark.object, (uint64_t)mark.kind << 32 | mark.origin,
	                           mark.extra & LINK_FEW);

	if (*known) {
		if (!link_given(mark.extra))
			view->marks.items[*known - 1].extra %= LINK_GIVEN;
		return;
	}
	if (view->marks.count == MAX_EDGES)
		return;
	vec_push(&view->marks, mark);
	*known = (uint32_t)view->marks.count;
}

static void take_over(struct link_views *views, struct link_view *view, uint32_t c, const struct link_view *callee)
{
	bool releases = false;

	begin_call(views, callee);
	for (size_t i = 0; i < callee->edges_out.count; i++) {
		const struct link_edge *edge = &callee->edges.items[callee->edges_out.items[i]];
		const uint32_t from = map_object(views, view, c, callee, edge->from);
		const uint32_t to = map_object(views, view, c, callee, edge->to);

		if (from != LINK_NONE && to != LINK_NONE)
			add_edge(views, view, edge, from, to, true);
	}
	for (size_t i = 0; i < callee->marks_out.count; i++)
		releases |= callee->marks.items[callee->marks_out.items[i]].kind == LINK_DISCOUNT;
	for (size_t i = 0; i < callee->marks_out.count; i++) {
		struct link_mark mark = callee->marks.items[callee->marks_out.items[i]];

		if (mark.kind >= LINK_GROW) {
			take_growth(views, view, c, callee, mark);
			continue;
		}
		if (mark.kind == LINK_DISCOUNT || (mark.kind == LINK_FREE && releases))
			mark.kind = LINK_UNREF; /* the caller does not count itself */
		mark.object = map_object(views, view, c, callee, mark.object);
		if (mark.object != LINK_NONE && view->marks.count < MAX_EDGES)
			vec_push(&view->marks, mark);
	}
}

static bool concerns_callers(const struct link_view *view, uint32_t object)
{
	return object == view->returned || rooted_outside(view, object);
}

/* Counters are looked at where they are changed. */
static bool mark_goes_out(const struct link_view *view, const struct link_mark *mark)
{
	const uint8_t kind = view->objects.items[mark->object].kind;

	if (mark->kind == LINK_RAISE || mark->kind == LINK_LOWER || mark->kind == LINK_ELEMENT_OFF ||
	    mark->kind == LINK_RESIZE)
		return false;
	if (mark->kind >= LINK_GROW)
		return rooted_outside(view, mark->object) && !rooted_in_global(view, mark->object);
	return kind == LINK_PARAM || kind == LINK_SELF || mark->object == view->returned;
}

static void choose_exports(struct link_view *view)
{
	for (uint32_t i = 0; i < view->edges.count && view->edges_out.count < SUMMARY; i++) {
		if (concerns_callers(view, view->edges.items[i].from) ||
		    concerns_callers(view, view->edges.items[i].to))
			vec_push(&view->edges_out, i);
	}
	for (uint32_t i = 0; i < view->marks.count && view->marks_out.count < SUMMARY; i++) {
		if (mark_goes_out(view, &view->marks.items[i]))
			vec_push(&view->marks_out, i);
	}
}

static void release_view(struct link_view *view)
{
	vec_release(&view->objects);
	vec_release(&view->edges);
	vec_release(&view->marks);
	vec_release(&view->edges_out);
	vec_release(&view->marks_out);
}

static bool same_object(const struct link_view *a, const struct link_view *b, uint32_t object)
{
	for (;;) {
		const struct link_object *one = &a->objects.items[object], *other = &b->objects.items[object];

		if (one->kind != other->kind || one->index != other->index || one->key != other->key)
			return false;
		if (one->kind != LINK_LOAD)
			return true;
		object = one->index;
	}
}

static bool same_place(const struct link_place *a, const struct link_place *b)
{
	return a->path == b->path && a->line == b->line && a->column == b->column;
}

static bool same_edge(const struct link_view *a, const struct link_view *b, size_t i)
{
	const struct link_edge *one = &a->edges.items[a->edges_out.items[i]];
	const struct link_edge *other = &b->edges.items[b->edges_out.items[i]];

	return one->from == other->from && one->to == other->to && one->field == other->field &&
	       one->counted == other->counted && same_place(&one->place, &other->place) &&
	       same_object(a, b, one->from) && same_object(a, b, one->to);
}

static bool same_mark(const struct link_view *a, const struct link_view *b, size_t i)
{
	const struct link_mark *one = &a->marks.items[a->marks_out.items[i]];
	const struct link_mark *other = &b->marks.items[b->marks_out.items[i]];

	return one->object == other->object && one->kind == other->kind && one->inherited == other->inherited &&
	       one->origin == other->origin && one->extra == other->extra && one->field == other->field &&
	       same_place(&one->place, &other->place) && same_object(a, b, one->object);
}

/* Callers see the same in both. */
static bool same_summary(const struct link_view *a, const struct link_view *b)
{
	if (a->returned != b->returned || a->edges_out.count != b->edges_out.count ||
	    a->marks_out.count != b->marks_out.count)
		return false;
	if (a->returned != LINK_NONE && !same_object(a, b, a->returned))
		return false;
	for (size_t i = 0; i < a->edges_out.count; i++) {
		if (!same_edge(a, b, i))
			return false;
	}
	for (size_t i = 0; i < a->marks_out.count; i++) {
		if (!same_mark(a, b, i))
			return false;
	}
	return true;
}

/* A copy that takes no more memory than it needs. */
#define KEEP(to, from)                                                                         \
	do {                                                                                   \
		vec_reserve(&(to), (from).count);                                              \
		(to).count = (from).count;                                                     \
		if ((from).count)                                                              \
			memcpy((to).items, (from).items, (from).count * sizeof *(from).items); \
	} while (0)

/* What was seen becomes the view. */
static void keep(struct link_view *view, const struct link_view *seen)
{
	KEEP(view->objects, seen->objects);
	KEEP(view->edges, seen->edges);
	KEEP(view->marks, seen->marks);
	KEEP(view->edges_out, seen->edges_out);
	KEEP(view->marks_out, seen->marks_out);
	view->returned = seen->returned;
}

static void look(struct link_views *views, struct link_view *view)
{
	const struct link_function *function = view->function;
	struct link_view *next = &views->next; /* a function that calls itself sees its former view */

	next->function = function;
	next->resolved = view->resolved;
	next->callees = view->callees;
	next->indexed = false;
	vec_clear(&next->edges);
	vec_clear(&next->marks);
	vec_clear(&next->edges_out);
	vec_clear(&next->marks_out);
	vec_reserve(&next->objects, function->nobjects);
	next->objects.count = function->nobjects;
	if (function->nobjects)
		memcpy(next->objects.items, function->objects, function->nobjects * sizeof *function->objects);
	link_known_clear(&views->known);
	resolve_objects(views, next);
	own_events(views, next, (uint32_t)(view - views->items));
	for (uint32_t c = 0; c < function->ncalls; c++) {
		const struct link_view *callee = link_callee(views, view, c);

		if (callee)
			take_over(views, next, c, callee);
	}
	choose_exports(next);
	view->changed = view->returned != next->returned || view->edges_out.count != next->edges_out.count ||
	                view->marks_out.count != next->marks_out.count;
	view->looked = ++views->looks;
	if (!same_summary(view, next))
		view->differs = view->looked;
	keep(view, next);
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
				look(views, view);
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
			look(views, view);
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
