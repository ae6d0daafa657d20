// SPDX-License-Identifier: MIT
/* Ways to blocks as patterns. */
#include "analyzer/profile/graph_shapes.h"

#include <string.h>

enum { MAX_STEPS = 24 /* of different steps before a way is not followed in detail */ };

/* From node to node of one container: no step in the author's eyes. */
#define STEP_NODES (UINT32_MAX - 1)

/* A step as often met: what graph_field() says, by type and class of word. */
struct step_cache {
	uint32_t **steps; /* [ntypes] of [nclasses]: step + 1; 0 not looked up yet */
};

struct step {
	const char *type, *text;
};

/* A shape by what stands before it and the step. */
struct slot {
	uint32_t before, step, shape; /* shape + 1; 0 free */
};

struct finder {
	struct graph_shapes *shapes;
	struct graph *graph;
	struct globals *globals;
	struct step_cache cache;
	VEC(struct step) steps;
	struct slot *slots;
	uint32_t mask, used;
	struct arena scratch;
};

static void *take(size_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		diag_die("out of memory");
	return memory;
}

static const char *thread_name(const struct graph *graph, uint32_t index)
{
	const size_t n = graph->tables->threads.size / sizeof(struct snapshot_thread);

	return index < n && snapshot_threads(graph->tables)[index].name[0] ? snapshot_threads(graph->tables)[index].name
	                                                                   : "(unnamed)";
}

const char *graph_root_name(const struct graph *graph, const struct graph_root *root, struct globals *globals,
                            bool any_index, struct arena *arena)
{
	switch (root->kind) {
	case PROFILE_ROOT_GLOBAL:
		return arena_printf(arena, "global %s",
		                    globals_name(globals, root->owner, root->place, false, any_index, arena));
	case PROFILE_ROOT_TLS:
		return arena_printf(arena, "thread-local %s",
		                    globals_name(globals, root->owner, root->place, true, any_index, arena));
	case PROFILE_ROOT_STACK:
		return arena_printf(arena, "stack of thread %s", thread_name(graph, root->owner));
	case PROFILE_ROOT_REGISTER:
		return arena_printf(arena, "register of thread %s", thread_name(graph, root->owner));
	case PROFILE_ROOT_MEMORY:
		return "memory outside the heap";
	default:
		return "a block that memlint did not see allocated";
	}
}

static uint32_t new_step(struct finder *finder, const char *type, const char *text)
{
	vec_push(&finder->steps, (struct step){type, intern_string(&finder->shapes->names, text)});
	return (uint32_t)finder->steps.count - 1;
}

/* The same step has one number, whatever blocks it is met at. */
static uint32_t same_step(struct finder *finder, const char *type, const char *text)
{
	const char *name = intern_string(&finder->shapes->names, text);

	for (uint32_t i = 0; i < finder->steps.count; i++)
		if (finder->steps.items[i].type == type && finder->steps.items[i].text == name)
			return i;
	return new_step(finder, type, text);
}

static uint32_t step_of_edge(struct finder *finder, const struct graph_edge *edge)
{
	struct graph *graph = finder->graph;
	const struct graph_type *type = graph_type_of(graph, edge->from);
	const uint32_t class = graph_class_of(graph, edge->from, edge->word);
	uint32_t **of_type = finder->cache.steps + graph->blocks.items[edge->from].type;

	if (class != GRAPH_NONE && !*of_type)
		*of_type = arena_array(&finder->shapes->arena, graph_nclasses(type), uint32_t);
	if (class != GRAPH_NONE && (*of_type)[class])
		return (*of_type)[class] - 1;
	const char *field = graph_field(graph, edge->from, edge->word, true, &finder->scratch);
	const uint32_t step =
	        strcmp(field, GRAPH_NODES) != 0 && strcmp(type->element, "std::__detail::_Hash_node_base *") != 0
	                ? same_step(finder, graph_holder_name(type, field), field)
	                : STEP_NODES;

	arena_clear(&finder->scratch);
	if (class != GRAPH_NONE)
		(*of_type)[class] = step + 1;
	return step;
}

static struct slot *find_slot(struct finder *finder, uint32_t before, uint32_t step)
{
	uint32_t at = (uint32_t)((((uint64_t)before << 32 | step) * 0x9e3779b97f4a7c15u) >> 32) & finder->mask;

	while (finder->slots[at].shape && (finder->slots[at].before != before || finder->slots[at].step != step))
		at = (at + 1) & finder->mask;
	return finder->slots + at;
}

static void grow(struct finder *finder)
{
	struct slot *old = finder->slots;
	const uint32_t n = finder->mask + 1;

	if (old && finder->used < n / 2)
		return;
	finder->mask = old ? n * 2 - 1 : 1023;
	finder->slots = take((size_t)finder->mask + 1, sizeof *old);
	for (uint32_t i = 0; old && i < n; i++)
		if (old[i].shape)
			*find_slot(finder, old[i].before, old[i].step) = old[i];
	free(old);
}

static __attribute__((returns_nonnull)) struct graph_shape *shape_at(struct graph_shapes *shapes, uint32_t shape)
{
	return shapes->items.items + shape;
}

static __attribute__((returns_nonnull)) const struct step *step_at(const struct finder *finder, uint32_t step)
{
	return finder->steps.items + step;
}

/* The shape of @step behind @before: a known one, an earlier one on the way if the step is on it, or a new one. */
static uint32_t shape_behind(struct finder *finder, uint32_t before, uint32_t step)
{
	struct graph_shapes *shapes = finder->shapes;

	grow(finder);
	struct slot *slot = find_slot(finder, before, step);

	if (slot->shape)
		return slot->shape - 1;
	uint32_t shape = GRAPH_NONE;

	for (uint32_t at = before; at != GRAPH_NONE && shape == GRAPH_NONE; at = shape_at(shapes, at)->before)
		if (shape_at(shapes, at)->number == step)
			shape = at;
	const uint32_t depth = before == GRAPH_NONE ? 0 : shape_at(shapes, before)->depth + 1;

	if (shape == GRAPH_NONE && depth > MAX_STEPS)
		shape = before;
	if (shape != GRAPH_NONE) {
		shape_at(shapes, shape)->again = true;
	} else {
		const struct step *its = step_at(finder, step);

		vec_push(&shapes->items, (struct graph_shape){before, depth, step, its->type, its->text, false});
		shape = (uint32_t)shapes->items.count - 1;
	}
	*slot = (struct slot){before, step, shape + 1};
	finder->used++;
	return shape;
}

static uint32_t step_of_root(struct finder *finder, const struct graph_root *root)
{
	const char *name = graph_root_name(finder->graph, root, finder->globals, true, &finder->scratch);
	const uint32_t step = same_step(finder, "", intern_string(&finder->shapes->names, name));

	arena_clear(&finder->scratch);
	return step;
}

void graph_find_shapes(struct graph_shapes *shapes, struct graph *graph, const struct graph_paths *paths,
                       struct globals *globals)
{
	const uint32_t n = graph_nblocks(graph);
	struct finder finder = {.shapes = shapes, .graph = graph, .globals = globals};

	*shapes = (struct graph_shapes){.of = take(n, sizeof *shapes->of)};
	intern_init(&shapes->names, &shapes->arena);
	finder.cache.steps = take(graph->types.count, sizeof *finder.cache.steps);
	for (uint32_t i = 0; i < n; i++)
		shapes->of[i] = GRAPH_NONE;
	for (uint32_t i = 0; i < paths->nreached; i++) {
		const uint32_t block = paths->order[i];

		if (paths->by[block] == GRAPH_NONE) {
			const struct graph_root *root = graph->roots.items + paths->root[block];

			shapes->of[block] = shape_behind(&finder, GRAPH_NONE, step_of_root(&finder, root));
			continue;
		}
		const struct graph_edge *edge = graph->edges.items + paths->by[block];

		const uint32_t before = shapes->of[edge->from], step = step_of_edge(&finder, edge);

		shapes->of[block] = step == STEP_NODES ? before : shape_behind(&finder, before, step);
	}
	free(finder.cache.steps);
	free(finder.slots);
	vec_release(&finder.steps);
}

void graph_shapes_release(struct graph_shapes *shapes)
{
	vec_release(&shapes->items);
	free(shapes->of);
	intern_release(&shapes->names);
	arena_clear(&shapes->arena);
	*shapes = (struct graph_shapes){0};
}
