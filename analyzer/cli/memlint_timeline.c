// SPDX-License-Identifier: MIT
/* memlint timeline: live bytes over time as a chart, with the snapshots and marks. */
#include "analyzer/cli/memlint_json.h"

#include <stdlib.h>
#include <string.h>

static const struct cli_option options[] = {
        VIEW_OPTION_JSON,
        VIEW_OPTION_COLOR,
        {0, 0, NULL, NULL, NULL},
};

enum { CHART_HEIGHT = 8, WIDEST_CHART = 100 };

/* A chart's points: the highest live bytes seen in each of @n equal spans of time. */
struct chart {
	uint64_t highest[WIDEST_CHART];
	size_t n;
	uint64_t end_ns, top;
};

static size_t nsamples(const struct profile *profile)
{
	return profile->samples.size / sizeof(struct profile_sample);
}

static const struct profile_sample *samples_of(const struct profile *profile)
{
	return (const struct profile_sample *)(const void *)profile->samples.data;
}

static void add_point(struct chart *chart, uint64_t time_ns, uint64_t bytes)
{
	size_t at = chart->end_ns ? (size_t)((double)time_ns / (double)chart->end_ns * (double)chart->n) : 0;

	if (at >= chart->n)
		at = chart->n - 1;
	if (bytes > chart->highest[at])
		chart->highest[at] = bytes;
	if (bytes > chart->top)
		chart->top = bytes;
}

/* Spans without a point keep what was live before. */
static void fill_gaps(struct chart *chart)
{
	for (size_t i = 1; i < chart->n; i++)
		if (!chart->highest[i])
			chart->highest[i] = chart->highest[i - 1];
}

static void fill(struct chart *chart, const struct profile *profile)
{
	const size_t nsnapshots = profile_nsnapshots(profile);

	for (size_t i = 0; i < nsnapshots; i++) {
		const struct profile_snapshot *snapshot = profile_snapshots(profile) + i;

		if (snapshot->time_ns > chart->end_ns)
			chart->end_ns = snapshot->time_ns;
	}
	for (size_t i = 0; i < nsamples(profile); i++)
		if (samples_of(profile)[i].time_ns > chart->end_ns)
			chart->end_ns = samples_of(profile)[i].time_ns;
	for (size_t i = 0; i < nsamples(profile); i++)
		add_point(chart, samples_of(profile)[i].time_ns, samples_of(profile)[i].highest);
	for (size_t i = 0; i < nsnapshots; i++) {
		const struct profile_snapshot *snapshot = profile_snapshots(profile) + i;

		add_point(chart, snapshot->time_ns, snapshot->totals.live_bytes);
		if (snapshot->totals.peak_time_ns)
			add_point(chart, snapshot->totals.peak_time_ns, snapshot->totals.peak_bytes);
	}
	fill_gaps(chart);
}

static void print_chart(const struct chart *chart, const struct terminal *terminal)
{
	static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	struct arena arena = {0};

	for (int line = CHART_HEIGHT - 1; line >= 0; line--) {
		const char *label = line == CHART_HEIGHT - 1 ? view_size(&arena, (double)chart->top) : line ? "" : "0";

		printf("%10s %s", label, terminal_style(terminal, STYLE_CYAN));
		for (size_t i = 0; i < chart->n; i++) {
			const double height = chart->top ? (double)chart->highest[i] / (double)chart->top : 0;
			int eighths = (int)(height * (double)(CHART_HEIGHT * 8) + 0.5) - line * 8;

			eighths = eighths < 0 ? 0 : eighths > 8 ? 8 : eighths;
			fputs(blocks[eighths], stdout);
		}
		printf("%s\n", terminal_style(terminal, STYLE_PLAIN));
	}
	const char *end = view_time(&arena, chart->end_ns);

	printf("%10s 0%*s\n", "", (int)chart->n - 1, end);
	arena_clear(&arena);
}

static void print_snapshots(const struct profile *profile, const struct terminal *terminal)
{
	enum { NUMBER, TIME, LIVE, BLOCKS, PEAK, ALLOCS, WHY, NAME, NCOLUMNS };
	static const struct table_column columns[NCOLUMNS] = {
	        {.title = "snapshot", .right = true},
	        {.title = "time", .right = true},
	        {.title = "live", .right = true, .style = STYLE_BOLD},
	        {.title = "blocks", .right = true},
	        {.title = "peak", .right = true},
	        {.title = "allocs", .right = true},
	        {.title = "taken"},
	        {.title = "name", .style = STYLE_GREEN},
	};
	struct table table;

	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < profile_nsnapshots(profile); i++) {
		const struct profile_snapshot *snapshot = profile_snapshots(profile) + i;
		const char **cells = table_row(&table);

		cells[NUMBER] = arena_printf(&table.arena, "%zu", i + 1);
		cells[TIME] = view_time(&table.arena, snapshot->time_ns);
		cells[LIVE] = view_size(&table.arena, (double)snapshot->totals.live_bytes);
		cells[BLOCKS] = view_count(&table.arena, snapshot->totals.live_count);
		cells[PEAK] = view_size(&table.arena, (double)snapshot->totals.peak_bytes);
		cells[ALLOCS] = view_count(&table.arena, snapshot->totals.alloc_count);
		cells[WHY] = profile_reason_text(snapshot->reason);
		cells[NAME] = text_clean(&table.arena, snapshot->name);
	}
	table_print(&table, stdout, terminal);
	table_release(&table);
}

static void print_marks(const struct profile *profile)
{
	const struct profile_mark *marks = (const struct profile_mark *)(const void *)profile->marks.data;
	const size_t n = profile->marks.size / sizeof *marks;
	struct arena arena = {0};

	if (n)
		puts("\nmarks:");
	for (size_t i = 0; i < n; i++)
		printf("  %10s  live %-10s %s\n", view_time(&arena, marks[i].time_ns),
		       view_size(&arena, (double)marks[i].live), text_clean(&arena, marks[i].name));
	arena_clear(&arena);
}

static void print_text(const struct profile *profile, const struct terminal *terminal)
{
	const unsigned width = terminal->width > 14 ? terminal->width - 13 : 67;
	struct chart chart = {.n = width < WIDEST_CHART ? width : WIDEST_CHART};

	fill(&chart, profile);
	print_chart(&chart, terminal);
	putchar('\n');
	print_snapshots(profile, terminal);
	print_marks(profile);
}

static void print_json(const struct profile *profile)
{
	json_t *snapshots = json_snapshots(profile), *snapshot;
	struct json_stream stream =
	        json_begin("memlint-timeline/1", "samples", json_samples(profile), "marks", json_marks(profile), NULL);
	size_t i;

	json_begin_array(&stream, "snapshots");
	json_array_foreach(snapshots, i, snapshot) json_item(&stream, json_incref(snapshot));
	json_end();
	json_decref(snapshots);
}

static enum status show_file(struct view *view, struct loaded_profile *loaded)
{
	if (view->json)
		print_json(&loaded->profile);
	else
		print_text(&loaded->profile, &view->terminal);
	return STATUS_OK;
}

enum status memlint_timeline(struct cli *cli)
{
	return view_main_file(cli, options, &(struct view){0}, show_file);
}
