/* SPDX-License-Identifier: MIT */
/*
 * Conditions that are decided before the program runs.
 */
#ifndef MEMLINT_FLOW_CONSTANT_H
#define MEMLINT_FLOW_CONSTANT_H

#include "analyzer/ast/ast.h"

/*
 * The value of an integer expression without side effects, computed in its own types: unsigned wraps, signed
 * comparisons differ from unsigned ones, the side of && || ?: that is not evaluated need not be known. False when it is
 * not known or not defined.
 */
bool flow_constant(const struct ast_node *node, int64_t *value);

#endif
