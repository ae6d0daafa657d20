// SPDX-License-Identifier: MIT
/* links: which function a call starts as a thread: it runs as often as the call, unlike what is called back. */
#include "rules/links_collect.h"

#include <string.h>

/* Argument of @call that runs as a thread; LINK_NONE for none. */
static uint32_t routine_of(const struct ast_node *call)
{
	static const struct {
		const char *name;
		uint32_t index;
	} starters[] = {
#define THREAD(name, index) {name, index},
#include "rules/links_models.def"
	};
	const struct ast_function *function = link_called(call);

	for (size_t i = 0; function && i < sizeof starters / sizeof *starters; i++) {
		if (*function->qualified == *starters[i].name && strcmp(function->qualified, starters[i].name) == 0)
			return starters[i].index;
	}
	return LINK_NONE;
}

static const struct ast_decl *named(const struct ast_node *node)
{
	node = node ? link_strip(node) : NULL;
	if (node && node->kind == AST_UNARY && node->op == AST_OP_ADDRESS)
		node = link_strip(node->children[0]);
	return node && node->kind == AST_REF ? node->u.decl : NULL;
}

struct passing {
	const struct ast_decl *parameter;
	bool started;
};

static bool visit_passing(struct ast_node *node, void *context)
{
	struct passing *passing = context;
	const uint32_t routine = node->kind == AST_CALL ? routine_of(node) : LINK_NONE;

	if (routine != LINK_NONE && named(link_call_argument(node, routine)) == passing->parameter)
		passing->started = true;
	return !passing->started;
}

/* The function of this unit starts its parameter @index as a thread. */
static bool starts_parameter(const struct ast_function *function, uint32_t index)
{
	struct passing passing = {0};

	if (!function || !function->body || index >= function->nparams)
		return false;
	passing.parameter = &function->params[index]->decl;
	ast_walk_kinds(function->body, AST_HAS(AST_CALL), visit_passing, &passing);
	return passing.started;
}

const struct ast_function *link_thread_of(const struct ast_node *call, uint32_t *argument)
{
	const uint32_t routine = routine_of(call);

	for (uint32_t i = 0; i < link_call_arguments(call); i++) {
		const struct ast_decl *decl = named(link_call_argument(call, i));

		if (!decl || decl->kind != AST_DECL_FUNCTION ||
		    (i != routine && !starts_parameter(link_called(call), i)))
			continue;
		*argument = i + 1;
		return (const struct ast_function *)decl;
	}
	return NULL;
}
