// SPDX-License-Identifier: MIT
/* struct-padding: all edits of one reorder, put in order. */
#include "rules/struct_padding_edit.h"

#include <stdlib.h>
#include <string.h>

static int compare_edits(const void *left, const void *right)
{
	const struct edit *a = left, *b = right;
	const int path = strcmp(a->path, b->path);

	if (path)
		return path;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	return (a->end > b->end) - (a->end < b->end);
}

/* One edit for what begins at the same place; false when two overlap. */
static bool merge(struct pad_edits *edits)
{
	struct edit *items = edits->edits.items;
	size_t kept = 0;

	for (size_t i = 0; i < edits->edits.count; i++) {
		struct edit *last = kept ? &items[kept - 1] : NULL;

		if (!last || strcmp(last->path, items[i].path) != 0) {
			items[kept++] = items[i];
			continue;
		}
		if (last->begin == items[i].begin && last->end == last->begin) {
			last->end = items[i].end;
			last->text = arena_printf(edits->arena, "%s%s", last->text, items[i].text);
			continue;
		}
		if (items[i].begin < last->end)
			return false;
		items[kept++] = items[i];
	}
	edits->edits.count = kept;
	return true;
}

const struct edit *pad_edit(const struct pad_record *record, const uint32_t *order, uint32_t *nedits, const char **why,
                            struct arena *arena)
{
	struct pad_edits edits = {.arena = arena};
	const struct edit *result = NULL;

	pad_edit_fields(&edits, record, order);
	for (size_t i = 0; i < record->lists.count && !edits.why; i++)
		pad_edit_list(&edits, record, record->lists.items[i], order);
	if (!edits.why && edits.edits.count) {
		qsort(edits.edits.items, edits.edits.count, sizeof *edits.edits.items, compare_edits);
		if (!merge(&edits))
			edits.why = "an initialiser stands within another one";
	}
	*why = edits.why;
	*nedits = 0;
	if (!edits.why && edits.edits.count) {
		*nedits = (uint32_t)edits.edits.count;
		result = arena_memdup(arena, edits.edits.items, edits.edits.count * sizeof *edits.edits.items);
	}
	vec_release(&edits.edits);
	return result;
}
