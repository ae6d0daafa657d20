// SPDX-License-Identifier: MIT
/* Values of literals, read from the text where the token is spelled; libclang evaluates the rare rest. */
#include "analyzer/ast/build.h"
#include "analyzer/ast/lex.h"

#include <stdlib.h>
#include <string.h>

enum { LITERAL_MAX = 128, STRING_MAX = 4096 };

static int64_t evaluate(CXCursor cursor)
{
	CXEvalResult result = clang_Cursor_Evaluate(cursor);
	int64_t value = 0;

	if (!result)
		return 0;
	if (clang_EvalResult_getKind(result) == CXEval_Int)
		value = clang_EvalResult_getAsLongLong(result);
	clang_EvalResult_dispose(result);
	return value;
}

/* The token at the cursor's beginning without digit separators; false when it has no text. */
static bool token_text(struct build *b, CXCursor cursor, char text[LITERAL_MAX], enum lex_kind kind)
{
	uint32_t size = 0, length = 0;
	const char *at = build_spelling(b, clang_getCursorLocation(cursor), &size);
	struct lex_token token;
	struct lex lex;

	if (!at)
		return false;
	lex_init(&lex, at, size, 0);
	token = lex_next(&lex);
	if (token.kind != kind || token.begin)
		return false;
	for (uint32_t i = 0; i < token.end && length < LITERAL_MAX - 1; i++)
		if (kind != LEX_NUMBER || at[i] != '\'')
			text[length++] = at[i];
	text[length] = 0;
	return token.end < LITERAL_MAX;
}

static void integer(struct build *b, CXCursor cursor, struct ast_node *node)
{
	char text[LITERAL_MAX];

	if (!token_text(b, cursor, text, LEX_NUMBER))
		node->u.value = evaluate(cursor);
	else if (text[0] == '0' && (text[1] == 'b' || text[1] == 'B'))
		node->u.value = (int64_t)strtoull(text + 2, NULL, 2);
	else
		node->u.value = (int64_t)strtoull(text, NULL, 0);
}

static void character(struct build *b, CXCursor cursor, struct ast_node *node)
{
	char text[LITERAL_MAX];

	if (token_text(b, cursor, text, LEX_CHARACTER) && text[0] == '\'' && text[1] != '\\' && text[2] == '\'')
		node->u.value = (signed char)text[1];
	else
		node->u.value = evaluate(cursor);
}

static void floating(struct build *b, CXCursor cursor, struct ast_node *node)
{
	char text[LITERAL_MAX];
	CXEvalResult result;

	if (token_text(b, cursor, text, LEX_NUMBER)) {
		node->u.real = strtod(text, NULL);
		return;
	}
	result = clang_Cursor_Evaluate(cursor);
	if (!result)
		return;
	if (clang_EvalResult_getKind(result) == CXEval_Float)
		node->u.real = clang_EvalResult_getAsDouble(result);
	clang_EvalResult_dispose(result);
}

void build_literal(struct build *b, CXCursor cursor, struct ast_node *node)
{
	uint32_t size = 0;
	const char *text;

	switch (node->kind) {
	case AST_INTEGER:
		integer(b, cursor, node);
		break;
	case AST_CHARACTER:
		character(b, cursor, node);
		break;
	case AST_FLOATING:
		floating(b, cursor, node);
		break;
	case AST_BOOLEAN:
		text = build_spelling(b, clang_getCursorLocation(cursor), &size);
		node->u.value = text ? size >= 4 && !memcmp(text, "true", 4) : evaluate(cursor);
		break;
	case AST_STRING:
		if (node->type && node->type->size >= 0 && node->type->size <= STRING_MAX)
			node->u.text = build_string(b, clang_getCursorSpelling(cursor));
		break;
	default:
		break;
	}
}
