// SPDX-License-Identifier: MIT
/* memlint why: the way from a root to a block, or the ways to all blocks of a type. */
#include "analyzer/cli/memlint_graph.h"

#include <string.h>

static const struct cli_option options[] = {
        GRAPH_OPTIONS,
        {0, 0, NULL, NULL, NULL},
};

enum { BYTES, BLOCKS, WAY, NCOLUMNS };
enum { MAX_HOLDERS = 5, MAX_SAME = 3 };

static const struct table_column columns[NCOLUMNS] = {
        [BYTES] = {.title = "bytes", .right = true, .style = STYLE_BOLD},
        [BLOCKS] = {.title = "blocks", .right = true},
        [WAY] = {.title = "held by", .style = STYLE_GREEN},
};

struct why {
	struct graph_view *graph_view;
	struct graph *graph;
	const struct graph_selection *selection;
	struct graph_paths paths;
	struct arena arena;
};

/* "struct node" or "struct node.next". */
static const char *holder_text(struct why *why, const struct graph_edge *edge)
{
	const char *field = graph_field(why->graph, edge->from, edge->word, false, &why->arena);

	const char *name = graph_holder_name(graph_type_of(why->graph, edge->from), field);

	return arena_printf(&why->arena, "%s%s%s", text_clean(&why->arena, name),
	                    field[0] && !strchr("[+(", field[0]) ? "." : "", text_clean(&why->arena, field));
}

static const char *root_text(struct why *why, const struct graph_root *root)
{
	return text_clean(&why->arena, graph_root_name(why->graph, root, why->graph_view->globals, false, &why->arena));
}

static void print_block(struct why *why, const char *before, uint32_t block)
{
	const struct graph_block *its = why->graph->blocks.items + block;
	const char *place = graph_place(why->graph, block, &why->arena);

	printf("%s0x%llx %s, %s%s%s\n", before, (unsigned long long)its->address,
	       text_clean(&why->arena, graph_type_name(why->graph, block)), view_size(&why->arena, (double)its->size),
	       place[0] ? ", " : "", place);
}

/* The blocks on the way to @block, the first behind the root; how many. */
static size_t way_to(struct why *why, uint32_t block, uint32_t **way)
{
	size_t n = 0;

	for (uint32_t at = block; at != GRAPH_NONE; n++)
		at = why->paths.by[at] == GRAPH_NONE ? GRAPH_NONE : why->graph->edges.items[why->paths.by[at]].from;
	*way = arena_array(&why->arena, n, uint32_t);
	for (size_t i = n, at = block; i-- > 0; at = i ? why->graph->edges.items[why->paths.by[at]].from : 0)
		(*way)[i] = (uint32_t)at;
	return n;
}

/* Blocks of one type that lead to each other by one field. */
static bool same_step(const struct why *why, uint32_t a, uint32_t b)
{
	const struct graph_edge *edges = why->graph->edges.items;
	const uint32_t by_a = why->paths.by[a], by_b = why->paths.by[b];

	return by_a != GRAPH_NONE && by_b != GRAPH_NONE && edges[by_a].word == edges[by_b].word &&
	       why->graph->blocks.items[edges[by_a].from].type == why->graph->blocks.items[edges[by_b].from].type &&
	       why->graph->blocks.items[a].type == why->graph->blocks.items[b].type;
}

static void print_way(struct why *why, uint32_t block)
{
	uint32_t *way;
	const size_t n = way_to(why, block, &way);

	printf("%s\n", root_text(why, why->graph->roots.items + why->paths.root[block]));
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		while (i + same + 1 < n && same_step(why, way[i], way[i + same + 1]))
			same++;
		if (i)
			printf("  %s\n", holder_text(why, why->graph->edges.items + why->paths.by[way[i]]));
		print_block(why, "    -> ", way[i]);
		if (same < MAX_SAME)
			continue;
		printf("  ... %s more of the same\n", view_count(&why->arena, same - 1));
		i += same - 1;
	}
}

/* Every pointer to the block, not only the one on the shortest way. */
static void print_holders(struct why *why, uint32_t block)
{
	const struct graph *graph = why->graph;
	size_t n = 0;

	for (size_t i = 0; i < graph->roots.count; i++)
		n += graph->roots.items[i].to == block;
	for (uint32_t i = graph->in[block]; i < graph->in[block + 1]; i++)
		n += graph->edges.items[graph->into[i]].kind != GRAPH_NO_POINTER;
	if (!n) {
		puts("No pointer to it is left.");
		return;
	}
	printf("%s pointer%s to it:\n", view_count(&why->arena, n), n == 1 ? "" : "s");
	size_t shown = 0;

	for (size_t i = 0; i < graph->roots.count && shown < MAX_HOLDERS; i++) {
		if (graph->roots.items[i].to != block)
			continue;
		printf("  %s\n", root_text(why, graph->roots.items + i));
		shown++;
	}
	for (uint32_t i = graph->in[block]; i < graph->in[block + 1] && shown < MAX_HOLDERS; i++) {
		const struct graph_edge *edge = graph->edges.items + graph->into[i];

		if (edge->kind == GRAPH_NO_POINTER)
			continue;
		printf("  %s of 0x%llx%s\n", holder_text(why, edge),
		       (unsigned long long)graph->blocks.items[edge->from].address,
		       edge->kind == GRAPH_CONSERVATIVE ? " (conservative: it only looks like a pointer)" : "");
		shown++;
	}
	if (shown < n)
		printf("  ... %s more\n", view_count(&why->arena, n - shown));
}

static void print_one(struct why *why)
{
	const uint32_t block = why->selection->blocks.items[0];
	struct graph_dominators dominators;

	print_block(why, "", block);
	if (why->selection->inside)
		printf("  %s is %llu bytes into it\n", why->selection->text,
		       (unsigned long long)why->selection->inside);
	putchar('\n');
	if (why->paths.root[block] == GRAPH_NONE)
		puts("No root reaches it: it is leaked.");
	else
		print_way(why, block);
	putchar('\n');
	print_holders(why, block);
	graph_find_dominators(&dominators, why->graph);
	printf("%s would be released with it.\n", view_size(&why->arena, (double)dominators.retained[block]));
	graph_dominators_release(&dominators);
}

/* Blocks held in one way. */
struct group {
	uint32_t shape; /* GRAPH_NONE: leaked */
	uint64_t bytes, blocks;
	uint32_t example;
};

static int by_bytes(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return a->shape < b->shape ? -1 : a->shape > b->shape;
}

/* One group for each shape that occurs, most bytes first; how many. */
static size_t group_blocks(struct why *why, const struct graph_shapes *shapes, struct group **groups)
{
	const size_t nshapes = shapes->items.count;
	size_t n = 0;

	/* The last one is for what no root reaches. */
	*groups = arena_array(&why->arena, nshapes + 1, struct group);
	for (size_t i = 0; i < why->selection->blocks.count; i++) {
		const uint32_t block = why->selection->blocks.items[i], shape = shapes->of[block];
		struct group *group = *groups + (shape == GRAPH_NONE ? nshapes : shape);

		if (!group->blocks)
			group->example = block;
		group->shape = shape;
		group->bytes += why->graph->blocks.items[block].own;
		group->blocks++;
	}
	for (size_t i = 0; i <= nshapes; i++)
		if ((*groups)[i].blocks)
			(*groups)[n++] = (*groups)[i];
	qsort(*groups, n, sizeof **groups, by_bytes);
	return n;
}

static void print_groups(struct why *why, const struct graph_shapes *shapes, const struct group *groups, size_t n)
{
	const struct view *view = &why->graph_view->view;
	const size_t limit = view_limit(view, n);
	uint64_t bytes = 0;
	struct table table;

	for (size_t i = 0; i < n; i++)
		bytes += groups[i].bytes;
	printf("%s block%s of %s, %s\n\n", view_count(&why->arena, why->selection->blocks.count),
	       why->selection->blocks.count == 1 ? "" : "s", text_clean(&why->arena, why->selection->text),
	       view_size(&why->arena, (double)bytes));
	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < limit; i++) {
		const char **cells = table_row(&table);

		cells[BYTES] = view_size(&table.arena, (double)groups[i].bytes);
		cells[BLOCKS] = view_count(&table.arena, groups[i].blocks);
		cells[WAY] = groups[i].shape == GRAPH_NONE ? "nothing: leaked"
		                                           : graph_shape_text(shapes, groups[i].shape, &table.arena);
	}
	table_print(&table, stdout, &view->terminal);
	table_release(&table);
	if (limit < n)
		printf("%zu more: --top 0 shows all\n", n - limit);
	printf("\nThe way to one of them: memlint why 0x%llx %s\n",
	       (unsigned long long)why->graph->blocks.items[groups[0].example].address,
	       text_clean(&why->arena, why->graph_view->loaded.path));
}

static json_t *json_address(uint64_t address)
{
	return json_sprintf("0x%llx", (unsigned long long)address);
}

static json_t *json_way(struct why *why, uint32_t block)
{
	json_t *list = json_array();
	uint32_t *way;
	const size_t n = way_to(why, block, &way);

	for (size_t i = 0; i < n && why->paths.root[block] != GRAPH_NONE; i++) {
		json_t *step = json_object();

		if (i) {
			const struct graph_edge *edge = why->graph->edges.items + why->paths.by[way[i]];

			json_object_set_new(
			        step, "field",
			        json_text(graph_field(why->graph, edge->from, edge->word, false, &why->arena)));
			json_object_set_new(step, "conservative", json_boolean(edge->kind == GRAPH_CONSERVATIVE));
		}
		json_object_set_new(step, "address", json_address(why->graph->blocks.items[way[i]].address));
		json_object_set_new(step, "type", json_text(graph_type_of(why->graph, way[i])->name));
		json_object_set_new(step, "place", json_text(graph_place(why->graph, way[i], &why->arena)));
		json_array_append_new(list, step);
	}
	return list;
}

static json_t *json_group(struct why *why, const struct graph_shapes *shapes, const struct group *group)
{
	json_t *row = json_object();

	json_object_set_new(row, "bytes", json_integer((json_int_t)group->bytes));
	json_object_set_new(row, "blocks", json_integer((json_int_t)group->blocks));
	json_object_set_new(row, "reached", json_boolean(group->shape != GRAPH_NONE));
	if (group->shape != GRAPH_NONE) {
		const struct graph_root *root = why->graph->roots.items + why->paths.root[group->example];

		json_object_set_new(row, "held_by", json_text(graph_shape_text(shapes, group->shape, &why->arena)));
		json_object_set_new(row, "root", json_text(root_text(why, root)));
	}
	json_object_set_new(row, "example", json_address(why->graph->blocks.items[group->example].address));
	json_object_set_new(row, "way", json_way(why, group->example));
	return row;
}

static void print_json(struct why *why, const struct graph_shapes *shapes, const struct group *groups, size_t n)
{
	const struct view *view = &why->graph_view->view;
	const size_t limit = view->has_top ? view_limit(view, n) : n;
	struct json_stream stream = json_begin("memlint-why/1", "program", json_program(why->graph_view->snapshot),
	                                       "snapshot", json_snapshot(why->graph_view->snapshot), NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++)
		json_item(&stream, json_group(why, shapes, groups + i));
	json_end();
}

static void show(struct graph_view *graph_view, const struct graph_selection *selection)
{
	struct why why = {.graph_view = graph_view, .graph = &graph_view->graph, .selection = selection};
	struct graph_shapes shapes;
	struct group *groups;

	graph_find_paths(&why.paths, why.graph);
	if (selection->by == SELECTED_ADDRESS && !graph_view->view.json) {
		print_one(&why);
	} else {
		graph_find_shapes(&shapes, why.graph, &why.paths, graph_view->globals);
		const size_t n = group_blocks(&why, &shapes, &groups);

		if (graph_view->view.json)
			print_json(&why, &shapes, groups, n);
		else
			print_groups(&why, &shapes, groups, n);
		graph_shapes_release(&shapes);
	}
	graph_paths_release(&why.paths);
	arena_clear(&why.arena);
}

enum status memlint_why(struct cli *cli)
{
	return graph_view_main(cli, options, GRAPH_SELECT_BLOCKS, show);
}
