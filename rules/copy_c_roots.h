/* SPDX-License-Identifier: MIT */
/* Where pointers come from, and whether two of them may lead to the same memory. */
#ifndef MEMLINT_RULES_COPY_C_ROOTS_H
#define MEMLINT_RULES_COPY_C_ROOTS_H

#include "analyzer/rule.h"

enum root_kind {
	ROOT_ANYWHERE, /* not known */
	ROOT_LITERAL,  /* a string literal */
	ROOT_LOCAL,    /* the storage of a local variable */
	ROOT_GLOBAL,   /* the storage of a global variable, or a static one */
	ROOT_FRESH,    /* a block allocated in this function */
	ROOT_GIVEN,    /* what a parameter came with */
	ROOT_SHARED,   /* a library's own buffer, which it may use again */
};

struct root {
	enum root_kind kind;
	const void *what; /* LOCAL, GLOBAL and GIVEN: the variable; FRESH: the allocating call */
};

/* The function in which roots are asked for. */
struct root_scope {
	struct rule_collect *run;
	struct flow_function *flow;
	unsigned level; /* 0; in a caller of that function, 1 … */
};

/* Of the memory that a pointer, or an array, leads to. */
struct root root_of(const struct root_scope *scope, const struct ast_node *node);

/* Of the storage that an lvalue denotes. */
struct root root_of_place(const struct root_scope *scope, const struct ast_node *node);

/* True unless @a and @b are known to be different memory. */
bool roots_may_meet(const struct root_scope *scope, const struct root *a, const struct root *b);

/* A local whose address went somewhere: a pointer may lead to it. */
bool root_is_reachable(const struct root_scope *scope, const struct root *local);

/* True for arrays of all kinds. */
bool root_is_array(const struct ast_type *type);

#endif
