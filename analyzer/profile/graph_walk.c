// SPDX-License-Identifier: MIT
/* Breadth first over the heap's graph: deep sizes and shortest paths. */
#include "analyzer/profile/graph_walk.h"

static void *take(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		diag_die("out of memory");
	return memory;
}

struct queue {
	uint32_t *items, head, tail;
};

/* Follows words of at least kind @least from what is in the queue; marks what is new with @mark. */
static void spread(const struct graph *graph, struct queue *queue, uint8_t *seen, enum graph_kind least, uint8_t mark)
{
	while (queue->head < queue->tail) {
		const uint32_t block = queue->items[queue->head++];

		for (uint32_t i = graph->out[block]; i < graph->out[block + 1]; i++) {
			const struct graph_edge *edge = graph->edges.items + i;

			if (edge->kind < least || seen[edge->to])
				continue;
			seen[edge->to] = mark;
			queue->items[queue->tail++] = edge->to;
		}
	}
}

struct graph_reach graph_deep(const struct graph *graph, const uint32_t *starts, size_t n, uint8_t *seen)
{
	struct queue queue = {.items = take(graph->blocks.count, sizeof *queue.items)};
	uint8_t *own = seen ? NULL : take(graph->blocks.count, 1);
	struct graph_reach reach = {0};

	seen = seen ? seen : own;
	for (size_t i = 0; i < n; i++) {
		if (seen[starts[i]])
			continue;
		seen[starts[i]] = 1;
		queue.items[queue.tail++] = starts[i];
	}
	spread(graph, &queue, seen, GRAPH_TYPED, 1);
	/* Again from the beginning, now over what only looks like a pointer too. */
	queue.head = 0;
	spread(graph, &queue, seen, GRAPH_CONSERVATIVE, 2);
	for (uint32_t i = 0; i < queue.tail; i++) {
		const struct graph_block *block = graph->blocks.items + queue.items[i];

		reach.blocks++;
		reach.bytes += block->own;
		reach.usable += block->usable;
		if (seen[queue.items[i]] == 1)
			continue;
		reach.conservative_blocks++;
		reach.conservative_bytes += block->own;
	}
	free(queue.items);
	free(own);
	return reach;
}

static void follow_all(struct graph_paths *paths, const struct graph *graph, uint32_t from)
{
	for (uint32_t at = from; at < paths->nreached; at++) {
		const uint32_t block = paths->order[at];

		for (uint32_t i = graph->out[block]; i < graph->out[block + 1]; i++) {
			const struct graph_edge *edge = graph->edges.items + i;

			if (edge->kind == GRAPH_NO_POINTER || paths->root[edge->to] != GRAPH_NONE)
				continue;
			paths->root[edge->to] = paths->root[block];
			paths->by[edge->to] = i;
			paths->order[paths->nreached++] = edge->to;
		}
	}
}

/* A global explains best why a block is there; a stack may hold what a function left behind. */
static int rank_of(const struct graph_root *root)
{
	if (root->kind == PROFILE_ROOT_GLOBAL || root->kind == PROFILE_ROOT_TLS)
		return 0;
	return root->kind == PROFILE_ROOT_STACK ? 1 : 2;
}

void graph_find_paths(struct graph_paths *paths, const struct graph *graph)
{
	const size_t n = graph->blocks.count;

	*paths = (struct graph_paths){
	        .by = take(n, sizeof *paths->by),
	        .root = take(n, sizeof *paths->root),
	        .order = take(n, sizeof *paths->order),
	};
	for (size_t i = 0; i < n; i++)
		paths->by[i] = paths->root[i] = GRAPH_NONE;
	for (int rank = 0; rank <= 2; rank++) {
		const uint32_t from = paths->nreached;

		for (size_t i = 0; i < graph->roots.count; i++) {
			const struct graph_root *root = graph->roots.items + i;

			if (rank_of(root) != rank || paths->root[root->to] != GRAPH_NONE)
				continue;
			paths->root[root->to] = (uint32_t)i;
			paths->order[paths->nreached++] = root->to;
		}
		follow_all(paths, graph, from);
	}
}

void graph_paths_release(struct graph_paths *paths)
{
	free(paths->by);
	free(paths->root);
	free(paths->order);
	*paths = (struct graph_paths){0};
}
