// SPDX-License-Identifier: MIT
/* memlint types: live blocks by type, with padding and allocator slack; layouts drawn. */
#include "analyzer/cli/memlint_types.h"
#include "analyzer/profile/layout.h"

#include <string.h>

enum { LIVE, COUNT, ELEMENTS, SIZE, PADDING, SLACK, PEAK, ALLOCATED, TYPE, NCOLUMNS };

static const struct cli_option options[] = {
        VIEW_OPTIONS_ROWS,
        VIEW_OPTION_SORT,
        VIEW_OPTION_SNAPSHOT,
        {VIEW_LAYOUT, 'l', "layout", NULL, "draw the layout of each type: offset, size, field, holes"},
        {0, 0, NULL, NULL, NULL},
};

static const struct table_column columns[NCOLUMNS] = {
        [LIVE] = {.title = "live", .right = true, .style = STYLE_BOLD},
        [COUNT] = {.title = "blocks", .right = true},
        [ELEMENTS] = {.title = "elements", .right = true, .optional = 1},
        [SIZE] = {.title = "each", .right = true},
        [PADDING] = {.title = "padding", .right = true, .style = STYLE_YELLOW},
        [SLACK] = {.title = "slack", .right = true, .style = STYLE_YELLOW},
        [PEAK] = {.title = "at peak", .right = true},
        [ALLOCATED] = {.title = "allocated", .right = true, .optional = 2},
        [TYPE] = {.title = "type", .shrink = 1, .style = STYLE_GREEN},
};

/* What the layouts add to a row. Elements are blocks' bytes by the element's size. */
struct type_facts {
	uint64_t element_size, elements, padding_bytes, slack; /* live */
	uint64_t peak_elements, peak_padding_bytes;
	const struct layout *layout; /* NULL: none in the profile */
};

static const struct layout *find_layout(const struct snapshot_tables *tables, uint64_t hash, struct arena *arena)
{
	for (size_t i = 0; hash && i < snapshot_nlayouts(tables); i++) {
		if (snapshot_layouts(tables)[i].hash != hash)
			continue;
		struct layout *layout = arena_new(arena, struct layout);

		return layout_parse(layout, snapshot_layouts(tables)[i].text, arena) == 0 ? layout : NULL;
	}
	return NULL;
}

static struct type_facts facts_of(const struct snapshot_groups *groups, const struct snapshot_group *group,
                                  struct arena *arena)
{
	const struct snapshot_tables *tables = groups->snapshot->tables;
	const struct snapshot_frame *typed = snapshot_frames(tables) + group->trace->typed;
	const struct snapshot_counts *counts = &group->counts;
	struct type_facts facts = {.element_size = group->stat.type[0] ? typed->element_size : 0};

	if (facts.element_size)
		facts.elements = group->stat.size / facts.element_size;
	if (facts.element_size)
		facts.peak_elements = group->stat.peak_bytes / facts.element_size;
	if (counts->live_usable > group->stat.size)
		facts.slack = counts->live_usable - group->stat.size;
	if (group->stat.type[0])
		facts.layout = find_layout(tables, typed->layout, arena);
	if (facts.layout)
		facts.padding_bytes = facts.layout->padding * facts.elements / 8;
	if (facts.layout)
		facts.peak_padding_bytes = facts.layout->padding * facts.peak_elements / 8;
	return facts;
}

static json_t *json_layout(const struct layout *layout)
{
	json_t *object = json_object(), *fields = json_array();

	json_object_set_new(object, "size", json_integer((json_int_t)layout->size));
	json_object_set_new(object, "align", json_integer((json_int_t)layout->align));
	json_object_set_new(object, "padding_bits", json_integer((json_int_t)layout->padding));
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *field = layout->fields + i;
		json_t *entry = json_object();

		json_object_set_new(entry, "offset_bits", json_integer((json_int_t)field->offset));
		json_object_set_new(entry, "size_bits", json_integer((json_int_t)field->size));
		json_object_set_new(entry, "name", json_text(field->name));
		json_object_set_new(entry, "type", json_text(field->type));
		json_array_append_new(fields, entry);
	}
	json_object_set_new(object, "fields", fields);
	return object;
}

json_t *json_type_row(const struct snapshot_groups *groups, const struct snapshot_group *group)
{
	struct arena arena = {0};
	const struct type_facts facts = facts_of(groups, group, &arena);
	json_t *row = json_row(groups, group);

	json_object_set_new(row, "element_size", json_integer((json_int_t)facts.element_size));
	json_object_set_new(row, "live_elements", json_integer((json_int_t)facts.elements));
	json_object_set_new(row, "padding_bytes", json_integer((json_int_t)facts.padding_bytes));
	json_object_set_new(row, "peak_elements", json_integer((json_int_t)facts.peak_elements));
	json_object_set_new(row, "peak_padding_bytes", json_integer((json_int_t)facts.peak_padding_bytes));
	json_object_set_new(row, "slack_bytes", json_integer((json_int_t)facts.slack));
	if (facts.layout)
		json_object_set_new(row, "layout", json_layout(facts.layout));
	arena_clear(&arena);
	return row;
}

static void print_json(const struct snapshot_groups *groups, size_t limit)
{
	struct json_stream stream = json_begin("memlint-types/1", "program", json_program(groups->snapshot), "totals",
	                                       json_totals(&groups->snapshot->totals), NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++)
		json_item(&stream, json_type_row(groups, groups->order[i]));
	json_end();
}

/* "12" or, inside a byte, "12:3". */
static const char *bits_text(struct arena *arena, uint64_t bits)
{
	if (bits % 8)
		return arena_printf(arena, "%llu:%llu", (unsigned long long)(bits / 8), (unsigned long long)(bits % 8));
	return arena_printf(arena, "%llu", (unsigned long long)(bits / 8));
}

static void print_hole(const struct view *view, struct arena *arena, uint64_t offset, uint64_t bits)
{
	printf("    %s%6s %6s  (hole)%s\n", terminal_style(&view->terminal, STYLE_YELLOW), bits_text(arena, offset),
	       bits_text(arena, bits), terminal_style(&view->terminal, STYLE_PLAIN));
}

static void print_layout(const struct view *view, const struct layout *layout)
{
	struct arena arena = {0};
	uint64_t end = 0;

	printf("\n%s%s%s: %llu bytes, alignment %llu, %s of padding\n", terminal_style(&view->terminal, STYLE_GREEN),
	       text_clean(&arena, layout->name), terminal_style(&view->terminal, STYLE_PLAIN),
	       (unsigned long long)layout->size, (unsigned long long)layout->align,
	       layout->padding ? bits_text(&arena, layout->padding) : "none");
	printf("    %6s %6s  %s\n", "offset", "size", "field");
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *field = layout->fields + i;

		if (field->offset > end)
			print_hole(view, &arena, end, field->offset - end);
		printf("    %6s %6s  %s", bits_text(&arena, field->offset), bits_text(&arena, field->size),
		       text_clean(&arena, field->name));
		printf("  %s%s", text_clean(&arena, field->type), strchr(field->flags, 'p') ? " *" : "");
		if (field->count)
			printf("[%llu]", (unsigned long long)field->count);
		putchar('\n');
		if (field->offset + field->size > end)
			end = field->offset + field->size;
	}
	if (layout->size * 8 > end)
		print_hole(view, &arena, end, layout->size * 8 - end);
	arena_clear(&arena);
}

static bool anything_is_live(const struct snapshot_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++)
		if (groups->order[i]->stat.count)
			return true;
	return false;
}

/* @live: elements and padding of live blocks, else of those at the peak. */
static void fill_row(struct table *table, const struct snapshot_groups *groups, const struct snapshot_group *group,
                     bool live)
{
	struct arena *arena = &table->arena;
	const struct type_facts facts = facts_of(groups, group, arena);
	const char **cells = table_row(table);

	if (live) {
		cells[LIVE] = view_size(arena, (double)group->stat.size);
		cells[SLACK] = view_size(arena, (double)facts.slack);
	}
	cells[COUNT] = view_count(arena, live ? group->stat.count : group->counts.peak_count);
	if (facts.element_size) {
		cells[ELEMENTS] = view_count(arena, live ? facts.elements : facts.peak_elements);
		cells[SIZE] = view_size(arena, (double)facts.element_size);
	}
	if (facts.layout)
		cells[PADDING] = view_size(arena, (double)(live ? facts.padding_bytes : facts.peak_padding_bytes));
	cells[PEAK] = view_size(arena, (double)group->stat.peak_bytes);
	cells[ALLOCATED] = view_size(arena, (double)group->stat.alloc_bytes);
	cells[TYPE] = view_key(arena, group, MEMLINT_BY_TYPE);
}

static void print_table(const struct view *view, const struct snapshot_groups *groups, size_t limit)
{
	const bool live = anything_is_live(groups);
	struct table table;

	if (!groups->n)
		puts(view_nothing(view));
	else if (!live)
		puts("Nothing is live any more: blocks, elements and padding are those of the peak.");
	putchar('\n');
	table_init(&table, columns, NCOLUMNS);
	for (size_t i = 0; i < limit; i++)
		fill_row(&table, groups, groups->order[i], live);
	table_print(&table, stdout, &view->terminal);
	table_release(&table);
}

static void print_layouts(const struct view *view, const struct snapshot_groups *groups, size_t limit)
{
	struct arena arena = {0};
	size_t drawn = 0;

	for (size_t i = 0; i < limit; i++) {
		const struct type_facts facts = facts_of(groups, groups->order[i], &arena);

		if (facts.layout)
			print_layout(view, facts.layout);
		drawn += facts.layout != NULL;
	}
	if (!drawn)
		puts("\nThe profile holds no layout of these types.");
	arena_clear(&arena);
}

static enum status show(const struct cli *cli, const struct view *view, const struct memlint_snapshot *snapshot)
{
	struct snapshot_groups groups;
	const char *name;
	enum status status = STATUS_OK;

	if (snapshot_group(&groups, snapshot, MEMLINT_BY_TYPE, 0) < 0)
		return diag_error("%s", snapshot_error());
	snapshot_order *order = view_order(view, cli, &groups, &name);
	const size_t limit = view_limit(view, groups.n);

	if (!order || view_sort(&groups, order, view->json && !view->has_top ? groups.n : limit) != STATUS_OK) {
		status = STATUS_ERROR;
	} else if (view->json) {
		print_json(&groups, view->has_top ? limit : groups.n);
	} else {
		view_head(view, snapshot, stdout);
		print_table(view, &groups, limit);
		if (limit < groups.n)
			printf("%zu more: --top 0 shows all\n", groups.n - limit);
		if (view->layout)
			print_layouts(view, &groups, limit);
	}
	snapshot_groups_release(&groups);
	return status;
}

enum status memlint_types(struct cli *cli)
{
	return view_main(cli, options, &(struct view){.key = MEMLINT_BY_TYPE}, show);
}
