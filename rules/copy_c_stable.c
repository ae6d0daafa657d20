// SPDX-License-Identifier: MIT
/* Whether what a copy was made from stays as it is until the copy was last read. */
#include "rules/copy_c.h"
#include "rules/copy_c_roots.h"

#include <string.h>
#include <strings.h>

struct watch {
	struct rule_collect *run;
	struct flow_function *flow;
	struct root_scope scope;
	const struct heap_copy *copy;
	struct root source;
	bool bytes;       /* the source is characters: only they, or what holds some, change it */
	uint8_t *between; /* of each point: 1 after the copy, 2 before a read of it */
};

enum { AFTER = 1, BEFORE = 2 };

/* Memory of the function's own that no callee can reach unless it is given it. */
static bool is_private(struct watch *w)
{
	const struct flow_owner *owners;
	uint32_t count;

	if (w->source.kind == ROOT_LITERAL)
		return true;
	if (w->source.kind == ROOT_LOCAL)
		return !root_is_reachable(&w->scope, &w->source);
	if (w->source.kind != ROOT_FRESH)
		return false;
	owners = rule_owners(w->run, &count);
	for (uint32_t i = 0; i < count; i++) {
		if (owners[i].call != w->source.what || owners[i].escapes)
			continue;
		for (uint32_t j = 0; j < owners[i].nconditions; j++)
			flow_require(&w->run->conditions, &owners[i].conditions[j]);
		return true;
	}
	return false;
}

/* ---- what happens in between ---- */

static void mark_after(struct watch *w)
{
	const struct flow_cfg *cfg = w->flow->cfg;
	bool *seen = arena_array(&w->run->scratch, cfg->nblocks, bool);
	VEC(uint32_t) stack = {0};
	uint32_t block = cfg->points[w->copy->from].block, at = w->copy->from + 1;

	for (;;) {
		const uint32_t end = cfg->blocks[block].first + cfg->blocks[block].npoints;

		while (at < end && at != w->copy->from)
			w->between[at++] |= AFTER;
		for (uint32_t i = 0; at == end && i < cfg->blocks[block].nsuccs; i++) {
			uint32_t next = cfg->succs[cfg->blocks[block].first_succ + i].block;

			if (!seen[next])
				vec_push(&stack, next);
			seen[next] = true;
		}
		if (!stack.count)
			break;
		block = vec_pop(&stack);
		at = cfg->blocks[block].first;
	}
	vec_release(&stack);
}

static void mark_before(struct watch *w, uint32_t read)
{
	const struct flow_cfg *cfg = w->flow->cfg;
	bool *seen = arena_array(&w->run->scratch, cfg->nblocks, bool);
	VEC(uint32_t) stack = {0};
	uint32_t block = cfg->points[read].block, end = read + 1;

	for (;;) {
		const uint32_t first = cfg->blocks[block].first;

		while (end > first && end - 1 != w->copy->from)
			w->between[--end] |= BEFORE;
		for (uint32_t i = 0; end == first && i < cfg->blocks[block].npreds; i++) {
			uint32_t next = cfg->preds[cfg->blocks[block].first_pred + i].block;

			if (!seen[next] && cfg->blocks[next].order != FLOW_NONE)
				vec_push(&stack, next);
			seen[next] = true;
		}
		if (!stack.count)
			break;
		block = vec_pop(&stack);
		end = cfg->blocks[block].first + cfg->blocks[block].npoints;
	}
	vec_release(&stack);
}

/* An object of this type cannot be part of a string, nor hold one that is not behind a pointer. */
static bool cannot_hold(const struct watch *w, const struct ast_type *type)
{
	const struct ast_type *bare = ast_bare_type(type);

	if (!bare || !w->bytes)
		return false;
	switch (bare->kind) {
	case AST_TYPE_BOOL:
	case AST_TYPE_INTEGER:
	case AST_TYPE_FLOATING:
	case AST_TYPE_COMPLEX:
	case AST_TYPE_ENUM:
	case AST_TYPE_POINTER:
		return !copy_is_bytes(bare);
	case AST_TYPE_ARRAY:
	case AST_TYPE_VARIABLE_ARRAY:
		return cannot_hold(w, bare->target);
	case AST_TYPE_RECORD: /* a FILE, a mutex: nobody's string lies in there */
		return bare->record && bare->record->decl.flags & AST_SYSTEM && w->source.kind != ROOT_SHARED;
	default:
		return false;
	}
}

static bool stores_to_source(struct watch *w, const struct ast_node *target)
{
	struct root root;

	if (cannot_hold(w, target->type))
		return false;
	root = root_of_place(&w->scope, target);
	return roots_may_meet(&w->scope, &w->source, &root);
}

/* What a callee does through one argument. */
static bool argument_reaches_source(struct watch *w, const struct ast_node *call, uint32_t index)
{
	const struct ast_node *node = flow_strip_casts(call->children[index + 1]);
	const uint32_t effects = flow_arg_effects(w->run->flow, call, index);
	const uint32_t change = FLOW_WRITES | FLOW_FREES;
	const struct ast_type *type = node->type;
	struct root root;

	if (!(effects & (change | change << FLOW_INSIDE_SHIFT)) || !type)
		return false;
	root = root_of(&w->scope, node);
	if (type->kind == AST_TYPE_POINTER || root_is_array(type))
		type = type->target;
	if (effects & change && !cannot_hold(w, type) && roots_may_meet(&w->scope, &w->source, &root))
		return true;
	if (!(effects & change << FLOW_INSIDE_SHIFT) || is_private(w))
		return false;
	return !(type && type->kind == AST_TYPE_RECORD && cannot_hold(w, type));
}

static bool is_lock(const struct ast_node *call)
{
	const char *name = call->u.decl ? call->u.decl->name : "";

	for (const char *at = name; *at; at++)
		if (strncasecmp(at, "lock", 4) == 0 && (at == name || !strchr("bcBC", at[-1])))
			return true;
	return false;
}

/* Releases of the copy itself are no harm to its source. */
static bool releases_copy(const struct watch *w, const struct ast_node *call)
{
	for (uint32_t i = 0; i < w->copy->owner->nuses; i++)
		if (w->copy->owner->uses[i].node == call && w->copy->owner->uses[i].kind == FLOW_USE_RELEASE)
			return true;
	return false;
}

static bool call_reaches_source(struct watch *w, const struct ast_node *call)
{
	const uint32_t wild =
	        (w->bytes ? FLOW_DOES_WRITE_BYTES : FLOW_DOES_WRITE) | FLOW_DOES_UNKNOWN | FLOW_DOES_CALL_BACK;

	if (call->kind != AST_CALL || w->source.kind == ROOT_LITERAL)
		return call->kind != AST_CALL;
	if (releases_copy(w, call))
		return false;
	if (is_lock(call))
		return true;
	if (w->source.kind == ROOT_SHARED &&
	    flow_call_does(w->run->flow, call) & (wild | FLOW_RETURNS_SHARED | FLOW_DOES_IO))
		return true;
	if (!is_private(w) && !flow_call_never(w->run->flow, call, wild))
		return true;
	for (uint32_t i = 0; i + 1 < call->nchildren; i++)
		if (argument_reaches_source(w, call, i))
			return true;
	return false;
}

static bool is_threat(struct watch *w, const struct flow_point *point)
{
	const struct ast_node *node = point->node;

	if (point->kind == FLOW_DEATH)
		return w->source.kind != ROOT_LITERAL;
	switch (node->kind) {
	case AST_CALL:
	case AST_CONSTRUCT:
		return call_reaches_source(w, node);
	case AST_ASSIGN:
		return stores_to_source(w, node->children[0]);
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC)
			return stores_to_source(w, node->children[0]);
		return false;
	case AST_VAR:
		return w->source.kind == ROOT_LOCAL && node->u.decl == w->source.what;
	case AST_NEW:
	case AST_DELETE:
	case AST_AWAIT:
	case AST_ASM:
	case AST_ATOMIC:
	case AST_OTHER:
	case AST_OTHER_STMT:
	case AST_LAMBDA:
		return w->source.kind != ROOT_LITERAL;
	default:
		return false;
	}
}

/* ---- the life of the source ---- */

struct search {
	const struct ast_var *var;
	const struct ast_node *found;
};

static bool find_declaration(struct ast_node *node, void *context)
{
	struct search *search = context;

	if (node->kind == AST_VAR && node->u.decl == &search->var->decl)
		search->found = node;
	return !search->found;
}

/* The block in which a local is declared is still open wherever the copy is read. */
static bool outlives(const struct watch *w, const struct ast_var *var)
{
	struct search search = {.var = var};
	const struct ast_node *scope;

	if (var->parameter)
		return true;
	ast_walk(w->flow->function->body, find_declaration, &search);
	scope = search.found;
	while (scope && (scope->kind == AST_VAR || scope->kind == AST_DECL_STMT))
		scope = scope->parent;
	for (uint32_t i = 0; i < w->copy->owner->nuses && scope; i++) {
		const struct ast_node *use = w->copy->owner->uses[i].node;

		if (use->range.begin < scope->range.begin || use->range.end > scope->range.end)
			return false;
	}
	return scope != NULL;
}

/* ---- its length ---- */

struct length_walk {
	const struct ast_var *var;
	bool found, elsewhere; /* the variable; anything that is not a local variable or a number */
};

static bool walk_length(struct ast_node *node, void *context)
{
	struct length_walk *walk = context;

	walk->found = walk->found || (node->kind == AST_REF && node->u.decl == &walk->var->decl);
	walk->elsewhere =
	        walk->elsewhere || node->kind == AST_MEMBER || node->kind == AST_SUBSCRIPT || node->kind == AST_CALL ||
	        (node->kind == AST_UNARY && node->op == AST_OP_DEREF) ||
	        (node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_VAR &&
	         !((const struct ast_var *)node->u.decl)->local && !((const struct ast_var *)node->u.decl)->parameter);
	return true;
}

/* Readers that are told the length again are told the same one. */
static bool keeps_length(const struct watch *w)
{
	const struct flow_function *flow = w->flow;

	if (!w->copy->counted)
		return true;
	for (uint32_t i = 0; i < flow->nvars; i++) {
		struct length_walk walk = {.var = flow->vars[i]};

		if (!walk.var)
			continue;
		ast_walk((struct ast_node *)(uintptr_t)w->copy->length, walk_length, &walk);
		if (walk.elsewhere || (walk.found && flow->locals[i] & (FLOW_LOCAL_ADDRESS_TAKEN | FLOW_LOCAL_STATIC)))
			return false;
		for (uint32_t k = 0; k < flow->naccesses && walk.found; k++)
			if (flow->accesses[k].var == i && flow->accesses[k].point != FLOW_NONE &&
			    flow->accesses[k].mode & (FLOW_ACCESS_DEFINE | FLOW_ACCESS_WRITE) &&
			    w->between[flow->accesses[k].point] == (AFTER | BEFORE))
				return false;
	}
	return true;
}

bool heap_copy_is_stable(struct rule_collect *run, const struct heap_copy *copy)
{
	struct watch w = {.run = run, .flow = rule_flow(run), .copy = copy};
	const struct ast_type *type = copy->source->type;

	w.scope = (struct root_scope){.run = run, .flow = w.flow};
	w.source = root_of(&w.scope, copy->source);
	if (type && (type->kind == AST_TYPE_POINTER || root_is_array(type)))
		type = type->target;
	w.bytes = type && copy_is_bytes(type) && type->kind != AST_TYPE_VOID;
	if (w.source.kind == ROOT_LOCAL && !outlives(&w, w.source.what))
		return false;
	w.between = arena_array(&run->scratch, w.flow->cfg->npoints, uint8_t);
	mark_after(&w);
	for (uint32_t i = 0; i < copy->owner->nuses; i++)
		if (copy->owner->uses[i].kind == FLOW_USE_READ || copy->owner->uses[i].kind == FLOW_USE_ARGUMENT)
			mark_before(&w, copy->owner->uses[i].at);
	if (!keeps_length(&w))
		return false;
	for (uint32_t i = 0; i < w.flow->cfg->npoints; i++)
		if (w.between[i] == (AFTER | BEFORE) && is_threat(&w, &w.flow->cfg->points[i]))
			return false;
	return true;
}
