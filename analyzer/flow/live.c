/* SPDX-License-Identifier: MIT */
/* Questions over the graph: liveness, uses of a value, definitions that reach, dominance of points. */
#include "analyzer/base/vec.h"
#include "analyzer/flow/places.h"

/* ---- liveness: which locals may still be read at the end of each block ---- */

static uint32_t words(const struct flow_function *f)
{
	return (f->nvars + 63) / 64;
}

static void step_back(const struct flow_access *access, uint64_t *live)
{
	uint64_t bit = (uint64_t)1 << access->var % 64;

	if (access->mode & FLOW_ACCESS_DEFINE)
		live[access->var / 64] &= ~bit;
	if (access->mode & FLOW_ACCESS_READ)
		live[access->var / 64] |= bit;
}

static void compute_live(struct flow_function *f)
{
	const struct flow_cfg *cfg = f->cfg;
	uint32_t n = words(f);
	struct arena scratch = {0};
	uint64_t *in = arena_array(&scratch, (size_t)n * cfg->nblocks, uint64_t);
	uint64_t *now = arena_array(&scratch, n, uint64_t);
	bool changed = true;

	f->live = arena_array(f->arena, (size_t)n * cfg->nblocks, uint64_t);
	while (changed) {
		changed = false;
		for (uint32_t i = cfg->norder; i-- > 0;) {
			uint32_t block = cfg->order[i];
			uint64_t *out = f->live + (size_t)n * block, *entry = in + (size_t)n * block;
			const struct flow_block *at = &cfg->blocks[block];

			for (uint32_t e = 0; e < at->nsuccs; e++)
				for (uint32_t w = 0; w < n; w++)
					out[w] |= in[(size_t)n * cfg->succs[at->first_succ + e].block + w];

			for (uint32_t w = 0; w < n; w++)
				now[w] = out[w];
			for (uint32_t a = f->end_access[block]; a > f->first_access[block]; a--)
				step_back(&f->accesses[a - 1], now);
			for (uint32_t w = 0; w < n; w++) {
				changed = changed || now[w] != entry[w];
				entry[w] = now[w];
			}
		}
	}
	arena_clear(&scratch);
}

bool flow_live_out(struct flow_function *f, uint32_t var, uint32_t block)
{
	if (f->locals[var] & (FLOW_LOCAL_ADDRESS_TAKEN | FLOW_LOCAL_STATIC))
		return true;
	if (!f->live)
		compute_live(f);
	return f->live[(size_t)words(f) * block + var / 64] >> var % 64 & 1;
}

bool flow_live(struct flow_function *f, uint32_t var, uint32_t point, bool before)
{
	uint32_t block = f->cfg->points[point].block;
	bool live = flow_live_out(f, var, block);

	if (f->locals[var] & (FLOW_LOCAL_ADDRESS_TAKEN | FLOW_LOCAL_STATIC))
		return true;
	for (uint32_t a = f->end_access[block]; a > f->first_access[block]; a--) {
		const struct flow_access *access = &f->accesses[a - 1];

		if (access->point < point || (access->point == point && !before))
			break;
		if (access->var != var)
			continue;
		live = (live && !(access->mode & FLOW_ACCESS_DEFINE)) || access->mode & FLOW_ACCESS_READ;
	}
	return live;
}

/* ---- forwards from a point: who may see this value ---- */

struct walk {
	const struct flow_function *f;
	uint32_t var;
	bool (*use)(const struct flow_access *access, void *context);
	void *context;
	bool stopped;
};

/* True if the value survives these accesses. */
static bool walk_accesses(struct walk *w, uint32_t from, uint32_t to)
{
	for (uint32_t a = from; a < to; a++) {
		const struct flow_access *access = &w->f->accesses[a];

		if (access->var != w->var)
			continue;
		if ((!(access->mode & FLOW_ACCESS_DEFINE) || access->mode & FLOW_ACCESS_READ) &&
		    !w->use(access, w->context)) {
			w->stopped = true;
			return false;
		}
		if (access->mode & FLOW_ACCESS_DEFINE)
			return false;
	}
	return true;
}

void flow_uses_after(const struct flow_function *f, uint32_t var, uint32_t point,
                     bool (*use)(const struct flow_access *access, void *context), void *context)
{
	struct walk w = {f, var, use, context, false};
	const struct flow_cfg *cfg = f->cfg;
	struct arena scratch = {0};
	bool *seen = arena_array(&scratch, cfg->nblocks, bool);
	VEC(uint32_t) stack = {0};
	uint32_t block = point == FLOW_NONE ? cfg->entry : cfg->points[point].block, from = f->first_access[block];

	while (from < f->end_access[block] && (point == FLOW_NONE || f->accesses[from].point <= point))
		from++;
	for (bool survives = walk_accesses(&w, from, f->end_access[block]); !w.stopped;) {
		for (uint32_t i = 0; survives && i < cfg->blocks[block].nsuccs; i++) {
			uint32_t to = cfg->succs[cfg->blocks[block].first_succ + i].block;

			if (!seen[to])
				vec_push(&stack, to);
			seen[to] = true;
		}
		if (!stack.count)
			break;
		block = vec_pop(&stack);
		survives = walk_accesses(&w, f->first_access[block], f->end_access[block]);
	}
	vec_release(&stack);
	arena_clear(&scratch);
}

/* ---- backwards: which definitions may have made it ---- */

/* The last definition of @var before access @end in @block; FLOW_NONE if there is none. */
static uint32_t last_definition(const struct flow_function *f, uint32_t var, uint32_t block, uint32_t end)
{
	for (uint32_t a = end; a > f->first_access[block]; a--)
		if (f->accesses[a - 1].var == var && f->accesses[a - 1].mode & FLOW_ACCESS_DEFINE)
			return a - 1;
	return FLOW_NONE;
}

uint32_t flow_reaching(const struct flow_function *f, uint32_t var, uint32_t point, uint32_t *found, uint32_t room)
{
	const struct flow_cfg *cfg = f->cfg;
	struct arena scratch = {0};
	bool *seen = arena_array(&scratch, cfg->nblocks, bool);
	VEC(uint32_t) stack = {0};
	uint32_t block = cfg->points[point].block, n = 0, end = f->first_access[block];

	while (end < f->end_access[block] && f->accesses[end].point < point)
		end++;
	for (;;) {
		uint32_t definition = last_definition(f, var, block, end);

		if (definition != FLOW_NONE) {
			if (n < room)
				found[n] = definition;
			n++;
		}
		for (uint32_t i = 0; definition == FLOW_NONE && i < cfg->blocks[block].npreds; i++) {
			uint32_t from = cfg->preds[cfg->blocks[block].first_pred + i].block;

			if (!seen[from] && cfg->blocks[from].order != FLOW_NONE)
				vec_push(&stack, from);
			seen[from] = true;
		}
		if (!stack.count)
			break;
		block = vec_pop(&stack);
		end = f->end_access[block];
	}
	vec_release(&stack);
	arena_clear(&scratch);
	return n;
}

/* ---- dominance of points ---- */

struct flow_dominators *flow_function_dominators(struct flow_function *f)
{
	if (!f->dominators)
		f->dominators = flow_dominators(f->arena, f->cfg);
	return f->dominators;
}

struct flow_dominators *flow_function_post_dominators(struct flow_function *f)
{
	if (!f->post_dominators)
		f->post_dominators = flow_post_dominators(f->arena, f->cfg);
	return f->post_dominators;
}

struct flow_loops *flow_function_loops(struct flow_function *f)
{
	if (!f->loops)
		f->loops = flow_find_loops(f->arena, f->cfg, flow_function_dominators(f));
	return f->loops;
}

bool flow_point_dominates(struct flow_function *f, uint32_t a, uint32_t b)
{
	uint32_t from = f->cfg->points[a].block, to = f->cfg->points[b].block;

	return from == to ? a <= b : flow_dominates(flow_function_dominators(f), from, to);
}

bool flow_point_post_dominates(struct flow_function *f, uint32_t b, uint32_t a)
{
	uint32_t from = f->cfg->points[a].block, to = f->cfg->points[b].block;

	return from == to ? a <= b : flow_dominates(flow_function_post_dominators(f), to, from);
}
