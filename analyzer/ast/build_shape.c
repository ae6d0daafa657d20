// SPDX-License-Identifier: MIT
/*
 * From libclang's children, which leave out what is absent and wrap what is implicit, to the fixed shapes of nodes.def:
 * expressions here, statements in build_statements.c.
 */
#include "analyzer/ast/build.h"
#include "analyzer/ast/lex.h"

#include <string.h>

struct ast_node *build_adopt(struct build *b, struct ast_node *node, struct ast_node *const *children, uint32_t count)
{
	node->nchildren = count;
	node->children = count ? arena_memdup(b->arena, children, count * sizeof *children) : NULL;
	for (uint32_t i = 0; i < count; i++) {
		node->children[i]->parent = node;
		node->below |= ast_node_has(children[i]) | children[i]->below;
	}
	return node;
}

struct ast_node *build_or_absent(struct build *b, struct ast_node *node)
{
	return node ? node : build_absent(b);
}

/* At most @arity children, absent ones at the end. */
struct ast_node *build_fixed(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count,
                             uint32_t arity)
{
	struct ast_node *slots[8];

	for (uint32_t i = 0; i < arity; i++)
		slots[i] = i < count ? children[i] : build_absent(b);
	return build_adopt(b, node, slots, arity);
}

const struct build_file *build_file_of(const struct build *b, const struct ast_node *node)
{
	return node->range.file ? b->file_list.items[node->range.file] : NULL;
}

/* True if @text stands between two nodes that do not come from macros. */
bool build_between(const struct build *b, const struct ast_node *left, const struct ast_node *right, const char *text)
{
	const struct build_file *file = build_file_of(b, left);
	struct lex lex;

	if (!file || !file->raw || ((left->flags | right->flags) & AST_MACRO) || right->range.begin < left->range.end)
		return false;
	lex_init(&lex, file->raw, right->range.begin, left->range.end);
	for (;;) {
		const struct lex_token token = lex_next_code(&lex);

		if (token.kind == LEX_END)
			return false;
		if (lex_is(&lex, token, text))
			return true;
	}
}

/* The token where the node begins, in the macro's definition if it comes from one. */
static bool begins_with(struct build *b, const struct build_frame *frame, const char *text)
{
	uint32_t size = 0;
	const char *at = build_spelling(b, clang_getRangeStart(clang_getCursorExtent(frame->cursor)), &size);
	const size_t length = strlen(text);

	return at && size >= length && !memcmp(at, text, length);
}

/* ---- expressions ---- */

static bool is_lvalue(const struct ast_node *node)
{
	switch (node->kind) {
	case AST_REF:
	case AST_MEMBER:
	case AST_SUBSCRIPT:
	case AST_COMPOUND_LITERAL:
		return true;
	case AST_UNARY:
		return node->op == AST_OP_DEREF || node->op == AST_OP_REAL || node->op == AST_OP_IMAG;
	default:
		return false;
	}
}

/* A parameter written as an array is a pointer, also where it is used. */
static void decay_parameter(struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;

	if (node->kind == AST_REF && var && var->decl.kind == AST_DECL_VAR && var->parameter)
		node->type = var->decl.type;
}

static struct ast_node *implicit(struct build *b, struct ast_node *node, struct ast_node *child)
{
	const struct ast_type *to = node->type, *from = child->type;

	if (!to || !from)
		return child;
	if (child->kind == AST_INIT_LIST || child->kind == AST_DESIGNATED)
		return child;
	if (to->canonical == from->canonical) {
		const bool value = !to->quals && !(b->unit->cplusplus && to->kind == AST_TYPE_RECORD);

		if (value && is_lvalue(child))
			child->flags |= AST_LOADED;
		decay_parameter(child);
		return child;
	}
	decay_parameter(child);
	node->type = build_decayed(b, to);
	node->kind = AST_IMPLICIT_CAST;
	node->flags |= AST_IMPLICIT;
	return build_adopt(b, node, &child, 1);
}

static bool has_designator(struct ast_node **children, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (children[i]->kind == AST_FIELD_DESIGNATOR)
			return true;
	return false;
}

static struct ast_node *index_designator(struct build *b, struct ast_node *first, struct ast_node *last)
{
	struct ast_node *node = arena_new(b->arena, struct ast_node);
	struct ast_node *slots[2] = {first, build_or_absent(b, last)};

	node->kind = AST_INDEX_DESIGNATOR;
	node->range = first->range;
	node->flags = first->flags & (AST_MACRO | AST_SYSTEM_MACRO);
	node->line = first->line;
	b->unit->nnodes++;
	return build_adopt(b, node, slots, 2);
}

static struct ast_node *designated(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	VEC(struct ast_node *) list = {0};

	for (uint32_t i = 0; i + 1 < count; i++) {
		struct ast_node *last = NULL, *first = children[i];

		if (first->kind == AST_FIELD_DESIGNATOR) {
			vec_push(&list, first);
			continue;
		}
		if (i + 2 < count && build_between(b, first, children[i + 1], "..."))
			last = children[++i];
		vec_push(&list, index_designator(b, first, last));
	}
	vec_push(&list, children[count - 1]);
	node->kind = AST_DESIGNATED;
	node->type = children[count - 1]->type;
	build_adopt(b, node, list.items, (uint32_t)list.count);
	vec_release(&list);
	return node;
}

static struct ast_node *offset_of(struct build *b, struct build_frame *frame, struct ast_node **children,
                                  uint32_t count)
{
	struct ast_node *node = frame->node;

	node->kind = AST_OFFSETOF;
	node->of = frame->type_ref;
	for (uint32_t i = 0; i < count && (!node->of || node->of->kind != AST_TYPE_RECORD); i++)
		if (children[i]->kind == AST_FIELD_DESIGNATOR && children[i]->u.decl)
			node->of = ((const struct ast_field *)children[i]->u.decl)->record->decl.type;
	return build_adopt(b, node, children, count);
}

static bool in_init_list(const struct build *b)
{
	return b->frames.count && vec_last(&b->frames).node->kind == AST_INIT_LIST;
}

/* GNU `a ?: b` shows a twice or thrice. */
static bool is_elvis(struct ast_node **children, uint32_t count)
{
	return count == 4 && children[0]->range.begin == children[2]->range.begin &&
	       children[0]->range.end == children[2]->range.end && children[0]->kind == children[2]->kind;
}

static struct ast_node *unexposed(struct build *b, struct build_frame *frame, struct ast_node **children,
                                  uint32_t count)
{
	struct ast_node *node = frame->node;

	if (count == 1 && children[0]->u.decl == NULL && children[0]->kind == AST_STRING)
		return children[0]; /* __func__ */
	if (has_designator(children, count))
		return in_init_list(b) && !frame->type_ref && children[count - 1]->kind != AST_FIELD_DESIGNATOR
		               ? designated(b, node, children, count)
		               : offset_of(b, frame, children, count);
	if (in_init_list(b) && count >= 2 && begins_with(b, frame, "["))
		return designated(b, node, children, count);
	if (is_elvis(children, count)) {
		struct ast_node *slots[3] = {children[0], build_absent(b), children[3]};

		node->kind = AST_CONDITIONAL;
		return build_adopt(b, node, slots, 3);
	}
	if (begins_with(b, frame, "__builtin_va_arg") && count == 1) {
		node->kind = AST_VA_ARG;
		return build_adopt(b, node, children, count);
	}
	if (begins_with(b, frame, "__c11_atomic") || begins_with(b, frame, "__atomic")) {
		node->kind = AST_ATOMIC;
		return build_adopt(b, node, children, count);
	}
	if (begins_with(b, frame, "co_await") || begins_with(b, frame, "co_yield")) {
		node->kind = AST_AWAIT;
		if (b->function)
			b->function->flags |= AST_FUNCTION_COROUTINE;
		return build_adopt(b, node, children, count);
	}
	if (!count && b->frames.count &&
	    (vec_last(&b->frames).node->kind == AST_CALL || vec_last(&b->frames).node->kind == AST_CONSTRUCT))
		node->kind = AST_DEFAULT_ARGUMENT;
	return build_adopt(b, node, children, count);
}

static bool is_function(const struct ast_node *node)
{
	return (node->type && node->type->kind == AST_TYPE_FUNCTION) ||
	       (node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_FUNCTION);
}

/* The function's own name decays to a pointer to call it: show the name. */
static struct ast_node *bare_callee(struct ast_node *callee)
{
	while (callee->kind == AST_IMPLICIT_CAST && is_function(callee->children[0]))
		callee = callee->children[0];
	return callee;
}

static struct ast_node *shape_call(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_function *function = (struct ast_function *)(uintptr_t)node->u.decl;

	for (uint32_t i = 0; function && (function->flags & AST_FUNCTION_OPERATOR) && i < count; i++) {
		struct ast_node *callee = bare_callee(children[i]);

		if (callee->kind != AST_REF || callee->u.decl != node->u.decl)
			continue;
		memmove(children + 1, children, i * sizeof *children);
		children[0] = callee;
		node->flags |= AST_OPERATOR_CALL;
		break;
	}
	if (count) {
		children[0] = bare_callee(children[0]);
		node->flags |= children[0]->kind == AST_MEMBER ? AST_METHOD_CALL : 0;
	}
	if (function && count && (children[0]->kind == AST_REF || children[0]->kind == AST_MEMBER))
		function->calls++;
	if (function && (function->flags & AST_FUNCTION_SETJMP) && b->function)
		b->function->flags |= AST_FUNCTION_SETJMP;
	if (function && b->function && strstr(function->decl.name, "setjmp"))
		b->function->flags |= AST_FUNCTION_SETJMP;
	return build_adopt(b, node, children, count);
}

static struct ast_node *shape_member(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	build_fixed(b, node, children, count, 1);
	if (node->children[0]->type && ast_bare_type(node->children[0]->type)->kind == AST_TYPE_POINTER)
		node->flags |= AST_ARROW;
	return node;
}

/* sizeof (struct s) against sizeof (struct s *): only the text tells. */
static bool operand_is_plain(struct build *b, const struct build_frame *frame)
{
	const struct build_file *file = build_file_of(b, frame->node);
	struct lex lex;

	if (!file || !file->raw || (frame->node->flags & AST_MACRO))
		return false;
	lex_init(&lex, file->raw, frame->node->range.end, frame->node->range.begin);
	for (;;) {
		const struct lex_token token = lex_next_code(&lex);

		if (token.kind == LEX_END)
			return true;
		if (lex_is(&lex, token, "*") || lex_is(&lex, token, "["))
			return false;
	}
}

static int64_t evaluated(CXCursor cursor)
{
	CXEvalResult result = clang_Cursor_Evaluate(cursor);
	int64_t value = -1;

	if (result && clang_EvalResult_getKind(result) == CXEval_Int)
		value = clang_EvalResult_getAsLongLong(result);
	if (result)
		clang_EvalResult_dispose(result);
	return value;
}

static struct ast_node *shape_sizeof(struct build *b, struct build_frame *frame, struct ast_node **children,
                                     uint32_t count)
{
	struct ast_node *node = frame->node;
	const struct ast_type *named = frame->type_ref;

	if (!begins_with(b, frame, "sizeof")) {
		const bool align = begins_with(b, frame, "_Alignof") || begins_with(b, frame, "alignof") ||
		                   begins_with(b, frame, "__alignof");

		node->kind = align ? AST_ALIGNOF : AST_OTHER;
		if (!align)
			return build_adopt(b, node, children, count);
	}
	if (count) {
		node->of = children[count - 1]->type;
		decay_parameter(children[count - 1]);
		if (children[count - 1]->kind == AST_REF)
			node->of = children[count - 1]->type;
		children[0] = children[count - 1];
		count = 1;
		node->u.value = node->of ? node->kind == AST_SIZEOF ? node->of->size : node->of->align : -1;
	} else {
		node->u.value = evaluated(frame->cursor);
		if (named &&
		    (operand_is_plain(b, frame) || ((node->flags & AST_MACRO) && node->kind == AST_SIZEOF &&
		                                    node->u.value == named->size && named->size != b->pointer_width)))
			node->of = named;
	}
	return build_fixed(b, node, children, count, 1);
}

static bool follows_bracket(const struct build *b, const struct ast_node *node)
{
	const struct build_file *file = build_file_of(b, node);
	uint32_t at = node->range.begin;

	if (!file || !file->raw)
		return false;
	while (at && strchr(" \t\r\n(", file->raw[at - 1]))
		at--;
	return at && file->raw[at - 1] == '[';
}

static struct ast_node *shape_new(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	VEC(struct ast_node *) list = {0};

	vec_push(&list, NULL);
	for (uint32_t i = 0; i < count; i++) {
		if (!list.items[0] && follows_bracket(b, children[i])) {
			list.items[0] = children[i];
			node->flags |= AST_ARRAY;
		} else {
			vec_push(&list, children[i]);
		}
	}
	list.items[0] = build_or_absent(b, list.items[0]);
	node->of = node->type ? node->type->target : NULL;
	build_adopt(b, node, list.items, (uint32_t)list.count);
	vec_release(&list);
	return node;
}

static struct ast_node *shape_delete(struct build *b, struct build_frame *frame, struct ast_node **children,
                                     uint32_t count)
{
	uint32_t size = 0;
	const char *text = build_spelling(b, clang_getRangeStart(clang_getCursorExtent(frame->cursor)), &size);
	struct lex lex;

	if (text) {
		lex_init(&lex, text, size, 0);
		if (lex_is(&lex, lex_next_code(&lex), "::"))
			lex_next_code(&lex);
		if (lex_is(&lex, lex_next_code(&lex), "["))
			frame->node->flags |= AST_ARRAY;
	}
	return build_fixed(b, frame->node, children, count, 1);
}

static struct ast_node *shape_cast(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_node *last = count ? children[count - 1] : NULL;

	if (!last)
		return build_fixed(b, node, children, 0, 1);
	decay_parameter(last);
	if (ast_cast_style(node) == AST_FUNCTIONAL_CAST && last->kind == AST_CONSTRUCT) {
		last->flags &= (uint16_t)~AST_IMPLICIT;
		last->range = node->range;
		return last; /* T(x) makes a T: the constructor says it all */
	}
	return build_fixed(b, node, &last, 1, 1);
}

static struct ast_node *shape_conditional(struct build *b, struct ast_node *node, struct ast_node **children,
                                          uint32_t count)
{
	return build_fixed(b, node, children, count, 3);
}

static void note_body(struct build *b, const struct ast_node *node)
{
	if (!b->function)
		return;
	if (node->kind == AST_GOTO || node->kind == AST_INDIRECT_GOTO || node->kind == AST_LABEL_ADDRESS)
		b->function->flags |= AST_FUNCTION_GOTO;
	else if (node->kind == AST_ASM)
		b->function->flags |= AST_FUNCTION_ASM;
}

/*
 * Conversions stand where their operand does, which may have lost its parentheses. In a macro everything stands there:
 * only the text of its definition tells builtins and operators apart.
 */
static bool is_conversion(struct build *b, const struct build_frame *frame, const struct ast_node *child)
{
	static const char *const others[] = {
	        "__builtin_va_arg", "__builtin_offsetof", "__c11_", "__atomic", "co_", "va_arg"};
	const struct ast_range *range = &frame->node->range;

	if (child->kind == AST_FIELD_DESIGNATOR)
		return false;
	if (child->kind == AST_OFFSETOF || child->kind == AST_VA_ARG || child->kind == AST_ATOMIC ||
	    child->kind == AST_AWAIT)
		return true; /* the builtin itself is below */
	if (!(frame->node->flags & AST_MACRO) && child->range.begin == range->begin && child->range.end == range->end)
		return true;
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (begins_with(b, frame, others[i]))
			return false;
	return true;
}

static struct ast_node *shape_expression(struct build *b, struct build_frame *frame, struct ast_node **children,
                                         uint32_t count)
{
	struct ast_node *node = frame->node;

	if (frame->cursor.kind == CXCursor_ParenExpr && count == 1) {
		children[0]->flags |= AST_PARENTHESISED;
		return children[0];
	}
	if (frame->cursor.kind == CXCursor_UnexposedExpr) {
		if (count == 1 && is_conversion(b, frame, children[0]))
			return implicit(b, node, children[0]);
		return unexposed(b, frame, children, count);
	}
	switch (node->kind) {
	case AST_CALL:
		return shape_call(b, node, children, count);
	case AST_MEMBER:
		return shape_member(b, node, children, count);
	case AST_UNARY:
		if (node->op == AST_OP_EXTENSION && count == 1)
			return children[0];
		return build_fixed(b, node, children, count, 1);
	case AST_SUBSCRIPT:
	case AST_BINARY:
	case AST_ASSIGN:
		return build_fixed(b, node, children, count, 2);
	case AST_CONDITIONAL:
		return shape_conditional(b, node, children, count);
	case AST_CAST:
		return shape_cast(b, node, children, count);
	case AST_SIZEOF:
		return shape_sizeof(b, frame, children, count);
	case AST_NEW:
		return shape_new(b, node, children, count);
	case AST_DELETE:
		return shape_delete(b, frame, children, count);
	case AST_COMPOUND_LITERAL:
	case AST_STMT_EXPR:
	case AST_THROW:
		return build_fixed(b, node, children + (count ? count - 1 : 0), count ? 1 : 0, 1);
	case AST_REF:
	case AST_THIS:
		return build_adopt(b, node, NULL, 0);
	default:
		return build_adopt(b, node, children, count);
	}
}

struct ast_node *build_shape(struct build *b, struct build_frame *frame, struct ast_node **children, uint32_t count)
{
	note_body(b, frame->node);
	return clang_isExpression(frame->cursor.kind) ? shape_expression(b, frame, children, count)
	                                              : build_statement(b, frame->node, children, count);
}
