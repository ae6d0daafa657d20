// SPDX-License-Identifier: MIT
/* links: containers that are made of macros. */
#include "rules/links_collect.h"

#include <ctype.h>
#include <string.h>

struct macro_model {
	enum link_event_kind event;
	uint32_t container;
};

struct in_range {
	uint32_t begin, end;
	const struct ast_node *found;
};

static const uint64_t named = AST_HAS(AST_REF) | AST_HAS(AST_MEMBER) | AST_HAS(AST_SUBSCRIPT) | AST_HAS(AST_UNARY);

static bool visit_in_range(struct ast_node *node, void *context)
{
	struct in_range *wanted = context;

	if (wanted->found)
		return false;
	if (ast_is_expr(node) && node->range.begin >= wanted->begin && node->range.end <= wanted->end &&
	    (node->kind == AST_REF || node->kind == AST_MEMBER || node->kind == AST_SUBSCRIPT ||
	     (node->kind == AST_UNARY && node->op == AST_OP_ADDRESS)))
		wanted->found = node;
	return !wanted->found;
}

/* Bytes of argument @index of the macro call that begins at @text. */
static bool macro_argument(const char *text, const char *end, uint32_t index, const char **from, const char **to)
{
	int depth = 0;

	text = memchr(text, '(', (size_t)(end - text));
	*from = text ? text + 1 : NULL;
	for (; text && text < end; text++) {
		if (*text == '(' || *text == '[' || *text == '{')
			depth++;
		else if (*text == ')' || *text == ']' || *text == '}')
			depth--;
		if (depth == 0 || (depth == 1 && *text == ',')) {
			*to = text;
			if (index-- == 0)
				return true;
			if (depth == 0)
				return false;
			*from = text + 1;
		}
	}
	return false;
}

/* Key of the record of what is added: the head's own, or that of the argument behind it, which *extra is about. */
static uint64_t macro_element(struct link_reader *reader, struct ast_node *node, const char *text,
                              const struct macro_model *model, const struct ast_record *head, uint32_t *extra)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	struct in_range wanted = {0, 0, NULL};
	const char *from, *to;

	if (macro_argument(text, file->text + file->size, model->container + 1, &from, &to)) {
		wanted.begin = (uint32_t)(from - file->text);
		wanted.end = (uint32_t)(to - file->text);
		ast_walk_kinds(node, named, visit_in_range, &wanted);
	}
	if (wanted.found)
		*extra = link_given_by(reader, link_eval(reader, wanted.found));
	if (wanted.found && ast_record_of(wanted.found->type))
		head = ast_record_of(wanted.found->type);
	return head ? link_decl_key(reader->unit, &head->decl) : 0;
}

static void take_event(struct link_reader *reader, const struct macro_model *model, struct ast_node *node,
                       const char *text, const struct ast_node *container)
{
	uint32_t extra = 0;
	uint64_t element = 0;

	if (model->event == LINK_GROW)
		element = macro_element(reader, node, text, model, ast_record_of(container->type), &extra);
	link_emit(reader, model->event, link_place_of(reader, container), element, extra, node);
}

void link_take_macro(struct link_reader *reader, struct ast_node *node)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	const char *from, *to;

	if (!file || !file->text || node->range.begin >= file->size || node->range.begin == reader->last_macro ||
	    (node->range.begin == reader->plain_macro && node->range.file == reader->plain_file))
		return;
	const char *text = file->text + node->range.begin;
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	struct macro_model model;

	if (!length || !link_macro_model(text, length, &model.event, &model.container)) {
		reader->plain_macro = node->range.begin;
		reader->plain_file = node->range.file;
		return;
	}
	reader->last_macro = node->range.begin;
	if (!macro_argument(text + length, file->text + file->size, model.container, &from, &to))
		return;
	struct in_range wanted = {(uint32_t)(from - file->text), (uint32_t)(to - file->text), NULL};

	ast_walk_kinds(node, named, visit_in_range, &wanted);
	if (!wanted.found)
		return;
	const struct ast_record *record = ast_record_of(wanted.found->type);

	if (model.event == LINK_ELEMENT_OFF)
		link_emit(reader, LINK_ELEMENT_OFF, link_object(reader, LINK_LOCAL, 0, 0),
		          record ? link_decl_key(reader->unit, &record->decl) : 0, 0, node);
	else
		take_event(reader, &model, node, text + length, wanted.found);
}
