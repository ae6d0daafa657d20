/* SPDX-License-Identifier: MIT */
/* Follows a fresh block from its allocation through the locals that hold it. */
#include "analyzer/flow/owner.h"
#include "analyzer/base/vec.h"
#include "analyzer/flow/merge.h"
#include "analyzer/flow/program.h"

struct pending {
	const struct ast_node *value; /* an expression whose value is (part of) the block */
	bool alias;
};

struct follower {
	struct flow_function *f;
	struct flow_owner *owner;
	VEC(struct flow_use) uses;
	VEC(struct pending) work;
	struct hash_map seen; /* expressions and defining nodes already followed */
	bool alias;
};

static void add_use(struct follower *w, enum flow_use_kind kind, const struct flow_sink *sink, uint32_t effects,
                    uint32_t index)
{
	uint32_t at = flow_point_of(w->f, sink->node);

	if (kind == FLOW_USE_ESCAPE)
		w->owner->escapes = true;
	if (kind == FLOW_USE_RELEASE)
		w->owner->nreleases++;
	vec_push(&w->uses, (struct flow_use){.at = at,
	                                     .kind = (uint8_t)kind,
	                                     .alias = w->alias || sink->derived,
	                                     .effects = effects,
	                                     .index = index,
	                                     .node = sink->node});
}

static void follow_later(struct follower *w, const struct ast_node *value, bool alias)
{
	if (hash_map_find(&w->seen, value))
		return;
	hash_map_put(&w->seen, value, w);
	vec_push(&w->work, (struct pending){value, alias});
}

/* ---- through a local ---- */

struct local_walk {
	struct follower *w;
	uint32_t var;
};

static bool only_ours(struct follower *w, const struct flow_access *access)
{
	uint32_t found[2];

	return access->point == FLOW_NONE || flow_reaching(w->f, access->var, access->point, found, 2) == 1;
}

static bool follow_access(const struct flow_access *access, void *context)
{
	struct follower *w = ((struct local_walk *)context)->w;
	const struct ast_node *up = access->node ? access->node->parent : NULL;

	if (access->mode & FLOW_ACCESS_ADDRESS || !access->node) {
		w->owner->escapes = true;
		return true;
	}
	if (!only_ours(w, access))
		w->owner->shared_name = true;
	if (access->node->flags & AST_LOADED) {
		follow_later(w, access->node, w->alias);
	} else if (up && up->kind == AST_UNARY && access->mode & FLOW_ACCESS_DEFINE) {
		follow_later(w, up, true); /* p++: the result, and p itself from here on */
		if (!hash_map_find(&w->seen, access)) {
			struct local_walk again = {w, access->var};

			hash_map_put(&w->seen, access, w);
			flow_uses_after(w->f, access->var, access->point, follow_access, &again);
		}
	} else if (access->mode & (FLOW_ACCESS_WRITE | FLOW_ACCESS_READ)) {
		/* &p given to a call which may read or replace it; a part of a record that holds it */
		w->owner->escapes = true;
	}
	return true;
}

static void follow_local(struct follower *w, const struct flow_sink *sink)
{
	uint32_t var = flow_local(w->f, sink->var), at;
	struct local_walk walk = {w, var};

	if (var == FLOW_NONE || w->f->locals[var] & (FLOW_LOCAL_ADDRESS_TAKEN | FLOW_LOCAL_STATIC |
	                                             FLOW_LOCAL_REFERENCE | FLOW_LOCAL_VOLATILE)) {
		add_use(w, FLOW_USE_ESCAPE, sink, 0, 0);
		return;
	}
	if (!w->owner->var) {
		w->owner->var = sink->var;
		w->owner->name = sink->var->decl.name;
	} else if (w->owner->var != sink->var) {
		w->alias = w->owner->aliased = true;
	}
	if (hash_map_find(&w->seen, sink->node))
		return;
	hash_map_put(&w->seen, sink->node, w);
	at = flow_point_of(w->f, sink->node);
	if (at == FLOW_NONE)
		w->owner->escapes = true;
	else
		flow_uses_after(w->f, var, at, follow_access, &walk);
}

/* ---- through calls ---- */

/* strtol(text, &end, 10): what the result may point into is handed out through another argument. */
static void follow_handed_out(struct follower *w, const struct flow_sink *sink)
{
	const uint32_t out = FLOW_WRITES | FLOW_RETURNS_INSIDE;

	for (uint32_t i = 0; i + 1 < sink->node->nchildren; i++) {
		const struct ast_node *argument = flow_strip_casts(sink->node->children[i + 1]), *place = NULL;

		if (i == sink->index || (flow_arg_effects(w->f->program, sink->node, i) & out) != out ||
		    argument->kind == AST_NULL_POINTER || (argument->kind == AST_INTEGER && !argument->u.value))
			continue;
		if (argument->kind == AST_UNARY && argument->op == AST_OP_ADDRESS)
			place = argument->children[0];
		if (!place || place->kind != AST_REF || !place->u.decl || place->u.decl->kind != AST_DECL_VAR ||
		    !w->owner->var) {
			w->owner->escapes = true;
			continue;
		}
		w->alias = true;
		follow_local(w, &(struct flow_sink){.kind = FLOW_SINK_VARIABLE,
		                                    .derived = true,
		                                    .var = (const struct ast_var *)place->u.decl,
		                                    .node = place});
	}
}

static void follow_argument(struct follower *w, const struct flow_sink *sink, uint32_t effects, uint32_t index)
{
	if (effects & FLOW_KEEPS)
		add_use(w, FLOW_USE_ESCAPE, sink, effects, index);
	else if (effects & FLOW_FREES)
		add_use(w, FLOW_USE_RELEASE, sink, effects, index);
	else if (effects & (FLOW_READS | FLOW_WRITES | FLOW_CALLS | FLOW_INSIDE))
		add_use(w, FLOW_USE_ARGUMENT, sink, effects, index);
	else
		add_use(w, FLOW_USE_TEST, sink, effects, index);
	if (effects & FLOW_RETURNS && flow_result_points(sink->node))
		follow_later(w, sink->node, true);
	if (effects & FLOW_RETURNS && w->f->program && sink->node->kind == AST_CALL && index != FLOW_NONE)
		follow_handed_out(w, sink);
	if (effects & FLOW_RETURNS_INSIDE && sink->node->type && sink->node->type->kind != AST_TYPE_INTEGER)
		w->owner->escapes = true; /* what it owns may be in other hands now */
}

static void follow_sink(struct follower *w, const struct flow_sink *sink)
{
	switch (sink->kind) {
	case FLOW_SINK_NOTHING:
		add_use(w, FLOW_USE_TEST, sink, 0, 0);
		break;
	case FLOW_SINK_VARIABLE:
		follow_local(w, sink);
		break;
	case FLOW_SINK_ARGUMENT:
		follow_argument(w, sink,
		                w->f->program ? flow_arg_effects(w->f->program, sink->node, sink->index)
		                              : FLOW_EVERYTHING,
		                sink->index);
		break;
	case FLOW_SINK_OBJECT:
		follow_argument(w, sink, w->f->program ? flow_self_effects(w->f->program, sink->node) : FLOW_EVERYTHING,
		                FLOW_NONE);
		break;
	case FLOW_SINK_READ:
	case FLOW_SINK_INSIDE:
		add_use(w, FLOW_USE_READ, sink, 0, 0);
		break;
	case FLOW_SINK_WRITTEN:
		add_use(w, FLOW_USE_WRITE, sink, 0, 0);
		break;
	case FLOW_SINK_FREED:
		add_use(w, FLOW_USE_RELEASE, sink, FLOW_FREES, 0);
		break;
	default:
		add_use(w, FLOW_USE_ESCAPE, sink, 0, 0);
	}
}

/* The block was stored in a local through its address: asprintf(&p, ...). */
static void follow_stored(struct follower *w)
{
	const struct ast_node *place = w->owner->stored->children[0];
	struct local_walk walk = {w, flow_local(w->f, (const struct ast_var *)place->u.decl)};

	w->owner->var = (const struct ast_var *)place->u.decl;
	w->owner->name = place->u.decl->name;
	if (w->f->locals[walk.var] &
	    (FLOW_LOCAL_ADDRESS_TAKEN | FLOW_LOCAL_STATIC | FLOW_LOCAL_REFERENCE | FLOW_LOCAL_VOLATILE))
		w->owner->escapes = true;
	else
		flow_uses_after(w->f, walk.var, w->owner->at, follow_access, &walk);
}

static int by_point(const void *a, const void *b)
{
	const struct flow_use *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static void follow_owner(struct flow_function *f, struct flow_owner *owner)
{
	struct follower w = {.f = f, .owner = owner};
	struct flow_sinks sinks = {0};

	if (owner->stored)
		follow_stored(&w);
	else
		follow_later(&w, owner->call, false);
	while (w.work.count) {
		struct pending pending = vec_pop(&w.work);

		vec_clear(&sinks);
		flow_sinks_of(pending.value, &sinks);
		for (size_t i = 0; i < sinks.count; i++) {
			w.alias = pending.alias || sinks.items[i].derived;
			follow_sink(&w, &sinks.items[i]);
		}
	}
	if (w.uses.count)
		qsort(w.uses.items, w.uses.count, sizeof *w.uses.items, by_point);
	owner->nuses = (uint32_t)w.uses.count;
	owner->uses = arena_memdup(f->arena, w.uses.items, w.uses.count * sizeof *w.uses.items);
	vec_release(&w.uses);
	vec_release(&w.work);
	vec_release(&sinks);
	hash_map_release(&w.seen);
}

/* An open call whose result is kept in a local: perhaps a new block. */
static bool may_allocate(struct flow_program *program, const struct ast_node *call)
{
	const struct ast_function *callee = flow_callee(call);
	const struct ast_node *up = call->parent;

	while (up && up->kind == AST_CAST)
		up = up->parent;
	return program->conditions && callee && call->type && call->type->kind == AST_TYPE_POINTER && up &&
	       (up->kind == AST_VAR || up->kind == AST_ASSIGN) && flow_is_open(program, callee);
}

static bool makes_block(struct flow_program *program, const struct ast_node *node)
{
	if (node->kind == AST_NEW)
		return true;
	return node->kind == AST_CALL && program &&
	       (flow_call_does(program, node) & FLOW_RETURNS_NEW || may_allocate(program, node));
}

static bool allocates(struct flow_function *f, const struct flow_point *point)
{
	return point->kind == FLOW_EVAL && f->cfg->blocks[point->block].order != FLOW_NONE &&
	       makes_block(f->program, point->node);
}

/* The argument through which a call stores a new block in a local, in any variable without @f; NULL if there is none. */
static const struct ast_node *stores_block(struct flow_program *program, const struct flow_function *f,
                                           const struct ast_node *call)
{
	const struct flow_effects *effects;

	if (call->kind != AST_CALL || !program)
		return NULL;
	effects = flow_call_effects(program, call);
	for (uint32_t i = 1; i < call->nchildren && i <= effects->nargs; i++) {
		const struct ast_node *argument = flow_strip_casts(call->children[i]);

		if (effects->args[i - 1] & FLOW_STORES_NEW && argument->kind == AST_UNARY &&
		    argument->op == AST_OP_ADDRESS && argument->children[0]->kind == AST_REF &&
		    argument->children[0]->u.decl && argument->children[0]->u.decl->kind == AST_DECL_VAR &&
		    (!f || flow_local(f, (const struct ast_var *)argument->children[0]->u.decl) != FLOW_NONE))
			return argument;
	}
	return NULL;
}

static const struct ast_node *stores_into(struct flow_function *f, const struct flow_point *point)
{
	if (point->kind != FLOW_EVAL || f->cfg->blocks[point->block].order == FLOW_NONE)
		return NULL;
	return stores_block(f->program, f, point->node);
}

struct maker_search {
	struct flow_program *program;
	bool found;
};

static bool find_maker(struct ast_node *node, void *context)
{
	struct maker_search *search = context;

	search->found |= makes_block(search->program, node) || stores_block(search->program, NULL, node);
	return !search->found;
}

bool flow_may_own(struct flow_program *program, const struct ast_function *function)
{
	const uint64_t makers = AST_HAS(AST_CALL) | AST_HAS(AST_NEW);
	struct maker_search search = {.program = program};

	for (uint32_t i = 0; i < function->ninits && !search.found; i++)
		ast_walk_kinds(function->inits[i].value, makers, find_maker, &search);
	if (!search.found)
		ast_walk_kinds(function->body, makers, find_maker, &search);
	return search.found;
}

static void require_new(struct flow_program *program, const struct flow_owner *owner)
{
	if (!program || owner->stored || owner->call->kind != AST_CALL ||
	    flow_call_does(program, owner->call) & FLOW_RETURNS_NEW)
		return;
	flow_require(program->conditions,
	             &(struct flow_condition){.callee = flow_function_key(program->unit, flow_callee(owner->call)),
	                                      .argument = FLOW_ON_CALL,
	                                      .allowed = UINT32_MAX,
	                                      .required = FLOW_RETURNS_NEW});
}

/* Follows the owner with conditions of its own. */
static void assume_owner(struct flow_function *f, struct flow_owner *owner)
{
	struct flow_conditions *outer = f->program ? f->program->conditions : NULL, own = {0};

	if (!outer) {
		follow_owner(f, owner);
		return;
	}
	flow_assume(f->program, &own);
	require_new(f->program, owner);
	follow_owner(f, owner);
	flow_assume(f->program, outer);
	owner->nconditions = (uint32_t)own.count;
	owner->conditions = arena_memdup(f->arena, own.items, own.count * sizeof *own.items);
	vec_release(&own);
}

struct flow_owner *flow_owners(struct flow_function *f, uint32_t *count)
{
	const struct flow_cfg *cfg = f->cfg;
	VEC(struct flow_owner) owners = {0};
	struct flow_owner *kept;

	*count = 0;
	if (cfg->flags & (FLOW_INCOMPLETE | FLOW_COROUTINE | FLOW_HAS_SETJMP))
		return NULL;
	for (uint32_t i = 0; i < cfg->npoints; i++) {
		struct flow_owner owner = {.call = cfg->points[i].node, .at = i, .name = ""};

		if (!allocates(f, &cfg->points[i]))
			owner.stored = stores_into(f, &cfg->points[i]);
		if (owner.stored || allocates(f, &cfg->points[i]))
			vec_push(&owners, owner);
	}
	for (size_t i = 0; i < owners.count; i++)
		assume_owner(f, &owners.items[i]);
	*count = (uint32_t)owners.count;
	kept = arena_memdup(f->arena, owners.items, owners.count * sizeof *owners.items);
	vec_release(&owners);
	return kept;
}

const struct flow_use *flow_released_at(const struct flow_owner *owner)
{
	for (uint32_t i = 0; i < owner->nuses && owner->nreleases == 1; i++)
		if (owner->uses[i].kind == FLOW_USE_RELEASE)
			return &owner->uses[i];
	return NULL;
}

/* ---- last uses ---- */

static bool counts(const struct flow_use *use)
{
	return use->kind != FLOW_USE_TEST && use->kind != FLOW_USE_RELEASE && use->at != FLOW_NONE;
}

/* The last use in @block before point @end; NULL if there is none. */
static const struct flow_use *last_in_block(const struct flow_function *f, const struct flow_owner *owner,
                                            uint32_t block, uint32_t end)
{
	for (uint32_t i = owner->nuses; i > 0; i--) {
		const struct flow_use *use = &owner->uses[i - 1];

		if (counts(use) && use->at < end && f->cfg->points[use->at].block == block)
			return use;
	}
	return NULL;
}

/* The allocation stands in this block before @end: nothing behind it counts. */
static bool born_here(const struct flow_function *f, const struct flow_owner *owner, uint32_t block, uint32_t end)
{
	return f->cfg->points[owner->at].block == block && owner->at < end;
}

const struct flow_use *flow_last_use(struct flow_function *f, const struct flow_owner *owner,
                                     const struct flow_use *release)
{
	const struct flow_cfg *cfg = f->cfg;
	const struct flow_use *found = NULL;
	struct arena scratch = {0};
	bool *seen = arena_array(&scratch, cfg->nblocks, bool), several = false;
	VEC(uint32_t) stack = {0};
	uint32_t block = cfg->points[release->at].block, end = release->at;

	for (;;) {
		const struct flow_use *last = last_in_block(f, owner, block, end);

		several = several || (last && found && last != found);
		found = last ? last : found;
		for (uint32_t i = 0; !last && !born_here(f, owner, block, end) && i < cfg->blocks[block].npreds; i++) {
			uint32_t from = cfg->preds[cfg->blocks[block].first_pred + i].block;

			if (!seen[from] && cfg->blocks[from].order != FLOW_NONE)
				vec_push(&stack, from);
			seen[from] = true;
		}
		if (!stack.count)
			break;
		block = vec_pop(&stack);
		end = FLOW_NONE;
	}
	vec_release(&stack);
	arena_clear(&scratch);
	return several ? NULL : found;
}
