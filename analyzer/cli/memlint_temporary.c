// SPDX-License-Identifier: MIT
/* memlint temporary: blocks released before their thread's next allocation; the stack or a reused buffer would do. */
#include "analyzer/cli/memlint_json.h"
#include "analyzer/cli/memlint_view.h"

enum { TEMPORARY, SHARE, ALLOCS, ALLOCATED, AVERAGE, PLACE, FUNCTION, TYPE, NCOLUMNS };

static const struct cli_option options[] = {
        VIEW_OPTION_BY,
        VIEW_OPTIONS_ROWS,
        VIEW_OPTION_SNAPSHOT,
        {0, 0, NULL, NULL, NULL},
};

static const struct table_column columns[NCOLUMNS] = {
        [TEMPORARY] = {.title = "temporary", .right = true, .style = STYLE_BOLD},
        [SHARE] = {.title = "of its allocs", .right = true, .style = STYLE_DIM},
        [ALLOCS] = {.title = "allocs", .right = true},
        [ALLOCATED] = {.title = "allocated", .right = true, .optional = 2},
        [AVERAGE] = {.title = "average", .right = true, .optional = 1, .style = STYLE_DIM},
        [PLACE] = {.title = "place", .keep_end = true, .paths = true, .shrink = 1, .style = STYLE_CYAN},
        [FUNCTION] = {.title = "function", .shrink = 3},
        [TYPE] = {.title = "type", .shrink = 2, .style = STYLE_GREEN},
};

static int by_temporary(const struct snapshot_group *a, const struct snapshot_group *b)
{
	if (a->stat.temporary_count != b->stat.temporary_count)
		return a->stat.temporary_count < b->stat.temporary_count ? 1 : -1;
	return snapshot_by_place(a, b);
}

static void print_table(const struct view *view, const struct snapshot_groups *groups, size_t n, size_t limit)
{
	struct table table;

	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < limit; i++) {
		const struct snapshot_group *group = groups->order[i];
		const struct memlint_statistic *row = &group->stat;
		const char **cells = table_row(&table);

		cells[TEMPORARY] = view_count(&table.arena, row->temporary_count);
		cells[SHARE] = view_share(&table.arena, row->temporary_count, row->alloc_count);
		cells[ALLOCS] = view_count(&table.arena, row->alloc_count);
		cells[ALLOCATED] = view_size(&table.arena, (double)row->alloc_bytes);
		cells[AVERAGE] = view_size(&table.arena, (double)row->alloc_bytes / (double)row->alloc_count);
		cells[PLACE] = view_key(&table.arena, group, groups->key);
		if (groups->key == MEMLINT_BY_LINENO)
			cells[FUNCTION] = text_clean(&table.arena, view_function(group));
		if (groups->key != MEMLINT_BY_TYPE)
			cells[TYPE] = text_clean(&table.arena, view_type(&table.arena, group));
	}
	table_print(&table, stdout, &view->terminal);
	if (limit < n)
		printf("%zu more row%s: --top 0 shows all\n", n - limit, n - limit == 1 ? "" : "s");
	table_release(&table);
}

static void print_text(const struct view *view, const struct snapshot_groups *groups, size_t n, size_t limit)
{
	const uint64_t all = groups->snapshot->totals.alloc_count;
	struct arena arena = {0};
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += groups->order[i]->stat.temporary_count;
	const char *share = n ? arena_printf(&arena, " (%s)", view_share(&arena, sum, all)) : "";

	terminal_wrap(&view->terminal, stdout,
	              arena_printf(&arena, "%s of %s allocations were released before their thread's next one%s.",
	                           view_count(&arena, sum), view_count(&arena, all), share));
	if (n)
		puts("The stack or one buffer used again would do for these:\n");
	if (n)
		print_table(view, groups, n, limit);
	arena_clear(&arena);
}

static enum status show(const struct cli *cli, const struct view *view, const struct memlint_snapshot *snapshot)
{
	struct snapshot_groups groups;
	size_t n = 0;

	(void)cli;
	if (snapshot_group(&groups, snapshot, view->key, 0) < 0)
		return diag_error("%s", snapshot_error());
	if (view_sort(&groups, by_temporary, groups.n) != STATUS_OK) {
		snapshot_groups_release(&groups);
		return STATUS_ERROR;
	}
	while (n < groups.n && groups.order[n]->stat.temporary_count)
		n++;
	if (view->json) {
		struct json_stream stream = json_begin("memlint-temporary/1", "program", json_program(snapshot),
		                                       "totals", json_totals(&snapshot->totals), NULL);

		json_begin_array(&stream, "rows");
		for (size_t i = 0; i < (view->has_top ? view_limit(view, n) : n); i++)
			json_item(&stream, json_row(&groups, groups.order[i]));
		json_end();
	} else {
		print_text(view, &groups, n, view_limit(view, n));
	}
	snapshot_groups_release(&groups);
	return STATUS_OK;
}

enum status memlint_temporary(struct cli *cli)
{
	return view_main(cli, options, &(struct view){.key = MEMLINT_BY_LINENO}, show);
}
