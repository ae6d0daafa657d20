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

/* "Private from here on": what stands below means something else than what stands above. */
static bool parts(const char *at, const char *end, struct arena *arena)
{
	static const char *const words[] = {
	        "below",     "following",    "next group", "group of",   "these fields", "private",
	        "internal",  "protected by", "protected:", "guarded by", "public",       "read-only",
	        "immutable", "per-thread",   "locked by",  "lock held",  "onwards",      "from here on",
	};
	const char *line = memchr(at, '\n', (size_t)(end - at));

	if (!line || !memchr(line, '/', (size_t)(end - line)))
		return false;
	const char *text = arena_strndup(arena, line, (size_t)(end - line));

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcasestr(text, words[i]))
			return true;
	}
	return false;
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

void pad_note_sections(const struct ast_file *file, struct pad_record *record, struct arena *arena)
{
	uint32_t section = 0, zone = 0;

	for (uint32_t i = 0; i < record->nfields; i++) {
		struct pad_field *field = &record->fields[i];
		struct pad_field *previous = i ? &record->fields[i - 1] : NULL;
		const char *at = file->text;
		bool directive = false;

		if (previous && file->text && previous->declaration.end <= field->declaration.begin &&
		    field->declaration.begin <= file->size && previous->declaration.file == file->index &&
		    field->declaration.file == file->index &&
		    divides(at + previous->declaration.end, at + field->declaration.begin, &directive)) {
			section++;
			zone += parts(at + previous->declaration.end, at + field->declaration.begin, arena);
		}
		if (directive)
			previous->anchored = true;
		field->section = section;
		field->zone = zone;
	}
}
