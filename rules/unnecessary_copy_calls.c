// SPDX-License-Identifier: MIT
/* unnecessary-copy: what calls pass by value, and the edits that by-pointer parameters of C need. */
#include "analyzer/flow/merge.h"
#include "analyzer/flow/places.h"
#include "rules/unnecessary_copy_params.h"

#include <string.h>

/* ---- uses of a C parameter that becomes a pointer ---- */

static bool find_dot(const struct ast_unit *unit, const struct ast_node *member, struct ast_range *dot)
{
	const struct ast_file *file = ast_file_of(unit, member->range);
	const uint32_t from = member->children[0]->range.end;

	for (uint32_t i = from; file && file->text && i < member->range.end; i++) {
		*dot = (struct ast_range){member->range.file, i, i + 1};
		if (file->text[i] == '.')
			return true;
		if (!strchr(" \t\n", file->text[i]))
			return false;
	}
	return false;
}

static bool edit_use(const struct ast_unit *unit, const struct ast_node *ref, struct copy_edit *edit)
{
	const struct ast_node *up = ref->parent;

	if (!up || ref->flags & (AST_MACRO | AST_PARENTHESISED))
		return false;
	if (up->kind == AST_MEMBER && !(up->flags & AST_MACRO)) {
		*edit = (struct copy_edit){.text = "->"};
		return find_dot(unit, up, &edit->range);
	}
	if (up->kind == AST_UNARY && up->op == AST_OP_ADDRESS) {
		*edit = (struct copy_edit){{ref->range.file, up->range.begin, ref->range.begin}, ""};
		return !(up->flags & AST_MACRO);
	}
	*edit = (struct copy_edit){{ref->range.file, ref->range.begin, ref->range.begin}, "*"};
	return true;
}

bool param_edit_uses(struct cxx_look *look, const struct ast_var *param, struct packer *edits, uint32_t *count)
{
	*count = 0;
	for (const struct copy_ref *ref = copy_refs(&look->index, param); ref; ref = ref->next) {
		struct copy_edit edit;

		if (!edit_use(look->run->unit, ref->node, &edit))
			return false;
		param_pack_edit(edits, look->run->unit, &edit);
		++*count;
	}
	return true;
}

/* ---- calls ---- */

/* The object that is copied into the parameter; NULL when it is made for the call. */
static const struct ast_node *copied_from(const struct ast_node *argument, bool cplusplus)
{
	const struct ast_function *maker;

	while (argument->kind == AST_IMPLICIT_CAST)
		argument = argument->children[0];
	if (!cplusplus)
		return argument->kind == AST_CALL ? NULL : argument;
	maker = argument->kind == AST_CONSTRUCT ? (const struct ast_function *)argument->u.decl : NULL;
	if (!maker || !(maker->flags & AST_FUNCTION_COPY) || argument->nchildren != 1)
		return NULL;
	return flow_strip_casts(argument->children[0]);
}

static bool is_lost(struct cxx_look *look, const struct ast_var *var, const struct ast_node *argument)
{
	for (const struct copy_ref *ref = copy_refs(&look->index, var); ref; ref = ref->next) {
		const struct ast_node *up = flow_lvalue_top(ref->node)->parent;

		for (const struct ast_node *above = up; above; above = above->parent)
			if (above->kind == AST_LAMBDA)
				return true;
		if (copy_use_of(ref->node) != COPY_CHANGED || !up)
			continue;
		if (up->kind == AST_VAR || up->kind == AST_CONSTRUCT ||
		    (up->kind == AST_UNARY && up->op == AST_OP_ADDRESS))
			return true;
		if (up->kind == AST_CALL && up == argument->parent) /* given twice, once to be changed */
			return true;
	}
	return false;
}

static bool is_private(struct cxx_look *look, const struct ast_node *argument, const struct ast_node *source)
{
	bool followed = false;
	const struct ast_node *root;

	if (!source || source->kind == AST_COMPOUND_LITERAL)
		return true;
	if (!copy_is_own(source, NULL))
		return false;
	root = copy_root_of(source, &followed);
	return !is_lost(look, flow_place_of(root).var, argument);
}

/* `f(x)` becomes `f(&x)`, `f(*p)` becomes `f(p)`. */
static bool edit_argument(const struct ast_node *source, struct copy_edit *edit)
{
	if (!source || source->flags & AST_MACRO)
		return false;
	*edit = (struct copy_edit){{source->range.file, source->range.begin, source->range.begin}, "&"};
	switch (source->kind) {
	case AST_UNARY:
		if (source->op != AST_OP_DEREF || source->children[0]->flags & AST_MACRO)
			return false;
		if (source->children[0]->kind != AST_REF || source->children[0]->flags & AST_PARENTHESISED)
			return true;
		*edit = (struct copy_edit){{source->range.file, source->range.begin, source->children[0]->range.begin},
		                           ""};
		return true;
	case AST_REF:
	case AST_MEMBER:
	case AST_SUBSCRIPT:
	case AST_COMPOUND_LITERAL:
		return true;
	default:
		return false;
	}
}

static const char *familiar_name(const char *name)
{
	return strcmp(name, "std::basic_string<char>") ? name : "std::string";
}

static void pack_argument(struct cxx_look *look, const struct ast_node *call, const struct ast_function *callee,
                          uint32_t index, const struct ast_node *argument)
{
	const struct ast_unit *unit = look->run->unit;
	struct packer *facts = look->run->facts;
	const struct ast_node *source;
	enum finding_level level;
	struct copy_cost cost;
	struct copy_edit edit;
	uint32_t flags;

	if (!param_is_dear(callee->params[index], &cost, &level))
		return;
	source = copied_from(argument, unit->cplusplus);
	flags = is_private(look, argument, source) ? PARAM_PRIVATE : 0;
	if (callee->pattern && index < callee->pattern->nparams && callee->pattern->params[index]->decl.type &&
	    callee->pattern->params[index]->decl.type->kind == AST_TYPE_DEPENDENT)
		flags |= PARAM_INSTANCE;
	if (!unit->cplusplus && edit_argument(source, &edit))
		flags |= PARAM_FIXED;
	pack_number(facts, PARAM_CALLED);
	pack_number(facts, param_function_key(unit, callee));
	pack_number(facts, index);
	pack_number(facts, flags);
	found_pack_place(facts, unit, call->range);
	if (flags & PARAM_FIXED)
		param_pack_edit(facts, unit, &edit);
	if (flags & PARAM_INSTANCE) {
		pack_string(facts, arena_printf(&look->run->scratch, "%s where it is %s",
		                                copy_cost_text(&look->run->scratch, &cost),
		                                familiar_name(callee->params[index]->decl.type->canonical->name)));
		pack_number(facts, (uint64_t)cost.size);
		pack_number(facts, level);
	}
}

static bool visit(struct ast_node *node, void *context)
{
	struct cxx_look *look = context;
	const struct ast_function *callee = (const struct ast_function *)node->u.decl;
	uint32_t first = node->kind == AST_CALL;

	if ((node->kind != AST_CALL && node->kind != AST_CONSTRUCT) || !callee ||
	    callee->decl.kind != AST_DECL_FUNCTION || callee->decl.flags & AST_SYSTEM)
		return true;
	if (node->flags & AST_OPERATOR_CALL && callee->parent && !(callee->decl.flags & AST_STATIC))
		first = 2;
	for (uint32_t i = 0; i < callee->nparams && first + i < node->nchildren; i++)
		pack_argument(look, node, callee, i, node->children[first + i]);
	return true;
}

void param_pack_calls_in(struct cxx_look *look, struct ast_node *node)
{
	ast_walk_kinds(node, AST_HAS_CALLS, visit, look);
}

void param_pack_calls(struct cxx_look *look)
{
	for (uint32_t i = 0; i < look->function->ninits; i++)
		ast_walk_kinds(look->function->inits[i].value, AST_HAS_CALLS, visit, look);
	ast_walk_kinds(look->function->body, AST_HAS_CALLS, visit, look);
}
