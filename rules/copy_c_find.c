// SPDX-License-Identifier: MIT
/* Finds blocks that are copies of something else and are only read. */
#include "analyzer/base/one_of.h"
#include "analyzer/flow/merge.h"
#include "rules/copy_c.h"

#include <string.h>

/* Calls that copy a number of bytes: which argument, and which says how many. */
static const struct {
	const char *name;
	uint8_t source, length;
	bool ends; /* writes a zero behind */
} counted_copies[] = {
        {"strndup", 0, 1, true},   {"__strndup", 0, 1, true},  {"g_strndup", 0, 1, true},
        {"g_memdup", 0, 1, false}, {"g_memdup2", 0, 1, false},
};

/* Calls that fill a block that is there: argument 0 from argument 1. */
static const char *const fillers[] = {"memcpy",
                                      "memmove",
                                      "__builtin_memcpy",
                                      "__builtin_memmove",
                                      "__builtin___memcpy_chk",
                                      "__builtin___memmove_chk"};
static const char *const string_fillers[] = {"strcpy", "__builtin_strcpy", "__builtin___strcpy_chk"};
/* "%s" alone: argument of the format, the string behind it. */
static const struct {
	const char *name;
	uint8_t format;
} printers[] = {{"asprintf", 1}, {"g_strdup_printf", 0}};

bool copy_is_bytes(const struct ast_type *type)
{
	type = ast_bare_type(type);
	return type && (type->kind == AST_TYPE_CHAR || type->kind == AST_TYPE_VOID ||
	                (type->kind == AST_TYPE_INTEGER && type->size == 1));
}

/* The name of a library function that @call calls, "" if it is none. */
static const char *library_name(const struct ast_node *call)
{
	const struct ast_function *callee = call->kind == AST_CALL ? flow_callee(call) : NULL;

	return callee && !callee->body ? callee->decl.name : "";
}

static const struct ast_node *argument(const struct ast_node *call, uint32_t index)
{
	return index + 1 < call->nchildren ? flow_strip_casts(call->children[index + 1]) : NULL;
}

static bool is_percent_s(const struct ast_node *node)
{
	return node && node->kind == AST_STRING && node->u.text && strcmp(node->u.text, "\"%s\"") == 0;
}

/* ---- which call copies ---- */

/* A function of another unit that may be a strdup(): its code must bear that out. */
static bool may_copy(struct rule_collect *run, const struct ast_node *call, uint32_t index)
{
	const struct ast_function *callee = flow_callee(call);
	const struct ast_type *type = argument(call, index)->type;
	struct flow_condition condition;

	if (!callee || !flow_is_open(run->flow, callee) || !strstr(callee->decl.name, "dup") || !type ||
	    type->kind != AST_TYPE_POINTER || !copy_is_bytes(type->target))
		return false;
	condition = (struct flow_condition){.callee = flow_function_key(run->unit, callee),
	                                    .argument = index,
	                                    .allowed = FLOW_READS | FLOW_READS_INSIDE,
	                                    .required = FLOW_COPIED};
	flow_require(&run->conditions, &condition);
	return true;
}

static bool copies_string(struct rule_collect *run, struct heap_copy *copy)
{
	const struct flow_effects *effects = flow_call_effects(run->flow, copy->call);

	for (uint32_t i = 0; i + 1 < copy->call->nchildren && i < effects->nargs; i++) {
		if (!(effects->args[i] & FLOW_COPIED) && !(copy->call->nchildren == 2 && may_copy(run, copy->call, i)))
			continue;
		copy->source = argument(copy->call, i);
		return true;
	}
	return false;
}

static bool copies_bytes(struct heap_copy *copy)
{
	const char *name = library_name(copy->call);

	for (size_t i = 0; i < sizeof counted_copies / sizeof *counted_copies; i++) {
		if (strcmp(name, counted_copies[i].name) != 0)
			continue;
		copy->source = argument(copy->call, counted_copies[i].source);
		copy->length = argument(copy->call, counted_copies[i].length);
		copy->ended = counted_copies[i].ends;
		return copy->source && copy->length;
	}
	return false;
}

static bool prints_string(struct heap_copy *copy)
{
	const char *name = library_name(copy->call);

	for (size_t i = 0; i < sizeof printers / sizeof *printers; i++) {
		if (strcmp(name, printers[i].name) != 0 || copy->call->nchildren != printers[i].format + 3u ||
		    !is_percent_s(argument(copy->call, printers[i].format)))
			continue;
		copy->source = argument(copy->call, printers[i].format + 1u);
		return true;
	}
	return false;
}

/* ---- a block that is filled afterwards ---- */

static bool is_whole_block(const struct heap_copy *copy, const struct ast_node *target)
{
	return target && target->kind == AST_REF && copy->owner->var &&
	       target->u.decl == (const struct ast_decl *)copy->owner->var;
}

/* memcpy(p, source, n), which is the only thing written to it. */
static bool is_filled(struct flow_function *flow, struct heap_copy *copy)
{
	for (uint32_t i = 0; i < copy->owner->nuses; i++) {
		const struct flow_use *use = &copy->owner->uses[i];
		const char *name = use->kind == FLOW_USE_ARGUMENT && !use->index ? library_name(use->node) : "";
		bool string = IS_ONE_OF(name, string_fillers);

		if (!string && !IS_ONE_OF(name, fillers))
			continue;
		copy->fill = use->node;
		copy->source = argument(use->node, 1);
		copy->length = string ? NULL : argument(use->node, 2);
		copy->from = use->at;
		return copy->source && is_whole_block(copy, argument(use->node, 0)) &&
		       flow_point_dominates(flow, copy->owner->at, use->at);
	}
	return false;
}

/* Only numbers go into the call: nothing but memory comes from it. */
static bool is_plain_allocation(const struct ast_node *call)
{
	if (call->kind != AST_CALL)
		return false;
	for (uint32_t i = 1; i < call->nchildren; i++)
		if (!call->children[i]->type || call->children[i]->type->kind == AST_TYPE_POINTER)
			return false;
	return true;
}

/* ---- all uses ---- */

static bool only_reads(struct flow_function *flow, struct heap_copy *copy)
{
	const uint32_t harmful = FLOW_EVERYTHING & ~(uint32_t)(FLOW_READS | FLOW_READS_INSIDE | FLOW_RETURNS);
	const struct ast_node *last = NULL;

	for (uint32_t i = 0; i < copy->owner->nuses; i++) {
		const struct flow_use *use = &copy->owner->uses[i];

		if (use->kind == FLOW_USE_TEST || use->kind == FLOW_USE_RELEASE || use->node == copy->fill)
			continue;
		if (use->at == FLOW_NONE)
			return false;
		if (use->kind != FLOW_USE_READ && (use->kind != FLOW_USE_ARGUMENT || use->effects & harmful))
			return false;
		if (!flow_point_dominates(flow, copy->from, use->at))
			return false;
		if (!last || use->node->range.begin > last->range.begin) {
			last = use->node;
			copy->last = use;
		}
	}
	return last != NULL;
}

bool heap_copy_find(struct rule_collect *run, const struct flow_owner *owner, struct heap_copy *copy)
{
	struct flow_function *flow = rule_flow(run);

	*copy = (struct heap_copy){.owner = owner, .call = owner->call, .from = owner->at};
	if (owner->call->kind != AST_CALL || !owner->var || owner->escapes || owner->shared_name)
		return false;
	if (!prints_string(copy) && !copies_bytes(copy) && !(!owner->stored && copies_string(run, copy)) &&
	    !(is_plain_allocation(owner->call) && is_filled(flow, copy)))
		return false;
	return only_reads(flow, copy);
}
