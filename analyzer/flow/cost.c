/* SPDX-License-Identifier: MIT */
/* Cost of the ways between two points. */
#include "analyzer/flow/cost.h"
#include "analyzer/base/vec.h"

static enum flow_cost call_cost(struct flow_function *f, const struct ast_node *call)
{
	uint32_t does;

	if (!f->program)
		return FLOW_COST_UNKNOWN;
	does = flow_call_does(f->program, call);
	if (does & FLOW_DOES_UNKNOWN)
		return FLOW_COST_UNKNOWN;
	if (does & FLOW_DOES_IO)
		return FLOW_COST_IO;
	if (does & FLOW_DOES_ALLOCATE)
		return FLOW_COST_ALLOCATION;
	return does & FLOW_DOES_LOOP ? FLOW_COST_LOOP : FLOW_COST_CALL;
}

static enum flow_cost point_cost(struct flow_function *f, const struct flow_point *point)
{
	if (point->kind == FLOW_DEATH)
		return FLOW_COST_CALL;
	switch (point->node->kind) {
	case AST_CALL:
	case AST_CONSTRUCT:
		return call_cost(f, point->node);
	case AST_NEW:
		return FLOW_COST_ALLOCATION;
	case AST_DELETE:
		return FLOW_COST_CALL;
	case AST_AWAIT:
		return FLOW_COST_IO;
	case AST_ASM:
	case AST_OTHER:
	case AST_OTHER_STMT:
		return FLOW_COST_UNKNOWN;
	default:
		return FLOW_COST_STATEMENT;
	}
}

struct search {
	struct flow_function *f;
	uint32_t from, to;    /* statements of the two points: what else they evaluate is no work in between */
	bool *before, *after; /* of each block: leads to the target; is reached from the source, whole */
	enum flow_cost cost;
	const struct ast_node *worst;
};

static void weigh(struct search *s, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		const struct flow_point *point = &s->f->cfg->points[i];
		enum flow_cost cost = point_cost(s->f, point);

		if (cost == FLOW_COST_STATEMENT && (point->statement == s->from || point->statement == s->to))
			continue;
		if (cost <= s->cost)
			continue;
		s->cost = cost;
		s->worst = s->f->cfg->points[i].node;
	}
}

static void flood(const struct flow_cfg *cfg, uint32_t from, bool backwards, bool *seen)
{
	VEC(uint32_t) stack = {0};

	vec_push(&stack, from);
	while (stack.count) {
		const struct flow_block *block = &cfg->blocks[vec_pop(&stack)];
		uint32_t n = backwards ? block->npreds : block->nsuccs;

		for (uint32_t i = 0; i < n; i++) {
			uint32_t next = backwards ? cfg->preds[block->first_pred + i].block
			                          : cfg->succs[block->first_succ + i].block;

			if (!seen[next])
				vec_push(&stack, next);
			seen[next] = true;
		}
	}
	vec_release(&stack);
}

/* Blocks on a way from the source to the target that go round: a loop runs in between. */
static void weigh_loops(struct search *s, uint32_t source, uint32_t target)
{
	struct flow_loops *loops = flow_function_loops(s->f);

	for (uint32_t i = 0; i < loops->nloops && s->cost < FLOW_COST_LOOP; i++) {
		uint32_t head = loops->loops[i].head;

		if (!s->after[head] || !s->before[head] || flow_in_loop(loops, source, i) ||
		    flow_in_loop(loops, target, i))
			continue;
		s->cost = FLOW_COST_LOOP;
		s->worst = s->f->cfg->blocks[head].terminator;
	}
}

enum flow_cost flow_cost_between(struct flow_function *f, uint32_t from, uint32_t to, const struct ast_node **worst)
{
	const struct flow_cfg *cfg = f->cfg;
	uint32_t source = cfg->points[from].block, target = cfg->points[to].block;
	struct arena scratch = {0};
	struct search s = {.f = f, .from = cfg->points[from].statement, .to = cfg->points[to].statement};

	s.before = arena_array(&scratch, cfg->nblocks, bool);
	s.after = arena_array(&scratch, cfg->nblocks, bool);
	if (source == target && from < to) {
		weigh(&s, from + 1, to);
	} else {
		flood(cfg, source, false, s.after);
		flood(cfg, target, true, s.before);
		if (s.after[target]) {
			weigh(&s, from + 1, cfg->blocks[source].first + cfg->blocks[source].npoints);
			weigh(&s, cfg->blocks[target].first, to);
		}
		for (uint32_t i = 0; i < cfg->nblocks; i++)
			if (s.after[i] && s.before[i] && i != source && i != target)
				weigh(&s, cfg->blocks[i].first, cfg->blocks[i].first + cfg->blocks[i].npoints);
		weigh_loops(&s, source, target);
	}
	arena_clear(&scratch);
	if (worst)
		*worst = s.worst;
	return s.cost;
}

/* Statements begun in points first … end-1, the one that `before` belongs to not counted. */
static uint32_t statements(const struct flow_cfg *cfg, uint32_t first, uint32_t end, uint32_t before)
{
	uint32_t n = 0;

	for (uint32_t i = first; i < end; i++) {
		n += cfg->points[i].statement != before;
		before = cfg->points[i].statement;
	}
	return n;
}

struct reached {
	uint32_t block, distance;
};

uint32_t flow_distance(const struct flow_function *f, uint32_t from, uint32_t to)
{
	const struct flow_cfg *cfg = f->cfg;
	uint32_t source = cfg->points[from].block, target = cfg->points[to].block, best = UINT32_MAX;
	struct arena scratch = {0};
	uint32_t *distance;
	VEC(struct reached) queue = {0};

	if (source == target && from < to)
		return statements(cfg, from + 1, to + 1, cfg->points[from].statement);
	distance = arena_array(&scratch, cfg->nblocks, uint32_t);
	for (uint32_t i = 0; i < cfg->nblocks; i++)
		distance[i] = UINT32_MAX;
	/* Label correcting: weights are small and graphs too. */
	vec_push(&queue, (struct reached){source, statements(cfg, from + 1,
	                                                     cfg->blocks[source].first + cfg->blocks[source].npoints,
	                                                     cfg->points[from].statement)});
	for (size_t head = 0; head < queue.count; head++) {
		struct reached now = queue.items[head];
		const struct flow_block *block = &cfg->blocks[now.block];

		for (uint32_t i = 0; i < block->nsuccs; i++) {
			uint32_t next = cfg->succs[block->first_succ + i].block, here = now.distance;

			if (next == target) {
				here += statements(cfg, cfg->blocks[next].first, to + 1, FLOW_NONE);
				best = here < best ? here : best;
				continue;
			}
			here += cfg->blocks[next].statements;
			if (here >= distance[next] || here >= best)
				continue;
			distance[next] = here;
			vec_push(&queue, (struct reached){next, here});
		}
	}
	vec_release(&queue);
	arena_clear(&scratch);
	return best;
}

const char *flow_cost_name(enum flow_cost cost)
{
	static const char *const names[] = {"nothing",    "statement", "call",        "loop",
	                                    "allocation", "I/O",       "unknown call"};

	return names[cost];
}
