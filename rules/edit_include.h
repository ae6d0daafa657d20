/* SPDX-License-Identifier: MIT */
/* The #include that a fix's new names need, where the file's author would have put it. */
#ifndef MEMLINT_RULES_EDIT_INCLUDE_H
#define MEMLINT_RULES_EDIT_INCLUDE_H

#include "analyzer/ast/ast.h"

/*
 * The edit that gives @file the standard header @name ("utility"): *at is where, the result its text in @arena. NULL when
 * nothing is to be done: the file, or the header of the same name that it includes, has it. Fixes of one file get the same
 * edit; whoever applies them does it once.
 */
const char *edit_include(const struct ast_unit *unit, const struct ast_file *file, const char *name,
                         struct arena *arena, struct ast_range *at);

#endif
