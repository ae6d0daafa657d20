/* SPDX-License-Identifier: MIT */
/* Facts of functions as bytes, and their solution over many units. */
#include "analyzer/flow/merge.h"
#include "analyzer/base/vec.h"
#include "analyzer/flow/facts.h"
#include "analyzer/flow/program.h"

#include <string.h>

enum { FACTS_FORMAT = 3 };

uint64_t flow_function_key(const struct ast_unit *unit, const struct ast_function *function)
{
	const char *usr = function->decl.usr;
	uint64_t key;

	if (function->decl.flags & AST_EXTERNAL && *usr)
		key = hash_bytes(usr, strlen(usr), 0);
	else
		key = ast_decl_key(unit, &function->decl);
	return key ? key : 1;
}

/* ---- writing ---- */

static void pack_effects(struct packer *packer, const struct flow_effects *effects)
{
	pack_number(packer, effects->does);
	pack_number(packer, effects->self);
	pack_number(packer, effects->rest);
	pack_number(packer, effects->complete);
	pack_number(packer, effects->nargs);
	for (uint32_t i = 0; i < effects->nargs; i++)
		pack_number(packer, effects->args[i]);
}

/* A callee of the project is looked up again after merging; what is known of it here serves if nobody defines it. */
static void pack_call(const struct flow_program *program, const struct fact_call *call, struct packer *packer)
{
	bool library = !call->callee || (call->effects->known && !call->callee->body);

	pack_number(packer, library ? 0 : flow_function_key(program->unit, call->callee));
	pack_number(packer, call->result == FLOW_NONE ? 0 : call->result + 1u);
	pack_effects(packer, call->effects);
}

static void pack_value(const struct function_facts *facts, const struct fact_value *value, struct packer *packer)
{
	uint32_t n = 0;

	for (uint32_t e = value->edges; e != FLOW_NONE; e = facts->edges[e].next)
		n++;
	pack_number(packer, value->effects);
	pack_number(packer, n);
	for (uint32_t e = value->edges; e != FLOW_NONE; e = facts->edges[e].next) {
		pack_number(packer, facts->edges[e].call);
		pack_number(packer, facts->edges[e].arg);
		pack_number(packer, facts->edges[e].level);
	}
}

static void pack_facts(const struct flow_program *program, const struct function_facts *facts, struct packer *packer)
{
	pack_number(packer, flow_function_key(program->unit, facts->function));
	pack_number(packer, facts->does);
	pack_number(packer, facts->effects->does & FLOW_NEVER_RETURNS);
	pack_number(packer, facts->effects->rest);
	pack_number(packer, facts->flags);
	pack_number(packer, facts->nparams);
	for (uint32_t i = 0; i < facts->nparams; i++)
		pack_number(packer, facts->possible[i]);
	pack_number(packer, facts->ncalls);
	for (uint32_t i = 0; i < facts->ncalls; i++)
		pack_call(program, &facts->calls[i], packer);
	pack_number(packer, facts->nvalues);
	pack_number(packer, facts->nedges);
	for (uint32_t i = 0; i < facts->nvalues; i++)
		pack_value(facts, &facts->values[i], packer);
	pack_number(packer, facts->nreturned);
	for (uint32_t i = 0; i < facts->nreturned; i++)
		pack_number(packer, facts->returned[i]);
	pack_number(packer, facts->copied == FLOW_NONE ? 0 : facts->copied + 1u);
	if (facts->copied != FLOW_NONE) {
		pack_number(packer, facts->copier == FLOW_NONE ? 0 : facts->copier + 1u);
		pack_number(packer, facts->copier_arg);
	}
}

void flow_program_pack(const struct flow_program *program, struct packer *packer)
{
	pack_number(packer, FACTS_FORMAT);
	pack_number(packer, program->nfacts);
	for (uint32_t i = 0; i < program->nfacts; i++)
		pack_facts(program, program->facts[i], packer);
}

/* ---- reading ---- */

/* Definitions with one key: mostly one; several where programs in the seen units have functions of the same name. */
struct merged_function {
	struct function_facts *facts;
	struct merged_function *next; /* another definition, which does other things */
	uint64_t content;
	struct flow_effects *joined; /* of the first: what any of them may do; NULL when it is alone */
};

struct flow_merged {
	struct arena *arena;
	VEC(struct function_facts *) facts;
	VEC(struct merged_function *) ambiguous; /* the first of each group */
	struct hash_map functions;               /* key -> merged_function */
};

/* A number below @limit. */
static uint32_t unpack_index(struct unpacker *unpacker, uint32_t limit)
{
	uint32_t index = unpack_u32(unpacker);

	if (index >= limit)
		unpacker->bad = true;
	return unpacker->bad ? 0 : index;
}

static uint16_t unpack_flags(struct unpacker *unpacker)
{
	return (uint16_t)unpack_index(unpacker, UINT16_MAX + 1u);
}

static struct flow_effects *unpack_effects(struct arena *arena, struct unpacker *unpacker)
{
	struct flow_effects *effects = arena_new(arena, struct flow_effects);
	uint16_t *args;
	uint32_t n;

	effects->does = unpack_u32(unpacker);
	effects->self = unpack_flags(unpacker);
	effects->rest = unpack_flags(unpacker);
	effects->complete = unpack_index(unpacker, 2);
	n = unpack_count(unpacker);
	if (n > UINT16_MAX)
		unpacker->bad = true;
	n = unpacker->bad ? 0 : n;
	args = arena_array(arena, n, uint16_t);
	for (uint32_t i = 0; i < n; i++)
		args[i] = unpack_flags(unpacker);
	effects->nargs = (uint16_t)n;
	effects->args = args;
	return effects;
}

static void unpack_values(struct arena *arena, struct function_facts *facts, struct unpacker *unpacker)
{
	uint32_t at = 0;

	facts->nvalues = unpack_count(unpacker);
	facts->nedges = unpack_count(unpacker);
	facts->values = arena_array(arena, facts->nvalues, struct fact_value);
	facts->edges = arena_array(arena, facts->nedges, struct fact_edge);
	if (facts->nvalues <= facts->nparams + 1)
		unpacker->bad = true; /* each parameter is a value, the object, and other memory */
	for (uint32_t i = 0; i < facts->nvalues && !unpacker->bad; i++) {
		uint32_t n;

		facts->values[i].effects = unpack_u32(unpacker);
		facts->values[i].edges = FLOW_NONE;
		n = unpack_count(unpacker);
		if (n > facts->nedges - at)
			unpacker->bad = true;
		for (uint32_t j = 0; j < n && !unpacker->bad; j++, at++) {
			struct fact_edge *edge = &facts->edges[at];

			edge->call = unpack_index(unpacker, facts->ncalls);
			edge->arg = unpack_flags(unpacker);
			edge->level = (uint8_t)unpack_index(unpacker, FACT_HELD + 1);
			edge->next = facts->values[i].edges;
			facts->values[i].edges = at;
		}
	}
}

static void unpack_calls(struct arena *arena, struct function_facts *facts, struct unpacker *unpacker)
{
	facts->ncalls = unpack_count(unpacker);
	facts->calls = arena_array(arena, facts->ncalls, struct fact_call);
	for (uint32_t i = 0; i < facts->ncalls && !unpacker->bad; i++) {
		uint32_t result;

		facts->calls[i].key = unpack_number(unpacker);
		result = unpack_u32(unpacker);
		facts->calls[i].result = result ? result - 1 : FLOW_NONE;
		facts->calls[i].effects = unpack_effects(arena, unpacker);
	}
}

static struct function_facts *unpack_facts(struct arena *arena, struct unpacker *unpacker, uint64_t *key)
{
	struct function_facts *facts = arena_new(arena, struct function_facts);
	struct flow_effects *effects = arena_new(arena, struct flow_effects);

	*key = unpack_number(unpacker);
	facts->effects = effects;
	facts->does = unpack_u32(unpacker);
	effects->known = true;
	effects->does = unpack_u32(unpacker);
	effects->rest = unpack_flags(unpacker);
	facts->flags = unpack_u32(unpacker);
	facts->nparams = unpack_count(unpacker);
	facts->possible = arena_array(arena, facts->nparams, uint16_t);
	facts->args = arena_array(arena, facts->nparams, uint16_t);
	effects->args = facts->args;
	effects->nargs = (uint16_t)(facts->nparams < UINT16_MAX ? facts->nparams : UINT16_MAX);
	for (uint32_t i = 0; i < facts->nparams; i++)
		facts->possible[i] = unpack_flags(unpacker);
	unpack_calls(arena, facts, unpacker);
	unpack_values(arena, facts, unpacker);
	facts->nreturned = unpack_count(unpacker);
	facts->returned = arena_array(arena, facts->nreturned, uint32_t);
	for (uint32_t i = 0; i < facts->nreturned; i++)
		facts->returned[i] = unpack_index(unpacker, facts->ncalls);
	facts->copied = unpack_index(unpacker, facts->nparams + 1) - 1;
	if (facts->copied != FLOW_NONE) {
		facts->copier = unpack_index(unpacker, facts->ncalls + 1) - 1;
		facts->copier_arg = unpack_u32(unpacker);
	}
	for (uint32_t i = 0; i < facts->ncalls; i++)
		if (facts->calls[i].result != FLOW_NONE && facts->calls[i].result >= facts->nvalues)
			unpacker->bad = true;
	return facts;
}

struct flow_merged *flow_merged_new(struct arena *arena)
{
	struct flow_merged *merged = arena_new(arena, struct flow_merged);

	merged->arena = arena;
	return merged;
}

void flow_merged_release(struct flow_merged *merged)
{
	vec_release(&merged->facts);
	vec_release(&merged->ambiguous);
	hash_map_release(&merged->functions);
}

/* A function found again is the same if its facts are. */
static void add_definition(struct flow_merged *merged, uint64_t key, struct function_facts *facts, uint64_t content)
{
	struct merged_function *first = hash_map_find(&merged->functions, (const void *)(uintptr_t)key);
	struct merged_function *function;

	for (function = first; function; function = function->next)
		if (function->content == content)
			return;
	function = arena_new(merged->arena, struct merged_function);
	function->facts = facts;
	function->content = content;
	vec_push(&merged->facts, facts);
	if (!first) {
		hash_map_put(&merged->functions, (const void *)(uintptr_t)key, function);
		return;
	}
	if (!first->joined) {
		first->joined = arena_new(merged->arena, struct flow_effects);
		vec_push(&merged->ambiguous, first);
	}
	function->next = first->next;
	first->next = function;
}

bool flow_merged_add(struct flow_merged *merged, const void *bytes, size_t size)
{
	struct unpacker unpacker = unpack_from(bytes, size);
	bool ours = unpack_number(&unpacker) == FACTS_FORMAT;
	uint32_t n = unpack_count(&unpacker);
	struct function_facts **facts;
	uint64_t *keys, *contents;

	if (!ours || unpacker.bad)
		return false;
	facts = arena_array(merged->arena, n, struct function_facts *);
	keys = arena_array(merged->arena, n, uint64_t);
	contents = arena_array(merged->arena, n, uint64_t);
	for (uint32_t i = 0; i < n && !unpacker.bad; i++) {
		const unsigned char *begin = unpacker.next;

		facts[i] = unpack_facts(merged->arena, &unpacker, &keys[i]);
		contents[i] = hash_bytes(begin, (size_t)(unpacker.next - begin), 0);
		unpacker.bad = unpacker.bad || !keys[i];
	}
	if (unpacker.bad || !unpack_end(&unpacker))
		return false;
	for (uint32_t i = 0; i < n; i++)
		add_definition(merged, keys[i], facts[i], contents[i]);
	return true;
}

/* ---- solving ---- */

/* What any definition may do; true if that is more, or otherwise, than before. A new result needs all of them. */
static bool join(struct flow_merged *merged, struct merged_function *first)
{
	const struct flow_effects *one = first->facts->effects;
	struct flow_effects joined = *one, *old = first->joined;
	uint16_t *args = arena_array(merged->arena, one->nargs, uint16_t);
	uint32_t new = one->does &FLOW_RETURNS_NEW;
	bool changed;

	for (uint32_t i = 0; i < one->nargs; i++)
		args[i] = one->args[i];
	for (const struct merged_function *other = first->next; other; other = other->next) {
		const struct flow_effects *effects = other->facts->effects;

		joined.does |= effects->does;
		joined.self |= effects->self;
		joined.rest |= effects->rest;
		joined.complete = joined.complete && effects->complete;
		new &= effects->does;
		for (uint32_t i = 0; i < one->nargs; i++) {
			const uint16_t arg = i < effects->nargs ? effects->args[i] : FLOW_EVERYTHING;

			args[i] = (uint16_t)((args[i] | arg) & ~((args[i] ^ arg) & FLOW_COPIED));
		}
	}
	joined.does = (joined.does & ~(uint32_t)FLOW_RETURNS_NEW) | new;
	joined.args = args;
	changed = !old->args || old->does != joined.does || old->self != joined.self || old->rest != joined.rest ||
	          old->complete != joined.complete || memcmp(old->args, args, one->nargs * sizeof *args) != 0;
	*old = joined;
	return changed;
}

static const struct flow_effects *effects_of(const struct merged_function *function)
{
	return function->joined ? function->joined : function->facts->effects;
}

void flow_merged_solve(struct flow_merged *merged)
{
	enum { ROUNDS = 20 }; /* what they do only grows; whether a result is new settles soon */
	bool changed = true;

	for (size_t i = 0; i < merged->ambiguous.count; i++)
		join(merged, merged->ambiguous.items[i]);
	for (size_t i = 0; i < merged->facts.count; i++)
		for (uint32_t j = 0; j < merged->facts.items[i]->ncalls; j++) {
			struct fact_call *call = &merged->facts.items[i]->calls[j];
			const struct merged_function *callee =
			        call->key ? hash_map_find(&merged->functions, (const void *)(uintptr_t)call->key)
			                  : NULL;

			if (callee)
				call->effects = effects_of(callee);
		}
	for (int round = 0; changed; round++) {
		changed = false;
		flow_facts_solve(merged->facts.items, (uint32_t)merged->facts.count);
		for (size_t i = 0; i < merged->ambiguous.count; i++)
			changed = join(merged, merged->ambiguous.items[i]) || changed;
		for (size_t i = 0; i < merged->ambiguous.count && round >= ROUNDS; i++)
			merged->ambiguous.items[i]->joined->does &= ~(uint32_t)FLOW_RETURNS_NEW;
		changed = changed && round < ROUNDS + 20;
	}
}

const struct flow_effects *flow_merged_effects(const struct flow_merged *merged, uint64_t key)
{
	const struct merged_function *function = hash_map_find(&merged->functions, (const void *)(uintptr_t)key);

	return function ? effects_of(function) : NULL;
}
