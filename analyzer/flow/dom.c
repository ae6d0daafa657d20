/* SPDX-License-Identifier: MIT */
/* Dominators by Cooper, Harvey and Kennedy's iteration; natural loops from back edges. */
#include "analyzer/flow/dom.h"
#include "analyzer/base/vec.h"

/* The edges that count, seen from their sources (`next`) and their targets (`back`), in either direction. */
struct side {
	uint32_t *first; /* nblocks + 1 */
	uint32_t *block;
};

struct graph {
	struct arena *arena; /* scratch */
	uint32_t n, root;
	struct side next, back;
};

static struct side new_side(struct arena *arena, const struct flow_cfg *cfg)
{
	return (struct side){arena_array(arena, cfg->nblocks + 2, uint32_t), arena_array(arena, cfg->nedges, uint32_t)};
}

/* Successors of reachable blocks, or, backwards, their predecessors without the edges that end the program. */
static void make_graph(struct graph *graph, const struct flow_cfg *cfg, bool backwards)
{
	struct side out = new_side(graph->arena, cfg), in = new_side(graph->arena, cfg);
	uint32_t nout = 0, nin = 0;

	for (uint32_t i = 0; i < cfg->nblocks; i++) {
		const struct flow_block *block = &cfg->blocks[i];

		out.first[i] = nout;
		in.first[i] = nin;
		for (uint32_t j = 0; block->order != FLOW_NONE && j < block->nsuccs; j++) {
			const struct flow_edge *edge = &cfg->succs[block->first_succ + j];

			if (!backwards || edge->kind != FLOW_NORETURN)
				out.block[nout++] = edge->block;
		}
		for (uint32_t j = 0; j < block->npreds; j++) {
			const struct flow_edge *edge = &cfg->preds[block->first_pred + j];

			if (cfg->blocks[edge->block].order != FLOW_NONE && (!backwards || edge->kind != FLOW_NORETURN))
				in.block[nin++] = edge->block;
		}
	}
	out.first[cfg->nblocks] = nout;
	in.first[cfg->nblocks] = nin;
	graph->n = cfg->nblocks;
	graph->root = backwards ? cfg->exit : cfg->entry;
	graph->next = backwards ? in : out;
	graph->back = backwards ? out : in;
}

struct visit {
	uint32_t block, at;
};

/* Numbers blocks in postorder from the root; unreached ones get FLOW_NONE. Returns how many were reached. */
static uint32_t number_postorder(const struct graph *graph, uint32_t *number, uint32_t *order)
{
	VEC(struct visit) stack = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < graph->n; i++)
		number[i] = FLOW_NONE;
	number[graph->root] = 0;
	vec_push(&stack, (struct visit){graph->root, graph->next.first[graph->root]});
	while (stack.count) {
		struct visit *top = &vec_last(&stack);

		if (top->at == graph->next.first[top->block + 1]) {
			number[top->block] = n;
			order[n++] = top->block;
			stack.count--;
			continue;
		}
		uint32_t to = graph->next.block[top->at++];

		if (number[to] != FLOW_NONE)
			continue;
		number[to] = 0;
		vec_push(&stack, (struct visit){to, graph->next.first[to]});
	}
	vec_release(&stack);
	return n;
}

static uint32_t intersect(const uint32_t *parent, const uint32_t *number, uint32_t a, uint32_t b)
{
	while (a != b) {
		while (number[a] < number[b])
			a = parent[a];
		while (number[b] < number[a])
			b = parent[b];
	}
	return a;
}

static void find_parents(const struct graph *graph, const uint32_t *number, const uint32_t *order, uint32_t n,
                         uint32_t *parent)
{
	bool changed = true;

	for (uint32_t i = 0; i < graph->n; i++)
		parent[i] = FLOW_NONE;
	parent[graph->root] = graph->root;
	while (changed) {
		changed = false;
		for (uint32_t i = n - 1; i-- > 0;) {
			uint32_t block = order[i], found = FLOW_NONE;

			for (uint32_t j = graph->back.first[block]; j < graph->back.first[block + 1]; j++) {
				uint32_t from = graph->back.block[j];

				if (parent[from] != FLOW_NONE)
					found = found == FLOW_NONE ? from : intersect(parent, number, from, found);
			}
			changed = changed || parent[block] != found;
			parent[block] = found;
		}
	}
}

/* First and last number below each block in a walk through the tree: ancestors enclose their descendants. */
static void number_tree(struct flow_dominators *tree, const uint32_t *order, uint32_t n)
{
	uint32_t *size = tree->last;

	/* Children come before their parents in postorder, so sizes add upwards and places are dealt downwards. */
	for (uint32_t i = 0; i < n; i++) {
		size[order[i]]++;
		if (order[i] != tree->root)
			size[tree->parent[order[i]]] += size[order[i]];
	}
	tree->first[tree->root] = 0;
	for (uint32_t i = n - 1; i-- > 0;) {
		uint32_t block = order[i], parent = tree->parent[block];

		/* `last` of the parent is still its size; hand out places from the end of its interval. */
		tree->first[block] = tree->first[parent] + size[parent] - size[block];
		size[parent] -= size[block];
	}
}

static struct flow_dominators *dominators(struct arena *arena, const struct flow_cfg *cfg, bool backwards)
{
	struct flow_dominators *tree = arena_new(arena, struct flow_dominators);
	struct arena scratch = {0};
	struct graph graph = {.arena = &scratch};

	make_graph(&graph, cfg, backwards);

	uint32_t *number = arena_array(&scratch, cfg->nblocks, uint32_t);
	uint32_t *order = arena_array(&scratch, cfg->nblocks, uint32_t);
	uint32_t n = number_postorder(&graph, number, order);
	uint32_t *size = arena_array(&scratch, cfg->nblocks, uint32_t);

	tree->root = graph.root;
	tree->parent = arena_array(arena, cfg->nblocks, uint32_t);
	tree->first = arena_array(arena, cfg->nblocks, uint32_t);
	tree->last = arena_array(arena, cfg->nblocks, uint32_t);
	find_parents(&graph, number, order, n, tree->parent);
	number_tree(tree, order, n);
	for (uint32_t i = 0; i < n; i++) {
		size[order[i]]++;
		if (order[i] != tree->root)
			size[tree->parent[order[i]]] += size[order[i]];
		tree->last[order[i]] = tree->first[order[i]] + size[order[i]] - 1;
	}
	arena_clear(&scratch);
	return tree;
}

struct flow_dominators *flow_dominators(struct arena *arena, const struct flow_cfg *cfg)
{
	return dominators(arena, cfg, false);
}

struct flow_dominators *flow_post_dominators(struct arena *arena, const struct flow_cfg *cfg)
{
	return dominators(arena, cfg, true);
}

bool flow_dominates(const struct flow_dominators *tree, uint32_t a, uint32_t b)
{
	if (tree->parent[a] == FLOW_NONE || tree->parent[b] == FLOW_NONE)
		return false;
	return tree->first[a] <= tree->first[b] && tree->last[b] <= tree->last[a];
}

/* ---- loops ---- */

struct loop_finder {
	const struct flow_cfg *cfg;
	const struct flow_dominators *tree;
	struct flow_loops *loops;
	VEC(uint32_t) stack;
	uint32_t *seen; /* of each block: number + 1 of the loop that last saw it */
};

static bool is_back_edge(const struct loop_finder *f, uint32_t from, uint32_t to)
{
	return f->cfg->blocks[from].order != FLOW_NONE && flow_dominates(f->tree, to, from);
}

/* Walks back from the back edges to the head; blocks and loops without a loop so far become this one's. */
static void fill_loop(struct loop_finder *f, uint32_t number)
{
	struct flow_loop *loop = &f->loops->loops[number];
	const struct flow_block *head = &f->cfg->blocks[loop->head];

	f->seen[loop->head] = number + 1;
	loop->nblocks = 1;
	f->loops->innermost[loop->head] = number;
	for (uint32_t i = 0; i < head->npreds; i++) {
		uint32_t from = f->cfg->preds[head->first_pred + i].block;

		if (is_back_edge(f, from, loop->head) && f->seen[from] != number + 1) {
			f->seen[from] = number + 1;
			vec_push(&f->stack, from);
		}
	}
	while (f->stack.count) {
		uint32_t block = vec_pop(&f->stack);
		const struct flow_block *at = &f->cfg->blocks[block];

		loop->nblocks++;
		f->loops->innermost[block] = number; /* heads come outer first: a later, inner loop overwrites */
		for (uint32_t i = 0; i < at->npreds; i++) {
			uint32_t from = f->cfg->preds[at->first_pred + i].block;

			if (f->cfg->blocks[from].order == FLOW_NONE || f->seen[from] == number + 1)
				continue;
			f->seen[from] = number + 1;
			vec_push(&f->stack, from);
		}
	}
}

/* A cycle none of whose blocks dominates the rest: an edge backwards in the order to what does not dominate. */
static bool has_irreducible(const struct loop_finder *f)
{
	for (uint32_t i = 0; i < f->cfg->norder; i++) {
		uint32_t from = f->cfg->order[i];
		const struct flow_block *block = &f->cfg->blocks[from];

		for (uint32_t j = 0; j < block->nsuccs; j++) {
			uint32_t to = f->cfg->succs[block->first_succ + j].block;

			if (f->cfg->blocks[to].order <= i && !flow_dominates(f->tree, to, from))
				return true;
		}
	}
	return false;
}

struct flow_loops *flow_find_loops(struct arena *arena, const struct flow_cfg *cfg, const struct flow_dominators *tree)
{
	struct flow_loops *loops = arena_new(arena, struct flow_loops);
	struct arena scratch = {0};
	struct loop_finder f = {.cfg = cfg, .tree = tree, .loops = loops};

	f.seen = arena_array(&scratch, cfg->nblocks, uint32_t);
	loops->innermost = arena_array(arena, cfg->nblocks, uint32_t);
	loops->loops = arena_array(arena, cfg->norder, struct flow_loop);
	for (uint32_t i = 0; i < cfg->nblocks; i++)
		loops->innermost[i] = FLOW_NONE;
	for (uint32_t i = 0; i < cfg->norder; i++) {
		uint32_t head = cfg->order[i];
		const struct flow_block *block = &cfg->blocks[head];
		bool back = false;

		for (uint32_t j = 0; j < block->npreds; j++)
			back = back || is_back_edge(&f, cfg->preds[block->first_pred + j].block, head);
		if (!back)
			continue;

		uint32_t outer = loops->innermost[head];
		struct flow_loop *loop = &loops->loops[loops->nloops];

		*loop = (struct flow_loop){head, outer, outer == FLOW_NONE ? 1 : loops->loops[outer].depth + 1, 0};
		fill_loop(&f, loops->nloops++);
	}
	loops->irreducible = has_irreducible(&f);
	vec_release(&f.stack);
	arena_clear(&scratch);
	return loops;
}

bool flow_in_loop(const struct flow_loops *loops, uint32_t block, uint32_t loop)
{
	if (loop == FLOW_NONE)
		return true;
	for (uint32_t at = loops->innermost[block]; at != FLOW_NONE; at = loops->loops[at].parent)
		if (at == loop)
			return true;
	return false;
}
