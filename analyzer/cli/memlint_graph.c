// SPDX-License-Identifier: MIT
/* Opens heap graphs, and finds the blocks a user means. */
#include "analyzer/cli/memlint_graph.h"
#include "runtime/snapshot/profile_graph.h"

#include <string.h>

/* The snapshot's index; false after a message. */
static bool choose(const struct graph_view *graph_view, size_t *index)
{
	const struct profile *profile = &graph_view->loaded.profile;

	if (graph_view->view.snapshot)
		return loaded_profile_find(&graph_view->loaded, graph_view->view.snapshot, index);
	for (*index = profile_nsnapshots(profile); *index; --*index)
		if (profile_has_graph(profile, profile_snapshots(profile)[*index - 1].sequence))
			break;
	if (!*index) {
		diag_error("%s: no snapshot has a heap graph: record one with 'memlint run --graph'",
		           graph_view->loaded.path);
		return false;
	}
	--*index;
	return true;
}

static enum status open_graph(struct graph_view *graph_view)
{
	char number[24];
	size_t index;

	if (!choose(graph_view, &index))
		return STATUS_ERROR;
	snprintf(number, sizeof number, "%zu", index + 1);
	graph_view->snapshot = loaded_profile_snapshot(&graph_view->loaded, number);
	if (!graph_view->snapshot)
		return STATUS_ERROR;
	if (graph_load(&graph_view->graph, &graph_view->loaded, index) == STATUS_OK) {
		graph_view->globals = globals_new(graph_view->loaded.profile.tables);
		return STATUS_OK;
	}
	snapshot_free(graph_view->snapshot);
	return STATUS_ERROR;
}

enum status graph_view_open(struct graph_view *graph_view, const char *path)
{
	enum status status = loaded_profile_open(&graph_view->loaded, path, 1);

	if (status != STATUS_OK)
		return status;
	status = open_graph(graph_view);
	if (status != STATUS_OK)
		loaded_profile_close(&graph_view->loaded);
	return status;
}

void graph_view_close(struct graph_view *graph_view)
{
	globals_free(graph_view->globals);
	graph_release(&graph_view->graph);
	snapshot_free(graph_view->snapshot);
	loaded_profile_close(&graph_view->loaded);
}

static bool matches(const char *pattern, const char *name)
{
	static const char *const keywords[] = {"struct ", "union ", "class ", "enum "};

	if (!strcmp(pattern, name) || snapshot_glob(pattern, name))
		return true;
	for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++) {
		const size_t length = strlen(keywords[i]);

		if (!strncmp(name, keywords[i], length) && snapshot_glob(pattern, name + length))
			return true;
	}
	return false;
}

bool graph_type_matches(const struct graph_type *type, const char *pattern)
{
	if (!type->name[0])
		return snapshot_glob(pattern, "unknown");
	return matches(pattern, type->name) || matches(pattern, type->element) || matches(pattern, type->shown);
}

static enum status select_address(struct graph_selection *selection, const struct graph_view *graph_view)
{
	char *end;
	const uint64_t address = strtoull(selection->text, &end, 16);
	const uint32_t block = *end ? GRAPH_NONE : graph_find(&graph_view->graph, address);

	selection->by = SELECTED_ADDRESS;
	if (*end)
		return diag_error("'%s' is not an address", selection->text);
	if (block == GRAPH_NONE)
		return diag_error("%s: no block of the heap was at %s when the snapshot was taken",
		                  graph_view->loaded.path, selection->text);
	selection->inside = address - graph_view->graph.blocks.items[block].address;
	vec_push(&selection->blocks, block);
	return STATUS_OK;
}

static void select_type(struct graph_selection *selection, const struct graph *graph)
{
	uint8_t *meant = calloc(graph->types.count, 1);

	if (!meant)
		diag_die("out of memory");
	selection->by = SELECTED_TYPE;
	for (size_t i = 0; i < graph->types.count; i++)
		meant[i] = graph_type_matches(graph->types.items + i, selection->text);
	for (uint32_t i = 0; i < graph_nblocks(graph); i++)
		if (meant[graph->blocks.items[i].type])
			vec_push(&selection->blocks, i);
	free(meant);
}

static void select_variable(struct graph_selection *selection, struct graph_view *graph_view)
{
	const struct graph *graph = &graph_view->graph;

	selection->by = SELECTED_VARIABLE;
	for (size_t i = 0; i < graph->roots.count; i++) {
		const struct graph_root *root = graph->roots.items + i;
		const bool is_tls = root->kind == PROFILE_ROOT_TLS;

		if (!is_tls && root->kind != PROFILE_ROOT_GLOBAL)
			continue;
		const char *name = globals_variable(graph_view->globals, root->owner, root->place, is_tls);

		if (name && snapshot_glob(selection->text, name))
			vec_push(&selection->blocks, root->to);
	}
}

enum status graph_select(struct graph_selection *selection, struct graph_view *graph_view, const char *text,
                         enum graph_select what)
{
	*selection = (struct graph_selection){.text = text};
	if (!strncmp(text, "0x", 2) || !strncmp(text, "0X", 2))
		return select_address(selection, graph_view);
	if (what == GRAPH_SELECT_VARIABLES)
		select_variable(selection, graph_view);
	if (!selection->blocks.count)
		select_type(selection, &graph_view->graph);
	if (selection->blocks.count)
		return STATUS_OK;
	return diag_error(what == GRAPH_SELECT_VARIABLES
	                          ? "%s: '%s' is no type of a live block and no variable that holds one ('memlint "
	                            "types' lists the types)"
	                          : "%s: '%s' is no type of a live block ('memlint types' lists them)",
	                  graph_view->loaded.path, text);
}

void graph_selection_release(struct graph_selection *selection)
{
	vec_release(&selection->blocks);
}

enum status graph_view_main(struct cli *cli, const struct cli_option *options, enum graph_select what, graph_show *show)
{
	struct graph_view graph_view = {0};
	struct graph_selection selection = {0};
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		status = view_option(&graph_view.view, cli, id);
	}
	if (status == STATUS_OK && cli->noperands != 2)
		status = cli_usage(cli, what == GRAPH_SELECT_VARIABLES
		                                ? "wants an address, a type or a variable, then a profile"
		                                : "wants an address or a type, then a profile");
	view_ready(&graph_view.view);
	if (status == STATUS_OK)
		status = graph_view_open(&graph_view, cli->operands[1]);
	if (status == STATUS_OK) {
		status = graph_select(&selection, &graph_view, cli->operands[0], what);
		if (status == STATUS_OK)
			show(&graph_view, &selection);
		graph_selection_release(&selection);
		graph_view_close(&graph_view);
	}
	view_release(&graph_view.view);
	return cli_finish(status);
}

const char *graph_place(const struct graph *graph, uint32_t block, struct arena *arena)
{
	const struct snapshot_trace *trace = snapshot_traces(graph->tables) + graph->blocks.items[block].trace;
	const struct snapshot_frame *frame = snapshot_author(graph->tables, trace);

	if (frame->file[0] && frame->function[0])
		return arena_printf(arena, "%s:%u in %s", text_clean(arena, frame->file), frame->line,
		                    text_clean(arena, frame->function));
	if (frame->file[0])
		return arena_printf(arena, "%s:%u", text_clean(arena, frame->file), frame->line);
	return text_clean(arena, frame->function);
}

const char *graph_shape_text(const struct graph_shapes *shapes, uint32_t shape, struct arena *arena)
{
	const char *text = "";

	if (shape == GRAPH_NONE)
		return "nothing";
	for (uint32_t at = shape; at != GRAPH_NONE; at = shapes->items.items[at].before) {
		const struct graph_shape *step = shapes->items.items + at;
		const char *dot = step->type[0] && step->step[0] && !strchr("[+(", step->step[0]) ? "." : "";

		text = arena_printf(arena, "%s%s%s%s%s%s", text_clean(arena, step->type), dot,
		                    text_clean(arena, step->step), step->again ? " (repeated)" : "",
		                    text[0] ? " -> " : "", text);
	}
	return text;
}
