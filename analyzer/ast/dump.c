// SPDX-License-Identifier: MIT
/* An indented dump of a tree, for whoever debugs a rule. */
#include "analyzer/ast/ast.h"

#include <inttypes.h>
#include <stdio.h>

static void dump_extra(const struct ast_node *node, FILE *stream)
{
	switch (node->kind) {
	case AST_VAR:
	case AST_REF:
	case AST_MEMBER:
	case AST_CALL:
	case AST_CONSTRUCT:
	case AST_FIELD_DESIGNATOR:
		fprintf(stream, " %s", node->u.decl ? node->u.decl->name : "?");
		break;
	case AST_INTEGER:
	case AST_CHARACTER:
	case AST_BOOLEAN:
	case AST_SIZEOF:
	case AST_ALIGNOF:
		fprintf(stream, " %" PRId64, node->u.value);
		break;
	case AST_FLOATING:
		fprintf(stream, " %g", node->u.real);
		break;
	case AST_STRING:
	case AST_LABEL:
	case AST_GOTO:
	case AST_LABEL_ADDRESS:
		fprintf(stream, " %s", node->u.text ? node->u.text : "?");
		break;
	default:
		break;
	}
	if (node->op)
		fprintf(stream, " %s", ast_op_text((enum ast_op)node->op));
	if (node->type)
		fprintf(stream, " '%s'", node->type->name);
	if (node->of)
		fprintf(stream, " of '%s'", node->of->name);
	fprintf(stream, "%s%s%s%s", node->flags & AST_LOADED ? " loaded" : "", node->flags & AST_MACRO ? " macro" : "",
	        node->flags & AST_ARROW ? " arrow" : "", node->flags & AST_ARRAY ? " array" : "");
}

void ast_dump_node(const struct ast_unit *unit, const struct ast_node *node, int depth, void *stream)
{
	if (depth > 500) /* dumps are for people */
		return;
	fprintf(stream, "%*s%s", depth * 2, "", ast_node_name((enum ast_node_kind)node->kind));
	dump_extra(node, stream);
	fprintf(stream, " @%u:%u-%u\n", node->line, node->range.begin, node->range.end);
	for (uint32_t i = 0; i < node->nchildren; i++)
		ast_dump_node(unit, node->children[i], depth + 1, stream);
}
