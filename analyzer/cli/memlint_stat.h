/* SPDX-License-Identifier: MIT */
/* Rows as tables and as text, for every command that shows some. */
#ifndef MEMLINT_STAT_H
#define MEMLINT_STAT_H

#include "analyzer/cli/memlint_view.h"

enum row_form {
	ROWS_TABLE, /* aligned columns */
	ROWS_TEXT,  /* tracemalloc's line, then an indented one with the rest */
	ROWS_PLAIN, /* tracemalloc's line only */
};

/* The first @limit of @groups in their order, and a total. */
void print_rows(const struct view *view, const struct snapshot_groups *groups, size_t limit, enum row_form form,
                FILE *out);

/* What `memlint run` shows when the program has ended: head and top rows of the last snapshot of @path, and
 * the views that it has something for, on @out. */
enum status print_summary(const char *path, uint64_t top, enum color_choice color, FILE *out);

#endif
