// SPDX-License-Identifier: MIT
/* Units from strings, for tests of the syntax tree. */
#include "ast_sample.h"

#include "analyzer/ast/parse.h"

#include <check.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ast_unit *unit;
static struct ast_parser *parser;
static struct arena texts;

static const struct ast_unit *parse(const char *name, const char *text, const char *flag, const char *header)
{
	char directory[4096], path[256];
	const char *arguments[2];
	const struct ast_overlay overlays[] = {{path, text, strlen(text)},
	                                       {"/sample/sample.h", header ? header : "", header ? strlen(header) : 0}};
	struct ast_command command = {
	        .directory = "/", .file = path, .overlays = overlays, .noverlays = header ? 2 : 1};

	setenv("LIBCLANG_NOTHREADS", "1", 1);
	sample_free();
	snprintf(path, sizeof path, "/sample/%s", name);
	if (flag)
		arguments[command.narguments++] = flag;
	arguments[command.narguments++] = path;
	command.arguments = arguments;
	ck_assert_int_eq(ast_find_resource_dir(NULL, directory), STATUS_OK);
	parser = ast_parser_new(directory);
	ck_assert_int_eq(ast_parse(parser, &command, &unit), AST_PARSED);
	return unit;
}

const struct ast_unit *sample_parse(const char *name, const char *text, const char *flag)
{
	return parse(name, text, flag, NULL);
}

const struct ast_unit *sample_with_header(const char *name, const char *text, const char *header)
{
	return parse(name, text, NULL, header);
}

void sample_free(void)
{
	ast_unit_free(unit);
	ast_parser_free(parser);
	arena_clear(&texts);
	unit = NULL;
	parser = NULL;
}

static void print_detail(FILE *stream, const struct ast_node *node)
{
	switch (node->kind) {
	case AST_VAR:
	case AST_REF:
	case AST_MEMBER:
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
	if (node->kind == AST_IMPLICIT_CAST || node->kind == AST_CAST)
		fprintf(stream, " '%s'", node->type->name);
}

static void print(FILE *stream, const struct ast_node *node)
{
	if (node->kind == AST_NONE) {
		fputc('_', stream);
		return;
	}
	fprintf(stream, "(%s%s%s", ast_node_name((enum ast_node_kind)node->kind), node->flags & AST_LOADED ? "!" : "",
	        node->flags & AST_ARROW ? "->" : "");
	print_detail(stream, node);
	for (uint32_t i = 0; i < node->nchildren; i++) {
		fputc(' ', stream);
		ck_assert_ptr_eq(node->children[i]->parent, node);
		print(stream, node->children[i]);
	}
	fputc(')', stream);
}

const char *sample_shape(const struct ast_node *node)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	const char *copy;

	print(stream, node);
	fclose(stream);
	copy = arena_strdup(&texts, text);
	free(text);
	return copy;
}

const struct ast_function *sample_function(const char *name)
{
	for (uint32_t i = 0; i < unit->nfunctions; i++)
		if (!strcmp(unit->functions[i]->qualified, name))
			return unit->functions[i];
	BUG("no function %s", name);
}

const struct ast_record *sample_record(const char *printed)
{
	for (uint32_t i = 0; i < unit->nrecords; i++)
		if (!strcmp(unit->records[i]->printed, printed))
			return unit->records[i];
	BUG("no record %s", printed);
}

const struct ast_field *sample_field(const char *record, const char *name)
{
	const struct ast_record *found = sample_record(record);

	for (uint32_t i = 0; i < found->nfields; i++)
		if (!strcmp(found->fields[i]->decl.name, name))
			return found->fields[i];
	BUG("no field %s in %s", name, record);
}

const struct ast_var *sample_global(const char *name)
{
	for (uint32_t i = 0; i < unit->nglobals; i++)
		if (!strcmp(unit->globals[i]->decl.name, name))
			return unit->globals[i];
	BUG("no variable %s", name);
}

const char *sample_statement(const char *function, unsigned index)
{
	const struct ast_node *body = sample_function(function)->body;

	ck_assert_ptr_nonnull(body);
	ck_assert_uint_lt(index, body->nchildren);
	return sample_shape(body->children[index]);
}

const char *sample_text(struct ast_range range)
{
	return ast_text(unit, range, &texts);
}
