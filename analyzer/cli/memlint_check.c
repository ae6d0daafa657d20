// SPDX-License-Identifier: MIT
/* memlint check: limits for a profile; a gate for continuous integration. */
#include "analyzer/cli/memlint_growth.h"
#include "analyzer/cli/memlint_json.h"
#include "analyzer/profile/leaks.h"

#include <string.h>

enum {
	MAX_PEAK = VIEW_OWN,
	MAX_LIVE,
	MAX_LEAKED,
	MAX_LOST,
	MAX_ALLOCS,
	MAX_ALLOCATED,
	MAX_TEMPORARY,
	MAX_LINE,
	NO_GROWTH
};
enum { NLIMITS = NO_GROWTH - MAX_PEAK, MAX_LINES = 256 };

static const struct cli_option options[] = {
        {MAX_PEAK, 0, "max-peak", "SIZE", "most bytes live at once"},
        {MAX_LIVE, 0, "max-live", "SIZE", "most bytes live in the snapshot"},
        {MAX_LEAKED, 0, "max-leaked", "SIZE",
         "most bytes live at exit; with 0 no block may be left, even an empty one"},
        {MAX_LOST, 0, "max-lost", "SIZE",
         "most bytes lost, as memlint leaks has it (needs memlint run --graph); with 0 no block may be"},
        {MAX_ALLOCS, 0, "max-allocs", "N", "most allocations"},
        {MAX_ALLOCATED, 0, "max-allocated", "SIZE", "most bytes ever allocated"},
        {MAX_TEMPORARY, 0, "max-temporary", "N", "most temporary allocations"},
        {MAX_LINE, 0, "max-line", "FILE:LINE=SIZE", "most bytes a line may hold at the peak (may be repeated)"},
        {NO_GROWTH, 0, "no-growth", NULL,
         "no line whose live count rises in every snapshot (at least 3: MEMLINT_INTERVAL)"},
        {VIEW_FILTER, 'f', "filter", "GLOB[:LINE]", "only rows of these files, for growth and --max-line"},
        {VIEW_EXCLUDE, 'x', "exclude", "GLOB[:LINE]", "no rows of these files, for growth and --max-line"},
        {VIEW_SNAPSHOT, 0, "snapshot", "N|NAME", "which snapshot (default: the last)"},
        {VIEW_COLOR, 0, "color", "WHEN", "auto, always or never"},
        {0, 0, NULL, NULL, NULL},
};

struct line_limit {
	const char *pattern; /* file name, or its end after a '/' */
	uint32_t line;
	uint64_t bytes;
	const char *given;
};

struct check {
	struct view view;
	const char *path;
	bool has[NLIMITS];
	uint64_t limit[NLIMITS];
	struct line_limit lines[MAX_LINES];
	size_t nlines;
	bool no_growth;
	size_t exceeded;
	size_t checked;
};

static enum status read_line_limit(struct check *check, struct cli *cli)
{
	struct line_limit *limit = check->lines + check->nlines;
	const char *given = cli->value, *equals = strrchr(given, '='), *colon = equals;
	uint64_t line;

	while (colon && colon > given && *colon != ':')
		colon--;
	if (!colon || colon == given || check->nlines == MAX_LINES)
		return cli_usage(cli, "--max-line: '%s' is not FILE:LINE=SIZE", given);
	cli->value = arena_strndup(&check->view.arena, colon + 1, (size_t)(equals - colon - 1));
	if (!cli_number(cli, "--max-line", UINT32_MAX, &line))
		return STATUS_ERROR;
	cli->value = equals + 1;
	if (!cli_size(cli, "--max-line", &limit->bytes))
		return STATUS_ERROR;
	limit->line = (uint32_t)line;
	limit->pattern = arena_strndup(&check->view.arena, given, (size_t)(colon - given));
	limit->given = given;
	check->nlines++;
	return STATUS_OK;
}

static enum status read_option(struct check *check, struct cli *cli, int id)
{
	static const char *const names[] = {"--max-peak",   "--max-live",      "--max-leaked",   "--max-lost",
	                                    "--max-allocs", "--max-allocated", "--max-temporary"};
	bool good;

	if (id < VIEW_OWN)
		return view_option(&check->view, cli, id);
	if (id == NO_GROWTH) {
		check->no_growth = true;
		return STATUS_OK;
	}
	if (id == MAX_LINE)
		return read_line_limit(check, cli);
	const int index = id - MAX_PEAK;

	if (id == MAX_ALLOCS || id == MAX_TEMPORARY)
		good = cli_number(cli, names[index], UINT64_MAX, &check->limit[index]);
	else
		good = cli_size(cli, names[index], &check->limit[index]);
	check->has[index] = true;
	return good ? STATUS_OK : STATUS_ERROR;
}

/* One line per limit exceeded, on stdout as findings are. */
static void exceed(struct check *check, const char *text)
{
	printf("%s%s%s: %s\n", terminal_style(&check->view.terminal, STYLE_RED), check->path,
	       terminal_style(&check->view.terminal, STYLE_PLAIN), text);
	check->exceeded++;
}

static void check_bytes(struct check *check, int id, const char *what, uint64_t value)
{
	struct arena *arena = &check->view.arena;
	const uint64_t limit = check->limit[id - MAX_PEAK];

	if (!check->has[id - MAX_PEAK])
		return;
	check->checked++;
	if (value > limit)
		exceed(check, arena_printf(arena, "%s is %s (%llu), above the limit of %s (%llu)", what,
		                           view_size(arena, (double)value), (unsigned long long)value,
		                           view_size(arena, (double)limit), (unsigned long long)limit));
}

static void check_count(struct check *check, int id, const char *what, uint64_t value)
{
	struct arena *arena = &check->view.arena;
	const uint64_t limit = check->limit[id - MAX_PEAK];

	if (!check->has[id - MAX_PEAK])
		return;
	check->checked++;
	if (value > limit)
		exceed(check, arena_printf(arena, "%s %s, above the limit of %s", view_count(arena, value), what,
		                           view_count(arena, limit)));
}

static enum status check_leaks(struct check *check, const struct memlint_snapshot *snapshot)
{
	const struct snapshot_totals *totals = &snapshot->totals;

	if (!check->has[MAX_LEAKED - MAX_PEAK])
		return STATUS_OK;
	if (snapshot->reason != PROFILE_AT_EXIT)
		return diag_error("%s: --max-leaked needs a snapshot taken at exit, this one was taken %s", check->path,
		                  profile_reason_text(snapshot->reason));
	check_bytes(check, MAX_LEAKED, "what was not released", totals->live_bytes);
	if (!totals->live_bytes && totals->live_count && !check->limit[MAX_LEAKED - MAX_PEAK])
		exceed(check, arena_printf(&check->view.arena, "%s empty blocks were not released",
		                           view_count(&check->view.arena, totals->live_count)));
	return STATUS_OK;
}

/* What nothing points at any more, and what was lost with it. */
static enum status check_lost(struct check *check, struct loaded_profile *loaded)
{
	struct profile_graph graph;
	struct leaks leaks;
	uint64_t bytes, count;
	size_t index;

	if (!check->has[MAX_LOST - MAX_PEAK])
		return STATUS_OK;
	if (!loaded_profile_find(loaded, check->view.snapshot, &index))
		return STATUS_ERROR;
	const int found =
	        profile_graph_read(&loaded->profile, profile_snapshots(&loaded->profile)[index].sequence, &graph);

	if (found < 1 || !graph.complete) {
		profile_graph_release(&graph);
		return diag_error(
		        "%s: --max-lost needs a snapshot with a whole heap graph: record one with 'memlint run "
		        "--graph'",
		        check->path);
	}
	leaks_judge(&leaks, &graph);
	bytes = leaks.bytes[LEAK_LOST] + leaks.bytes[LEAK_CYCLE] + leaks.bytes[LEAK_FOLLOWER];
	count = leaks.count[LEAK_LOST] + leaks.count[LEAK_CYCLE];
	leaks_release(&leaks);
	profile_graph_release(&graph);
	check_bytes(check, MAX_LOST, "what was lost", bytes);
	if (!bytes && count && !check->limit[MAX_LOST - MAX_PEAK])
		exceed(check, arena_printf(&check->view.arena, "%s empty blocks were lost",
		                           view_count(&check->view.arena, count)));
	return STATUS_OK;
}

static bool is_line(const struct line_limit *limit, const struct snapshot_group *group)
{
	const char *file = group->frame->path;
	const size_t length = strlen(file), wanted = strlen(limit->pattern);

	if (group->frame->line != limit->line)
		return false;
	if (snapshot_glob(limit->pattern, group->frame->file) || snapshot_glob(limit->pattern, file))
		return true;
	return length > wanted && file[length - wanted - 1] == '/' && !strcmp(file + length - wanted, limit->pattern);
}

static enum status check_lines(struct check *check, const struct memlint_snapshot *snapshot)
{
	struct arena *arena = &check->view.arena;
	struct snapshot_groups groups;

	if (!check->nlines)
		return STATUS_OK;
	if (snapshot_group(&groups, snapshot, MEMLINT_BY_LINENO, 0) < 0)
		return diag_error("%s", snapshot_error());
	if (snapshot_name(&groups, groups.n) < 0) {
		snapshot_groups_release(&groups);
		return diag_error("%s", snapshot_error());
	}
	for (size_t i = 0; i < check->nlines; i++) {
		const struct line_limit *limit = check->lines + i;
		size_t found = 0;

		check->checked++;
		for (size_t g = 0; g < groups.n; g++) {
			const struct memlint_statistic *row = &groups.order[g]->stat;

			if (!is_line(limit, groups.order[g]))
				continue;
			found++;
			if (row->peak_bytes > limit->bytes)
				exceed(check,
				       arena_printf(
				               arena, "%s held %s (%llu) at the peak, above the limit of %s (%llu)",
				               text_clean(arena, row->key), view_size(arena, (double)row->peak_bytes),
				               (unsigned long long)row->peak_bytes,
				               view_size(arena, (double)limit->bytes),
				               (unsigned long long)limit->bytes));
		}
		if (!found)
			diag_note("%s: --max-line %s: that line allocated nothing", check->path, limit->given);
	}
	snapshot_groups_release(&groups);
	return STATUS_OK;
}

static uint64_t sum_temporary(const struct memlint_snapshot *snapshot)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < snapshot_nrows(snapshot); i++)
		sum += snapshot_rows(snapshot)[i].counts.temporary_count;
	return sum;
}

static enum status check_growth(struct check *check, struct loaded_profile *loaded)
{
	struct arena *arena = &check->view.arena;
	struct growth growth;

	if (!check->no_growth)
		return STATUS_OK;
	check->checked++;
	const enum status status = growth_of(&growth, &check->view, loaded, "--no-growth");
	const size_t n = growth.seconds.count;

	for (size_t i = 0; i < growth.rows.count && status == STATUS_OK; i++) {
		const struct growth_row *row = growth.rows.items + i;

		if (growth_is_steady(&growth, row))
			exceed(check,
			       arena_printf(arena, "%s grew in every one of %zu snapshots, from %s to %s live blocks",
			                    text_clean(arena, row->key), n, view_count(arena, row->counts[0]),
			                    view_count(arena, row->counts[n - 1])));
	}
	growth_release(&growth);
	return status;
}

static enum status run_checks(struct check *check, struct loaded_profile *loaded,
                              const struct memlint_snapshot *snapshot)
{
	const struct snapshot_totals *totals = &snapshot->totals;

	check_bytes(check, MAX_PEAK, "the peak", totals->peak_bytes);
	check_bytes(check, MAX_LIVE, "what is live", totals->live_bytes);
	if (check_leaks(check, snapshot) != STATUS_OK || check_lost(check, loaded) != STATUS_OK)
		return STATUS_ERROR;
	check_count(check, MAX_ALLOCS, "allocations", totals->alloc_count);
	check_bytes(check, MAX_ALLOCATED, "all that was allocated", totals->alloc_bytes);
	check_count(check, MAX_TEMPORARY, "temporary allocations", sum_temporary(snapshot));
	if (check_lines(check, snapshot) != STATUS_OK || check_growth(check, loaded) != STATUS_OK)
		return STATUS_ERROR;
	if (!check->exceeded)
		printf("%s: %zu limit%s kept\n", check->path, check->checked, check->checked == 1 ? "" : "s");
	return check->exceeded ? STATUS_FINDINGS : STATUS_OK;
}

static enum status check_file(struct check *check)
{
	struct loaded_profile loaded;
	enum status status = loaded_profile_open(&loaded, check->path, 1);

	if (status != STATUS_OK)
		return status;
	struct memlint_snapshot *snapshot = view_snapshot(&check->view, &loaded, check->view.snapshot);

	status = snapshot ? run_checks(check, &loaded, snapshot) : STATUS_ERROR;
	snapshot_free(snapshot);
	loaded_profile_close(&loaded);
	return status;
}

enum status memlint_check(struct cli *cli)
{
	struct check check = {0};
	enum status status = STATUS_OK;
	bool any = false;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		any |= id >= VIEW_OWN;
		status = read_option(&check, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	if (status == STATUS_OK && !any)
		status = cli_usage(cli, "no limit given");
	view_ready(&check.view);
	if (status == STATUS_OK) {
		check.path = cli->operands[0];
		status = check_file(&check);
	}
	view_release(&check.view);
	return cli_finish(status);
}
