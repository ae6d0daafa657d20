// SPDX-License-Identifier: MIT
/* memlint peak: what was live when the program needed the most memory. */
#include "analyzer/cli/memlint_json.h"
#include "analyzer/cli/memlint_view.h"

enum { BYTES, SHARE, COUNT, AVERAGE, PLACE, FUNCTION, TYPE, NCOLUMNS };

static const struct cli_option options[] = {
        VIEW_OPTIONS_ROWS,
        VIEW_OPTION_SNAPSHOT,
        {0, 0, NULL, NULL, NULL},
};

static const struct table_column columns[NCOLUMNS] = {
        [BYTES] = {.title = "at peak", .right = true, .style = STYLE_BOLD},
        [SHARE] = {.title = "share", .right = true, .style = STYLE_DIM},
        [COUNT] = {.title = "count", .right = true},
        [AVERAGE] = {.title = "average", .right = true, .optional = 1, .style = STYLE_DIM},
        [PLACE] = {.title = "place", .keep_end = true, .paths = true, .shrink = 1, .style = STYLE_CYAN},
        [FUNCTION] = {.title = "function", .shrink = 3},
        [TYPE] = {.title = "type", .shrink = 2, .style = STYLE_GREEN},
};

static int by_peak(const struct snapshot_group *a, const struct snapshot_group *b)
{
	if (a->stat.peak_bytes != b->stat.peak_bytes)
		return a->stat.peak_bytes < b->stat.peak_bytes ? 1 : -1;
	return snapshot_by_place(a, b);
}

static enum status gather(struct snapshot_groups *groups, const struct memlint_snapshot *snapshot, enum memlint_key key)
{
	if (snapshot_group(groups, snapshot, key, 0) < 0)
		return diag_error("%s", snapshot_error());
	if (view_sort(groups, by_peak, groups->n) == STATUS_OK)
		return STATUS_OK;
	snapshot_groups_release(groups);
	return STATUS_ERROR;
}

/* Rows that held something at the peak. */
static size_t count_held(const struct snapshot_groups *groups)
{
	size_t n = 0;

	while (n < groups->n && (groups->order[n]->stat.peak_bytes || groups->order[n]->counts.peak_count))
		n++;
	return n;
}

static void print_table(const struct view *view, const struct snapshot_groups *groups)
{
	const uint64_t peak = groups->snapshot->totals.peak_bytes;
	const size_t n = count_held(groups), limit = view_limit(view, n);
	struct table table;

	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < limit; i++) {
		const struct snapshot_group *group = groups->order[i];
		const struct snapshot_counts *counts = &group->counts;
		const char **cells = table_row(&table);

		cells[BYTES] = view_size(&table.arena, (double)counts->peak_bytes);
		cells[SHARE] = view_share(&table.arena, counts->peak_bytes, peak);
		cells[COUNT] = view_count(&table.arena, counts->peak_count);
		if (counts->peak_count)
			cells[AVERAGE] =
			        view_size(&table.arena, (double)counts->peak_bytes / (double)counts->peak_count);
		if (groups->key == MEMLINT_BY_LINENO) {
			cells[PLACE] = view_key(&table.arena, group, groups->key);
			cells[FUNCTION] = text_clean(&table.arena, view_function(group));
		}
		cells[TYPE] = groups->key == MEMLINT_BY_TYPE ? view_key(&table.arena, group, groups->key)
		                                             : text_clean(&table.arena, view_type(&table.arena, group));
	}
	table_print(&table, stdout, &view->terminal);
	if (limit < n)
		printf("%zu more row%s: --top 0 shows all\n", n - limit, n - limit == 1 ? "" : "s");
	table_release(&table);
}

static void print_json(const struct snapshot_groups *lines, const struct snapshot_groups *types)
{
	struct json_stream stream = json_begin("memlint-peak/1", "program", json_program(lines->snapshot), "totals",
	                                       json_totals(&lines->snapshot->totals), NULL);

	json_begin_array(&stream, "types");
	for (size_t i = 0; i < count_held(types); i++)
		json_item(&stream, json_row(types, types->order[i]));
	fputs("\n]", stdout);
	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < count_held(lines); i++)
		json_item(&stream, json_row(lines, lines->order[i]));
	json_end();
}

static void print_text(const struct view *view, const struct snapshot_groups *lines,
                       const struct snapshot_groups *types)
{
	const struct snapshot_totals *totals = &lines->snapshot->totals;
	struct arena arena = {0};

	printf("%s%s%s held the most, %s", terminal_style(&view->terminal, STYLE_BOLD),
	       text_clean(&arena, view_program(lines->snapshot)), terminal_style(&view->terminal, STYLE_PLAIN),
	       view_size(&arena, (double)totals->peak_bytes));
	if (totals->peak_time_ns)
		printf(", after %s of %s", view_time(&arena, totals->peak_time_ns),
		       view_time(&arena, lines->snapshot->time_ns));
	if (totals->peak_error)
		printf("; several threads ran, so this may be off by %s",
		       view_size(&arena, (double)totals->peak_error));
	puts(".");
	if (count_held(lines)) {
		puts("\nby line:");
		print_table(view, lines);
		puts("\nby type:");
		print_table(view, types);
	} else {
		puts(view_nothing(view));
	}
	arena_clear(&arena);
}

static enum status show(const struct cli *cli, const struct view *view, const struct memlint_snapshot *snapshot)
{
	struct snapshot_groups lines, types;

	(void)cli;
	if (gather(&lines, snapshot, MEMLINT_BY_LINENO) != STATUS_OK)
		return STATUS_ERROR;
	if (gather(&types, snapshot, MEMLINT_BY_TYPE) != STATUS_OK) {
		snapshot_groups_release(&lines);
		return STATUS_ERROR;
	}
	if (view->json)
		print_json(&lines, &types);
	else
		print_text(view, &lines, &types);
	snapshot_groups_release(&lines);
	snapshot_groups_release(&types);
	return STATUS_OK;
}

enum status memlint_peak(struct cli *cli)
{
	return view_main(cli, options, &(struct view){0}, show);
}
