// SPDX-License-Identifier: MIT
/* Statements: libclang leaves out what is absent; here everything gets its place. */
#include "analyzer/ast/build.h"
#include "analyzer/ast/lex.h"

static struct ast_node *shape_if(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_node *slots[5] = {0};
	uint32_t next = 0;

	if (next < count && children[next]->kind == AST_VAR)
		slots[1] = children[next++];
	if (count - next == 4 ||
	    (count - next == 3 && b->unit->cplusplus &&
	     (children[next]->kind == AST_DECL_STMT || build_between(b, children[next], children[next + 1], ";"))))
		slots[0] = children[next++];
	if (count - next >= 2)
		slots[2] = children[next++];
	if (next < count)
		slots[3] = children[next++];
	if (next < count)
		slots[4] = children[next++];
	for (unsigned i = 0; i < 5; i++)
		slots[i] = build_or_absent(b, slots[i]);
	return build_adopt(b, node, slots, 5);
}

static struct ast_node *shape_switch(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_node *slots[4] = {0};

	if (count)
		slots[3] = children[--count];
	if (count)
		slots[2] = children[--count];
	while (count) {
		struct ast_node *child = children[--count];

		slots[child->kind == AST_VAR] = child;
	}
	for (unsigned i = 0; i < 4; i++)
		slots[i] = build_or_absent(b, slots[i]);
	return build_adopt(b, node, slots, 4);
}

static struct ast_node *shape_while(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_node *slots[3] = {0};

	if (count)
		slots[2] = children[--count];
	if (count)
		slots[1] = children[--count];
	if (count)
		slots[0] = children[--count];
	for (unsigned i = 0; i < 3; i++)
		slots[i] = build_or_absent(b, slots[i]);
	return build_adopt(b, node, slots, 3);
}

static bool is_step(const struct ast_node *node)
{
	if (node->kind == AST_BINARY && node->op == AST_OP_COMMA)
		return is_step(node->children[1]);
	return node->kind == AST_ASSIGN ||
	       (node->kind == AST_UNARY && node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC);
}

/* What a `for` in a macro leaves out cannot be read from its text: go by what the parts do. */
static void guess_for(struct ast_node **slots, struct ast_node **children, uint32_t count)
{
	const struct ast_node *first = count ? children[0] : NULL;

	if (count == 1) {
		const bool init =
		        first->kind == AST_DECL_STMT || (first->kind == AST_ASSIGN && first->op == AST_OP_ASSIGN);

		slots[init ? 0 : is_step(first) ? 3 : 2] = children[0];
	} else if (count == 2) {
		const bool init = first->kind == AST_DECL_STMT || is_step(first);

		slots[init ? 0 : 2] = children[0];
		slots[init && !is_step(children[1]) ? 2 : 3] = children[1];
	}
}

/* Sorts the parts of a `for` by the two semicolons between its parentheses. */
static bool locate_for(const struct build *b, const struct ast_node *node, struct ast_node **slots,
                       struct ast_node **children, uint32_t count)
{
	const struct build_file *file = build_file_of(b, node);
	uint32_t semicolons[2], found = 0;
	struct lex lex;

	if (!file || !file->raw || (node->flags & AST_MACRO))
		return false;
	lex_init(&lex, file->raw, node->range.end, node->range.begin);
	if (!lex_is(&lex, lex_next_code(&lex), "for") || !lex_is(&lex, lex_next_code(&lex), "("))
		return false;
	while (found < 2) {
		const struct lex_token token = lex_next_code(&lex);

		if (token.kind == LEX_END || lex_is(&lex, token, ")"))
			return false;
		if (lex_is(&lex, token, ";"))
			semicolons[found++] = token.begin;
		else if (lex_is(&lex, token, "(") || lex_is(&lex, token, "[") || lex_is(&lex, token, "{"))
			lex_skip_group(&lex);
	}
	for (uint32_t i = 0; i < count; i++) {
		const uint32_t at = children[i]->range.begin;

		slots[at < semicolons[0] ? 0 : at < semicolons[1] ? 2 : 3] = children[i];
	}
	return true;
}

static struct ast_node *shape_for(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_node *slots[5] = {0}, *parts[4];
	uint32_t nparts = 0;

	if (count)
		slots[4] = children[--count];
	for (uint32_t i = 0; i < count && nparts < 4; i++) {
		if (children[i]->kind == AST_VAR)
			slots[1] = children[i];
		else
			parts[nparts++] = children[i];
	}
	if (nparts == 3) {
		slots[0] = parts[0];
		slots[2] = parts[1];
		slots[3] = parts[2];
	} else if (nparts && !locate_for(b, node, slots, parts, nparts)) {
		node->flags |= AST_GUESSED_ROLES;
		guess_for(slots, parts, nparts);
	}
	for (unsigned i = 0; i < 5; i++)
		slots[i] = build_or_absent(b, slots[i]);
	return build_adopt(b, node, slots, 5);
}

/* Whether a loop's variable, initialised by @init, is a copy of something that stays where it is: not of a temporary. */
static bool copies_lvalue(const struct ast_node *init)
{
	const struct ast_function *constructor, *star;
	const struct ast_node *from;

	if (init->kind != AST_CONSTRUCT || !init->u.decl || init->nchildren != 1)
		return false;
	constructor = (const struct ast_function *)init->u.decl;
	from = init->children[0];
	while (from->kind == AST_IMPLICIT_CAST)
		from = from->children[0];
	if (!(constructor->flags & AST_FUNCTION_COPY))
		return false;
	star = from->kind == AST_CALL ? (const struct ast_function *)from->u.decl : NULL;
	return (from->kind == AST_UNARY && from->op == AST_OP_DEREF) ||
	       (star && star->result && star->result->kind == AST_TYPE_REFERENCE);
}

static struct ast_node *shape_range_for(struct build *b, struct ast_node *node, struct ast_node **children,
                                        uint32_t count)
{
	struct ast_node *slots[3] = {0};

	for (uint32_t i = 0; i < count; i++) {
		if (children[i]->kind == AST_VAR || (children[i]->kind == AST_DECL_STMT && !slots[0]))
			slots[0] = children[i]->kind == AST_VAR || !children[i]->nchildren ? children[i]
			                                                                   : children[i]->children[0];
		else
			slots[i + 1 == count ? 2 : 1] = children[i];
	}
	if (slots[0] && slots[0]->kind == AST_VAR) {
		struct ast_var *var = (struct ast_var *)(uintptr_t)slots[0]->u.decl;

		var->catches = true;
		var->init = NULL;
		var->copies_element = copies_lvalue(slots[0]->children[0]);
		slots[0]->children[0] = build_absent(b);
		slots[0]->children[0]->parent = slots[0];
	}
	for (unsigned i = 0; i < 3; i++)
		slots[i] = build_or_absent(b, slots[i]);
	return build_adopt(b, node, slots, 3);
}

static struct ast_node *shape_case(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_node *slots[3];

	slots[0] = count ? children[0] : build_absent(b);
	slots[1] = count > 2 ? children[1] : build_absent(b);
	slots[2] = count > 1 ? children[count - 1] : build_absent(b);
	return build_adopt(b, node, slots, 3);
}

static struct ast_node *shape_catch(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_node *slots[2];

	slots[0] = count > 1 ? children[0] : build_absent(b);
	slots[1] = count ? children[count - 1] : build_absent(b);
	if (slots[0]->kind == AST_VAR)
		((struct ast_var *)(uintptr_t)slots[0]->u.decl)->catches = true;
	return build_adopt(b, node, slots, 2);
}

static struct ast_node *shape_var(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	struct ast_var *var = (struct ast_var *)(uintptr_t)node->u.decl;

	build_fixed(b, node, children, count, 1);
	var->init = count ? node->children[0] : NULL;
	if (count && node->children[0]->kind == AST_CONSTRUCT &&
	    node->children[0]->range.begin == var->decl.name_range.begin &&
	    node->children[0]->range.end == var->decl.name_range.end)
		node->children[0]->flags |= AST_IMPLICIT;
	return node;
}

struct ast_node *build_statement(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count)
{
	switch (node->kind) {
	case AST_VAR:
		return shape_var(b, node, children, count);
	case AST_IF:
		return shape_if(b, node, children, count);
	case AST_SWITCH:
		return shape_switch(b, node, children, count);
	case AST_WHILE:
		return shape_while(b, node, children, count);
	case AST_DO:
		return build_fixed(b, node, children, count, 2);
	case AST_FOR:
		return shape_for(b, node, children, count);
	case AST_RANGE_FOR:
		return shape_range_for(b, node, children, count);
	case AST_CASE:
		return shape_case(b, node, children, count);
	case AST_CATCH:
		return shape_catch(b, node, children, count);
	case AST_DEFAULT:
	case AST_LABEL:
	case AST_INDIRECT_GOTO:
	case AST_RETURN:
		return build_fixed(b, node, children, count, 1);
	case AST_GOTO:
		return build_adopt(b, node, NULL, 0);
	default:
		return build_adopt(b, node, children, count);
	}
}
