// SPDX-License-Identifier: MIT
/* memlint growth: lines and types that only grow, how fast, and what holds them. */
#include "analyzer/cli/memlint_growth.h"

#include "analyzer/cli/memlint_graph.h"
#include "runtime/snapshot/profile_graph.h"

#include <string.h>

static const struct cli_option options[] = {
        {VIEW_BY, 'b', "by", "KEY", "lineno (default) or type"},
        VIEW_OPTIONS_ROWS,
        VIEW_OPTION_SOURCE,
        {0, 0, NULL, NULL, NULL},
};

static enum status add_snapshot(struct growth *growth, const struct view *view, struct loaded_profile *loaded,
                                size_t index)
{
	char number[24];
	struct snapshot_groups groups;
	enum status status = STATUS_OK;

	snprintf(number, sizeof number, "%zu", index + 1);
	struct memlint_snapshot *snapshot = view_snapshot(view, loaded, number);

	if (!snapshot)
		return STATUS_ERROR;
	if (snapshot_group(&groups, snapshot, view->key, 0) < 0) {
		status = diag_error("%s", snapshot_error());
	} else {
		if (snapshot_name(&groups, groups.n) < 0)
			status = diag_error("%s", snapshot_error());
		else
			growth_add(growth, &groups, snapshot->time_ns);
		snapshot_groups_release(&groups);
	}
	snapshot_free(snapshot);
	return status;
}

enum status growth_of(struct growth *growth, const struct view *view, struct loaded_profile *loaded, const char *wanted)
{
	const size_t n = profile_nsnapshots(&loaded->profile);
	enum status status = STATUS_OK;

	growth_init(growth, n);
	for (size_t i = 0; i < n && status == STATUS_OK; i++)
		if (growth_takes_part(profile_snapshots(&loaded->profile) + i))
			status = add_snapshot(growth, view, loaded, i);
	if (status == STATUS_OK && growth->seconds.count < GROWTH_SNAPSHOTS)
		status = diag_error("%s: %s needs at least %d snapshots taken while the program ran, there are %zu: "
		                    "record with 'memlint run --interval 1s'",
		                    loaded->path, wanted, GROWTH_SNAPSHOTS, growth->seconds.count);
	growth_finish(growth);
	return status;
}

/* A row that grows, and how. */
struct grower {
	const struct growth_row *row;
	double slope;        /* bytes a second */
	const char *held_by; /* NULL: not known */
};

struct growers {
	struct view view;
	struct loaded_profile loaded;
	struct growth growth;
	VEC(struct grower) items;
	struct arena arena;
};

static int by_slope(const void *left, const void *right)
{
	const struct grower *a = left, *b = right;

	if (a->slope != b->slope)
		return a->slope < b->slope ? 1 : -1;
	return strcmp(a->row->key, b->row->key);
}

static void find_growers(struct growers *growers)
{
	for (size_t i = 0; i < growers->growth.rows.count; i++) {
		const struct growth_row *row = growers->growth.rows.items + i;

		if (growth_only_grows(&growers->growth, row))
			vec_push(&growers->items, (struct grower){row, growth_slope(&growers->growth, row), NULL});
	}
	if (growers->items.count)
		qsort(growers->items.items, growers->items.count, sizeof *growers->items.items, by_slope);
}

/* --- what holds them --- */

static bool is_of(const struct growers *growers, const struct graph *graph, uint32_t block,
                  const struct growth_row *row)
{
	const struct snapshot_trace *trace = snapshot_traces(graph->tables) + graph->blocks.items[block].trace;
	const struct snapshot_frame *frame = snapshot_author(graph->tables, trace);

	if (growers->view.key == MEMLINT_BY_TYPE)
		return !strcmp(graph_type_of(graph, block)->name, row->type);
	return frame->line == row->frame->line && frame->path == row->frame->path &&
	       frame->address == row->frame->address;
}

/* The shape by which most of the row's blocks are held. */
static const char *holder_of(struct growers *growers, const struct graph *graph, const struct graph_shapes *shapes,
                             const struct growth_row *row)
{
	struct arena scratch = {0};
	uint64_t *bytes = arena_array(&scratch, shapes->items.count + 1, uint64_t);
	uint32_t best = GRAPH_NONE;

	for (uint32_t i = 0; i < graph_nblocks(graph); i++)
		if (shapes->of[i] != GRAPH_NONE && is_of(growers, graph, i, row))
			bytes[shapes->of[i]] += graph->blocks.items[i].own + 1;
	for (uint32_t i = 0; i < shapes->items.count; i++)
		if (bytes[i] && (best == GRAPH_NONE || bytes[i] > bytes[best]))
			best = i;
	arena_clear(&scratch);
	return best == GRAPH_NONE ? NULL : graph_shape_text(shapes, best, &growers->arena);
}

static void find_holders(struct growers *growers, size_t limit)
{
	const struct profile *profile = &growers->loaded.profile;
	struct graph_paths paths;
	struct graph_shapes shapes;
	struct graph graph;
	size_t index = profile_nsnapshots(profile);

	while (index && !profile_has_graph(profile, profile_snapshots(profile)[index - 1].sequence))
		index--;
	if (!index || !limit || graph_load(&graph, &growers->loaded, index - 1) != STATUS_OK)
		return;
	struct globals *globals = globals_new(growers->loaded.profile.tables);

	graph_find_paths(&paths, &graph);
	graph_find_shapes(&shapes, &graph, &paths, globals);
	for (size_t i = 0; i < limit; i++)
		growers->items.items[i].held_by = holder_of(growers, &graph, &shapes, growers->items.items[i].row);
	graph_shapes_release(&shapes);
	graph_paths_release(&paths);
	globals_free(globals);
	graph_release(&graph);
}

/* --- shown --- */

static const char *signed_size(struct arena *arena, double bytes)
{
	char text[64];

	snapshot_size_text(bytes, 1, text, sizeof text);
	return arena_strdup(arena, text);
}

static double per_step(const struct growth *growth, const struct growth_row *row)
{
	const size_t n = growth->seconds.count;

	return ((double)row->bytes[n - 1] - (double)row->bytes[0]) / (double)(n - 1);
}

static void print_grower(struct growers *growers, const struct grower *grower)
{
	const struct growth *growth = &growers->growth;
	const struct growth_row *row = grower->row;
	const struct terminal *terminal = &growers->view.terminal;
	const size_t last = growth->seconds.count - 1;
	struct arena *arena = &growers->arena;

	printf("\n%s%s/s%s, %s from snapshot to snapshot: %s", terminal_style(terminal, STYLE_BOLD),
	       signed_size(arena, grower->slope), terminal_style(terminal, STYLE_PLAIN),
	       signed_size(arena, per_step(growth, row)), terminal_style(terminal, STYLE_CYAN));
	printf("%s%s", text_clean(arena, row->key), terminal_style(terminal, STYLE_PLAIN));
	if (growers->view.key != MEMLINT_BY_TYPE && row->frame->function[0])
		printf(" in %s", text_clean(arena, row->frame->function));
	putchar('\n');
	printf("    from %s to %s live blocks, %s", view_count(arena, row->counts[0]),
	       view_count(arena, row->counts[last]), view_size(arena, (double)row->bytes[last]));
	if (growers->view.key != MEMLINT_BY_TYPE && row->type[0])
		printf(" of %s%s%s", terminal_style(terminal, STYLE_GREEN), text_clean(arena, row->type),
		       terminal_style(terminal, STYLE_PLAIN));
	printf("; more in %u of %zu steps, never less\n", row->rises, last);
	if (grower->held_by)
		printf("    held by %s\n", grower->held_by);
	if (growers->view.source || terminal->is_terminal)
		view_source(&growers->view, row->frame, stdout);
}

static void print_text(struct growers *growers, size_t limit)
{
	const struct growth *growth = &growers->growth;
	const size_t n = growth->seconds.count;
	struct arena *arena = &growers->arena;
	const double time = growth->seconds.items[n - 1] - growth->seconds.items[0];
	bool held = false;

	printf("%zu snapshots over %s: ", n, view_time(arena, (uint64_t)(time * 1e9)));
	if (growers->items.count)
		printf("%zu %s%s only grow%s.\n", growers->items.count,
		       growers->view.key == MEMLINT_BY_TYPE ? "type" : "line", growers->items.count == 1 ? "" : "s",
		       growers->items.count == 1 ? "s" : "");
	else
		puts("nothing only grows.");
	for (size_t i = 0; i < limit; i++) {
		print_grower(growers, growers->items.items + i);
		held |= growers->items.items[i].held_by != NULL;
	}
	if (limit < growers->items.count)
		printf("\n%zu more: --top 0 shows all\n", growers->items.count - limit);
	if (limit && !held)
		puts("\nWhat holds them is known when a heap graph is recorded too: memlint run --graph");
}

static json_t *json_numbers(const uint64_t *numbers, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_integer((json_int_t)numbers[i]));
	return list;
}

static void print_json(const struct growers *growers, size_t limit)
{
	const struct growth *growth = &growers->growth;
	const size_t n = growth->seconds.count;
	json_t *seconds = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(seconds, json_real(growth->seconds.items[i]));
	struct json_stream stream = json_begin("memlint-growth/1", "seconds", seconds, NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++) {
		const struct grower *grower = growers->items.items + i;
		json_t *row = json_object();

		if (growers->view.key != MEMLINT_BY_TYPE) {
			json_object_set_new(row, "file", json_text(grower->row->frame->file));
			json_object_set_new(row, "line", json_integer(grower->row->frame->line));
			json_object_set_new(row, "function", json_text(grower->row->frame->function));
		}
		json_object_set_new(row, "type", json_text(grower->row->type));
		json_object_set_new(row, "bytes_per_second", json_real(grower->slope));
		json_object_set_new(row, "bytes_per_snapshot", json_real(per_step(growth, grower->row)));
		json_object_set_new(row, "rises", json_integer(grower->row->rises));
		json_object_set_new(row, "steps", json_integer((json_int_t)n - 1));
		json_object_set_new(row, "live_bytes", json_numbers(grower->row->bytes, n));
		json_object_set_new(row, "live_count", json_numbers(grower->row->counts, n));
		if (grower->held_by)
			json_object_set_new(row, "held_by", json_text(grower->held_by));
		json_item(&stream, row);
	}
	json_end();
}

static void show(struct growers *growers)
{
	find_growers(growers);
	size_t limit = view_limit(&growers->view, growers->items.count);

	if (growers->view.json && !growers->view.has_top)
		limit = growers->items.count;
	find_holders(growers, limit);
	if (growers->view.json)
		print_json(growers, limit);
	else
		print_text(growers, limit);
}

enum status memlint_growth(struct cli *cli)
{
	struct growers growers = {.view = {.key = MEMLINT_BY_LINENO}};
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		status = view_option(&growers.view, cli, id);
	}
	if (status == STATUS_OK && growers.view.key != MEMLINT_BY_LINENO && growers.view.key != MEMLINT_BY_TYPE)
		status = cli_usage(cli, "--by: lineno or type");
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	view_ready(&growers.view);
	if (status == STATUS_OK)
		status = loaded_profile_open(&growers.loaded, cli->operands[0], 1);
	if (status == STATUS_OK) {
		status = growth_of(&growers.growth, &growers.view, &growers.loaded, "growth");
		if (status == STATUS_OK)
			show(&growers);
		growth_release(&growers.growth);
		vec_release(&growers.items);
		arena_clear(&growers.arena);
		loaded_profile_close(&growers.loaded);
	}
	view_release(&growers.view);
	return cli_finish(status);
}
