// SPDX-License-Identifier: MIT
/* Aligned columns that fit a terminal. */
#include "analyzer/base/table.h"

#include <stdlib.h>
#include <string.h>

enum { GAP = 2, READABLE = 18, NARROWEST = 8 };

void table_init(struct table *table, const struct table_column *columns, size_t ncolumns)
{
	*table = (struct table){.columns = columns, .ncolumns = ncolumns};
}

void table_release(struct table *table)
{
	arena_clear(&table->arena);
	*table = (struct table){0};
}

const char **table_row(struct table *table)
{
	if (table->nrows == table->capacity) {
		const size_t capacity = table->capacity ? table->capacity * 2 : 64;
		const char ***rows = arena_array(&table->arena, capacity, const char **);

		if (table->nrows)
			memcpy(rows, table->rows, table->nrows * sizeof *rows);
		table->rows = rows;
		table->capacity = capacity;
	}
	return table->rows[table->nrows++] = arena_array(&table->arena, table->ncolumns, const char *);
}

/* Characters of @text, each taken to be one column wide. */
static size_t width_of(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += (*text & 0xc0) != 0x80;
	return width;
}

static bool is_system_path(const char *path)
{
	return !strncmp(path, "/usr/", 5);
}

/* How much of the absolute paths in column @c all of them begin with, whole directories only; 0 if there are not several. Paths
 * of the system do not count. */
static size_t shared_directory(const struct table *table, size_t c, const char **directory)
{
	size_t length = 0, n = 0;

	for (size_t r = 0; r < table->nrows; r++) {
		const char *cell = table->rows[r][c];
		size_t same = 0;

		if (!cell || cell[0] != '/' || is_system_path(cell))
			continue;
		if (!n++) {
			*directory = cell;
			length = strlen(cell);
		}
		while (same < length && cell[same] == (*directory)[same])
			same++;
		while (same && (*directory)[same - 1] != '/')
			same--;
		length = same;
	}
	return n > 1 ? length : 0;
}

/* Takes the directory that the paths of column @c share off them; it, or NULL. */
static const char *fold_paths(struct table *table, size_t c)
{
	const char *directory = NULL;
	const size_t length = table->columns[c].paths ? shared_directory(table, c, &directory) : 0;

	if (length < 2)
		return NULL;
	directory = arena_strndup(&table->arena, directory, length);
	for (size_t r = 0; r < table->nrows; r++)
		if (table->rows[r][c] && !strncmp(table->rows[r][c], directory, length))
			table->rows[r][c] += length;
	return directory;
}

static void measure(const struct table *table, size_t *widths)
{
	for (size_t c = 0; c < table->ncolumns; c++) {
		widths[c] = 0;
		for (size_t r = 0; r < table->nrows; r++) {
			const char *cell = table->rows[r][c];
			const size_t width = cell ? width_of(cell) : 0;

			if (width > widths[c])
				widths[c] = width;
		}
		if (widths[c] && width_of(table->columns[c].title) > widths[c])
			widths[c] = width_of(table->columns[c].title);
	}
}

static size_t total_width(const struct table *table, const size_t *widths)
{
	size_t total = 0;

	for (size_t c = 0; c < table->ncolumns; c++)
		total += widths[c] ? widths[c] + GAP : 0;
	return total ? total - GAP : 0;
}

/* Cuts columns down to @narrowest, the ones with the largest `shrink` first, until @limit is kept. */
static void shrink(const struct table *table, size_t *widths, size_t limit, size_t narrowest)
{
	unsigned level = 0;

	for (size_t c = 0; c < table->ncolumns; c++)
		if (table->columns[c].shrink > level)
			level = table->columns[c].shrink;
	for (; level; level--) {
		for (size_t c = 0; c < table->ncolumns; c++) {
			const size_t total = total_width(table, widths);

			if (total <= limit)
				return;
			if (table->columns[c].shrink != level || widths[c] <= narrowest)
				continue;
			const size_t spare = widths[c] - narrowest, over = total - limit;

			widths[c] -= spare < over ? spare : over;
		}
	}
}

/* Leaves out the optional column of the highest rank; false if there is none left. */
static bool leave_out(const struct table *table, size_t *widths)
{
	size_t chosen = table->ncolumns;

	for (size_t c = 0; c < table->ncolumns; c++)
		if (widths[c] && table->columns[c].optional &&
		    (chosen == table->ncolumns || table->columns[c].optional > table->columns[chosen].optional))
			chosen = c;
	if (chosen == table->ncolumns)
		return false;
	widths[chosen] = 0;
	return true;
}

/* Names are cut as long as they stay readable, then numbers of less interest go, then names are cut further. */
static void fit(const struct table *table, size_t *widths, size_t limit)
{
	size_t full[TABLE_COLUMNS];

	memcpy(full, widths, sizeof full);
	shrink(table, widths, limit, READABLE);
	while (total_width(table, widths) > limit && leave_out(table, full)) {
		memcpy(widths, full, sizeof full);
		shrink(table, widths, limit, READABLE);
	}
	shrink(table, widths, limit, NARROWEST);
}

/* Prints @n characters of @text. */
static const char *print_chars(FILE *out, const char *text, size_t n)
{
	const char *end = text;

	while (*end && (n || (*end & 0xc0) == 0x80)) {
		n -= (*end & 0xc0) != 0x80;
		end++;
	}
	fwrite(text, 1, (size_t)(end - text), out);
	return end;
}

static void print_cell(FILE *out, const char *cell, size_t width, const struct table_column *column, bool is_last)
{
	const size_t needed = width_of(cell);
	const size_t fill = needed < width ? width - needed : 0;

	if (column->right)
		fprintf(out, "%*s", (int)fill, "");
	if (needed <= width) {
		fputs(cell, out);
	} else if (column->keep_end) {
		size_t skip = needed - width + 1;

		for (; *cell && (skip || (*cell & 0xc0) == 0x80); cell++)
			skip -= (*cell & 0xc0) != 0x80;
		fputs("…", out);
		fputs(cell, out);
	} else {
		print_chars(out, cell, width - 1);
		fputs("…", out);
	}
	if (!column->right && !is_last)
		fprintf(out, "%*s", (int)fill, "");
}

static void print_row(const struct table *table, const char *const *cells, const size_t *widths, FILE *out,
                      const struct terminal *terminal, enum style row_style)
{
	size_t last = 0;
	const char *gap = "";

	for (size_t c = 0; c < table->ncolumns; c++)
		if (widths[c] && cells[c] && cells[c][0])
			last = c;
	for (size_t c = 0; c <= last; c++) {
		const enum style style = row_style ? row_style : table->columns[c].style;

		if (!widths[c])
			continue;
		fputs(gap, out);
		fputs(style ? terminal_style(terminal, style) : "", out);
		print_cell(out, cells[c] ? cells[c] : "", widths[c], table->columns + c, c == last);
		fputs(style ? terminal_style(terminal, STYLE_PLAIN) : "", out);
		gap = "  ";
	}
	fputc('\n', out);
}

/* What each column is wide when nothing is cut; of a table that is too wide, without the directory that its paths share. */
static const char *measure_folded(struct table *table, size_t *widths, unsigned limit)
{
	const char *folded = NULL;

	measure(table, widths);
	for (size_t c = 0; c < table->ncolumns && limit && total_width(table, widths) > limit; c++) {
		const char *directory = fold_paths(table, c);

		if (directory)
			folded = directory;
		measure(table, widths);
	}
	return folded;
}

void table_print(struct table *table, FILE *out, const struct terminal *terminal)
{
	const char *titles[TABLE_COLUMNS], *folded;
	size_t widths[TABLE_COLUMNS] = {0};

	if (!table->nrows)
		return;
	folded = measure_folded(table, widths, terminal->width);
	if (terminal->width)
		fit(table, widths, terminal->width);
	for (size_t c = 0; c < table->ncolumns; c++)
		titles[c] = table->columns[c].title;
	print_row(table, titles, widths, out, terminal, STYLE_DIM);
	for (size_t r = 0; r < table->nrows; r++)
		print_row(table, table->rows[r], widths, out, terminal,
		          table->total_row == r + 1 ? STYLE_BOLD : STYLE_PLAIN);
	if (folded)
		fprintf(out, "%sin %s%s\n", terminal_style(terminal, STYLE_DIM), folded,
		        terminal_style(terminal, STYLE_PLAIN));
}

/* Bytes of the well-formed UTF-8 character at @text; 0 if it is none, or a control character. */
static size_t char_size(const unsigned char *text)
{
	const unsigned char c = *text;
	size_t size = c < 0x80                ? 1
	              : c >= 0xc2 && c < 0xe0 ? 2
	              : c >= 0xe0 && c < 0xf0 ? 3
	              : c >= 0xf0 && c < 0xf5 ? 4
	                                      : 0;

	if (c < 0x20 || c == 0x7f || (c == 0xc2 && text[1] < 0xa0))
		return 0;
	/* Overlong forms, surrogates, above U+10FFFF. */
	if ((c == 0xe0 && text[1] < 0xa0) || (c == 0xed && text[1] >= 0xa0) || (c == 0xf0 && text[1] < 0x90) ||
	    (c == 0xf4 && text[1] >= 0x90))
		return 0;
	for (size_t i = 1; i < size; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

const char *text_clean(struct arena *arena, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t size;

	while (*at && (size = char_size(at)))
		at += size;
	if (!*at)
		return text;
	char *copy = arena_strdup(arena, text);

	for (unsigned char *c = (unsigned char *)copy; *c; c += size) {
		size = char_size(c);
		if (!size) {
			*c = '?';
			size = 1;
		}
	}
	return copy;
}
