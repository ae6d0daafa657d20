// SPDX-License-Identifier: MIT
/*
 * Export of the heap's graph in V8's format, which the Memory tab of Chrome DevTools reads.
 *
 * Node 0 is the root above all. Below it stand "(GC roots)" with a group for each kind of root, a node for each variable
 * or stack that holds blocks, and "(leaked)" above what no root reaches. The variables also hang directly below the root
 * by "shortcut" edges, which is how DevTools knows where the user's own objects begin. Fields that are pointers are
 * "property" or "element" edges, what only looks like a pointer is an "internal" one.
 */
#include "analyzer/cli/memlint_export.h"

#include <string.h>

enum { NODE_FIELDS = 7 };
enum node_type { NODE_OBJECT = 3, NODE_SYNTHETIC = 9 };
enum edge_type { EDGE_ELEMENT = 1, EDGE_PROPERTY = 2, EDGE_INTERNAL = 3, EDGE_SHORTCUT = 5 };

/* The nodes in front of the holders. */
enum { ROOT, GC_ROOTS, GLOBALS, THREAD_LOCALS, STACKS, REGISTERS, OTHERS, LEAKED, NFIXED };

static const char *const fixed_names[NFIXED] = {
        "",         "(GC roots)",  "(Global variables)", "(Thread-local variables)",
        "(Stacks)", "(Registers)", "(Other memory)",     "(leaked)",
};

/* A variable, a stack, …: roots that are shown as one node. */
struct holder {
	const char *name; /* interned */
	uint32_t group;   /* GLOBALS … OTHERS */
	uint32_t first;   /* index in the list of roots, sorted by holder */
	uint32_t n;
};

struct held {
	uint32_t holder, root;
};

struct heap {
	FILE *out;
	struct graph *graph;
	struct globals *globals;
	struct arena *arena;
	struct intern names;
	struct strings strings;
	VEC(struct holder) holders;
	struct held *held; /* [nroots] */
	uint32_t *leaked;  /* blocks that hang below "(leaked)" */
	uint32_t nleaked;
	uint32_t *ids; /* hash set of ids given out */
	uint32_t mask;
	uint32_t **fields; /* [ntypes] of [nclasses]: string id + 1 of a field without an index */
	uint64_t nedges;
	bool begun; /* a comma is needed */
};

static uint32_t string_id(struct heap *heap, const char *text)
{
	struct arena scratch = {0};
	const char *clean = text_clean(&scratch, text);
	const uint32_t id = strings_intern(&heap->strings, clean, strlen(clean));

	if (id == STRINGS_NONE)
		diag_die("out of memory");
	arena_clear(&scratch);
	return id;
}

/* --- who holds what --- */

static uint32_t group_of(uint32_t kind)
{
	switch (kind) {
	case PROFILE_ROOT_GLOBAL:
		return GLOBALS;
	case PROFILE_ROOT_TLS:
		return THREAD_LOCALS;
	case PROFILE_ROOT_STACK:
		return STACKS;
	case PROFILE_ROOT_REGISTER:
		return REGISTERS;
	default:
		return OTHERS;
	}
}

static const char *holder_name(struct heap *heap, const struct graph_root *root)
{
	const bool is_tls = root->kind == PROFILE_ROOT_TLS;
	const char *variable = NULL;

	if (is_tls || root->kind == PROFILE_ROOT_GLOBAL)
		variable = globals_variable(heap->globals, root->owner, root->place, is_tls);
	if (!variable)
		variable = graph_root_name(heap->graph, root, heap->globals, true, heap->arena);
	return intern_string(&heap->names, variable);
}

static uint32_t holder_of(struct heap *heap, struct hash_map *known, const struct graph_root *root)
{
	const char *name = holder_name(heap, root);
	const uint32_t group = group_of(root->kind);
	const uintptr_t found = (uintptr_t)hash_map_find(known, name);

	if (found && heap->holders.items[found - 1].group == group)
		return (uint32_t)found - 1;
	for (uint32_t i = 0; found && i < heap->holders.count; i++)
		if (heap->holders.items[i].name == name && heap->holders.items[i].group == group)
			return i;
	vec_push(&heap->holders, (struct holder){.name = name, .group = group});
	hash_map_put(known, name, (void *)(uintptr_t)heap->holders.count);
	return (uint32_t)heap->holders.count - 1;
}

static int by_holder(const void *left, const void *right)
{
	const struct held *a = left, *b = right;

	if (a->holder != b->holder)
		return a->holder < b->holder ? -1 : 1;
	return a->root < b->root ? -1 : a->root > b->root;
}

static void find_holders(struct heap *heap)
{
	const size_t n = heap->graph->roots.count;
	struct hash_map known = {0};

	heap->held = arena_array(heap->arena, n, struct held);
	for (size_t i = 0; i < n; i++)
		heap->held[i] = (struct held){holder_of(heap, &known, heap->graph->roots.items + i), (uint32_t)i};
	qsort(heap->held, n, sizeof *heap->held, by_holder);
	for (size_t i = 0; i < n; i++) {
		struct holder *holder = heap->holders.items + heap->held[i].holder;

		if (!holder->n++)
			holder->first = (uint32_t)i;
	}
	hash_map_release(&known);
}

static void find_leaked(struct heap *heap)
{
	const uint32_t n = graph_nblocks(heap->graph);
	struct graph_dominators dominators;

	graph_find_dominators(&dominators, heap->graph);
	heap->leaked = arena_array(heap->arena, n, uint32_t);
	for (uint32_t i = 0; i < n; i++)
		if (dominators.above[i] == dominators.leaked)
			heap->leaked[heap->nleaked++] = i;
	graph_dominators_release(&dominators);
}

/* --- nodes --- */

/* An id that no node has yet, near @wanted. V8's are odd for objects. */
static uint32_t new_id(struct heap *heap, uint64_t wanted)
{
	for (uint32_t id = (uint32_t)wanted | 1;; id += 2) {
		uint32_t at = (uint32_t)((id * 0x9e3779b97f4a7c15u) >> 32) & heap->mask;

		while (heap->ids[at] && heap->ids[at] != id)
			at = (at + 1) & heap->mask;
		if (!heap->ids[at]) {
			heap->ids[at] = id;
			return id;
		}
	}
}

/* The same block has the same id in every snapshot: by its allocation's serial, or by where it is and what it is. */
static uint32_t block_id(struct heap *heap, const struct graph_block *block)
{
	const uint64_t what[] = {block->address, block->size, block->trace};

	if (block->serial && block->serial < UINT32_MAX / 4)
		return new_id(heap, block->serial * 2 + 1000);
	return new_id(heap, hash_bytes(what, sizeof what, 1) >> 33 | 1u << 31);
}

static void put_number(FILE *out, uint64_t number)
{
	char digits[20];
	size_t n = 0;

	do {
		digits[n++] = (char)('0' + number % 10);
	} while (number /= 10);
	while (n)
		putc_unlocked(digits[--n], out);
}

static void put_row(struct heap *heap, const uint64_t *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (heap->begun)
			putc_unlocked(',', heap->out);
		heap->begun = true;
		put_number(heap->out, numbers[i]);
	}
	putc_unlocked('\n', heap->out);
}

static void put_node(struct heap *heap, enum node_type type, uint32_t name, uint64_t id, uint64_t size, uint64_t nedges)
{
	const uint64_t row[NODE_FIELDS] = {type, name, id, size < UINT32_MAX ? size : UINT32_MAX, nedges, 0, 0};

	put_row(heap, row, NODE_FIELDS);
}

static uint64_t fixed_edges(const struct heap *heap, uint32_t node)
{
	uint64_t n = 0;

	if (node == ROOT)
		return 2 + heap->holders.count;
	if (node == GC_ROOTS)
		return OTHERS - GLOBALS + 1;
	if (node == LEAKED)
		return heap->nleaked;
	for (size_t i = 0; i < heap->holders.count; i++)
		n += heap->holders.items[i].group == node;
	return n;
}

/* Blocks without a type are told by where they come from. */
static uint32_t block_name(struct heap *heap, uint32_t block)
{
	const char *name = graph_type_of(heap->graph, block)->name;
	struct arena scratch = {0};

	if (name[0])
		return string_id(heap, name);
	const char *place = graph_place(heap->graph, block, &scratch);
	const uint32_t id = string_id(heap, place[0] ? arena_printf(&scratch, "(untyped) %s", place) : "(untyped)");

	arena_clear(&scratch);
	return id;
}

static uint64_t count_edges(const struct graph *graph, uint32_t block)
{
	uint64_t n = 0;

	for (uint32_t i = graph->out[block]; i < graph->out[block + 1]; i++)
		n += graph->edges.items[i].kind != GRAPH_NO_POINTER;
	return n;
}

static void put_nodes(struct heap *heap)
{
	const struct graph *graph = heap->graph;
	const size_t ntraces = graph->tables->traces.size / sizeof(struct snapshot_trace);
	uint32_t *names = arena_array(heap->arena, ntraces, uint32_t);

	fputs("\"nodes\":[", heap->out);
	for (uint32_t i = 0; i < NFIXED; i++)
		put_node(heap, NODE_SYNTHETIC, string_id(heap, fixed_names[i]), new_id(heap, i * 2 + 1), 0,
		         fixed_edges(heap, i));
	for (size_t i = 0; i < heap->holders.count; i++) {
		const struct holder *holder = heap->holders.items + i;
		const uint64_t id = hash_bytes(holder->name, strlen(holder->name), holder->group) >> 34 | 1u << 30;

		put_node(heap, NODE_OBJECT, string_id(heap, holder->name), new_id(heap, id), 0, holder->n);
	}
	for (uint32_t i = 0; i < graph_nblocks(graph); i++) {
		const struct graph_block *block = graph->blocks.items + i;

		if (!names[block->trace])
			names[block->trace] = block_name(heap, i) + 1;
		put_node(heap, NODE_OBJECT, names[block->trace] - 1, block_id(heap, block), block->own,
		         count_edges(graph, i));
	}
	fputs("],\n", heap->out);
}

/* --- edges --- */

static void put_edge(struct heap *heap, enum edge_type type, uint64_t name, uint64_t node)
{
	const uint64_t row[] = {type, name, node * NODE_FIELDS};

	put_row(heap, row, 3);
}

static uint64_t block_node(const struct heap *heap, uint32_t block)
{
	return NFIXED + heap->holders.count + block;
}

static void put_fixed_edges(struct heap *heap, uint32_t node)
{
	uint64_t n = 0;

	if (node == ROOT) {
		put_edge(heap, EDGE_ELEMENT, 1, GC_ROOTS);
		put_edge(heap, EDGE_ELEMENT, 2, LEAKED);
	}
	for (uint32_t group = GLOBALS; node == GC_ROOTS && group <= OTHERS; group++)
		put_edge(heap, EDGE_ELEMENT, n++, group);
	for (uint32_t i = 0; node == LEAKED && i < heap->nleaked; i++)
		put_edge(heap, EDGE_ELEMENT, i, block_node(heap, heap->leaked[i]));
	for (size_t i = 0; i < heap->holders.count; i++) {
		const struct holder *holder = heap->holders.items + i;

		if (node == ROOT)
			put_edge(heap, EDGE_SHORTCUT, string_id(heap, holder->name), NFIXED + i);
		else if (node == holder->group)
			put_edge(heap, EDGE_ELEMENT, n++, NFIXED + i);
	}
}

/* What the variable calls the place: "db[0].dict" of server, "(value)" of a plain pointer. */
static const char *place_name(struct heap *heap, const struct holder *holder, const struct graph_root *root,
                              struct arena *scratch)
{
	const bool is_tls = root->kind == PROFILE_ROOT_TLS;

	if (!is_tls && root->kind != PROFILE_ROOT_GLOBAL)
		return arena_printf(scratch, "+%llu", (unsigned long long)root->place);
	const char *name = globals_name(heap->globals, root->owner, root->place, is_tls, false, scratch);
	const size_t length = strlen(holder->name);

	if (strncmp(name, holder->name, length) != 0)
		return name;
	name += length;
	return name[0] ? name + (name[0] == '.') : "(value)";
}

static void put_holder_edges(struct heap *heap, const struct holder *holder)
{
	for (uint32_t i = holder->first; i < holder->first + holder->n; i++) {
		const struct graph_root *root = heap->graph->roots.items + heap->held[i].root;
		struct arena scratch = {0};

		put_edge(heap, EDGE_PROPERTY, string_id(heap, place_name(heap, holder, root, &scratch)),
		         block_node(heap, root->to));
		arena_clear(&scratch);
	}
}

/* "[12]" as 12. */
static bool is_index(const char *field, uint64_t *index)
{
	char *end;

	if (field[0] != '[')
		return false;
	*index = strtoull(field + 1, &end, 10);
	return !strcmp(end, "]") && *index < UINT32_MAX;
}

static void put_block_edge(struct heap *heap, const struct graph_edge *edge)
{
	struct graph *graph = heap->graph;
	const struct graph_type *type = graph_type_of(graph, edge->from);
	const uint32_t class = graph_class_of(graph, edge->from, edge->word);
	/* Even classes of a type with a layout are fields of the only element: their names have nothing variable. */
	const bool same = type->layout && class != GRAPH_NONE && class < type->nkinds * 2 && class % 2 == 0;
	uint32_t **of_type = heap->fields + graph->blocks.items[edge->from].type;
	const uint64_t to = block_node(heap, edge->to);
	enum edge_type kind = edge->kind == GRAPH_TYPED ? EDGE_PROPERTY : EDGE_INTERNAL;
	struct arena scratch = {0};
	uint64_t index;

	if (same && !*of_type)
		*of_type = arena_array(heap->arena, graph_nclasses(type), uint32_t);
	if (same && (*of_type)[class]) {
		put_edge(heap, kind, (*of_type)[class] - 1, to);
		return;
	}
	const char *field = graph_field(graph, edge->from, edge->word, false, &scratch);

	if (kind == EDGE_PROPERTY && is_index(field, &index)) {
		put_edge(heap, EDGE_ELEMENT, index, to);
	} else {
		const uint32_t name = string_id(heap, field[0] ? field : "(value)");

		if (same)
			(*of_type)[class] = name + 1;
		put_edge(heap, kind, name, to);
	}
	arena_clear(&scratch);
}

static void put_edges(struct heap *heap)
{
	const struct graph *graph = heap->graph;

	heap->begun = false;
	heap->fields = arena_array(heap->arena, graph->types.count, uint32_t *);
	fputs("\"edges\":[", heap->out);
	for (uint32_t i = 0; i < NFIXED; i++)
		put_fixed_edges(heap, i);
	for (size_t i = 0; i < heap->holders.count; i++)
		put_holder_edges(heap, heap->holders.items + i);
	for (size_t i = 0; i < graph->edges.count; i++)
		if (graph->edges.items[i].kind != GRAPH_NO_POINTER)
			put_block_edge(heap, graph->edges.items + i);
	fputs("],\n", heap->out);
}

/* --- the file --- */

static uint64_t total_edges(const struct heap *heap)
{
	const struct graph *graph = heap->graph;
	uint64_t n = graph->roots.count;

	for (uint32_t i = 0; i < NFIXED; i++)
		n += fixed_edges(heap, i);
	for (size_t i = 0; i < graph->edges.count; i++)
		n += graph->edges.items[i].kind != GRAPH_NO_POINTER;
	return n;
}

static void put_head(struct heap *heap)
{
	const uint64_t nnodes = block_node(heap, 0) + graph_nblocks(heap->graph);

	fprintf(heap->out,
	        "{\"snapshot\":{\"meta\":{"
	        "\"node_fields\":[\"type\",\"name\",\"id\",\"self_size\",\"edge_count\",\"trace_node_id\","
	        "\"detachedness\"],"
	        "\"node_types\":[[\"hidden\",\"array\",\"string\",\"object\",\"code\",\"closure\",\"regexp\","
	        "\"number\",\"native\",\"synthetic\",\"concatenated string\",\"sliced string\",\"symbol\",\"bigint\","
	        "\"object shape\"],\"string\",\"number\",\"number\",\"number\",\"number\",\"number\"],"
	        "\"edge_fields\":[\"type\",\"name_or_index\",\"to_node\"],"
	        "\"edge_types\":[[\"context\",\"element\",\"property\",\"internal\",\"hidden\",\"shortcut\","
	        "\"weak\"],\"string_or_number\",\"node\"],"
	        "\"trace_function_info_fields\":[\"function_id\",\"name\",\"script_name\",\"script_id\",\"line\","
	        "\"column\"],"
	        "\"trace_node_fields\":[\"id\",\"function_info_index\",\"count\",\"size\",\"children\"],"
	        "\"sample_fields\":[\"timestamp_us\",\"last_assigned_id\"],"
	        "\"location_fields\":[\"object_index\",\"script_id\",\"line\",\"column\"]},"
	        "\"node_count\":%llu,\"edge_count\":%llu,\"trace_function_count\":0},\n",
	        (unsigned long long)nnodes, (unsigned long long)total_edges(heap));
}

static void put_strings(struct heap *heap)
{
	fputs("\"trace_function_infos\":[],\n\"trace_tree\":[],\n\"samples\":[],\n\"locations\":[],\n\"strings\":[",
	      heap->out);
	for (uint32_t i = 0; i < strings_count(&heap->strings); i++) {
		json_t *text = json_text(strings_text(&heap->strings, i));

		fputs(i ? ",\n" : "", heap->out);
		json_dumpf(text, heap->out, JSON_ENCODE_ANY);
		json_decref(text);
	}
	fputs("]}\n", heap->out);
}

enum status export_heapsnapshot(struct export *export)
{
	struct graph *graph = &export->graph_view->graph;
	struct heap heap = {
	        .out = export->out,
	        .graph = graph,
	        .globals = export->graph_view->globals,
	        .arena = &export->arena,
	};

	intern_init(&heap.names, heap.arena);
	string_id(&heap, "");
	find_holders(&heap);
	find_leaked(&heap);
	for (heap.mask = 1023; heap.mask < (block_node(&heap, 0) + graph_nblocks(graph)) * 2;)
		heap.mask = heap.mask * 2 + 1;
	heap.ids = arena_array(heap.arena, (size_t)heap.mask + 1, uint32_t);
	put_head(&heap);
	put_nodes(&heap);
	put_edges(&heap);
	put_strings(&heap);
	vec_release(&heap.holders);
	strings_release(&heap.strings);
	intern_release(&heap.names);
	return STATUS_OK;
}
