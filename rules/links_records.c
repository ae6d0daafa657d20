// SPDX-License-Identifier: MIT
/* links: records, variables and the uses of shared pointers of a unit. */
#include "rules/links_collect.h"

#include <ctype.h>
#include <string.h>

/* ---- records ---- */

static void edit_range(const struct link_reader *reader, const struct ast_field *field, uint32_t *begin, uint32_t *end)
{
	const struct ast_file *file = ast_file_of(reader->unit, field->declaration);

	*begin = *end = 0;
	if (!file || !file->text || field->decl.flags & AST_MACRO ||
	    field->flags & (AST_FIELD_SHARES_DECLARATION | AST_FIELD_DEFAULT_INIT | AST_FIELD_MUTABLE) ||
	    field->declaration.file != field->decl.name_range.file)
		return;
	*begin = field->declaration.begin;
	*end = field->decl.name_range.begin;
	while (*end > *begin && isspace((unsigned char)file->text[*end - 1]))
		--*end;
	if (*end <= *begin || !link_is_shared(field->decl.type))
		*begin = *end = 0;
}

/* Numbers hold nothing. */
static bool worth_a_name(const struct ast_field *field)
{
	const struct ast_type *bare = field->decl.type ? ast_bare_type(field->decl.type) : NULL;

	return bare && bare->kind >= AST_TYPE_POINTER;
}

void link_read_record(struct link_reader *reader, const struct ast_record *record)
{
	struct packer *out = &reader->record_bytes;

	if (record->decl.flags & AST_SYSTEM || record->flags & AST_RECORD_LAMBDA)
		return;
	pack_number(out, link_record_key(reader, record));
	pack_string(out, *record->decl.name || !*record->typedef_name ? record->printed : record->typedef_name);
	pack_number(out, record->size > 0 ? (uint64_t)record->size : 0);
	pack_number(out, record->nfields);
	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];
		const struct ast_record *target;
		const struct ast_file *file = ast_file_of(reader->unit, field->decl.name_range);
		bool container;
		uint32_t begin, end;
		const enum link_hold hold = link_hold_of(field->decl.type, &target, &container);
		const struct link_place place = {file ? file->path : "", field->decl.line, field->decl.column};

		if (!worth_a_name(field)) {
			pack_number(out, 0);
			continue;
		}
		pack_number(out, hold + 1u);
		edit_range(reader, field, &begin, &end);
		pack_number(out, link_decl_key(reader->unit, &field->decl));
		pack_number(out, link_record_key(reader, target));
		pack_number(out, (container ? 1u : 0) | (field->decl.flags & AST_MACRO ? 2u : 0));
		pack_string(out, field->decl.name);
		pack_string(out, begin ? ast_text(reader->unit, (struct ast_range){field->declaration.file, begin, end},
		                                  &reader->run->scratch)
		                       : field->decl.type->name);
		pack_string(out, target ? target->printed : "");
		link_pack_place(out, &place);
		pack_number(out, begin);
		pack_number(out, end);
	}
	reader->nrecords++;
}

/* ---- uses of shared_ptr fields ---- */

static bool passes_reference(const struct ast_node *call, const struct ast_node *argument)
{
	const struct ast_function *function = link_called(call);

	for (uint32_t i = 0; function && i < link_call_arguments(call) && i < function->nparams; i++) {
		const struct ast_type *type = function->params[i]->decl.type;

		if (link_call_argument(call, i) == argument)
			return type && (type->kind == AST_TYPE_RVALUE_REFERENCE ||
			                (type->kind == AST_TYPE_REFERENCE && type->target &&
			                 !(type->target->quals & AST_CONST)));
	}
	return false;
}

static void describe_use(const struct ast_node *node, struct link_use *use)
{
	static const char *const fine[] = {"reset", "use_count", "owner_before"};
	const struct ast_node *parent = node->parent;

	while (parent && parent->kind == AST_IMPLICIT_CAST)
		node = parent, parent = parent->parent;
	if (!parent)
		return;
	if (parent->kind == AST_MEMBER && parent->u.decl) {
		for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
			use->target |= strcmp(parent->u.decl->name, fine[i]) == 0;
		use->no_edit |= strcmp(parent->u.decl->name, "swap") == 0;
	} else if (parent->kind == AST_CALL || parent->kind == AST_CONSTRUCT) {
		const bool assigned = parent->flags & AST_OPERATOR_CALL && parent->u.decl &&
		                      strcmp(parent->u.decl->name, "operator=") == 0 && parent->nchildren > 2 &&
		                      parent->children[1] == node;

		use->target |= assigned;
		use->no_edit |= !(parent->flags & AST_OPERATOR_CALL) && passes_reference(parent, node);
	} else if (parent->kind == AST_UNARY && parent->op == AST_OP_ADDRESS) {
		use->no_edit = true;
	} else if (parent->kind == AST_ASSIGN && parent->children[0] == node) {
		use->target = true;
	}
}

bool link_visit_use(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	struct link_use use = {.no_edit = node->flags & AST_MACRO};

	if (node->kind != AST_MEMBER || !node->u.decl || node->u.decl->kind != AST_DECL_FIELD ||
	    node->u.decl->flags & AST_SYSTEM || !file)
		return true;
	if (!link_is_shared(node->u.decl->type) && node->u.decl->type->kind != AST_TYPE_DEPENDENT)
		return true;
	describe_use(node, &use);
	pack_number(&reader->use_bytes, link_decl_key(reader->unit, node->u.decl));
	pack_string(&reader->use_bytes, file->path);
	pack_number(&reader->use_bytes, node->range.end);
	pack_number(&reader->use_bytes, (use.target ? 1u : 0) | (use.no_edit ? 2u : 0));
	reader->nuses++;
	return true;
}

/* ---- variables ---- */

static uint32_t element_bytes(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;
	int64_t bytes = 0;

	if (!bare || !bare->nargs)
		return 0;
	bytes = bare->args[0] && bare->args[0]->size > 0 ? bare->args[0]->size : 0;
	if (strstr(bare->template_name, "map") && bare->nargs > 1 && bare->args[1] && bare->args[1]->size > 0)
		bytes += bare->args[1]->size;
	return (uint32_t)bytes;
}

void link_read_variable(struct link_reader *reader, const struct ast_var *var)
{
	const struct ast_file *file = ast_file_of(reader->unit, var->decl.name_range);
	const struct link_place place = {file ? file->path : "", var->decl.line, var->decl.column};

	if (var->decl.flags & AST_SYSTEM || !file)
		return;
	pack_number(&reader->variable_bytes, link_decl_key(reader->unit, &var->decl));
	pack_string(&reader->variable_bytes, var->decl.name);
	pack_string(&reader->variable_bytes, var->decl.type ? var->decl.type->name : "");
	pack_number(&reader->variable_bytes, element_bytes(var->decl.type));
	pack_number(&reader->variable_bytes, !(var->decl.flags & AST_EXTERNAL));
	link_pack_place(&reader->variable_bytes, &place);
	reader->nvariables++;
}
