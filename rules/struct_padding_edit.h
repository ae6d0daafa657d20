/* SPDX-License-Identifier: MIT */
/*
 * The edits of struct-padding: fields as whole lines with their comments, and initialisers.
 */
#ifndef MEMLINT_RULES_STRUCT_PADDING_EDIT_H
#define MEMLINT_RULES_STRUCT_PADDING_EDIT_H

#include "rules/struct_padding.h"

struct pad_text {
	const char *path;
	const char *bytes; /* zero-terminated */
	uint32_t size;
};

struct pad_edits {
	struct arena *arena;
	VEC(struct edit) edits;
	const char *why; /* the reason for which there are none; NULL while all is well */
	struct pad_text last; /* read for the initialiser before: tables have thousands in one file */
};

/* Reads a file whole; bytes NULL when that fails. Lives in the arena. */
struct pad_text pad_read(const char *path, struct arena *arena);

/* Its head says that a program wrote it: an edit would be lost. */
bool pad_is_generated(const struct pad_text *text);

void pad_add_edit(struct pad_edits *edits, const char *path, uint32_t begin, uint32_t end, const char *text);

/* The record's own declaration in @order. */
void pad_edit_fields(struct pad_edits *edits, const struct pad_record *record, const uint32_t *order);

/* One initialiser, or a constructor's list. */
void pad_edit_list(struct pad_edits *edits, const struct pad_record *record, const struct pad_list *list,
                   const uint32_t *order);

#endif
