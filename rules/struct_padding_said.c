// SPDX-License-Identifier: MIT
/* struct-padding: comments that ask for an order. */
#include "rules/struct_padding_collect.h"

#include <ctype.h>
#include <string.h>

enum { ABOVE = 1024 }; /* bytes before a record that are searched for the comment above it */

/* In lower case, with single blanks and without stars. The former hold anyway where a record, which stays, is first. */
static const char *const first_phrases[] = {
        "must be first",
        "must be the first",
        "must come first",
        "must be at the start",
        "must be at the beginning",
        "must be at offset",
        "must stay first",
        "must remain first",
        "has to be first",
        "has to be the first",
        "has to come first",
        "should be first",
        "should be the first",
        "keep first",
        "keep this first",
        "always first",
        "first member",
        "first field",
        "first element",
};

static const char *const phrases[] = {
        "must be last",
        "must be the last",
        "must come last",
        "must stay last",
        "must remain last",
        "must be at the end",
        "has to be last",
        "has to be the last",
        "should be last",
        "should be the last",
        "keep last",
        "keep this last",
        "last member",
        "last field",
        "reorder",
        "re-order",
        "rearrange",
        "order matters",
        "order is important",
        "order important",
        "order is significant",
        "order significant",
        "order of fields",
        "order of the fields",
        "order of members",
        "order of the members",
        "in this order",
        "same order",
        "in sync with",
        "do not move",
        "don't move",
        "must match",
        "has to match",
        "should match",
        "same layout",
        "memory layout",
        "layout must",
        "layout of this",
        "layout is",
        "identical to struct",
        "same as struct",
        "same fields",
        "mirrors",
        "on disk",
        "on-disk",
        "file format",
        "wire format",
        "over the wire",
        "network format",
        "binary format",
        "binary compat",
        "assembly",
        "assembler",
        "hard-coded offset",
        "hardcoded offset",
        "offset of this",
        "adjacent",
        "contiguous",
};

/* Appends a comment to @plain as the phrases are written. */
static uint32_t flatten(const char *at, const char *end, char *plain, uint32_t size)
{
	for (; at < end; at++) {
		const bool blank = isspace((unsigned char)*at) || *at == '*' || *at == '/';

		if (!blank)
			plain[size++] = (char)tolower((unsigned char)*at);
		else if (size && plain[size - 1] != ' ')
			plain[size++] = ' ';
	}
	return size;
}

/* The end of the comment, string or character that begins at @at; @at + 1 for anything else. */
static const char *token_end(const char *at, const char *end, bool *comment)
{
	const char *stop;

	*comment = false;
	if (end - at > 1 && at[0] == '/' && at[1] == '*') {
		*comment = true;
		stop = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);
		return stop ? stop + 2 : end;
	}
	if (end - at > 1 && at[0] == '/' && at[1] == '/') {
		*comment = true;
		stop = memchr(at, '\n', (size_t)(end - at));
		return stop ? stop + 1 : end;
	}
	return at + 1;
}

static const char *skip_back(const char *at, const char *begin)
{
	while (at > begin && isspace((unsigned char)at[-1]))
		at--;
	return at;
}

/* Where the comments begin that end right above @at; @at when there are none. */
static const char *comments_above(const char *at, const char *begin)
{
	for (;;) {
		const char *end = skip_back(at, begin), *line = end;

		while (line > begin && line[-1] != '\n')
			line--;
		while (line < end && (*line == ' ' || *line == '\t'))
			line++;
		if (end - line >= 2 && line[0] == '/' && line[1] == '/') {
			at = line;
		} else if (end - begin >= 4 && end[-1] == '/' && end[-2] == '*') {
			const char *open = end - 2;

			while (open - begin >= 2 && !(open[-2] == '/' && open[-1] == '*'))
				open--;
			if (open - begin < 2)
				return at;
			at = open - 2;
		} else {
			return at;
		}
	}
}

static bool says_one_of(const char *plain, const char *const *words, size_t count)
{
	for (size_t i = 0; *plain && i < count; i++) {
		if (strstr(plain, words[i]))
			return true;
	}
	return false;
}

static bool begins_with_record(const struct ast_record *record)
{
	const struct ast_type *first = record->nfields ? record->fields[0]->decl.type : NULL;

	return first && ast_bare_type(first)->kind == AST_TYPE_RECORD;
}

void pad_note_said(struct pad_collector *collector, const struct ast_record *record)
{
	const struct ast_file *file = ast_file_of(collector->unit, record->declaration);

	if (!file || !file->text || record->declaration.begin >= record->declaration.end ||
	    record->declaration.end > file->size)
		return;
	const char *declared = file->text + record->declaration.begin, *end = file->text + record->declaration.end;
	const char *begin = record->declaration.begin > ABOVE ? declared - ABOVE : file->text;
	const char *line = memchr(end, '\n', file->size - record->declaration.end);
	const char *at = comments_above(declared, begin);
	char *plain = arena_alloc(&collector->scratch, (size_t)((line ? line : end) - at) + 1);
	uint32_t size = 0;

	for (end = line ? line : end; at < end;) {
		bool comment;
		const char *next = token_end(at, end, &comment);

		if (comment)
			size = flatten(at, next, plain, size);
		at = next;
	}
	plain[size] = '\0';
	if (says_one_of(plain, phrases, sizeof phrases / sizeof *phrases) ||
	    (!begins_with_record(record) &&
	     says_one_of(plain, first_phrases, sizeof first_phrases / sizeof *first_phrases)))
		pad_risk(collector, record, pad_at_decl(&record->decl), PAD_SAID);
}
