/* SPDX-License-Identifier: MIT */
/* What each point of a function does to its locals. */
#include "analyzer/base/vec.h"
#include "analyzer/flow/places.h"

struct gatherer {
	struct flow_function *f;
	VEC(struct flow_access) accesses;
	uint32_t point;
};

static void add(struct gatherer *g, uint32_t var, uint32_t mode, const struct ast_node *node,
                const struct ast_node *value)
{
	if (!mode)
		return;
	vec_push(&g->accesses, (struct flow_access){g->point, var, mode, node, value});
	if (mode & FLOW_ACCESS_ADDRESS)
		g->f->locals[var] |= FLOW_LOCAL_ADDRESS_TAKEN;
}

uint32_t flow_local(const struct flow_function *f, const struct ast_var *var)
{
	if (!var || !(var->parameter || var->local) || var->function != f->function)
		return FLOW_NONE;
	return var->index < f->nvars && f->vars[var->index] == var ? var->index : FLOW_NONE;
}

/* ---- what becomes of a local's address ---- */

enum { MAX_RESULTS = 4 }; /* calls in a row that hand an address back */

static uint32_t modes_of_address(const struct flow_function *f, const struct flow_sinks *sinks, unsigned depth);

static uint32_t mode_of_effects(const struct flow_function *f, const struct ast_node *call, uint32_t effects,
                                unsigned depth)
{
	struct flow_sinks sinks = {0};
	uint32_t mode = 0;

	if (effects & FLOW_READS)
		mode |= FLOW_ACCESS_READ;
	if (effects & FLOW_WRITES)
		mode |= FLOW_ACCESS_READ | FLOW_ACCESS_WRITE;
	if (effects & (FLOW_KEEPS | FLOW_FREES))
		mode |= FLOW_ACCESS_READ | FLOW_ACCESS_WRITE | FLOW_ACCESS_ADDRESS;
	if (!(effects & (FLOW_RETURNS | FLOW_RETURNS_INSIDE)) || !flow_result_points(call))
		return mode;
	if (depth >= MAX_RESULTS)
		return mode | FLOW_ACCESS_ADDRESS;
	flow_sinks_of(call, &sinks);
	mode |= modes_of_address(f, &sinks, depth + 1);
	vec_release(&sinks);
	return mode;
}

static uint32_t mode_of_sink(const struct flow_function *f, const struct flow_sink *sink, unsigned depth)
{
	const uint32_t lost = FLOW_ACCESS_READ | FLOW_ACCESS_WRITE | FLOW_ACCESS_ADDRESS;

	switch (sink->kind) {
	case FLOW_SINK_NOTHING:
		return 0;
	case FLOW_SINK_READ:
	case FLOW_SINK_INSIDE:
		return FLOW_ACCESS_READ;
	case FLOW_SINK_WRITTEN:
		return FLOW_ACCESS_WRITE;
	case FLOW_SINK_ARGUMENT:
		if (!f->program)
			return lost;
		return mode_of_effects(f, sink->node, flow_arg_effects(f->program, sink->node, sink->index), depth);
	case FLOW_SINK_OBJECT:
		if (!f->program)
			return lost;
		return mode_of_effects(f, sink->node, flow_self_effects(f->program, sink->node), depth);
	default:
		return lost;
	}
}

static uint32_t modes_of_address(const struct flow_function *f, const struct flow_sinks *sinks, unsigned depth)
{
	uint32_t mode = 0;

	for (size_t i = 0; i < sinks->count; i++)
		mode |= mode_of_sink(f, &sinks->items[i], depth);
	return mode;
}

/* ---- points ---- */

/* A use by name that is no target of an assignment: those stand at the assignment's own point. */
static void gather_use(struct gatherer *g, const struct ast_node *node)
{
	uint32_t var = flow_local(g->f, (const struct ast_var *)node->u.decl);
	const struct ast_node *top, *up;
	struct flow_sinks sinks = {0};

	if (!node->u.decl || node->u.decl->kind != AST_DECL_VAR || var == FLOW_NONE)
		return;
	top = flow_lvalue_top(node);
	up = top->parent;
	if (g->f->locals[var] & FLOW_LOCAL_REFERENCE || top->flags & AST_LOADED) {
		add(g, var, FLOW_ACCESS_READ, top, NULL);
		return;
	}
	if (up && ((up->kind == AST_ASSIGN && up->children[0] == top) ||
	           (up->kind == AST_UNARY && up->op >= AST_OP_PRE_INC && up->op <= AST_OP_POST_DEC)))
		return;
	flow_address_sinks(node, &sinks);
	add(g, var, modes_of_address(g->f, &sinks, 0), top, NULL);
	vec_release(&sinks);
}

static void gather_target(struct gatherer *g, const struct ast_node *target, const struct ast_node *value, bool reads)
{
	struct flow_place place = flow_place_of(target);
	uint32_t var = flow_local(g->f, place.var), mode;

	if (var == FLOW_NONE || place.derefs)
		return;
	mode = place.part ? FLOW_ACCESS_WRITE : FLOW_ACCESS_DEFINE | FLOW_ACCESS_WRITE;
	add(g, var, mode | (reads ? FLOW_ACCESS_READ : 0u), target, reads ? NULL : value);
}

static bool gather_captured(struct ast_node *node, void *context)
{
	struct gatherer *g = context;
	uint32_t var = FLOW_NONE;

	if (node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_VAR)
		var = flow_local(g->f, (const struct ast_var *)node->u.decl);
	if (var != FLOW_NONE)
		add(g, var, FLOW_ACCESS_READ | FLOW_ACCESS_WRITE | FLOW_ACCESS_ADDRESS, node, NULL);
	return true;
}

static void gather_point(struct gatherer *g, const struct flow_point *point)
{
	const struct ast_node *node = point->node;
	uint32_t var;

	switch (node->kind) {
	case AST_REF:
		gather_use(g, node);
		break;
	case AST_ASSIGN:
		gather_target(g, node->children[0], node->children[1], node->op != AST_OP_ASSIGN);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC)
			gather_target(g, node->children[0], NULL, true);
		break;
	case AST_VAR:
		var = flow_local(g->f, (const struct ast_var *)node->u.decl);
		if (var == FLOW_NONE)
			break;
		if (point->kind == FLOW_DEATH)
			add(g, var, FLOW_ACCESS_READ | FLOW_ACCESS_DEATH, node, NULL);
		else
			add(g, var, FLOW_ACCESS_DEFINE | FLOW_ACCESS_WRITE, node,
			    node->children[0]->kind == AST_NONE ? NULL : node->children[0]);
		break;
	case AST_LAMBDA:
		ast_walk((struct ast_node *)(uintptr_t)node, gather_captured, g);
		break;
	default:
		break;
	}
}

static void note_variable(struct flow_function *f, const struct ast_var *var)
{
	const struct ast_type *type = var->decl.type;

	if (var->index >= f->nvars || f->vars[var->index])
		return;
	f->vars[var->index] = var;
	if (var->decl.flags & AST_STATIC)
		f->locals[var->index] |= FLOW_LOCAL_STATIC;
	if (type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE))
		f->locals[var->index] |= FLOW_LOCAL_REFERENCE;
	if (type && type->quals & AST_VOLATILE)
		f->locals[var->index] |= FLOW_LOCAL_VOLATILE;
}

static void gather_accesses(struct flow_function *f)
{
	struct gatherer g = {.f = f, .point = FLOW_NONE};
	struct flow_cfg *cfg = f->cfg;
	uint32_t at = 0;

	for (uint32_t i = 0; i < f->function->nparams; i++)
		add(&g, i, FLOW_ACCESS_DEFINE | FLOW_ACCESS_WRITE, NULL, NULL);
	for (g.point = 0; g.point < cfg->npoints; g.point++)
		gather_point(&g, &cfg->points[g.point]);
	f->naccesses = (uint32_t)g.accesses.count;
	f->accesses = arena_memdup(f->arena, g.accesses.items, g.accesses.count * sizeof *g.accesses.items);
	vec_release(&g.accesses);
	f->end_access[cfg->entry] = f->function->nparams;
	for (at = f->function->nparams; at < f->naccesses; at++) {
		uint32_t block = cfg->points[f->accesses[at].point].block;

		if (!f->end_access[block])
			f->first_access[block] = at;
		f->end_access[block] = at + 1;
	}
}

static bool never_returns(void *context, const struct ast_function *callee)
{
	return (flow_effects_of(context, callee)->does & FLOW_NEVER_RETURNS) != 0;
}

struct flow_function *flow_function_new(struct arena *arena, const struct ast_unit *unit,
                                        const struct ast_function *function, struct flow_program *program)
{
	struct flow_function *f = arena_new(arena, struct flow_function);
	const struct flow_oracle oracle = {never_returns, program};

	f->arena = arena;
	f->unit = unit;
	f->function = function;
	f->program = program;
	f->cfg = flow_cfg_build(arena, unit, function, function->body, program ? &oracle : NULL);
	f->nvars = function->nparams + function->nlocals;
	f->vars = arena_array(arena, f->nvars, const struct ast_var *);
	f->locals = arena_array(arena, f->nvars, uint8_t);
	f->first_access = arena_array(arena, f->cfg->nblocks, uint32_t);
	f->end_access = arena_array(arena, f->cfg->nblocks, uint32_t);
	for (uint32_t i = 0; i < function->nparams; i++)
		note_variable(f, function->params[i]);
	for (uint32_t i = 0; i < function->nlocals; i++)
		note_variable(f, function->locals[i]);
	gather_accesses(f);
	return f;
}

void flow_function_release(struct flow_function *f)
{
	hash_map_release(&f->points);
}

uint32_t flow_point_of(struct flow_function *f, const struct ast_node *node)
{
	if (!f->points.count)
		for (uint32_t i = f->cfg->npoints; i-- > 0;)
			if (f->cfg->points[i].kind == FLOW_EVAL)
				hash_map_put(&f->points, f->cfg->points[i].node, (void *)((uintptr_t)i + 1));
	for (; node; node = node->parent) {
		uintptr_t point = (uintptr_t)hash_map_find(&f->points, node);

		if (point)
			return (uint32_t)point - 1;
	}
	return FLOW_NONE;
}
