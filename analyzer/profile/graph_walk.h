/* SPDX-License-Identifier: MIT */
/*
 * Walks over a finished graph: what a block reaches, how it is reached, what it alone keeps.
 *
 * Words of kind GRAPH_NO_POINTER are never followed.
 */
#ifndef MEMLINT_PROFILE_GRAPH_WALK_H
#define MEMLINT_PROFILE_GRAPH_WALK_H

#include "analyzer/profile/graph.h"

/* The graph of an object: every block once. */
struct graph_reach {
	uint64_t blocks, bytes, usable;
	/* Of these, what cannot be reached by pointer fields alone: it may be there by accident. */
	uint64_t conservative_blocks, conservative_bytes;
};

/* From the @n blocks at @starts, those included. @seen: NULL, or [nblocks] bytes that are set to 1 for blocks reached by
 * pointer fields, 2 for the others; zero before. */
struct graph_reach graph_deep(const struct graph *graph, const uint32_t *starts, size_t n, uint8_t *seen);

/* A shortest way to each block from a root. */
struct graph_paths {
	uint32_t *by;    /* [nblocks] the edge it is reached by; GRAPH_NONE: by a root, or not at all */
	uint32_t *root;  /* [nblocks] the root its way begins at; GRAPH_NONE not reached */
	uint32_t *order; /* [nreached] blocks, nearest first */
	uint32_t nreached;
};

/* Globals first: what a register or a stack holds besides is told by it only where nothing else does. */
void graph_find_paths(struct graph_paths *paths, const struct graph *graph);
void graph_paths_release(struct graph_paths *paths);

/*
 * Who alone keeps what: block d dominates b when every way from a root to b leads through d. What is retained by d would be
 * gone with it. Blocks that no root reaches hang below a root of their own.
 */
struct graph_dominators {
	uint32_t *above;    /* [nblocks] immediate dominator: a block, or one of the two numbers below */
	uint64_t *retained; /* [nblocks + 2] bytes, the block's own included */
	uint32_t *order;    /* [nblocks + 2] all of them, each behind what dominates it */
	uint32_t top;       /* nblocks: the number that stands for all roots */
	uint32_t leaked;    /* nblocks + 1: the number above what no root reaches */
};

void graph_find_dominators(struct graph_dominators *dominators, const struct graph *graph);
void graph_dominators_release(struct graph_dominators *dominators);

#endif
