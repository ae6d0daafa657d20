/* SPDX-License-Identifier: MIT */
/*
 * How blocks are held, told once for all that are held alike: "list -> struct node.next -> struct node.name".
 *
 * A shape is a step (a root, or a field of a type) behind another shape. Where a step comes again, as along a list or down a
 * tree, the way goes round: the shape is that of the first time.
 */
#ifndef MEMLINT_GRAPH_SHAPES_H
#define MEMLINT_GRAPH_SHAPES_H

#include "analyzer/profile/globals.h"
#include "analyzer/profile/graph_walk.h"

struct graph_shape {
	uint32_t before;  /* index of the shape that this one is a step behind; GRAPH_NONE: none, a root */
	uint32_t depth;   /* steps before it */
	uint32_t number;  /* of the step, wherever it is taken */
	const char *type; /* of the block that holds; "" for a root */
	const char *step; /* the field, or what the root is called */
	bool again;       /* the step was taken more than once in a row or round */
};

struct graph_shapes {
	struct arena arena;
	struct intern names;
	VEC(struct graph_shape) items;
	uint32_t *of; /* [nblocks] index of shape; GRAPH_NONE: no root reaches it */
};

void graph_find_shapes(struct graph_shapes *shapes, struct graph *graph, const struct graph_paths *paths,
                       struct globals *globals);
void graph_shapes_release(struct graph_shapes *shapes);

/* "global server.db[0].dict", "thread-local cache", "stack of thread main", "register of thread worker"; in @arena. */
const char *graph_root_name(const struct graph *graph, const struct graph_root *root, struct globals *globals,
                            bool any_index, struct arena *arena);

#endif
