// SPDX-License-Identifier: MIT
/*
 * Dominators by Lengauer and Tarjan (1979), with path compression: O(m log n) whatever the shape. Heaps have shapes that
 * simpler ways are slow on: a list of a million nodes, each with a pointer back to its owner.
 *
 * Nodes are renumbered in the order a depth-first walk meets them, so that a number is also a vertex's rank. Nothing
 * recurses.
 */
#include "analyzer/profile/graph_walk.h"

static void *take(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		diag_die("out of memory");
	return memory;
}

struct lengauer {
	const struct graph *graph;
	uint32_t n; /* vertices: blocks and the two above all */
	uint32_t top, leaked;
	uint32_t nblocks;
	uint32_t *number; /* by vertex, from 1 in the order of the walk; 0 not met */
	uint32_t *vertex; /* by number */
	uint32_t *parent; /* by number: in the walk's tree */
	uint32_t *semi;   /* by number: number of the semidominator */
	uint32_t *label;  /* by number: of least semidominator on the compressed path */
	uint32_t *forest; /* by number: ancestor; 0 none */
	uint32_t *idom;   /* by number */
	uint32_t *bucket; /* by number: first number whose semidominator it is; 0 none */
	uint32_t *next;   /* by number: in its bucket */
	uint32_t *stack;  /* of the walk and of compression */
	uint32_t *cursor; /* of the walk: by stack depth, next edge */
	uint32_t count;   /* numbers given */
	uint32_t below;   /* first number of the leaked part */
	uint8_t *first;   /* by block: hangs directly below one of the two */
};

static void meet(struct lengauer *l, uint32_t vertex, uint32_t parent)
{
	const uint32_t number = ++l->count;

	l->number[vertex] = number;
	l->vertex[number] = vertex;
	l->parent[number] = parent;
	l->semi[number] = l->label[number] = number;
}

/* Everything not met yet below @block, which hangs below number @parent. */
static void walk(struct lengauer *l, uint32_t block, uint32_t parent)
{
	const struct graph *graph = l->graph;
	uint32_t depth = 0;

	l->first[block] = 1;
	if (l->number[block])
		return;
	meet(l, block, parent);
	l->stack[0] = block;
	l->cursor[0] = graph->out[block];
	for (depth = 1; depth;) {
		const uint32_t at = l->stack[depth - 1];

		if (l->cursor[depth - 1] == graph->out[at + 1]) {
			depth--;
			continue;
		}
		const struct graph_edge *edge = graph->edges.items + l->cursor[depth - 1]++;

		if (edge->kind == GRAPH_NO_POINTER || l->number[edge->to])
			continue;
		meet(l, edge->to, l->number[at]);
		l->stack[depth] = edge->to;
		l->cursor[depth++] = graph->out[edge->to];
	}
}

static bool has_holder(const struct lengauer *l, uint32_t block)
{
	const struct graph *graph = l->graph;

	for (uint32_t i = graph->in[block]; i < graph->in[block + 1]; i++) {
		const struct graph_edge *edge = graph->edges.items + graph->into[i];

		if (edge->kind != GRAPH_NO_POINTER && edge->from != block)
			return true;
	}
	return false;
}

static void walk_all(struct lengauer *l)
{
	const struct graph *graph = l->graph;

	meet(l, l->top, 0);
	for (size_t i = 0; i < graph->roots.count; i++)
		walk(l, graph->roots.items[i].to, 1);
	meet(l, l->leaked, 1);
	l->below = l->count;
	for (uint32_t block = 0; block < l->nblocks; block++)
		if (!l->number[block] && !has_holder(l, block))
			walk(l, block, l->below);
	/* What is left is held by cycles only. */
	for (uint32_t block = 0; block < l->nblocks; block++)
		if (!l->number[block])
			walk(l, block, l->below);
}

/* The label of least semidominator on the way from @v up to the root of its tree in the forest. */
static uint32_t evaluate(struct lengauer *l, uint32_t v)
{
	uint32_t depth = 0, at = v;

	if (!l->forest[v])
		return l->label[v];
	while (l->forest[l->forest[at]]) {
		l->stack[depth++] = at;
		at = l->forest[at];
	}
	while (depth) {
		const uint32_t low = l->stack[--depth], high = l->forest[low];

		if (l->semi[l->label[high]] < l->semi[l->label[low]])
			l->label[low] = l->label[high];
		l->forest[low] = l->forest[high];
	}
	return l->label[v];
}

static void consider(struct lengauer *l, uint32_t w, uint32_t from)
{
	const uint32_t u = evaluate(l, from);

	if (l->semi[u] < l->semi[w])
		l->semi[w] = l->semi[u];
}

/* The number above @w's part: a leaked block's pointer to one that a root reaches holds nothing. */
static void find_semidominator(struct lengauer *l, uint32_t w)
{
	const struct graph *graph = l->graph;
	const uint32_t block = l->vertex[w];

	if (block >= l->nblocks) {
		consider(l, w, 1);
		return;
	}
	if (l->first[block])
		consider(l, w, w > l->below ? l->below : 1);
	for (uint32_t i = graph->in[block]; i < graph->in[block + 1]; i++) {
		const struct graph_edge *edge = graph->edges.items + graph->into[i];
		const uint32_t from = l->number[edge->from];

		if (edge->kind != GRAPH_NO_POINTER && (from > l->below) == (w > l->below))
			consider(l, w, from);
	}
}

static void find_idoms(struct lengauer *l)
{
	for (uint32_t w = l->count; w > 1; w--) {
		const uint32_t p = l->parent[w];

		find_semidominator(l, w);
		l->next[w] = l->bucket[l->semi[w]];
		l->bucket[l->semi[w]] = w;
		l->forest[w] = p;
		for (uint32_t v = l->bucket[p]; v; v = l->next[v]) {
			const uint32_t u = evaluate(l, v);

			l->idom[v] = l->semi[u] < l->semi[v] ? u : p;
		}
		l->bucket[p] = 0;
	}
	for (uint32_t w = 2; w <= l->count; w++)
		if (l->idom[w] != l->semi[w])
			l->idom[w] = l->idom[l->idom[w]];
}

static void hand_over(const struct lengauer *l, struct graph_dominators *dominators)
{
	const struct graph *graph = l->graph;

	for (uint32_t w = 1; w <= l->count; w++) {
		const uint32_t vertex = l->vertex[w];

		dominators->order[w - 1] = vertex;
		if (vertex >= l->nblocks)
			continue;
		dominators->above[vertex] = l->vertex[l->idom[w]];
		dominators->retained[vertex] = graph->blocks.items[vertex].own;
	}
	for (uint32_t w = l->count; w > 1; w--)
		dominators->retained[l->vertex[l->idom[w]]] += dominators->retained[l->vertex[w]];
}

static uint32_t *numbers(const struct lengauer *l)
{
	return take((size_t)l->n + 1, sizeof(uint32_t));
}

void graph_find_dominators(struct graph_dominators *dominators, const struct graph *graph)
{
	const uint32_t nblocks = graph_nblocks(graph);
	struct lengauer l = {
	        .graph = graph, .nblocks = nblocks, .n = nblocks + 2, .top = nblocks, .leaked = nblocks + 1};
	uint32_t **const arrays[] = {&l.number, &l.vertex, &l.parent, &l.semi,  &l.label, &l.forest,
	                             &l.idom,   &l.bucket, &l.next,   &l.stack, &l.cursor};

	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		*arrays[i] = numbers(&l);
	l.first = take(nblocks, 1);
	*dominators = (struct graph_dominators){
	        .above = take(nblocks, sizeof *dominators->above),
	        .retained = take((size_t)nblocks + 2, sizeof *dominators->retained),
	        .order = take((size_t)nblocks + 2, sizeof *dominators->order),
	        .top = l.top,
	        .leaked = l.leaked,
	};
	walk_all(&l);
	find_idoms(&l);
	hand_over(&l, dominators);
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		free(*arrays[i]);
	free(l.first);
}

void graph_dominators_release(struct graph_dominators *dominators)
{
	free(dominators->above);
	free(dominators->retained);
	free(dominators->order);
	*dominators = (struct graph_dominators){0};
}
