/* SPDX-License-Identifier: MIT */
/* The graph itself: blocks, edges, points, their final order, and questions about them. */
#include "analyzer/flow/builder.h"

#include <stdio.h>

uint32_t graph_block(struct builder *b)
{
	vec_push(&b->blocks, (struct flow_block){.first = FLOW_NONE, .order = FLOW_NONE});
	return (uint32_t)b->blocks.count - 1;
}

void graph_open(struct builder *b, uint32_t block)
{
	b->current = block;
	b->blocks.items[block].first = (uint32_t)b->points.count;
}

void graph_edge_from(struct builder *b, uint32_t from, uint32_t to, enum flow_edge_kind kind,
                     const struct ast_node *label)
{
	vec_push(&b->edges, (struct builder_edge){from, to, (uint8_t)kind, label});
}

void graph_edge(struct builder *b, uint32_t to, enum flow_edge_kind kind, const struct ast_node *label)
{
	if (b->current != FLOW_NONE)
		graph_edge_from(b, b->current, to, kind, label);
}

void graph_join(struct builder *b, uint32_t to)
{
	graph_edge(b, to, FLOW_NEXT, NULL);
	graph_open(b, to);
}

void graph_close(struct builder *b, const struct ast_node *terminator, const struct ast_node *condition)
{
	if (b->current == FLOW_NONE)
		return;
	b->blocks.items[b->current].terminator = terminator;
	b->blocks.items[b->current].condition = condition;
	b->current = FLOW_NONE;
}

void graph_point(struct builder *b, const struct ast_node *node, enum flow_point_kind kind)
{
	if (b->current == FLOW_NONE)
		graph_open(b, graph_block(b)); /* code that nothing leads to still has its points */

	struct flow_block *block = &b->blocks.items[b->current];

	if (!block->npoints || b->points.items[b->points.count - 1].statement != b->statement)
		block->statements++;
	block->npoints++;
	vec_push(&b->points, (struct flow_point){.node = node,
	                                         .block = b->current,
	                                         .statement = b->statement & 0x7fffffff,
	                                         .kind = (unsigned)kind & 1u});
}

/* Groups the edges by one of their ends, keeping their order. */
static void group_edges(struct flow_cfg *cfg, const struct builder_edge *edges, uint32_t n, bool by_target)
{
	struct flow_edge *out = by_target ? cfg->preds : cfg->succs;
	uint32_t at = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct flow_block *block = &cfg->blocks[by_target ? edges[i].to : edges[i].from];

		*(by_target ? &block->npreds : &block->nsuccs) += 1;
	}
	for (uint32_t i = 0; i < cfg->nblocks; i++) {
		struct flow_block *block = &cfg->blocks[i];
		uint32_t *count = by_target ? &block->npreds : &block->nsuccs;

		*(by_target ? &block->first_pred : &block->first_succ) = at;
		at += *count;
		*count = 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct builder_edge *edge = &edges[i];
		struct flow_block *block = &cfg->blocks[by_target ? edge->to : edge->from];
		uint32_t slot = by_target ? block->first_pred + block->npreds++ : block->first_succ + block->nsuccs++;

		out[slot] = (struct flow_edge){by_target ? edge->from : edge->to, edge->kind, edge->label};
	}
}

struct visit {
	uint32_t block, next; /* next: how many successors were followed */
};

/* Reverse postorder by a depth-first walk with its own stack: functions may have 100,000 blocks in a row. */
static void order_blocks(struct arena *arena, struct flow_cfg *cfg)
{
	VEC(struct visit) stack = {0};
	uint32_t n = 0;

	cfg->order = arena_array(arena, cfg->nblocks, uint32_t);
	cfg->blocks[cfg->entry].order = 0;
	vec_push(&stack, (struct visit){cfg->entry, 0});
	while (stack.count) {
		struct flow_block *block = &cfg->blocks[vec_last(&stack).block];

		if (vec_last(&stack).next == block->nsuccs) {
			cfg->order[n++] = vec_pop(&stack).block;
			continue;
		}
		uint32_t to = cfg->succs[block->first_succ + vec_last(&stack).next++].block;

		if (cfg->blocks[to].order != FLOW_NONE)
			continue;
		cfg->blocks[to].order = 0;
		vec_push(&stack, (struct visit){to, 0});
	}
	vec_release(&stack);
	for (uint32_t i = 0; i < n / 2; i++) {
		uint32_t block = cfg->order[i];

		cfg->order[i] = cfg->order[n - 1 - i];
		cfg->order[n - 1 - i] = block;
	}
	for (uint32_t i = 0; i < n; i++)
		cfg->blocks[cfg->order[i]].order = i;
	cfg->norder = n;
}

static void finish(struct arena *arena, struct flow_cfg *cfg, const struct flow_block *blocks,
                   const struct builder_edge *edges, size_t nedges)
{
	cfg->blocks = arena_memdup(arena, blocks, cfg->nblocks * sizeof *blocks);
	cfg->nedges = (uint32_t)nedges;
	cfg->succs = arena_array(arena, nedges, struct flow_edge);
	cfg->preds = arena_array(arena, nedges, struct flow_edge);
	group_edges(cfg, edges, cfg->nedges, false);
	group_edges(cfg, edges, cfg->nedges, true);
	order_blocks(arena, cfg);
	for (uint32_t i = 0; i < cfg->nblocks; i++)
		if (cfg->blocks[i].first == FLOW_NONE)
			cfg->blocks[i].first = 0;
}

static bool note_label_address(struct ast_node *node, void *context)
{
	struct builder *b = context;

	if (node->kind == AST_LAMBDA)
		return false;
	if (node->kind != AST_LABEL_ADDRESS || !node->u.text)
		return true;
	uintptr_t block = (uintptr_t)hash_map_find(&b->labels, node->u.text);

	if (block)
		graph_edge_from(b, b->dispatch, (uint32_t)block - 1, FLOW_INDIRECT, node);
	return false;
}

static void walk_function(struct builder *b, const struct ast_function *function, const struct ast_node *body)
{
	for (uint32_t i = 0; function && i < function->ninits; i++)
		graph_expr(b, function->inits[i].value);
	graph_statement(b, body);
	graph_edge(b, b->cfg->exit, FLOW_RETURN, NULL);
	b->current = FLOW_NONE;
	if (!b->dispatch)
		return;
	b->cfg->flags |= FLOW_COMPUTED_GOTO;
	ast_walk((struct ast_node *)(uintptr_t)body, note_label_address, b);
}

struct flow_cfg *flow_cfg_build(struct arena *arena, const struct ast_unit *unit, const struct ast_function *function,
                                const struct ast_node *body, const struct flow_oracle *oracle)
{
	struct flow_cfg *cfg = arena_new(arena, struct flow_cfg);
	struct builder b = {.cfg = cfg, .unit = unit, .oracle = oracle};

	cfg->function = function;
	cfg->body = body;
	if (function && function->flags & AST_FUNCTION_COROUTINE)
		cfg->flags |= FLOW_COROUTINE;
	if (function && function->flags & AST_FUNCTION_SETJMP)
		cfg->flags |= FLOW_HAS_SETJMP;
	if (function && function->flags & AST_FUNCTION_BROKEN)
		cfg->flags |= FLOW_INCOMPLETE;
	cfg->entry = graph_block(&b);
	cfg->exit = graph_block(&b);
	graph_open(&b, cfg->entry);
	graph_join(&b, graph_block(&b));
	walk_function(&b, function, body);
	cfg->nblocks = (uint32_t)b.blocks.count;
	cfg->npoints = (uint32_t)b.points.count;
	cfg->nstatements = b.statement;
	cfg->points = arena_memdup(arena, b.points.items, b.points.count * sizeof *b.points.items);
	finish(arena, cfg, b.blocks.items, b.edges.items, b.edges.count);
	vec_release(&b.blocks);
	vec_release(&b.points);
	vec_release(&b.edges);
	vec_release(&b.locals);
	hash_map_release(&b.labels);
	hash_map_release(&b.places);
	return cfg;
}

struct flow_cfg *flow_cfg_from_edges(struct arena *arena, uint32_t nblocks, const uint32_t (*edges)[2], uint32_t nedges)
{
	struct flow_cfg *cfg = arena_new(arena, struct flow_cfg);
	struct flow_block *blocks = arena_array(arena, nblocks, struct flow_block);
	struct builder_edge *list = arena_array(arena, nedges, struct builder_edge);

	for (uint32_t i = 0; i < nblocks; i++)
		blocks[i].order = FLOW_NONE;
	for (uint32_t i = 0; i < nedges; i++)
		list[i] = (struct builder_edge){edges[i][0], edges[i][1], FLOW_NEXT, NULL};
	cfg->nblocks = nblocks;
	cfg->exit = nblocks - 1;
	finish(arena, cfg, blocks, list, nedges);
	return cfg;
}

uint32_t flow_cyclomatic(const struct flow_cfg *cfg)
{
	uint32_t edges = 0, blocks = cfg->norder;

	for (uint32_t i = 0; i < cfg->norder; i++)
		edges += cfg->blocks[cfg->order[i]].nsuccs;
	if (cfg->blocks[cfg->exit].order == FLOW_NONE)
		blocks++; /* the exit counts also where nothing returns */
	return edges + 2 - blocks;
}

const char *flow_edge_name(enum flow_edge_kind kind)
{
	static const char *const names[] = {
	        [FLOW_NEXT] = "next",     [FLOW_TRUE] = "true",         [FLOW_FALSE] = "false",
	        [FLOW_CASE] = "case",     [FLOW_DEFAULT] = "default",   [FLOW_INDIRECT] = "indirect",
	        [FLOW_RETURN] = "return", [FLOW_NORETURN] = "noreturn", [FLOW_THROW] = "throw",
	};

	return names[kind];
}

void flow_cfg_dump(const struct flow_cfg *cfg, const struct ast_unit *unit, void *stream)
{
	FILE *out = stream;
	struct arena scratch = {0};

	for (uint32_t i = 0; i < cfg->nblocks; i++) {
		const struct flow_block *block = &cfg->blocks[i];

		fprintf(out, "B%u%s:\n", i, block->order == FLOW_NONE ? " (unreachable)" : "");
		for (uint32_t j = block->first; j < block->first + block->npoints; j++) {
			const struct ast_node *node = cfg->points[j].node;

			fprintf(out, "  %u: %s%s  %s\n", j, cfg->points[j].kind == FLOW_DEATH ? "death of " : "",
			        ast_node_name(node->kind), ast_text(unit, node->range, &scratch));
		}
		for (uint32_t j = 0; j < block->nsuccs; j++) {
			const struct flow_edge *edge = &cfg->succs[block->first_succ + j];

			fprintf(out, "  -> B%u %s\n", edge->block, flow_edge_name(edge->kind));
		}
	}
	arena_clear(&scratch);
}
