/* SPDX-License-Identifier: MIT */
/* Aligned columns that fit a terminal. */
#ifndef MEMLINT_BASE_TABLE_H
#define MEMLINT_BASE_TABLE_H

#include "analyzer/base/arena.h"
#include "analyzer/base/terminal.h"

enum { TABLE_COLUMNS = 16 };

struct table_column {
	const char *title;
	bool right;        /* numbers */
	bool keep_end;     /* when cut: the end is what counts (paths) */
	bool paths;        /* where the table is too wide: the directory that they share stands below it */
	unsigned shrink;   /* 0: never cut; larger ones are cut first */
	unsigned optional; /* 0: always shown; on a narrow terminal larger ones are left out first */
	enum style style;  /* of its cells */
};

struct table {
	const struct table_column *columns;
	size_t ncolumns;
	struct arena arena;
	const char ***rows; /* NULL texts are empty cells */
	size_t nrows, capacity;
	size_t total_row; /* index + 1 of a row set off as the total; 0 none */
};

/* @columns must live as long as the table. */
void table_init(struct table *table, const struct table_column *columns, size_t ncolumns);
/* A new row of empty cells: set texts that outlive the table, or that its arena holds. */
const char **table_row(struct table *table);
/* Columns without any text are left out; of a table without rows nothing is printed. */
void table_print(struct table *table, FILE *out, const struct terminal *terminal);
void table_release(struct table *table);

/* @text with control characters and broken UTF-8 made visible as '?', so that a file cannot play with the terminal; @text
 * itself when it is clean. */
const char *text_clean(struct arena *arena, const char *text);

#endif
