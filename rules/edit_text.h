/* SPDX-License-Identifier: MIT */
/* Places of statements in the text, for edits that leave it as its author would have written it. */
#ifndef MEMLINT_RULES_EDIT_TEXT_H
#define MEMLINT_RULES_EDIT_TEXT_H

#include "analyzer/ast/ast.h"

/* Behind a comment that begins at @at; @at when none does. */
uint32_t edit_skip_comment(const char *text, uint32_t at);

/*
 * A statement with its semicolon; where nothing else but a comment behind it stands on its lines, the whole lines, and
 * one of two empty lines that would meet when it goes.
 */
struct ast_range edit_whole_statement(const struct ast_file *file, const struct ast_node *statement);

/* The white space before a statement on its line, in @arena. */
const char *edit_indentation(const struct ast_file *file, const struct ast_node *statement, struct arena *arena);

/* The statement of a block that @node is, or is in; NULL where the nearest one is no child of a block. */
const struct ast_node *edit_statement_of(const struct ast_node *node);

/*
 * True if one plain statement stays in a block when @statement goes, and @body has ifs without braces: braces[] are then
 * those of the block, with the white space that goes with them. Only of an if without else.
 */
bool edit_braces_of(const struct ast_unit *unit, const struct ast_node *statement, const struct ast_node *body,
                    struct ast_range braces[2]);

#endif
