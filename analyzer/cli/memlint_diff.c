// SPDX-License-Identifier: MIT
/* memlint diff: what changed between two profiles, or between two snapshots of one. */
#include "analyzer/cli/memlint_json.h"
#include "analyzer/cli/memlint_view.h"

enum { FROM = VIEW_OWN, TO, ALL };
enum { CHANGE, SIZE, COUNT_CHANGE, COUNT, PLACE, FUNCTION, TYPE, NCOLUMNS };

static const struct cli_option options[] = {
        VIEW_OPTION_BY,
        VIEW_OPTION_CUMULATIVE,
        VIEW_OPTIONS_ROWS,
        {FROM, 0, "from", "N|NAME", "snapshot of OLD (default: the last; the first if NEW is not given)"},
        {TO, 0, "to", "N|NAME", "snapshot of NEW (default: the last)"},
        {ALL, 'a', "all", NULL, "show rows that did not change too"},
        {0, 0, NULL, NULL, NULL},
};

static const struct table_column columns[NCOLUMNS] = {
        [CHANGE] = {.title = "change", .right = true, .style = STYLE_BOLD},
        [SIZE] = {.title = "live", .right = true},
        [COUNT_CHANGE] = {.title = "blocks", .right = true, .style = STYLE_BOLD},
        [COUNT] = {.title = "live", .right = true},
        [PLACE] = {.title = "place", .keep_end = true, .paths = true, .shrink = 1, .style = STYLE_CYAN},
        [FUNCTION] = {.title = "function", .shrink = 3},
        [TYPE] = {.title = "type", .shrink = 2, .style = STYLE_GREEN},
};

static bool is_change(const struct snapshot_group *group)
{
	return group->stat.size_diff || group->stat.count_diff;
}

static bool is_shown(const struct snapshot_group *group, bool all)
{
	return is_change(group) || (all && (group->stat.size || group->stat.count));
}

static size_t count_shown(const struct snapshot_groups *groups, bool all)
{
	size_t n = 0;

	for (size_t i = 0; i < groups->n; i++)
		n += is_shown(groups->order[i], all);
	return n;
}

static void print_json(const struct snapshot_groups *now, const struct memlint_snapshot *old, bool all, size_t limit)
{
	struct json_stream stream =
	        json_begin("memlint-diff/1", "program", json_program(now->snapshot), "old_snapshot", json_snapshot(old),
	                   "new_snapshot", json_snapshot(now->snapshot), "old_totals", json_totals(&old->totals),
	                   "new_totals", json_totals(&now->snapshot->totals), NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0, shown = 0; i < now->n && shown < limit; i++) {
		const struct snapshot_group *group = now->order[i];

		if (!is_shown(group, all))
			continue;
		json_t *row = json_row(now, group);

		json_object_set_new(row, "live_bytes_diff", json_integer(group->stat.size_diff));
		json_object_set_new(row, "live_count_diff", json_integer(group->stat.count_diff));
		json_item(&stream, row);
		shown++;
	}
	json_end();
}

static void print_line(const struct view *view, const struct memlint_statistic *row)
{
	struct arena arena = {0};
	const size_t length = snapshot_statistic_text(row, 1, NULL, 0);
	char *text = arena_alloc(&arena, length + 1);
	const enum style style = row->size_diff > 0 ? STYLE_RED : row->size_diff < 0 ? STYLE_GREEN : STYLE_DIM;

	snapshot_statistic_text(row, 1, text, length + 1);
	printf("%s%s%s\n", terminal_style(&view->terminal, style), text_clean(&arena, text),
	       terminal_style(&view->terminal, STYLE_PLAIN));
	arena_clear(&arena);
}

static const char *signed_count(struct arena *arena, int64_t count)
{
	const uint64_t size = count < 0 ? (uint64_t)0 - (uint64_t)count : (uint64_t)count;

	return arena_printf(arena, "%s%s", count < 0 ? "-" : "+", view_count(arena, size));
}

static void fill_row(struct arena *arena, const char **cells, const struct snapshot_groups *now,
                     const struct snapshot_group *group)
{
	const struct memlint_statistic *row = &group->stat;
	char change[64];

	snapshot_size_text((double)row->size_diff, 1, change, sizeof change);
	cells[CHANGE] = arena_strdup(arena, change);
	cells[SIZE] = view_size(arena, (double)row->size);
	cells[COUNT_CHANGE] = signed_count(arena, row->count_diff);
	cells[COUNT] = view_count(arena, row->count);
	cells[PLACE] = view_key(arena, group, now->key);
	if (now->key == MEMLINT_BY_LINENO)
		cells[FUNCTION] = text_clean(arena, view_function(group));
	if (now->key != MEMLINT_BY_TYPE)
		cells[TYPE] = text_clean(arena, view_type(arena, group));
}

static void print_table(const struct view *view, const struct snapshot_groups *now, bool all, size_t limit)
{
	struct table table;

	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < now->n && table.nrows < limit; i++)
		if (is_shown(now->order[i], all))
			fill_row(&table.arena, table_row(&table), now, now->order[i]);
	table_print(&table, stdout, &view->terminal);
	table_release(&table);
}

static void print_text(const struct view *view, const struct snapshot_groups *now, bool all, size_t limit, size_t n)
{
	size_t shown = 0;

	if (view->terminal.is_terminal && now->key != MEMLINT_BY_TRACEBACK) {
		print_table(view, now, all, limit);
		shown = limit;
	}
	for (size_t i = 0; i < now->n && shown < limit; i++) {
		if (!is_shown(now->order[i], all))
			continue;
		print_line(view, &now->order[i]->stat);
		shown++;
	}
	if (!n)
		puts("nothing changed");
	if (shown < n)
		printf("%zu more row%s: --top 0 shows all\n", n - shown, n - shown == 1 ? "" : "s");
}

static enum status show(const struct view *view, const struct memlint_snapshot *old, const struct memlint_snapshot *new,
                        bool all)
{
	struct snapshot_groups before, now;

	if (snapshot_group(&before, old, view->key, view->cumulative) < 0)
		return diag_error("%s", snapshot_error());
	if (snapshot_group(&now, new, view->key, view->cumulative) < 0) {
		snapshot_groups_release(&before);
		return diag_error("%s", snapshot_error());
	}
	enum status status = STATUS_OK;

	if (snapshot_name(&now, now.n) < 0 || snapshot_name(&before, before.n) < 0 ||
	    snapshot_match(&now, &before) < 0 || snapshot_sort(&now, snapshot_by_diff, now.n) < 0) {
		status = diag_error("%s", snapshot_error());
	} else {
		const size_t n = count_shown(&now, all);
		const size_t limit = view->json && !view->has_top ? n : view_limit(view, n);

		if (view->json)
			print_json(&now, old, all, limit);
		else
			print_text(view, &now, all, limit, n);
	}
	snapshot_groups_release(&before);
	snapshot_groups_release(&now);
	return status;
}

static enum status compare(const struct cli *cli, const struct view *view, const char *from, const char *to, bool all)
{
	const bool one_file = cli->noperands == 1;
	struct loaded_profile old, new;

	if (loaded_profile_open(&old, cli->operands[0], 1) != STATUS_OK)
		return STATUS_ERROR;
	if (loaded_profile_open(&new, cli->operands[one_file ? 0 : 1], 1) != STATUS_OK) {
		loaded_profile_close(&old);
		return STATUS_ERROR;
	}
	struct memlint_snapshot *before = view_snapshot(view, &old, from ? from : one_file ? "1" : NULL);
	struct memlint_snapshot *after = before ? view_snapshot(view, &new, to) : NULL;
	const enum status status = after ? show(view, before, after, all) : STATUS_ERROR;

	snapshot_free(before);
	snapshot_free(after);
	loaded_profile_close(&old);
	loaded_profile_close(&new);
	return status;
}

enum status memlint_diff(struct cli *cli)
{
	struct view view = {.key = MEMLINT_BY_LINENO};
	const char *from = NULL, *to = NULL;
	enum status status = STATUS_OK;
	bool all = false;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		if (id == FROM)
			from = cli->value;
		else if (id == TO)
			to = cli->value;
		else if (id == ALL)
			all = true;
		else
			status = view_option(&view, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 2);
	if (status == STATUS_OK && view.cumulative && view.key != MEMLINT_BY_LINENO && view.key != MEMLINT_BY_FILENAME)
		status = cli_usage(cli, "--cumulative goes with --by lineno or --by filename only");
	view_ready(&view);
	if (status == STATUS_OK)
		status = compare(cli, &view, from, to, all);
	view_release(&view);
	return cli_finish(status);
}
