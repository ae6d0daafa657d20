// SPDX-License-Identifier: MIT
/* memlint leaks: what was never released, in plain words. */
#include "analyzer/cli/memlint_leaks.h"

static const struct cli_option options[] = {
        VIEW_OPTIONS_ROWS,
        VIEW_OPTION_SNAPSHOT,
        VIEW_OPTION_SOURCE,
        {0, 0, NULL, NULL, NULL},
};

static size_t count_live(const struct snapshot_groups *groups)
{
	size_t n = 0;

	while (n < groups->n && groups->order[n]->stat.count)
		n++;
	return n;
}

/* Blocks without bytes are leaks too: rows with live blocks first. */
static int by_leak(const struct snapshot_group *a, const struct snapshot_group *b)
{
	if (!a->stat.count != !b->stat.count)
		return a->stat.count ? -1 : 1;
	return snapshot_by_size(a, b);
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void print_leak(const struct view *view, const struct snapshot_group *group)
{
	const struct memlint_statistic *row = &group->stat;
	struct arena arena = {0};
	const char *type = view_type(&arena, group), *function = view_function(group);

	printf("%s%s%s in %s block%s", terminal_style(&view->terminal, STYLE_BOLD),
	       view_size(&arena, (double)row->size), terminal_style(&view->terminal, STYLE_PLAIN),
	       view_count(&arena, row->count), plural(row->count));
	if (type[0])
		printf(" of %s%s%s", terminal_style(&view->terminal, STYLE_GREEN), text_clean(&arena, type),
		       terminal_style(&view->terminal, STYLE_PLAIN));
	if (row->count > 1)
		printf(", %s each on average", view_size(&arena, (double)row->size / (double)row->count));
	printf("\n    %s%s%s", terminal_style(&view->terminal, STYLE_CYAN), text_clean(&arena, row->key),
	       terminal_style(&view->terminal, STYLE_PLAIN));
	if (function[0])
		printf(" in %s", text_clean(&arena, function));
	if (row->count == row->alloc_count)
		printf(", none released\n");
	else
		printf(", %s of %s released\n", view_count(&arena, row->alloc_count - row->count),
		       view_count(&arena, row->alloc_count));
	if (view->source || view->terminal.is_terminal)
		view_source(view, group->frame, stdout);
	arena_clear(&arena);
}

static void print_text(const struct view *view, const struct snapshot_groups *groups)
{
	const struct memlint_snapshot *snapshot = groups->snapshot;
	const size_t n = count_live(groups), limit = view_limit(view, n);
	const int at_exit = snapshot->reason == PROFILE_AT_EXIT;
	uint64_t bytes = 0, count = 0;
	struct arena arena = {0};

	for (size_t i = 0; i < n; i++) {
		bytes += groups->order[i]->stat.size;
		count += groups->order[i]->stat.count;
	}
	const char *program = text_clean(&arena, view_program(snapshot));

	if (!n && (view->nfilters || view->type || view->thread))
		puts("Nothing that matches the filters was left.");
	else if (!n)
		printf("%s released everything%s: %s blocks of %s.\n", program, at_exit ? "" : " until this snapshot",
		       view_count(&arena, snapshot->totals.free_count),
		       view_size(&arena, (double)snapshot->totals.free_bytes));
	else
		printf("%s did not release %s in %s block%s, from %zu place%s%s.\n", program,
		       view_size(&arena, (double)bytes), view_count(&arena, count), plural(count), n, plural(n),
		       at_exit ? "" : ", when this snapshot was taken (the program had not ended)");
	for (size_t i = 0; i < limit; i++) {
		putchar('\n');
		print_leak(view, groups->order[i]);
	}
	if (limit < n)
		printf("\n%zu more place%s: --top 0 shows all\n", n - limit, plural(n - limit));
	if (n)
		puts("\nWhat of it is lost and what is still held: record it with 'memlint run --graph'.");
	arena_clear(&arena);
}

static void print_json(const struct view *view, const struct snapshot_groups *groups)
{
	const size_t n = count_live(groups), limit = view->has_top ? view_limit(view, n) : n;
	struct json_stream stream =
	        json_begin("memlint-leaks/1", "program", json_program(groups->snapshot), "snapshot",
	                   json_snapshot(groups->snapshot), "totals", json_totals(&groups->snapshot->totals), NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++)
		json_item(&stream, json_row(groups, groups->order[i]));
	json_end();
}

/* Only the traces that leaked, so that the type shown is theirs. NULL after a message. */
static struct memlint_snapshot *live_rows(const struct memlint_snapshot *snapshot)
{
	struct memlint_snapshot *live = snapshot_new_shared(snapshot->tables);

	for (size_t i = 0; live && i < snapshot_nrows(snapshot); i++) {
		const struct snapshot_row *row = snapshot_rows(snapshot) + i;

		if (row->counts.alloc_count <= row->counts.free_count)
			continue;
		struct snapshot_row *copy = snapshot_add_row(live, row->trace, row->thread);

		if (copy)
			copy->counts = row->counts;
	}
	if (live && live->rows.failed)
		snapshot_set_error("out of memory", NULL);
	if (!live || live->rows.failed) {
		snapshot_free(live);
		diag_error("%s", snapshot_error());
		return NULL;
	}
	live->totals = snapshot->totals;
	live->reason = snapshot->reason;
	live->sequence = snapshot->sequence;
	live->time_ns = snapshot->time_ns;
	live->name = snapshot->name;
	return live;
}

static enum status show(const struct view *view, const struct memlint_snapshot *snapshot)
{
	struct memlint_snapshot *live = live_rows(snapshot);
	struct snapshot_groups groups;
	enum status status = STATUS_ERROR;

	if (!live)
		return STATUS_ERROR;
	if (snapshot_group(&groups, live, MEMLINT_BY_LINENO, 0) < 0) {
		diag_error("%s", snapshot_error());
	} else if (view_sort(&groups, by_leak, groups.n) == STATUS_OK) {
		if (view->json)
			print_json(view, &groups);
		else
			print_text(view, &groups);
		status = STATUS_OK;
	}
	snapshot_groups_release(&groups);
	snapshot_free(live);
	return status;
}

static enum status show_graph(const struct view *view, struct loaded_profile *loaded, size_t index,
                              const struct memlint_snapshot *snapshot)
{
	struct leak_rows rows;

	if (leak_rows_find(&rows, loaded, index, snapshot) != STATUS_OK)
		return STATUS_ERROR;
	if (view->json)
		leaks_print_json(view, snapshot, &rows);
	else
		leaks_print_text(view, snapshot, &rows);
	leak_rows_release(&rows);
	return STATUS_OK;
}

static enum status show_file(struct view *view, struct loaded_profile *loaded)
{
	struct memlint_snapshot *snapshot;
	enum status status;
	size_t index;

	if (!loaded_profile_find(loaded, view->snapshot, &index))
		return STATUS_ERROR;
	snapshot = view_snapshot(view, loaded, view->snapshot);
	if (!snapshot)
		return STATUS_ERROR;
	if (profile_has_graph(&loaded->profile, profile_snapshots(&loaded->profile)[index].sequence))
		status = show_graph(view, loaded, index, snapshot);
	else
		status = show(view, snapshot);
	snapshot_free(snapshot);
	return status;
}

enum status memlint_leaks(struct cli *cli)
{
	return view_main_file(cli, options, &(struct view){0}, show_file);
}
