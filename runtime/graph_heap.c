// SPDX-License-Identifier: MIT
/*
 * Blocks of glibc's heap that memlint does not know: allocated before tracing began, or by the loader for itself. What they
 * point at is in use, so they are found by walking the heap's chunks between the known ones.
 */
#include "runtime/graph_inner.h"

#include <string.h>

enum {
	PREVIOUS_IN_USE = 1,
	MAPPED = 2,
	OTHER_ARENA = 4,
	LEAST_CHUNK = 32,
	LARGEST_FAST = 0x420, /* chunks above are not kept back by thread caches or fast bins */
};
#define ARENA_HEAP ((uintptr_t)64 << 20) /* glibc's HEAP_MAX_SIZE on 64 bits: heaps of threads start at multiples */

static size_t head_of(uintptr_t chunk)
{
	return *(const size_t *)(chunk + 8);
}

static size_t chunk_size(size_t head)
{
	return head & ~(size_t)7;
}

uintptr_t graph_heap_start(const struct graph_node *node, const struct graph_map *map)
{
	const size_t head = head_of(node->address - 16);
	const uintptr_t start = node->address & ~(ARENA_HEAP - 1);

	if (head & MAPPED)
		return 0;
	return head & OTHER_ARENA && start > map->start ? start : map->start;
}

/* Released blocks that a thread's cache or a fast bin keeps look as if in use. Their first word is the next one's
 * address, disguised by their own (glibc's safe linking). */
static int is_kept_back(uintptr_t chunk, size_t size, const struct graph_map *map)
{
	const uintptr_t block = chunk + 16;
	const uintptr_t next = *(const uintptr_t *)block ^ block >> 12;

	if (size > LARGEST_FAST)
		return 0;
	return !next || (!(next & 15) && next > map->start && next < map->end);
}

/* The chunks from @chunk to @end, where a known one starts or the heap ends. */
static void walk(struct rt_graph *graph, const struct graph_map *map, uintptr_t chunk, uintptr_t end)
{
	while (end - chunk >= LEAST_CHUNK) {
		const size_t size = chunk_size(head_of(chunk));

		/* The last one of a heap is what was never given out. */
		if (size < LEAST_CHUNK || size & 15 || size > end - chunk || chunk + size + 16 > map->end)
			return;
		if (head_of(chunk + size) & PREVIOUS_IN_USE && !is_kept_back(chunk, size, map))
			graph_put_unknown(graph, chunk + 16, chunk + size + 8);
		chunk += size;
	}
}

void graph_put_unknown_blocks(struct rt_graph *graph, const struct graph_map *map, uintptr_t start)
{
	const struct graph_node *nodes = graph_nodes(graph);
	const size_t n = graph_nnodes(graph);
	uintptr_t chunk = map->brk ? start : 0;
	size_t low = 0, high = n;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (nodes[middle].address < start)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < n && nodes[low].address < map->end; low++) {
		const uintptr_t known = nodes[low].address - 16;

		if (nodes[low].slack & GRAPH_TRACKED || known < chunk)
			continue;
		if (chunk)
			walk(graph, map, chunk, known);
		chunk = known + chunk_size(head_of(known));
	}
	if (chunk)
		walk(graph, map, chunk, map->end);
}
