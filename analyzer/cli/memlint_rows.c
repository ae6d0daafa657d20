// SPDX-License-Identifier: MIT
/* Rows as tables and as text. */
#include "analyzer/cli/memlint_stat.h"

#include <string.h>

enum { LIVE, COUNT, AVERAGE, PEAK, SHARE, ALLOCATED, ALLOCS, PLACE, FUNCTION, TYPE, NCOLUMNS };

static const struct table_column columns[NCOLUMNS] = {
        [LIVE] = {.title = "live", .right = true, .style = STYLE_BOLD},
        [COUNT] = {.title = "count", .right = true},
        [AVERAGE] = {.title = "average", .right = true, .optional = 3, .style = STYLE_DIM},
        [PEAK] = {.title = "peak", .right = true},
        [SHARE] = {.title = "of peak", .right = true, .optional = 2, .style = STYLE_DIM},
        [ALLOCATED] = {.title = "allocated", .right = true, .optional = 4},
        [ALLOCS] = {.title = "allocs", .right = true, .optional = 5},
        [PLACE] = {.title = "place", .keep_end = true, .paths = true, .shrink = 1, .style = STYLE_CYAN},
        [FUNCTION] = {.title = "function", .shrink = 3},
        [TYPE] = {.title = "type", .shrink = 2, .style = STYLE_GREEN},
};

static void add_counts(struct memlint_statistic *sum, const struct memlint_statistic *row)
{
	sum->size += row->size;
	sum->count += row->count;
	sum->alloc_bytes += row->alloc_bytes;
	sum->alloc_count += row->alloc_count;
	sum->peak_bytes += row->peak_bytes;
	sum->temporary_count += row->temporary_count;
}

/* @live: something is, so that the columns for it are not all zero. */
static void fill_numbers(struct table *table, const char **cells, const struct memlint_statistic *row, uint64_t peak,
                         bool live)
{
	struct arena *arena = &table->arena;

	if (live) {
		cells[LIVE] = view_size(arena, (double)row->size);
		cells[COUNT] = view_count(arena, row->count);
	}
	if (row->count)
		cells[AVERAGE] = view_size(arena, (double)row->size / (double)row->count);
	cells[PEAK] = view_size(arena, (double)row->peak_bytes);
	cells[SHARE] = view_share(arena, row->peak_bytes, peak);
	cells[ALLOCATED] = view_size(arena, (double)row->alloc_bytes);
	cells[ALLOCS] = view_count(arena, row->alloc_count);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* What the row is called; its other names in the columns behind. */
static void fill_names(struct table *table, const char **cells, const struct snapshot_groups *groups,
                       const struct snapshot_group *group)
{
	struct arena *arena = &table->arena;

	cells[PLACE] = view_key(arena, group, groups->key);
	if (groups->key == MEMLINT_BY_LINENO || groups->key == MEMLINT_BY_TRACEBACK)
		cells[FUNCTION] = text_clean(arena, view_function(group));
	if (groups->key == MEMLINT_BY_FUNCTION)
		cells[FUNCTION] = text_clean(arena, group->frame->file);
	if (groups->key != MEMLINT_BY_TYPE)
		cells[TYPE] = text_clean(arena, view_type(arena, group));
}

static void print_table(const struct view *view, const struct snapshot_groups *groups, size_t limit, FILE *out)
{
	static const char *const titles[] = {
	        [MEMLINT_BY_LINENO] = "place", [MEMLINT_BY_FILENAME] = "file",     [MEMLINT_BY_TRACEBACK] = "place",
	        [MEMLINT_BY_TYPE] = "type",    [MEMLINT_BY_FUNCTION] = "function", [MEMLINT_BY_THREAD] = "thread",
	};
	const uint64_t peak = groups->snapshot->totals.peak_bytes;
	struct table_column titled[NCOLUMNS];
	struct memlint_statistic sum = {0};
	struct table table;

	memcpy(titled, columns, sizeof titled);
	titled[PLACE].title = titles[groups->key];
	if (groups->key == MEMLINT_BY_FUNCTION)
		titled[FUNCTION].title = "file";
	table_init(&table, titled, NCOLUMNS);
	for (size_t i = 0; i < groups->n; i++)
		add_counts(&sum, &groups->order[i]->stat);
	for (size_t i = 0; i < limit; i++) {
		const struct snapshot_group *group = groups->order[i];
		const char **cells = table_row(&table);

		fill_numbers(&table, cells, &group->stat, peak, sum.count > 0);
		fill_names(&table, cells, groups, group);
	}
	const char **cells = table_row(&table);

	fill_numbers(&table, cells, &sum, peak, sum.count > 0);
	cells[PLACE] = arena_printf(&table.arena, "total of %zu row%s", groups->n, plural(groups->n));
	table.total_row = table.nrows;
	table_print(&table, out, &view->terminal);
	table_release(&table);
}

static void print_detail(const struct view *view, const struct snapshot_groups *groups,
                         const struct snapshot_group *group, FILE *out)
{
	const struct memlint_statistic *row = &group->stat;
	struct arena arena = {0};
	const char *type = view_type(&arena, group), *function = view_function(group);

	fprintf(out, "%s    ", terminal_style(&view->terminal, STYLE_DIM));
	if (groups->key != MEMLINT_BY_TYPE && type[0])
		fprintf(out, "%s, ", text_clean(&arena, type));
	if (groups->key != MEMLINT_BY_FUNCTION && groups->key != MEMLINT_BY_FILENAME &&
	    groups->key != MEMLINT_BY_THREAD && function[0])
		fprintf(out, "in %s, ", text_clean(&arena, function));
	fprintf(out, "%s allocated in %s block%s", view_size(&arena, (double)row->alloc_bytes),
	        view_count(&arena, row->alloc_count), plural((size_t)row->alloc_count));
	if (row->peak_bytes)
		fprintf(out, ", %s of the peak", view_size(&arena, (double)row->peak_bytes));
	if (row->temporary_count)
		fprintf(out, ", %s temporary", view_count(&arena, row->temporary_count));
	fprintf(out, "%s\n", terminal_style(&view->terminal, STYLE_PLAIN));
	arena_clear(&arena);
}

static void print_frames(const struct snapshot_group *group, FILE *out)
{
	const struct memlint_traceback *traceback = &group->stat.traceback;
	struct arena arena = {0};

	for (size_t i = 0; i < traceback->nframe; i++) {
		const struct memlint_frame *frame = traceback->frames + i;

		if (frame->file[0])
			fprintf(out, "        %s:%u", text_clean(&arena, frame->file), frame->line);
		else
			fprintf(out, "        0x%llx", (unsigned long long)frame->address);
		fprintf(out, "%s%s\n", frame->function[0] ? " in " : "", text_clean(&arena, frame->function));
	}
	if (traceback->total_nframe > traceback->nframe)
		fprintf(out, "        … %zu more\n", traceback->total_nframe - traceback->nframe);
	arena_clear(&arena);
}

static void print_statistic(const struct memlint_statistic *row, FILE *out)
{
	struct arena arena = {0};
	const size_t length = snapshot_statistic_text(row, 0, NULL, 0);
	char *text = arena_alloc(&arena, length + 1);

	snapshot_statistic_text(row, 0, text, length + 1);
	fprintf(out, "%s\n", text_clean(&arena, text));
	arena_clear(&arena);
}

void print_rows(const struct view *view, const struct snapshot_groups *groups, size_t limit, enum row_form form,
                FILE *out)
{
	if (!groups->n)
		return;
	if (form == ROWS_TABLE && groups->key != MEMLINT_BY_TRACEBACK && !view->source) {
		print_table(view, groups, limit, out);
	} else {
		for (size_t i = 0; i < limit; i++) {
			const struct snapshot_group *group = groups->order[i];

			print_statistic(&group->stat, out);
			if (groups->key == MEMLINT_BY_TRACEBACK)
				print_frames(group, out);
			if (view->source)
				view_source(view, group->frame, out);
			if (form != ROWS_PLAIN)
				print_detail(view, groups, group, out);
		}
	}
	if (limit < groups->n && form != ROWS_PLAIN)
		fprintf(out, "%zu more row%s: --top 0 shows all\n", groups->n - limit, plural(groups->n - limit));
}
