/* SPDX-License-Identifier: MIT */
/* Expressions into points in order of evaluation; && || ! and ?: into branches. */
#include "analyzer/flow/builder.h"
#include "analyzer/flow/constant.h"

/* Whether the evaluation of this node itself, operands aside, is a point. */
static bool makes_point(const struct ast_node *node)
{
	switch (node->kind) {
	case AST_REF:
		return !node->u.decl || node->u.decl->kind == AST_DECL_VAR;
	case AST_MEMBER:
		return !node->u.decl || node->u.decl->kind == AST_DECL_FIELD || node->u.decl->kind == AST_DECL_VAR;
	case AST_UNARY:
		return node->op == AST_OP_DEREF || node->op == AST_OP_ADDRESS ||
		       (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC);
	case AST_THIS:
	case AST_SUBSCRIPT:
	case AST_CALL:
	case AST_CONSTRUCT:
	case AST_ASSIGN:
	case AST_RETURN:
	case AST_ASM:
	case AST_VA_ARG:
	case AST_ATOMIC:
	case AST_NEW:
	case AST_DELETE:
	case AST_LAMBDA:
	case AST_THROW:
	case AST_AWAIT:
	case AST_COMPOUND_LITERAL:
	case AST_OTHER:
	case AST_OTHER_STMT:
		return true;
	default:
		return false;
	}
}

static bool never_returns(const struct builder *b, const struct ast_node *call)
{
	const struct ast_decl *decl = call->u.decl;

	if (call->kind != AST_CALL || !decl || decl->kind != AST_DECL_FUNCTION)
		return false;

	const struct ast_function *callee = (const struct ast_function *)decl;

	if (callee->flags & AST_FUNCTION_NORETURN)
		return true;
	return b->oracle && b->oracle->never_returns && b->oracle->never_returns(b->oracle->context, callee);
}

static bool may_throw(const struct ast_node *node)
{
	const struct ast_function *callee = (const struct ast_function *)node->u.decl;

	switch (node->kind) {
	case AST_CALL:
	case AST_CONSTRUCT:
		return !callee || callee->decl.kind != AST_DECL_FUNCTION || !(callee->flags & AST_FUNCTION_NOEXCEPT);
	case AST_NEW:
	case AST_DELETE:
	case AST_AWAIT:
	case AST_OTHER:
	case AST_OTHER_STMT:
		return true;
	default:
		return false;
	}
}

/* The point of a node whose operands are done, and what it does to control. */
static void build_point(struct builder *b, const struct ast_node *node)
{
	graph_point(b, node, FLOW_EVAL);
	if (node->kind == AST_ASM)
		b->cfg->flags |= FLOW_HAS_ASM;
	if (node->kind == AST_AWAIT)
		b->cfg->flags |= FLOW_COROUTINE;
	if (node->kind == AST_THROW) {
		graph_throw(b);
		graph_close(b, node, NULL);
	} else if (never_returns(b, node)) {
		if (b->handlers)
			graph_throw(b);
		graph_edge(b, b->cfg->exit, FLOW_NORETURN, NULL);
		graph_close(b, node, NULL);
	} else if (b->handlers && may_throw(node)) {
		uint32_t next = graph_block(b);

		graph_throw(b);
		graph_join(b, next);
	}
}

/* Peels what does not change a condition's truth. */
static const struct ast_node *bare_condition(const struct ast_node *node)
{
	while (node->kind == AST_IMPLICIT_CAST && node->children[0]->kind != AST_NONE) {
		const struct ast_node *inner = node->children[0];

		if (inner->kind != AST_BINARY && inner->kind != AST_UNARY && inner->kind != AST_IMPLICIT_CAST)
			break;
		if (!node->type || node->type->kind == AST_TYPE_RECORD)
			break;
		node = inner;
	}
	return node;
}

static void build_test(struct builder *b, const struct ast_node *node, const struct ast_node *terminator, uint32_t yes,
                       uint32_t no)
{
	int64_t value = 0;
	bool known = flow_constant(node, &value);

	graph_expr(b, node);
	if (!known || value)
		graph_edge(b, yes, FLOW_TRUE, NULL);
	if (!known || !value)
		graph_edge(b, no, FLOW_FALSE, NULL);
	graph_close(b, terminator, node);
}

void graph_condition(struct builder *b, const struct ast_node *node, const struct ast_node *terminator, uint32_t yes,
                     uint32_t no)
{
	const struct ast_node *bare = bare_condition(node);

	if (node->kind == AST_NONE) {
		graph_edge(b, yes, FLOW_NEXT, NULL);
		graph_close(b, terminator, NULL);
		return;
	}
	if (b->current == FLOW_NONE)
		graph_open(b, graph_block(b));
	if (b->depth >= FLOW_MAX_DEPTH) {
		b->cfg->flags |= FLOW_INCOMPLETE;
		b->current = FLOW_NONE;
		return;
	}
	b->depth++;
	if (bare->kind == AST_UNARY && bare->op == AST_OP_LNOT) {
		graph_condition(b, bare->children[0], terminator, no, yes);
	} else if (bare->kind == AST_BINARY && bare->op == AST_OP_COMMA) {
		graph_expr(b, bare->children[0]);
		graph_condition(b, bare->children[1], terminator, yes, no);
	} else if (bare->kind == AST_BINARY && (bare->op == AST_OP_LAND || bare->op == AST_OP_LOR)) {
		uint32_t right = graph_block(b);
		bool both = bare->op == AST_OP_LAND;

		graph_condition(b, bare->children[0], bare, both ? right : yes, both ? no : right);
		graph_open(b, right);
		graph_condition(b, bare->children[1], terminator, yes, no);
	} else {
		build_test(b, node, terminator, yes, no);
	}
	b->depth--;
}

/* && and || used as a value: the right side is skipped or not, and both ways meet again. */
static void build_logical(struct builder *b, const struct ast_node *node)
{
	uint32_t right = graph_block(b), after = graph_block(b);
	bool both = node->op == AST_OP_LAND;

	graph_condition(b, node->children[0], node, both ? right : after, both ? after : right);
	graph_open(b, right);
	graph_expr(b, node->children[1]);
	graph_join(b, after);
}

static void build_conditional(struct builder *b, const struct ast_node *node)
{
	bool gnu = node->children[1]->kind == AST_NONE;
	uint32_t after = graph_block(b), no = graph_block(b), yes = gnu ? after : graph_block(b);

	graph_condition(b, node->children[0], node, yes, no);
	if (!gnu) {
		graph_open(b, yes);
		graph_expr(b, node->children[1]);
		graph_edge(b, after, FLOW_NEXT, NULL);
	}
	graph_open(b, no);
	graph_expr(b, node->children[2]);
	graph_join(b, after);
}

/* _Generic: one of the associations, and we are not told which. */
static void build_generic(struct builder *b, const struct ast_node *node)
{
	uint32_t from = b->current, after = graph_block(b);

	if (from == FLOW_NONE || node->nchildren < 2)
		return;
	graph_close(b, node, NULL);
	for (uint32_t i = 1; i < node->nchildren; i++) {
		uint32_t way = graph_block(b);

		graph_edge_from(b, from, way, FLOW_NEXT, NULL);
		graph_open(b, way);
		graph_expr(b, node->children[i]);
		graph_edge(b, after, FLOW_NEXT, NULL);
	}
	graph_open(b, after);
}

static void build_children(struct builder *b, const struct ast_node *node)
{
	for (uint32_t i = 0; i < node->nchildren; i++) {
		const struct ast_node *operand = node->children[i];

		if (operand->kind == AST_VAR)
			graph_variable(b, operand);
		else if (operand->kind == AST_COMPOUND)
			graph_statement(b, operand);
		else
			graph_expr(b, operand);
	}
}

static void build_lambda(struct builder *b, const struct ast_node *node)
{
	for (uint32_t i = 0; i < node->nchildren; i++)
		if (node->children[i]->kind == AST_VAR)
			graph_expr(b, node->children[i]->children[0]);
}

static void build_operands(struct builder *b, const struct ast_node *node)
{
	switch (node->kind) {
	case AST_ASSIGN: /* the value first, as C++17 has it */
		graph_expr(b, node->children[1]);
		graph_expr(b, node->children[0]);
		break;
	case AST_LAMBDA:
		build_lambda(b, node);
		break;
	default:
		build_children(b, node);
	}
}

static void build_node(struct builder *b, const struct ast_node *node)
{
	switch (node->kind) {
	case AST_NONE:
	case AST_SIZEOF: /* not evaluated */
	case AST_ALIGNOF:
	case AST_OFFSETOF:
	case AST_LABEL_ADDRESS:
	case AST_FIELD_DESIGNATOR:
	case AST_INDEX_DESIGNATOR:
		return;
	case AST_BINARY:
		if (node->op == AST_OP_LAND || node->op == AST_OP_LOR) {
			build_logical(b, node);
			return;
		}
		break;
	case AST_CONDITIONAL:
		build_conditional(b, node);
		return;
	case AST_GENERIC:
		build_generic(b, node);
		return;
	default:
		break;
	}
	build_operands(b, node);
	if (makes_point(node))
		build_point(b, node);
}

void graph_expr(struct builder *b, const struct ast_node *node)
{
	if (!node)
		return;
	if (b->depth >= FLOW_MAX_DEPTH) {
		b->cfg->flags |= FLOW_INCOMPLETE;
		return;
	}
	b->depth++;
	build_node(b, node);
	b->depth--;
}

/* The statement or expression whose end is the end of this variable's scope. */
static const struct ast_node *scope_of(const struct ast_node *var)
{
	const struct ast_node *scope = var->parent;

	while (scope && scope->kind == AST_DECL_STMT)
		scope = scope->parent;
	return scope;
}

/* A variable whose end the program notices: of class type, by value, with a destructor of its own or its members'. */
static bool has_destructor(const struct builder *b, const struct ast_var *var)
{
	const struct ast_type *type = var->decl.type;

	if (!b->unit->cplusplus || !type)
		return false;
	while (type->kind == AST_TYPE_ARRAY && type->target)
		type = type->target;
	return type->kind == AST_TYPE_RECORD && !(type->canonical->flags & AST_TYPE_POD);
}

/* A local static is initialised once: in C before the program starts, in C++ perhaps when control first comes here. */
static void build_static(struct builder *b, const struct ast_node *node)
{
	const struct ast_node *init = node->children[0];
	int64_t value;

	if (!b->unit->cplusplus || init->kind == AST_NONE || flow_constant(init, &value))
		return;

	uint32_t first = graph_block(b), after = graph_block(b);

	graph_edge(b, first, FLOW_TRUE, NULL);
	graph_edge(b, after, FLOW_FALSE, NULL);
	graph_close(b, node, NULL);
	graph_open(b, first);
	graph_expr(b, init);
	graph_point(b, node, FLOW_EVAL);
	graph_join(b, after);
}

void graph_variable(struct builder *b, const struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;

	if (node->kind != AST_VAR || !var || var->decl.kind != AST_DECL_VAR) {
		graph_expr(b, node);
		return;
	}
	if (var->decl.flags & AST_STATIC) {
		build_static(b, node);
		return;
	}
	graph_expr(b, node->children[0]);
	graph_point(b, node, FLOW_EVAL);
	if (has_destructor(b, var))
		vec_push(&b->locals, (struct builder_local){node, scope_of(node)});
}
