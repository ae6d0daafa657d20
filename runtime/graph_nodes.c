// SPDX-License-Identifier: MIT
/* Every live block, from the shadow, in order of address; and the block around any address. */
#include "runtime/graph_inner.h"
#include "runtime/note.h"
#include "runtime/shadow.h"
#include "runtime/tracked.h"

enum { PAGES = 1 << (SHADOW_REGION_BITS - 12) /* of a region */ };

struct collect {
	uintptr_t region;
	struct rt_range small;      /* its leaf */
	size_t hint;                /* in the mappings */
	struct pages_buffer larges; /* uintptr_t[], starts of the region's large blocks */
	size_t nlarges;             /* of them in the graph */
};

static void add_node(struct rt_graph *graph, const struct graph_node *node)
{
	struct graph_node *entry = pages_push(&graph->nodes, sizeof *entry);

	if (entry)
		*entry = *node;
}

static void add_block(struct rt_graph *graph, struct collect *collect, uintptr_t address)
{
	const struct graph_map *map = graph_map_of(graph, address, &collect->hint);

	/* A block that was released unseen: its memory, where its size stands, may be gone. */
	if (!map || address - map->start < 16)
		return;
	const struct rt_taken known = rt_look_frozen((const void *)address);
	const uint64_t slack = known.size.usable - known.size.requested;
	const struct graph_node node = {.address = address,
	                                .size = known.size.requested,
	                                .trace = known.id,
	                                .slack = slack < GRAPH_TRACKED ? (uint32_t)slack : 0};

	if (known.id && known.size.requested <= known.size.usable && node.size <= map->end - address)
		add_node(graph, &node);
}

/* Adds the large blocks before @address. */
static void add_larges(struct rt_graph *graph, struct collect *collect, uintptr_t address)
{
	const uintptr_t *starts = (const uintptr_t *)(const void *)collect->larges.data;

	for (; collect->nlarges < collect->larges.size / sizeof *starts && starts[collect->nlarges] < address;
	     collect->nlarges++)
		add_block(graph, collect, starts[collect->nlarges]);
}

/* Entries of the leaf that lie from @start to @end. */
static void collect_small(struct rt_graph *graph, uintptr_t start, uintptr_t end, void *context)
{
	struct collect *collect = context;
	const uintptr_t leaf = collect->small.start;

	for (const uint64_t *pair = (const uint64_t *)start; pair < (const uint64_t *)end; pair++) {
		if (!*pair)
			continue;
		for (const uint32_t *entry = (const uint32_t *)pair; entry < (const uint32_t *)(pair + 1); entry++) {
			const uintptr_t address = *entry ? shadow_start(SHADOW_SMALL, collect->region, leaf, entry) : 0;

			if (!address)
				continue;
			add_larges(graph, collect, address);
			add_block(graph, collect, address);
		}
	}
}

static void collect_large(struct rt_graph *graph, uintptr_t start, uintptr_t end, void *context)
{
	struct collect *collect = context;

	for (const uint32_t *entry = (const uint32_t *)start; entry < (const uint32_t *)end; entry += 2) {
		uintptr_t *address = *entry ? pages_push(&collect->larges, sizeof *address) : NULL;

		if (address)
			*address = shadow_start(SHADOW_LARGE, collect->region, 0, entry);
	}
	graph->nodes.failed |= collect->larges.failed;
}

static void collect_shadow(struct rt_graph *graph)
{
	struct collect collect = {0};

	while ((collect.region = shadow_next_region(collect.region)) < SHADOW_REGIONS) {
		const struct rt_range large = shadow_leaf_of(SHADOW_LARGE, collect.region);

		collect.small = shadow_leaf_of(SHADOW_SMALL, collect.region);
		pages_clear(&collect.larges);
		collect.nlarges = 0;
		graph_each_run(graph, large.start, large.end, collect_large, &collect);
		graph_each_run(graph, collect.small.start, collect.small.end, collect_small, &collect);
		add_larges(graph, &collect, UINTPTR_MAX);
		collect.region++;
	}
	pages_release(&collect.larges);
}

static void collect_tracked(struct rt_graph *graph)
{
	const size_t nblocks = graph_nnodes(graph);
	struct tracked object;
	size_t hint;

	for (size_t i = 0; tracked_at(i, &object); i++) {
		hint = 0;
		if (!object.block || !graph_map_of(graph, object.block, &hint))
			continue;
		add_node(graph, &(struct graph_node){.address = object.block,
		                                     .size = object.size,
		                                     .trace = object.trace,
		                                     .slack = GRAPH_TRACKED});
	}
	if (!graph->nodes.failed && graph_nnodes(graph) != nblocks)
		graph_sort(graph->nodes.data, graph_nnodes(graph), sizeof(struct graph_node));
}

/* By node, the node around it; stays NULL where there is none. */
static int find_outer(struct rt_graph *graph)
{
	const struct graph_node *nodes = graph_nodes(graph);
	const size_t n = graph_nnodes(graph);
	uint32_t around = GRAPH_NONE;

	for (uint32_t i = 0; i < n; i++) {
		while (around != GRAPH_NONE && graph_end(nodes + around) <= nodes[i].address)
			around = graph->outer ? graph->outer[around] : GRAPH_NONE;
		if (around != GRAPH_NONE && !graph->outer) {
			graph->outer = rt_map(n * sizeof *graph->outer);
			if (!graph->outer)
				return -1;
			for (uint32_t before = 0; before < i; before++)
				graph->outer[before] = GRAPH_NONE;
		}
		if (graph->outer)
			graph->outer[i] = around;
		around = i;
	}
	return 0;
}

/* The table of @region, which says for each of its pages the first node at or after it. */
static uint32_t *pages_of(struct rt_graph *graph, uintptr_t region, uint32_t next)
{
	uint32_t *table = rt_map((PAGES + 1) * sizeof *table);

	graph->pages[region] = table;
	for (uint32_t i = 0; table && i <= PAGES; i++)
		table[i] = next;
	return table;
}

static int index_pages(struct rt_graph *graph)
{
	const struct graph_node *nodes = graph_nodes(graph);
	const uint32_t n = (uint32_t)graph_nnodes(graph);
	uintptr_t done = 0; /* regions below have their tables */

	graph->pages = rt_map(SHADOW_REGIONS * sizeof *graph->pages);
	if (!graph->pages)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		const uintptr_t first = nodes[i].address >> SHADOW_REGION_BITS;
		const uintptr_t last = (graph_end(nodes + i) - 1) >> SHADOW_REGION_BITS;

		for (uintptr_t region = first > done ? first : done; region <= last; region++) {
			uint32_t *table = pages_of(graph, region, n), at = i + (region > first);

			if (!table)
				return -1;
			for (uintptr_t page = 0; page <= PAGES; page++) {
				const uintptr_t start = (region << SHADOW_REGION_BITS) + (page << 12);

				while (at < n && nodes[at].address < start)
					at++;
				table[page] = at;
			}
			done = region + 1;
		}
		if (graph_end(nodes + i) > graph->highest)
			graph->highest = graph_end(nodes + i);
	}
	graph->lowest = n ? nodes[0].address : 0;
	return 0;
}

int graph_collect(struct rt_graph *graph)
{
	collect_shadow(graph);
	collect_tracked(graph);
	if (graph->nodes.failed || graph_nnodes(graph) >= GRAPH_NONE || find_outer(graph) < 0)
		return -1;
	return index_pages(graph);
}

uint32_t graph_find(const struct rt_graph *graph, uintptr_t address)
{
	const struct graph_node *nodes = graph_nodes(graph);
	const uint32_t *table;

	if (address - graph->lowest >= graph->highest - graph->lowest)
		return GRAPH_NONE;
	table = graph->pages[address >> SHADOW_REGION_BITS];
	if (!table)
		return GRAPH_NONE;
	const size_t page = address >> 12 & (PAGES - 1);
	uint32_t low = table[page], high = table[page + 1];

	/* The number of nodes that start at or before the address. */
	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (nodes[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return GRAPH_NONE;
	for (uint32_t i = low - 1; i != GRAPH_NONE; i = graph->outer ? graph->outer[i] : GRAPH_NONE)
		if (address < graph_end(nodes + i))
			return i;
	return GRAPH_NONE;
}
