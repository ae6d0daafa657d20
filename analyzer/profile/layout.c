// SPDX-License-Identifier: MIT
/* Takes record layouts apart and finds their holes. */
#include "analyzer/profile/layout.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* The text up to @stop (or the end); *@at moves behind it. */
static const char *take(const char **at, char stop, struct arena *arena)
{
	const char *start = *at, *end = start;

	while (*end && *end != stop && *end != '\n')
		end++;
	*at = *end == stop ? end + 1 : end;
	return arena_strndup(arena, start, (size_t)(end - start));
}

static uint64_t take_number(const char **at, char stop, struct arena *arena, int *bad)
{
	const char *text = take(at, stop, arena);
	char *end;

	errno = 0;
	const uint64_t value = strtoull(text, &end, 10);

	if (end == text || *end || errno)
		*bad = 1;
	return value;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

/* Bits of @layout that no field covers. Fields are in offset order; unions and bit-fields may overlap. */
static uint64_t find_padding(const struct layout *layout)
{
	uint64_t end = 0, padding = 0;

	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *field = layout->fields + i;

		if (field->offset > end)
			padding += field->offset - end;
		if (field->offset + field->size > end)
			end = field->offset + field->size;
	}
	return layout->size * 8 > end ? padding + layout->size * 8 - end : padding;
}

static bool in_order(const struct layout_field *fields, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (fields[i].offset < fields[i - 1].offset)
			return false;
	return true;
}

/* Merges the sorted runs [0, middle) and [middle, n); of equal offsets the first one stays first. */
static void merge(struct layout_field *fields, size_t middle, size_t n, struct layout_field *room)
{
	size_t a = 0, b = middle;

	memcpy(room, fields, n * sizeof *fields);
	for (size_t i = 0; i < n; i++)
		fields[i] = b == n || (a < middle && room[a].offset <= room[b].offset) ? room[a++] : room[b++];
}

/* Structs within a union stand one behind the other; what one leaves free another may cover. */
static void sort_fields(struct layout_field *fields, size_t n, struct arena *arena)
{
	struct layout_field *room = in_order(fields, n) ? NULL : arena_array(arena, n, struct layout_field);

	for (size_t run = 1; room && run < n; run *= 2)
		for (size_t i = 0; i + run < n; i += run * 2)
			merge(fields + i, run, n - i < run * 2 ? n - i : run * 2, room);
}

int layout_parse(struct layout *layout, const char *text, struct arena *arena)
{
	struct layout_field *fields = arena_array(arena, count_lines(text) + 1, struct layout_field);
	int bad = 0;

	*layout = (struct layout){.fields = fields, .name = take(&text, '\t', arena)};
	layout->size = take_number(&text, '\t', arena, &bad);
	layout->align = take_number(&text, '\t', arena, &bad);
	layout->kind = take(&text, '\n', arena);
	while (*text && !bad) {
		struct layout_field *field = fields + layout->nfields++;

		field->offset = take_number(&text, '\t', arena, &bad);
		field->size = take_number(&text, '\t', arena, &bad);
		field->name = take(&text, '\t', arena);
		field->type = take(&text, '\t', arena);
		field->flags = take(&text, '\t', arena);
		field->count = *text && *text != '\n' ? take_number(&text, '\n', arena, &bad) : 0;
		if (*text == '\n')
			text++;
	}
	sort_fields(fields, layout->nfields, arena);
	layout->padding = find_padding(layout);
	return bad || layout->size > UINT64_MAX / 16 || layout->padding > layout->size * 8 ? -1 : 0;
}
