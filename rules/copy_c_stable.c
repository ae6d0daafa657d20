// SPDX-License-Identifier: MIT
/* Whether what a copy was made from stays as it is until the copy was last read. */
#include "rules/copy_c.h"

#include <string.h>
#include <strings.h>

/* Where a pointer comes from. */
enum root_kind {
	ROOT_ANYWHERE, /* not known */
	ROOT_LITERAL,  /* a string literal */
	ROOT_LOCAL,    /* the storage of a local variable */
	ROOT_GLOBAL,   /* the storage of a global variable, or a static one */
	ROOT_FRESH,    /* a block allocated in this function */
	ROOT_GIVEN,    /* what a parameter came with */
	ROOT_SHARED,   /* a library's own buffer, which it may use again */
};

struct root {
	enum root_kind kind;
	const void *what; /* LOCAL and GLOBAL: the variable; FRESH: the allocating call */
};

struct watch {
	struct rule_collect *run;
	struct flow_function *flow;
	const struct heap_copy *copy;
	struct root source;
	bool bytes;       /* the source is characters: only they, or what holds some, change it */
	uint8_t *between; /* of each point: 1 after the copy, 2 before a read of it */
};

enum { AFTER = 1, BEFORE = 2, DEPTH = 6 };

/* ---- roots ---- */

static struct root root_of(struct watch *w, const struct ast_node *node, unsigned depth);

static struct root root_of_call(struct watch *w, const struct ast_node *call, unsigned depth)
{
	const struct flow_effects *effects = flow_call_effects(w->run->flow, call);
	const struct ast_node *returned = NULL;

	if (effects->does & FLOW_RETURNS_NEW)
		return (struct root){ROOT_FRESH, call};
	if (!effects->known)
		return (struct root){ROOT_ANYWHERE, NULL};
	for (uint32_t i = 1; i < call->nchildren; i++) {
		if (!(flow_arg_effects(w->run->flow, call, i - 1) & (FLOW_RETURNS | FLOW_RETURNS_INSIDE)))
			continue;
		if (returned || flow_arg_effects(w->run->flow, call, i - 1) & FLOW_RETURNS_INSIDE)
			return (struct root){ROOT_ANYWHERE, NULL};
		returned = call->children[i];
	}
	if (returned)
		return root_of(w, returned, depth + 1);
	return (struct root){effects->does & FLOW_RETURNS_SHARED ? ROOT_SHARED : ROOT_ANYWHERE, NULL};
}

static bool is_array(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_VARIABLE_ARRAY ||
	                type->kind == AST_TYPE_INCOMPLETE_ARRAY);
}

/* The value of a local pointer where @use stands: where its only definition that gets there comes from. */
static struct root root_of_value(struct watch *w, const struct ast_node *use, const struct ast_var *var, unsigned depth)
{
	uint32_t number = flow_local(w->flow, var), at = flow_point_of(w->flow, use), found[2];
	const struct flow_access *definition;

	if (number == FLOW_NONE || at == FLOW_NONE || w->flow->locals[number] & ~(uint32_t)FLOW_LOCAL_REFERENCE ||
	    flow_reaching(w->flow, number, at, found, 2) != 1)
		return (struct root){ROOT_ANYWHERE, NULL};
	definition = &w->flow->accesses[found[0]];
	if (definition->point == FLOW_NONE)
		return (struct root){var->parameter ? ROOT_GIVEN : ROOT_ANYWHERE, var};
	if (!definition->value)
		return (struct root){ROOT_ANYWHERE, NULL};
	return root_of(w, definition->value, depth + 1);
}

/* Of the storage that an lvalue denotes. */
static struct root root_of_place(struct watch *w, const struct ast_node *node, unsigned depth)
{
	const struct flow_place place = flow_place_of(node);
	struct root base;

	if (place.derefs == 1 && place.pointer) {
		base = root_of(w, place.pointer, depth + 1);
		return base;
	}
	if (place.derefs || place.self || !place.var)
		return (struct root){ROOT_ANYWHERE, NULL};
	if (flow_local(w->flow, place.var) == FLOW_NONE || place.var->decl.flags & AST_STATIC)
		return (struct root){ROOT_GLOBAL, place.var};
	return (struct root){ROOT_LOCAL, place.var};
}

/* A pointer loaded from memory: a library's own if the memory is. */
static struct root root_of_load(struct watch *w, const struct ast_node *node, unsigned depth)
{
	struct root base = root_of_place(w, node, depth);

	return (struct root){base.kind == ROOT_SHARED ? ROOT_SHARED : ROOT_ANYWHERE, NULL};
}

static struct root root_of(struct watch *w, const struct ast_node *node, unsigned depth)
{
	struct root one, other;

	node = flow_strip_casts(node);
	if (depth > DEPTH)
		return (struct root){ROOT_ANYWHERE, NULL};
	switch (node->kind) {
	case AST_STRING:
		return (struct root){ROOT_LITERAL, NULL};
	case AST_REF:
		if (is_array(node->type))
			return root_of_place(w, node, depth);
		if (!node->u.decl || node->u.decl->kind != AST_DECL_VAR)
			return (struct root){ROOT_ANYWHERE, NULL};
		return root_of_value(w, node, (const struct ast_var *)node->u.decl, depth);
	case AST_MEMBER:
	case AST_SUBSCRIPT:
		return is_array(node->type) ? root_of_place(w, node, depth) : root_of_load(w, node, depth);
	case AST_UNARY:
		if (node->op == AST_OP_ADDRESS)
			return root_of_place(w, node->children[0], depth);
		return (struct root){ROOT_ANYWHERE, NULL};
	case AST_BINARY:
		if (node->op != AST_OP_ADD && node->op != AST_OP_SUB)
			return (struct root){ROOT_ANYWHERE, NULL};
		one = root_of(w, node->children[0], depth + 1);
		if (node->children[0]->type && node->children[0]->type->kind != AST_TYPE_POINTER &&
		    !is_array(node->children[0]->type))
			one = root_of(w, node->children[1], depth + 1);
		return one;
	case AST_CONDITIONAL:
		if (node->children[1]->kind == AST_NONE)
			return (struct root){ROOT_ANYWHERE, NULL};
		one = root_of(w, node->children[1], depth + 1);
		other = root_of(w, node->children[2], depth + 1);
		return one.kind == other.kind && one.what == other.what ? one : (struct root){ROOT_ANYWHERE, NULL};
	case AST_CALL:
		return root_of_call(w, node, depth);
	default:
		return (struct root){ROOT_ANYWHERE, NULL};
	}
}

/* A local whose address went somewhere: a pointer may lead to it. */
static bool is_reachable(const struct watch *w, const struct root *local)
{
	uint32_t number = flow_local(w->flow, local->what);

	return number == FLOW_NONE || w->flow->locals[number] & FLOW_LOCAL_ADDRESS_TAKEN;
}

/* True if the source may lie in what @other leads to. */
static bool may_be(const struct watch *w, const struct root *other)
{
	const struct root *source = &w->source;

	if (source->kind == ROOT_LITERAL || other->kind == ROOT_LITERAL)
		return false;
	if (source->kind == other->kind &&
	    (source->kind == ROOT_LOCAL || source->kind == ROOT_FRESH || source->kind == ROOT_GLOBAL))
		return source->what == other->what;
	if (source->kind == ROOT_LOCAL)
		return other->kind == ROOT_ANYWHERE && is_reachable(w, source);
	if (other->kind == ROOT_LOCAL)
		return source->kind == ROOT_ANYWHERE && is_reachable(w, other);
	if (source->kind == ROOT_FRESH || other->kind == ROOT_FRESH)
		return source->kind == ROOT_ANYWHERE || other->kind == ROOT_ANYWHERE;
	return true;
}

/* Memory of the function's own that no callee can reach unless it is given it. */
static bool is_private(struct watch *w)
{
	const struct flow_owner *owners;
	uint32_t count;

	if (w->source.kind == ROOT_LITERAL)
		return true;
	if (w->source.kind == ROOT_LOCAL)
		return !is_reachable(w, &w->source);
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
	root = root_of_place(w, target, 0);
	return may_be(w, &root);
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
	root = root_of(w, node, 0);
	if (type->kind == AST_TYPE_POINTER || is_array(type))
		type = type->target;
	if (effects & change && !cannot_hold(w, type) && may_be(w, &root))
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

bool heap_copy_is_stable(struct rule_collect *run, const struct heap_copy *copy)
{
	struct watch w = {.run = run, .flow = rule_flow(run), .copy = copy};
	const struct ast_type *type = copy->source->type;

	w.source = root_of(&w, copy->source, 0);
	if (type && (type->kind == AST_TYPE_POINTER || is_array(type)))
		type = type->target;
	w.bytes = type && copy_is_bytes(type) && type->kind != AST_TYPE_VOID;
	if (w.source.kind == ROOT_LOCAL && !outlives(&w, w.source.what))
		return false;
	w.between = arena_array(&run->scratch, w.flow->cfg->npoints, uint8_t);
	mark_after(&w);
	for (uint32_t i = 0; i < copy->owner->nuses; i++)
		if (copy->owner->uses[i].kind == FLOW_USE_READ || copy->owner->uses[i].kind == FLOW_USE_ARGUMENT)
			mark_before(&w, copy->owner->uses[i].at);
	for (uint32_t i = 0; i < w.flow->cfg->npoints; i++)
		if (w.between[i] == (AFTER | BEFORE) && is_threat(&w, &w.flow->cfg->points[i]))
			return false;
	return true;
}
