// SPDX-License-Identifier: MIT
/* Questions to the tree. */
#include "analyzer/ast/ast.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"

#include <string.h>

const char *ast_node_name(enum ast_node_kind kind)
{
	static const char *const names[] = {
#define NODE(id, class, arity, children) #id,
#include "analyzer/ast/nodes.def"
#undef NODE
	};

	return (unsigned)kind < AST_NODE_KINDS ? names[kind] : "?";
}

const char *ast_op_text(enum ast_op op)
{
	static const char *const texts[] = {
	        "",    "&",  "*",  "+",  "-",      "~",      "!",
	        "++",  "--", "++", "--", "__real", "__imag", "__extension__",
	        "*",   "/",  "%",  "+",  "-",      "<<",     ">>",
	        "<=>", "<",  ">",  "<=", ">=",     "==",     "!=",
	        "&",   "^",  "|",  "&&", "||",     ",",      "->*",
	        "=",   "*=", "/=", "%=", "+=",     "-=",     "<<=",
	        ">>=", "&=", "^=", "|=", "?",
	};

	_Static_assert(sizeof texts / sizeof *texts == AST_OPS, "a text for every operator");
	return (unsigned)op < AST_OPS ? texts[op] : "?";
}

bool ast_is_expr(const struct ast_node *node)
{
	enum { STMT, EXPR };
	static const uint8_t classes[] = {
#define NODE(id, class, arity, children) class,
#include "analyzer/ast/nodes.def"
#undef NODE
	};

	return node->kind < AST_NODE_KINDS && classes[node->kind] == EXPR;
}

const struct ast_file *ast_file_of(const struct ast_unit *unit, struct ast_range range)
{
	return range.file && range.file < unit->nfiles ? unit->files[range.file] : NULL;
}

void ast_line_column(const struct ast_file *file, uint32_t offset, uint32_t *line, uint32_t *column)
{
	uint32_t low = 0, high = file ? file->nlines : 0;

	*line = *column = 0;
	if (!high || !file->lines)
		return;
	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		if (file->lines[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	*line = low + 1;
	*column = offset - file->lines[low] + 1;
}

const char *ast_text(const struct ast_unit *unit, struct ast_range range, struct arena *arena)
{
	const struct ast_file *file = ast_file_of(unit, range);

	if (!file || !file->text || range.begin > range.end || range.end > file->size)
		return "";
	return arena_strndup(arena, file->text + range.begin, range.end - range.begin);
}

uint64_t ast_decl_key(const struct ast_unit *unit, const struct ast_decl *decl)
{
	const struct ast_file *file = ast_file_of(unit, decl->name_range);
	uint64_t key = hash_bytes(decl->usr, strlen(decl->usr), decl->kind);

	if (decl->kind == AST_DECL_FUNCTION || decl->kind == AST_DECL_VAR) {
		/* An external function is the same wherever it is declared. */
		if (decl->flags & AST_EXTERNAL)
			return key ? key : 1;
		key = hash_bytes(unit->main_path, strlen(unit->main_path), key);
	}
	if (file)
		key = hash_bytes(file->path, strlen(file->path), key);
	key = hash_bytes(&decl->line, sizeof decl->line, key);
	return key ? key : 1;
}

/* Nodes that are still to be walked: where few are not enough, on the heap. */
struct pending {
	VEC(struct ast_node *) more;
	struct ast_node *few[64];
	uint32_t nfew;
};

static void push_children(struct pending *pending, const struct ast_node *node, uint64_t wanted)
{
	for (uint32_t i = node->nchildren; i > 0; i--) {
		struct ast_node *child = node->children[i - 1];

		if (!((child->below | ast_node_has(child)) & wanted))
			continue;
		if (pending->nfew < sizeof pending->few / sizeof *pending->few)
			pending->few[pending->nfew++] = child;
		else
			vec_push(&pending->more, child);
	}
}

static struct ast_node *pop_node(struct pending *pending)
{
	if (pending->more.count)
		return vec_pop(&pending->more);
	return pending->nfew ? pending->few[--pending->nfew] : NULL;
}

void ast_walk_kinds(struct ast_node *root, uint64_t wanted, bool (*visit)(struct ast_node *node, void *context),
                    void *context)
{
	struct pending pending;

	memset(&pending.more, 0, sizeof pending.more);
	pending.nfew = 0;
	for (struct ast_node *node = root; node; node = pop_node(&pending)) {
		if ((!(ast_node_has(node) & wanted) || visit(node, context)) && node->below & wanted)
			push_children(&pending, node, wanted);
	}
	vec_release(&pending.more);
}

void ast_walk(struct ast_node *root, bool (*visit)(struct ast_node *node, void *context), void *context)
{
	ast_walk_kinds(root, UINT64_MAX, visit, context);
}

const struct ast_type *ast_bare_type(const struct ast_type *type)
{
	while (type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE) && type->target)
		type = type->target;
	return type ? type->canonical : NULL;
}

const struct ast_record *ast_record_of(const struct ast_type *type)
{
	while (type && type->kind != AST_TYPE_RECORD && type->kind != AST_TYPE_FUNCTION)
		type = type->target;
	return type ? type->record : NULL;
}

/* ---- integer constants ---- */

static bool apply(enum ast_op op, int64_t a, int64_t b, int64_t *value)
{
	switch (op) {
	case AST_OP_MUL:
		return !__builtin_mul_overflow(a, b, value);
	case AST_OP_ADD:
		return !__builtin_add_overflow(a, b, value);
	case AST_OP_SUB:
		return !__builtin_sub_overflow(a, b, value);
	case AST_OP_DIV:
	case AST_OP_REM:
		if (!b || (a == INT64_MIN && b == -1))
			return false;
		*value = op == AST_OP_DIV ? a / b : a % b;
		return true;
	case AST_OP_SHL:
		if (b < 0 || b > 62 || a < 0 || a > INT64_MAX >> b)
			return false;
		*value = a << b;
		return true;
	case AST_OP_SHR:
		if (b < 0 || b > 63 || a < 0)
			return false;
		*value = a >> b;
		return true;
	case AST_OP_AND:
		*value = a & b;
		return true;
	case AST_OP_OR:
		*value = a | b;
		return true;
	case AST_OP_XOR:
		*value = a ^ b;
		return true;
	default:
		return false;
	}
}

static bool constant(const struct ast_node *node, int64_t *value, unsigned depth)
{
	int64_t a, b;

	if (!node || depth > 200)
		return false;
	switch (node->kind) {
	case AST_INTEGER:
	case AST_CHARACTER:
	case AST_BOOLEAN:
		*value = node->u.value;
		return true;
	case AST_SIZEOF:
	case AST_ALIGNOF:
		*value = node->u.value;
		return *value >= 0;
	case AST_REF:
		if (!node->u.decl || node->u.decl->kind != AST_DECL_ENUMERATOR)
			return false;
		*value = ((const struct ast_enumerator *)node->u.decl)->value;
		return true;
	case AST_CAST:
	case AST_IMPLICIT_CAST:
		return node->type && (node->type->kind == AST_TYPE_INTEGER || node->type->kind == AST_TYPE_ENUM) &&
		       node->type->size >= 4 && constant(node->children[0], value, depth + 1);
	case AST_UNARY:
		if (!constant(node->children[0], &a, depth + 1) || a == INT64_MIN)
			return false;
		*value = node->op == AST_OP_MINUS ? -a : node->op == AST_OP_NOT ? ~a : node->op == AST_OP_LNOT ? !a : a;
		return node->op == AST_OP_MINUS || node->op == AST_OP_NOT || node->op == AST_OP_LNOT ||
		       node->op == AST_OP_PLUS;
	case AST_BINARY:
		return constant(node->children[0], &a, depth + 1) && constant(node->children[1], &b, depth + 1) &&
		       apply((enum ast_op)node->op, a, b, value);
	default:
		return false;
	}
}

bool ast_constant(const struct ast_node *node, int64_t *value)
{
	return constant(node, value, 0);
}

void ast_unit_free(struct ast_unit *unit)
{
	struct arena arena;

	if (!unit)
		return;
	intern_release(&unit->names);
	arena = unit->arena; /* the unit lives in it */
	arena_clear(&arena);
}
