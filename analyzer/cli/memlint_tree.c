// SPDX-License-Identifier: MIT
/* memlint tree: who called what that allocated, callers first. */
#include "analyzer/cli/memlint_export.h"
#include "analyzer/cli/memlint_json.h"

#include <stdlib.h>
#include <string.h>

enum { METRIC = VIEW_OWN, SMALLEST };
enum { DEEPEST_INDENT = 40 };

static const struct cli_option options[] = {
        {METRIC, 'm', "metric", "METRIC",
         "live-bytes, live-count, peak-bytes, alloc-bytes or alloc-count (default: live, or peak, bytes)"},
        {SMALLEST, 0, "min", "PERCENT", "leave out branches below this share (default: 1)"},
        VIEW_OPTIONS_FILTERS,
        VIEW_OPTION_SNAPSHOT,
        VIEW_OPTION_JSON,
        VIEW_OPTION_COLOR,
        {0, 0, NULL, NULL, NULL},
};

/* A call path: a place within the place that called it. Indices of nodes; 0 is the root and means none elsewhere. */
struct node {
	const struct snapshot_frame *frame;
	uint64_t weight;
	uint32_t parent, first_child, next; /* children in no order until sort_children() */
};

struct tree {
	struct export export;             /* groups by traceback, metric, names */
	struct pages_buffer nodes, slots; /* struct node[]; uint32_t[mask + 1] of node indices */
	uint32_t mask, n;
	double smallest; /* share of the whole, 0 to 1 */
};

static struct node *node_at(const struct tree *tree, uint32_t index)
{
	return (struct node *)(void *)tree->nodes.data + index;
}

static bool is_child(const struct node *node, uint32_t parent, const struct snapshot_frame *frame)
{
	return node->parent == parent && node->frame->path == frame->path && node->frame->line == frame->line &&
	       node->frame->function == frame->function && node->frame->address == frame->address &&
	       node->frame->module == frame->module;
}

static uint32_t *find_slot(const struct tree *tree, uint32_t parent, const struct snapshot_frame *frame)
{
	uint32_t *slots = (uint32_t *)(void *)tree->slots.data;
	uint64_t hash = ((uintptr_t)frame->path ^ parent) * 0x9e3779b97f4a7c15u;

	hash = (hash ^ frame->line ^ frame->address ^ (uintptr_t)frame->function) * 0xff51afd7ed558ccdu;
	uint32_t at = (uint32_t)(hash >> 32) & tree->mask;

	while (slots[at] && !is_child(node_at(tree, slots[at]), parent, frame))
		at = (at + 1) & tree->mask;
	return slots + at;
}

static void grow(struct tree *tree)
{
	const uint32_t nslots = tree->mask ? (tree->mask + 1) * 2 : 1024;

	pages_release(&tree->slots);
	if (!nslots || !pages_push(&tree->slots, nslots * sizeof nslots))
		diag_die("out of memory");
	tree->mask = nslots - 1;
	for (uint32_t i = 1; i < tree->n; i++)
		*find_slot(tree, node_at(tree, i)->parent, node_at(tree, i)->frame) = i;
}

static uint32_t add_node(struct tree *tree, uint32_t parent, const struct snapshot_frame *frame)
{
	struct node *node = pages_push(&tree->nodes, sizeof *node);

	if (!node || tree->n == UINT32_MAX)
		diag_die("out of memory");
	*node = (struct node){.frame = frame, .parent = parent};
	if (tree->n)
		node->next = node_at(tree, parent)->first_child;
	if (tree->n)
		node_at(tree, parent)->first_child = tree->n;
	return tree->n++;
}

static uint32_t child_of(struct tree *tree, uint32_t parent, const struct snapshot_frame *frame)
{
	if (tree->n >= tree->mask - tree->mask / 4)
		grow(tree);
	uint32_t *slot = find_slot(tree, parent, frame);

	if (!*slot)
		*slot = add_node(tree, parent, frame);
	return *slot;
}

static void build(struct tree *tree)
{
	const struct snapshot_tables *tables = tree->export.groups.snapshot->tables;

	add_node(tree, 0, snapshot_frames(tables));
	for (size_t i = 0; i < tree->export.groups.n; i++) {
		const struct snapshot_group *group = tree->export.groups.order[i];
		const uint64_t weight = metric_of(tree->export.metric, group);
		uint32_t at = 0;

		if (!weight)
			continue;
		node_at(tree, 0)->weight += weight;
		for (uint32_t f = group->trace->nframe; f-- > 0;) {
			at = child_of(tree, at, snapshot_frame_of(tables, group->trace, f));
			node_at(tree, at)->weight += weight;
		}
	}
}

static bool is_large(const struct tree *tree, const struct node *node)
{
	return (double)node->weight >= tree->smallest * (double)node_at(tree, 0)->weight;
}

/* Largest first, by place where they are equal. */
static int by_weight(const void *a, const void *b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	const int order = strcmp(x->frame->path, y->frame->path);

	return order ? order : (x->frame->line > y->frame->line) - (x->frame->line < y->frame->line);
}

/* Orders the large children of @parent and drops the small ones. */
static void sort_children(struct tree *tree, uint32_t parent)
{
	struct pages_buffer list = {0};
	size_t n = 0;

	for (uint32_t i = node_at(tree, parent)->first_child; i; i = node_at(tree, i)->next) {
		if (!is_large(tree, node_at(tree, i)))
			continue;
		struct node **entry = pages_push(&list, sizeof *entry);

		if (!entry)
			diag_die("out of memory");
		*entry = node_at(tree, i);
		n++;
	}
	struct node **children = (struct node **)(void *)list.data;

	if (n)
		qsort(children, n, sizeof *children, by_weight);
	uint32_t *link = &node_at(tree, parent)->first_child;

	for (size_t i = 0; i < n; i++) {
		*link = (uint32_t)(children[i] - node_at(tree, 0));
		link = &children[i]->next;
	}
	*link = 0;
	pages_release(&list);
}

/* The node after @at in depth-first order; 0 at the end. *@depth follows. */
static uint32_t next_node(const struct tree *tree, uint32_t at, unsigned *depth)
{
	if (node_at(tree, at)->first_child) {
		++*depth;
		return node_at(tree, at)->first_child;
	}
	while (at && !node_at(tree, at)->next) {
		at = node_at(tree, at)->parent;
		--*depth;
	}
	return at ? node_at(tree, at)->next : 0;
}

static void print_node(struct tree *tree, const struct view *view, const struct node *node, unsigned depth)
{
	struct arena *arena = &tree->export.arena;
	const bool is_bytes = strstr(metric_names[tree->export.metric], "bytes") != NULL;
	const unsigned indent = depth < DEEPEST_INDENT ? depth : DEEPEST_INDENT;
	const char *type = node->first_child ? "" : node->frame->type;

	printf("%10s %6s  %*s%s%s%s",
	       is_bytes ? view_size(arena, (double)node->weight) : view_count(arena, node->weight),
	       view_share(arena, node->weight, node_at(tree, 0)->weight), (int)indent * 2, "",
	       terminal_style(&view->terminal, STYLE_CYAN), export_frame_name(&tree->export, node->frame),
	       terminal_style(&view->terminal, STYLE_PLAIN));
	if (type[0])
		printf("  %s%s%s", terminal_style(&view->terminal, STYLE_GREEN), text_clean(arena, type),
		       terminal_style(&view->terminal, STYLE_PLAIN));
	putchar('\n');
}

static void print_text(struct tree *tree, const struct view *view)
{
	unsigned depth = 0;

	view_head(view, tree->export.groups.snapshot, stdout);
	printf("\n%10s\n", metric_names[tree->export.metric]);
	sort_children(tree, 0);
	for (uint32_t at = node_at(tree, 0)->first_child; at; at = next_node(tree, at, &depth)) {
		sort_children(tree, at);
		print_node(tree, view, node_at(tree, at), depth);
	}
}

/* Nodes refer to their parents by number: a deep tree needs no deep document. */
static void print_json(struct tree *tree)
{
	const struct memlint_snapshot *snapshot = tree->export.groups.snapshot;
	struct json_stream stream =
	        json_begin("memlint-tree/1", "program", json_program(snapshot), "snapshot", json_snapshot(snapshot),
	                   "metric", json_text(metric_names[tree->export.metric]), "total",
	                   json_integer((json_int_t)node_at(tree, 0)->weight), NULL);
	unsigned depth = 0;

	json_begin_array(&stream, "nodes");
	sort_children(tree, 0);
	for (uint32_t at = node_at(tree, 0)->first_child; at; at = next_node(tree, at, &depth)) {
		const struct node *node = node_at(tree, at);

		sort_children(tree, at);
		json_item(&stream,
		          json_pack("{sI sI so sI sI so sI}", "id", (json_int_t)at, "parent", (json_int_t)node->parent,
		                    "file", json_text(node->frame->file), "line", (json_int_t)node->frame->line,
		                    "column", (json_int_t)node->frame->column, "function",
		                    json_text(node->frame->function), "weight", (json_int_t)node->weight));
	}
	json_end();
}

static enum status show(struct tree *tree, const struct view *view, const struct memlint_snapshot *snapshot, int metric)
{
	struct snapshot_groups *groups = &tree->export.groups;
	enum status status = STATUS_ERROR;

	if (snapshot_group(groups, snapshot, MEMLINT_BY_TRACEBACK, 0) < 0)
		return diag_error("%s", snapshot_error());
	if (view_sort(groups, snapshot_by_size, groups->n) == STATUS_OK) {
		tree->export.metric = metric >= 0 ? (enum metric)metric : metric_default(groups);
		build(tree);
		if (view->json)
			print_json(tree);
		else
			print_text(tree, view);
		status = STATUS_OK;
	}
	snapshot_groups_release(groups);
	pages_release(&tree->nodes);
	pages_release(&tree->slots);
	arena_clear(&tree->export.arena);
	return status;
}

static enum status read_option(struct tree *tree, struct view *view, int *metric, const struct cli *cli, int id)
{
	char *end;

	if (id == METRIC) {
		*metric = metric_parse(cli->value);
		return *metric >= 0 ? STATUS_OK : cli_usage(cli, "--metric: '%s' is not one of them", cli->value);
	}
	if (id != SMALLEST)
		return view_option(view, cli, id);
	tree->smallest = strtod(cli->value, &end) / 100;
	if (end == cli->value || *end || !(tree->smallest >= 0 && tree->smallest <= 1))
		return cli_usage(cli, "--min: '%s' is not a percentage", cli->value);
	return STATUS_OK;
}

enum status memlint_tree(struct cli *cli)
{
	struct view view = {0};
	struct tree tree = {.smallest = 0.01};
	struct loaded_profile loaded;
	enum status status = STATUS_OK;
	int id, metric = -1;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		status = read_option(&tree, &view, &metric, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	view_ready(&view);
	if (status == STATUS_OK)
		status = loaded_profile_open(&loaded, cli->operands[0], 1);
	if (status == STATUS_OK) {
		struct memlint_snapshot *snapshot = view_snapshot(&view, &loaded, view.snapshot);

		status = snapshot ? show(&tree, &view, snapshot, metric) : STATUS_ERROR;
		snapshot_free(snapshot);
		loaded_profile_close(&loaded);
	}
	view_release(&view);
	return cli_finish(status);
}
