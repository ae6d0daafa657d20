/* SPDX-License-Identifier: MIT */
/* What the parts of the heap graph's capture share. */
#ifndef MEMLINT_GRAPH_INNER_H
#define MEMLINT_GRAPH_INNER_H

#include "runtime/graph.h"
#include "runtime/rt.h"
#include "runtime/snapshot/profile_graph.h"

#define GRAPH_NONE UINT32_MAX

enum {
	GRAPH_REGISTERS = 16, /* by DWARF's numbers */
	GRAPH_TLS = 256,      /* modules with thread variables */
	GRAPH_TRACKED = 1u << 31,
	GRAPH_PAGEMAP = 512, /* pages asked for at once */
};

/* A live block. */
struct graph_node {
	uintptr_t address;
	uint64_t size;
	uint32_t trace;
	uint32_t
	        slack; /* usable minus requested bytes; GRAPH_TRACKED: an object that the user told of, no block of malloc's */
};

struct graph_range {
	uintptr_t start, end;
};

/* A mapping of this process. */
struct graph_map {
	uintptr_t start, end;
	uint8_t writable, executable, shared, file, device, brk;
};

struct graph_thread {
	int tid;
	int signal;    /* to deliver when it goes on */
	uint8_t known; /* its registers are */
	uintptr_t tp, sp;
	uintptr_t registers[GRAPH_REGISTERS];
	uint32_t id; /* in PROFILE_THREADS */
};

/* Where a module's thread variables are. */
struct graph_tls {
	uint32_t module; /* its id in the profile */
	uintptr_t start; /* in the thread that asked */
	size_t size;
};

struct rt_graph {
	struct rt_context context;
	uintptr_t tp;
	struct graph_tls tls[GRAPH_TLS];
	uint32_t ntls;
	struct graph_range own;      /* the runtime's data */
	uint32_t blind;              /* threads whose registers are not known */
	struct pages_buffer threads; /* struct graph_thread[], the calling one first */
	struct graph_stop *stop;
	uint64_t frozen_ns; /* monotonic */

	/* The walker's. */
	struct pages_buffer maps;     /* struct graph_map[] by address, readable ones */
	struct pages_buffer nodes;    /* struct graph_node[] by address */
	struct pages_buffer excluded; /* struct graph_range[] by address: no roots there */
	uint32_t *outer;              /* by node: the one around it; NULL: none lies in another */
	uint32_t **pages;             /* by region: node at or after the start of each 4 KiB */
	uintptr_t lowest, highest;    /* of all nodes */
	uintptr_t libc_base, libc_end;
	int pagemap; /* -1: not there */
	struct profile_graph_writer *out;
	uint64_t page_entries[GRAPH_PAGEMAP];
	char text[4096];
};

static inline size_t graph_nnodes(const struct rt_graph *graph)
{
	return graph->nodes.size / sizeof(struct graph_node);
}

static inline struct graph_node *graph_nodes(const struct rt_graph *graph)
{
	return (struct graph_node *)(void *)graph->nodes.data;
}

static inline size_t graph_nmaps(const struct rt_graph *graph)
{
	return graph->maps.size / sizeof(struct graph_map);
}

static inline const struct graph_map *graph_maps(const struct rt_graph *graph)
{
	return (const struct graph_map *)(const void *)graph->maps.data;
}

static inline size_t graph_nthreads(const struct rt_graph *graph)
{
	return graph->threads.size / sizeof(struct graph_thread);
}

static inline struct graph_thread *graph_threads(const struct rt_graph *graph)
{
	return (struct graph_thread *)(void *)graph->threads.data;
}

static inline uintptr_t graph_end(const struct graph_node *node)
{
	/* A block of no bytes can be pointed at. */
	return node->address + (node->size ? node->size : 1);
}

/* graph_stop.c: stops every other thread of the process; fills `threads`. */
void graph_stop(struct rt_graph *graph);
void graph_go(struct rt_graph *graph);

/* graph_memory.c */
/* Reads the mappings, and what of them is memlint's own into `excluded`; -1 when that cannot be. */
int graph_read_maps(struct rt_graph *graph);
/* The mapping that @address lies in, at or after number *@hint; NULL if none. */
const struct graph_map *graph_map_of(const struct rt_graph *graph, uintptr_t address, size_t *hint);
/* The same without a hint. */
const struct graph_map *graph_map_at(const struct rt_graph *graph, uintptr_t address);
/* No roots from @start to @end. */
void graph_exclude(struct rt_graph *graph, uintptr_t start, uintptr_t end);
/* Sorts @n items of @size bytes, at most 64, by the address that each begins with; in place. */
void graph_sort(void *items, size_t n, size_t size);
/* Calls @run for each stretch of memory between @start and @end, whole words, in which a page was ever touched. */
typedef void graph_run(struct rt_graph *graph, uintptr_t start, uintptr_t end, void *context);
void graph_each_run(struct rt_graph *graph, uintptr_t start, uintptr_t end, graph_run *run, void *context);

/* graph_nodes.c: all live blocks, ready for graph_find(); -1 when memory is out. */
int graph_collect(struct rt_graph *graph);
/* The innermost block around @address, GRAPH_NONE if none. */
uint32_t graph_find(const struct rt_graph *graph, uintptr_t address);

/* graph_inside.c: whether a pointer to @address, inside @node, is as good as one to its start; as memcheck has it. */
uint8_t graph_is_as_start(const struct rt_graph *graph, const struct graph_node *node, uintptr_t address);

/* graph_roots.c */
/* What is not to be searched for roots: heaps, unused and dead stacks. */
void graph_exclude_heaps(struct rt_graph *graph);
void graph_exclude_stacks(struct rt_graph *graph);
/* Puts every root. */
void graph_put_roots(struct rt_graph *graph);
/* Puts the words of @start to @end as roots of PROFILE_ROOT_UNKNOWN. */
void graph_put_unknown(struct rt_graph *graph, uintptr_t start, uintptr_t end);

/* graph_heap.c: blocks of glibc's heap in @map that are nobody's: neither known to us nor free. */
void graph_put_unknown_blocks(struct rt_graph *graph, const struct graph_map *map, uintptr_t start);
/* Where the heap that @node lies in starts; 0 if it is a mapping of its own. */
uintptr_t graph_heap_start(const struct graph_node *node, const struct graph_map *map);

#endif
