/* SPDX-License-Identifier: MIT */
/*
 * The heap graph of a snapshot as the profile has it: blocks, the words that point from one to another, and the words
 * elsewhere that point at blocks (profile_format.h: PROFILE_BLOCKS, PROFILE_EDGES, PROFILE_ROOTS).
 */
#ifndef MEMLINT_PROFILE_GRAPH_H
#define MEMLINT_PROFILE_GRAPH_H

#include "runtime/snapshot/profile_reader.h"
#include "runtime/snapshot/profile_writer.h"

struct profile_block {
	uint64_t address, size, usable, serial;
	uint32_t trace; /* written: the file's id; read: index in the profile's tables */
};

struct profile_edge {
	uint32_t from, to; /* numbers of blocks */
	uint64_t offset;   /* of the word in `from` */
	uint64_t interior; /* offset in `to` that it points at */
	uint8_t as_start;  /* which is as good as its start */
};

struct profile_root {
	uint32_t kind;  /* enum profile_root_kind */
	uint32_t to;    /* number of a block */
	uint64_t owner; /* written: the file's id; read: index in the profile's modules or threads, 0 not known */
	uint64_t place;
	uint64_t interior; /* as of an edge */
	uint8_t as_start;
};

struct profile_graph {
	struct pages_buffer blocks; /* struct profile_block[], by address */
	struct pages_buffer edges;  /* struct profile_edge[], by from, then offset */
	struct pages_buffer roots;  /* struct profile_root[] */
	uint64_t flags;             /* PROFILE_GRAPH_* */
	uint64_t paused_ns, taken_ns;
	uint64_t threads, blind; /* threads, and those of them whose registers are not known */
	int complete;            /* the last chunk of roots is there */
};

/* Whether snapshot @sequence has a graph, whole or cut short. */
int profile_has_graph(const struct profile *profile, uint64_t sequence);
/* The graph of snapshot @sequence; every number in it is in range, unless `complete` is 0 edges and roots may be missing. 1;
 * 0: there is none; -1 with snapshot_error(). Always profile_graph_release(). */
int profile_graph_read(struct profile *profile, uint64_t sequence, struct profile_graph *graph);
void profile_graph_release(struct profile_graph *graph);

static inline size_t profile_graph_nblocks(const struct profile_graph *graph)
{
	return graph->blocks.size / sizeof(struct profile_block);
}

static inline size_t profile_graph_nedges(const struct profile_graph *graph)
{
	return graph->edges.size / sizeof(struct profile_edge);
}

static inline size_t profile_graph_nroots(const struct profile_graph *graph)
{
	return graph->roots.size / sizeof(struct profile_root);
}

static inline const struct profile_block *profile_graph_blocks(const struct profile_graph *graph)
{
	return (const struct profile_block *)(const void *)graph->blocks.data;
}

static inline const struct profile_edge *profile_graph_edges(const struct profile_graph *graph)
{
	return (const struct profile_edge *)(const void *)graph->edges.data;
}

static inline const struct profile_root *profile_graph_roots(const struct profile_graph *graph)
{
	return (const struct profile_root *)(const void *)graph->roots.data;
}

/* --- writing --- */

/* Writes the items of one kind, splitting them into chunks. Zero it, then set writer, type, sequence, flags. */
struct profile_graph_writer {
	struct profile_writer *writer;
	enum profile_chunk type;
	uint64_t sequence, flags;
	uint64_t head[4]; /* PROFILE_ROOTS: what stands in front of the count */
	size_t limit;     /* bytes of a chunk; 0: some megabytes */
	uint64_t previous;
	size_t flags_at; /* where the flags stand in the payload */
	int error;       /* the first failure: an errno value */
};

void profile_graph_begin(struct profile_graph_writer *out);
void profile_graph_put_block(struct profile_graph_writer *out, const struct profile_block *block);
void profile_graph_put_edge(struct profile_graph_writer *out, const struct profile_edge *edge);
void profile_graph_put_root(struct profile_graph_writer *out, const struct profile_root *root);
/* The last chunk of the kind; `error`. */
int profile_graph_end(struct profile_graph_writer *out);

#endif
