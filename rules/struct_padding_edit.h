/* SPDX-License-Identifier: MIT */
/*
 * The edits of struct-padding: fields as whole lines with their comments, and initialisers.
 */
#ifndef MEMLINT_RULES_STRUCT_PADDING_EDIT_H
#define MEMLINT_RULES_STRUCT_PADDING_EDIT_H

#include "rules/struct_padding.h"

struct pad_text {
	const char *path;
	const char *bytes; /* zero-terminated */
	uint32_t size;
};

struct pad_edits {
	struct arena *arena;
	VEC(struct edit) edits;
	const char *why;      /* the reason for which there are none; NULL while all is well */
	struct pad_text last; /* read for the initialiser before: tables have thousands in one file */
};

/* Reads a file whole; bytes NULL when that fails. Lives in the arena. */
struct pad_text pad_read(const char *path, struct arena *arena);

/* Its head says that a program wrote it: an edit would be lost. */
bool pad_is_generated(const struct pad_text *text);

void pad_add_edit(struct pad_edits *edits, const char *path, uint32_t begin, uint32_t end, const char *text);

/* The record's own declaration in @order. */
void pad_edit_fields(struct pad_edits *edits, const struct pad_record *record, const uint32_t *order);

/* One initialiser, or a constructor's list. */
void pad_edit_list(struct pad_edits *edits, const struct pad_record *record, const struct pad_list *list,
                   const uint32_t *order);

/* ---- struct_padding_text.c: offsets in bytes; the text ends with a zero byte ---- */

bool text_is_blank(char c); /* space, tab or carriage return */
uint32_t text_line_begin(const struct pad_text *text, uint32_t at);
uint32_t text_line_end(const struct pad_text *text, uint32_t at); /* behind the newline */
uint32_t text_skip_blanks(const struct pad_text *text, uint32_t at);
bool text_line_is_empty(const struct pad_text *text, uint32_t begin);

/*
 * Behind the line, when nothing but blanks, comments and semicolons follow @at; comments may go on over lines. UINT32_MAX when
 * something else does. *comment: where the first comment begins, or 0.
 */
uint32_t text_rest_of_line(const struct pad_text *text, uint32_t at, uint32_t *comment);
/* Whether the lines above @line, down to @limit, end with a comment of their own; *begin: its first line. */
bool text_comment_block_above(const struct pad_text *text, uint32_t line, uint32_t limit, uint32_t *begin);
/* Display column, from 0, with tabs of eight. */
uint32_t text_column_of(const struct pad_text *text, uint32_t at);
/* Behind the // lines that go on with a comment which began in @column, counted from 1. */
uint32_t text_continued_comment(const struct pad_text *text, uint32_t end, uint32_t column);
/* Preprocessor lines that choose between what stands in the braces; definitions of constants do not. */
bool text_has_conditions(const struct pad_text *text, struct ast_range braces);

#endif
