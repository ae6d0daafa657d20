/* SPDX-License-Identifier: MIT */
/*
 * For tests of the syntax tree: a unit from a string, and short texts for what is in it.
 */
#ifndef AST_SAMPLE_H
#define AST_SAMPLE_H

#include "analyzer/ast/ast.h"

/* Parses @text as /sample/@name; flags may be NULL or one flag. The unit is freed by sample_free(). */
const struct ast_unit *sample_parse(const char *name, const char *text, const char *flag);
/* The same, with `header` as /sample/sample.h. */
const struct ast_unit *sample_with_header(const char *name, const char *text, const char *header);
void sample_free(void);

/* A node in brackets: (IF _ _ (REF a) (RETURN (INTEGER 1)) _); _ is an absent child, ! a loaded value. */
const char *sample_shape(const struct ast_node *node);
/* The shape of statement @index of @function's body. */
const char *sample_statement(const char *function, unsigned index);
/* The text a range covers. */
const char *sample_text(struct ast_range range);

const struct ast_function *sample_function(const char *name);
const struct ast_record *sample_record(const char *printed);
const struct ast_field *sample_field(const char *record, const char *name);
const struct ast_var *sample_global(const char *name);

#endif
