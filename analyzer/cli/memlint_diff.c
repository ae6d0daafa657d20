// SPDX-License-Identifier: MIT
/* memlint diff: what changed between two profiles, or between two snapshots of one. */
#include "analyzer/cli/memlint_json.h"
#include "analyzer/cli/memlint_view.h"

enum { FROM = VIEW_OWN, TO, ALL, PEAK };
enum { CHANGE, SIZE, COUNT_CHANGE, COUNT, PLACE, FUNCTION, TYPE, NCOLUMNS };

static const struct cli_option options[] = {
        VIEW_OPTION_BY,
        VIEW_OPTION_CUMULATIVE,
        VIEW_OPTIONS_ROWS,
        {FROM, 0, "from", "N|NAME", "snapshot of OLD (default: the last; the first if NEW is not given)"},
        {TO, 0, "to", "N|NAME", "snapshot of NEW (default: the last)"},
        {ALL, 'a', "all", NULL, "show rows that did not change too"},
        {PEAK, 'p', "peak", NULL, "compare what was live at the peaks (default where nothing is live any more)"},
        {0, 0, NULL, NULL, NULL},
};

struct diff {
	const struct view *view;
	const char *from, *to;
	bool all;
	bool at_peak; /* the groups' size and count are those of the peak */
};

static const struct table_column columns[NCOLUMNS] = {
        [CHANGE] = {.title = "change", .right = true, .style = STYLE_BOLD},
        [SIZE] = {.title = "now", .right = true},
        [COUNT_CHANGE] = {.title = "blocks", .right = true, .style = STYLE_BOLD},
        [COUNT] = {.title = "now", .right = true},
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

/* Size and count become those at the peak; the second time they are what they were. */
static void swap_peak(struct snapshot_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		struct snapshot_group *group = groups->order[i];
		const uint64_t size = group->stat.size, count = group->stat.count;

		group->stat.size = group->stat.peak_bytes;
		group->stat.peak_bytes = size;
		group->stat.count = group->counts.peak_count;
		group->counts.peak_count = count;
	}
}

static void print_json(const struct diff *diff, struct snapshot_groups *now, const struct memlint_snapshot *old,
                       size_t limit)
{
	struct json_stream stream =
	        json_begin("memlint-diff/1", "program", json_program(now->snapshot), "old_snapshot", json_snapshot(old),
	                   "new_snapshot", json_snapshot(now->snapshot), "old_totals", json_totals(&old->totals),
	                   "new_totals", json_totals(&now->snapshot->totals), NULL);

	const char *const bytes = diff->at_peak ? "peak_bytes_diff" : "live_bytes_diff";
	const char *const count = diff->at_peak ? "peak_count_diff" : "live_count_diff";

	json_begin_array(&stream, "rows");
	for (size_t i = 0, shown = 0; i < now->n && shown < limit; i++) {
		struct snapshot_group *group = now->order[i];

		if (!is_shown(group, diff->all))
			continue;
		json_t *row = json_row(now, group);

		json_object_set_new(row, bytes, json_integer(group->stat.size_diff));
		json_object_set_new(row, count, json_integer(group->stat.count_diff));
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

static const char *change_text(struct arena *arena, uint64_t old, uint64_t new)
{
	char change[64];

	snapshot_size_text((double)new - (double)old, 1, change, sizeof change);
	return arena_printf(arena, "%s -> %s (%s)", view_size(arena, (double)old), view_size(arena, (double)new),
	                    change);
}

/* What the whole programs needed. */
static void print_totals(const struct diff *diff, const struct snapshot_totals *old, const struct snapshot_totals *new)
{
	struct arena arena = {0};

	terminal_wrap(&diff->view->terminal, stdout,
	              arena_printf(&arena, "peak %s, allocated %s, live %s",
	                           change_text(&arena, old->peak_bytes, new->peak_bytes),
	                           change_text(&arena, old->alloc_bytes, new->alloc_bytes),
	                           change_text(&arena, old->live_bytes, new->live_bytes)));
	arena_clear(&arena);
}

static bool same_totals(const struct snapshot_totals *old, const struct snapshot_totals *new)
{
	return old->peak_bytes == new->peak_bytes && old->alloc_bytes == new->alloc_bytes &&
	       old->live_bytes == new->live_bytes;
}

static void print_text(const struct diff *diff, const struct snapshot_groups *now, const struct memlint_snapshot *old,
                       size_t limit, size_t n)
{
	const struct snapshot_totals *totals = &now->snapshot->totals;
	size_t shown = 0;

	if (n && diff->at_peak)
		puts("Live at the peak:");
	if (diff->view->terminal.is_terminal && now->key != MEMLINT_BY_TRACEBACK) {
		print_table(diff->view, now, diff->all, limit);
		shown = limit;
	}
	for (size_t i = 0; i < now->n && shown < limit; i++) {
		if (!is_shown(now->order[i], diff->all))
			continue;
		print_line(diff->view, &now->order[i]->stat);
		shown++;
	}
	if (shown < n)
		printf("%zu more row%s: --top 0 shows all\n", n - shown, n - shown == 1 ? "" : "s");
	if (!same_totals(&old->totals, totals))
		print_totals(diff, &old->totals, totals);
	else if (!n)
		puts("nothing changed");
}

static enum status show_groups(const struct diff *diff, struct snapshot_groups *before, struct snapshot_groups *now)
{
	const struct view *view = diff->view;

	if (diff->at_peak) {
		swap_peak(before);
		swap_peak(now);
	}
	if (snapshot_name(now, now->n) < 0 || snapshot_name(before, before->n) < 0 || snapshot_match(now, before) < 0 ||
	    snapshot_sort(now, snapshot_by_diff, now->n) < 0)
		return diag_error("%s", snapshot_error());

	const size_t n = count_shown(now, diff->all);
	const size_t limit = view->json && !view->has_top ? n : view_limit(view, n);

	if (!view->json) {
		print_text(diff, now, before->snapshot, limit, n);
		return STATUS_OK;
	}
	if (diff->at_peak)
		swap_peak(now);
	print_json(diff, now, before->snapshot, limit);
	return STATUS_OK;
}

static enum status show(struct diff *diff, const struct memlint_snapshot *old, const struct memlint_snapshot *new)
{
	const struct view *view = diff->view;
	struct snapshot_groups before, now;

	diff->at_peak |= !old->totals.live_bytes && !new->totals.live_bytes;
	if (snapshot_group(&before, old, view->key, view->cumulative) < 0)
		return diag_error("%s", snapshot_error());
	if (snapshot_group(&now, new, view->key, view->cumulative) < 0) {
		snapshot_groups_release(&before);
		return diag_error("%s", snapshot_error());
	}
	const enum status status = show_groups(diff, &before, &now);

	snapshot_groups_release(&before);
	snapshot_groups_release(&now);
	return status;
}

static enum status compare(const struct cli *cli, struct diff *diff)
{
	const struct view *view = diff->view;
	const bool one_file = cli->noperands == 1;
	struct loaded_profile old, new;

	if (loaded_profile_open(&old, cli->operands[0], 1) != STATUS_OK)
		return STATUS_ERROR;
	if (loaded_profile_open(&new, cli->operands[one_file ? 0 : 1], 1) != STATUS_OK) {
		loaded_profile_close(&old);
		return STATUS_ERROR;
	}
	struct memlint_snapshot *before = view_snapshot(view, &old, diff->from ? diff->from : one_file ? "1" : NULL);
	struct memlint_snapshot *after = before ? view_snapshot(view, &new, diff->to) : NULL;
	const enum status status = after ? show(diff, before, after) : STATUS_ERROR;

	snapshot_free(before);
	snapshot_free(after);
	loaded_profile_close(&old);
	loaded_profile_close(&new);
	return status;
}

enum status memlint_diff(struct cli *cli)
{
	struct view view = {.key = MEMLINT_BY_LINENO};
	struct diff diff = {.view = &view};
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		if (id == FROM)
			diff.from = cli->value;
		else if (id == TO)
			diff.to = cli->value;
		else if (id == ALL)
			diff.all = true;
		else if (id == PEAK)
			diff.at_peak = true;
		else
			status = view_option(&view, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 2);
	if (status == STATUS_OK && view.cumulative && view.key != MEMLINT_BY_LINENO && view.key != MEMLINT_BY_FILENAME)
		status = cli_usage(cli, "--cumulative goes with --by lineno or --by filename only");
	view_ready(&view);
	if (status == STATUS_OK)
		status = compare(cli, &diff);
	view_release(&view);
	return cli_finish(status);
}
