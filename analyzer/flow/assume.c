/* SPDX-License-Identifier: MIT */
/* Open callees: what is assumed of them, and whether it was right. */
#include "analyzer/flow/assume.h"
#include "analyzer/flow/facts.h"
#include "analyzer/flow/merge.h"
#include "analyzer/flow/program.h"

#include <string.h>

enum { HARMLESS = FLOW_READS | FLOW_READS_INSIDE };

void flow_assume(struct flow_program *program, struct flow_conditions *conditions)
{
	program->conditions = conditions;
}

void flow_require(struct flow_conditions *conditions, const struct flow_condition *condition)
{
	for (size_t i = 0; i < conditions->count; i++) {
		struct flow_condition *old = &conditions->items[i];

		if (old->callee != condition->callee || old->argument != condition->argument)
			continue;
		if (old->required == condition->required || !condition->required || !old->required) {
			old->allowed &= condition->allowed;
			old->required |= condition->required;
			return;
		}
	}
	vec_push(conditions, *condition);
}

bool flow_is_open(struct flow_program *program, const struct ast_function *callee)
{
	const struct flow_effects *effects = flow_effects_of(program, callee);

	if (!callee || effects->complete || callee->flags & AST_FUNCTION_NO_PROTOTYPE)
		return false;
	if (callee->body)
		return effects->known;
	return !effects->known && callee->decl.flags & AST_EXTERNAL && !(callee->decl.flags & AST_SYSTEM);
}

/* ---- what open callees do at least ---- */

/* A name that promises a release; it makes a hypothesis, which the callee's own code must confirm. */
static bool may_release(const struct ast_function *callee)
{
	static const char *const words[] = {"free", "release", "destroy", "delete", "dispose", "cleanup", "clear",
	                                    "Free", "Release", "Destroy", "Delete", "unref",   "put",     "Clear"};
	const char *name = callee->decl.name;

	if (!callee->nparams || callee->nparams > 3 || (callee->result && callee->result->kind != AST_TYPE_VOID))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strstr(name, words[i]))
			return true;
	return false;
}

/* Of a function that another unit defines: its pointers are read; the last one freed where the name says so. */
static struct flow_effects *least_effects(struct flow_program *program, const struct ast_function *callee)
{
	const struct flow_effects *guess = flow_effects_of(program, callee);
	struct flow_effects *least = arena_new(program->arena, struct flow_effects);
	uint16_t *args = arena_array(program->arena, guess->nargs, uint16_t);

	least->nargs = guess->nargs;
	least->args = args;
	least->self = HARMLESS;
	least->rest = HARMLESS;
	least->does = guess->does & (FLOW_NEVER_RETURNS | FLOW_RETURNS_NEW);
	for (uint32_t i = 0; i < guess->nargs; i++)
		args[i] = guess->args[i] & HARMLESS;
	for (uint32_t i = guess->nargs; i-- > 0 && may_release(callee);) {
		if (!(guess->args[i] & FLOW_FREES))
			continue;
		args[i] |= FLOW_FREES;
		break;
	}
	return least;
}

static const struct flow_effects *least_of(struct flow_program *program, const struct ast_function *callee)
{
	struct flow_effects *least = hash_map_find(&program->least, callee);

	if (!least) {
		least = least_effects(program, callee);
		hash_map_put(&program->least, callee, least);
	}
	return least;
}

/*
 * The unit's functions once more, with open callees at their least. What they do in truth is at least that; a
 * condition on a function therefore covers all that it calls.
 */
void flow_program_solve_least(struct flow_program *program)
{
	for (uint32_t i = 0; i < program->nfacts; i++) {
		struct function_facts *facts = program->facts[i];
		struct flow_effects *least = arena_memdup(program->arena, facts->effects, sizeof *least);

		facts->args = arena_array(program->arena, least->nargs, uint16_t);
		least->args = facts->args;
		least->self = 0;
		least->does = facts->effects->does & FLOW_NEVER_RETURNS;
		facts->sure = facts->effects;
		facts->effects = least;
		hash_map_put(&program->least, facts->function, least);
		for (uint32_t j = 0; j < facts->nvalues; j++)
			facts->values[j].solved = 0;
	}
	for (uint32_t i = 0; i < program->nfacts; i++)
		for (uint32_t j = 0; j < program->facts[i]->ncalls; j++) {
			struct fact_call *call = &program->facts[i]->calls[j];

			call->sure = call->effects;
			if (call->callee && flow_is_open(program, call->callee))
				call->effects = least_of(program, call->callee);
		}
	flow_facts_solve(program->facts, program->nfacts);
	for (uint32_t i = 0; i < program->nfacts; i++) {
		program->facts[i]->effects = program->facts[i]->sure;
		for (uint32_t j = 0; j < program->facts[i]->ncalls; j++)
			program->facts[i]->calls[j].effects = program->facts[i]->calls[j].sure;
	}
}

/* ---- answers ---- */

static uint32_t argument_of(const struct flow_effects *effects, uint32_t index)
{
	if (index == FLOW_ON_OBJECT)
		return effects->self;
	return index < effects->nargs ? effects->args[index] : effects->rest;
}

uint32_t flow_assumed_effects(struct flow_program *program, const struct ast_function *callee, uint32_t index)
{
	const uint32_t sure = argument_of(flow_effects_of(program, callee), index);
	const uint32_t least = argument_of(least_of(program, callee), index);

	if ((sure & FLOW_EVERYTHING & ~least) == 0)
		return sure;
	flow_require(program->conditions, &(struct flow_condition){.callee = flow_function_key(program->unit, callee),
	                                                           .argument = index,
	                                                           .allowed = least | HARMLESS,
	                                                           .required = least & FLOW_FREES});
	return (least & ~(uint32_t)FLOW_GUESSED) | (sure & FLOW_STRING);
}

bool flow_call_never(struct flow_program *program, const struct ast_node *call, uint32_t does)
{
	const struct ast_function *callee = flow_callee(call);

	if (!(flow_call_does(program, call) & does))
		return true;
	if (!program->conditions || !callee || !flow_is_open(program, callee) || least_of(program, callee)->does & does)
		return false;
	flow_require(program->conditions, &(struct flow_condition){.callee = flow_function_key(program->unit, callee),
	                                                           .argument = FLOW_ON_CALL,
	                                                           .allowed = ~does});
	return true;
}

uint32_t flow_call_least(struct flow_program *program, const struct ast_node *call)
{
	const struct ast_function *callee = flow_callee(call);

	if (callee && flow_is_open(program, callee))
		return least_of(program, callee)->does;
	return flow_call_effects(program, call)->known ? flow_call_does(program, call) : 0;
}

/* ---- conditions as bytes, and whether they hold ---- */

void flow_conditions_pack(const struct flow_condition *conditions, size_t count, struct packer *packer)
{
	pack_number(packer, count);
	for (size_t i = 0; i < count; i++) {
		pack_number(packer, conditions[i].callee);
		pack_number(packer, conditions[i].argument);
		pack_number(packer, conditions[i].allowed);
		pack_number(packer, conditions[i].required);
	}
}

struct flow_condition *flow_conditions_unpack(struct unpacker *unpacker, struct arena *arena, uint32_t *count)
{
	struct flow_condition *conditions;

	*count = unpack_count(unpacker);
	conditions = arena_array(arena, *count, struct flow_condition);
	for (uint32_t i = 0; i < *count; i++) {
		conditions[i].callee = unpack_number(unpacker);
		conditions[i].argument = unpack_u32(unpacker);
		conditions[i].allowed = unpack_u32(unpacker);
		conditions[i].required = unpack_u32(unpacker);
	}
	return conditions;
}

bool flow_conditions_hold(const struct flow_merged *merged, const struct flow_condition *conditions, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct flow_effects *effects = flow_merged_effects(merged, conditions[i].callee);
		uint32_t has;

		if (!effects)
			return false;
		has = conditions[i].argument == FLOW_ON_CALL
		              ? effects->does
		              : argument_of(effects, conditions[i].argument) & (FLOW_EVERYTHING | FLOW_COPIED);
		if (has & ~(conditions[i].allowed | FLOW_COPIED) ||
		    (conditions[i].required && !(has & conditions[i].required)))
			return false;
	}
	return true;
}
