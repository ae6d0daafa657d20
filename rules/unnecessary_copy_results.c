// SPDX-License-Identifier: MIT
/* unnecessary-copy: C functions that return a large struct by value which stands somewhere already, to callers that only read it. */
#include "analyzer/flow/merge.h"
#include "analyzer/flow/places.h"
#include "rules/unnecessary_copy_params.h"

static bool is_dear_result(const struct ast_function *function, struct copy_cost *cost, enum finding_level *level)
{
	if (!function->result || function->result->kind != AST_TYPE_RECORD)
		return false;
	*cost = copy_cost_of(function->result);
	return cxx_is_dear(cost, level);
}

/* ---- callers ---- */

/* A local that holds the result, is only read, and outlives nothing that could change the original. */
static bool is_reader(struct cxx_look *look, const struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;
	const struct ast_range scope = cxx_scope_after(node);
	struct copy_uses uses;
	struct copy_hazard hazard;

	if (!var->local || var->decl.flags & AST_STATIC || look->function->flags & AST_FUNCTION_GOTO)
		return false;
	uses = copy_uses_of(&look->index, var);
	vec_clear(&look->run->conditions);
	hazard =
	        copy_hazard_within(look->run->flow, look->function->body, scope.begin, scope.end, var->decl.type, NULL);
	return uses.count && !uses.changed && !uses.copies && hazard.level == HAZARD_NONE &&
	       !look->run->conditions.count;
}

static bool only_reads(struct cxx_look *look, const struct ast_node *call)
{
	const struct ast_node *up = call->parent;

	if (up && up->kind == AST_VAR)
		return is_reader(look, up);
	return up && up->kind == AST_MEMBER && copy_use_of(call) == COPY_READ;
}

static bool visit_call(struct ast_node *node, void *context)
{
	struct cxx_look *look = context;
	const struct ast_function *callee = (const struct ast_function *)node->u.decl;
	enum finding_level level;
	struct copy_cost cost;

	if (node->kind != AST_CALL || !callee || callee->decl.kind != AST_DECL_FUNCTION ||
	    callee->decl.flags & AST_SYSTEM || !is_dear_result(callee, &cost, &level))
		return true;
	pack_number(look->run->facts, PARAM_CALLED);
	pack_number(look->run->facts, flow_function_key(look->run->unit, callee));
	pack_number(look->run->facts, PARAM_RESULT);
	pack_number(look->run->facts, only_reads(look, node) ? PARAM_PRIVATE : 0);
	found_pack_place(look->run->facts, look->run->unit, node->range);
	return true;
}

/* ---- the function itself ---- */

struct returns {
	const struct ast_node *first;
	bool other;
};

/* What is returned must stand outside of the function: in a table, a static, behind a pointer. */
static bool visit_return(struct ast_node *node, void *context)
{
	struct returns *returns = context;
	const struct ast_node *value;

	if (node->kind != AST_RETURN)
		return true;
	value = flow_strip_casts(node->children[0]);
	if (!returns->first)
		returns->first = value;
	if (!cxx_is_lvalue(value) || copy_is_own(value, NULL) || value->flags & AST_MACRO)
		returns->other = true;
	return false;
}

static void look_at_result(struct cxx_look *look)
{
	const struct ast_function *function = look->function;
	struct rule_collect *run = look->run;
	struct returns returns = {0};
	enum finding_level level;
	struct copy_cost cost;
	const char *text;

	if (!is_dear_result(function, &cost, &level) || function->decl.flags & (AST_MACRO | AST_SYSTEM_MACRO))
		return;
	ast_walk_kinds(function->body, AST_HAS(AST_RETURN), visit_return, &returns);
	if (!returns.first || returns.other)
		return;
	text = ast_text(run->unit, returns.first->range, &run->scratch);
	pack_number(run->facts, PARAM_CANDIDATE);
	pack_number(run->facts, flow_function_key(run->unit, function));
	pack_number(run->facts, PARAM_RESULT);
	pack_number(run->facts, PARAM_C | (function->decl.flags & AST_EXTERNAL ? PARAM_EXTERNAL : 0u));
	found_pack_place(run->facts, run->unit, function->decl.name_range);
	pack_string(run->facts, arena_printf(&run->scratch, "%s()", function->decl.name));
	pack_string(run->facts, function->decl.name);
	pack_string(run->facts,
	            arena_printf(&run->scratch, "'%s' returns a copy of '%s' that its callers only read: %s",
	                         function->decl.name, text, copy_cost_text(&run->scratch, &cost)));
	pack_number(run->facts, (uint64_t)cost.size);
	pack_number(run->facts, level);
	pack_number(run->facts, HAZARD_NONE);
	found_pack_place(run->facts, run->unit, (struct ast_range){0});
	flow_conditions_pack(NULL, 0, run->facts);
	pack_number(run->facts, false); /* no edits: every caller would have to be rewritten */
	pack_number(run->facts, 0);
}

void param_pack_results(struct cxx_look *look)
{
	if (!look->run->unit->cplusplus)
		ast_walk_kinds(look->function->body, AST_HAS(AST_CALL), visit_call, look);
}

void cxx_results_function(struct cxx_look *look)
{
	if (!look->run->unit->cplusplus)
		look_at_result(look);
}
