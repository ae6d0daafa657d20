// SPDX-License-Identifier: MIT
/*
 * Statements and expressions: one libclang visit of a body, in preorder, rebuilt into nodes with a stack.
 *
 * libclang gives each cursor with its parent; whatever is on the stack above the parent is finished. No recursion of
 * ours, however deep the code nests.
 */
#include "analyzer/ast/build.h"

#include <string.h>

enum { CHAIN_MAX = 2000 }; /* nodes one in the other whose places are asked for */

static enum ast_node_kind statement_kind(enum CXCursorKind kind)
{
	switch (kind) {
	case CXCursor_CompoundStmt:
		return AST_COMPOUND;
	case CXCursor_DeclStmt:
		return AST_DECL_STMT;
	case CXCursor_NullStmt:
		return AST_NULL_STMT;
	case CXCursor_IfStmt:
		return AST_IF;
	case CXCursor_SwitchStmt:
		return AST_SWITCH;
	case CXCursor_CaseStmt:
		return AST_CASE;
	case CXCursor_DefaultStmt:
		return AST_DEFAULT;
	case CXCursor_LabelStmt:
		return AST_LABEL;
	case CXCursor_WhileStmt:
		return AST_WHILE;
	case CXCursor_DoStmt:
		return AST_DO;
	case CXCursor_ForStmt:
		return AST_FOR;
	case CXCursor_CXXForRangeStmt:
		return AST_RANGE_FOR;
	case CXCursor_GotoStmt:
		return AST_GOTO;
	case CXCursor_IndirectGotoStmt:
		return AST_INDIRECT_GOTO;
	case CXCursor_BreakStmt:
		return AST_BREAK;
	case CXCursor_ContinueStmt:
		return AST_CONTINUE;
	case CXCursor_ReturnStmt:
		return AST_RETURN;
	case CXCursor_GCCAsmStmt:
	case CXCursor_MSAsmStmt:
		return AST_ASM;
	case CXCursor_CXXTryStmt:
		return AST_TRY;
	case CXCursor_CXXCatchStmt:
		return AST_CATCH;
	default:
		return AST_OTHER_STMT;
	}
}

static enum ast_node_kind expression_kind(enum CXCursorKind kind)
{
	switch (kind) {
	case CXCursor_IntegerLiteral:
		return AST_INTEGER;
	case CXCursor_FloatingLiteral:
		return AST_FLOATING;
	case CXCursor_CharacterLiteral:
		return AST_CHARACTER;
	case CXCursor_StringLiteral:
		return AST_STRING;
	case CXCursor_CXXBoolLiteralExpr:
		return AST_BOOLEAN;
	case CXCursor_CXXNullPtrLiteralExpr:
	case CXCursor_GNUNullExpr:
		return AST_NULL_POINTER;
	case CXCursor_DeclRefExpr:
	case CXCursor_VariableRef:
		return AST_REF;
	case CXCursor_CXXThisExpr:
		return AST_THIS;
	case CXCursor_MemberRefExpr:
		return AST_MEMBER;
	case CXCursor_ArraySubscriptExpr:
		return AST_SUBSCRIPT;
	case CXCursor_CallExpr:
		return AST_CALL;
	case CXCursor_UnaryOperator:
		return AST_UNARY;
	case CXCursor_BinaryOperator:
		return AST_BINARY;
	case CXCursor_CompoundAssignOperator:
		return AST_ASSIGN;
	case CXCursor_ConditionalOperator:
		return AST_CONDITIONAL;
	case CXCursor_CStyleCastExpr:
	case CXCursor_CXXFunctionalCastExpr:
	case CXCursor_CXXStaticCastExpr:
	case CXCursor_CXXConstCastExpr:
	case CXCursor_CXXReinterpretCastExpr:
	case CXCursor_CXXDynamicCastExpr:
	case CXCursor_BuiltinBitCastExpr:
		return AST_CAST;
	case CXCursor_CompoundLiteralExpr:
		return AST_COMPOUND_LITERAL;
	case CXCursor_InitListExpr:
		return AST_INIT_LIST;
	case CXCursor_UnaryExpr:
		return AST_SIZEOF;
	case CXCursor_StmtExpr:
		return AST_STMT_EXPR;
	case CXCursor_AddrLabelExpr:
		return AST_LABEL_ADDRESS;
	case CXCursor_GenericSelectionExpr:
		return AST_GENERIC;
	case CXCursor_CXXNewExpr:
		return AST_NEW;
	case CXCursor_CXXDeleteExpr:
		return AST_DELETE;
	case CXCursor_LambdaExpr:
		return AST_LAMBDA;
	case CXCursor_CXXThrowExpr:
		return AST_THROW;
	default:
		return AST_OTHER;
	}
}

static enum ast_cast_style cast_style(enum CXCursorKind kind)
{
	switch (kind) {
	case CXCursor_CXXFunctionalCastExpr:
		return AST_FUNCTIONAL_CAST;
	case CXCursor_CXXStaticCastExpr:
		return AST_STATIC_CAST;
	case CXCursor_CXXConstCastExpr:
		return AST_CONST_CAST;
	case CXCursor_CXXReinterpretCastExpr:
	case CXCursor_BuiltinBitCastExpr:
		return AST_REINTERPRET_CAST;
	case CXCursor_CXXDynamicCastExpr:
		return AST_DYNAMIC_CAST;
	default:
		return AST_C_CAST;
	}
}

static const struct ast_decl *function_use(struct build *b, CXCursor target)
{
	struct ast_function *function = build_function(b, target);

	if (!function)
		return NULL;
	function->uses++;
	return &function->decl;
}

/* What a name, member or call refers to; NULL for kinds that are not modelled. */
static const struct ast_decl *referenced(struct build *b, CXCursor cursor)
{
	const CXCursor target = clang_getCursorReferenced(cursor);

	switch (target.kind) {
	case CXCursor_VarDecl: {
		const struct ast_var *known = hash_map_find(&b->decls, target.data[0]);
		const CXCursor parent = known ? target : clang_getCursorSemanticParent(target);

		if (known)
			return &known->decl;
		return &build_var(b, target,
		                  clang_isDeclaration(parent.kind) && !clang_Cursor_hasVarDeclGlobalStorage(target))
		                ->decl;
	}
	case CXCursor_ParmDecl:
		return &build_var(b, target, true)->decl;
	case CXCursor_EnumConstantDecl:
		return build_enumerator(b, target);
	case CXCursor_FieldDecl: {
		const struct ast_field *field = build_field_use(b, target);

		return field ? &field->decl : NULL;
	}
	default:
		return function_use(b, target);
	}
}

static enum ast_op binary_op(enum CXBinaryOperatorKind kind)
{
	static const uint8_t ops[] = {
	        [CXBinaryOperator_PtrMemD] = AST_OP_PTR_MEM,
	        [CXBinaryOperator_PtrMemI] = AST_OP_PTR_MEM,
	        [CXBinaryOperator_Mul] = AST_OP_MUL,
	        [CXBinaryOperator_Div] = AST_OP_DIV,
	        [CXBinaryOperator_Rem] = AST_OP_REM,
	        [CXBinaryOperator_Add] = AST_OP_ADD,
	        [CXBinaryOperator_Sub] = AST_OP_SUB,
	        [CXBinaryOperator_Shl] = AST_OP_SHL,
	        [CXBinaryOperator_Shr] = AST_OP_SHR,
	        [CXBinaryOperator_Cmp] = AST_OP_CMP,
	        [CXBinaryOperator_LT] = AST_OP_LT,
	        [CXBinaryOperator_GT] = AST_OP_GT,
	        [CXBinaryOperator_LE] = AST_OP_LE,
	        [CXBinaryOperator_GE] = AST_OP_GE,
	        [CXBinaryOperator_EQ] = AST_OP_EQ,
	        [CXBinaryOperator_NE] = AST_OP_NE,
	        [CXBinaryOperator_And] = AST_OP_AND,
	        [CXBinaryOperator_Xor] = AST_OP_XOR,
	        [CXBinaryOperator_Or] = AST_OP_OR,
	        [CXBinaryOperator_LAnd] = AST_OP_LAND,
	        [CXBinaryOperator_LOr] = AST_OP_LOR,
	        [CXBinaryOperator_Comma] = AST_OP_COMMA,
	        [CXBinaryOperator_Assign] = AST_OP_ASSIGN,
	        [CXBinaryOperator_MulAssign] = AST_OP_MUL_ASSIGN,
	        [CXBinaryOperator_DivAssign] = AST_OP_DIV_ASSIGN,
	        [CXBinaryOperator_RemAssign] = AST_OP_REM_ASSIGN,
	        [CXBinaryOperator_AddAssign] = AST_OP_ADD_ASSIGN,
	        [CXBinaryOperator_SubAssign] = AST_OP_SUB_ASSIGN,
	        [CXBinaryOperator_ShlAssign] = AST_OP_SHL_ASSIGN,
	        [CXBinaryOperator_ShrAssign] = AST_OP_SHR_ASSIGN,
	        [CXBinaryOperator_AndAssign] = AST_OP_AND_ASSIGN,
	        [CXBinaryOperator_XorAssign] = AST_OP_XOR_ASSIGN,
	        [CXBinaryOperator_OrAssign] = AST_OP_OR_ASSIGN,
	};

	return (size_t)kind < sizeof ops && ops[kind] ? (enum ast_op)ops[kind] : AST_OP_UNKNOWN;
}

static enum ast_op unary_op(enum CXUnaryOperatorKind kind)
{
	static const uint8_t ops[] = {
	        [CXUnaryOperator_PostInc] = AST_OP_POST_INC,
	        [CXUnaryOperator_PostDec] = AST_OP_POST_DEC,
	        [CXUnaryOperator_PreInc] = AST_OP_PRE_INC,
	        [CXUnaryOperator_PreDec] = AST_OP_PRE_DEC,
	        [CXUnaryOperator_AddrOf] = AST_OP_ADDRESS,
	        [CXUnaryOperator_Deref] = AST_OP_DEREF,
	        [CXUnaryOperator_Plus] = AST_OP_PLUS,
	        [CXUnaryOperator_Minus] = AST_OP_MINUS,
	        [CXUnaryOperator_Not] = AST_OP_NOT,
	        [CXUnaryOperator_LNot] = AST_OP_LNOT,
	        [CXUnaryOperator_Real] = AST_OP_REAL,
	        [CXUnaryOperator_Imag] = AST_OP_IMAG,
	        [CXUnaryOperator_Extension] = AST_OP_EXTENSION,
	};

	return (size_t)kind < sizeof ops && ops[kind] ? (enum ast_op)ops[kind] : AST_OP_UNKNOWN;
}

static void fill_expression(struct build *b, CXCursor cursor, struct ast_node *node)
{
	node->type = build_type(b, clang_getCursorType(cursor));
	switch (node->kind) {
	case AST_REF:
	case AST_MEMBER:
		node->u.decl = referenced(b, cursor);
		break;
	case AST_CALL: {
		const CXCursor target = clang_getCursorReferenced(cursor);
		const struct ast_function *function = build_function(b, target);

		node->u.decl = function ? &function->decl : NULL;
		if (target.kind == CXCursor_Constructor)
			node->kind = AST_CONSTRUCT;
		break;
	}
	case AST_UNARY:
		node->op = (uint8_t)unary_op(clang_getCursorUnaryOperatorKind(cursor));
		break;
	case AST_BINARY:
	case AST_ASSIGN:
		node->op = (uint8_t)binary_op(clang_getCursorBinaryOperatorKind(cursor));
		node->kind = node->op >= AST_OP_ASSIGN && node->op < AST_OP_UNKNOWN ? AST_ASSIGN : AST_BINARY;
		break;
	case AST_CAST:
		node->flags |= (uint16_t)(cast_style(cursor.kind) << 13);
		break;
	default:
		build_literal(b, cursor, node);
	}
}

/* Where a node stands: libclang walks down to its first and last leaf to tell, so not for every link of a long chain. */
static void place_node(struct build *b, CXCursor cursor, struct ast_node *node)
{
	const struct ast_node *above = b->frames.count ? vec_last(&b->frames).node : NULL;

	if (b->frames.count < CHAIN_MAX) {
		node->range = build_range(b, clang_getCursorExtent(cursor), &node->flags, &node->line);
		return;
	}
	node->range = above->range;
	node->line = above->line;
	node->flags |= (above->flags & AST_SYSTEM_MACRO) | AST_MACRO; /* too vague for an edit */
}

static struct ast_node *new_node(struct build *b, CXCursor cursor, enum ast_node_kind kind)
{
	struct ast_node *node = arena_new(b->arena, struct ast_node);

	node->kind = (uint8_t)kind;
	place_node(b, cursor, node);
	b->unit->nnodes++;
	return node;
}

struct ast_node *build_absent(struct build *b)
{
	b->unit->nnodes++;
	return arena_new(b->arena, struct ast_node);
}

static void open_node(struct build *b, CXCursor cursor, enum ast_node_kind kind)
{
	struct build_frame frame = {.cursor = cursor, .base = (uint32_t)b->nodes.count};

	frame.node = new_node(b, cursor, kind);
	if (kind == AST_LABEL)
		frame.node->u.text = build_string(b, clang_getCursorSpelling(cursor));
	if (clang_isExpression(cursor.kind) || cursor.kind == CXCursor_VariableRef)
		fill_expression(b, cursor, frame.node);
	vec_push(&b->frames, frame);
}

static void open_var(struct build *b, CXCursor cursor)
{
	struct build_frame frame = {.cursor = cursor, .base = (uint32_t)b->nodes.count};
	struct ast_var *var = hash_map_find(&b->decls, cursor.data[0]);
	const bool known = var != NULL;

	frame.node = new_node(b, cursor, AST_VAR);
	if (!known)
		var = build_var(b, cursor, true);
	vec_push(&b->locals, var);
	frame.node->u.decl = &var->decl;
	frame.has_init = !clang_Cursor_isNull(clang_Cursor_getVarDeclInitializer(cursor));
	vec_push(&b->frames, frame);
}

/* How many children of a VAR stand for sizes of variable-length arrays, which are read before it. */
static uint32_t array_sizes(const struct build_frame *frame, uint32_t count)
{
	const struct ast_type *type = frame->node->u.decl->type;

	for (; type; type = type->target)
		if (type->kind == AST_TYPE_VARIABLE_ARRAY)
			return count - frame->has_init;
	return 0;
}

/* Pops the newest frame: shapes its node and gives it to its parent. */
static void close_node(struct build *b)
{
	struct build_frame frame = vec_pop(&b->frames);
	uint32_t count = (uint32_t)b->nodes.count - frame.base, before = 0;
	struct ast_node *node;

	if (frame.node->kind == AST_VAR) {
		const uint32_t extra = count > frame.has_init ? count - frame.has_init : 0;

		before = extra ? array_sizes(&frame, count) : 0;
		frame.base += extra;
		count -= extra;
		node = build_shape(b, &frame, b->nodes.items + frame.base, count);
		b->nodes.count = frame.base - extra + before;
	} else {
		node = build_shape(b, &frame, b->nodes.items + frame.base, count);
		b->nodes.count = frame.base;
	}
	vec_push(&b->nodes, node);
}

static bool same_cursor(CXCursor a, CXCursor b)
{
	if (a.kind != b.kind)
		return false;
	return clang_isDeclaration(a.kind) ? a.data[0] == b.data[0] : a.data[1] == b.data[1];
}

static void note_label(struct build *b, CXCursor cursor)
{
	struct ast_node *node = vec_last(&b->frames).node;

	if (node->kind == AST_GOTO || node->kind == AST_LABEL_ADDRESS)
		node->u.text = build_string(b, clang_getCursorSpelling(cursor));
}

static void field_designator(struct build *b, CXCursor cursor)
{
	struct ast_node *node = new_node(b, cursor, AST_FIELD_DESIGNATOR);
	const CXCursor target = clang_getCursorReferenced(cursor);

	if (target.kind == CXCursor_FieldDecl)
		node->u.decl = &build_field_use(b, target)->decl;
	vec_push(&b->nodes, node);
}

static void note_type(struct build *b, CXCursor cursor)
{
	struct build_frame *frame = &vec_last(&b->frames);

	if (!frame->type_ref)
		frame->type_ref = build_type(b, clang_getCursorType(cursor));
}

static enum CXChildVisitResult on_local_decl(struct build *b, CXCursor cursor)
{
	switch (cursor.kind) {
	case CXCursor_VarDecl:
		open_var(b, cursor);
		return CXChildVisit_Recurse;
	case CXCursor_ParmDecl:
		vec_push(&b->locals, build_var(b, cursor, true));
		break;
	case CXCursor_StructDecl:
	case CXCursor_UnionDecl:
	case CXCursor_ClassDecl:
		if (clang_isCursorDefinition(cursor)) {
			struct ast_record *record = build_record(b, cursor);

			if (record)
				record->decl.flags |= AST_IN_FUNCTION;
		}
		break;
	case CXCursor_UnexposedDecl: /* auto [x, y] = … */
		open_node(b, cursor, AST_OTHER_STMT);
		return CXChildVisit_Recurse;
	case CXCursor_EnumDecl:
		build_enum(b, cursor);
		break;
	case CXCursor_TypedefDecl:
		build_note_enclosing(b, cursor);
		break;
	default:
		break;
	}
	return CXChildVisit_Continue;
}

/* libclang gives the parts of a lambda to various parents: take it apart here. */
static enum CXChildVisitResult on_lambda_part(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct build *b = data;

	(void)parent;
	if (cursor.kind == CXCursor_VariableRef) {
		open_node(b, cursor, AST_REF);
		close_node(b);
	} else if (cursor.kind == CXCursor_ParmDecl) {
		vec_push(&b->locals, build_var(b, cursor, true));
	} else if (cursor.kind == CXCursor_CompoundStmt) {
		struct ast_node *body = build_tree(b, cursor);

		vec_push(&b->nodes, body);
	}
	return CXChildVisit_Continue;
}

static void lambda(struct build *b, CXCursor cursor)
{
	open_node(b, cursor, AST_LAMBDA);
	clang_visitChildren(cursor, on_lambda_part, b);
	close_node(b);
}

/* Closes what the parent does not hold; a parent that was never opened changes nothing. */
static void close_to(struct build *b, CXCursor parent, size_t root)
{
	size_t at = b->frames.count;

	while (at >= root && !same_cursor(b->frames.items[at - 1].cursor, parent))
		at--;
	while (at >= root && b->frames.count > at)
		close_node(b);
}

static enum CXChildVisitResult on_node(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct build *b = ((struct build **)data)[0];
	const size_t root = *(size_t *)((void **)data)[1];

	if (!same_cursor(vec_last(&b->frames).cursor, parent))
		close_to(b, parent, root);
	/* A constant expression shows itself twice: once for its value. */
	if (same_cursor(vec_last(&b->frames).cursor, cursor))
		return CXChildVisit_Recurse;
	if (clang_isStatement(cursor.kind)) {
		open_node(b, cursor, statement_kind(cursor.kind));
		return CXChildVisit_Recurse;
	}
	if (cursor.kind == CXCursor_LambdaExpr) {
		lambda(b, cursor);
		return CXChildVisit_Continue;
	}
	if (clang_isExpression(cursor.kind)) {
		open_node(b, cursor, expression_kind(cursor.kind));
		return CXChildVisit_Recurse;
	}
	switch (cursor.kind) {
	case CXCursor_TypeRef:
	case CXCursor_TemplateRef:
		note_type(b, cursor);
		return CXChildVisit_Continue;
	case CXCursor_MemberRef:
		field_designator(b, cursor);
		return CXChildVisit_Continue;
	case CXCursor_LabelRef:
		note_label(b, cursor);
		return CXChildVisit_Continue;
	case CXCursor_VariableRef:
		open_node(b, cursor, AST_REF);
		return CXChildVisit_Continue;
	default:
		return clang_isDeclaration(cursor.kind) ? on_local_decl(b, cursor) : CXChildVisit_Continue;
	}
}

/* Types of nested lists: libclang shows them as written, before their types were known. */
static bool type_lists(struct ast_node *node, void *context)
{
	(void)context;
	if (node->kind != AST_INIT_LIST || !node->type)
		return true;
	for (uint32_t i = 0; i < node->nchildren; i++) {
		struct ast_node *child = node->children[i];
		const struct ast_type *type = NULL;

		if (child->kind == AST_DESIGNATED && child->nchildren)
			child = child->children[child->nchildren - 1];
		if (child->kind == AST_INIT_LIST && ast_init_target(node, i, NULL, &type))
			child->type = type;
	}
	return true;
}

struct ast_node *build_tree(struct build *b, CXCursor root)
{
	size_t first = b->frames.count + 1;
	void *context[] = {b, &first};
	struct ast_node *node;

	open_node(b, root, clang_isStatement(root.kind) ? statement_kind(root.kind) : expression_kind(root.kind));
	clang_visitChildren(root, on_node, context);
	while (b->frames.count >= first)
		close_node(b);
	node = vec_pop(&b->nodes);
	ast_walk_kinds(node, AST_HAS(AST_INIT_LIST), type_lists, NULL);
	return node;
}
