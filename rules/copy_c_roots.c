// SPDX-License-Identifier: MIT
/* Follows pointers back through definitions, calls and tables to the memory they lead to. */
#include "rules/copy_c_roots.h"

#include "analyzer/base/vec.h"

enum {
	DEPTH = 6,       /* steps back */
	CALLS_MAX = 12,  /* calls of a function that are looked at to tell its parameters apart */
	CALLERS_MAX = 2, /* functions from a callee up to its callers' callers */
};

static struct root follow(const struct root_scope *scope, const struct ast_node *node, unsigned depth);
static struct root follow_place(const struct root_scope *scope, const struct ast_node *node, unsigned depth);

/* ---- strings that are never written to ---- */

static bool is_literal(const struct ast_function *function, const struct ast_node *node, unsigned depth);

struct literal_walk {
	const struct ast_function *function;
	const struct ast_var *var;
	unsigned depth;
	bool any, other;
};

/* Everything that a table is initialised with: strings, numbers and functions, no variable of anybody's. */
static bool find_variable(struct ast_node *node, void *context)
{
	struct literal_walk *walk = context;

	if ((node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_VAR) || node->kind == AST_CALL ||
	    node->kind == AST_COMPOUND_LITERAL || (node->kind == AST_UNARY && node->op == AST_OP_ADDRESS))
		walk->other = true;
	return !walk->other;
}

/* names[i], table[i].name: a constant that is loaded from a constant table of literals. */
static bool is_in_literal_table(const struct ast_node *node)
{
	const struct flow_place place = flow_place_of(node);
	struct literal_walk walk = {0};

	if (place.derefs || place.self || !place.var || !place.var->init || !node->type ||
	    !(node->type->quals & AST_CONST) || place.var->parameter)
		return false;
	ast_walk(place.var->init, find_variable, &walk);
	return !walk.other;
}

static bool find_other_value(struct ast_node *node, void *context)
{
	struct literal_walk *walk = context;
	const struct ast_node *up = node->parent;

	if (node->kind != AST_REF || node->u.decl != &walk->var->decl || node->flags & AST_LOADED)
		return !walk->other;
	if (!up || up->kind != AST_ASSIGN || up->op != AST_OP_ASSIGN || up->children[0] != node ||
	    !is_literal(walk->function, up->children[1], walk->depth + 1))
		walk->other = true;
	return !walk->other;
}

/* A local pointer that only ever gets literals. */
static bool has_only_literals(const struct ast_function *function, const struct ast_var *var, unsigned depth)
{
	struct literal_walk walk = {.function = function, .var = var, .depth = depth};

	if (!var->local || var->parameter || var->decl.flags & AST_STATIC || var->function != function ||
	    (var->init && !is_literal(function, var->init, depth + 1)))
		return false;
	ast_walk(function->body, find_other_value, &walk);
	return !walk.other;
}

static bool find_other_result(struct ast_node *node, void *context)
{
	struct literal_walk *walk = context;

	if (node->kind != AST_RETURN)
		return !walk->other;
	walk->any = true;
	if (!node->nchildren || !is_literal(walk->function, node->children[0], walk->depth + 1))
		walk->other = true;
	return !walk->other;
}

/* A function of this unit that returns nothing but literals, or NULL. */
static bool returns_literals(const struct ast_function *function, unsigned depth)
{
	struct literal_walk walk = {.function = function, .depth = depth};

	if (!function || !function->body)
		return false;
	ast_walk(function->body, find_other_result, &walk);
	return walk.any && !walk.other;
}

static bool is_literal(const struct ast_function *function, const struct ast_node *node, unsigned depth)
{
	node = flow_strip_casts(node);
	if (depth > DEPTH)
		return false;
	switch (node->kind) {
	case AST_STRING:
	case AST_NULL_POINTER:
		return true;
	case AST_INTEGER:
		return !node->u.value;
	case AST_CONDITIONAL:
		return node->children[1]->kind != AST_NONE && is_literal(function, node->children[1], depth + 1) &&
		       is_literal(function, node->children[2], depth + 1);
	case AST_CALL:
		return returns_literals(flow_callee(node), depth + 1);
	case AST_REF:
		return node->flags & AST_LOADED && node->u.decl && node->u.decl->kind == AST_DECL_VAR &&
		       has_only_literals(function, (const struct ast_var *)node->u.decl, depth + 1);
	case AST_MEMBER:
	case AST_SUBSCRIPT:
		return is_in_literal_table(node);
	default:
		return false;
	}
}

/* ---- roots ---- */

static struct root root_of_call(const struct root_scope *scope, const struct ast_node *call, unsigned depth)
{
	const struct flow_effects *effects = flow_call_effects(scope->run->flow, call);
	const struct ast_node *returned = NULL;

	if (effects->does & FLOW_RETURNS_NEW)
		return (struct root){ROOT_FRESH, call};
	if (!effects->known)
		return (struct root){ROOT_ANYWHERE, NULL};
	for (uint32_t i = 1; i < call->nchildren; i++) {
		if (!(flow_arg_effects(scope->run->flow, call, i - 1) & (FLOW_RETURNS | FLOW_RETURNS_INSIDE)))
			continue;
		if (returned || flow_arg_effects(scope->run->flow, call, i - 1) & FLOW_RETURNS_INSIDE)
			return (struct root){ROOT_ANYWHERE, NULL};
		returned = call->children[i];
	}
	if (returned && effects->does & FLOW_RETURNS_SHARED)
		return (struct root){ROOT_ANYWHERE, NULL};
	if (returned)
		return follow(scope, returned, depth + 1);
	if (returns_literals(flow_callee(call), 0))
		return (struct root){ROOT_LITERAL, NULL};
	return (struct root){effects->does & FLOW_RETURNS_SHARED ? ROOT_SHARED : ROOT_ANYWHERE, NULL};
}

bool root_is_array(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_VARIABLE_ARRAY ||
	                type->kind == AST_TYPE_INCOMPLETE_ARRAY);
}

/* The value of a local pointer where @use stands: where its only definition that gets there comes from. */
static struct root root_of_value(const struct root_scope *scope, const struct ast_node *use, const struct ast_var *var,
                                 unsigned depth)
{
	uint32_t number = flow_local(scope->flow, var), at = flow_point_of(scope->flow, use), found[2];
	const struct flow_access *definition;

	if (number == FLOW_NONE || at == FLOW_NONE || scope->flow->locals[number] & ~(uint32_t)FLOW_LOCAL_REFERENCE ||
	    flow_reaching(scope->flow, number, at, found, 2) != 1)
		return (struct root){ROOT_ANYWHERE, NULL};
	definition = &scope->flow->accesses[found[0]];
	if (definition->point == FLOW_NONE)
		return (struct root){var->parameter ? ROOT_GIVEN : ROOT_ANYWHERE, var};
	if (!definition->value)
		return (struct root){ROOT_ANYWHERE, NULL};
	return follow(scope, definition->value, depth + 1);
}

/* Of the storage that an lvalue denotes. */
static struct root follow_place(const struct root_scope *scope, const struct ast_node *node, unsigned depth)
{
	const struct flow_place place = flow_place_of(node);

	if (place.derefs == 1 && place.pointer)
		return follow(scope, place.pointer, depth + 1);
	if (place.derefs || place.self || !place.var)
		return (struct root){ROOT_ANYWHERE, NULL};
	if (flow_local(scope->flow, place.var) == FLOW_NONE || place.var->decl.flags & AST_STATIC)
		return (struct root){ROOT_GLOBAL, place.var};
	return (struct root){ROOT_LOCAL, place.var};
}

/* A pointer loaded from memory: a library's own if the memory is. */
static struct root root_of_load(const struct root_scope *scope, const struct ast_node *node, unsigned depth)
{
	struct root base;

	if (is_in_literal_table(node))
		return (struct root){ROOT_LITERAL, NULL};
	base = follow_place(scope, node, depth);
	return (struct root){base.kind == ROOT_SHARED ? ROOT_SHARED : ROOT_ANYWHERE, NULL};
}

static struct root follow(const struct root_scope *scope, const struct ast_node *node, unsigned depth)
{
	struct root one, other;

	node = flow_strip_casts(node);
	if (depth > DEPTH)
		return (struct root){ROOT_ANYWHERE, NULL};
	switch (node->kind) {
	case AST_STRING:
		return (struct root){ROOT_LITERAL, NULL};
	case AST_REF:
		if (root_is_array(node->type))
			return follow_place(scope, node, depth);
		if (!node->u.decl || node->u.decl->kind != AST_DECL_VAR)
			return (struct root){ROOT_ANYWHERE, NULL};
		return root_of_value(scope, node, (const struct ast_var *)node->u.decl, depth);
	case AST_MEMBER:
	case AST_SUBSCRIPT:
		return root_is_array(node->type) ? follow_place(scope, node, depth) : root_of_load(scope, node, depth);
	case AST_UNARY:
		if (node->op == AST_OP_ADDRESS)
			return follow_place(scope, node->children[0], depth);
		return (struct root){ROOT_ANYWHERE, NULL};
	case AST_BINARY:
		if (node->op != AST_OP_ADD && node->op != AST_OP_SUB)
			return (struct root){ROOT_ANYWHERE, NULL};
		one = follow(scope, node->children[0], depth + 1);
		if (node->children[0]->type && node->children[0]->type->kind != AST_TYPE_POINTER &&
		    !root_is_array(node->children[0]->type))
			one = follow(scope, node->children[1], depth + 1);
		return one;
	case AST_CONDITIONAL:
		if (node->children[1]->kind == AST_NONE)
			return (struct root){ROOT_ANYWHERE, NULL};
		one = follow(scope, node->children[1], depth + 1);
		other = follow(scope, node->children[2], depth + 1);
		return one.kind == other.kind && one.what == other.what ? one : (struct root){ROOT_ANYWHERE, NULL};
	case AST_CALL:
		return root_of_call(scope, node, depth);
	default:
		return (struct root){ROOT_ANYWHERE, NULL};
	}
}

struct root root_of(const struct root_scope *scope, const struct ast_node *node)
{
	return follow(scope, node, 0);
}

struct root root_of_place(const struct root_scope *scope, const struct ast_node *node)
{
	return follow_place(scope, node, 0);
}

/* ---- two parameters, told apart by what the callers give ---- */

struct calls {
	const struct ast_function *function;
	const struct ast_node *items[CALLS_MAX];
	uint32_t count; /* may be more than there is room for */
};

static bool find_call(struct ast_node *node, void *context)
{
	struct calls *calls = context;

	if (node->kind != AST_CALL || flow_callee(node) != calls->function)
		return true;
	if (calls->count < CALLS_MAX)
		calls->items[calls->count] = node;
	calls->count++;
	return true;
}

static bool are_apart_in(const struct root_scope *scope, const struct ast_function *caller, const struct calls *calls,
                         uint32_t first, const uint32_t params[2])
{
	struct root_scope above = {
	        .run = scope->run,
	        .flow = flow_function_new(&scope->run->scratch, scope->run->unit, caller, scope->run->flow),
	        .level = scope->level + 1,
	};
	bool apart = true;

	for (uint32_t i = first; i < calls->count && apart; i++) {
		const struct ast_node *call = calls->items[i];
		struct root a, b;

		if (call->nchildren <= params[0] + 1 || call->nchildren <= params[1] + 1)
			return false;
		a = root_of(&above, call->children[params[0] + 1]);
		b = root_of(&above, call->children[params[1] + 1]);
		apart = !roots_may_meet(&above, &a, &b);
	}
	flow_function_release(above.flow);
	return apart;
}

/* Nobody gives the function the same memory as both parameters: all its callers are in this unit, and were looked at. */
static bool are_apart(const struct root_scope *scope, const struct ast_var *a, const struct ast_var *b)
{
	const struct ast_function *function = scope->flow->function;
	const struct ast_unit *unit = scope->run->unit;
	struct calls calls = {.function = function};
	const uint32_t params[2] = {a->index, b->index};

	if (a == b || function->decl.flags & AST_EXTERNAL || unit->cplusplus || function->uses != function->calls ||
	    scope->level >= CALLERS_MAX)
		return false;
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const uint32_t first = calls.count;

		if (!unit->functions[i]->body)
			continue;
		ast_walk_kinds(unit->functions[i]->body, AST_HAS(AST_CALL), find_call, &calls);
		if (calls.count > CALLS_MAX || (calls.count > first && unit->functions[i] == function))
			return false;
		if (calls.count > first && !are_apart_in(scope, unit->functions[i], &calls, first, params))
			return false;
	}
	return calls.count == function->calls;
}

/* ---- may they meet? ---- */

bool root_is_reachable(const struct root_scope *scope, const struct root *local)
{
	const uint32_t number = flow_local(scope->flow, local->what);

	return number == FLOW_NONE || scope->flow->locals[number] & FLOW_LOCAL_ADDRESS_TAKEN;
}

bool roots_may_meet(const struct root_scope *scope, const struct root *a, const struct root *b)
{
	if (a->kind == ROOT_LITERAL || b->kind == ROOT_LITERAL)
		return false;
	if (a->kind == b->kind && (a->kind == ROOT_LOCAL || a->kind == ROOT_FRESH || a->kind == ROOT_GLOBAL))
		return a->what == b->what;
	if (a->kind == ROOT_LOCAL)
		return b->kind == ROOT_ANYWHERE && root_is_reachable(scope, a);
	if (b->kind == ROOT_LOCAL)
		return a->kind == ROOT_ANYWHERE && root_is_reachable(scope, b);
	if (a->kind == ROOT_FRESH || b->kind == ROOT_FRESH)
		return a->kind == ROOT_ANYWHERE || b->kind == ROOT_ANYWHERE;
	if (a->kind == ROOT_GIVEN && b->kind == ROOT_GIVEN)
		return !are_apart(scope, a->what, b->what);
	return true;
}
