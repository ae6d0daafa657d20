/* SPDX-License-Identifier: MIT */
/*
 * What is still held of the blocks that were live when a heap graph was taken: memcheck's rules, over every word that
 * looks like a pointer.
 *
 * A block is reachable over pointers to starts of blocks (or what is as good, struct profile_edge.as_start), from a root; held
 * perhaps where a pointer to a block's middle is on every way; else lost. Of the lost ones that point at each other one stands for
 * all that it leads to: its followers were lost with it.
 */
#ifndef MEMLINT_PROFILE_LEAKS_H
#define MEMLINT_PROFILE_LEAKS_H

#include "analyzer/profile/graph.h"
#include "runtime/snapshot/profile_graph.h"

enum leak {
	LEAK_LOST,     /* memcheck: definitely lost */
	LEAK_CYCLE,    /* the same, and it leads back to itself */
	LEAK_FOLLOWER, /* indirectly lost */
	LEAK_PERHAPS,  /* possibly lost */
	LEAK_HELD,     /* still reachable */
	LEAK_KINDS,
};

struct leaks {
	size_t nblocks;
	uint8_t *kind;       /* [nblocks] enum leak */
	uint32_t *leader;    /* [nblocks] of a follower: the block it was lost with; else its own number */
	uint64_t *followed;  /* [nblocks] bytes of its followers */
	uint32_t *following; /* [nblocks] how many */
	uint64_t bytes[LEAK_KINDS], count[LEAK_KINDS];
	uint32_t *out; /* [nblocks + 1] edges of block b are out[b] .. out[b + 1] - 1 */
};

/* Judges every block of @graph. */
void leaks_judge(struct leaks *leaks, const struct profile_graph *graph);
void leaks_release(struct leaks *leaks);

/*
 * A shortest cycle of pointers through block @start (kind LEAK_CYCLE), by fields that own what they point at, else by fields that
 * the types say are pointers, else by any: indices of edges of @graph in @arena, *@n of them, the first from @start, the last
 * back to it. @owners: NULL, or by type whether its blocks count references; a cycle through two such blocks goes first.
 */
const uint32_t *leaks_cycle(const struct leaks *leaks, struct graph *graph, uint32_t start, const uint8_t *owners,
                            size_t *n, struct arena *arena);

#endif
