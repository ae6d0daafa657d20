// SPDX-License-Identifier: MIT
/* Rows of memlint leaks out of a heap graph: which blocks, what keeps them together, what holds them. */
#include "analyzer/cli/memlint_leaks.h"
#include "analyzer/profile/graph_place.h"

#include <strings.h>

enum {
	CYCLE_STEPS = 8,   /* shown of a long one */
	CYCLES_TRIED = 16, /* blocks of a row that are looked at for a strong one */
};

/* By verdict, place and type: what makes a row stands together. */
static int by_row(const void *left, const void *right)
{
	const struct leak_row *a = left, *b = right;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->frame->path != b->frame->path)
		return a->frame->path < b->frame->path ? -1 : 1;
	if (a->frame->line != b->frame->line)
		return a->frame->line < b->frame->line ? -1 : 1;
	if (a->frame->address != b->frame->address)
		return a->frame->address < b->frame->address ? -1 : 1;
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	return (a->example > b->example) - (a->example < b->example);
}

static int by_size(const void *left, const void *right)
{
	const struct leak_row *a = left, *b = right;
	const uint64_t bytes_a = a->bytes + a->followed, bytes_b = b->bytes + b->followed;
	int order;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (bytes_a != bytes_b)
		return bytes_a > bytes_b ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	order = strcmp(a->frame->path, b->frame->path);
	if (!order && a->frame->line != b->frame->line)
		order = a->frame->line < b->frame->line ? -1 : 1;
	return order ? order : strcmp(a->type, b->type);
}

static bool same_row(const struct leak_row *a, const struct leak_row *b)
{
	return a->kind == b->kind && a->frame->path == b->frame->path && a->frame->line == b->frame->line &&
	       a->frame->address == b->frame->address && a->type == b->type;
}

static void fold(struct leak_rows *rows)
{
	size_t n = 0;

	qsort(rows->items.items, rows->items.count, sizeof *rows->items.items, by_row);
	for (size_t i = 0; i < rows->items.count; i++) {
		const struct leak_row *row = rows->items.items + i;
		struct leak_row *last = n ? rows->items.items + n - 1 : NULL;

		if (!last || !same_row(last, row)) {
			rows->items.items[n++] = *row;
			continue;
		}
		last->bytes += row->bytes;
		last->count += row->count;
		last->followed += row->followed;
		last->following += row->following;
	}
	rows->items.count = n;
	qsort(rows->items.items, n, sizeof *rows->items.items, by_size);
}

/* What std::make_shared() made is told by what it was made for. */
static const char *type_of(const struct graph *graph, uint32_t block)
{
	const struct graph_type *type = graph_type_of(graph, block);

	return strncmp(type->name, "std::_Sp_counted", 16) ? type->name : type->shown;
}

static void add_rows(struct leak_rows *rows, const struct memlint_snapshot *filtered)
{
	const struct snapshot_tables *tables = rows->graph.tables;
	uint8_t *meant = arena_array(&rows->arena, tables->traces.size / sizeof(struct snapshot_trace) + 1, uint8_t);

	for (size_t i = 0; i < snapshot_nrows(filtered); i++)
		meant[snapshot_rows(filtered)[i].trace] = 1;
	for (uint32_t i = 0; i < graph_nblocks(&rows->graph); i++) {
		const struct graph_block *block = rows->graph.blocks.items + i;
		const enum leak kind = (enum leak)rows->leaks.kind[i];

		if (!meant[block->trace])
			continue;
		rows->bytes[kind] += block->size;
		rows->count[kind]++;
		vec_push(&rows->items,
		         (struct leak_row){.kind = kind,
		                           .bytes = block->size,
		                           .count = 1,
		                           .followed = rows->leaks.followed[i],
		                           .following = rows->leaks.following[i],
		                           .example = i,
		                           .frame = snapshot_author(tables, snapshot_traces(tables) + block->trace),
		                           .type = type_of(&rows->graph, i)});
	}
	fold(rows);
}

const char *leak_holder_text(struct leak_rows *rows, const struct leak_row *row)
{
	return graph_shape_text(&rows->shapes, rows->shapes.of[row->example], &rows->arena);
}

/* Whether the pointer, or the word behind it, is one of those with a control block. */
static bool is_shared(struct leak_rows *rows, const struct graph_edge *edge)
{
	for (uint32_t i = rows->graph.out[edge->from]; i < rows->graph.out[edge->from + 1]; i++) {
		const struct graph_edge *other = rows->graph.edges.items + i;

		if (other->word - edge->word > 1 || other->kind == GRAPH_NO_POINTER)
			continue;
		if (strstr(graph_field(&rows->graph, edge->from, other->word, true, &rows->arena), "(control block)"))
			return true;
	}
	return false;
}

/* The field of the record that counts references, by its name; NULL. */
static const char *count_field(const struct layout *layout)
{
	static const char *const names[] = {
	        "ref",        "refs",      "refcount",   "ref_count", "refcnt", "ref_cnt",         "nref",     "nrefs",
	        "n_ref",      "n_refs",    "references", "use_count", "rc",     "reference_count", "m_refs",   "refs_",
	        "ref_count_", "refcount_", "kref",       "usage",     "uses",   "m_refcount",      "ob_refcnt"};

	for (size_t i = 0; layout && i < layout->nfields; i++) {
		const struct layout_field *field = layout->fields + i;

		for (size_t k = 0; k < sizeof names / sizeof *names && !strpbrk(field->flags, "pvs"); k++)
			if (!strcasecmp(field->name, names[k]))
				return field->name;
	}
	return NULL;
}

/* The same, or that of the record which the type begins with: its base. */
static const char *owner_field(struct graph *graph, const struct graph_type *type)
{
	const struct layout_field *first = type->layout && type->layout->nfields ? type->layout->fields : NULL;
	const char *name = count_field(type->layout);

	if (name || !first || !strchr(first->flags, 'r'))
		return name;
	return count_field(graph_find_layout(graph, first->type, 0));
}

/* By type: those that count references, also in a record that they begin with, and what std::make_shared() makes. */
static void find_owners(struct leak_rows *rows)
{
	struct graph *graph = &rows->graph;

	rows->owners = arena_array(&rows->arena, graph->types.count, uint8_t);
	for (size_t i = 0; i < graph->types.count; i++)
		rows->owners[i] = owner_field(graph, graph->types.items + i) != NULL ||
		                  !strncmp(graph->types.items[i].name, "std::_Sp_counted", 16);
}

/* "next", "list.previous": fields that link objects without keeping them. */
static bool is_link(struct leak_rows *rows, const struct graph_edge *edge)
{
	static const char *const ends[] = {"next", "prev", "previous", "_next", "_prev"};
	const char *field = graph_field(&rows->graph, edge->from, edge->word, true, &rows->arena);
	const size_t length = strlen(field);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
		if (length >= strlen(ends[i]) && !strcasecmp(field + length - strlen(ends[i]), ends[i]))
			return true;
	return false;
}

static const char *find_strength(struct leak_rows *rows, const uint32_t *cycle, size_t n)
{
	const struct graph *graph = &rows->graph;
	const char *field = NULL;
	size_t counted = 0, links = 0;

	for (size_t i = 0; i < n; i++) {
		const struct graph_edge *edge = graph->edges.items + cycle[i];
		const char *name = owner_field(&rows->graph, graph_type_of(graph, edge->to));

		if (is_shared(rows, edge))
			return "std::shared_ptr";
		counted += name != NULL;
		links += name && owner_field(&rows->graph, graph_type_of(graph, edge->from)) && is_link(rows, edge);
		field = field ? field : name;
	}
	if (links || !counted || (counted == 1 && n > 1))
		return NULL;
	return arena_printf(&rows->arena, "counts of references (%s)", text_clean(&rows->arena, field));
}

/* "struct node.next", "[]" of a block that is an array of pointers. */
static const char *step_text(struct leak_rows *rows, uint32_t index)
{
	const struct graph_edge *edge = rows->graph.edges.items + index;
	const char *field = graph_field(&rows->graph, edge->from, edge->word, true, &rows->arena);

	if (!strcmp(field, "[]"))
		return "[]";
	const char *type = graph_holder_name(graph_type_of(&rows->graph, edge->from), field);

	return arena_printf(&rows->arena, "%s%s%s", text_clean(&rows->arena, type),
	                    field[0] && !strchr("[+", field[0]) ? "." : "", text_clean(&rows->arena, field));
}

/* The cycle through the first of the row's blocks, or through one of the next few that is in a strong one. */
static const uint32_t *choose_cycle(struct leak_rows *rows, const struct leak_row *row, size_t *n, const char **strong)
{
	const struct graph_block *blocks = rows->graph.blocks.items, *example = blocks + row->example;
	const uint32_t *first = NULL;
	size_t nfirst = 0, tried = 0;

	for (uint32_t i = row->example; i < rows->leaks.nblocks && tried < CYCLES_TRIED; i++) {
		if (rows->leaks.kind[i] != LEAK_CYCLE || blocks[i].trace != example->trace)
			continue;
		const uint32_t *cycle = leaks_cycle(&rows->leaks, &rows->graph, i, rows->owners, n, &rows->arena);

		*strong = *n ? find_strength(rows, cycle, *n) : NULL;
		if (*strong)
			return cycle;
		if (!tried++) {
			first = cycle;
			nfirst = *n;
		}
	}
	*n = nfirst;
	return first;
}

/* How often the same steps come one after the other, all around: they are said once. */
static size_t period_of(const char *const *steps, size_t n)
{
	for (size_t period = 1; period <= n / 2; period++) {
		size_t same = 0;

		while (n % period == 0 && same < n && !strcmp(steps[same], steps[same % period]))
			same++;
		if (same == n)
			return period;
	}
	return n;
}

static const char *join_steps(struct leak_rows *rows, const char *const *steps, size_t n)
{
	const char *text = "";

	for (size_t i = 0, shown = 0; i < n; i++) {
		const bool is_array = !strcmp(steps[i], "[]") && text[0];

		if (!is_array && shown++ == CYCLE_STEPS)
			return arena_printf(&rows->arena, "%s -> %zu more", text, n - i);
		text = arena_printf(&rows->arena, "%s%s%s", text, text[0] && !is_array ? " -> " : "", steps[i]);
	}
	return text;
}

const char *leak_cycle_text(struct leak_rows *rows, const struct leak_row *row, const char **strong)
{
	size_t n, first = 0;
	const uint32_t *cycle = choose_cycle(rows, row, &n, strong);
	const char **steps = arena_array(&rows->arena, n + 1, const char *);

	/* An array of pointers is a part of the field that holds it: it does not come first. */
	while (first < n && !strcmp(step_text(rows, cycle[first]), "[]"))
		first++;
	for (size_t i = 0; i < n; i++)
		steps[i] = step_text(rows, cycle[(first + i) % n]);
	const size_t period = period_of(steps, n), times = n ? n / period : 0;

	if (times == 2 && period == 1)
		return join_steps(rows, steps, n);
	if (times > 1)
		return arena_printf(&rows->arena, "%s (%zu times)", join_steps(rows, steps, period), times);
	return join_steps(rows, steps, n);
}

enum status leak_rows_find(struct leak_rows *rows, struct loaded_profile *loaded, size_t index,
                           const struct memlint_snapshot *filtered)
{
	const uint64_t sequence = profile_snapshots(&loaded->profile)[index].sequence;
	struct profile_graph read;

	*rows = (struct leak_rows){0};
	if (graph_load(&rows->graph, loaded, index) != STATUS_OK)
		return STATUS_ERROR;
	/* What was read a moment ago. */
	if (profile_graph_read(&loaded->profile, sequence, &read) < 1) {
		profile_graph_release(&read);
		graph_release(&rows->graph);
		return diag_error("%s: %s", loaded->path, snapshot_error());
	}
	leaks_judge(&rows->leaks, &read);
	profile_graph_release(&read);
	rows->globals = globals_new(loaded->profile.tables);
	graph_find_paths(&rows->paths, &rows->graph);
	graph_find_shapes(&rows->shapes, &rows->graph, &rows->paths, rows->globals);
	find_owners(rows);
	add_rows(rows, filtered);
	return STATUS_OK;
}

void leak_rows_release(struct leak_rows *rows)
{
	graph_shapes_release(&rows->shapes);
	graph_paths_release(&rows->paths);
	globals_free(rows->globals);
	leaks_release(&rows->leaks);
	graph_release(&rows->graph);
	vec_release(&rows->items);
	arena_clear(&rows->arena);
}
