// SPDX-License-Identifier: MIT
/* Roots: words outside every block that point into one, and where they stand. */
#include "runtime/graph_inner.h"
#include "runtime/objects.h"

#include <string.h>

enum { RED_ZONE = 128, THREAD_DESCRIPTOR = 2304 /* bytes of glibc's, behind the thread pointer */ };

/* What is being searched. */
struct area {
	const struct graph_map *map;
	int has_stack, has_tls, unknown;
};

/* A thread variable's module and offset, for @distance from its thread pointer. */
static int classify_tls(const struct rt_graph *graph, uintptr_t distance, struct profile_root *root)
{
	for (uint32_t i = 0; i < graph->ntls; i++) {
		const struct graph_tls *tls = graph->tls + i;
		const uintptr_t start = tls->start - graph->tp;

		if (distance - start >= tls->size)
			continue;
		root->kind = PROFILE_ROOT_TLS;
		root->owner = tls->module;
		root->place = distance - start;
		return 1;
	}
	return 0;
}

static int classify_thread(const struct rt_graph *graph, uintptr_t address, struct profile_root *root)
{
	const struct graph_thread *nearest = NULL;

	for (size_t i = 0; i < graph_nthreads(graph); i++) {
		const struct graph_thread *thread = graph_threads(graph) + i;

		if (!thread->known)
			continue;
		if (address < thread->tp + THREAD_DESCRIPTOR && classify_tls(graph, address - thread->tp, root))
			return 1;
		if (thread->sp - RED_ZONE <= address && (!nearest || thread->sp > nearest->sp))
			nearest = thread;
	}
	if (!nearest)
		return 0;
	root->kind = PROFILE_ROOT_STACK;
	root->owner = nearest->id;
	root->place = address < nearest->sp ? 0 : address - nearest->sp;
	return 1;
}

static void classify(const struct rt_graph *graph, const struct area *area, uintptr_t address,
                     struct profile_root *root)
{
	const uint32_t module = rt_module_of(address);

	if (area->unknown) {
		root->kind = PROFILE_ROOT_UNKNOWN;
		root->place = address;
		return;
	}
	if (module != UINT32_MAX) {
		root->kind = PROFILE_ROOT_GLOBAL;
		root->owner = module + 1;
		root->place = address - rt_module_at(module)->bias;
		return;
	}
	if ((area->has_stack || area->has_tls) && classify_thread(graph, address, root))
		return;
	root->kind = PROFILE_ROOT_MEMORY;
	root->place = address;
}

/* libc's bins and the heap's last chunk are addresses of chunks: each lies in the last word of the block before. */
static int is_allocators(const struct rt_graph *graph, uintptr_t address, const struct graph_node *node,
                         uintptr_t value)
{
	const uintptr_t usable = node->size + (node->slack & ~(uint32_t)GRAPH_TRACKED);

	return address - graph->libc_base < graph->libc_end - graph->libc_base && value != node->address &&
	       value == node->address + usable - 8;
}

static void put_pointer(const struct rt_graph *graph, struct profile_root *root, uintptr_t pointer)
{
	const struct graph_node *node = graph_nodes(graph) + root->to;

	root->interior = pointer - node->address;
	root->as_start = graph_is_as_start(graph, node, pointer);
}

static void put_run(struct rt_graph *graph, uintptr_t start, uintptr_t end, void *context)
{
	for (const uintptr_t *word = (const uintptr_t *)start; word < (const uintptr_t *)end; word++) {
		const uint32_t to = graph_find(graph, *word);
		struct profile_root root = {.to = to};

		if (to == GRAPH_NONE || is_allocators(graph, (uintptr_t)word, graph_nodes(graph) + to, *word))
			continue;
		put_pointer(graph, &root, *word);
		classify(graph, context, (uintptr_t)word, &root);
		profile_graph_put_root(graph->out, &root);
	}
}

void graph_put_unknown(struct rt_graph *graph, uintptr_t start, uintptr_t end)
{
	struct area area = {.unknown = 1};

	graph_each_run(graph, start, end, put_run, &area);
}

/* @start to @end without what is excluded; @at: the first range that may matter. */
static void put_area(struct rt_graph *graph, struct area *area, size_t *at)
{
	const struct graph_range *excluded = (const struct graph_range *)(const void *)graph->excluded.data;
	const size_t n = graph->excluded.size / sizeof *excluded;
	uintptr_t start = area->map->start;
	const uintptr_t end = area->map->end;

	for (size_t i = *at; i < n && excluded[i].start < end; i++) {
		if (excluded[i].start > start)
			graph_each_run(graph, start, excluded[i].start, put_run, area);
		if (excluded[i].end > start)
			start = excluded[i].end;
		if (excluded[i].end <= area->map->start && i == *at)
			++*at;
		if (start >= end)
			return;
	}
	graph_each_run(graph, start, end, put_run, area);
}

static void put_registers(struct rt_graph *graph, const struct graph_thread *thread)
{
	for (uint32_t i = 0; thread->known && i < GRAPH_REGISTERS; i++) {
		const uint32_t to = graph_find(graph, thread->registers[i]);

		if (to == GRAPH_NONE)
			continue;
		struct profile_root root = {.kind = PROFILE_ROOT_REGISTER, .owner = thread->id, .place = i, .to = to};

		put_pointer(graph, &root, thread->registers[i]);
		profile_graph_put_root(graph->out, &root);
	}
}

/* A mapping of more is a sanitizer's shadow or a reservation: to look for its few pages would take too long. */
#define LARGEST_SEARCHED ((uintptr_t)256 << 30)

/* Whether the roots of a mapping are looked for; device memory may not even bear being read. */
static int is_searched(const struct graph_map *map)
{
	return map->writable && !map->device && !(map->shared && map->file) &&
	       map->end - map->start <= LARGEST_SEARCHED;
}

void graph_put_roots(struct rt_graph *graph)
{
	size_t excluded = 0;

	for (size_t i = 0; i < graph_nthreads(graph); i++)
		put_registers(graph, graph_threads(graph) + i);
	for (size_t i = 0; i < graph_nmaps(graph); i++) {
		struct area area = {.map = graph_maps(graph) + i};

		if (!is_searched(area.map))
			continue;
		for (size_t t = 0; t < graph_nthreads(graph); t++) {
			const struct graph_thread *thread = graph_threads(graph) + t;
			const uintptr_t size = area.map->end - area.map->start;

			area.has_stack |= thread->known && thread->sp - area.map->start < size;
			area.has_tls |= thread->known && thread->tp - area.map->start < size;
		}
		put_area(graph, &area, &excluded);
	}
}

/* Blocks are no roots, and of malloc's heaps only what graph_heap.c finds. Other allocators' heaps are not taken apart. */
void graph_exclude_heaps(struct rt_graph *graph)
{
	const struct graph_node *nodes = graph_nodes(graph);
	uintptr_t done = 0;
	size_t hint = 0;

	for (size_t i = 0; i < graph_nnodes(graph); i++) {
		if (nodes[i].address < done)
			continue;
		const struct graph_map *map = graph_map_of(graph, nodes[i].address, &hint);
		const int tracked = (nodes[i].slack & GRAPH_TRACKED) != 0;
		uintptr_t start = 0;

		if (map && !tracked)
			start = rt.glibc ? graph_heap_start(nodes + i, map) : map->start;
		if (start) {
			graph_exclude(graph, start, map->end);
			if (rt.glibc)
				graph_put_unknown_blocks(graph, map, start);
			done = map->end;
		} else {
			graph_exclude(graph, nodes[i].address, graph_end(nodes + i));
		}
	}
}

static int is_living(const struct rt_graph *graph, uintptr_t tp)
{
	for (size_t i = 0; i < graph_nthreads(graph); i++)
		if (graph_threads(graph)[i].tp == tp)
			return 1;
	return 0;
}

/* A thread's descriptor begins with its own address, and has it again behind the vector of its variables. */
static void find_dead(struct rt_graph *graph, uintptr_t start, uintptr_t end, void *context)
{
	uintptr_t *below = context;

	for (uintptr_t at = (start + 63) & ~(uintptr_t)63; at + 24 <= end; at += 64) {
		if (*(const uintptr_t *)at != at || ((const uintptr_t *)at)[2] != at)
			continue;
		/* The vector of its variables, the second word, is kept for the next thread. */
		if (!is_living(graph, at)) {
			graph_exclude(graph, *below, at + 8);
			graph_exclude(graph, at + 16, at + THREAD_DESCRIPTOR);
		}
		*below = at + THREAD_DESCRIPTOR;
	}
}

void graph_exclude_stacks(struct rt_graph *graph)
{
	size_t hint;

	if (graph->context.hole)
		graph_exclude(graph, graph->context.hole, graph->context.hole + sizeof(uintptr_t));
	for (size_t i = 0; i < graph_nthreads(graph); i++) {
		const struct graph_thread *thread = graph_threads(graph) + i;
		const struct graph_map *map;

		hint = 0;
		map = thread->known ? graph_map_of(graph, thread->sp, &hint) : NULL;
		if (map)
			graph_exclude(graph, map->start, thread->sp - (i ? RED_ZONE : 0));
	}
	/* glibc keeps the stacks of threads that have ended, with all that stood on them. */
	for (size_t i = 0; rt.multi && !graph->blind && i < graph_nmaps(graph); i++) {
		const struct graph_map *map = graph_maps(graph) + i;
		uintptr_t below = map->start;

		if (is_searched(map) && !map->file && !map->brk)
			graph_each_run(graph, map->start, map->end, find_dead, &below);
	}
}
