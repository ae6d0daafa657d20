// SPDX-License-Identifier: MIT
/*
 * What may change an object behind our back: judged by types, since an object is only changed through something of its
 * own type or of one that holds it.
 */
#include "analyzer/flow/places.h"
#include "rules/copy_cxx.h"

#include <string.h>

struct hazard_walk {
	struct flow_program *flow;
	uint32_t file, from, to;
	const struct ast_type *type;
	const struct ast_var *except;
	struct copy_hazard found;
};

static void note(struct hazard_walk *walk, enum copy_hazard_level level, const struct ast_node *at)
{
	if (level <= walk->found.level)
		return;
	walk->found.level = (uint8_t)level;
	walk->found.at = at;
}

static bool is_reference(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE);
}

bool copy_is_own(const struct ast_node *node, const struct ast_var *except)
{
	bool followed = false;
	const struct flow_place place = flow_place_of(copy_root_of(node, &followed));

	if (place.var && place.var == except)
		return true;
	return place.var && !followed && !place.derefs && !place.self && (place.var->local || place.var->parameter) &&
	       !(place.var->decl.flags & AST_STATIC) && !is_reference(place.var->decl.type);
}

/* Methods of the library's containers whose result stands in the container itself. */
static bool hands_out_part(const struct ast_function *method)
{
	static const char *const owners[] = {"std::vector::", "std::basic_string::",  "std::array::",    "std::deque::",
	                                     "std::map::",    "std::unordered_map::", "std::optional::", "std::list::"};

	for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
		if (strncmp(method->qualified, owners[i], strlen(owners[i])) == 0)
			return method->result && is_reference(method->result);
	return false;
}

const struct ast_node *copy_root_of(const struct ast_node *node, bool *followed)
{
	for (;;) {
		const struct ast_function *method = NULL;

		node = flow_strip_casts(node);
		if (node->kind == AST_CALL && node->u.decl && node->u.decl->kind == AST_DECL_FUNCTION)
			method = (const struct ast_function *)node->u.decl;
		if (method && node->flags & AST_OPERATOR_CALL && method->parent && node->nchildren > 1)
			node = node->children[1];
		else if (method && node->flags & AST_METHOD_CALL && node->children[0]->nchildren)
			node = node->children[0]->children[0];
		else if (node->kind == AST_MEMBER && node->u.decl && node->u.decl->kind == AST_DECL_FIELD &&
		         !(node->flags & AST_ARROW) && node->children[0]->kind == AST_CALL)
			node = node->children[0]; /* a field of what a call gave */
		else
			return node;
		if (method && !hands_out_part(method))
			*followed = true;
		if (node->kind == AST_NONE)
			return node;
	}
}

static void judge_write(struct hazard_walk *walk, const struct ast_node *target)
{
	const struct flow_place place = flow_place_of(target);
	const struct ast_type *written = ast_bare_type(target->type);

	if (copy_is_own(target, walk->except) || !written)
		return;
	if (written == walk->type)
		note(walk, HAZARD_LIKELY, target);
	else if (place.field ? copy_may_hold(walk->type, place.field->record->decl.type)
	                     : copy_may_hold(walk->type, written))
		note(walk, HAZARD_MAYBE, target);
}

/* An object that a call may change. */
static void judge_changed(struct hazard_walk *walk, const struct ast_node *object, const struct ast_type *type,
                          const struct ast_node *call)
{
	const struct ast_type *bare = ast_bare_type(type);

	while (bare && bare->kind == AST_TYPE_POINTER && bare->target)
		bare = ast_bare_type(bare->target);
	if ((object && copy_is_own(object, walk->except)) || !bare || bare->kind <= AST_TYPE_ENUM ||
	    !copy_may_hold(bare, walk->type))
		return;
	if (bare == walk->type)
		note(walk, HAZARD_LIKELY, call);
	else
		note(walk, bare->record && bare->record->decl.flags & AST_SYSTEM ? HAZARD_HOLDER : HAZARD_MAYBE, call);
}

static bool is_mutable(const struct ast_type *type)
{
	return type && (is_reference(type) || type->kind == AST_TYPE_POINTER) && type->target &&
	       !(type->target->quals & AST_CONST);
}

static bool is_temporary(const struct ast_node *node)
{
	return node->kind == AST_CONSTRUCT || (node->kind == AST_CALL && node->type && !is_reference(node->type) &&
	                                       node->u.decl && node->u.decl->kind == AST_DECL_FUNCTION &&
	                                       !is_reference(((const struct ast_function *)node->u.decl)->result));
}

static void judge_arguments(struct hazard_walk *walk, const struct ast_node *call, const struct ast_function *callee,
                            uint32_t first)
{
	for (uint32_t i = first; i < call->nchildren; i++) {
		const struct ast_type *type = i - first < callee->nparams ? callee->params[i - first]->decl.type : NULL;

		if (is_mutable(type) && !is_temporary(flow_strip_casts(call->children[i])))
			judge_changed(walk, call->children[i], type, call);
	}
}

static void judge_object(struct hazard_walk *walk, const struct ast_node *call, const struct ast_function *callee)
{
	const struct ast_node *object =
	        call->flags & AST_OPERATOR_CALL && call->nchildren > 1 ? call->children[1] : NULL;

	if (callee->flags & (AST_FUNCTION_CONST | AST_FUNCTION_CTOR) || callee->decl.flags & AST_STATIC ||
	    !callee->parent)
		return;
	if (!object && call->nchildren && call->children[0]->kind == AST_MEMBER)
		object = call->children[0]->children[0];
	if (object && object->kind == AST_NONE)
		object = NULL; /* this */
	if (!object || !is_temporary(object))
		judge_changed(walk, object, callee->parent->decl.type, call);
}

static bool hands_out(const struct ast_function *callee)
{
	return callee->decl.flags & AST_SYSTEM && is_reference(callee->result) &&
	       callee->flags & AST_FUNCTION_OPERATOR && callee->decl.name[8] != '='; /* operator[], operator* … */
}

static void judge_call(struct hazard_walk *walk, const struct ast_node *call)
{
	const struct ast_function *callee = (const struct ast_function *)call->u.decl;
	uint32_t first = call->kind == AST_CONSTRUCT ? 0 : 1;

	if (!callee || callee->decl.kind != AST_DECL_FUNCTION) {
		note(walk, HAZARD_MAYBE, call);
		return;
	}
	if (callee->decl.flags & AST_SYSTEM && call->range.end > walk->to)
		return;
	if (call->flags & AST_OPERATOR_CALL && callee->parent && !(callee->decl.flags & AST_STATIC))
		first = 2;
	if (!hands_out(callee))
		judge_object(walk, call, callee);
	judge_arguments(walk, call, callee, first);
	if (callee->decl.flags & AST_SYSTEM || callee->flags & AST_FUNCTION_DEFAULTED)
		return;
	if (!walk->flow ||
	    !flow_call_never(walk->flow, call, FLOW_DOES_UNKNOWN | FLOW_DOES_WRITE | FLOW_DOES_CALL_BACK))
		note(walk, HAZARD_MAYBE, call);
}

static bool visit(struct ast_node *node, void *context)
{
	struct hazard_walk *walk = context;

	if (node->range.file == walk->file && (node->range.end <= walk->from || node->range.begin >= walk->to))
		return node->range.end > walk->from && node->range.begin < walk->to;
	switch (node->kind) {
	case AST_ASSIGN:
		judge_write(walk, node->children[0]);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC)
			judge_write(walk, node->children[0]);
		break;
	case AST_CALL:
	case AST_CONSTRUCT:
		judge_call(walk, node);
		break;
	case AST_DELETE:
		judge_changed(walk, NULL, node->children[0]->type, node);
		break;
	case AST_AWAIT:
	case AST_ASM:
	case AST_OTHER_STMT:
		note(walk, HAZARD_MAYBE, node);
		break;
	default:
		break;
	}
	return walk->found.level != HAZARD_LIKELY;
}

struct copy_hazard copy_hazard_within(struct flow_program *flow, const struct ast_node *body, uint32_t from,
                                      uint32_t to, const struct ast_type *type, const struct ast_var *except)
{
	struct hazard_walk walk = {.flow = flow,
	                           .file = body->range.file,
	                           .from = from,
	                           .to = to,
	                           .type = ast_bare_type(type),
	                           .except = except};

	ast_walk((struct ast_node *)(uintptr_t)body, visit, &walk);
	return walk.found;
}
