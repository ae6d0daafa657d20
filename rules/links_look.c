// SPDX-License-Identifier: MIT
/* links: what one function does, by itself and through the functions that it calls, whose objects become its own. */
#include "rules/links_views.h"

enum {
	SUMMARY = 48,     /* edges of one callee that are taken over */
	MAX_EDGES = 2000, /* of one function */
	LOADS = 8,        /* fields in a row that are followed into callees */
};

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

void link_look(struct link_views *views, struct link_view *view)
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
