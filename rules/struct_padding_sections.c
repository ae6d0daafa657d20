// SPDX-License-Identifier: MIT
/*
 * struct-padding: what the author keeps together. Blank lines, headings and directives between fields divide a record into
 * sections; of orders that cost the same, one that leaves fields in their sections reads best.
 */
#include "rules/struct_padding.h"

#include <string.h>

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
		at++;
	return at;
}

/* Whether a blank line, a comment of its own line, or a directive stands in the text between two fields. */
static bool divides(const char *at, const char *end, bool *directive)
{
	const char *line = memchr(at, '\n', (size_t)(end - at)); /* the rest of the line belongs to the field */
	bool found = false;

	while (line) {
		const char *first = skip_blanks(line + 1, end);

		if (first >= end)
			break;
		found |= *first == '\n' || *first == '/';
		*directive |= *first == '#';
		line = memchr(first, '\n', (size_t)(end - first));
	}
	return found || *directive;
}

void pad_note_sections(const struct ast_file *file, struct pad_record *record)
{
	uint32_t section = 0;

	for (uint32_t i = 0; i < record->nfields; i++) {
		struct pad_field *field = &record->fields[i];
		struct pad_field *previous = i ? &record->fields[i - 1] : NULL;
		bool directive = false;

		if (previous && file->text && previous->declaration.end <= field->declaration.begin &&
		    field->declaration.begin <= file->size && previous->declaration.file == file->index &&
		    field->declaration.file == file->index &&
		    divides(file->text + previous->declaration.end, file->text + field->declaration.begin, &directive))
			section++;
		if (directive)
			previous->anchored = true;
		field->section = section;
	}
}
