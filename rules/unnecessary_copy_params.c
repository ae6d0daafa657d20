// SPDX-License-Identifier: MIT
/* unnecessary-copy: by-value parameters that are only read, as each unit sees them. */
#include "rules/unnecessary_copy_params.h"
#include "analyzer/flow/merge.h"
#include "analyzer/flow/places.h"
#include "rules/edit_include.h"

#include <string.h>

/* ---- packing ---- */

void param_pack_edit(struct packer *facts, const struct ast_unit *unit, const struct copy_edit *edit)
{
	const struct ast_file *file = ast_file_of(unit, edit->range);

	pack_string(facts, file ? file->path : "");
	pack_number(facts, edit->range.begin);
	pack_number(facts, edit->range.end);
	pack_string(facts, edit->text);
}

struct edit param_unpack_edit(struct unpacker *facts, struct arena *arena)
{
	struct edit edit = {.path = unpack_string(facts, arena)};

	edit.begin = unpack_u32(facts);
	edit.end = unpack_u32(facts);
	edit.text = unpack_string(facts, arena);
	return edit;
}

uint64_t param_function_key(const struct ast_unit *unit, const struct ast_function *function)
{
	return flow_function_key(unit, function->pattern ? function->pattern : function);
}

bool param_is_dear(const struct ast_var *param, struct copy_cost *cost, enum finding_level *level)
{
	if (!param->decl.type || param->decl.type->kind != AST_TYPE_RECORD)
		return false;
	*cost = copy_cost_of(param->decl.type);
	return cxx_is_dear(cost, level);
}

/* `T x` in a template: instances say what a copy costs. */
static bool is_dependent(const struct ast_function *function, const struct ast_var *param)
{
	return function->flags & AST_FUNCTION_PATTERN && param->decl.type &&
	       param->decl.type->kind == AST_TYPE_DEPENDENT;
}

/* ---- the functions of a unit: declarations, and whose addresses are taken ---- */

static void pack_declaration(struct rule_collect *run, const struct ast_function *function,
                             const struct ast_redeclaration *declaration, uint32_t index)
{
	struct copy_edit edits[2];
	uint32_t count = 0;
	const bool fixed = !(declaration->flags & (AST_MACRO | AST_SYSTEM)) &&
	                   !(function->flags & AST_FUNCTION_NO_PROTOTYPE) &&
	                   copy_edit_declaration(run->unit, declaration->params[index], declaration->names[index],
	                                         !run->unit->cplusplus, edits, &count);

	pack_number(run->facts, PARAM_DECLARED);
	pack_number(run->facts, param_function_key(run->unit, function));
	pack_number(run->facts, index);
	pack_number(run->facts, fixed ? PARAM_FIXED : 0);
	found_pack_place(run->facts, run->unit, declaration->range);
	pack_number(run->facts, fixed ? count : 0);
	for (uint32_t i = 0; fixed && i < count; i++)
		param_pack_edit(run->facts, run->unit, &edits[i]);
}

static void collect_function(struct rule_collect *run, const struct ast_function *function)
{
	bool dear = function->result && function->result->kind == AST_TYPE_RECORD && !run->unit->cplusplus;

	for (uint32_t i = 0; i < function->nparams; i++) {
		enum finding_level level;
		struct copy_cost cost;

		if (!param_is_dear(function->params[i], &cost, &level) && !is_dependent(function, function->params[i]))
			continue;
		dear = true;
		for (uint32_t j = 0; j < function->nredeclarations; j++)
			pack_declaration(run, function, &function->redeclarations[j], i);
	}
	if (dear && function->uses > function->calls) {
		pack_number(run->facts, PARAM_TAKEN);
		pack_number(run->facts, param_function_key(run->unit, function));
	}
}

void cxx_params_collect(struct rule_collect *run)
{
	struct cxx_look look = {.run = run}; /* outside of functions */

	for (uint32_t i = 0; i < run->unit->nglobals; i++)
		if (run->unit->globals[i]->init)
			param_pack_calls_in(&look, run->unit->globals[i]->init);
	for (uint32_t i = 0; i < run->unit->nfunctions; i++)
		if (!(run->unit->functions[i]->decl.flags & AST_SYSTEM))
			collect_function(run, run->unit->functions[i]);
}

/* ---- candidates ---- */

/* Up to where it matters that the original stays as it is: the last use, or the end of a loop around one. */
static uint32_t end_of_uses(struct cxx_look *look, const struct ast_var *param)
{
	uint32_t end = 0;

	for (const struct copy_ref *ref = copy_refs(&look->index, param); ref; ref = ref->next) {
		uint32_t at = ref->node->range.begin;

		for (const struct ast_node *up = ref->node->parent; up; up = up->parent)
			if (up->kind == AST_FOR || up->kind == AST_WHILE || up->kind == AST_DO ||
			    up->kind == AST_RANGE_FOR || up->kind == AST_LAMBDA)
				at = up->range.end;
		end = at > end ? at : end;
	}
	return end;
}

static bool is_movable(const struct ast_type *type)
{
	const uint32_t own = AST_RECORD_COPY_CTOR | AST_RECORD_DTOR | AST_RECORD_NO_MOVE;
	const struct ast_record *record = type->record;

	if (type->quals & AST_CONST || !record)
		return false;
	return record->decl.flags & AST_SYSTEM || record->flags & AST_RECORD_MOVE_CTOR || !(record->flags & own);
}

/* Copied once and not looked at otherwise: the parameter itself could be handed on. */
static bool is_passed_on(const struct copy_uses *uses, const struct ast_var *param)
{
	const struct ast_node *copied = uses->copied, *node;

	if (uses->count != 1 || uses->copies != 1 || !copied || !is_movable(param->decl.type))
		return false;
	for (const struct ast_node *up = copied; up; up = up->parent)
		if (up->kind == AST_FOR || up->kind == AST_WHILE || up->kind == AST_DO || up->kind == AST_RANGE_FOR ||
		    up->kind == AST_LAMBDA)
			return false;
	for (node = uses->last; node->parent && node->parent->kind == AST_IMPLICIT_CAST; node = node->parent)
		continue;
	if (node->parent != copied)
		return false; /* a part of it is copied */
	return copied->kind == AST_CONSTRUCT || copied->kind == AST_CALL;
}

static void pack_hazard(struct cxx_look *look, const struct copy_hazard *hazard)
{
	struct packer *facts = look->run->facts;

	pack_number(facts, hazard->level);
	found_pack_place(facts, look->run->unit, hazard->at ? hazard->at->range : (struct ast_range){0});
	flow_conditions_pack(look->run->conditions.items, look->run->conditions.count, facts);
}

/* std::move(name), and what declares it; how many edits that takes. */
static uint32_t pack_move(struct cxx_look *look, struct ast_range at, const char *name, struct packer *edits)
{
	const struct ast_unit *unit = look->run->unit;
	struct arena *arena = &look->run->scratch;
	const struct copy_edit move = {at, arena_printf(arena, "std::move(%s)", name)};
	const struct ast_file *file = ast_file_of(unit, at);
	struct copy_edit include = {0};

	param_pack_edit(edits, unit, &move);
	include.text = file ? edit_include(unit, file, "utility", arena, &include.range) : NULL;
	if (include.text)
		param_pack_edit(edits, unit, &include);
	return include.text ? 2 : 1;
}

static void pack_edits(struct cxx_look *look, const struct ast_var *param, const struct copy_uses *uses, uint32_t flags)
{
	const struct ast_range at = uses->last ? uses->last->range : (struct ast_range){0};
	const char *name = param->decl.name;
	struct packer edits = {0};
	uint32_t count = 0;
	bool fixed = true;

	if (flags & PARAM_MOVE) {
		fixed = !(uses->last->flags & AST_MACRO);
		count = fixed ? pack_move(look, at, name, &edits) : 0;
	} else if (flags & PARAM_C) {
		fixed = param_edit_uses(look, param, &edits, &count);
	}
	pack_number(look->run->facts, fixed);
	pack_number(look->run->facts, fixed ? count : 0);
	if (fixed)
		pack_raw(look->run->facts, edits.bytes, edits.size);
	pack_release(&edits);
}

static const char *describe(struct cxx_look *look, const char *name, const struct copy_cost *cost, uint32_t flags)
{
	struct arena *arena = &look->run->scratch;
	const char *text = copy_cost_text(arena, cost);

	if (flags & PARAM_MOVE)
		return arena_printf(arena, "%s is copied once more where it could be moved: %s", name, text);
	return arena_printf(arena, "%s is copied for each call and %s: %s", name,
	                    flags & PARAM_UNUSED ? "never used" : "only read", flags & PARAM_DEPENDENT ? "" : text);
}

static uint32_t candidate_flags(struct cxx_look *look, const struct ast_var *param, const struct copy_cost *cost,
                                const struct copy_uses *uses)
{
	const struct ast_function *function = look->function;
	const bool passed = cost->kind == COPY_DEEP && look->run->unit->cplusplus && is_passed_on(uses, param);
	uint32_t flags = passed ? PARAM_MOVE : 0;

	flags |= look->run->unit->cplusplus ? 0 : PARAM_C;
	flags |= function->flags & AST_FUNCTION_PATTERN ? PARAM_TEMPLATE : 0;
	flags |= look->run->unit->broken ? PARAM_BROKEN : 0;
	flags |= function->decl.flags & AST_EXTERNAL ? PARAM_EXTERNAL : 0;
	flags |= uses->count ? 0 : PARAM_UNUSED;
	flags |= cost->kind == COPY_UNKNOWN ? PARAM_DEPENDENT : 0;
	if (param->decl.type->record && param->decl.type->record->flags & AST_RECORD_DYNAMIC)
		flags |= PARAM_VIRTUAL;
	return flags;
}

static void look_at_param(struct cxx_look *look, uint32_t index)
{
	const struct ast_function *function = look->function;
	const struct ast_var *param = function->params[index];
	struct copy_hazard hazard = {0};
	struct copy_uses uses;
	struct copy_cost cost;
	enum finding_level level;
	const char *name;
	uint32_t flags;

	if (is_dependent(function, param)) {
		cost = (struct copy_cost){.kind = COPY_UNKNOWN, .owned = ""};
		level = LEVEL_STRICT;
	} else if (!param_is_dear(param, &cost, &level)) {
		return;
	}
	if (param->decl.flags & (AST_MACRO | AST_SYSTEM_MACRO) || cxx_name_asks(param->decl.name))
		return;
	uses = copy_uses_of(&look->index, param);
	if (uses.changed || cxx_has_hidden_uses(look, param))
		return;
	if (cost.kind == COPY_UNKNOWN && (!uses.count || uses.copies))
		return;
	flags = candidate_flags(look, param, &cost, &uses);
	if (!uses.count)
		level = LEVEL_STRICT; /* often there for the sake of a common signature */
	vec_clear(&look->run->conditions);
	if (!(flags & (PARAM_MOVE | PARAM_UNUSED)))
		hazard = copy_hazard_within(look->run->flow, function->body, 0, end_of_uses(look, param),
		                            param->decl.type, NULL);
	if (hazard.level == HAZARD_LIKELY)
		return;
	pack_number(look->run->facts, PARAM_CANDIDATE);
	pack_number(look->run->facts, param_function_key(look->run->unit, function));
	pack_number(look->run->facts, index);
	pack_number(look->run->facts, flags);
	name = *param->decl.name ? arena_printf(&look->run->scratch, "parameter '%s'", param->decl.name)
	                         : arena_printf(&look->run->scratch, "parameter %u", index + 1);
	found_pack_place(look->run->facts, look->run->unit,
	                 *param->decl.name ? param->decl.name_range : param->decl.range);
	pack_string(look->run->facts, arena_printf(&look->run->scratch, "%s(%s)", function->qualified, name));
	pack_string(look->run->facts, name);
	pack_string(look->run->facts, describe(look, name, &cost, flags));
	pack_number(look->run->facts, cost.size < 0 ? 0 : (uint64_t)cost.size);
	pack_number(look->run->facts, level);
	pack_hazard(look, &hazard);
	pack_edits(look, param, &uses, flags);
}

/* Functions whose signature is not theirs alone, or that take a copy on purpose. */
static bool is_bound(const struct ast_function *function)
{
	return function->flags & (AST_FUNCTION_VIRTUAL | AST_FUNCTION_OVERRIDE | AST_FUNCTION_DELETED |
	                          AST_FUNCTION_DEFAULTED | AST_FUNCTION_COPY | AST_FUNCTION_MOVE) ||
	       function->decl.flags & (AST_EXTERN_C | AST_MACRO) || !strcmp(function->decl.name, "operator=") ||
	       !strcmp(function->decl.name, "swap") || !strcmp(function->decl.name, "main");
}

void cxx_params_function(struct cxx_look *look)
{
	cxx_results_function(look);
	if (is_bound(look->function))
		return;
	for (uint32_t i = 0; i < look->function->nparams; i++)
		look_at_param(look, i);
}
