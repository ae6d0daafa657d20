// SPDX-License-Identifier: MIT
/* memlint retained: what would be released with each type, line or block, by dominators. */
#include "analyzer/cli/memlint_graph.h"

#include <string.h>

enum { BY = VIEW_OWN };

static const struct cli_option options[] = {
        {BY, 'b', "by", "KEY", "type (default), lineno or block"},
        GRAPH_OPTIONS,
        {0, 0, NULL, NULL, NULL},
};

enum key { BY_TYPE, BY_LINENO, BY_BLOCK };
enum { RETAINED, SHARE, OWN, BLOCKS, KEY, NCOLUMNS };

static const struct table_column columns[NCOLUMNS] = {
        [RETAINED] = {.title = "retained", .right = true, .style = STYLE_BOLD},
        [SHARE] = {.title = "share", .right = true},
        [OWN] = {.title = "itself", .right = true},
        [BLOCKS] = {.title = "blocks", .right = true},
        [KEY] = {.title = "what", .shrink = 1, .style = STYLE_GREEN},
};

/* Blocks of one key. Those that lie below another of them are not counted again in what is retained. */
struct row {
	uint64_t retained, own, blocks;
	uint32_t key, example;
};

struct retained {
	struct graph_view *graph_view;
	struct graph *graph;
	enum key by;
	struct graph_dominators dominators;
	uint32_t *keys; /* by block */
	struct row *rows;
	size_t nrows;
	struct arena arena;
};

/* Numbers for lines: several traces may end on one. */
static uint32_t number_lines(struct retained *retained)
{
	const struct snapshot_tables *tables = retained->graph->tables;
	const uint32_t ntraces = (uint32_t)(tables->traces.size / sizeof(struct snapshot_trace));
	uint32_t *numbers = arena_array(&retained->arena, ntraces, uint32_t);
	struct hash_map known = {0};
	struct intern names;
	uint32_t n = 0;

	intern_init(&names, &retained->arena);
	for (uint32_t i = 0; i < ntraces; i++) {
		const struct snapshot_frame *frame = snapshot_author(tables, snapshot_traces(tables) + i);
		const char *name = intern_string(&names, arena_printf(&retained->arena, "%s:%u:%llu", frame->file,
		                                                      frame->line, (unsigned long long)frame->address));
		const uintptr_t found = (uintptr_t)hash_map_find(&known, name);

		numbers[i] = found ? (uint32_t)found - 1 : n++;
		if (!found)
			hash_map_put(&known, name, (void *)(uintptr_t)n);
	}
	for (uint32_t i = 0; i < graph_nblocks(retained->graph); i++)
		retained->keys[i] = numbers[retained->graph->blocks.items[i].trace];
	hash_map_release(&known);
	intern_release(&names);
	return n;
}

/* Sets each block's key; how many keys there are. */
static uint32_t number_keys(struct retained *retained)
{
	const uint32_t n = graph_nblocks(retained->graph);

	retained->keys = arena_array(&retained->arena, n, uint32_t);
	if (retained->by == BY_LINENO)
		return number_lines(retained);
	for (uint32_t i = 0; i < n; i++)
		retained->keys[i] = retained->by == BY_TYPE ? retained->graph->blocks.items[i].type : i;
	return retained->by == BY_TYPE ? (uint32_t)retained->graph->types.count : n;
}

static void count_block(struct retained *retained, uint32_t block, bool is_topmost)
{
	struct row *row = retained->rows + retained->keys[block];

	if (!row->blocks || retained->dominators.retained[block] > retained->dominators.retained[row->example])
		row->example = block;
	row->key = retained->keys[block];
	row->blocks++;
	row->own += retained->graph->blocks.items[block].own;
	if (is_topmost)
		row->retained += retained->dominators.retained[block];
}

/* Down the tree of dominators, with how often each key stands above. */
static void count_below(struct retained *retained, uint32_t nkeys)
{
	const uint32_t n = graph_nblocks(retained->graph), total = n + 2;
	const struct graph_dominators *dominators = &retained->dominators;
	uint32_t *first = arena_array(&retained->arena, (size_t)total + 1, uint32_t);
	uint32_t *below = arena_array(&retained->arena, n, uint32_t);
	uint32_t *next = arena_array(&retained->arena, total, uint32_t);
	uint32_t *stack = arena_array(&retained->arena, total, uint32_t), depth = 0;
	uint32_t *active = arena_array(&retained->arena, nkeys, uint32_t);

	for (uint32_t i = 0; i < n; i++)
		first[dominators->above[i] + 1]++;
	for (uint32_t i = 0; i < total; i++)
		first[i + 1] += first[i];
	memcpy(next, first, total * sizeof *next);
	for (uint32_t i = 0; i < n; i++)
		below[next[dominators->above[i]]++] = i;
	memcpy(next, first, total * sizeof *next);
	stack[depth++] = dominators->leaked;
	stack[depth++] = dominators->top;
	while (depth) {
		const uint32_t at = stack[depth - 1];

		if (next[at] == first[at + 1]) {
			depth--;
			if (at < n)
				active[retained->keys[at]]--;
			continue;
		}
		const uint32_t block = below[next[at]++];

		count_block(retained, block, !active[retained->keys[block]]++);
		stack[depth++] = block;
	}
}

static int by_retained(const void *left, const void *right)
{
	const struct row *a = left, *b = right;

	if (a->retained != b->retained)
		return a->retained < b->retained ? 1 : -1;
	if (a->own != b->own)
		return a->own < b->own ? 1 : -1;
	return a->key < b->key ? -1 : a->key > b->key;
}

static void count(struct retained *retained)
{
	const uint32_t nkeys = number_keys(retained);

	graph_find_dominators(&retained->dominators, retained->graph);
	retained->rows = arena_array(&retained->arena, nkeys, struct row);
	count_below(retained, nkeys);
	for (uint32_t i = 0; i < nkeys; i++)
		if (retained->rows[i].blocks)
			retained->rows[retained->nrows++] = retained->rows[i];
	qsort(retained->rows, retained->nrows, sizeof *retained->rows, by_retained);
}

static const char *key_text(struct retained *retained, const struct row *row, struct arena *arena)
{
	const char *place = graph_place(retained->graph, row->example, arena);
	const char *type = text_clean(arena, graph_type_name(retained->graph, row->example));

	if (retained->by == BY_TYPE)
		return type;
	if (retained->by == BY_LINENO)
		return place[0] ? place : "unknown place";
	return arena_printf(arena, "0x%llx %s%s%s",
	                    (unsigned long long)retained->graph->blocks.items[row->example].address, type,
	                    place[0] ? ", " : "", place);
}

static void print_table(struct retained *retained)
{
	const struct view *view = &retained->graph_view->view;
	const struct graph_dominators *dominators = &retained->dominators;
	const size_t limit = view_limit(view, retained->nrows);
	const uint64_t all = dominators->retained[dominators->top], leaked = dominators->retained[dominators->leaked];
	struct table table;

	printf("%s in %s blocks", view_size(&retained->arena, (double)all),
	       view_count(&retained->arena, graph_nblocks(retained->graph)));
	if (leaked)
		printf(", %s of it reached by nothing ('memlint leaks' says more)",
		       view_size(&retained->arena, (double)leaked));
	puts("\n");
	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < limit; i++) {
		const struct row *row = retained->rows + i;
		const char **cells = table_row(&table);

		cells[RETAINED] = view_size(&table.arena, (double)row->retained);
		cells[SHARE] = view_share(&table.arena, row->retained, all);
		cells[OWN] = view_size(&table.arena, (double)row->own);
		if (retained->by != BY_BLOCK)
			cells[BLOCKS] = view_count(&table.arena, row->blocks);
		cells[KEY] = key_text(retained, row, &table.arena);
	}
	table_print(&table, stdout, &view->terminal);
	table_release(&table);
	if (limit < retained->nrows)
		printf("%zu more: --top 0 shows all\n", retained->nrows - limit);
}

static void print_json(struct retained *retained)
{
	const struct view *view = &retained->graph_view->view;
	const size_t limit = view->has_top ? view_limit(view, retained->nrows) : retained->nrows;
	const struct graph_dominators *dominators = &retained->dominators;
	const struct memlint_snapshot *snapshot = retained->graph_view->snapshot;
	struct json_stream stream =
	        json_begin("memlint-retained/1", "program", json_program(snapshot), "snapshot", json_snapshot(snapshot),
	                   "bytes", json_integer((json_int_t)dominators->retained[dominators->top]), "leaked_bytes",
	                   json_integer((json_int_t)dominators->retained[dominators->leaked]), NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++) {
		const struct row *its = retained->rows + i;
		const struct graph_block *block = retained->graph->blocks.items + its->example;
		json_t *row = json_object();

		json_object_set_new(row, "retained_bytes", json_integer((json_int_t)its->retained));
		json_object_set_new(row, "bytes", json_integer((json_int_t)its->own));
		json_object_set_new(row, "blocks", json_integer((json_int_t)its->blocks));
		if (retained->by != BY_LINENO)
			json_object_set_new(row, "type", json_text(graph_type_of(retained->graph, its->example)->name));
		if (retained->by != BY_TYPE)
			json_object_set_new(row, "place",
			                    json_text(graph_place(retained->graph, its->example, &retained->arena)));
		json_object_set_new(row, retained->by == BY_BLOCK ? "address" : "largest",
		                    json_sprintf("0x%llx", (unsigned long long)block->address));
		json_item(&stream, row);
	}
	json_end();
}

static enum status read_option(struct graph_view *graph_view, const struct cli *cli, int id, enum key *by)
{
	static const char *const names[] = {[BY_TYPE] = "type", [BY_LINENO] = "lineno", [BY_BLOCK] = "block"};

	if (id != BY)
		return view_option(&graph_view->view, cli, id);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!strcmp(names[i], cli->value)) {
			*by = (enum key)i;
			return STATUS_OK;
		}
	}
	return cli_usage(cli, "--by: '%s' is none of type, lineno, block", cli->value);
}

enum status memlint_retained(struct cli *cli)
{
	struct graph_view graph_view = {0};
	struct retained retained = {.graph_view = &graph_view, .graph = &graph_view.graph};
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		status = read_option(&graph_view, cli, id, &retained.by);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	view_ready(&graph_view.view);
	if (status == STATUS_OK)
		status = graph_view_open(&graph_view, cli->operands[0]);
	if (status == STATUS_OK) {
		count(&retained);
		if (graph_view.view.json)
			print_json(&retained);
		else
			print_table(&retained);
		graph_dominators_release(&retained.dominators);
		arena_clear(&retained.arena);
		graph_view_close(&graph_view);
	}
	view_release(&graph_view.view);
	return cli_finish(status);
}
