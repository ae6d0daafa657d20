// SPDX-License-Identifier: MIT
/* memlint stat: what each line, file, type, function or thread allocated. */
#include "analyzer/cli/memlint_stat.h"

#include "analyzer/cli/memlint_json.h"

#include <string.h>

enum { PLAIN = VIEW_OWN, TABLE };

static const struct cli_option options[] = {
        VIEW_OPTION_BY,
        VIEW_OPTION_CUMULATIVE,
        VIEW_OPTIONS_ROWS,
        VIEW_OPTION_SORT,
        VIEW_OPTION_SNAPSHOT,
        VIEW_OPTION_SOURCE,
        {PLAIN, 0, "plain", NULL, "tracemalloc's lines only"},
        {TABLE, 0, "table", NULL, "aligned columns (default on a terminal)"},
        {0, 0, NULL, NULL, NULL},
};

static void print_json(const struct view *view, const struct snapshot_groups *groups, size_t limit)
{
	static const char *const keys[] = {"lineno", "filename", "traceback", "type", "function", "thread"};
	const struct memlint_snapshot *snapshot = groups->snapshot;
	struct json_stream stream =
	        json_begin("memlint-stat/1", "program", json_program(snapshot), "snapshot", json_snapshot(snapshot),
	                   "by", json_text(keys[groups->key]), "cumulative", json_boolean(view->cumulative), "totals",
	                   json_totals(&snapshot->totals), NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++)
		json_item(&stream, json_row(groups, groups->order[i]));
	json_end();
}

static void print_head(const struct view *view, const struct snapshot_groups *groups, const char *order, FILE *out)
{
	view_head(view, groups->snapshot, out);
	if (!groups->n)
		fprintf(out, "%s\n", view_nothing(view));
	else if (view->sort && !strcmp(order, "peak"))
		fputs("Rows are in the order of what they held at the peak.\n", out);
	else if (!strcmp(order, "peak"))
		fputs("Nothing is live any more: rows are in the order of what they held at the peak.\n", out);
	else if (!view->sort && !strcmp(order, "alloc"))
		fputs("Nothing is live any more: rows are in the order of bytes ever allocated.\n", out);
	fputc('\n', out);
}

static enum status show(const struct cli *cli, const struct view *view, const struct memlint_snapshot *snapshot,
                        int plain, int table)
{
	struct snapshot_groups groups;
	const char *order_name;
	enum status status = STATUS_OK;

	if (snapshot_group(&groups, snapshot, view->key, view->cumulative) < 0)
		return diag_error("%s", snapshot_error());
	snapshot_order *order = view_order(view, cli, &groups, &order_name);
	const size_t limit = view->json && !view->has_top ? groups.n : view_limit(view, groups.n);

	if (!order || view_sort(&groups, order, limit) != STATUS_OK) {
		status = STATUS_ERROR;
	} else if (view->json) {
		print_json(view, &groups, limit);
	} else {
		if (!plain)
			print_head(view, &groups, order_name, stdout);
		table |= view->terminal.is_terminal && !plain;
		print_rows(view, &groups, limit, plain ? ROWS_PLAIN : table ? ROWS_TABLE : ROWS_TEXT, stdout);
	}
	snapshot_groups_release(&groups);
	return status;
}

enum status print_summary(const char *path, uint64_t top, enum color_choice color, FILE *out)
{
	struct view view = {.has_top = true, .top = top, .color = color, .sort = "peak"};
	struct loaded_profile loaded;
	struct snapshot_groups groups;
	const char *order_name;

	if (loaded_profile_open(&loaded, path, 0) != STATUS_OK)
		return STATUS_ERROR;
	struct memlint_snapshot *snapshot = loaded_profile_snapshot(&loaded, NULL);

	view.terminal = terminal_of(out, color);
	if (snapshot && snapshot_group(&groups, snapshot, MEMLINT_BY_LINENO, 0) == 0) {
		const size_t limit = view_limit(&view, groups.n);

		if (view_sort(&groups, view_order(&view, NULL, &groups, &order_name), limit) == STATUS_OK) {
			print_head(&view, &groups, order_name, out);
			print_rows(&view, &groups, limit, ROWS_TABLE, out);
		}
		snapshot_groups_release(&groups);
	}
	if (snapshot)
		fprintf(out, "\nprofile: %s  (memlint stat | peak | leaks | types%s %s)\n", path,
		        loaded.profile.lines.size ? " | lines" : "", path);
	snapshot_free(snapshot);
	loaded_profile_close(&loaded);
	return snapshot ? STATUS_OK : STATUS_ERROR;
}

enum status memlint_stat(struct cli *cli)
{
	struct view view = {.key = MEMLINT_BY_LINENO};
	struct loaded_profile loaded;
	enum status status = STATUS_OK;
	int id, plain = 0, table = 0;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		if (id == PLAIN)
			plain = 1;
		else if (id == TABLE)
			table = 1;
		else
			status = view_option(&view, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	if (status == STATUS_OK && view.cumulative && view.key != MEMLINT_BY_LINENO && view.key != MEMLINT_BY_FILENAME)
		status = cli_usage(cli, "--cumulative goes with --by lineno or --by filename only");
	view_ready(&view);
	if (status == STATUS_OK)
		status = loaded_profile_open(&loaded, cli->operands[0], 1);
	if (status == STATUS_OK) {
		struct memlint_snapshot *snapshot = view_snapshot(&view, &loaded, view.snapshot);

		status = snapshot ? show(cli, &view, snapshot, plain, table) : STATUS_ERROR;
		snapshot_free(snapshot);
		loaded_profile_close(&loaded);
	}
	view_release(&view);
	return cli_finish(status);
}
