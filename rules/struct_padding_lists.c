// SPDX-License-Identifier: MIT
/* struct-padding: initialiser lists, which a new order of fields must take along. */
#include "rules/struct_padding_collect.h"

#include <string.h>

static bool visit_call(struct ast_node *node, void *context)
{
	bool *found = context;

	switch (node->kind) {
	case AST_CALL:
	case AST_NEW:
	case AST_ASSIGN:
	case AST_STMT_EXPR:
	case AST_LAMBDA:
	case AST_AWAIT:
	case AST_OTHER:
		*found = true;
		break;
	case AST_UNARY:
		*found |= node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC;
		break;
	default:
		break;
	}
	return !*found;
}

static bool has_effects(struct ast_node *node)
{
	bool found = false;

	ast_walk(node, visit_call, &found);
	return found;
}

static bool is_zero(const struct ast_node *node)
{
	while (node->kind == AST_IMPLICIT_CAST && node->nchildren)
		node = node->children[0];
	return node->kind == AST_INTEGER && node->u.value == 0;
}

static bool visit_macro(struct ast_node *node, void *context)
{
	bool *found = context;

	*found |= (node->flags & AST_MACRO) != 0;
	return !*found;
}

static void pack_element(struct packer *body, struct ast_node *element, const struct ast_field *field)
{
	uint32_t bits = 0;
	bool macro = element->flags & AST_MACRO;
	const struct ast_node *bare = element;

	while (bare->kind == AST_IMPLICIT_CAST && bare->nchildren)
		bare = bare->children[0];
	if (element->kind == AST_DESIGNATED && element->nchildren)
		ast_walk(element->children[0], visit_macro, &macro);
	bits |= macro ? PAD_ELEMENT_MACRO : 0;
	bits |= has_effects(element) ? PAD_ELEMENT_CALL : 0;
	bits |= element->kind == AST_DESIGNATED ? PAD_ELEMENT_DESIGNATED : 0;
	bits |= bare->kind == AST_INIT_LIST ? PAD_ELEMENT_BRACED : 0;
	bits |= is_zero(element) ? PAD_ELEMENT_ZERO : 0;
	pack_number(body, element->range.begin);
	pack_number(body, element->range.end);
	pack_number(body, field ? field->index + 1 : 0);
	pack_number(body, bits);
}

static void pack_list_fact(struct pad_collector *collector, const struct pad_candidate *candidate,
                           struct pad_fact_at at, const struct packer *body)
{
	struct packer *uses = &collector->uses;

	pack_number(uses, PAD_FACT_LIST);
	pack_number(uses, candidate->key);
	pad_pack_place(uses, pad_path_index(collector, at.range), at.line, at.column);
	pack_number(uses, 0);
	pack_number(uses, 0);
	pack_bytes(uses, body->bytes, body->size);
}

/* The field of @record that a designator names; through an anonymous member that member. */
static const struct ast_field *field_in(const struct ast_record *record, const struct ast_decl *decl)
{
	for (uint32_t i = 0; decl && i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];
		const struct ast_type *type = field->decl.type ? ast_bare_type(field->decl.type) : NULL;

		if (&field->decl == decl)
			return field;
		if (field->flags & AST_FIELD_ANONYMOUS && type && type->record && field_in(type->record, decl))
			return field;
	}
	return NULL;
}

static const struct ast_field *element_field(const struct ast_node *list, uint32_t index,
                                             const struct ast_record *record)
{
	const struct ast_node *element = list->children[index];
	const struct ast_field *field = NULL;

	if (element->kind == AST_DESIGNATED && element->nchildren && element->children[0]->kind == AST_FIELD_DESIGNATOR)
		return field_in(record, element->children[0]->u.decl);
	if (!ast_init_target(list, index, &field, NULL) || !field)
		return NULL;
	return field_in(record, &field->decl);
}

/* Every candidate that lies by value within @type was initialised without braces of its own. */
static void note_elision(struct pad_collector *collector, const struct ast_type *type, struct pad_fact_at at, int depth)
{
	const struct ast_record *record;

	type = type ? ast_bare_type(type) : NULL;
	while (type && (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_INCOMPLETE_ARRAY))
		type = type->target ? ast_bare_type(type->target) : NULL;
	if (!type || type->kind != AST_TYPE_RECORD || !type->record || depth > 16)
		return;
	record = type->record;
	pad_risk(collector, record, at, PAD_ELISION);
	for (uint32_t i = 0; i < record->nbases; i++)
		note_elision(collector, record->bases[i].type, at, depth + 1);
	for (uint32_t i = 0; i < record->nfields; i++) {
		if (record->fields[i]->decl.type)
			note_elision(collector, ast_bare_type(record->fields[i]->decl.type), at, depth + 1);
	}
}

/* Whether a line between the braces begins with #if, #else and the like. */
static bool has_conditions(const struct ast_unit *unit, struct ast_range range)
{
	const struct ast_file *file = ast_file_of(unit, range);

	if (!file || !file->text || range.end > file->size)
		return false;
	const char *at = file->text + range.begin, *end = file->text + range.end;

	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		while (at < end && (*at == '\n' || *at == '\r' || *at == ' ' || *at == '\t'))
			at++;
		if (at < end && *at == '#') {
			for (at++; at < end && (*at == ' ' || *at == '\t');)
				at++;
			if (end - at > 2 && (memcmp(at, "if", 2) == 0 || memcmp(at, "el", 2) == 0))
				return true;
		}
	}
	return false;
}

/* Not of lists within lists: the outer one's text is theirs as well. */
static void note_conditions(struct pad_collector *collector, const struct ast_node *list, const struct ast_type *type,
                            struct pad_fact_at at)
{
	if (list->parent && list->parent->kind == AST_INIT_LIST)
		return;
	while (type && (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_INCOMPLETE_ARRAY))
		type = type->target ? ast_bare_type(type->target) : NULL;
	if (type && pad_candidate(collector, type->record) && has_conditions(collector->unit, list->range))
		pad_risk(collector, type->record, at, PAD_LEFT_OUT);
}

/* An aggregate's bases come before its fields; { 1, 2 } may be for theirs. */
static void note_base_elision(struct pad_collector *collector, const struct ast_node *list,
                              const struct ast_record *record, struct pad_fact_at at)
{
	for (uint32_t i = 0; record && i < record->nbases && i < list->nchildren; i++) {
		const struct ast_node *value = list->children[i];
		const struct ast_type *type = value->type ? ast_bare_type(value->type) : NULL;

		if (value->kind != AST_INIT_LIST && (!type || type->kind != AST_TYPE_RECORD))
			note_elision(collector, record->bases[i].type, at, 0);
	}
}

static bool only_zero(const struct ast_node *list)
{
	return list->nchildren == 0 || (list->nchildren == 1 && is_zero(list->children[0]));
}

void pad_collect_list(struct pad_collector *collector, const struct ast_node *list)
{
	const struct ast_type *type = list->type ? ast_bare_type(list->type) : NULL;
	const struct pad_fact_at at = pad_at_node(collector, list);
	const struct ast_record *record = type && type->kind == AST_TYPE_RECORD ? type->record : NULL;
	const struct pad_candidate *candidate = pad_candidate(collector, record);
	struct packer body = {0};

	if (type && !only_zero(list) && ast_init_elides(list))
		note_elision(collector, type, at, 0);
	note_base_elision(collector, list, record, at);
	note_conditions(collector, list, type, at);
	if (!candidate || list->nchildren == 0)
		return;
	if (list->flags & AST_MACRO && !only_zero(list))
		pad_risk(collector, record, at, PAD_INITIALISER_MACRO);
	pack_number(&body, list->line);
	pack_number(&body, list->flags & AST_MACRO ? PAD_LIST_MACRO : 0);
	pack_number(&body, collector->unit->cplusplus);
	pack_number(&body, list->nchildren);
	for (uint32_t i = 0; i < list->nchildren; i++)
		pack_element(&body, list->children[i], element_field(list, i, record));
	pack_list_fact(collector, candidate, at, &body);
	pack_release(&body);
}

/* ---- constructors ---- */

static bool visit_own_field(struct ast_node *node, void *context)
{
	bool *found = context;

	if (node->kind == AST_THIS)
		*found = true;
	if (node->kind == AST_MEMBER && node->nchildren &&
	    (node->children[0]->kind == AST_NONE || node->children[0]->kind == AST_THIS))
		*found = true;
	return !*found;
}

void pad_collect_constructor(struct pad_collector *collector, const struct ast_function *function)
{
	const struct pad_candidate *candidate = pad_candidate(collector, function->parent);
	struct packer body = {0};
	bool reads = false, macro = false;

	if (!candidate || !function->ninits)
		return;
	for (uint32_t i = 0; i < function->ninits; i++) {
		if (function->inits[i].value) {
			ast_walk(function->inits[i].value, visit_own_field, &reads);
			ast_walk(function->inits[i].value, visit_macro, &macro);
		}
	}
	pack_number(&body, function->decl.line);
	pack_number(&body, PAD_LIST_CTOR | (reads ? PAD_LIST_READS : 0) | (macro ? PAD_LIST_MACRO : 0));
	pack_number(&body, 1);
	pack_number(&body, function->ninits);
	for (uint32_t i = 0; i < function->ninits; i++) {
		const struct ast_ctor_init *init = &function->inits[i];
		const bool effects = init->value && has_effects(init->value);

		pack_number(&body, init->range.begin);
		pack_number(&body, init->range.end);
		pack_number(&body, init->field ? init->field->index + 1 : 0);
		pack_number(&body, effects ? PAD_ELEMENT_CALL : 0);
	}
	pack_list_fact(
	        collector, candidate,
	        (struct pad_fact_at){.range = function->inits[0].range, .line = function->decl.line, .column = 1},
	        &body);
	pack_release(&body);
}
