/* SPDX-License-Identifier: MIT */
/* What the parts of late-free share. */
#ifndef MEMLINT_RULES_LATE_FREE_H
#define MEMLINT_RULES_LATE_FREE_H

#include "analyzer/rule.h"

enum { LATE_LARGE = 64 * 1024 }; /* bytes from which a block is worth an early release by itself */

/* The statements of one block between the last that uses an object and the one that releases it. */
struct late_gap {
	const struct ast_node *block; /* COMPOUND */
	uint32_t last,
	        release; /* indexes of its children; those in between are the gap; the end of the block counts as one */
	uint32_t begin, end;             /* where the gap lies in the text */
	uint32_t first;                  /* the first point in the gap */
	const struct ast_node *last_use; /* the use that stands last */
	const struct ast_node *costs[4]; /* calls of the gap that take memory or time, worst first */
	struct flow_condition needs[4];  /* what each must be like to do so; callee 0: it is known to */
	uint32_t ncosts;
	const struct ast_node
	        *moved[8]; /* the releases that the gap leads to: one at its end, others where it is left early */
	uint32_t nmoved;
};

/* ---- late_free_gap.c ---- */

/* Nodes that have a point each. */
struct late_nodes {
	const struct ast_node **items;
	size_t count, capacity;
};

/*
 * The gap before the last of @releases, a statement of a block, behind the last of @uses. False when there is none, when
 * control can enter in between, or leave without a release, or when some way from the gap leads to another use before
 * a release. Releases that the gap does not lead to are others' business.
 */
bool late_find_gap(struct rule_collect *run, const struct late_nodes *uses, const struct late_nodes *releases,
                   struct late_gap *gap);

/* The gap between @last, a use within a child of @block, and the end of @block. */
bool late_scope_gap(struct rule_collect *run, const struct ast_node *block, const struct ast_node *last,
                    struct late_gap *gap);

/*
 * Fills costs; false when nothing in the gap is known, or may turn out, to be dear on every way through it: to wait, to
 * take long, or, if @memory, to allocate.
 */
bool late_find_costs(struct rule_collect *run, struct late_gap *gap, bool memory);

/* True if a call is known to wait for something, perhaps. */
bool late_waits(struct rule_collect *run, const struct ast_node *call);

/* "'upload()' runs", "'malloc()' allocates more" … of one of the costs. */
const char *late_cost_text(struct rule_collect *run, const struct ast_node *call);

/* ---- late_free_edit.c ---- */

/* The fix: the release moves up to behind the last use; the other releases that the gap leads to go. */
void late_fix(struct rule_collect *run, const struct late_gap *gap, bool proved, struct rule_found *found);

/* ---- late_free_cxx.c: containers that stay full ---- */

void late_free_cxx(struct rule_collect *run);

#endif
