// SPDX-License-Identifier: MIT
/*
 * late-free: a large block is kept long after its last use.
 *
 * Why:    the peak is what a machine must hold; a block that is done with still counts.
 * Bad:    buf = load(path); n = parse(buf); upload(n); free(buf);
 * Good:   buf = load(path); n = parse(buf); free(buf); upload(n);
 * Fix:    the release moves up to behind the last use, and those of early ends in between go. Safe: nobody else knows the
 *         block, and all ways from the last use lead to a release. Otherwise unsafe, or only told.
 * Limits: of 64 KiB and more, or bytes reallocated in a loop; with --level strict of any size that is not constant, if
 *         something waits meanwhile. Otherwise what happens in between must wait, or make a new block. Silent where the
 *         block escapes, where its release does more than to release, and where not all ways lead through the last use
 *         to the release.
 */
#include "rules/late_free.h"

#include "analyzer/base/vec.h"
#include "analyzer/flow/constant.h"
#include "rules/copy_c.h"

#include <string.h>

/* A local and the blocks it holds, one after the other where it is reallocated. */
struct held {
	const struct ast_var *var;
	const struct flow_owner *first;
	struct late_nodes releases, uses;
	uint32_t effects; /* of the releases */
	int64_t size;     /* bytes; -1 not constant */
	bool grows;       /* allocated or reallocated in a loop */
	bool alias;
};

static const struct ast_node *strip(const struct ast_node *node)
{
	return flow_strip_casts(node);
}

/* ---- which block ---- */

/* Bytes that the call asks for, as far as its numbers are constant: their product for calloc and new[]. */
static int64_t size_of_call(const struct ast_node *call)
{
	int64_t size = call->kind == AST_NEW && call->of ? call->of->size : 1;
	const uint32_t first = call->kind == AST_NEW ? 0 : 1, end = call->kind == AST_NEW ? 1 : call->nchildren;
	bool any = call->kind == AST_NEW;

	for (uint32_t i = first; i < end && i < call->nchildren; i++) {
		const struct ast_type *type = call->children[i]->type;
		int64_t value;

		if (call->children[i]->kind == AST_NONE || !type || type->kind == AST_TYPE_POINTER)
			continue;
		if (!flow_constant(call->children[i], &value) || value < 0 || (value && size > INT64_MAX / value))
			return -1;
		size *= value;
		any = true;
	}
	return any && size > 0 ? size : -1;
}

static bool in_loop(struct rule_collect *run, uint32_t point)
{
	struct flow_function *flow = rule_flow(run);

	return flow_function_loops(flow)->innermost[flow->cfg->points[point].block] != FLOW_NONE;
}

static bool is_owner_call(const struct flow_owner *owners, uint32_t count, const struct ast_node *node)
{
	for (uint32_t i = 0; i < count; i++)
		if (owners[i].call == node)
			return true;
	return false;
}

/* realloc(): a block becomes another. */
static bool replaces(const struct flow_owner *owners, uint32_t count, const struct ast_node *call)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t j = 0; j < owners[i].nuses; j++)
			if (owners[i].uses[j].kind == FLOW_USE_RELEASE && owners[i].uses[j].node == call)
				return true;
	return false;
}

static void add_release(struct held *held, const struct flow_use *use)
{
	held->effects |= use->effects;
	for (size_t i = 0; i < held->releases.count; i++)
		if (held->releases.items[i] == use->node)
			return;
	vec_push(&held->releases, use->node);
}

/* Takes in what is done to one of the blocks; false when the local is not all there is to it. */
static bool add_owner(struct rule_collect *run, struct held *held, const struct flow_owner *owners, uint32_t count,
                      const struct flow_owner *owner)
{
	const int64_t size = size_of_call(owner->call);

	if (owner->escapes || owner->stored)
		return false;
	held->size = size < 0 || held->size < 0 ? -1 : size > held->size ? size : held->size;
	held->alias = held->alias || owner->aliased;
	held->grows = held->grows || (in_loop(run, owner->at) && replaces(owners, count, owner->call));
	for (uint32_t i = 0; i < owner->nuses; i++) {
		const struct flow_use *use = &owner->uses[i];

		if (use->kind == FLOW_USE_RELEASE && !is_owner_call(owners, count, use->node)) {
			if (use->alias)
				return false;
			add_release(held, use);
			continue;
		}
		vec_push(&held->uses, use->node);
	}
	for (uint32_t i = 0; i < owner->nconditions; i++)
		flow_require(&run->conditions, &owner->conditions[i]);
	vec_push(&held->uses, owner->call);
	return true;
}

/* Every value that the local ever gets is one of these blocks, or NULL. */
static bool holds_only(struct rule_collect *run, const struct held *held, const struct flow_owner *owners,
                       uint32_t count)
{
	struct flow_function *flow = rule_flow(run);
	const uint32_t number = flow_local(flow, held->var);

	for (uint32_t i = 0; i < flow->naccesses; i++) {
		const struct flow_access *access = &flow->accesses[i];
		const struct ast_node *value = access->value ? strip(access->value) : NULL;

		if (access->var != number || !(access->mode & FLOW_ACCESS_DEFINE))
			continue;
		if (!value && access->node && access->node->kind == AST_VAR)
			continue; /* declared without a value */
		if (!value || (!is_owner_call(owners, count, value) && value->kind != AST_NULL_POINTER &&
		               !(value->kind == AST_INTEGER && !value->u.value)))
			return false;
	}
	return true;
}

static bool gather(struct rule_collect *run, struct held *held, const struct flow_owner *owners, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (owners[i].var != held->var)
			continue;
		if (&owners[i] < held->first)
			return false; /* was looked at already, with that one */
		if (!add_owner(run, held, owners, count, &owners[i]))
			return false;
	}
	return held->releases.count && holds_only(run, held, owners, count);
}

/* ---- is it late? ---- */

/* The releases give back memory and do nothing else that could be noticed. */
static bool only_releases(struct rule_collect *run, const struct held *held)
{
	const uint32_t change = (FLOW_WRITES | FLOW_FREES) << FLOW_INSIDE_SHIFT;

	for (size_t i = 0; i < held->releases.count; i++) {
		const struct ast_node *release = held->releases.items[i];

		if (release->kind == AST_DELETE) {
			if (held->first->call->of && held->first->call->of->kind == AST_TYPE_RECORD &&
			    !(held->first->call->of->flags & AST_TYPE_POD))
				return false;
			continue;
		}
		if (held->effects & change ||
		    !flow_call_never(run->flow, release, FLOW_DOES_IO | FLOW_DOES_UNKNOWN | FLOW_DOES_CALL_BACK))
			return false;
	}
	return true;
}

static bool are_plain_frees(const struct held *held)
{
	for (size_t i = 0; i < held->releases.count; i++) {
		const struct ast_function *callee = flow_callee(held->releases.items[i]);

		if (!callee || callee->body || strcmp(callee->decl.name, "free") != 0)
			return false;
	}
	return true;
}

static const char *size_text(struct rule_collect *run, const struct held *held)
{
	if (held->size >= 1024 * 1024 && held->size % (1024 * 1024) == 0)
		return arena_printf(&run->scratch, "%lld MiB", (long long)(held->size / (1024 * 1024)));
	if (held->size >= 1024 && held->size % 1024 == 0)
		return arena_printf(&run->scratch, "%lld KiB", (long long)(held->size / 1024));
	if (held->size >= 0)
		return arena_printf(&run->scratch, "%lld bytes", (long long)held->size);
	return held->grows ? "of a size that a loop decides" : "of a size that is not constant";
}

static void report(struct rule_collect *run, const struct held *held, const struct late_gap *gap, uint32_t cost,
                   enum finding_level level)
{
	const char *name = held->var->decl.name;
	const uint32_t between = gap->release - gap->last - 1;
	struct rule_found *found = rule_found(run, gap->block->children[gap->release]->range, name,
	                                      "'%s' (%s) is freed %u statement%s after its last use", name,
	                                      size_text(run, held), between, between == 1 ? "" : "s");

	rule_found_level(found, level);
	rule_found_bytes(found, held->size > 0 ? held->size : 0);
	if (gap->needs[cost].callee)
		rule_found_require(found, &gap->needs[cost], 1);
	rule_found_allocation(found, held->first->call->range);
	rule_found_note(found, gap->last_use->range, "last used here");
	rule_found_note(found, gap->costs[cost]->range, "meanwhile %s", late_cost_text(run, gap->costs[cost]));
	late_fix(run, gap, !held->alias && are_plain_frees(held), found);
	rule_found_send(found);
}

/* What grows by the byte grows with its input; a list may well stay short. */
static bool is_text(const struct ast_var *var)
{
	const struct ast_type *type = ast_bare_type(var->decl.type);

	return type && type->kind == AST_TYPE_POINTER && copy_is_bytes(type->target);
}

static void look(struct rule_collect *run, const struct flow_owner *owners, uint32_t count,
                 const struct flow_owner *owner)
{
	struct held held = {.var = owner->var, .first = owner};
	enum finding_level level = LEVEL_DEFAULT;
	struct late_gap gap;

	vec_clear(&run->conditions);
	if (gather(run, &held, owners, count) && only_releases(run, &held) &&
	    (held.size < 0 || held.size >= LATE_LARGE) && late_find_gap(run, &held.uses, &held.releases, &gap) &&
	    !is_owner_call(owners, count, gap.last_use) && /* never used: whatever that is, it is not late */
	    late_find_costs(run, &gap, true)) {
		for (uint32_t i = 0; i < gap.ncosts; i++) {
			if (held.size < 0 && !(held.grows && is_text(held.var)))
				level = late_waits(run, gap.costs[i]) ? LEVEL_STRICT : LEVEL_ALL;
			report(run, &held, &gap, i, level);
		}
	}
	vec_release(&held.uses);
	vec_release(&held.releases);
}

static void function(struct rule_collect *run)
{
	const struct flow_owner *owners;
	uint32_t count;

	if (run->unit->broken)
		return;
	owners = rule_owners(run, &count);
	for (uint32_t i = 0; i < count; i++)
		if (owners[i].var && owners[i].nreleases)
			look(run, owners, count, &owners[i]);
	if (run->unit->cplusplus)
		late_free_cxx(run);
}

const struct rule_ops rule_late_free = {.measure = MEASURE_PEAK, .function = function};
