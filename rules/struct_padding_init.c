// SPDX-License-Identifier: MIT
/* struct-padding: initialisers follow the new order of fields. */
#include "rules/struct_padding_edit.h"

#include <stdlib.h>
#include <string.h>

static void refuse(struct pad_edits *edits, const char *why)
{
	if (!edits->why)
		edits->why = why;
}

static uint32_t position_of(const struct pad_record *record, const uint32_t *order, uint32_t field)
{
	for (uint32_t i = 0; i < record->nfields; i++) {
		if (order[i] == field)
			return i;
	}
	return UINT32_MAX;
}

/* Fields that an initialiser can name, in front of @field: unnamed bit-fields are not initialised. */
static uint32_t rank_of(const struct pad_record *record, const uint32_t *order, uint32_t field)
{
	uint32_t rank = 0;

	for (uint32_t i = 0; i < record->nfields && order[i] != field; i++)
		rank += *record->fields[order[i]].name || record->fields[order[i]].flags & AST_FIELD_ANONYMOUS;
	return rank;
}

static bool all_designated(const struct pad_list *list)
{
	for (uint32_t i = 0; i < list->nelements; i++) {
		if (!list->elements[i].designated)
			return false;
	}
	return true;
}

static bool elements_known(const struct pad_record *record, const struct pad_list *list, const struct pad_text *text)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < list->nelements; i++) {
		const struct pad_element *element = &list->elements[i];

		/* Two elements of one macro stand at the same place. */
		if (element->field >= record->nfields || element->begin < end || element->end < element->begin ||
		    element->end > text->size)
			return false;
		end = element->end;
	}
	return true;
}

/* C: `1` becomes `.field = 1`; no order of fields matters to it any more. */
static void designate(struct pad_edits *edits, const struct pad_record *record, const struct pad_list *list,
                      const struct pad_text *text)
{
	for (uint32_t i = 0; i < list->nelements; i++) {
		const struct pad_element *element = &list->elements[i];
		const struct pad_field *field = &record->fields[element->field];

		if (element->designated)
			continue;
		if (!*field->name) {
			refuse(edits, "an initialiser fills an anonymous member by its position");
			return;
		}
		pad_add_edit(edits, text->path, element->begin, element->begin,
		             arena_printf(edits->arena, ".%s = ", field->name));
	}
}

struct ranked {
	uint32_t rank, element;
};

static int compare_ranks(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	return (a->rank > b->rank) - (a->rank < b->rank);
}

/* The texts of the elements change places so that they stand in the order of @sorted. */
static void permute(struct pad_edits *edits, const struct pad_list *list, const struct ranked *sorted, uint32_t count,
                    const uint32_t *slots, const struct pad_text *text)
{
	for (uint32_t i = 0; i < count; i++) {
		const struct pad_element *slot = &list->elements[slots[i]];
		const struct pad_element *element = &list->elements[sorted[i].element];

		if (slot != element)
			pad_add_edit(edits, text->path, slot->begin, slot->end,
			             arena_strndup(edits->arena, text->bytes + element->begin,
			                           element->end - element->begin));
	}
}

/* True when two elements with effects would be evaluated the other way round. */
static bool swaps_effects(const struct pad_list *list, const struct ranked *sorted, uint32_t count)
{
	uint32_t last = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (!list->elements[sorted[i].element].call)
			continue;
		if (sorted[i].element < last)
			return true;
		last = sorted[i].element;
	}
	return false;
}

static bool has_macro(const struct pad_list *list)
{
	for (uint32_t i = 0; i < list->nelements; i++) {
		if (list->elements[i].macro && list->elements[i].begin == list->elements[i].end)
			return true;
	}
	return false;
}

static void permute_list(struct pad_edits *edits, const struct pad_record *record, const struct pad_list *list,
                         const uint32_t *order, const struct pad_text *text)
{
	const uint32_t n = list->nelements;
	struct ranked *sorted = arena_array(edits->arena, n + 1, struct ranked);
	uint32_t *slots = arena_array(edits->arena, n + 1, uint32_t);
	const bool designated = all_designated(list);

	for (uint32_t i = 0; i < n; i++) {
		sorted[i] = (struct ranked){rank_of(record, order, list->elements[i].field), i};
		slots[i] = i;
	}
	qsort(sorted, n, sizeof *sorted, compare_ranks);
	for (uint32_t i = 0; i < n && !designated; i++) {
		if (sorted[i].rank != i) {
			refuse(edits, "an initialiser leaves out fields that would no longer be the last ones");
			return;
		}
	}
	if (swaps_effects(list, sorted, n)) {
		refuse(edits, "an initialiser calls functions whose order would change");
		return;
	}
	permute(edits, list, sorted, n, slots, text);
}

/* Members of a constructor's list in the order they will be made; bases keep their places. */
static void edit_constructor(struct pad_edits *edits, const struct pad_record *record, const struct pad_list *list,
                             const uint32_t *order, const struct pad_text *text)
{
	struct ranked *sorted = arena_array(edits->arena, list->nelements + 1, struct ranked);
	uint32_t *slots = arena_array(edits->arena, list->nelements + 1, uint32_t);
	uint32_t count = 0;

	if (list->flags & PAD_LIST_READS) {
		refuse(edits, "a constructor initialises a field from other fields");
		return;
	}
	for (uint32_t i = 0; i < list->nelements; i++) {
		if (list->elements[i].field >= record->nfields)
			continue;
		if (list->elements[i].end > text->size || list->elements[i].begin >= list->elements[i].end) {
			refuse(edits, "a constructor's list cannot be edited");
			return;
		}
		slots[count] = i;
		sorted[count++] = (struct ranked){position_of(record, order, list->elements[i].field), i};
	}
	for (uint32_t i = 1; i < count; i++) {
		if (list->elements[slots[i]].field < list->elements[slots[i - 1]].field)
			return; /* it never was in the fields' order */
	}
	qsort(sorted, count, sizeof *sorted, compare_ranks);
	if (swaps_effects(list, sorted, count)) {
		refuse(edits, "a constructor calls functions whose order would change");
		return;
	}
	permute(edits, list, sorted, count, slots, text);
}

void pad_edit_list(struct pad_edits *edits, const struct pad_record *record, const struct pad_list *list,
                   const uint32_t *order)
{
	const struct pad_element *first = &list->elements[0];
	const bool zero = !list->nelements || (list->nelements == 1 && !first->designated && first->zero);

	if (zero && record->fields[order[0]].scalar)
		return;
	if (zero && !list->cplusplus)
		return;
	if (!(list->flags & PAD_LIST_CTOR) && !list->cplusplus && all_designated(list))
		return;
	struct pad_text text;

	if (!edits->last.path || strcmp(edits->last.path, list->path))
		edits->last = pad_read(list->path, edits->arena);
	text = edits->last;
	if (!text.bytes) {
		refuse(edits, "a file with an initialiser cannot be read again");
		return;
	}
	if (pad_is_generated(&text)) {
		refuse(edits, "an initialiser stands in a generated file");
		return;
	}
	if (list->flags & PAD_LIST_MACRO || has_macro(list)) {
		refuse(edits, "it is initialised inside a macro");
		return;
	}
	if (list->flags & PAD_LIST_CTOR) {
		edit_constructor(edits, record, list, order, &text);
		return;
	}
	if (!elements_known(record, list, &text)) {
		refuse(edits, "it is not clear which fields an initialiser fills");
		return;
	}
	if (list->cplusplus)
		permute_list(edits, record, list, order, &text);
	else
		designate(edits, record, list, &text);
}
