/* SPDX-License-Identifier: MIT */
/* Statements into blocks: conditions, loops, switches, jumps, handlers, scopes. */
#include "analyzer/flow/builder.h"
#include "analyzer/flow/constant.h"

static const struct ast_node *child(const struct ast_node *node, uint32_t index)
{
	return node->children[index];
}

static bool is_none(const struct ast_node *node)
{
	return node->kind == AST_NONE;
}

void graph_deaths(struct builder *b, size_t kept)
{
	for (size_t i = b->locals.count; i > kept && b->current != FLOW_NONE; i--)
		graph_point(b, b->locals.items[i - 1].var, FLOW_DEATH);
}

/* Leaves a scope at its end: its locals die and are forgotten. */
static void leave_scope(struct builder *b, size_t kept)
{
	graph_deaths(b, kept);
	b->locals.count = kept;
}

void graph_throw(struct builder *b)
{
	const struct builder_try *handlers = b->handlers;

	for (; handlers; handlers = handlers->outer) {
		for (uint32_t i = 0; i < handlers->nhandlers; i++)
			graph_edge(b, handlers->handlers[i], FLOW_THROW, NULL);
		if (handlers->catches_all)
			return;
	}
	graph_edge(b, b->cfg->exit, FLOW_THROW, NULL);
}

/* A statement that may or may not be there, in a scope of its own. */
static void build_optional(struct builder *b, const struct ast_node *node)
{
	if (!is_none(node))
		graph_statement(b, node);
}

static void build_if(struct builder *b, const struct ast_node *node)
{
	size_t kept = b->locals.count;
	uint32_t yes = graph_block(b), after = graph_block(b);
	uint32_t no = is_none(child(node, 4)) ? after : graph_block(b);

	build_optional(b, child(node, 0));
	build_optional(b, child(node, 1));
	graph_condition(b, child(node, 2), node, yes, no);
	graph_open(b, yes);
	graph_statement(b, child(node, 3));
	graph_edge(b, after, FLOW_NEXT, NULL);
	if (no != after) {
		graph_open(b, no);
		graph_statement(b, child(node, 4));
		graph_edge(b, after, FLOW_NEXT, NULL);
	}
	graph_open(b, after);
	leave_scope(b, kept);
}

static void build_loop_body(struct builder *b, const struct ast_node *body, uint32_t break_to, uint32_t continue_to,
                            size_t kept)
{
	struct builder_jump jump = {b->jump, break_to, continue_to, kept, b->locals.count};

	b->jump = &jump;
	graph_statement(b, body);
	graph_edge(b, continue_to, FLOW_NEXT, NULL);
	b->current = FLOW_NONE;
	b->jump = jump.outer;
}

static void build_while(struct builder *b, const struct ast_node *node)
{
	size_t kept = b->locals.count;
	uint32_t head = graph_block(b), body = graph_block(b), after = graph_block(b);

	graph_join(b, head);
	build_optional(b, child(node, 0));
	graph_condition(b, child(node, 1), node, body, after);
	graph_open(b, body);
	build_loop_body(b, child(node, 2), after, head, kept);
	graph_open(b, after);
	leave_scope(b, kept);
}

static void build_do(struct builder *b, const struct ast_node *node)
{
	uint32_t body = graph_block(b), test = graph_block(b), after = graph_block(b);
	uint32_t statement = b->statement;

	graph_join(b, body);
	build_loop_body(b, child(node, 0), after, test, b->locals.count);
	b->statement = statement;
	graph_open(b, test);
	graph_condition(b, child(node, 1), node, body, after);
	graph_open(b, after);
}

static void build_for(struct builder *b, const struct ast_node *node)
{
	size_t kept = b->locals.count;
	uint32_t head = graph_block(b), body = graph_block(b), step = graph_block(b), after = graph_block(b);
	uint32_t statement = b->statement;

	build_optional(b, child(node, 0));
	b->statement = statement;
	graph_join(b, head);
	build_optional(b, child(node, 1));
	b->statement = statement;
	graph_condition(b, child(node, 2), node, body, after);
	graph_open(b, body);
	build_loop_body(b, child(node, 4), after, step, b->locals.count);
	b->statement = statement;
	graph_open(b, step);
	if (!is_none(child(node, 3)))
		graph_expr(b, child(node, 3));
	graph_edge(b, head, FLOW_NEXT, NULL);
	graph_open(b, after);
	leave_scope(b, kept);
}

static void build_range_for(struct builder *b, const struct ast_node *node)
{
	size_t kept = b->locals.count;
	uint32_t head = graph_block(b), body = graph_block(b), after = graph_block(b), step = graph_block(b);

	graph_expr(b, child(node, 1));
	graph_join(b, head);
	graph_edge(b, body, FLOW_TRUE, NULL);
	graph_edge(b, after, FLOW_FALSE, NULL);
	graph_close(b, node, NULL);
	graph_open(b, body);
	graph_variable(b, child(node, 0));

	size_t declared = b->locals.count;

	build_loop_body(b, child(node, 2), after, step, kept);
	graph_open(b, step);
	b->locals.count = declared;
	leave_scope(b, kept);
	graph_edge(b, head, FLOW_NEXT, NULL);
	graph_open(b, after);
}

static void build_switch(struct builder *b, const struct ast_node *node)
{
	size_t kept = b->locals.count;
	struct builder_switch select = {.outer = b->select, .fallback = FLOW_NONE};
	uint32_t after = graph_block(b);
	struct builder_jump jump = {b->jump, after, b->jump ? b->jump->continue_to : FLOW_NONE, 0,
	                            b->jump ? b->jump->continue_locals : 0};

	build_optional(b, child(node, 0));
	build_optional(b, child(node, 1));
	graph_expr(b, child(node, 2));
	if (b->current == FLOW_NONE)
		graph_open(b, graph_block(b));
	select.known = flow_constant(child(node, 2), &select.value);
	select.dispatch = b->current;
	graph_close(b, node, child(node, 2));
	jump.break_locals = b->locals.count;
	b->jump = &jump;
	b->select = &select;
	graph_statement(b, child(node, 3));
	b->select = select.outer;
	b->jump = jump.outer;
	graph_edge(b, after, FLOW_NEXT, NULL);
	if (!select.taken)
		graph_edge_from(b, select.dispatch, select.fallback == FLOW_NONE ? after : select.fallback,
		                FLOW_DEFAULT, select.fallback_label);
	graph_open(b, after);
	leave_scope(b, kept);
}

/* Whether a switch on a known value goes to this case. */
static bool case_matches(const struct builder_switch *select, const struct ast_node *node)
{
	int64_t first = 0, last = 0;

	if (!select->known)
		return true;
	if (!flow_constant(child(node, 0), &first))
		return true;
	last = first;
	if (!is_none(child(node, 1)) && !flow_constant(child(node, 1), &last))
		return true;
	return select->value >= first && select->value <= last;
}

static void build_case(struct builder *b, const struct ast_node *node)
{
	struct builder_switch *select = b->select;
	uint32_t block = graph_block(b);

	graph_join(b, block);
	if (select && node->kind == AST_DEFAULT) {
		select->fallback = block;
		select->fallback_label = node;
	} else if (select && case_matches(select, node)) {
		graph_edge_from(b, select->dispatch, block, FLOW_CASE, node);
		select->taken = select->taken || select->known;
	}
}

static uint32_t label_block(struct builder *b, const char *name)
{
	if (!name)
		return graph_block(b); /* broken code */

	uintptr_t block = (uintptr_t)hash_map_find(&b->labels, name);

	if (!block) {
		block = (uintptr_t)graph_block(b) + 1;
		hash_map_put(&b->labels, name, (void *)block);
	}
	return (uint32_t)block - 1;
}

static bool note_label(struct ast_node *node, void *context)
{
	struct builder *b = context;

	if (node->kind == AST_LABEL && node->u.text)
		hash_map_put(&b->places, node->u.text, node);
	return node->kind != AST_LAMBDA;
}

/* How many of the known locals are still alive at a label: those declared before it, in scopes around it. */
static size_t locals_at(struct builder *b, const char *label)
{
	size_t kept = 0;

	if (!b->locals.count || !label)
		return 0;
	if (!b->places_known)
		ast_walk((struct ast_node *)(uintptr_t)b->cfg->body, note_label, b);
	b->places_known = true;

	const struct ast_node *place = hash_map_find(&b->places, label);

	for (; place && kept < b->locals.count; kept++) {
		const struct builder_local *local = &b->locals.items[kept];
		const struct ast_node *around = place;

		while (around && around != local->scope)
			around = around->parent;
		if (!around || local->var->range.begin > place->range.begin)
			break;
	}
	return kept;
}

static void build_jump(struct builder *b, uint32_t to, size_t kept)
{
	if (to == FLOW_NONE)
		return; /* break outside of a loop: broken code */
	graph_deaths(b, kept);
	graph_edge(b, to, FLOW_NEXT, NULL);
}

static void build_return(struct builder *b, const struct ast_node *node)
{
	if (!is_none(child(node, 0)))
		graph_expr(b, child(node, 0));
	graph_point(b, node, FLOW_EVAL);
	graph_deaths(b, 0);
	graph_edge(b, b->cfg->exit, FLOW_RETURN, NULL);
	graph_close(b, node, NULL);
}

static bool catches_everything(const struct ast_node *handler)
{
	return is_none(child(handler, 0));
}

static void build_try(struct builder *b, const struct ast_node *node)
{
	uint32_t after = graph_block(b), n = node->nchildren ? node->nchildren - 1 : 0;
	struct arena scratch = {0};
	uint32_t *handlers = arena_array(&scratch, n, uint32_t);
	struct builder_try try = {b->handlers, handlers, n, false, b->locals.count};

	b->cfg->flags |= FLOW_HAS_TRY;
	for (uint32_t i = 0; i < n; i++) {
		handlers[i] = graph_block(b);
		try.catches_all = try.catches_all || catches_everything(child(node, i + 1));
	}
	b->handlers = &try;
	graph_join(b, graph_block(b));
	if (node->nchildren)
		graph_statement(b, child(node, 0));
	graph_edge(b, after, FLOW_NEXT, NULL);
	b->current = FLOW_NONE;
	b->handlers = try.outer;
	for (uint32_t i = 0; i < n; i++) {
		const struct ast_node *handler = child(node, i + 1);
		size_t kept = b->locals.count;

		graph_open(b, handlers[i]);
		build_optional(b, child(handler, 0));
		graph_statement(b, child(handler, 1));
		leave_scope(b, kept);
		graph_edge(b, after, FLOW_NEXT, NULL);
		b->current = FLOW_NONE;
	}
	graph_open(b, after);
	arena_clear(&scratch);
}

static void build_compound(struct builder *b, const struct ast_node *node)
{
	size_t kept = b->locals.count;

	for (uint32_t i = 0; i < node->nchildren; i++)
		graph_statement(b, child(node, i));
	leave_scope(b, kept);
}

static void build_goto(struct builder *b, const struct ast_node *node)
{
	if (node->kind == AST_GOTO) {
		build_jump(b, label_block(b, node->u.text), locals_at(b, node->u.text));
	} else {
		graph_expr(b, child(node, 0));
		if (!b->dispatch)
			b->dispatch = graph_block(b);
		graph_edge(b, b->dispatch, FLOW_NEXT, NULL);
	}
	graph_close(b, node, NULL);
}

/* Everything that is a statement and no expression. */
static void build_plain(struct builder *b, const struct ast_node *node)
{
	switch (node->kind) {
	case AST_COMPOUND:
		build_compound(b, node);
		break;
	case AST_DECL_STMT:
		for (uint32_t i = 0; i < node->nchildren; i++)
			graph_variable(b, child(node, i));
		break;
	case AST_VAR:
		graph_variable(b, node);
		break;
	case AST_IF:
		build_if(b, node);
		break;
	case AST_SWITCH:
		build_switch(b, node);
		break;
	case AST_CASE:
		build_case(b, node);
		graph_statement(b, child(node, 2));
		break;
	case AST_DEFAULT:
		build_case(b, node);
		graph_statement(b, child(node, 0));
		break;
	case AST_LABEL:
		graph_join(b, label_block(b, node->u.text));
		graph_statement(b, child(node, 0));
		break;
	case AST_WHILE:
		build_while(b, node);
		break;
	case AST_DO:
		build_do(b, node);
		break;
	case AST_FOR:
		build_for(b, node);
		break;
	case AST_RANGE_FOR:
		build_range_for(b, node);
		break;
	case AST_GOTO:
	case AST_INDIRECT_GOTO:
		build_goto(b, node);
		break;
	case AST_BREAK:
		if (b->jump)
			build_jump(b, b->jump->break_to, b->jump->break_locals);
		graph_close(b, node, NULL);
		break;
	case AST_CONTINUE:
		if (b->jump)
			build_jump(b, b->jump->continue_to, b->jump->continue_locals);
		graph_close(b, node, NULL);
		break;
	case AST_RETURN:
		build_return(b, node);
		break;
	case AST_TRY:
		build_try(b, node);
		break;
	default:
		graph_expr(b, node);
	}
}

void graph_statement(struct builder *b, const struct ast_node *node)
{
	uint32_t outer = b->statement;

	if (node->kind == AST_NONE || node->kind == AST_NULL_STMT)
		return;
	if (b->depth >= FLOW_MAX_DEPTH) {
		b->cfg->flags |= FLOW_INCOMPLETE;
		return;
	}
	b->depth++;
	if (node->kind != AST_COMPOUND && node->kind != AST_LABEL && node->kind != AST_CASE)
		b->statement = ++b->cfg->nstatements;
	build_plain(b, node);
	b->statement = outer;
	b->depth--;
}
