// SPDX-License-Identifier: MIT
/* memlint deep: an object's size with everything it reaches. */
#include "analyzer/cli/memlint_graph.h"

#include <string.h>

static const struct cli_option options[] = {
        GRAPH_OPTIONS,
        {0, 0, NULL, NULL, NULL},
};

enum { BYTES, BLOCKS, CONSERVATIVE, TYPE, NCOLUMNS };

static const struct table_column columns[NCOLUMNS] = {
        [BYTES] = {.title = "bytes", .right = true, .style = STYLE_BOLD},
        [BLOCKS] = {.title = "blocks", .right = true},
        [CONSERVATIVE] = {.title = "conservative", .right = true, .style = STYLE_YELLOW},
        [TYPE] = {.title = "type", .style = STYLE_GREEN},
};

/* What is reached, of one type. */
struct part {
	uint64_t bytes, blocks, conservative;
	uint32_t type;
};

struct deep {
	struct graph_reach all, own; /* with everything, and the objects themselves */
	struct part *parts;          /* those that occur, most bytes first */
	size_t nparts;
	struct arena arena;
};

static int by_bytes(const void *left, const void *right)
{
	const struct part *a = left, *b = right;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return a->type < b->type ? -1 : a->type > b->type;
}

static void measure(struct deep *deep, const struct graph *graph, const struct graph_selection *selection)
{
	uint8_t *seen = arena_array(&deep->arena, graph->blocks.count, uint8_t);
	uint8_t *starts = arena_array(&deep->arena, graph->blocks.count, uint8_t);

	deep->parts = arena_array(&deep->arena, graph->types.count, struct part);
	deep->all = graph_deep(graph, selection->blocks.items, selection->blocks.count, seen);
	for (size_t i = 0; i < selection->blocks.count; i++) {
		const struct graph_block *block = graph->blocks.items + selection->blocks.items[i];

		if (starts[selection->blocks.items[i]]++)
			continue;
		deep->own.blocks++;
		deep->own.bytes += block->own;
		deep->own.usable += block->usable;
	}
	for (uint32_t i = 0; i < graph_nblocks(graph); i++) {
		const struct graph_block *block = graph->blocks.items + i;
		struct part *part = deep->parts + block->type;

		if (!seen[i])
			continue;
		part->type = block->type;
		part->blocks++;
		part->bytes += block->own;
		part->conservative += seen[i] == 2 ? block->own : 0;
	}
	for (size_t i = 0; i < graph->types.count; i++)
		if (deep->parts[i].blocks)
			deep->parts[deep->nparts++] = deep->parts[i];
	qsort(deep->parts, deep->nparts, sizeof *deep->parts, by_bytes);
}

static const char *blocks_text(struct arena *arena, uint64_t n)
{
	return arena_printf(arena, "%s block%s", view_count(arena, n), n == 1 ? "" : "s");
}

/* "250 KiB (256000)", "808 B" */
static const char *exact_size(struct arena *arena, uint64_t bytes)
{
	const char *text = view_size(arena, (double)bytes);

	if (strstr(text, " B"))
		return text;
	return arena_printf(arena, "%s (%llu)", text, (unsigned long long)bytes);
}

static void print_head(struct deep *deep, const struct graph *graph, const struct graph_selection *selection)
{
	struct arena *arena = &deep->arena;
	const char *text = text_clean(arena, selection->text);

	if (selection->by == SELECTED_ADDRESS) {
		const uint32_t block = selection->blocks.items[0];
		const char *place = graph_place(graph, block, arena);

		printf("%s: %s%s%s\n", text, text_clean(arena, graph_type_name(graph, block)), place[0] ? ", " : "",
		       place);
	} else if (selection->by == SELECTED_VARIABLE) {
		printf("%s: a variable that points to %s\n", text, blocks_text(arena, deep->own.blocks));
	} else {
		printf("%s: %s\n", text, blocks_text(arena, deep->own.blocks));
	}
	printf("  itself    %s\n", exact_size(arena, deep->own.bytes));
	printf("  deep      %s in %s", exact_size(arena, deep->all.bytes), blocks_text(arena, deep->all.blocks));
	if (selection->by == SELECTED_TYPE && deep->own.blocks > 1)
		printf(", %s for each", view_size(arena, (double)deep->all.bytes / (double)deep->own.blocks));
	printf("\n  allocated %s, with what the allocator adds\n", view_size(arena, (double)deep->all.usable));
	if (deep->all.conservative_blocks)
		printf("  of this   %s in %s is reached conservatively only: through void *, unions or untyped "
		       "memory\n",
		       view_size(arena, (double)deep->all.conservative_bytes),
		       blocks_text(arena, deep->all.conservative_blocks));
	putchar('\n');
}

static void print_parts(const struct deep *deep, const struct graph *graph, const struct view *view)
{
	const size_t limit = view_limit(view, deep->nparts);
	struct table table;

	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < limit; i++) {
		const struct part *part = deep->parts + i;
		const char **cells = table_row(&table);

		cells[BYTES] = view_size(&table.arena, (double)part->bytes);
		cells[BLOCKS] = view_count(&table.arena, part->blocks);
		if (part->conservative)
			cells[CONSERVATIVE] = view_size(&table.arena, (double)part->conservative);
		cells[TYPE] =
		        part->type ? text_clean(&table.arena, graph->types.items[part->type].name) : "unknown type";
	}
	table_print(&table, stdout, &view->terminal);
	table_release(&table);
	if (limit < deep->nparts)
		printf("%zu more: --top 0 shows all\n", deep->nparts - limit);
}

static json_t *json_reach(const struct graph_reach *reach)
{
	json_t *object = json_object();

	json_object_set_new(object, "bytes", json_integer((json_int_t)reach->bytes));
	json_object_set_new(object, "blocks", json_integer((json_int_t)reach->blocks));
	json_object_set_new(object, "usable_bytes", json_integer((json_int_t)reach->usable));
	json_object_set_new(object, "conservative_bytes", json_integer((json_int_t)reach->conservative_bytes));
	json_object_set_new(object, "conservative_blocks", json_integer((json_int_t)reach->conservative_blocks));
	return object;
}

static void print_json(const struct deep *deep, const struct graph_view *graph_view)
{
	const struct view *view = &graph_view->view;
	const size_t limit = view->has_top ? view_limit(view, deep->nparts) : deep->nparts;
	struct json_stream stream = json_begin("memlint-deep/1", "program", json_program(graph_view->snapshot),
	                                       "snapshot", json_snapshot(graph_view->snapshot), "itself",
	                                       json_reach(&deep->own), "deep", json_reach(&deep->all), NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++) {
		const struct part *part = deep->parts + i;
		json_t *row = json_object();

		json_object_set_new(row, "type", json_text(graph_view->graph.types.items[part->type].name));
		json_object_set_new(row, "bytes", json_integer((json_int_t)part->bytes));
		json_object_set_new(row, "blocks", json_integer((json_int_t)part->blocks));
		json_object_set_new(row, "conservative_bytes", json_integer((json_int_t)part->conservative));
		json_item(&stream, row);
	}
	json_end();
}

static void show(struct graph_view *graph_view, const struct graph_selection *selection)
{
	struct deep deep = {0};

	measure(&deep, &graph_view->graph, selection);
	if (graph_view->view.json) {
		print_json(&deep, graph_view);
	} else {
		print_head(&deep, &graph_view->graph, selection);
		print_parts(&deep, &graph_view->graph, &graph_view->view);
	}
	arena_clear(&deep.arena);
}

enum status memlint_deep(struct cli *cli)
{
	return graph_view_main(cli, options, GRAPH_SELECT_VARIABLES, show);
}
