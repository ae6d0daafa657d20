// SPDX-License-Identifier: MIT
/* struct-padding: the layout as it is and as it could be, holes marked. */
#include "rules/struct_padding.h"

#include <stdio.h>
#include <string.h>

enum {
	SIDE = 46,  /* columns of the left layout */
	TEXT = 128, /* bytes of a line of one side */
	MANY = 40,  /* lines above which the middle of equal stretches is left out */
	AROUND = 2, /* lines kept around what differs */
};

struct row {
	char text[TEXT];
	bool hole;
};

struct rows {
	struct row *items;
	uint32_t count;
};

static void add_hole(struct rows *rows, uint64_t at, uint64_t bits, const char *what)
{
	struct row *row = &rows->items[rows->count++];

	row->hole = true;
	if (bits % 8)
		snprintf(row->text, sizeof row->text, "%6s  -- %u-bit %s", "", (unsigned)bits, what);
	else
		snprintf(row->text, sizeof row->text, "%6llu  -- %llu-byte %s", (unsigned long long)at,
		         (unsigned long long)bits / 8, what);
}

/* "char name[16]" from the type "char[16]". */
static void add_field(struct rows *rows, const struct pad_field *field, uint64_t at)
{
	struct row *row = &rows->items[rows->count++];
	const char *suffix = strchr(field->type, '[');
	const char *name = *field->name ? field->name : "(unnamed)";
	int prefix = suffix ? (int)(suffix - field->type) : (int)strlen(field->type);
	char place[32], width[24] = "";

	if (strchr(field->type, '(')) {
		prefix = (int)strlen(field->type);
		suffix = NULL;
	}
	while (prefix > 0 && field->type[prefix - 1] == ' ')
		prefix--;
	if (prefix > 40)
		prefix = 40;
	snprintf(place, sizeof place, "%llu", (unsigned long long)at / 8);
	if (field->flags & AST_FIELD_BIT)
		snprintf(width, sizeof width, " : %u", field->width);
	snprintf(row->text, sizeof row->text, "%6s  %.*s%s%.40s%.20s%s", place, prefix, field->type,
	         prefix && field->type[prefix - 1] == '*' ? "" : " ", name, suffix ? suffix : "", width);
}

static struct rows draw(const struct pad_record *record, const struct layout *layout, const uint32_t *order,
                        struct arena *arena)
{
	struct rows rows = {.items = arena_array(arena, 2 * (size_t)record->nfields + 4, struct row)};
	uint64_t *offsets = arena_array(arena, record->nfields + 1, uint64_t);
	const uint64_t size = layout_place(layout, order, offsets);
	uint64_t end = layout->start * 8;

	if (end) {
		snprintf(rows.items[0].text, TEXT, "%6d  (%llu bytes of base classes or virtual table pointer)", 0,
		         (unsigned long long)layout->start);
		rows.count = 1;
	}
	for (uint32_t i = 0; i < record->nfields; i++) {
		const uint32_t index = order ? order[i] : i;
		const struct pad_field *field = &record->fields[index];
		const uint64_t bits = field->flags & AST_FIELD_BIT ? field->width : field->size * 8;

		if (offsets[index] > end)
			add_hole(&rows, (end + 7) / 8, offsets[index] - end, "hole");
		add_field(&rows, field, offsets[index]);
		end = offsets[index] + bits;
	}
	if (size * 8 > end)
		add_hole(&rows, (end + 7) / 8, size * 8 - end, "tail padding");
	return rows;
}

static bool differs(const struct rows *before, const struct rows *after, uint32_t at)
{
	if (at >= before->count || at >= after->count)
		return at < before->count || at < after->count;
	return before->items[at].hole || after->items[at].hole ||
	       strcmp(before->items[at].text, after->items[at].text) != 0;
}

static bool shown(const struct rows *before, const struct rows *after, uint32_t at, uint32_t lines)
{
	if (lines <= MANY)
		return true;
	for (uint32_t i = at > AROUND ? at - AROUND : 0; i <= at + AROUND && i < lines; i++) {
		if (differs(before, after, i))
			return true;
	}
	return false;
}

const char *pad_draw(const struct pad_record *record, const struct layout *layout, const uint32_t *order,
                     struct arena *arena)
{
	const struct rows before = draw(record, layout, NULL, arena), after = draw(record, layout, order, arena);
	const uint32_t lines = before.count > after.count ? before.count : after.count;
	const size_t size = (size_t)(lines + 4) * (2 * TEXT + 8);
	char *text = arena_alloc(arena, size), *at = text;
	char *const limit = text + size;
	uint32_t skipped = 0;

	at += snprintf(at, (size_t)(limit - at), "  %-*s %s\n", SIDE + 1, "before:", "after:");
	for (uint32_t i = 0; i < lines; i++) {
		const char *left = i < before.count ? before.items[i].text : "";
		const char *right = i < after.count ? after.items[i].text : "";

		if (!shown(&before, &after, i, lines)) {
			skipped++;
			continue;
		}
		if (skipped)
			at += snprintf(at, (size_t)(limit - at), "        ... %u lines alike ...\n", skipped);
		skipped = 0;
		at += *right ? snprintf(at, (size_t)(limit - at), "%-*s %s\n", SIDE + 2, left, right)
		             : snprintf(at, (size_t)(limit - at), "%s\n", left);
	}
	if (skipped)
		snprintf(at, (size_t)(limit - at), "        ... %u lines alike ...\n", skipped);
	return text;
}
