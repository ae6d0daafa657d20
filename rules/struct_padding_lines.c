// SPDX-License-Identifier: MIT
/*
 * struct-padding: moves the declarations of fields, as whole lines with the comments that belong to them, or within a
 * line where a record stands on one.
 */
#include "rules/struct_padding_edit.h"

#include <stdio.h>
#include <string.h>

/* What moves together: one declaration, with bit-fields of a run each on their own. */
struct chunk {
	uint32_t first, count;     /* fields */
	uint32_t decl, decl_end;   /* the declaration alone */
	uint32_t begin, end;       /* with comments: whole lines */
	uint32_t comment_column;   /* of a trailing comment; 0 none */
	bool headed;               /* the comment above may speak of the next fields too: it stays */
	bool moved;
};

struct body {
	struct pad_edits *edits;
	const struct pad_record *record;
	struct pad_text text;
	struct chunk *chunks;
	uint32_t nchunks;
};

struct pad_text pad_read(const char *path, struct arena *arena)
{
	struct pad_text text = {.path = path};
	FILE *file = fopen(path, "rb");
	long size;

	if (!file)
		return text;
	if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && size < INT32_MAX &&
	    fseek(file, 0, SEEK_SET) == 0) {
		char *bytes = arena_alloc(arena, (size_t)size + 1);

		if (fread(bytes, 1, (size_t)size, file) == (size_t)size) {
			text.bytes = bytes;
			text.size = (uint32_t)size;
		}
	}
	fclose(file);
	return text;
}

void pad_add_edit(struct pad_edits *edits, const char *path, uint32_t begin, uint32_t end, const char *text)
{
	vec_push(&edits->edits, ((struct edit){.path = path, .begin = begin, .end = end, .text = text}));
}

static void refuse(struct body *body, const char *why)
{
	if (!body->edits->why)
		body->edits->why = why;
}

/* ---- lines ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static uint32_t line_begin(const struct pad_text *text, uint32_t at)
{
	while (at && text->bytes[at - 1] != '\n')
		at--;
	return at;
}

/* Behind the newline. */
static uint32_t line_end(const struct pad_text *text, uint32_t at)
{
	while (at < text->size && text->bytes[at] != '\n')
		at++;
	return at < text->size ? at + 1 : at;
}

static uint32_t skip_blanks(const struct pad_text *text, uint32_t at)
{
	while (at < text->size && is_blank(text->bytes[at]))
		at++;
	return at;
}

static bool line_is_empty(const struct pad_text *text, uint32_t begin)
{
	const uint32_t at = skip_blanks(text, begin);

	return at < text->size && text->bytes[at] == '\n';
}

/* Behind the comment that begins at @at; @at itself when none does, UINT32_MAX when it does not end. */
static uint32_t skip_comment(const struct pad_text *text, uint32_t at)
{
	const char *bytes = text->bytes + at;

	if (bytes[0] != '/')
		return at;
	if (bytes[1] == '/') {
		while (at < text->size && text->bytes[at] != '\n')
			at++;
		return at;
	}
	if (bytes[1] != '*')
		return at;
	const char *close = strstr(bytes + 2, "*/");

	return close ? at + (uint32_t)(close + 2 - bytes) : UINT32_MAX;
}

/* Behind blanks, comments and a lone semicolon up to the end of a line; UINT32_MAX when something else stands there. */
static uint32_t rest_of_line(const struct pad_text *text, uint32_t at, uint32_t *comment)
{
	*comment = 0;
	for (;;) {
		at = skip_blanks(text, at);
		if (at >= text->size)
			return UINT32_MAX;
		if (text->bytes[at] == '\n')
			return at + 1;
		if (text->bytes[at] == ';') {
			at++;
			continue;
		}
		const uint32_t behind = skip_comment(text, at);

		if (behind == at || behind == UINT32_MAX)
			return UINT32_MAX;
		if (!*comment)
			*comment = at;
		at = behind;
	}
}

/* True when the line holds nothing but one // comment or a part of a block comment that begins at or above it. */
static bool comment_block_above(const struct pad_text *text, uint32_t line, uint32_t limit, uint32_t *begin)
{
	if (line <= limit)
		return false;
	const uint32_t above = line_begin(text, line - 1);
	const uint32_t at = skip_blanks(text, above);
	uint32_t last = line - 1; /* the newline */

	if (above < limit)
		return false;
	if (text->bytes[at] == '/' && text->bytes[at + 1] == '/') {
		*begin = above;
		return true;
	}
	while (last > at && is_blank(text->bytes[last - 1]))
		last--;
	if (last < at + 2 || text->bytes[last - 1] != '/' || text->bytes[last - 2] != '*')
		return false;
	/* The block's opening must be the first thing on its line. */
	for (uint32_t open = last - 2; open > limit; open--) {
		if (text->bytes[open - 1] != '/' || text->bytes[open] != '*')
			continue;
		const uint32_t first = line_begin(text, open - 1);

		if (first < limit || skip_blanks(text, first) != open - 1)
			return false;
		*begin = first;
		return true;
	}
	return false;
}

static uint32_t column_of(const struct pad_text *text, uint32_t at)
{
	uint32_t column = 0;

	for (uint32_t i = line_begin(text, at); i < at; i++)
		column = text->bytes[i] == '\t' ? column / 8 * 8 + 8 : column + 1;
	return column;
}

/* Lines below that hold only a // comment under a trailing one go on with it. */
static uint32_t continued_comment(const struct pad_text *text, uint32_t end, uint32_t column)
{
	for (;;) {
		const uint32_t at = skip_blanks(text, end);

		if (at + 1 >= text->size || text->bytes[at] != '/' || text->bytes[at + 1] != '/' ||
		    column_of(text, at) + 1 < column)
			return end;
		end = line_end(text, at);
	}
}

/* ---- chunks ---- */

static bool is_glued(const struct pad_record *record, uint32_t index)
{
	const struct pad_field *fields = record->fields;

	return index && fields[index].declaration.begin == fields[index - 1].declaration.begin;
}

static void split(struct body *body)
{
	const struct pad_record *record = body->record;

	body->chunks = arena_array(body->edits->arena, record->nfields + 1, struct chunk);
	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct pad_field *field = &record->fields[i];

		if (is_glued(record, i)) {
			body->chunks[body->nchunks - 1].count++;
			if (!(field->flags & AST_FIELD_SHARES_DECLARATION))
				refuse(body, "a macro declares several of its fields");
			continue;
		}
		body->chunks[body->nchunks++] = (struct chunk){
		        .first = i, .count = 1, .decl = field->declaration.begin, .decl_end = field->declaration.end};
		if (field->declaration.begin >= field->declaration.end || field->declaration.end > body->text.size)
			refuse(body, "its file has changed");
	}
}

/* The file still says what was parsed. */
static bool chunk_is_true(const struct body *body, const struct chunk *chunk)
{
	const char *name = body->record->fields[chunk->first].name;
	const size_t size = chunk->decl_end - chunk->decl;

	return !*name || body->record->fields[chunk->first].macro ||
	       memmem(body->text.bytes + chunk->decl, size, name, strlen(name));
}

/* Whole lines of a chunk; false when it shares a line with something else. */
static bool find_lines(struct body *body, struct chunk *chunk, uint32_t limit)
{
	const struct pad_text *text = &body->text;
	uint32_t comment, begin;

	chunk->begin = line_begin(text, chunk->decl);
	if (chunk->begin < limit || skip_blanks(text, chunk->begin) != chunk->decl)
		return false;
	chunk->end = rest_of_line(text, chunk->decl_end, &comment);
	if (chunk->end == UINT32_MAX)
		return false;
	if (comment && text->bytes[comment + 1] == '/')
		chunk->end = continued_comment(text, chunk->end, column_of(text, comment));
	chunk->comment_column = comment;
	while (comment_block_above(text, chunk->begin, limit, &begin))
		chunk->begin = begin;
	return true;
}

/* A comment above several fields in a row, none of which has its own, is a heading: it stays. */
static void find_headings(struct body *body)
{
	for (uint32_t i = 0; i + 1 < body->nchunks; i++) {
		struct chunk *chunk = &body->chunks[i];
		const struct chunk *next = &body->chunks[i + 1];
		const uint32_t own = line_begin(&body->text, chunk->decl);
		const bool next_has_comment = next->comment_column || line_begin(&body->text, next->decl) != next->begin;

		if (chunk->begin != own && next->begin == chunk->end && !next_has_comment)
			chunk->headed = true;
	}
}

static bool find_all_lines(struct body *body)
{
	uint32_t limit = line_end(&body->text, body->record->braces.begin);

	for (uint32_t i = 0; i < body->nchunks; i++) {
		if (!find_lines(body, &body->chunks[i], limit))
			return false;
		limit = body->chunks[i].end;
	}
	find_headings(body);
	for (uint32_t i = 0; i < body->nchunks; i++) {
		if (body->chunks[i].headed)
			body->chunks[i].begin = line_begin(&body->text, body->chunks[i].decl);
	}
	return limit <= body->record->braces.end;
}

/* ---- order ---- */

/* Chunks in the new order; false when a declaration would be torn apart. */
static bool chunk_order(const struct body *body, const uint32_t *order, uint32_t *chunks)
{
	uint32_t at = 0, n = 0;

	while (at < body->record->nfields) {
		uint32_t c = 0;

		while (c < body->nchunks && body->chunks[c].first != order[at])
			c++;
		if (c == body->nchunks)
			return false;
		for (uint32_t i = 0; i < body->chunks[c].count; i++) {
			if (at + i >= body->record->nfields || order[at + i] != body->chunks[c].first + i)
				return false;
		}
		at += body->chunks[c].count;
		chunks[n++] = c;
	}
	return true;
}

/* Marks all chunks outside of a longest run that keeps its relative order. */
static void mark_moved(struct body *body, const uint32_t *chunks)
{
	const uint32_t n = body->nchunks;
	uint32_t *length = arena_array(body->edits->arena, n + 1, uint32_t);
	uint32_t *previous = arena_array(body->edits->arena, n + 1, uint32_t);
	uint32_t best = 0;

	for (uint32_t i = 0; i < n; i++) {
		body->chunks[i].moved = true;
		length[i] = 1;
		previous[i] = UINT32_MAX;
		for (uint32_t j = 0; j < i; j++) {
			if (chunks[j] < chunks[i] && length[j] + 1 > length[i]) {
				length[i] = length[j] + 1;
				previous[i] = j;
			}
		}
		if (length[i] > length[best])
			best = i;
	}
	for (uint32_t i = best; i != UINT32_MAX; i = previous[i])
		body->chunks[chunks[i]].moved = false;
}

static bool same_access(const struct body *body, const uint32_t *chunks)
{
	const struct pad_field *fields = body->record->fields;
	uint32_t anchor = UINT32_MAX;

	for (uint32_t i = 0; i < body->nchunks; i++) {
		const struct chunk *chunk = &body->chunks[chunks[i]];

		if (!chunk->moved) {
			anchor = chunk->first;
			continue;
		}
		for (uint32_t j = i; anchor == UINT32_MAX && j < body->nchunks; j++) {
			if (!body->chunks[chunks[j]].moved)
				anchor = body->chunks[chunks[j]].first;
		}
		if (anchor != UINT32_MAX && fields[anchor].access != fields[chunk->first].access)
			return false;
	}
	return true;
}

/* ---- edits ---- */

static char *join(struct arena *arena, const char *left, const char *right)
{
	return arena_printf(arena, "%s%s", left, right);
}

static void cut(struct body *body, const struct chunk *chunk)
{
	const struct pad_text *text = &body->text;
	uint32_t begin = chunk->begin;
	const uint32_t next = skip_blanks(text, chunk->end);
	const bool ends_section = text->bytes[next] == '\n' || text->bytes[next] == '}';

	/* A section that becomes empty takes its blank line along. */
	if (begin && ends_section) {
		const uint32_t above = line_begin(text, begin - 1);

		if (above > body->record->braces.begin && line_is_empty(text, above))
			begin = above;
	}
	pad_add_edit(body->edits, text->path, begin, chunk->end, "");
}

static void edit_lines(struct body *body, const uint32_t *chunks)
{
	struct arena *arena = body->edits->arena;
	const struct chunk *anchor = NULL;
	const char *pending = "";

	for (uint32_t i = 0; i < body->nchunks; i++) {
		const struct chunk *chunk = &body->chunks[chunks[i]];

		if (chunk->moved) {
			pending = join(arena, pending,
			               arena_strndup(arena, body->text.bytes + chunk->begin, chunk->end - chunk->begin));
			cut(body, chunk);
			continue;
		}
		if (*pending && anchor)
			pad_add_edit(body->edits, body->text.path, anchor->end, anchor->end, pending);
		else if (*pending)
			pad_add_edit(body->edits, body->text.path, chunk->begin, chunk->begin, pending);
		pending = "";
		anchor = chunk;
	}
	if (*pending && anchor)
		pad_add_edit(body->edits, body->text.path, anchor->end, anchor->end, pending);
}

/* `struct s { char a; int b; char c; };`: declarations change places where only blanks stand between them. */
static void edit_inline(struct body *body, const uint32_t *chunks)
{
	for (uint32_t i = 0; i + 1 < body->nchunks; i++) {
		for (uint32_t at = body->chunks[i].decl_end; at < body->chunks[i + 1].decl; at++) {
			const char c = body->text.bytes[at];

			if (!is_blank(c) && c != '\n') {
				refuse(body, "its fields share lines with comments or other declarations");
				return;
			}
		}
	}
	for (uint32_t i = 0; i < body->nchunks; i++) {
		const struct chunk *slot = &body->chunks[i], *chunk = &body->chunks[chunks[i]];

		if (slot != chunk)
			pad_add_edit(body->edits, body->text.path, slot->decl, slot->decl_end,
			             arena_strndup(body->edits->arena, body->text.bytes + chunk->decl,
			                           chunk->decl_end - chunk->decl));
	}
}

void pad_edit_fields(struct pad_edits *edits, const struct pad_record *record, const uint32_t *order)
{
	struct body body = {.edits = edits, .record = record, .text = pad_read(record->path, edits->arena)};
	uint32_t *chunks = arena_array(edits->arena, record->nfields + 1, uint32_t);

	if (!body.text.bytes || record->braces.end > body.text.size) {
		refuse(&body, "its file cannot be read again");
		return;
	}
	if (record->flags & AST_RECORD_DIRECTIVES)
		refuse(&body, "preprocessor lines stand between its fields");
	if (record->macro)
		refuse(&body, "a macro declares it");
	split(&body);
	for (uint32_t i = 0; i < body.nchunks && !edits->why; i++) {
		if (!chunk_is_true(&body, &body.chunks[i]))
			refuse(&body, "its file has changed");
	}
	if (edits->why)
		return;
	if (!chunk_order(&body, order, chunks)) {
		refuse(&body, "fields declared together, as in 'int a, b;', would have to part");
		return;
	}
	mark_moved(&body, chunks);
	if (!same_access(&body, chunks))
		refuse(&body, "a field would have to move to another access section");
	else if (find_all_lines(&body))
		edit_lines(&body, chunks);
	else
		edit_inline(&body, chunks);
}
