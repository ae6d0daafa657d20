// SPDX-License-Identifier: MIT
/*
 * struct-padding: moves the declarations of fields, as whole lines with the comments that belong to them, or within a
 * line where a record stands on one.
 */
#include "rules/struct_padding_edit.h"

#include <ctype.h>
#include <string.h>

/* What moves together: one declaration, with bit-fields of a run each on their own. */
struct chunk {
	uint32_t first, count;   /* fields */
	uint32_t decl, decl_end; /* the declaration alone */
	uint32_t begin, end;     /* with comments: whole lines */
	uint32_t comment_column; /* of a trailing comment; 0 none */
	bool headed;             /* the comment above may speak of the next fields too: it stays */
	bool moved;
};

struct body {
	struct pad_edits *edits;
	const struct pad_record *record;
	struct pad_text text;
	struct chunk *chunks;
	uint32_t nchunks;
};

void pad_add_edit(struct pad_edits *edits, const char *path, uint32_t begin, uint32_t end, const char *text)
{
	vec_push(&edits->edits, ((struct edit){.path = path, .begin = begin, .end = end, .text = text}));
}

static void refuse(struct body *body, const char *why)
{
	if (!body->edits->why)
		body->edits->why = why;
}

/* ---- chunks ---- */

/* NAME or NAME(…) at the head of a line: all of a macro that makes a field, whatever part of it we were told of. */
static void widen_to_macro(const struct body *body, struct chunk *chunk)
{
	const struct pad_text *text = &body->text;
	uint32_t at = text_skip_blanks(text, text_line_begin(text, chunk->decl)), depth = 0;

	chunk->decl = at;
	while (at < text->size && (isalnum((unsigned char)text->bytes[at]) || text->bytes[at] == '_'))
		at++;
	chunk->decl_end = at;
	at = text_skip_blanks(text, at);
	for (; at < text->size && (depth || text->bytes[at] == '('); at++) {
		depth += text->bytes[at] == '(';
		depth -= text->bytes[at] == ')';
		chunk->decl_end = at + 1;
		if (!depth)
			break;
	}
}

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
		if (field->macro && !body->edits->why)
			widen_to_macro(body, &body->chunks[body->nchunks - 1]);
	}
	for (uint32_t i = 1; i < body->nchunks; i++) {
		if (body->chunks[i].decl < body->chunks[i - 1].decl_end)
			refuse(body, "a macro declares several of its fields");
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

	chunk->begin = text_line_begin(text, chunk->decl);
	if (chunk->begin < limit || text_skip_blanks(text, chunk->begin) != chunk->decl)
		return false;
	chunk->end = text_rest_of_line(text, chunk->decl_end, &comment);
	if (chunk->end == UINT32_MAX)
		return false;
	if (comment && text->bytes[comment + 1] == '/')
		chunk->end = text_continued_comment(text, chunk->end, text_column_of(text, comment));
	chunk->comment_column = comment;
	while (text_comment_block_above(text, chunk->begin, limit, &begin))
		chunk->begin = begin;
	return true;
}

/* A comment above several fields in a row, none of which has its own, is a heading: it stays. So is one above a field that
 * has its own behind it. */
static void find_headings(struct body *body)
{
	for (uint32_t i = 0; i + 1 < body->nchunks; i++) {
		struct chunk *chunk = &body->chunks[i];
		const struct chunk *next = &body->chunks[i + 1];
		const uint32_t own = text_line_begin(&body->text, chunk->decl);
		const bool next_has_comment =
		        next->comment_column || text_line_begin(&body->text, next->decl) != next->begin;

		if (chunk->begin != own && next->begin == chunk->end && (!next_has_comment || chunk->comment_column))
			chunk->headed = true;
	}
}

static bool find_all_lines(struct body *body)
{
	uint32_t limit = text_line_end(&body->text, body->record->braces.begin);

	for (uint32_t i = 0; i < body->nchunks; i++) {
		if (!find_lines(body, &body->chunks[i], limit))
			return false;
		limit = body->chunks[i].end;
	}
	find_headings(body);
	for (uint32_t i = 0; i < body->nchunks; i++) {
		if (body->chunks[i].headed)
			body->chunks[i].begin = text_line_begin(&body->text, body->chunks[i].decl);
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

/* Rather than what stands below a heading, its neighbours move. */
static uint32_t weight_of(const struct chunk *chunk)
{
	return chunk->headed ? 3 : 2;
}

/* Marks all chunks outside of a heaviest run that keeps its relative order. */
static void mark_moved(struct body *body, const uint32_t *chunks)
{
	const uint32_t n = body->nchunks;
	uint32_t *length = arena_array(body->edits->arena, n + 1, uint32_t);
	uint32_t *previous = arena_array(body->edits->arena, n + 1, uint32_t);
	uint32_t best = 0;

	for (uint32_t i = 0; i < n; i++) {
		body->chunks[i].moved = true;
		length[i] = weight_of(&body->chunks[chunks[i]]);
		previous[i] = UINT32_MAX;
		for (uint32_t j = 0; j < i; j++) {
			const uint32_t with = length[j] + weight_of(&body->chunks[chunks[i]]);

			if (chunks[j] < chunks[i] && with > length[i]) {
				length[i] = with;
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
	const uint32_t above = chunk->begin ? text_line_begin(text, chunk->begin - 1) : 0;
	const bool blank_below = text_line_is_empty(text, chunk->end);
	uint32_t begin = chunk->begin, end = chunk->end;

	/* A section that becomes empty takes one of its blank lines along. */
	if (above > body->record->braces.begin && text_line_is_empty(text, above) &&
	    (blank_below || text->bytes[text_skip_blanks(text, end)] == '}'))
		begin = above;
	else if (above <= body->record->braces.begin && blank_below)
		end = text_line_end(text, end);
	pad_add_edit(body->edits, text->path, begin, end, "");
}

static void edit_lines(struct body *body, const uint32_t *chunks)
{
	struct arena *arena = body->edits->arena;
	const struct chunk *anchor = NULL;
	const char *pending = "";

	for (uint32_t i = 0; i < body->nchunks; i++) {
		const struct chunk *chunk = &body->chunks[chunks[i]];

		if (chunk->moved) {
			pending =
			        join(arena, pending,
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

			if (!text_is_blank(c) && c != '\n') {
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
	if (pad_is_generated(&body.text))
		refuse(&body, "its file is generated");
	if (record->flags & AST_RECORD_DIRECTIVES && text_has_conditions(&body.text, record->braces))
		refuse(&body, "preprocessor lines stand between its fields");
	if (record->macro)
		refuse(&body, "a macro declares it");
	split(&body);
	for (uint32_t i = 0; i < body.nchunks && !edits->why; i++) {
		if (!chunk_is_true(&body, &body.chunks[i]))
			refuse(&body, "its text does not name its fields: a macro makes them, or the file has changed");
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
