// SPDX-License-Identifier: MIT
/* A tolerant scanner for C and C++ text. */
#include "analyzer/ast/lex.h"

#include <string.h>

void lex_init(struct lex *lex, const char *text, uint32_t size, uint32_t at)
{
	uint32_t back = at;

	*lex = (struct lex){.text = text, .at = at < size ? at : size, .size = size};
	while (back > 0 && back <= size && (text[back - 1] == ' ' || text[back - 1] == '\t'))
		back--;
	lex->line_start = back == 0 || back > size || text[back - 1] == '\n';
}

static int peek(const struct lex *lex, uint32_t ahead)
{
	return lex->size - lex->at > ahead ? (unsigned char)lex->text[lex->at + ahead] : -1;
}

static bool is_name(int c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
	       c >= 128;
}

/* The length of a backslash-newline here, or 0. */
static uint32_t splice(const struct lex *lex)
{
	if (peek(lex, 0) != '\\')
		return 0;
	if (peek(lex, 1) == '\n')
		return 2;
	return peek(lex, 1) == '\r' && peek(lex, 2) == '\n' ? 3 : 0;
}

static void skip_space(struct lex *lex)
{
	for (;;) {
		const int c = peek(lex, 0);
		const uint32_t spliced = splice(lex);

		if (spliced)
			lex->at += spliced;
		else if (c == '\n')
			lex->at++, lex->line_start = true;
		else if (c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v')
			lex->at++;
		else
			return;
	}
}

static void skip_line(struct lex *lex)
{
	while (peek(lex, 0) >= 0 && peek(lex, 0) != '\n')
		lex->at += splice(lex) ? splice(lex) : 1;
}

static void skip_block_comment(struct lex *lex)
{
	for (lex->at += 2; peek(lex, 0) >= 0; lex->at++)
		if (peek(lex, 0) == '*' && peek(lex, 1) == '/') {
			lex->at += 2;
			return;
		}
}

/* A directive's line ends outside comments, which may hide line ends. */
static void skip_directive(struct lex *lex)
{
	while (peek(lex, 0) >= 0 && peek(lex, 0) != '\n') {
		if (peek(lex, 0) == '/' && peek(lex, 1) == '*')
			skip_block_comment(lex);
		else if (peek(lex, 0) == '/' && peek(lex, 1) == '/')
			skip_line(lex);
		else
			lex->at += splice(lex) ? splice(lex) : 1;
	}
}

static void skip_quoted(struct lex *lex, int quote)
{
	for (lex->at++; peek(lex, 0) >= 0; lex->at++) {
		if (peek(lex, 0) == '\n')
			return;
		if (peek(lex, 0) == '\\')
			lex->at += splice(lex) ? splice(lex) - 1 : (peek(lex, 1) >= 0);
		else if (peek(lex, 0) == quote) {
			lex->at++;
			return;
		}
	}
}

/* At the quote of R"delimiter( … )delimiter". */
static void skip_raw(struct lex *lex)
{
	const uint32_t name = lex->at + 1;
	uint32_t length = 0;

	while (length < 17 && name + length < lex->size && lex->text[name + length] != '(')
		length++;
	lex->at = name + length;
	for (; peek(lex, 0) >= 0; lex->at++) {
		if (peek(lex, 0) != ')' || lex->size - lex->at < length + 2)
			continue;
		if (!memcmp(lex->text + lex->at + 1, lex->text + name, length) &&
		    lex->text[lex->at + 1 + length] == '"') {
			lex->at += length + 2;
			return;
		}
	}
}

static enum lex_kind scan_name(struct lex *lex, uint32_t begin)
{
	while (is_name(peek(lex, 0)))
		lex->at++;
	if ((peek(lex, 0) != '"' && peek(lex, 0) != '\'') || lex->at - begin > 3 ||
	    !strchr("LuUR8", lex->text[lex->at - 1]) || !strchr("LuUR", lex->text[begin]))
		return LEX_IDENTIFIER;
	if (peek(lex, 0) == '\'') {
		skip_quoted(lex, '\'');
		return LEX_CHARACTER;
	}
	if (lex->text[lex->at - 1] == 'R')
		skip_raw(lex);
	else
		skip_quoted(lex, '"');
	return LEX_STRING;
}

static enum lex_kind scan_number(struct lex *lex)
{
	for (;; lex->at++) {
		const int c = peek(lex, 0), before = lex->text[lex->at ? lex->at - 1 : 0];

		if (is_name(c) || c == '.')
			continue;
		if ((c == '+' || c == '-') && (before == 'e' || before == 'E' || before == 'p' || before == 'P'))
			continue;
		if (c == '\'' && is_name(peek(lex, 1)))
			continue;
		return LEX_NUMBER;
	}
}

static enum lex_kind scan_punctuator(struct lex *lex)
{
	static const char *const together[] = {"...", "->*", "::", "->", ".*"};

	for (unsigned i = 0; i < sizeof together / sizeof *together; i++) {
		const uint32_t length = (uint32_t)strlen(together[i]);

		if (lex->size - lex->at >= length && !memcmp(lex->text + lex->at, together[i], length)) {
			lex->at += length;
			return LEX_PUNCTUATOR;
		}
	}
	lex->at++;
	return LEX_PUNCTUATOR;
}

static enum lex_kind scan(struct lex *lex, bool line_start)
{
	const int c = peek(lex, 0), d = peek(lex, 1);

	if (c < 0)
		return LEX_END;
	if (c == '/' && d == '*') {
		skip_block_comment(lex);
		return LEX_COMMENT;
	}
	if (c == '/' && d == '/') {
		skip_line(lex);
		return LEX_COMMENT;
	}
	if (c == '#' && line_start) {
		skip_directive(lex);
		return LEX_DIRECTIVE;
	}
	if ((c >= '0' && c <= '9') || (c == '.' && d >= '0' && d <= '9'))
		return scan_number(lex);
	if (is_name(c))
		return scan_name(lex, lex->at);
	if (c == '"' || c == '\'') {
		skip_quoted(lex, c);
		return c == '"' ? LEX_STRING : LEX_CHARACTER;
	}
	return scan_punctuator(lex);
}

struct lex_token lex_next(struct lex *lex)
{
	struct lex_token token;

	skip_space(lex);
	token.begin = lex->at;
	token.first_on_line = lex->line_start;
	token.kind = scan(lex, lex->line_start);
	token.end = lex->at;
	if (token.kind != LEX_COMMENT)
		lex->line_start = false;
	return token;
}

struct lex_token lex_next_code(struct lex *lex)
{
	struct lex_token token;

	do
		token = lex_next(lex);
	while (token.kind == LEX_COMMENT || token.kind == LEX_DIRECTIVE);
	return token;
}

bool lex_is(const struct lex *lex, struct lex_token token, const char *text)
{
	const size_t length = strlen(text);

	return token.end - token.begin == length && !memcmp(lex->text + token.begin, text, length);
}

bool lex_skip_group(struct lex *lex)
{
	for (unsigned depth = 1; depth;) {
		const struct lex_token token = lex_next_code(lex);

		if (token.kind == LEX_END)
			return false;
		if (token.kind != LEX_PUNCTUATOR || token.end - token.begin != 1)
			continue;
		if (strchr("([{", lex->text[token.begin]))
			depth++;
		else if (strchr(")]}", lex->text[token.begin]))
			depth--;
	}
	return true;
}
