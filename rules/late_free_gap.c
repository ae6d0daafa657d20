// SPDX-License-Identifier: MIT
/* The statements between a last use and a release, and what they cost. */
#include "rules/late_free.h"

#include "analyzer/base/vec.h"
#include "analyzer/flow/merge.h"

static bool within(const struct ast_node *node, const struct ast_node *whole)
{
	return node->range.file == whole->range.file && node->range.begin >= whole->range.begin &&
	       node->range.end <= whole->range.end;
}

static uint32_t child_of(const struct ast_node *block, const struct ast_node *node)
{
	for (uint32_t i = 0; i < block->nchildren; i++)
		if (within(node, block->children[i]))
			return i;
	return FLOW_NONE;
}

/* ---- the gap ---- */

static bool in_gap(const struct late_gap *gap, const struct ast_node *node)
{
	return node->range.file == gap->block->range.file && node->range.begin >= gap->begin &&
	       node->range.end <= gap->end;
}

/* The first of the gap's points; FLOW_NONE when nothing is evaluated there. */
static uint32_t first_point(const struct flow_function *flow, const struct late_gap *gap)
{
	for (uint32_t i = 0; i < flow->cfg->npoints; i++)
		if (in_gap(gap, flow->cfg->points[i].node) &&
		    flow->cfg->blocks[flow->cfg->points[i].block].order != FLOW_NONE)
			return i;
	return FLOW_NONE;
}

static bool is_among(const struct ast_node *const *nodes, size_t count, const struct ast_node *node)
{
	for (size_t i = 0; i < count; i++)
		if (nodes[i] == node)
			return true;
	return false;
}

/*
 * Some way from the gap comes to a use, to a release elsewhere, or to the end of the function, without one of those that are
 * to move: from a loop around, by a jump back, or because not all ways release.
 */
static bool goes_astray(struct rule_collect *run, const struct late_gap *gap, const struct late_nodes *releases,
                        const struct late_nodes *uses)
{
	const struct flow_cfg *cfg = rule_flow(run)->cfg;
	bool *seen = arena_array(&run->scratch, cfg->nblocks, bool), astray = false;
	VEC(uint32_t) stack = {0};
	uint32_t block = cfg->points[gap->first].block, at = gap->first;

	for (;;) {
		const uint32_t end = cfg->blocks[block].first + cfg->blocks[block].npoints;

		for (; at < end && !is_among(gap->moved, gap->nmoved, cfg->points[at].node); at++)
			astray = astray || is_among(uses->items, uses->count, cfg->points[at].node) ||
			         is_among(releases->items, releases->count, cfg->points[at].node);
		astray = astray || (at == end && block == cfg->exit);
		for (uint32_t i = 0; at == end && i < cfg->blocks[block].nsuccs; i++) {
			const struct flow_edge *edge = &cfg->succs[cfg->blocks[block].first_succ + i];

			if (edge->kind != FLOW_NORETURN && !seen[edge->block]) {
				vec_push(&stack, edge->block);
				seen[edge->block] = true;
			}
		}
		if (!stack.count || astray)
			break;
		block = vec_pop(&stack);
		at = cfg->blocks[block].first;
	}
	vec_release(&stack);
	return astray;
}

/* The release that stands last in the text, and is a statement of a block; NULL if it is none. */
static const struct ast_node *last_of(const struct late_nodes *releases)
{
	const struct ast_node *last = releases->items[0];

	for (size_t i = 1; i < releases->count; i++)
		if (releases->items[i]->range.begin > last->range.begin)
			last = releases->items[i];
	return last->parent && last->parent->kind == AST_COMPOUND && !(last->flags & AST_MACRO) ? last : NULL;
}

/* The statement of the gap's block that uses the object last, before the release; false if there is none. */
static bool find_last_use(struct late_gap *gap, const struct late_nodes *uses)
{
	bool any = false;

	for (size_t i = 0; i < uses->count; i++) {
		const uint32_t child = child_of(gap->block, uses->items[i]);

		if (child == FLOW_NONE || child > gap->release)
			continue;
		if (child == gap->release)
			return false;
		if (!any || child > gap->last ||
		    (child == gap->last && uses->items[i]->range.begin > gap->last_use->range.begin)) {
			gap->last = child;
			gap->last_use = uses->items[i];
		}
		any = true;
	}
	return any && gap->last + 1 < gap->release;
}

bool late_find_gap(struct rule_collect *run, const struct late_nodes *uses, const struct late_nodes *releases,
                   struct late_gap *gap)
{
	struct flow_function *flow = rule_flow(run);
	const struct ast_node *release = last_of(releases);

	*gap = (struct late_gap){.block = release ? release->parent : NULL};
	if (!release)
		return false;
	gap->release = child_of(gap->block, release);
	if (gap->release == FLOW_NONE || gap->block->children[gap->release] != release || !find_last_use(gap, uses))
		return false;
	gap->begin = gap->block->children[gap->last]->range.end;
	gap->end = release->range.begin;
	gap->first = first_point(flow, gap);
	if (gap->first == FLOW_NONE)
		return false;
	for (size_t i = 0; i < releases->count; i++) {
		const struct ast_node *one = releases->items[i];
		const uint32_t at = flow_point_of(flow, one);

		if (one != release && !in_gap(gap, one))
			continue;
		if (at == FLOW_NONE || !flow_point_dominates(flow, gap->first, at) ||
		    gap->nmoved == sizeof gap->moved / sizeof *gap->moved)
			return false;
		gap->moved[gap->nmoved++] = one;
	}
	return !goes_astray(run, gap, releases, uses);
}

bool late_scope_gap(struct rule_collect *run, const struct ast_node *block, const struct ast_node *last,
                    struct late_gap *gap)
{
	const uint32_t child = child_of(block, last);

	if (child == FLOW_NONE || child + 1 >= block->nchildren || block->flags & AST_MACRO)
		return false;
	*gap = (struct late_gap){.block = block, .last = child, .release = block->nchildren, .last_use = last};
	gap->begin = block->children[child]->range.end;
	gap->end = block->range.end;
	gap->first = first_point(rule_flow(run), gap);
	return gap->first != FLOW_NONE;
}

/* ---- what it costs ---- */

/* The call happens whichever way the gap is gone through; of one in a loop, the loop does. */
static bool always_happens(struct flow_function *flow, const struct late_gap *gap, uint32_t point)
{
	struct flow_loops *loops = flow_function_loops(flow);
	const struct flow_cfg *cfg = flow->cfg;
	uint32_t loop = loops->innermost[cfg->points[point].block], head = FLOW_NONE;

	if (flow_point_post_dominates(flow, point, gap->first))
		return true;
	for (; loop != FLOW_NONE && !flow_in_loop(loops, cfg->points[gap->first].block, loop);
	     loop = loops->loops[loop].parent)
		head = loops->loops[loop].head;
	return head != FLOW_NONE &&
	       flow_dominates(flow_function_post_dominators(flow), head, cfg->points[gap->first].block);
}

/* 0 not dear, 1 dear if another unit bears it out, 2 dear. */
static int weigh(struct rule_collect *run, const struct ast_node *call, bool memory, struct flow_condition *need)
{
	const struct ast_function *callee = call->kind == AST_NEW ? NULL : flow_callee(call);
	const uint32_t works = FLOW_DOES_ALLOCATE | FLOW_DOES_LOOP;
	uint32_t dear = FLOW_DOES_WAIT | (memory ? FLOW_RETURNS_NEW : 0u), least;

	*need = (struct flow_condition){0};
	if (call->kind == AST_NEW)
		return memory ? 2 : 0;
	least = flow_call_least(run->flow, call);
	if (least & dear || (memory && callee && callee->body && (least & works) == works))
		return 2;
	if (!callee || !flow_is_open(run->flow, callee) || least & FLOW_NEVER_RETURNS)
		return 0;
	*need = (struct flow_condition){.callee = flow_function_key(run->unit, callee),
	                                .argument = FLOW_ON_CALL,
	                                .allowed = UINT32_MAX,
	                                .required = dear};
	return 1;
}

bool late_find_costs(struct rule_collect *run, struct late_gap *gap, bool memory)
{
	struct flow_function *flow = rule_flow(run);
	const uint32_t room = sizeof gap->costs / sizeof *gap->costs;

	for (uint32_t i = 0; i < flow->cfg->npoints; i++) {
		const struct flow_point *point = &flow->cfg->points[i];
		struct flow_condition need;
		int weight;

		if (point->kind != FLOW_EVAL || (point->node->kind != AST_CALL && point->node->kind != AST_NEW) ||
		    !in_gap(gap, point->node) || flow->cfg->blocks[point->block].order == FLOW_NONE)
			continue;
		weight = weigh(run, point->node, memory, &need);
		if (!weight || !always_happens(flow, gap, i))
			continue;
		if (weight == 2) { /* nothing else is needed */
			gap->costs[0] = point->node;
			gap->needs[0] = need;
			gap->ncosts = 1;
			return true;
		}
		if (gap->ncosts < room) {
			gap->costs[gap->ncosts] = point->node;
			gap->needs[gap->ncosts++] = need;
		}
	}
	return gap->ncosts > 0;
}

bool late_waits(struct rule_collect *run, const struct ast_node *call)
{
	return call->kind == AST_CALL && flow_call_least(run->flow, call) & FLOW_DOES_WAIT;
}

const char *late_cost_text(struct rule_collect *run, const struct ast_node *call)
{
	const char *name = call->kind == AST_CALL && call->u.decl ? call->u.decl->name : "new";

	if (late_waits(run, call))
		return arena_printf(&run->scratch, "%s() may wait", name);
	return arena_printf(&run->scratch, "%s%s runs", name, call->kind == AST_CALL ? "()" : "");
}
