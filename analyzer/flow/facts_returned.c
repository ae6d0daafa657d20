/* SPDX-License-Identifier: MIT */
/* What a function returns: whether it is new, and whether it is a copy of a string that was given. */
#include "analyzer/flow/facts_collect.h"

#include <string.h>

static void note_returned(struct collector *c, const struct ast_node *node, unsigned depth);

/* A parameter that holds what the caller gave, wherever it is used. */
static bool is_never_changed(const struct collector *c, uint32_t param)
{
	for (uint32_t i = c->first_use[param]; i < c->first_use[param + 1]; i++)
		if (!(c->sorted[i]->flags & AST_LOADED))
			return false;
	return true;
}

static uint32_t pointer_param(struct collector *c, const struct ast_node *node)
{
	uint32_t param;

	node = flow_strip_casts(node);
	param = node->kind == AST_REF ? facts_local_number(c, node->u.decl) : FLOW_NONE;
	if (param >= c->facts->nparams || !node->type || node->type->kind != AST_TYPE_POINTER ||
	    !is_never_changed(c, param))
		return FLOW_NONE;
	return param;
}

/* strlen(param) + 1, or a local that was given that. */
static bool is_whole_length(struct collector *c, const struct ast_node *node, uint32_t param, bool one)
{
	const struct ast_node *left, *right;

	node = flow_strip_casts(node);
	if (node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_VAR && !one) {
		const struct ast_var *var = (const struct ast_var *)node->u.decl;

		return var->init && facts_local_number(c, &var->decl) != FLOW_NONE &&
		       is_never_changed(c, facts_local_number(c, &var->decl)) &&
		       is_whole_length(c, var->init, param, true);
	}
	if (node->kind != AST_BINARY || node->op != AST_OP_ADD)
		return false;
	right = flow_strip_casts(node->children[1]);
	if (right->kind != AST_INTEGER || right->u.value != 1)
		return false;
	left = flow_strip_casts(node->children[0]);
	return left->kind == AST_CALL && left->nchildren == 2 && left->u.decl &&
	       !strcmp(left->u.decl->name, "strlen") && pointer_param(c, left->children[1]) == param;
}

/* The parameter that a use of @var copies into it: strcpy(var, param), memcpy(var, param, strlen(param) + 1). */
static uint32_t copied_into(struct collector *c, const struct ast_node *use)
{
	const struct ast_node *call = use->parent;
	const char *name;
	uint32_t param;

	while (call && (call->kind == AST_CAST || call->kind == AST_IMPLICIT_CAST))
		call = call->parent;
	if (!call || call->kind != AST_CALL || !call->u.decl || call->nchildren < 3 ||
	    flow_strip_casts(call->children[1]) != use)
		return FLOW_NONE;
	name = call->u.decl->name;
	if (!strncmp(name, "__builtin_", 10))
		name += 10;
	param = pointer_param(c, call->children[2]);
	if (param == FLOW_NONE || (strcmp(name, "strcpy") && (strcmp(name, "memcpy") || call->nchildren < 4 ||
	                                                      !is_whole_length(c, call->children[3], param, false))))
		return FLOW_NONE;
	return param;
}

/* A block that is returned after a string was copied into it, and nothing else done to it, is a copy of the string. */
static void note_hand_copy(struct collector *c, uint32_t var)
{
	uint32_t copied = FLOW_NONE;
	struct flow_sinks sinks = {0};

	for (uint32_t i = c->first_use[var]; i < c->first_use[var + 1]; i++) {
		uint32_t param = copied_into(c, c->sorted[i]);
		bool harmless = true;

		if (!(c->sorted[i]->flags & AST_LOADED))
			continue;
		if (param != FLOW_NONE && (copied == FLOW_NONE || copied == param)) {
			copied = param;
			continue;
		}
		vec_clear(&sinks);
		flow_sinks_of(c->sorted[i], &sinks);
		for (size_t j = 0; j < sinks.count; j++)
			harmless = harmless && (sinks.items[j].kind == FLOW_SINK_NOTHING ||
			                        sinks.items[j].kind == FLOW_SINK_RETURNED);
		if (!harmless) {
			copied = FLOW_NONE;
			break;
		}
	}
	vec_release(&sinks);
	if (c->facts->copied == FLOW_NONE)
		c->facts->copied = copied;
}

/* All that is ever assigned to a local whose value is returned. */
static void note_returned_local(struct collector *c, const struct ast_node *use, unsigned depth)
{
	uint32_t var = facts_local_number(c, use->u.decl);

	if (var == FLOW_NONE || ((const struct ast_var *)use->u.decl)->parameter || depth > 4) {
		c->facts->flags |= FACT_RETURNS_OTHER;
		return;
	}

	const struct ast_node *init = ((const struct ast_var *)use->u.decl)->init;

	note_hand_copy(c, var);
	if (init)
		note_returned(c, init, depth + 1);
	for (uint32_t i = c->first_use[var]; i < c->first_use[var + 1]; i++) {
		const struct ast_node *up = c->sorted[i]->parent;

		if (c->sorted[i]->flags & AST_LOADED || !up)
			continue;
		if (up->kind == AST_ASSIGN && up->op == AST_OP_ASSIGN && up->children[0] == c->sorted[i])
			note_returned(c, up->children[1], depth + 1);
		else if (up->kind == AST_ASSIGN || up->kind == AST_UNARY)
			c->facts->flags |= FACT_RETURNS_OTHER;
	}
}

/* The argument that a library function such as memcpy hands back as its result; NULL if it has none. */
static const struct ast_node *returned_argument(struct collector *c, const struct ast_node *call)
{
	const struct flow_effects *effects = flow_call_effects(c->program, call);
	const struct ast_node *found = NULL;

	if (!effects->known || call->flags & AST_OPERATOR_CALL)
		return NULL;
	for (uint32_t i = 0; i < effects->nargs && i + 1 < call->nchildren; i++)
		if (effects->args[i] & FLOW_RETURNS)
			found = found ? call : call->children[i + 1];
	return found == call ? NULL : found;
}

/* `return strdup(param)`, or what amounts to it: if the callee copies, so does the function. */
static void note_copier(struct collector *c, const struct ast_node *call, uint32_t number)
{
	for (uint32_t i = 1; i < call->nchildren && c->facts->copied == FLOW_NONE; i++) {
		uint32_t param = pointer_param(c, call->children[i]);

		if (param == FLOW_NONE)
			continue;
		c->facts->copied = param;
		c->facts->copier = number;
		c->facts->copier_arg = i - 1;
	}
}

static void note_returned(struct collector *c, const struct ast_node *node, unsigned depth)
{
	const struct ast_node *passed_on;
	uint32_t number;

	if (depth > 8) {
		c->facts->flags |= FACT_RETURNS_OTHER;
		return;
	}

	node = flow_strip_casts(node);
	switch (node->kind) {
	case AST_NULL_POINTER:
		return;
	case AST_INTEGER:
		if (node->u.value)
			break;
		return;
	case AST_CONDITIONAL:
		if (node->children[1]->kind != AST_NONE)
			note_returned(c, node->children[1], depth);
		note_returned(c, node->children[2], depth);
		return;
	case AST_NEW:
		c->facts->flags |= FACT_RETURNS_FRESH;
		return;
	case AST_CALL:
		passed_on = returned_argument(c, node);
		if (passed_on) {
			note_returned(c, passed_on, depth + 1);
			return;
		}
		number = (uint32_t)(uintptr_t)hash_map_find(&c->call_numbers, node);
		if (!number)
			break;
		for (uint32_t i = 0; i < c->facts->nreturned; i++)
			if (c->facts->returned[i] == number - 1)
				return;
		c->facts->returned[c->facts->nreturned++] = number - 1;
		note_copier(c, node, number - 1);
		return;
	case AST_REF:
		note_returned_local(c, node, depth);
		return;
	default:
		break;
	}
	c->facts->flags |= FACT_RETURNS_OTHER;
}

void facts_note_returned(struct collector *c)
{
	for (size_t i = 0; i < c->returns.count; i++)
		if (c->returns.items[i]->children[0]->kind != AST_NONE)
			note_returned(c, c->returns.items[i]->children[0], 0);
}
