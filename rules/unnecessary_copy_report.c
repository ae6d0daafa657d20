// SPDX-License-Identifier: MIT
/* unnecessary-copy: by-value parameters, where all units are known. */
#include "analyzer/flow/merge.h"
#include "rules/unnecessary_copy_params.h"

#include <string.h>

struct candidate {
	uint64_t key;
	uint32_t index, flags;
	struct place place;
	const char *identity, *name, *message;
	uint64_t size;
	uint32_t level, hazard;
	struct place hazard_at;
	const struct flow_condition *conditions;
	uint32_t nconditions;
	bool fixed;
	struct edit *edits;
	uint32_t nedits;
};

/* One parameter of one function over all units. */
struct param {
	uint64_t key;
	uint32_t index;
	VEC(struct edit) edits;                 /* of declarations and calls */
	struct place declared, unfixed, shared; /* one of each; path NULL when there is none */
	bool public_call, public_header;
	uint32_t ncalls;
	const char *instance; /* of a dependent type: what a copy costs somewhere; NULL while that is not known */
	uint64_t instance_size;
	uint32_t instance_level;
};

struct params {
	struct arena *arena;
	struct hash_map params; /* key and index -> struct param */
	struct hash_map taken;
	struct hash_map seen; /* candidates */
	VEC(struct candidate) candidates;
	VEC(struct param *) all;
};

static struct params *state_of(struct rule_program *run)
{
	struct params *state = run->state;

	if (!state) {
		state = arena_new(run->arena, struct params);
		state->arena = run->arena;
		run->state = state;
	}
	return state;
}

static const void *as_key(uint64_t key)
{
	return (const void *)(uintptr_t)(key | 1);
}

static const void *param_key(uint64_t key, uint32_t index)
{
	return as_key(hash_bytes(&index, sizeof index, key));
}

static struct param *param_of(struct params *state, uint64_t key, uint32_t index)
{
	struct param *param = hash_map_find(&state->params, param_key(key, index));

	if (param)
		return param;
	param = arena_new(state->arena, struct param);
	param->key = key;
	param->index = index;
	hash_map_put(&state->params, param_key(key, index), param);
	vec_push(&state->all, param);
	return param;
}

/* ---- merging ---- */

/* Never without a path, which is how there being none is said. */
static struct place take_place(struct unpacker *facts, struct arena *arena)
{
	struct place place = place_unpack(facts, arena);

	place.path = place.path ? place.path : "";
	return place;
}

static void add_edit(struct param *param, const struct edit *edit)
{
	for (size_t i = 0; i < param->edits.count; i++)
		if (param->edits.items[i].begin == edit->begin && param->edits.items[i].end == edit->end &&
		    !strcmp(param->edits.items[i].path, edit->path))
			return; /* a header's declaration, seen again */
	vec_push(&param->edits, *edit);
}

static void take_candidate(struct params *state, struct unpacker *facts)
{
	struct candidate candidate = {.key = unpack_number(facts)};
	uint32_t count;

	candidate.index = unpack_u32(facts);
	candidate.flags = unpack_u32(facts);
	candidate.place = take_place(facts, state->arena);
	candidate.identity = unpack_string(facts, state->arena);
	candidate.name = unpack_string(facts, state->arena);
	candidate.message = unpack_string(facts, state->arena);
	candidate.size = unpack_number(facts);
	candidate.level = unpack_u32(facts);
	candidate.hazard = unpack_u32(facts);
	candidate.hazard_at = take_place(facts, state->arena);
	candidate.conditions = flow_conditions_unpack(facts, state->arena, &candidate.nconditions);
	candidate.fixed = unpack_number(facts) != 0;
	count = unpack_count(facts);
	candidate.edits = arena_array(state->arena, count, struct edit);
	candidate.nedits = count;
	for (uint32_t i = 0; i < count; i++)
		candidate.edits[i] = param_unpack_edit(facts, state->arena);
	if (facts->bad || hash_map_find(&state->seen, param_key(candidate.key, candidate.index)))
		return;
	hash_map_put(&state->seen, param_key(candidate.key, candidate.index), state);
	vec_push(&state->candidates, candidate);
}

static void take_declaration(struct rule_program *run, struct params *state, struct unpacker *facts)
{
	const uint64_t key = unpack_number(facts);
	struct param *param = param_of(state, key, unpack_u32(facts));
	const uint32_t flags = unpack_u32(facts);
	const struct place place = take_place(facts, state->arena);
	const uint32_t count = unpack_u32(facts);

	for (uint32_t i = 0; i < count && !facts->bad; i++) {
		const struct edit edit = param_unpack_edit(facts, state->arena);

		if (!facts->bad)
			add_edit(param, &edit);
	}
	if (facts->bad)
		return;
	param->public_header |= config_is_public(run->config, place.path);
	if (!(flags & PARAM_FIXED))
		param->unfixed = place;
}

/* Of several the dearest, so that the order of the units does not show. */
static void take_instance(struct params *state, struct param *param, struct unpacker *facts)
{
	const char *text = unpack_string(facts, state->arena);
	const uint64_t size = unpack_number(facts);
	const uint32_t level = unpack_u32(facts);

	if (facts->bad || (param->instance && (param->instance_level < level ||
	                                       (param->instance_level == level && strcmp(param->instance, text) <= 0))))
		return;
	param->instance = text;
	param->instance_size = size;
	param->instance_level = level;
}

static void take_call(struct params *state, struct unpacker *facts)
{
	const uint64_t key = unpack_number(facts);
	struct param *param = param_of(state, key, unpack_u32(facts));
	const uint32_t flags = unpack_u32(facts);
	const struct place place = take_place(facts, state->arena);

	if (flags & PARAM_FIXED) {
		const struct edit edit = param_unpack_edit(facts, state->arena);

		if (!facts->bad)
			add_edit(param, &edit);
	}
	if (flags & PARAM_INSTANCE)
		take_instance(state, param, facts);
	if (facts->bad)
		return;
	param->ncalls++;
	if (!(flags & PARAM_PRIVATE))
		param->shared = place;
	if (!(flags & PARAM_FIXED))
		param->public_call = true; /* only asked of C: a call that cannot be edited */
}

void cxx_params_merge(struct rule_program *run, struct unpacker *facts)
{
	struct params *state = state_of(run);

	while (!unpack_end(facts)) {
		switch (unpack_number(facts)) {
		case PARAM_CANDIDATE:
			take_candidate(state, facts);
			break;
		case PARAM_TAKEN:
			hash_map_put(&state->taken, as_key(unpack_number(facts)), state);
			break;
		case PARAM_DECLARED:
			take_declaration(run, state, facts);
			break;
		case PARAM_CALLED:
			take_call(state, facts);
			break;
		default:
			return;
		}
	}
}

/* ---- reporting ---- */

static bool original_is_stable(struct rule_program *run, const struct candidate *candidate, const struct param *param)
{
	if (run->whole_program && !param->shared.path)
		return true;
	if (candidate->hazard != HAZARD_NONE)
		return false;
	return !candidate->nconditions ||
	       flow_conditions_hold(rule_merged(run), candidate->conditions, candidate->nconditions);
}

/* Why the edit is not safe; "" when it is. */
static const char *reason_against(struct rule_program *run, const struct candidate *candidate,
                                  const struct param *param)
{
	if (candidate->flags & PARAM_BROKEN)
		return "the file has errors";
	if (candidate->flags & PARAM_MOVE)
		return "";
	if (candidate->flags & PARAM_EXTERNAL && !run->whole_program)
		return "not all units were seen";
	if (param->public_header)
		return "it is declared in a public header";
	if (candidate->flags & PARAM_TEMPLATE)
		return "specialisations of the template would have to change too";
	if (candidate->flags & PARAM_VIRTUAL)
		return "virtual calls on it would reach derived classes";
	if (!original_is_stable(run, candidate, param))
		return "the caller's object may be changed while it is read";
	return "";
}

static struct fix *make_fix(struct rule_program *run, const struct candidate *candidate, const struct param *param)
{
	struct fix *fix = arena_new(run->arena, struct fix);
	const bool in_place = candidate->flags & PARAM_MOVE;
	const size_t others = in_place ? 0 : param->edits.count;
	struct edit *edits = arena_array(run->arena, candidate->nedits + others, struct edit);

	fix->title = arena_printf(run->arena,
	                          in_place                     ? "move %s"
	                          : candidate->flags & PARAM_C ? "pass %s by pointer to const"
	                                                       : "pass %s by reference to const",
	                          candidate->name);
	fix->reason = reason_against(run, candidate, param);
	fix->class = *fix->reason ? FIX_UNSAFE : FIX_SAFE;
	for (uint32_t i = 0; i < candidate->nedits; i++)
		edits[fix->nedits++] = candidate->edits[i];
	for (size_t i = 0; i < others; i++)
		edits[fix->nedits++] = param->edits.items[i];
	fix->edits = edits;
	if (candidate->fixed && (in_place || (!param->unfixed.path && param->edits.count)) &&
	    !(candidate->flags & PARAM_C && param->public_call))
		return fix;
	fix->class = FIX_SUGGESTION;
	fix->edits = NULL;
	fix->nedits = 0;
	if (candidate->index == PARAM_RESULT) {
		fix->title = "return a pointer to const";
		fix->reason = "its callers would have to be rewritten";
		return fix;
	}
	fix->reason = "a declaration or a call cannot be edited";
	return fix;
}

static int edit_order(const void *a, const void *b)
{
	const struct edit *left = a, *right = b;
	const int paths = strcmp(left->path, right->path);

	if (paths)
		return paths;
	return left->begin < right->begin ? -1 : left->begin > right->begin;
}

static void add_note(struct finding *finding, struct finding_note *notes, const struct place *place, const char *text)
{
	notes[finding->nnotes++] = (struct finding_note){.place = *place, .text = text};
}

static bool is_wanted(const struct rule_program *run, const struct params *state, const struct candidate *candidate,
                      const struct param *param)
{
	if (!*candidate->place.path)
		return false;
	if (hash_map_find(&state->taken, as_key(candidate->key)))
		return candidate->flags & PARAM_MOVE;
	if (candidate->flags & PARAM_DEPENDENT)
		return param->instance != NULL;
	if (candidate->index != PARAM_RESULT)
		return true;
	/* All callers must be known, and only read. */
	return param->ncalls && !param->shared.path && (run->whole_program || !(candidate->flags & PARAM_EXTERNAL));
}

static void report_candidate(struct rule_program *run, struct params *state, const struct candidate *candidate)
{
	struct param *param = param_of(state, candidate->key, candidate->index);
	const struct place *place = &candidate->place;
	struct finding_note *notes = arena_array(run->arena, 3, struct finding_note);
	struct finding finding = {
	        .code = run->code,
	        .rule = "unnecessary-copy",
	        .level = (enum finding_level)candidate->level,
	        .place = *place,
	        .message = candidate->message,
	        .details = "",
	        .identity = candidate->identity,
	        .bytes_saved = (int64_t)candidate->size,
	        .measured_bytes = -1,
	        .notes = notes,
	};
	struct fix *fix;
	bool unstable;

	if (!is_wanted(run, state, candidate, param))
		return;
	if (candidate->flags & PARAM_DEPENDENT) {
		finding.message = arena_printf(run->arena, "%s%s", candidate->message, param->instance);
		finding.level = (enum finding_level)param->instance_level;
		finding.bytes_saved = (int64_t)param->instance_size;
	}
	fix = make_fix(run, candidate, param);
	if (fix->nedits)
		qsort((void *)(uintptr_t)fix->edits, fix->nedits, sizeof *fix->edits, edit_order);
	finding.fix = fix;
	if (fix->class == FIX_SUGGESTION)
		add_note(&finding, notes, &(struct place){0},
		         arena_printf(run->arena, "suggestion: %s (no edit: %s)", fix->title, fix->reason));
	if (fix->class == FIX_UNSAFE)
		add_note(&finding, notes, &(struct place){0},
		         arena_printf(run->arena, "the fix is not proved safe: %s", fix->reason));
	unstable = fix->class == FIX_UNSAFE && !original_is_stable(run, candidate, param);
	if (unstable && *candidate->hazard_at.path)
		add_note(&finding, notes, &candidate->hazard_at, "this may change the caller's object");
	if (unstable && param->shared.path)
		add_note(&finding, notes, &param->shared, "called here with an object that others can reach");
	findings_add(run->findings, &finding);
}

void cxx_params_report(struct rule_program *run)
{
	struct params *state = state_of(run);

	for (size_t i = 0; i < state->candidates.count; i++)
		report_candidate(run, state, &state->candidates.items[i]);
}

void cxx_params_release(struct rule_program *run)
{
	struct params *state = state_of(run);

	for (size_t i = 0; i < state->all.count; i++)
		vec_release(&state->all.items[i]->edits);
	vec_release(&state->all);
	vec_release(&state->candidates);
	hash_map_release(&state->params);
	hash_map_release(&state->taken);
	hash_map_release(&state->seen);
}
