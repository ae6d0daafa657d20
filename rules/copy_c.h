/* SPDX-License-Identifier: MIT */
/*
 * What unnecessary-copy and slice-copy share about copies on the heap, in C: which allocations are copies, whether the
 * source stays as it is while the copy is read, and how to do without.
 */
#ifndef MEMLINT_RULES_COPY_C_H
#define MEMLINT_RULES_COPY_C_H

#include "analyzer/rule.h"

/* ---- copy_c_find.c ---- */

/* A block that is filled from one source and then only read; it is freed, or forgotten, where it was made. */
struct heap_copy {
	const struct flow_owner *owner;
	const struct ast_node *call;   /* what allocates: strdup(), malloc() … */
	const struct ast_node *fill;   /* the memcpy() or strcpy() after a malloc(); NULL: the call itself copies */
	const struct ast_node *source; /* the expression copied from */
	const struct ast_node *length; /* bytes copied; NULL: a string with its end */
	uint32_t from;                 /* the point from which the copy is as its source */
	const struct flow_use *last;   /* the last read in source order */
	bool ended;                    /* a zero stands behind it that the source may not have there */
	bool counted;                  /* readers are told how far to read: heap_copy_is_bounded() */
	bool printed;                  /* that zero is where a %s ends: likewise */
};

/* True if @owner is such a copy. What that takes for granted is added to run->conditions. */
bool heap_copy_find(struct rule_collect *run, const struct flow_owner *owner, struct heap_copy *copy);

/* True for char and its kin, the types that strings are made of, and void. */
bool copy_is_bytes(const struct ast_type *type);

/* ---- copy_c_bounds.c ---- */

/* True if no read of a copy with an end of its own goes by that end, but for %s, which can be told a length. */
bool heap_copy_is_bounded(struct heap_copy *copy);

/* ---- copy_c_stable.c ---- */

/* True if nothing between the copy and its last read can change, free or end the life of its source, or its length. */
bool heap_copy_is_stable(struct rule_collect *run, const struct heap_copy *copy);

/* ---- copy_c_edit.c ---- */

/* Adds the fix to @found: the source in place of the copy, the releases and what tests the copy for NULL gone. */
void heap_copy_fix(struct rule_collect *run, const struct heap_copy *copy, struct rule_found *found);

/* ---- both rules ---- */

/* The text of an expression on one line, shortened where it is long, in run->scratch. */
const char *copy_text(struct rule_collect *run, const struct ast_node *node);

/* The places that a finding about @copy shows. */
void heap_copy_notes(struct rule_collect *run, const struct heap_copy *copy, struct rule_found *found);

/* rule_ops.function of the C halves. */
void unnecessary_copy_c(struct rule_collect *run);
void slice_copy_c(struct rule_collect *run);

#endif
