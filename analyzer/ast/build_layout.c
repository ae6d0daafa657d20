// SPDX-License-Identifier: MIT
/* What only the text of a record says: its braces, where each member's declaration begins and ends, directives. */
#include "analyzer/ast/build.h"
#include "analyzer/ast/lex.h"

#include <stdlib.h>
#include <string.h>

static struct build_file *file_of(const struct build *b, struct ast_range range)
{
	return range.file && range.file < b->file_list.count ? b->file_list.items[range.file] : NULL;
}

/* aligned(16), alignas(8): the number; 0 when it is an expression or stands in a macro, 16 for a bare `aligned`. */
uint32_t build_attribute_value(struct build *b, CXCursor attribute)
{
	uint16_t flags = 0;
	const struct ast_range range = build_range(b, clang_getCursorExtent(attribute), &flags, NULL);
	const struct build_file *file = file_of(b, range);
	struct lex_token token;
	struct lex lex;

	if (!file || !file->raw || (flags & AST_MACRO))
		return 0;
	lex_init(&lex, file->raw, file->ast.size, range.begin);
	token = lex_next_code(&lex);
	if (!lex_is(&lex, lex_next_code(&lex), "("))
		return 16;
	token = lex_next_code(&lex);
	if (token.kind != LEX_NUMBER || !lex_is(&lex, lex_next_code(&lex), ")"))
		return 0;
	return (uint32_t)strtoul(file->raw + token.begin, NULL, 0);
}

/* To behind the semicolon that ends the declaration in which @range stands. */
static uint32_t declaration_end(const struct build_file *file, uint32_t from, uint32_t limit)
{
	struct lex lex;

	lex_init(&lex, file->raw, limit, from);
	for (;;) {
		const struct lex_token token = lex_next_code(&lex);

		if (token.kind == LEX_END)
			return from;
		if (lex_is(&lex, token, ";"))
			return token.end;
		if (lex_is(&lex, token, "(") || lex_is(&lex, token, "[") || lex_is(&lex, token, "{"))
			lex_skip_group(&lex);
	}
}

static bool is_method_end(const struct ast_record *record, uint32_t end)
{
	for (uint32_t i = 0; i < record->nmethods; i++)
		if (record->methods[i]->decl.range.end == end)
			return true;
	return false;
}

/* Gives the fields whose names lie in [begin, end) that range as their declaration. */
static void declare_fields(struct ast_record *record, uint32_t *next, uint32_t begin, uint32_t end)
{
	const uint32_t first = *next;

	for (; *next < record->nfields; (*next)++) {
		struct ast_field *field = record->fields[*next];

		if (field->decl.flags & AST_MACRO && field->decl.name_range.begin >= end)
			break;
		if (field->decl.name_range.begin >= end)
			break;
		field->declaration = (struct ast_range){record->braces.file, begin, end};
	}
	if (*next - first > 1)
		for (uint32_t i = first; i < *next; i++)
			record->fields[i]->flags |= AST_FIELD_SHARES_DECLARATION;
}

static bool is_access(const struct lex *lex, struct lex_token token)
{
	return lex_is(lex, token, "public") || lex_is(lex, token, "private") || lex_is(lex, token, "protected");
}

/* Walks the members between the braces: each ends with a semicolon or is a method with a body. */
static void split_members(struct build_file *file, struct ast_record *record)
{
	struct lex lex;
	uint32_t begin = 0, next = 0;

	lex_init(&lex, file->raw, record->braces.end - 1, record->braces.begin + 1);
	for (;;) {
		const struct lex_token token = lex_next(&lex);

		if (token.kind == LEX_END)
			return;
		if (token.kind == LEX_DIRECTIVE)
			record->flags |= AST_RECORD_DIRECTIVES;
		if (token.kind == LEX_COMMENT || token.kind == LEX_DIRECTIVE)
			continue;
		if (!begin)
			begin = token.begin;
		if (lex_is(&lex, token, ":") && begin &&
		    is_access(&lex, (struct lex_token){.begin = begin, .end = token.begin})) {
			begin = 0;
		} else if (lex_is(&lex, token, ";")) {
			declare_fields(record, &next, begin, token.end);
			begin = 0;
		} else if (lex_is(&lex, token, "(") || lex_is(&lex, token, "[") || lex_is(&lex, token, "{")) {
			const bool brace = lex_is(&lex, token, "{");

			lex_skip_group(&lex);
			if (brace && is_method_end(record, lex.at))
				begin = 0;
		}
	}
}

/* The { behind the record's head, and its }: attributes, bases and template arguments may stand between. */
static bool find_braces(const struct build_file *file, struct ast_record *record)
{
	struct lex lex;
	struct lex_token token;

	lex_init(&lex, file->raw, file->ast.size, record->decl.range.begin);
	do {
		token = lex_next_code(&lex);
		if (token.kind == LEX_END || lex_is(&lex, token, ";") || token.begin >= record->decl.range.end)
			return false;
		if (lex_is(&lex, token, "(") || lex_is(&lex, token, "["))
			lex_skip_group(&lex);
	} while (!lex_is(&lex, token, "{"));
	record->braces = (struct ast_range){record->decl.range.file, token.begin, 0};
	if (!lex_skip_group(&lex))
		return false;
	record->braces.end = lex.at;
	return record->braces.end <= record->decl.range.end;
}

/* Directives inside groups (nested records) count too. */
static bool has_directives(const struct build_file *file, struct ast_range braces)
{
	struct lex lex;
	struct lex_token token;

	lex_init(&lex, file->raw, braces.end, braces.begin);
	do
		token = lex_next(&lex);
	while (token.kind != LEX_END && token.kind != LEX_DIRECTIVE);
	return token.kind == LEX_DIRECTIVE;
}

void build_record_text(struct build *b, struct ast_record *record)
{
	struct build_file *file = file_of(b, record->decl.range);

	if (!file || !file->raw || (record->decl.flags & AST_MACRO))
		return;
	if (!find_braces(file, record)) {
		record->braces = (struct ast_range){0};
		return;
	}
	if (has_directives(file, record->braces))
		record->flags |= AST_RECORD_DIRECTIVES;
	split_members(file, record);
	record->declaration.end = declaration_end(file, record->declaration.end, file->ast.size);
}

/* ---- does the layout follow from the fields alone? ---- */

static int64_t align_to(int64_t value, int64_t align)
{
	return align > 1 ? (value + align - 1) / align * align : value;
}

/* Bits behind @field when it comes at bit @at, by the System V rules. */
static int64_t place_field(const struct ast_field *field, int64_t at, int64_t *offset)
{
	const int64_t align = (int64_t)field->align * 8, size = field->size * 8;

	if (!(field->flags & AST_FIELD_BIT)) {
		*offset = align_to(at, align);
		return *offset + size;
	}
	if (!field->width) {
		*offset = align_to(at, align);
		return *offset;
	}
	if (!(field->flags & AST_FIELD_PACKED) && align && at % align + field->width > size)
		at = align_to(at, align);
	*offset = at;
	return at + field->width;
}

bool build_natural_layout(const struct ast_record *record)
{
	int64_t at = 0, end = 0, align = record->aligned ? record->aligned : 1;

	if (record->size < 0 || record->nbases || (record->flags & (AST_RECORD_PACKED | AST_RECORD_DYNAMIC)) ||
	    ((record->flags & AST_RECORD_ALIGNED) && !record->aligned) || !record->nfields)
		return true;
	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];
		int64_t offset;

		if (field->size < 0 || field->offset < 0 ||
		    (field->flags & (AST_FIELD_ALIGNED | AST_FIELD_OVERLAPPING)) ||
		    ((field->flags & AST_FIELD_BIT) && field->width > (uint64_t)field->size * 8))
			return true;
		at = place_field(field, record->kind == AST_UNION ? 0 : at, &offset);
		if (offset != field->offset)
			return false;
		if (at > end)
			end = at;
		if (field->align > align && (field->decl.name_range.begin || field->width))
			align = field->align;
	}
	return align_to(align_to(end, 8) / 8, align) == record->size || (record->size == 1 && !end);
}
