/* SPDX-License-Identifier: MIT */
/* Where a value goes: from an expression upwards to what consumes it. */
#include "analyzer/base/vec.h"
#include "analyzer/flow/places.h"

/* A value on its way up. */
struct climb {
	struct flow_sinks *sinks;
	bool derived;
};

static void climb(struct climb c, const struct ast_node *node);

static void sink(const struct climb *c, enum flow_sink_kind kind, const struct ast_node *node, uint32_t index,
                 const struct ast_var *var)
{
	vec_push(c->sinks, (struct flow_sink){(uint8_t)kind, c->derived, index, var, node});
}

static bool is_pointer_like(const struct ast_type *type)
{
	if (!type)
		return true; /* not known */
	switch (type->kind) {
	case AST_TYPE_REFERENCE:
	case AST_TYPE_RVALUE_REFERENCE:
		return is_pointer_like(type->target);
	case AST_TYPE_POINTER:
	case AST_TYPE_RECORD:
	case AST_TYPE_DEPENDENT:
	case AST_TYPE_UNKNOWN:
	case AST_TYPE_ARRAY:
	case AST_TYPE_ATOMIC:
		return true;
	default:
		return false;
	}
}

static uint32_t child_index(const struct ast_node *parent, const struct ast_node *child)
{
	for (uint32_t i = 0; i < parent->nchildren; i++)
		if (parent->children[i] == child)
			return i;
	return FLOW_NONE;
}

/* A call that gives a reference to a number which is loaded at once: the tree marks only other lvalues as loaded. */
static bool is_loaded_result(const struct ast_node *node, const struct ast_node *up)
{
	const struct ast_type *type = node->kind == AST_CALL ? node->type : NULL;

	if (!type || !up || type->kind < AST_TYPE_BOOL || type->kind > AST_TYPE_ENUM)
		return false;
	switch (up->kind) {
	case AST_IMPLICIT_CAST:
	case AST_BINARY:
	case AST_IF:
	case AST_SWITCH:
	case AST_WHILE:
		return true;
	case AST_ASSIGN:
		return up->children[1] == node;
	case AST_VAR:
		return up->u.decl->type && up->u.decl->type->kind >= AST_TYPE_BOOL &&
		       up->u.decl->type->kind <= AST_TYPE_ENUM;
	default:
		return false;
	}
}

/* for (int x : node): numbers are read from it, and nothing that leads back. */
static bool gives_numbers(const struct ast_node *loop, const struct ast_node *node)
{
	const struct ast_decl *var;

	if (loop->kind != AST_RANGE_FOR || loop->children[1] != node)
		return false;
	var = loop->children[0]->kind == AST_VAR ? loop->children[0]->u.decl : NULL;
	return var && var->type && var->type->kind >= AST_TYPE_BOOL && var->type->kind <= AST_TYPE_ENUM;
}

/* An lvalue reached through the value: is it read, written, or is its address the value again? */
static void through(struct climb c, const struct ast_node *node)
{
	const struct ast_node *top = flow_lvalue_top(node), *up = top->parent;

	c.derived = c.derived || top != node || node->kind == AST_MEMBER || node->kind == AST_SUBSCRIPT;
	if (top->flags & AST_LOADED || is_loaded_result(top, up)) {
		sink(&c, FLOW_SINK_READ, top, 0, NULL);
		if (is_pointer_like(top->type))
			sink(&c, FLOW_SINK_INSIDE, top, 0, NULL);
		return;
	}
	if (!up) {
		sink(&c, FLOW_SINK_UNKNOWN, top, 0, NULL);
		return;
	}
	if (gives_numbers(up, top)) {
		sink(&c, FLOW_SINK_READ, up, 0, NULL);
		return;
	}
	if (up->kind == AST_ASSIGN && up->children[0] == top) {
		sink(&c, FLOW_SINK_WRITTEN, up, 0, NULL);
		if (up->op != AST_OP_ASSIGN)
			sink(&c, FLOW_SINK_READ, up, 0, NULL);
	} else if (up->kind == AST_UNARY && up->op >= AST_OP_PRE_INC && up->op <= AST_OP_POST_DEC) {
		sink(&c, FLOW_SINK_READ, up, 0, NULL);
		sink(&c, FLOW_SINK_WRITTEN, up, 0, NULL);
	} else if (up->kind == AST_UNARY && up->op == AST_OP_ADDRESS) {
		climb(c, up);
	} else {
		flow_address_sinks(top, c.sinks);
	}
}

static void climb_unary(struct climb c, const struct ast_node *node, const struct ast_node *up)
{
	switch (up->op) {
	case AST_OP_DEREF:
		through(c, up);
		break;
	case AST_OP_LNOT:
		sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
		break;
	case AST_OP_PLUS:
	case AST_OP_EXTENSION:
		climb(c, up);
		break;
	default:
		sink(&c, is_pointer_like(node->type) ? FLOW_SINK_UNKNOWN : FLOW_SINK_NOTHING, up, 0, NULL);
	}
}

static void climb_binary(struct climb c, const struct ast_node *node, const struct ast_node *up)
{
	if (up->op == AST_OP_COMMA) {
		if (up->children[1] == node)
			climb(c, up);
		else
			sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
		return;
	}
	if ((up->op == AST_OP_ADD || up->op == AST_OP_SUB) && is_pointer_like(up->type)) {
		c.derived = true;
		climb(c, up);
		return;
	}
	if (up->op == AST_OP_PTR_MEM)
		sink(&c, FLOW_SINK_UNKNOWN, up, 0, NULL);
	else if (is_pointer_like(node->type) || (up->op >= AST_OP_LT && up->op <= AST_OP_NE) || up->op == AST_OP_LAND ||
	         up->op == AST_OP_LOR)
		sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
	else
		climb(c, up);
}

/* `target = value`: into a local as a whole, or into memory. */
static void climb_assign(struct climb c, const struct ast_node *node, const struct ast_node *up)
{
	struct flow_place place;

	if (up->children[1] != node) {
		sink(&c, FLOW_SINK_UNKNOWN, up, 0, NULL); /* a value as target: references, broken code */
		return;
	}
	if (up->op != AST_OP_ASSIGN && !is_pointer_like(up->type)) {
		sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
		return;
	}
	place = flow_place_of(up->children[0]);
	if (place.var && !place.derefs && !place.part && place.var->local && !(place.var->decl.flags & AST_STATIC))
		sink(&c, FLOW_SINK_VARIABLE, up, 0, place.var);
	else
		sink(&c, FLOW_SINK_STORED, up, 0, place.var);
	climb(c, up);
}

static void climb_call(struct climb c, const struct ast_node *node, const struct ast_node *up)
{
	uint32_t index = child_index(up, node);

	if (up->kind == AST_CONSTRUCT)
		sink(&c, FLOW_SINK_ARGUMENT, up, index, NULL);
	else if (index)
		sink(&c, FLOW_SINK_ARGUMENT, up, index - 1, NULL);
	else
		sink(&c, FLOW_SINK_CALLED, up, 0, NULL);
}

static void climb_member(struct climb c, const struct ast_node *up)
{
	const struct ast_node *call = up->parent;

	if (up->u.decl && up->u.decl->kind == AST_DECL_FUNCTION && call && call->kind == AST_CALL &&
	    call->children[0] == up)
		sink(&c, FLOW_SINK_OBJECT, call, 0, NULL);
	else if (up->flags & AST_ARROW)
		through(c, up);
	else if (up->flags & AST_LOADED || is_pointer_like(up->type))
		climb(c, up); /* a field of a returned record */
	else
		sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
}

static void climb_variable(struct climb c, const struct ast_node *up)
{
	const struct ast_var *var = (const struct ast_var *)up->u.decl;

	if (!var || var->decl.kind != AST_DECL_VAR || var->decl.flags & AST_STATIC)
		sink(&c, FLOW_SINK_STORED, up, 0, NULL);
	else
		sink(&c, FLOW_SINK_VARIABLE, up, 0, var);
}

/* The value of a statement expression is its last statement's. */
static void climb_compound(struct climb c, const struct ast_node *node, const struct ast_node *up)
{
	bool last = up->nchildren && up->children[up->nchildren - 1] == node;

	if (last && up->parent && up->parent->kind == AST_STMT_EXPR)
		climb(c, up->parent);
	else
		sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
}

static void climb_cast(struct climb c, const struct ast_node *node, const struct ast_node *up)
{
	bool was = is_pointer_like(node->type), is = is_pointer_like(up->type);

	if (up->type && (up->type->kind == AST_TYPE_VOID || up->type->kind == AST_TYPE_BOOL))
		sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
	else if (was && !is)
		sink(&c, FLOW_SINK_UNKNOWN, up, 0, NULL); /* a pointer as a number: may come back */
	else
		climb(c, up);
}

static void climb(struct climb c, const struct ast_node *node)
{
	const struct ast_node *up = node->parent;

	if (!up) {
		sink(&c, FLOW_SINK_STORED, node, 0, NULL); /* a member's initialiser */
		return;
	}
	switch (up->kind) {
	case AST_CAST:
	case AST_IMPLICIT_CAST:
		climb_cast(c, node, up);
		break;
	case AST_UNARY:
		climb_unary(c, node, up);
		break;
	case AST_BINARY:
		climb_binary(c, node, up);
		break;
	case AST_ASSIGN:
		climb_assign(c, node, up);
		break;
	case AST_CONDITIONAL:
		if (up->children[0] == node && up->children[1]->kind != AST_NONE)
			sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
		else
			climb(c, up);
		break;
	case AST_GENERIC:
	case AST_STMT_EXPR:
		climb(c, up);
		break;
	case AST_SUBSCRIPT:
		if (is_pointer_like(node->type))
			through(c, up);
		else
			sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
		break;
	case AST_MEMBER:
		climb_member(c, up);
		break;
	case AST_CALL:
	case AST_CONSTRUCT:
		climb_call(c, node, up);
		break;
	case AST_VAR:
		climb_variable(c, up);
		break;
	case AST_RETURN:
		sink(&c, FLOW_SINK_RETURNED, up, 0, NULL);
		break;
	case AST_DELETE:
		sink(&c, FLOW_SINK_FREED, up, 0, NULL);
		break;
	case AST_INIT_LIST:
	case AST_DESIGNATED:
	case AST_COMPOUND_LITERAL:
		sink(&c, FLOW_SINK_STORED, up, 0, NULL);
		break;
	case AST_COMPOUND:
		climb_compound(c, node, up);
		break;
	case AST_IF:
	case AST_WHILE:
	case AST_DO:
	case AST_FOR:
	case AST_SWITCH:
	case AST_CASE:
	case AST_DEFAULT:
	case AST_LABEL:
	case AST_SIZEOF:
	case AST_ALIGNOF:
	case AST_OFFSETOF:
		sink(&c, FLOW_SINK_NOTHING, up, 0, NULL);
		break;
	default:
		sink(&c, FLOW_SINK_UNKNOWN, up, 0, NULL);
	}
}

void flow_through_sinks(const struct ast_node *node, struct flow_sinks *sinks)
{
	through((struct climb){sinks, false}, node);
}

/* A call whose result is a reference stands for the object itself. */
static bool gives_lvalue(const struct ast_node *node)
{
	const struct ast_function *callee = (const struct ast_function *)node->u.decl;
	const struct ast_type *type = node->type;

	if (node->kind != AST_CALL)
		return false;
	if (callee && callee->decl.kind == AST_DECL_FUNCTION && callee->result)
		type = callee->result;
	return type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE);
}

void flow_sinks_of(const struct ast_node *node, struct flow_sinks *sinks)
{
	if (gives_lvalue(node))
		flow_through_sinks(node, sinks);
	else
		climb((struct climb){sinks, false}, node);
}

/* The initialiser or argument of a reference; a copy made by a constructor is one of its arguments. */
void flow_address_sinks(const struct ast_node *node, struct flow_sinks *sinks)
{
	const struct ast_node *top = flow_lvalue_top(node), *up = top->parent;
	struct climb c = {sinks, top != node};

	if (top->flags & AST_LOADED || !up)
		return;
	if (up->kind == AST_ASSIGN && up->children[0] == top)
		return;
	if (up->kind == AST_UNARY && up->op == AST_OP_ADDRESS) {
		climb(c, up);
		return;
	}
	if (up->kind == AST_UNARY)
		return;
	if (gives_numbers(up, top)) {
		sink(&c, FLOW_SINK_READ, up, 0, NULL);
		return;
	}
	if (up->kind == AST_MEMBER && up->children[0] == top) { /* the object of a method call */
		climb_member(c, up);
		return;
	}
	climb(c, top);
}
