/* SPDX-License-Identifier: MIT */
/*
 * Dominators, post-dominators and loops of a graph.
 */
#ifndef MEMLINT_FLOW_DOM_H
#define MEMLINT_FLOW_DOM_H

#include "analyzer/flow/cfg.h"

/*
 * Who must be passed before (or, of post-dominators, after) whom. Only what the entry reaches has a dominator. For
 * post-dominators, edges of calls that never return do not count: where the program ends, nothing comes after; a block
 * from which the exit cannot be reached has none.
 */
struct flow_dominators {
	uint32_t root;
	uint32_t *parent;       /* of each block: its immediate dominator; the root's is itself; FLOW_NONE has none */
	uint32_t *first, *last; /* numbers of a walk through the tree, for flow_dominates() */
};

struct flow_loop {
	uint32_t head;
	uint32_t parent;  /* the loop around it, in loops[]; FLOW_NONE outermost */
	uint32_t depth;   /* 1 outermost */
	uint32_t nblocks; /* inner loops included */
};

/* Natural loops; outer ones before inner ones. */
struct flow_loops {
	struct flow_loop *loops;
	uint32_t nloops;
	uint32_t *innermost; /* of each block: index in loops, or FLOW_NONE */
	bool irreducible;    /* there is a cycle entered in two places: it is not among the loops */
};

struct flow_dominators *flow_dominators(struct arena *arena, const struct flow_cfg *cfg);
struct flow_dominators *flow_post_dominators(struct arena *arena, const struct flow_cfg *cfg);

/* True if every way from the root to @b passes @a; a block dominates itself. False for what has no dominators. */
bool flow_dominates(const struct flow_dominators *tree, uint32_t a, uint32_t b);

struct flow_loops *flow_find_loops(struct arena *arena, const struct flow_cfg *cfg, const struct flow_dominators *tree);

/* True if @block runs within the loop @loop (FLOW_NONE: the function as a whole). */
bool flow_in_loop(const struct flow_loops *loops, uint32_t block, uint32_t loop);

#endif
