/* SPDX-License-Identifier: MIT */
/* Effects of the project's functions: each from what its callees do, until nothing changes. */
#include "analyzer/base/vec.h"
#include "analyzer/flow/facts.h"
#include "analyzer/flow/program.h"

static uint32_t inside(uint32_t effects)
{
	effects &= FLOW_EVERYTHING;
	return (effects | effects >> FLOW_INSIDE_SHIFT) << FLOW_INSIDE_SHIFT & FLOW_INSIDE;
}

/* What passing a value to a callee means for the value. */
static uint32_t passed(const struct function_facts *facts, const struct fact_edge *edge)
{
	const struct fact_call *call = &facts->calls[edge->call];
	const struct flow_effects *callee = call->effects;
	const uint32_t returns = FLOW_RETURNS | FLOW_RETURNS_INSIDE;
	uint32_t result = call->result == FLOW_NONE ? 0 : facts->values[call->result].solved;
	uint32_t effects, own;

	if (edge->arg == FACT_SELF)
		effects = callee->self;
	else
		effects = edge->arg < callee->nargs ? callee->args[edge->arg] : callee->rest;
	own = effects & FLOW_EVERYTHING & ~returns;
	if (edge->level == FACT_HELD) {
		/* The callee sees a pointer to the variable: what it does inside, it does to the value. */
		own = (own & FLOW_INSIDE) >> FLOW_INSIDE_SHIFT | (own & FLOW_INSIDE);
		if (effects & FLOW_RETURNS_INSIDE)
			own |= result;
		if (effects & (FLOW_RETURNS | FLOW_KEEPS))
			own |= FLOW_EVERYTHING;
		return own;
	}
	if (effects & FLOW_RETURNS)
		own |= result;
	if (effects & FLOW_RETURNS_INSIDE)
		own |= inside(result);
	return edge->level == FACT_INSIDE ? inside(own) : own;
}

static bool solve_values(struct function_facts *facts)
{
	bool changed = false;

	for (uint32_t i = facts->nvalues; i-- > 0;) {
		struct fact_value *value = &facts->values[i];
		uint32_t effects = value->solved | value->effects;

		for (uint32_t e = value->edges; e != FLOW_NONE; e = facts->edges[e].next)
			effects |= passed(facts, &facts->edges[e]);
		changed = changed || effects != value->solved;
		value->solved = effects;
	}
	return changed;
}

static bool changes(uint32_t effects)
{
	const uint32_t direct = FLOW_WRITES | FLOW_FREES | FLOW_CALLS;

	return effects & (direct | direct << FLOW_INSIDE_SHIFT);
}

/* @results: it is known by now whose results are new. */
static bool publish(struct function_facts *facts, bool results)
{
	struct flow_effects *effects = facts->effects;
	uint32_t does = effects->does | facts->does, mask = FLOW_EVERYTHING;
	uint16_t self;
	bool complete = !(facts->does & FLOW_DOES_UNKNOWN), changed;

	if (!(facts->flags & FACT_RETURNS_POINTER))
		mask &= ~(uint32_t)(FLOW_RETURNS | FLOW_RETURNS_INSIDE);
	for (uint32_t i = 0; i < facts->ncalls; i++) {
		const struct flow_effects *callee = facts->calls[i].effects;

		does |= callee->does & ~(uint32_t)(FLOW_RETURNS_NEW | FLOW_RETURNS_SHARED | FLOW_NEVER_RETURNS);
		complete = complete && (callee->complete || callee == effects);
		/* What a callee hands out of its own is written to like any other memory. */
		if (results && callee->does & FLOW_RETURNS_SHARED && facts->calls[i].result != FLOW_NONE &&
		    changes(facts->values[facts->calls[i].result].solved))
			does |= FLOW_DOES_WRITE | FLOW_DOES_WRITE_BYTES;
	}
	if (changes(facts->values[facts->nparams + 1].solved))
		does |= FLOW_DOES_WRITE | FLOW_DOES_WRITE_BYTES;
	changed = does != effects->does || complete != effects->complete;
	effects->does = does;
	effects->complete = complete;
	for (uint32_t i = 0; i < facts->nparams && i < effects->nargs; i++) {
		uint16_t solved = (uint16_t)((facts->values[i].solved & facts->possible[i] & mask) |
		                             (facts->args[i] & FLOW_COPIED));

		changed = changed || facts->args[i] != solved;
		facts->args[i] = solved;
	}
	self = (uint16_t)(facts->values[facts->nparams].solved & mask);
	changed = changed || effects->self != self;
	effects->self = self;
	return changed;
}

/* New memory comes back only if each way out gives NULL or the fresh result of a call, which nobody else keeps. */
static bool solve_result(struct function_facts *facts)
{
	bool fresh =
	        (facts->nreturned > 0 || facts->flags & FACT_RETURNS_FRESH) && !(facts->flags & FACT_RETURNS_OTHER);
	uint32_t before = facts->effects->does;

	for (uint32_t i = 0; i < facts->nreturned && fresh; i++) {
		const struct fact_call *call = &facts->calls[facts->returned[i]];

		fresh = call->effects->does & FLOW_RETURNS_NEW &&
		        (call->result == FLOW_NONE || !(facts->values[call->result].solved & FLOW_KEEPS));
	}
	if (fresh && facts->copied < facts->effects->nargs && facts->nreturned == 1 &&
	    !(facts->flags & FACT_RETURNS_FRESH)) {
		const struct flow_effects *copier =
		        facts->copier == FLOW_NONE ? NULL : facts->calls[facts->copier].effects;

		if (!copier || (facts->returned[0] == facts->copier && facts->copier_arg < copier->nargs &&
		                copier->args[facts->copier_arg] & FLOW_COPIED))
			facts->args[facts->copied] |= FLOW_COPIED;
	}
	facts->effects->does &= ~(uint32_t)(FLOW_RETURNS_NEW | FLOW_RETURNS_SHARED);
	if (fresh)
		facts->effects->does |= FLOW_RETURNS_NEW;
	else if (facts->flags & FACT_RETURNS_POINTER)
		facts->effects->does |= FLOW_RETURNS_SHARED;
	return facts->effects->does != before;
}

void flow_facts_solve(struct function_facts *const *facts, uint32_t n)
{
	bool changed = true;

	while (changed) {
		changed = false;
		for (uint32_t i = 0; i < n; i++) {
			bool again = solve_values(facts[i]);

			while (again && solve_values(facts[i]))
				continue;
			changed = publish(facts[i], false) || changed;
		}
	}
	for (changed = true; changed;) {
		changed = false;
		for (uint32_t i = 0; i < n; i++)
			changed = solve_result(facts[i]) || changed;
	}
	for (changed = true; changed;) {
		changed = false;
		for (uint32_t i = 0; i < n; i++)
			changed = publish(facts[i], true) || changed;
	}
}

/* ---- functions that never return ---- */

static bool never_returns(void *context, const struct ast_function *callee)
{
	struct flow_program *program = context;

	return (flow_effects_of(program, callee)->does & FLOW_NEVER_RETURNS) != 0;
}

static bool has_return(struct ast_node *node, void *context)
{
	if (node->kind == AST_RETURN)
		*(bool *)context = true;
	return node->kind != AST_LAMBDA && !ast_is_expr(node);
}

static bool can_return(struct flow_program *program, const struct ast_unit *unit, const struct ast_function *function)
{
	const struct flow_oracle oracle = {never_returns, program};
	struct arena arena = {0};
	struct flow_cfg *cfg = flow_cfg_build(&arena, unit, function, function->body, &oracle);
	const struct flow_block *exit = &cfg->blocks[cfg->exit];
	bool returns = (cfg->flags & FLOW_INCOMPLETE) != 0;

	for (uint32_t i = 0; i < exit->npreds; i++) {
		const struct flow_edge *edge = &cfg->preds[exit->first_pred + i];

		if (edge->kind != FLOW_NORETURN && cfg->blocks[edge->block].order != FLOW_NONE)
			returns = true;
	}
	arena_clear(&arena);
	return returns;
}

/* Only bodies that end in a call, a branch or a loop and have no return at all are worth a graph. */
static bool may_never_return(const struct ast_function *function)
{
	const struct ast_node *body = function->body;
	bool returns = false;
	uint8_t last;

	if (body->kind != AST_COMPOUND || !body->nchildren || function->flags & AST_FUNCTION_COROUTINE)
		return false;
	last = body->children[body->nchildren - 1]->kind;
	if (last == AST_ASSIGN || last == AST_DECL_STMT || last == AST_UNARY || last == AST_RETURN)
		return false;
	if (body->below & AST_HAS(AST_RETURN))
		ast_walk(function->body, has_return, &returns);
	return !returns;
}

static void find_never_returning(struct flow_program *program, const struct ast_unit *unit,
                                 struct function_facts *const *facts, uint32_t n)
{
	bool changed = true;

	for (int pass = 0; changed && pass < 4; pass++) {
		changed = false;
		for (uint32_t i = 0; i < n; i++) {
			struct flow_effects *effects = facts[i]->effects;
			bool ends = false;

			if (effects->does & FLOW_NEVER_RETURNS || !may_never_return(facts[i]->function))
				continue;
			for (uint32_t j = 0; j < facts[i]->ncalls && !ends; j++)
				ends = facts[i]->calls[j].effects->does & FLOW_NEVER_RETURNS;
			if ((!ends && !(facts[i]->does & FLOW_DOES_LOOP)) ||
			    can_return(program, unit, facts[i]->function))
				continue;
			effects->does |= FLOW_NEVER_RETURNS;
			changed = true;
		}
	}
}

/* ---- a unit ---- */

static struct flow_effects *new_effects(struct arena *arena, const struct ast_function *function)
{
	struct flow_effects *effects = arena_new(arena, struct flow_effects);

	effects->nargs = (uint16_t)(function->nparams < UINT16_MAX ? function->nparams : UINT16_MAX);
	effects->args = arena_array(arena, effects->nargs, uint16_t);
	effects->known = true;
	if (function->flags & AST_FUNCTION_VARIADIC)
		effects->rest = FLOW_EVERYTHING | FLOW_GUESSED;
	if (function->flags & AST_FUNCTION_NORETURN)
		effects->does |= FLOW_NEVER_RETURNS;
	return effects;
}

static bool is_opaque(const struct ast_function *function)
{
	return !function->body || function->flags & AST_FUNCTION_BROKEN;
}

void flow_program_add_unit(struct flow_program *program, const struct ast_unit *unit)
{
	struct function_facts **facts = arena_array(program->arena, unit->nfunctions, struct function_facts *);
	uint32_t n = 0;

	for (uint32_t i = 0; i < unit->nfunctions; i++)
		if (!is_opaque(unit->functions[i]))
			hash_map_put(&program->functions, unit->functions[i],
			             new_effects(program->arena, unit->functions[i]));
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct ast_function *function = unit->functions[i];

		if (is_opaque(function))
			continue;
		facts[n] = flow_facts_collect(program->arena, program, unit, function);
		facts[n]->effects = hash_map_find(&program->functions, function);
		facts[n]->args = (uint16_t *)(uintptr_t)facts[n]->effects->args;
		n++;
	}
	program->facts = facts;
	program->nfacts = n;
	program->unit = unit;
	flow_facts_solve(facts, n);
	find_never_returning(program, unit, facts, n);
	flow_program_solve_least(program);
}
