// SPDX-License-Identifier: MIT
/*
 * struct-padding: what templates of C++ do with records. Their instances are not in the tree, so calls are judged by the template's
 * body, and calls of the library's by their names: emplace_back(1, 2) fills fields by position as { 1, 2 } does.
 */
#include "rules/struct_padding_collect.h"

#include <string.h>

enum {
	ARGUMENTS_DEPTH = 3,    /* of vector<pair<int, T>> */
	PARENTHESES_MAY = 2020, /* T(1, 2) fills an aggregate */
};

static bool is_dependent(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return !bare || bare->kind == AST_TYPE_DEPENDENT || bare->kind == AST_TYPE_UNKNOWN;
}

/* ---- what a template's body does with its T ---- */

struct body_search {
	const struct pad_collector *collector;
	enum pad_risk risk; /* PAD_RISKS none */
};

/* A char * made of an address of T. */
static bool sees_bytes(const struct ast_node *node)
{
	const struct ast_type *to = pad_pointee(node->type), *from = node->children[0]->type;
	const enum ast_cast_style style = ast_cast_style(node);

	if (!to || (style != AST_C_CAST && style != AST_REINTERPRET_CAST))
		return false;
	return is_dependent(from) || (pad_pointee(from) && is_dependent(pad_pointee(from)));
}

static bool visit_size(struct ast_node *node, void *context)
{
	bool *found = context;

	if (node->kind == AST_SIZEOF)
		*found |= is_dependent(node->of ? node->of : node->children[0]->type);
	return !*found;
}

/* f(&t, sizeof t), where f is neither an allocator nor blind. */
static bool gives_size(const struct pad_collector *collector, const struct ast_node *call)
{
	struct arena text = {0};
	bool found = false;

	for (uint32_t i = 1; i < call->nchildren; i++)
		ast_walk(call->children[i], visit_size, &found);
	if (!found || pad_is_allocator(call))
		return false;
	const char *name = ast_text(collector->unit, call->children[0]->range, &text);

	found = !strstr(name, "alloc") && !strstr(name, "memset") && !strstr(name, "new");
	arena_clear(&text);
	return found;
}

static bool visit_body(struct ast_node *node, void *context)
{
	struct body_search *search = context;
	const bool parentheses = search->collector->unit->standard >= PARENTHESES_MAY;
	const struct ast_type *type = node->type ? ast_bare_type(node->type) : NULL;

	switch (node->kind) {
	case AST_INIT_LIST:
		if (node->nchildren && (is_dependent(type) || type->kind == AST_TYPE_VOID))
			search->risk = PAD_FORWARDED;
		break;
	case AST_NEW:
		if (parentheses && is_dependent(node->of) && node->nchildren > 1)
			search->risk = PAD_FORWARDED;
		break;
	case AST_CAST:
		if (node->nchildren && sees_bytes(node))
			search->risk = PAD_BYTES;
		break;
	case AST_CALL:
		if (gives_size(search->collector, node))
			search->risk = PAD_BYTES;
		break;
	default:
		break;
	}
	return search->risk == PAD_RISKS;
}

/* The worst that the template does with an object of its T; PAD_RISKS nothing. */
static enum pad_risk risk_of_pattern(struct pad_collector *collector, const struct ast_function *pattern)
{
	const enum pad_risk *known = hash_map_find(&collector->patterns, pattern);

	if (!known) {
		struct body_search search = {.collector = collector, .risk = PAD_RISKS};
		enum pad_risk *risk = arena_new(&collector->arena, enum pad_risk);

		ast_walk(pattern->body, visit_body, &search);
		*risk = search.risk;
		hash_map_put(&collector->patterns, pattern, risk);
		known = risk;
	}
	return *known;
}

/* ---- calls ---- */

/* Every candidate that @type is, points to, or has among its arguments. */
static void note_involved(struct pad_collector *collector, const struct ast_type *type, struct pad_fact_at at,
                          enum pad_risk risk, unsigned depth)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	while (bare && bare->target && bare->kind != AST_TYPE_FUNCTION)
		bare = ast_bare_type(bare->target);
	if (!bare)
		return;
	if (bare->kind == AST_TYPE_RECORD &&
	    (risk != PAD_FORWARDED || !bare->record || !(bare->record->flags & AST_RECORD_HAS_CTOR)))
		pad_risk(collector, bare->record, at, risk);
	for (uint32_t i = 0; depth && i < bare->nargs; i++)
		note_involved(collector, bare->args[i], at, risk, depth - 1);
}

static void note_all_involved(struct pad_collector *collector, const struct ast_node *call, enum pad_risk risk)
{
	const struct pad_fact_at at = pad_at_node(collector, call);
	const struct ast_node *callee = call->children[0];

	note_involved(collector, call->type, at, risk, ARGUMENTS_DEPTH);
	if (callee->kind == AST_MEMBER && callee->nchildren)
		note_involved(collector, callee->children[0]->type, at, risk, ARGUMENTS_DEPTH);
	for (uint32_t i = 1; risk == PAD_BYTES && i < call->nchildren; i++)
		note_involved(collector, call->children[i]->type, at, risk, ARGUMENTS_DEPTH);
}

/* Hands its arguments to a constructor, or to what fills an aggregate. */
static bool forwards(const struct ast_node *call, const char *name)
{
	static const char *const names[] = {"emplace",     "try_emplace",   "make_unique",
	                                    "make_shared", "make_optional", "make_any",
	                                    "construct",   "construct_at",  "allocate_shared"};

	if (call->nchildren < 2)
		return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strncmp(name, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

/* A copy or a move: emplace_back(std::move(one)). */
static bool gives_one(const struct pad_collector *collector, const struct ast_node *call)
{
	const struct ast_type *type = call->children[call->nchildren - 1]->type;

	while (type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE))
		type = type->target;
	type = type ? ast_bare_type(type) : NULL;
	return type && type->kind == AST_TYPE_RECORD && pad_candidate(collector, type->record);
}

void pad_template_call(struct pad_collector *collector, const struct ast_node *call)
{
	const struct ast_decl *decl = call->u.decl;

	if (!collector->unit->cplusplus || !decl || decl->kind != AST_DECL_FUNCTION)
		return;
	const struct ast_function *function = (const struct ast_function *)decl;

	if (decl->flags & AST_SYSTEM) {
		if (collector->unit->standard >= PARENTHESES_MAY && forwards(call, decl->name) &&
		    !gives_one(collector, call))
			note_all_involved(collector, call, PAD_FORWARDED);
		return;
	}
	if (!function->pattern || !function->pattern->body)
		return;
	const enum pad_risk risk = risk_of_pattern(collector, function->pattern);

	if (risk != PAD_RISKS)
		note_all_involved(collector, call, risk);
}

/* T(1, 2): the tree has no list for it. */
void pad_template_parentheses(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_type *type = node->type ? ast_bare_type(node->type) : NULL;

	if (collector->unit->cplusplus && node->nchildren && type && type->kind == AST_TYPE_RECORD)
		pad_risk(collector, type->record, pad_at_node(collector, node), PAD_FORWARDED);
}
