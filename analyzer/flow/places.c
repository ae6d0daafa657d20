/* SPDX-License-Identifier: MIT */
/* What an expression denotes. */
#include "analyzer/flow/places.h"

const struct ast_node *flow_strip_casts(const struct ast_node *node)
{
	while (node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST)
		node = node->children[0];
	return node;
}

static bool is_reference(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE);
}

static bool is_array(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_INCOMPLETE_ARRAY ||
	                type->kind == AST_TYPE_VARIABLE_ARRAY);
}

/* An array that turns into a pointer to its first element, or an object seen as its base class. */
static bool keeps_place(const struct ast_node *cast)
{
	const struct ast_node *inner = cast->children[0];

	if (cast->kind != AST_IMPLICIT_CAST || inner->flags & AST_LOADED)
		return false;
	if (is_array(inner->type))
		return cast->type && cast->type->kind == AST_TYPE_POINTER;
	return inner->type && cast->type && inner->type->kind == AST_TYPE_RECORD && cast->type->kind == AST_TYPE_RECORD;
}

/* The operand whose storage @node selects from; NULL if it starts anew or goes through a pointer. */
static const struct ast_node *selects_from(const struct ast_node *node)
{
	const struct ast_node *base;

	switch (node->kind) {
	case AST_MEMBER:
		base = node->children[0];
		if (node->u.decl && node->u.decl->kind != AST_DECL_FIELD)
			return NULL; /* methods and static members */
		return base->kind != AST_NONE && !(node->flags & AST_ARROW) ? base : NULL;
	case AST_SUBSCRIPT:
		base = node->children[0];
		if (base->kind == AST_IMPLICIT_CAST && keeps_place(base))
			return base->children[0];
		return is_array(base->type) || (base->type && base->type->kind == AST_TYPE_VECTOR) ? base : NULL;
	case AST_IMPLICIT_CAST:
		return keeps_place(node) && !is_array(node->children[0]->type) ? node->children[0] : NULL;
	case AST_UNARY: /* *array */
		base = node->children[0];
		if (node->op == AST_OP_DEREF && base->kind == AST_IMPLICIT_CAST && keeps_place(base))
			return base->children[0];
		return NULL;
	default:
		return NULL;
	}
}

const struct ast_node *flow_lvalue_top(const struct ast_node *node)
{
	for (const struct ast_node *up = node->parent; up; up = up->parent) {
		const struct ast_node *base = selects_from(up);

		if (base == node)
			node = up;
		else if (up->kind != AST_IMPLICIT_CAST || up->children[0] != node || !up->parent ||
		         selects_from(up->parent) != node)
			break;
	}
	return node;
}

struct flow_place flow_place_of(const struct ast_node *node)
{
	struct flow_place place = {0};

	for (;;) {
		const struct ast_node *base = selects_from(node);

		if (node->kind == AST_MEMBER && !place.field && node->u.decl && node->u.decl->kind == AST_DECL_FIELD)
			place.field = (const struct ast_field *)node->u.decl;
		if (base) {
			place.part = place.part || node->kind != AST_IMPLICIT_CAST;
			node = base;
			continue;
		}
		if (node->kind == AST_MEMBER && node->children[0]->kind == AST_NONE) {
			place.self = true;
			place.derefs++;
			return place;
		}
		if ((node->kind == AST_MEMBER) || node->kind == AST_SUBSCRIPT ||
		    (node->kind == AST_UNARY && node->op == AST_OP_DEREF)) {
			place.part = place.part || node->kind != AST_UNARY;
			place.derefs++;
			node = flow_strip_casts(node->children[0]);
			if (!place.pointer)
				place.pointer = node;
			continue;
		}
		break;
	}
	if (node->kind == AST_THIS)
		place.self = true;
	if (node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_VAR) {
		place.var = (const struct ast_var *)node->u.decl;
		if (is_reference(place.var->decl.type))
			place.derefs++;
	}
	return place;
}

bool flow_same_place(const struct ast_node *a, const struct ast_node *b)
{
	a = flow_strip_casts(a);
	b = flow_strip_casts(b);
	if (a->kind != b->kind || a->op != b->op || a->nchildren != b->nchildren)
		return false;
	switch (a->kind) {
	case AST_REF:
		return a->u.decl && a->u.decl == b->u.decl;
	case AST_THIS:
	case AST_NONE:
		return true;
	case AST_INTEGER:
	case AST_CHARACTER:
		return a->u.value == b->u.value;
	case AST_MEMBER:
		if (!a->u.decl || a->u.decl != b->u.decl)
			return false;
		break;
	case AST_SUBSCRIPT:
		break;
	case AST_UNARY:
		if (a->op != AST_OP_DEREF && a->op != AST_OP_ADDRESS)
			return false;
		break;
	case AST_BINARY:
		if (a->op != AST_OP_ADD && a->op != AST_OP_SUB)
			return false;
		break;
	default:
		return false;
	}
	for (uint32_t i = 0; i < a->nchildren; i++)
		if (!flow_same_place(a->children[i], b->children[i]))
			return false;
	return true;
}
