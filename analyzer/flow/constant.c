/* SPDX-License-Identifier: MIT */
/* Integer constants in the width and signedness of their types. */
#include "analyzer/flow/constant.h"

enum { MAX_DEPTH = 100 };

static bool eval(const struct ast_node *node, int64_t *value, unsigned depth);

static bool is_integer(const struct ast_type *type)
{
	return type && type->size > 0 && type->size <= 8 &&
	       (type->kind == AST_TYPE_INTEGER || type->kind == AST_TYPE_CHAR || type->kind == AST_TYPE_ENUM ||
	        type->kind == AST_TYPE_BOOL);
}

static bool is_signed(const struct ast_type *type)
{
	const struct ast_type *at = type->kind == AST_TYPE_ENUM && type->enumeration && type->enumeration->integer
	                                    ? type->enumeration->integer
	                                    : type;

	return (at->canonical->flags & AST_TYPE_SIGNED) != 0;
}

/* What is left of @bits in an object of this type. */
static bool fit(const struct ast_type *type, uint64_t bits, int64_t *value)
{
	if (!is_integer(type))
		return false;
	if (type->kind == AST_TYPE_BOOL) {
		*value = bits != 0;
		return true;
	}

	unsigned spare = 64 - 8 * (unsigned)type->size;

	*value = is_signed(type) ? (int64_t)(bits << spare) >> spare : (int64_t)(bits << spare >> spare);
	return true;
}

static bool unary(const struct ast_node *node, int64_t *value, unsigned depth)
{
	int64_t a;

	if (!eval(node->children[0], &a, depth))
		return false;
	switch (node->op) {
	case AST_OP_PLUS:
	case AST_OP_EXTENSION:
		return fit(node->type, (uint64_t)a, value);
	case AST_OP_MINUS:
		return fit(node->type, 0 - (uint64_t)a, value);
	case AST_OP_NOT:
		return fit(node->type, ~(uint64_t)a, value);
	case AST_OP_LNOT:
		*value = !a;
		return true;
	default:
		return false;
	}
}

/* && and ||: the right side counts only when the left one does not decide. */
static bool logical(const struct ast_node *node, int64_t *value, unsigned depth)
{
	bool both = node->op == AST_OP_LAND;
	int64_t a;

	if (!eval(node->children[0], &a, depth))
		return false;
	if ((a != 0) != both) {
		*value = !both;
		return true;
	}
	if (!eval(node->children[1], &a, depth))
		return false;
	*value = a != 0;
	return true;
}

static bool compare(const struct ast_node *node, int64_t a, int64_t b, int64_t *value)
{
	const struct ast_type *type = node->children[0]->type;

	if (!is_integer(type) || !is_integer(node->children[1]->type))
		return false;

	bool less = is_signed(type) ? a < b : (uint64_t)a < (uint64_t)b;

	switch (node->op) {
	case AST_OP_LT:
		*value = less;
		return true;
	case AST_OP_GE:
		*value = !less;
		return true;
	case AST_OP_GT:
		*value = !less && a != b;
		return true;
	case AST_OP_LE:
		*value = less || a == b;
		return true;
	case AST_OP_EQ:
		*value = a == b;
		return true;
	case AST_OP_NE:
		*value = a != b;
		return true;
	default:
		return false;
	}
}

static bool divide(const struct ast_node *node, int64_t a, int64_t b, uint64_t *bits)
{
	bool rest = node->op == AST_OP_REM;

	if (!b || !is_integer(node->type))
		return false;
	if (!is_signed(node->type))
		*bits = rest ? (uint64_t)a % (uint64_t)b : (uint64_t)a / (uint64_t)b;
	else if (a == INT64_MIN && b == -1)
		return false;
	else
		*bits = (uint64_t)(rest ? a % b : a / b);
	return true;
}

static bool shift(const struct ast_node *node, int64_t a, int64_t b, uint64_t *bits)
{
	if (!is_integer(node->type) || b < 0 || b >= 8 * node->type->size)
		return false;
	if (node->op == AST_OP_SHL)
		*bits = (uint64_t)a << b;
	else
		*bits = is_signed(node->type) ? (uint64_t)(a >> b) : (uint64_t)a >> b;
	return true;
}

static bool binary(const struct ast_node *node, int64_t *value, unsigned depth)
{
	uint64_t bits = 0;
	int64_t a, b;

	if (node->op == AST_OP_LAND || node->op == AST_OP_LOR)
		return logical(node, value, depth);
	if (!eval(node->children[0], &a, depth) || !eval(node->children[1], &b, depth))
		return false;
	switch (node->op) {
	case AST_OP_ADD:
		bits = (uint64_t)a + (uint64_t)b;
		break;
	case AST_OP_SUB:
		bits = (uint64_t)a - (uint64_t)b;
		break;
	case AST_OP_MUL:
		bits = (uint64_t)a * (uint64_t)b;
		break;
	case AST_OP_AND:
		bits = (uint64_t)a & (uint64_t)b;
		break;
	case AST_OP_OR:
		bits = (uint64_t)a | (uint64_t)b;
		break;
	case AST_OP_XOR:
		bits = (uint64_t)a ^ (uint64_t)b;
		break;
	case AST_OP_DIV:
	case AST_OP_REM:
		if (!divide(node, a, b, &bits))
			return false;
		break;
	case AST_OP_SHL:
	case AST_OP_SHR:
		if (!shift(node, a, b, &bits))
			return false;
		break;
	case AST_OP_COMMA:
		bits = (uint64_t)b;
		break;
	default:
		return compare(node, a, b, value);
	}
	return fit(node->type, bits, value);
}

static bool eval(const struct ast_node *node, int64_t *value, unsigned depth)
{
	int64_t condition;

	if (depth > MAX_DEPTH)
		return false;
	switch (node->kind) {
	case AST_INTEGER:
	case AST_CHARACTER:
	case AST_BOOLEAN:
		return fit(node->type, (uint64_t)node->u.value, value);
	case AST_SIZEOF:
	case AST_ALIGNOF:
		*value = node->u.value;
		return node->u.value >= 0;
	case AST_REF:
		if (!node->u.decl || node->u.decl->kind != AST_DECL_ENUMERATOR)
			return false;
		*value = ((const struct ast_enumerator *)node->u.decl)->value;
		return true;
	case AST_CAST:
	case AST_IMPLICIT_CAST:
		return eval(node->children[0], value, depth + 1) && fit(node->type, (uint64_t)*value, value);
	case AST_UNARY:
		return unary(node, value, depth + 1);
	case AST_BINARY:
		return binary(node, value, depth + 1);
	case AST_CONDITIONAL:
		return node->children[1]->kind != AST_NONE && eval(node->children[0], &condition, depth + 1) &&
		       eval(node->children[condition ? 1 : 2], value, depth + 1) &&
		       fit(node->type, (uint64_t)*value, value);
	default:
		return false;
	}
}

bool flow_constant(const struct ast_node *node, int64_t *value)
{
	return eval(node, value, 0);
}
