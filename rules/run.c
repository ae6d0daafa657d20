// SPDX-License-Identifier: MIT
/*
 * Runs the rules: over a unit in a worker, over all units' facts at the end.
 *
 * A blob is a magic number and chunks of (what, bytes): a rule's code for its facts, or one of the codes below.
 */
#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/flow/merge.h"
#include "analyzer/rule.h"
#include "rules/found.h"
#include "rules/names.h"
#include "rules/suppression.h"

#include <stdlib.h>
#include <string.h>

enum {
	MAGIC = 0x4d4c46,   /* MLF */
	FORMAT = 6,         /* raise it when what rules pack changes */
	CHUNK_SUPPRESS = 1, /* suppression comments */
	CHUNK_FLOW = 2,     /* what the unit's functions do: flow_program_pack() */
	CHUNK_FOUND = 3,    /* findings with conditions: rule_found_send() */
};

struct chunk {
	const void *bytes;
	size_t size;
};

/* What the units say about their functions: bytes until somebody asks. */
struct rule_effects {
	struct arena arena;
	VEC(struct chunk) chunks;
	struct flow_merged *merged;
};

/* Facts of a rule that perhaps nobody wants. */
struct put_off {
	size_t rule;
	struct chunk chunk;
};

struct rules_run {
	struct rule_program program;
	uint64_t needed; /* rules whose facts are taken in */
	uint64_t wanted; /* rules that report */
	VEC(struct put_off) put_off;
	struct arena arena;
	struct suppressions suppressions;
	struct rule_effects effects;
	VEC(struct found_finding) found;
	void **states; /* by rule */
};

uint64_t rules_version(void)
{
	size_t count;
	const struct rule *rules = rules_all(&count);
	uint64_t hash = RULES_SOURCES + FORMAT;

	for (size_t i = 0; i < count; i++)
		hash = hash_bytes(rules[i].name, strlen(rules[i].name), hash);
	return hash;
}

/* ---- which rules ---- */

static size_t index_of(const struct rule_ops *ops)
{
	size_t count, i = 0;
	const struct rule *rules = rules_all(&count);

	while (i < count && rules[i].ops != ops)
		i++;
	return i;
}

/* @rules with those whose facts they report from. */
static uint64_t with_facts(uint64_t rules)
{
	size_t count;
	const struct rule *all = rules_all(&count);

	for (size_t i = 0; i < count; i++) {
		if (rules >> i & 1 && all[i].ops->facts_of)
			rules |= UINT64_C(1) << index_of(all[i].ops->facts_of);
	}
	return rules;
}

static uint64_t wanted_rules(const struct config *config)
{
	size_t count;
	const struct rule *rules = rules_all(&count);
	uint64_t wanted = 0;

	for (size_t i = 0; i < count; i++)
		wanted |= (uint64_t)config_may_want(config, rules[i].name) << i;
	return wanted;
}

/* The last rule judges comments, and those without a rule in brackets by what all rules say. */
static bool judges_comments(uint64_t wanted)
{
	size_t count;

	rules_all(&count);
	return wanted >> (count - 1) & 1;
}

uint64_t rules_needed(const struct config *config)
{
	const uint64_t wanted = wanted_rules(config);

	return judges_comments(wanted) ? RULES_ALL : with_facts(wanted);
}

/* ---- worker ---- */

static void pack_chunk(struct packer *blob, uint64_t what, struct packer *bytes)
{
	if (bytes->size) {
		pack_number(blob, what);
		pack_bytes(blob, bytes->bytes, bytes->size);
	}
	bytes->size = 0;
}

/* The function that rules look at, and what was made of it on demand. */
struct rule_function {
	const struct ast_function *function;
	struct arena arena;
	struct flow_function *flow;
	struct flow_owner *owners;
	uint32_t nowners;
	bool has_owners;
};

const struct ast_function *rule_function(const struct rule_collect *run)
{
	return run->current->function;
}

struct flow_function *rule_flow(struct rule_collect *run)
{
	struct rule_function *current = run->current;

	/* What locals are touched by is the same for all rules: nothing is assumed for it. */
	flow_assume(run->flow, NULL);
	if (!current->flow)
		current->flow = flow_function_new(&current->arena, run->unit, current->function, run->flow);
	flow_assume(run->flow, &run->conditions);
	return current->flow;
}

const struct flow_owner *rule_owners(struct rule_collect *run, uint32_t *count)
{
	struct rule_function *current = run->current;

	if (!current->has_owners && flow_may_own(run->flow, current->function))
		current->owners = flow_owners(rule_flow(run), &current->nowners);
	current->has_owners = true;
	*count = current->nowners;
	return current->owners;
}

/* What the rules of one unit have at hand, one for each. */
struct collection {
	const struct rule *rules;
	size_t count;
	uint64_t wanted;
	struct packer *facts;
	void **states;
};

static void select_collect(struct rule_collect *run, const struct collection *all, size_t i)
{
	run->code = all->rules[i].code;
	run->facts = &all->facts[i];
	run->state = all->states[i];
}

static void collect_function(struct rule_collect *run, const struct collection *all,
                             const struct ast_function *function)
{
	struct rule_function current = {.function = function};

	run->current = &current;
	for (size_t i = 0; i < all->count; i++) {
		if (!(all->wanted >> i & 1) || !all->rules[i].ops->function)
			continue;
		select_collect(run, all, i);
		vec_clear(&run->conditions);
		all->rules[i].ops->function(run);
		arena_clear(&run->scratch);
	}
	if (current.flow)
		flow_function_release(current.flow);
	arena_clear(&current.arena);
	run->current = NULL;
}

static void collect_unit(struct rule_collect *run, const struct collection *all)
{
	for (size_t i = 0; i < all->count; i++) {
		if (!(all->wanted >> i & 1) || !all->rules[i].ops->collect)
			continue;
		select_collect(run, all, i);
		all->rules[i].ops->collect(run);
		all->states[i] = run->state;
		arena_clear(&run->scratch);
	}
	for (uint32_t i = 0; run->flow && i < run->unit->nfunctions; i++)
		if (run->unit->functions[i]->body && !(run->unit->functions[i]->flags & AST_FUNCTION_BROKEN))
			collect_function(run, all, run->unit->functions[i]);
}

/* Rules that look at functions one by one do so along their flow; others have no use for it. */
static bool needs_flow(const struct collection *all)
{
	for (size_t i = 0; i < all->count; i++) {
		if (all->wanted >> i & 1 && all->rules[i].ops->function)
			return true;
	}
	return false;
}

void rules_collect(const struct ast_unit *unit, uint64_t rules, struct packer *blob)
{
	struct packer found = {0}, bytes = {0};
	struct rule_collect run = {.unit = unit, .found = &found};
	struct collection all = {.rules = rules_all(&all.count), .wanted = rules};

	all.facts = arena_array(&run.arena, all.count, struct packer);
	all.states = arena_array(&run.arena, all.count, void *);
	if (needs_flow(&all)) {
		run.flow = flow_program_new(&run.arena);
		flow_program_add_unit(run.flow, unit);
		flow_assume(run.flow, &run.conditions);
	}
	collect_unit(&run, &all);

	pack_number(blob, MAGIC);
	pack_number(blob, FORMAT);
	for (size_t i = 0; i < all.count; i++) {
		pack_chunk(blob, all.rules[i].code, &all.facts[i]);
		pack_release(&all.facts[i]);
	}
	pack_chunk(blob, CHUNK_FOUND, &found);
	if (run.flow)
		flow_program_pack(run.flow, &bytes);
	pack_chunk(blob, CHUNK_FLOW, &bytes);
	suppressions_collect(unit, &bytes);
	pack_chunk(blob, CHUNK_SUPPRESS, &bytes);
	pack_release(&bytes);
	pack_release(&found);
	vec_release(&run.conditions);
	if (run.flow)
		flow_program_release(run.flow);
	arena_clear(&run.arena);
}

/* ---- program ---- */

struct rules_run *rules_run_new(const struct config *config, struct findings *findings)
{
	struct rules_run *run = calloc(1, sizeof *run);
	size_t count;

	if (!run)
		diag_die("out of memory");
	rules_all(&count);
	run->wanted = wanted_rules(config);
	run->needed = with_facts(run->wanted);
	run->states = arena_array(&run->arena, count, void *);
	run->program = (struct rule_program){
	        .config = config,
	        .findings = findings,
	        .arena = &findings->arena,
	        .suppressions = &run->suppressions,
	        .effects = &run->effects,
	};
	suppressions_init(&run->suppressions, run->program.arena); /* findings point into comments */
	return run;
}

static const struct rule *rule_by_code(uint64_t code, size_t *index)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	for (*index = 0; *index < count; ++*index) {
		if (rules[*index].code == code)
			return &rules[*index];
	}
	return NULL;
}

static void select_rule(struct rules_run *run, const struct rule *rule, size_t index)
{
	run->program.code = rule->code;
	run->program.state = run->states[index];
}

static void keep_found(struct rules_run *run, struct unpacker *bytes)
{
	while (!unpack_end(bytes)) {
		struct found_finding found;
		size_t index;
		const struct rule *rule;

		if (!found_unpack(bytes, run->program.arena, &found))
			return;
		rule = rule_by_code(found.finding.code, &index);
		if (!rule)
			continue;
		found.finding.rule = rule->name;
		if (!found.has_level)
			found.finding.level = rule->level;
		vec_push(&run->found, found);
	}
}

const struct flow_merged *rule_merged(struct rule_program *run)
{
	struct rule_effects *effects = run->effects;

	if (effects->merged)
		return effects->merged;
	effects->merged = flow_merged_new(&effects->arena);
	for (size_t i = 0; i < effects->chunks.count; i++)
		flow_merged_add(effects->merged, effects->chunks.items[i].bytes, effects->chunks.items[i].size);
	flow_merged_solve(effects->merged);
	return effects->merged;
}

/* What was found in the units, where other units are as it assumes. */
static void report_found(struct rules_run *run)
{
	for (size_t i = 0; i < run->found.count; i++) {
		const struct found_finding *found = &run->found.items[i];
		size_t index;

		rule_by_code(found->finding.code, &index);
		if (!(run->wanted >> index & 1))
			continue;
		if (!found->nconditions ||
		    flow_conditions_hold(rule_merged(&run->program), found->conditions, found->nconditions))
			findings_add(run->program.findings, &found->finding);
	}
}

static void merge(struct rules_run *run, size_t index, struct unpacker *bytes)
{
	size_t count;
	const struct rule *rule = &rules_all(&count)[index];

	select_rule(run, rule, index);
	rule->ops->merge(&run->program, bytes);
	run->states[index] = run->program.state;
}

/* Facts of a rule that nobody asked for: of no use, unless a comment without a rule in brackets turns up. */
static void put_off(struct rules_run *run, size_t index, const struct unpacker *bytes)
{
	const size_t left = (size_t)(bytes->end - bytes->next);

	if (judges_comments(run->wanted))
		vec_push(&run->put_off, (struct put_off){index, {arena_memdup(&run->arena, bytes->next, left), left}});
}

static void take_put_off(struct rules_run *run)
{
	if (!judges_comments(run->wanted) || !suppressions_any_for_all(&run->suppressions))
		return;
	for (size_t i = 0; i < run->put_off.count; i++) {
		const struct put_off *late = &run->put_off.items[i];
		struct unpacker bytes = unpack_from(late->chunk.bytes, late->chunk.size);

		merge(run, late->rule, &bytes);
	}
	run->wanted = run->needed = RULES_ALL;
}

static void add_chunk(struct rules_run *run, uint64_t what, struct unpacker *bytes)
{
	size_t index;
	const struct rule *rule = rule_by_code(what, &index);

	if (what == CHUNK_FOUND) {
		keep_found(run, bytes);
	} else if (what == CHUNK_FLOW) {
		const size_t left = (size_t)(bytes->end - bytes->next);

		vec_push(&run->effects.chunks,
		         (struct chunk){arena_memdup(&run->effects.arena, bytes->next, left), left});
	} else if (what == CHUNK_SUPPRESS) {
		suppressions_merge(&run->suppressions, bytes);
	} else if (rule && rule->ops->merge && run->needed >> index & 1) {
		merge(run, index, bytes);
	} else if (rule && rule->ops->merge) {
		put_off(run, index, bytes);
	}
}

bool rules_add_unit(struct rules_run *run, const void *blob, size_t size)
{
	struct unpacker in = unpack_from(blob, size);

	if (unpack_number(&in) != MAGIC || unpack_number(&in) != FORMAT)
		return false;
	while (!unpack_end(&in)) {
		const uint64_t what = unpack_number(&in);
		size_t length;
		const void *bytes = unpack_bytes(&in, &length);

		if (bytes) {
			struct unpacker chunk = unpack_from(bytes, length);

			add_chunk(run, what, &chunk);
		}
	}
	run->program.nunits++;
	return !in.bad;
}

static void report(struct rules_run *run, const struct rule *rule, size_t index)
{
	select_rule(run, rule, index);
	if (rule->ops->report && run->wanted >> index & 1)
		rule->ops->report(&run->program);
	run->states[index] = run->program.state;
}

/* Comments are marked as used by whatever they silence, wanted or not; then only what is wanted stays. */
static void filter(struct rules_run *run, size_t from)
{
	struct findings *findings = run->program.findings;
	const struct config *config = run->program.config;
	size_t kept = from;

	for (size_t i = from; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		const struct settings settings = config_settings(config, finding->place.path);
		const bool silenced = suppressions_match(&run->suppressions, finding);

		if (silenced || config_is_excluded(config, finding->place.path) ||
		    !settings_want(&settings, finding->rule, finding->level))
			continue;
		findings->items[kept++] = *finding;
	}
	findings->count = kept;
}

void rules_finish(struct rules_run *run, bool whole_program)
{
	struct findings *findings = run->program.findings;
	size_t count;
	const struct rule *rules = rules_all(&count);

	run->program.whole_program = whole_program;
	suppressions_finish(&run->suppressions);
	take_put_off(run);
	report_found(run);
	for (size_t i = 0; i + 1 < count; i++)
		report(run, &rules[i], i);
	filter(run, 0);
	/* The last rule judges the comments: it comes when all others are done. */
	const size_t before = findings->count;

	report(run, &rules[count - 1], count - 1);
	filter(run, before);
	findings_finish(findings);
}

void rules_run_free(struct rules_run *run)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	if (!run)
		return;
	for (size_t i = 0; i < count; i++) {
		select_rule(run, &rules[i], i);
		if (rules[i].ops->release)
			rules[i].ops->release(&run->program);
	}
	suppressions_release(&run->suppressions);
	if (run->effects.merged)
		flow_merged_release(run->effects.merged);
	vec_release(&run->effects.chunks);
	arena_clear(&run->effects.arena);
	vec_release(&run->found);
	vec_release(&run->put_off);
	arena_clear(&run->arena);
	free(run);
}
