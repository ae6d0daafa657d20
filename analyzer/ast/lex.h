/* SPDX-License-Identifier: MIT */
/*
 * The tokens of a file's text: what libclang's tree leaves out (comments, directives, semicolons, sizeof's operand).
 *
 * Works on unpreprocessed text, so it sees what the author sees. Backslash-newlines are white space. Never reads past
 * `size`, whatever the text holds.
 */
#ifndef MEMLINT_AST_LEX_H
#define MEMLINT_AST_LEX_H

#include <stdbool.h>
#include <stdint.h>

enum lex_kind {
	LEX_END,
	LEX_IDENTIFIER, /* keywords too */
	LEX_NUMBER,
	LEX_STRING, /* with prefix, raw ones too; unterminated ones end with their line */
	LEX_CHARACTER,
	LEX_PUNCTUATOR, /* one byte, except "::", "->", "..." and ".*" "->*" which stay together */
	LEX_COMMENT,    /* either form, without the line end of a // one */
	LEX_DIRECTIVE,  /* from # to the end of the logical line */
};

struct lex {
	const char *text;
	uint32_t at, size;
	bool line_start; /* nothing but white space and comments since the line began */
};

struct lex_token {
	enum lex_kind kind;
	uint32_t begin, end;
	bool first_on_line;
};

/* Starts at @at, which must not be inside a token. */
void lex_init(struct lex *lex, const char *text, uint32_t size, uint32_t at);

/* The next token of any kind, LEX_END at the end and ever after. */
struct lex_token lex_next(struct lex *lex);

/* The next token that is neither comment nor directive. */
struct lex_token lex_next_code(struct lex *lex);

bool lex_is(const struct lex *lex, struct lex_token token, const char *text);

/* From behind an opening ( [ or {: moves behind its closing one. False when the text ends first. */
bool lex_skip_group(struct lex *lex);

#endif
