// SPDX-License-Identifier: MIT
/* links: functions that hold themselves: *f = [f] { … } with a std::shared_ptr<std::function<…>> f. */
#include "rules/links_collect.h"

#include <string.h>

static const struct ast_node *outside_casts(const struct ast_node *node)
{
	while (node && (node->kind == AST_IMPLICIT_CAST || node->kind == AST_CAST))
		node = node->parent;
	return node;
}

static bool is_operator(const struct ast_node *node, const char *name)
{
	return node && node->kind == AST_CALL && node->flags & AST_OPERATOR_CALL && node->u.decl &&
	       strcmp(node->u.decl->name, name) == 0 && node->nchildren > 1;
}

/* The local variable of *variable; NULL for anything else. */
static const struct ast_var *pointer_of(const struct ast_node *node)
{
	node = link_strip(node);
	node = is_operator(node, "operator*") ? link_strip(node->children[1]) : NULL;
	if (!node || node->kind != AST_REF || !node->u.decl || node->u.decl->kind != AST_DECL_VAR)
		return NULL;
	const struct ast_var *var = (const struct ast_var *)node->u.decl;

	return var->local && !(var->decl.flags & AST_STATIC) && link_is_shared(var->decl.type) ? var : NULL;
}

static bool is_lambda(const struct ast_node *value)
{
	value = link_strip(value);
	return value && value->kind == AST_LAMBDA;
}

/* Captured, called, set to a lambda or copied as a function: nothing that could let go of it. */
static bool is_harmless(const struct ast_node *reference)
{
	const struct ast_node *parent = outside_casts(reference->parent);

	if (parent && parent->kind == AST_LAMBDA)
		return true;
	if (!is_operator(parent, "operator*"))
		return false;
	parent = outside_casts(parent->parent);
	if (is_operator(parent, "operator="))
		return parent->nchildren > 2 && is_lambda(parent->children[2]);
	return parent && (parent->kind == AST_CALL || parent->kind == AST_CONSTRUCT);
}

struct uses {
	const struct ast_var *var;
	bool harmful;
};

static bool visit_reference(struct ast_node *node, void *context)
{
	struct uses *uses = context;

	if (node->kind == AST_REF && node->u.decl == &uses->var->decl)
		uses->harmful |= !is_harmless(node);
	return !uses->harmful;
}

bool link_holds_itself(struct link_reader *reader, const struct ast_node *target, const struct ast_node *value)
{
	struct uses uses = {.var = pointer_of(target)};

	if (!uses.var || !is_lambda(value))
		return false;
	ast_walk(reader->body->body, visit_reference, &uses);
	return !uses.harmful;
}
