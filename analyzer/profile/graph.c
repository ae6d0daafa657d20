// SPDX-License-Identifier: MIT
/* Builds the heap's graph: blocks, then edges sorted and classified. */
#include "analyzer/profile/graph.h"

#include <string.h>

void graph_init(struct graph *graph, struct snapshot_tables *tables)
{
	const size_t ntraces = tables->traces.size / sizeof(struct snapshot_trace);

	*graph = (struct graph){.tables = tables};
	intern_init(&graph->names, &graph->arena);
	graph->records = records_new(tables);
	graph->type_of_trace = arena_array(&graph->arena, ntraces + 1, uint32_t);
	vec_push(&graph->types,
	         (struct graph_type){.name = "", .element = "", .shown = "", .label = "", .other = GRAPH_CONSERVATIVE});
}

void graph_release(struct graph *graph)
{
	vec_release(&graph->blocks);
	vec_release(&graph->edges);
	vec_release(&graph->roots);
	vec_release(&graph->types);
	free(graph->out);
	free(graph->in);
	free(graph->into);
	records_free(graph->records);
	hash_map_release(&graph->layouts);
	hash_map_release(&graph->types_by_name);
	intern_release(&graph->names);
	arena_clear(&graph->arena);
	*graph = (struct graph){0};
}

static bool lies_in(const struct graph_block *block, const struct graph_block *outer)
{
	return block->address - outer->address < outer->size &&
	       block->size <= outer->size - (block->address - outer->address);
}

/* The block around @block; false when it only overlaps one. */
static bool find_outer(struct graph *graph, struct graph_block *block)
{
	block->outer = graph->blocks.count ? (uint32_t)graph->blocks.count - 1 : GRAPH_NONE;
	while (block->outer != GRAPH_NONE) {
		const struct graph_block *outer = graph->blocks.items + block->outer;

		if (block->address < outer->address)
			return false;
		if (lies_in(block, outer))
			return true;
		if (block->address - outer->address < outer->size)
			return false;
		block->outer = outer->outer;
	}
	return true;
}

bool graph_add_block(struct graph *graph, uint64_t address, uint64_t size, uint64_t usable, uint32_t trace,
                     uint64_t serial)
{
	const size_t ntraces = graph->tables->traces.size / sizeof(struct snapshot_trace);
	struct graph_block block = {
	        .address = address, .size = size, .usable = usable, .own = size, .serial = serial, .trace = trace};

	if (graph->blocks.count >= GRAPH_NONE - 2 || size > UINT64_MAX - address || trace >= ntraces)
		return false;
	if (!find_outer(graph, &block))
		return false;
	if (usable < size)
		block.usable = size;
	if (block.outer != GRAPH_NONE)
		graph->blocks.items[block.outer].own -= size;
	block.type = graph_type_of_trace(graph, trace);
	vec_push(&graph->blocks, block);
	return true;
}

static uint32_t saturated(uint64_t number)
{
	return number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
}

bool graph_add_edge(struct graph *graph, uint64_t from, uint64_t offset, uint64_t to, uint64_t inside)
{
	const size_t n = graph->blocks.count;

	if (from >= n || to >= n || offset % GRAPH_WORD || graph->edges.count >= GRAPH_NONE)
		return false;
	/* Some allocators' users write into the slack: what was requested is not the end. */
	if (offset >= graph->blocks.items[from].usable || offset / GRAPH_WORD >= UINT32_MAX)
		return false;
	vec_push(&graph->edges, (struct graph_edge){
	                                .from = (uint32_t)from,
	                                .to = (uint32_t)to,
	                                .word = (uint32_t)(offset / GRAPH_WORD),
	                                .inside = saturated(inside),
	                        });
	return true;
}

bool graph_add_root(struct graph *graph, uint32_t kind, uint32_t owner, uint64_t place, uint64_t to, uint64_t inside)
{
	if (to >= graph->blocks.count || graph->roots.count >= GRAPH_NONE)
		return false;
	vec_push(&graph->roots, (struct graph_root){kind, owner, place, (uint32_t)to, saturated(inside)});
	return true;
}

uint32_t graph_find(const struct graph *graph, uint64_t address)
{
	size_t low = 0, high = graph->blocks.count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (graph->blocks.items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	uint32_t found = low ? (uint32_t)(low - 1) : GRAPH_NONE;

	/* A block without bytes still has an address. */
	while (found != GRAPH_NONE) {
		const struct graph_block *block = graph->blocks.items + found;

		if (address - block->address < (block->size ? block->size : 1))
			break;
		found = block->outer;
	}
	return found;
}

static bool in_order(const struct graph *graph)
{
	for (size_t i = 1; i < graph->edges.count; i++) {
		const struct graph_edge *a = graph->edges.items + i - 1, *b = a + 1;

		if (a->from > b->from || (a->from == b->from && a->word > b->word))
			return false;
	}
	return true;
}

static int by_place(const void *left, const void *right)
{
	const struct graph_edge *a = left, *b = right;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	if (a->word != b->word)
		return a->word < b->word ? -1 : 1;
	return a->to < b->to ? -1 : a->to > b->to;
}

/* Starts of runs from counts at [i + 1]. */
static void sum_up(uint32_t *starts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		starts[i + 1] += starts[i];
}

static void *zeroed(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		diag_die("out of memory");
	return memory;
}

static void index_edges(struct graph *graph)
{
	const size_t n = graph->blocks.count, m = graph->edges.count;

	graph->out = zeroed(n + 1, sizeof *graph->out);
	graph->in = zeroed(n + 2, sizeof *graph->in);
	graph->into = zeroed(m, sizeof *graph->into);
	for (size_t i = 0; i < m; i++) {
		graph->out[graph->edges.items[i].from + 1]++;
		graph->in[graph->edges.items[i].to + 2]++;
	}
	sum_up(graph->out, n);
	/* One place further on: filling moves each start to where the next run begins. */
	sum_up(graph->in, n + 1);
	for (size_t i = 0; i < m; i++)
		graph->into[graph->in[graph->edges.items[i].to + 1]++] = (uint32_t)i;
}

/* A short std::string points at the buffer in itself, two words on: it holds nothing. */
static bool is_own_buffer(const struct graph_edge *edge)
{
	return edge->from == edge->to && edge->inside == (uint64_t)(edge->word + 2) * GRAPH_WORD;
}

void graph_finish(struct graph *graph)
{
	if (!in_order(graph))
		qsort(graph->edges.items, graph->edges.count, sizeof *graph->edges.items, by_place);
	for (size_t i = 0; i < graph->edges.count; i++) {
		struct graph_edge *edge = graph->edges.items + i;

		edge->kind = (uint8_t)graph_kind_of(graph, edge->from, edge->word);
		if (is_own_buffer(edge))
			edge->kind = GRAPH_NO_POINTER;
	}
	index_edges(graph);
}
