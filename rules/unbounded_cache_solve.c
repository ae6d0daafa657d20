// SPDX-License-Identifier: MIT
/* unbounded-cache: which containers grow while the program serves, and whether anything keeps them small. */
#include "rules/unbounded_cache.h"

/* One thing done to one container. */
struct act {
	struct cache_place place;
	const struct link_mark *mark;
	uint32_t view, level;
	bool handed, vague;         /* see struct cache_found */
	size_t same_root, same_end; /* of the next act whose place begins, or ends, as this one's: + 1 */
};

enum { DEPTH = 6 };

/* What is done to a container, and where that is: the same for every program. */
struct placed_mark {
	const struct link_mark *mark;
	uint32_t view;
	bool lasts;                     /* its object outlives the function: place is set */
	bool finaliser;                 /* the function is one */
	uint64_t key;                   /* of the object */
	const struct link_field *grows; /* the field that grows by it here; NULL for none */
	struct cache_place place;
};

/* A function that has, in a variable that lasts, an object of a record. */
struct lasting {
	uint32_t view;
	uint64_t record;
};

struct solver {
	const struct link_views *views;
	struct link_state *state;
	struct arena arena;
	struct cache_service service;
	VEC(struct act) acts;
	struct hash_map by_root, by_end; /* root, or last field, of a place -> its first act + 1 */
	struct hash_map lowered;         /* keys of counters that are made smaller while serving */
	struct hash_map limited;         /* … compared with a limit */
	struct hash_map taken;           /* records of elements that are taken out */
	struct hash_map resized;         /* last keys of arrays that are reallocated */
	struct hash_map
	        growing; /* field -> its record, of fields that grow; several of a record make it no container */
	struct hash_map several; /* records with several of them */
	struct hash_map lasting; /* records of which there is an object that lives as long as the program */
};

/* ---- places ---- */

/* An object of main()'s that it does not make again and again. */
static bool is_made_once(const struct link_views *views, const struct link_view *view, const struct link_object *root)
{
	if (root->kind == LINK_LOCAL)
		return hash_map_find(&views->state->variables, (const void *)(uintptr_t)(root->key | 1)) != NULL;
	return (root->kind == LINK_FRESH || root->kind == LINK_RESULT) && root->index < view->function->ncalls &&
	       !(view->function->calls[root->index].extra & LINK_LOOP_MASK);
}

bool cache_place_of(const struct link_views *views, uint32_t v, uint32_t object, struct cache_place *place)
{
	const struct link_view *view = &views->items[v];
	const struct link_function *function = view->function;
	uint64_t path[CACHE_PATH];
	uint32_t length = 0;

	*place = (struct cache_place){0};
	while (view->objects.items[object].kind == LINK_LOAD) {
		if (length == CACHE_PATH)
			return false;
		path[length++] = view->objects.items[object].key;
		object = view->objects.items[object].index;
	}
	const struct link_object *root = &view->objects.items[object];

	place->length = length;
	for (uint32_t i = 0; i < length; i++)
		place->path[i] = path[length - 1 - i];
	if (root->kind == LINK_GLOBAL) {
		place->root = root->key;
		return true;
	}
	if (!length)
		return false;
	if (function->flags & LINK_MAIN && is_made_once(views, view, root)) {
		place->root = root->key ? root->key : function->key + object;
		place->of_main = true;
		return true;
	}
	const struct link_field *field = link_find_field(views->state, place->path[0]);

	/* A method or handler that somebody calls on an object of his own. */
	if ((root->kind != LINK_PARAM && root->kind != LINK_SELF) || !field ||
	    (views->first_caller[v] && !link_set_has(&views->state->called_back, function->key)))
		return false;
	place->root = field->record;
	place->by_record = true;
	return true;
}

static bool same_path(const struct cache_place *a, const struct cache_place *b, uint32_t length)
{
	return memcmp(a->path, b->path, length * sizeof *a->path) == 0;
}

/* @act concerns the container at @place: the same, or what the container is a part of. */
static bool concerns(const struct cache_place *act, const struct cache_place *place)
{
	if (act->by_record != place->by_record) {
		/* Which object is not known: the end of the way must be the same. */
		const struct cache_place *few = act->length < place->length ? act : place;
		const struct cache_place *many = few == act ? place : act;

		return few->length && memcmp(few->path, many->path + (many->length - few->length),
		                             few->length * sizeof *few->path) == 0;
	}
	return act->root == place->root && act->length <= place->length && same_path(act, place, act->length);
}

/* ---- gathering ---- */

/*
 * True if parameter @given - 1 of view @v comes, through whatever passes it on, from calls that nobody sees. Calls seen
 * that come again and again tell how often.
 */
static bool is_handed_in(const struct solver *solver, uint32_t v, uint32_t given, unsigned depth)
{
	const struct link_views *views = solver->views;
	bool handed = link_set_has(&views->state->called_back, views->items[v].function->key);

	if (!given || depth > DEPTH)
		return false;
	for (uint32_t c = views->first_caller[v]; c; c = views->callers.items[c - 1].next) {
		const struct link_caller *caller = &views->callers.items[c - 1];
		const struct link_view *from = &views->items[caller->view];
		const struct link_call *call = &from->function->calls[caller->call];
		const uint32_t value = given <= call->nargs ? call->args[given - 1] : LINK_NONE;
		const struct link_object *object = value == LINK_NONE ? NULL : &from->function->objects[value];

		if ((call->extra & LINK_LOOP_MASK) >= LINK_LOOP_INPUT)
			return false;
		if (solver->service.level[caller->view] < LINK_LOOP_INPUT)
			continue;
		if (!object || object->kind != LINK_PARAM || caller->view == v ||
		    !is_handed_in(solver, caller->view, object->index + 1, depth + 1))
			return false;
		handed = true;
	}
	return handed;
}

/* True if each call, or what passes it on, gives a function by its name and constants: one entry for each such call. */
static bool is_registration(const struct solver *solver, uint32_t v, unsigned depth)
{
	const struct link_views *views = solver->views;

	if (!views->first_caller[v] || depth > DEPTH)
		return false;
	for (uint32_t c = views->first_caller[v]; c; c = views->callers.items[c - 1].next) {
		const struct link_caller *caller = &views->callers.items[c - 1];
		const struct link_function *from = views->items[caller->view].function;
		const struct link_call *call = &from->calls[caller->call];
		bool passes = false;

		if (call->extra & LINK_NAMED)
			continue;
		for (uint32_t a = 0; a < call->nargs; a++)
			passes |= call->args[a] != LINK_NONE && from->objects[call->args[a]].kind == LINK_PARAM;
		if (!passes || caller->view == v || !is_registration(solver, caller->view, depth + 1))
			return false;
	}
	return true;
}

static void note_growing(struct solver *solver, const struct link_field *field)
{
	const void *record = (const void *)(uintptr_t)(field->record | 1);
	const struct link_field *known = hash_map_find(&solver->growing, record);

	if (known && known != field)
		link_set_add(&solver->several, field->record);
	hash_map_put(&solver->growing, record, (void *)(uintptr_t)field);
}

static void gather_mark(struct solver *solver, const struct placed_mark *placed)
{
	const struct link_mark *mark = placed->mark;
	const uint32_t v = placed->view;
	const uint32_t loop = mark->extra & LINK_LOOP_MASK;
	struct act act = {.place = placed->place, .mark = mark, .view = v, .level = solver->service.level[v]};

	if (loop >= LINK_LOOP_INPUT && loop > act.level)
		act.level = loop;
	if (mark->kind == LINK_GROW && loop < LINK_LOOP_INPUT)
		act.handed = is_handed_in(solver, v, link_given(mark->extra), 0) || is_registration(solver, v, 0);
	act.vague = !solver->service.known[v] || (solver->service.sure[v] < LINK_LOOP_INPUT && loop < LINK_LOOP_INPUT);
	if (placed->grows)
		note_growing(solver, placed->grows);
	if (act.level >= LINK_LOOP_INPUT && !placed->finaliser && !mark->inherited) {
		if (mark->kind == LINK_LOWER)
			link_set_add(&solver->lowered, placed->key);
		else if (mark->kind == LINK_LIMIT)
			link_set_add(&solver->limited, placed->key);
		else if (mark->kind == LINK_ELEMENT_OFF)
			link_set_add(&solver->taken, mark->field);
	}
	if (mark->kind == LINK_RESIZE)
		link_set_add(&solver->resized, placed->key);
	if (mark->kind == LINK_LOWER || mark->kind == LINK_RAISE || mark->kind == LINK_ELEMENT_OFF || placed->finaliser)
		return;
	if (placed->lasts)
		vec_push(&solver->acts, act);
}

/* ---- judging ---- */

static bool is_bounded_by_counter(const struct solver *solver, const struct act *grow)
{
	const struct link_view *origin = &solver->views->items[grow->mark->origin];

	if (grow->mark->extra & LINK_ARRAY &&
	    (link_set_has(&solver->lowered, grow->mark->field) || link_set_has(&solver->limited, grow->mark->field)))
		return true;
	for (size_t i = 0; i < origin->marks.count; i++) {
		const struct link_mark *mark = &origin->marks.items[i];

		if (mark->kind == LINK_RAISE && link_set_has(&solver->limited, origin->objects.items[mark->object].key))
			return true;
	}
	return false;
}

static bool grows_for_ever(const struct solver *solver, const struct act *grow)
{
	const struct link_view *view = &solver->views->items[grow->view];

	if (grow->mark->kind != LINK_GROW || grow->level < LINK_LOOP_INPUT || grow->mark->extra & LINK_CONSTANT)
		return false;
	if (!(grow->mark->extra & LINK_ARRAY))
		return !grow->mark->field || !link_set_has(&solver->taken, grow->mark->field);
	return link_set_has(&solver->resized, view->objects.items[grow->mark->object].key) ||
	       link_set_has(&solver->resized, solver->views->items[grow->mark->origin].objects.items[0].key);
}

/* The object that the container is a field of is nothing but that container. */
static bool sibling(const struct solver *solver, const struct cache_place *act, const struct cache_place *place)
{
	const struct link_field *field =
	        place->length ? link_find_field(solver->state, place->path[place->length - 1]) : NULL;

	return field && !link_set_has(&solver->several, field->record) && act->length == place->length &&
	       act->root == place->root && same_path(act, place, place->length - 1);
}

/* Everybody who can make it grow passes constants: what is looked up before it is added comes to an end. */
static bool has_few_keys(const struct solver *solver, const struct act *grow)
{
	const struct link_views *views = solver->views;
	const struct link_function *function = views->items[grow->view].function;

	if (grow->mark->inherited)
		return grow->mark->extra & LINK_FEW;
	if (!views->first_caller[grow->view] || link_set_has(&views->state->called_back, function->key))
		return false;
	for (uint32_t c = views->first_caller[grow->view]; c; c = views->callers.items[c - 1].next) {
		const struct link_caller *caller = &views->callers.items[c - 1];

		if (!(views->items[caller->view].function->calls[caller->call].extra & LINK_CONSTANT))
			return false;
	}
	return true;
}

enum verdict { SILENT, GROWS };

/* What @act says of the container that @grow lets grow. */
static enum verdict judge_act(const struct solver *solver, const struct act *grow, const struct act *act,
                              struct cache_found *found)
{
	const bool serving = act->level >= LINK_LOOP_INPUT;
	const struct link_view *origin = &solver->views->items[act->mark->origin];

	if (!concerns(&act->place, &grow->place) && !sibling(solver, &act->place, &grow->place))
		return GROWS;
	switch (act->mark->kind) {
	case LINK_SHRINK:
	case LINK_EMPTY:
	case LINK_LIMIT:
		return serving ? SILENT : GROWS;
	case LINK_WALK:
		if (!serving && !(origin->function->flags & LINK_FREES) && act->place.length == grow->place.length)
			return SILENT; /* what was gathered is the program's result */
		found->memo |= act->mark->origin == grow->mark->origin;
		return GROWS;
	case LINK_SEARCH:
		found->memo |= serving;
		return GROWS;
	case LINK_GROW:
		found->memo |= (act->mark->extra & LINK_PART) != 0;
		found->sites++;
		return GROWS;
	default:
		return GROWS;
	}
}

static const void *root_key(const struct cache_place *place)
{
	return (const void *)(uintptr_t)(place->root | 1);
}

static const void *end_key(const struct cache_place *place)
{
	return (const void *)(uintptr_t)((place->length ? place->path[place->length - 1] : 0) | 1);
}

/* Acts that concern one container have the root of its place, or the end, in common. */
static void index_acts(struct solver *solver)
{
	for (size_t i = 0; i < solver->acts.count; i++) {
		struct act *act = &solver->acts.items[i];

		act->same_root = (uintptr_t)hash_map_find(&solver->by_root, root_key(&act->place));
		act->same_end = (uintptr_t)hash_map_find(&solver->by_end, end_key(&act->place));
		hash_map_put(&solver->by_root, root_key(&act->place), (void *)(uintptr_t)(i + 1));
		hash_map_put(&solver->by_end, end_key(&act->place), (void *)(uintptr_t)(i + 1));
	}
}

static enum verdict judge(const struct solver *solver, const struct act *grow, struct cache_found *found)
{
	const struct act *acts = solver->acts.items;
	const void *root = root_key(&grow->place);

	for (size_t i = (uintptr_t)hash_map_find(&solver->by_root, root); i; i = acts[i - 1].same_root) {
		if (judge_act(solver, grow, &acts[i - 1], found) == SILENT)
			return SILENT;
	}
	for (size_t i = (uintptr_t)hash_map_find(&solver->by_end, end_key(&grow->place)); i; i = acts[i - 1].same_end) {
		if (root_key(&acts[i - 1].place) != root && judge_act(solver, grow, &acts[i - 1], found) == SILENT)
			return SILENT;
	}
	if (found->memo && has_few_keys(solver, grow))
		return SILENT;
	return is_bounded_by_counter(solver, grow) ? SILENT : GROWS;
}

static uint64_t place_hash(const struct cache_place *place)
{
	return hash_bytes(place->path, place->length * sizeof *place->path, place->root);
}

/* ---- the program, or each of several ---- */

struct solution {
	const struct cache_programs *programs;
	VEC(struct placed_mark) marks;
	VEC(struct lasting) lasting;
	struct hash_map seen;
	VEC(struct cache_found) found;
};

static void take_grow(const struct solver *solver, const struct act *grow, struct solution *solution)
{
	struct cache_found cache = {.place = grow->place,
	                            .grow = grow->mark,
	                            .view = grow->view,
	                            .level = grow->level,
	                            .handed = grow->handed,
	                            .vague = grow->vague,
	                            .library = !solver->service.has_main,
	                            .grower = solver->views->items[grow->view].function,
	                            .origin = solver->views->items[grow->mark->origin].function};

	if (grow->place.by_record && !link_set_has(&solver->lasting, grow->place.root))
		return;
	if (grows_for_ever(solver, grow) && judge(solver, grow, &cache) == GROWS)
		vec_push(&solution->found, cache);
}

static void find_lasting(struct solution *solution, uint32_t v)
{
	const struct link_views *views = solution->programs->views;
	const struct link_view *view = &views->items[v];

	for (uint32_t i = 0; i < view->objects.count; i++) {
		struct cache_place place;
		const struct link_field *field;

		if (view->objects.items[i].kind != LINK_LOAD || !cache_place_of(views, v, i, &place) ||
		    place.by_record || place.length != 1)
			continue;
		field = link_find_field(views->state, place.path[0]);
		if (field)
			vec_push(&solution->lasting, (struct lasting){v, field->record});
	}
}

/* Besides what it does to its container: something about counters, records of elements and arrays elsewhere. */
static bool says_more(const struct link_mark *mark)
{
	switch (mark->kind) {
	case LINK_RESIZE:
		return true;
	case LINK_GROW:
	case LINK_LOWER:
	case LINK_LIMIT:
	case LINK_ELEMENT_OFF:
		return !mark->inherited;
	default:
		return false;
	}
}

static void place_marks(struct solution *solution, uint32_t v)
{
	const struct link_views *views = solution->programs->views;
	const struct link_view *view = &views->items[v];

	for (size_t i = 0; i < view->marks.count; i++) {
		const struct link_mark *mark = &view->marks.items[i];
		const struct link_object *object = &view->objects.items[mark->object];
		struct placed_mark placed = {.mark = mark,
		                             .view = v,
		                             .key = object->key,
		                             .finaliser = view->function->flags & LINK_FINALISER};

		if (mark->kind < LINK_GROW)
			continue;
		if (mark->kind == LINK_GROW && !mark->inherited && object->kind == LINK_LOAD)
			placed.grows = link_find_field(views->state, object->key);
		placed.lasts = cache_place_of(views, v, placed.mark->object, &placed.place);
		if (placed.lasts || says_more(placed.mark))
			vec_push(&solution->marks, placed);
	}
}

static void solve_program(struct link_state *state, struct solution *solution, uint32_t program)
{
	struct solver solver = {.views = solution->programs->views, .state = state};

	cache_service_find(&solver.service, solution->programs, program, &solver.arena);
	for (size_t i = 0; i < solution->lasting.count; i++) {
		if (solver.service.member[solution->lasting.items[i].view])
			link_set_add(&solver.lasting, solution->lasting.items[i].record);
	}
	for (size_t i = 0; i < solution->marks.count; i++) {
		if (solver.service.member[solution->marks.items[i].view])
			gather_mark(&solver, &solution->marks.items[i]);
	}
	index_acts(&solver);
	for (size_t i = 0; i < solver.acts.count; i++)
		take_grow(&solver, &solver.acts.items[i], solution);
	hash_map_release(&solver.lowered);
	hash_map_release(&solver.limited);
	hash_map_release(&solver.taken);
	hash_map_release(&solver.resized);
	hash_map_release(&solver.growing);
	hash_map_release(&solver.several);
	hash_map_release(&solver.lasting);
	hash_map_release(&solver.by_root);
	hash_map_release(&solver.by_end);
	vec_release(&solver.acts);
	arena_clear(&solver.arena);
}

/* Once for each container; head and tail of one list are one. */
static bool is_new(struct solution *solution, const struct cache_found *cache)
{
	const uint64_t end = cache->grow->field + cache->origin->key;

	if (link_set_has(&solution->seen, place_hash(&cache->place)))
		return false;
	link_set_add(&solution->seen, place_hash(&cache->place));
	if (cache->grow->inherited || !cache->grow->field)
		return true;
	if (link_set_has(&solution->seen, end))
		return false;
	link_set_add(&solution->seen, end);
	return true;
}

/* What is known well comes first: the same with less is not told. */
static void tell(struct solution *solution, void (*found)(const struct cache_found *cache, void *context),
                 void *context)
{
	for (unsigned doubtful = 0; doubtful < 2; doubtful++) {
		for (size_t i = 0; i < solution->found.count; i++) {
			const struct cache_found *cache = &solution->found.items[i];

			if ((cache->handed || cache->vague) == doubtful && is_new(solution, cache))
				found(cache, context);
		}
	}
}

void cache_solve(struct link_state *state, void (*found)(const struct cache_found *cache, void *context), void *context)
{
	struct cache_programs programs;
	struct solution solution = {.programs = &programs};
	struct arena arena = {0};

	cache_programs_find(&programs, link_views_of(state), &arena);
	for (uint32_t v = 0; v < programs.views->count; v++) {
		find_lasting(&solution, v);
		place_marks(&solution, v);
	}
	for (uint32_t i = 0; i < programs.count || i == 0; i++)
		solve_program(state, &solution, i);
	tell(&solution, found, context);
	hash_map_release(&solution.seen);
	vec_release(&solution.found);
	vec_release(&solution.marks);
	vec_release(&solution.lasting);
	arena_clear(&arena);
}
