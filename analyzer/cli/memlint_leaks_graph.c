// SPDX-License-Identifier: MIT
/* memlint leaks with a heap graph, in plain words and as JSON. */
#include "analyzer/cli/memlint_leaks.h"
#include "analyzer/profile/type_name.h"

static const struct {
	const char *key, *short_text, *title;
} kinds[LEAK_KINDS] = {
        [LEAK_LOST] = {"lost", "lost", "Lost: no pointer is left"},
        [LEAK_CYCLE] = {"lost_in_cycle", "lost in cycles",
                        "Lost in a cycle: they point at each other, nothing else does"},
        [LEAK_FOLLOWER] = {"lost_with_others", "lost with them", ""},
        [LEAK_PERHAPS] = {"perhaps_lost", "perhaps lost", "Perhaps lost: only pointers to their middle are left"},
        [LEAK_HELD] = {"held", "still held", "Still held"},
};

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void print_row(const struct view *view, struct leak_rows *rows, const struct leak_row *row)
{
	const char *place = graph_place(&rows->graph, row->example, &rows->arena), *strong = NULL;

	printf("\n%s%s%s in %s block%s", terminal_style(&view->terminal, STYLE_BOLD),
	       view_size(&rows->arena, (double)row->bytes), terminal_style(&view->terminal, STYLE_PLAIN),
	       view_count(&rows->arena, row->count), plural(row->count));
	if (row->type[0])
		printf(" of %s%s%s", terminal_style(&view->terminal, STYLE_GREEN),
		       text_clean(&rows->arena, type_shown(&rows->arena, row->type)),
		       terminal_style(&view->terminal, STYLE_PLAIN));
	if (row->following)
		printf(", and %s in %s block%s with %s", view_size(&rows->arena, (double)row->followed),
		       view_count(&rows->arena, row->following), plural(row->following),
		       row->count == 1 ? "it" : "them");
	printf("\n    %s%s%s\n", terminal_style(&view->terminal, STYLE_CYAN), place[0] ? place : "unknown place",
	       terminal_style(&view->terminal, STYLE_PLAIN));
	if (row->kind == LEAK_CYCLE) {
		const char *cycle = leak_cycle_text(rows, row, &strong);

		printf("    %s cycle: %s\n", strong ? "strong" : "the", cycle);
		if (strong)
			printf("    %s alive by %s\n",
			       strstr(cycle, " -> ") ? "each keeps the next" : "it keeps itself", strong);
	}
	if (row->kind == LEAK_HELD || row->kind == LEAK_PERHAPS)
		printf("    held by %s\n", leak_holder_text(rows, row));
	if (view->source || view->terminal.is_terminal)
		view_source(view, row->frame, stdout);
}

static void print_summary(const struct view *view, const struct memlint_snapshot *snapshot, struct leak_rows *rows)
{
	const char *program = text_clean(&rows->arena, view_program(snapshot)), *before = ": ";
	uint64_t bytes = 0, count = 0;

	for (int kind = 0; kind < LEAK_KINDS; kind++) {
		bytes += rows->bytes[kind];
		count += rows->count[kind];
	}
	if (!count) {
		printf(view->nfilters || view->type || view->thread ? "Nothing that matches the filters was left.\n"
		                                                    : "%s released everything.\n",
		       program);
		return;
	}
	printf("%s did not release %s in %s block%s", program, view_size(&rows->arena, (double)bytes),
	       view_count(&rows->arena, count), plural(count));
	for (int kind = 0; kind < LEAK_KINDS; kind++) {
		if (!rows->count[kind])
			continue;
		printf("%s%s %s", before, view_size(&rows->arena, (double)rows->bytes[kind]), kinds[kind].short_text);
		before = ", ";
	}
	printf("%s.\n", snapshot->reason == PROFILE_AT_EXIT ? "" : ", when this snapshot was taken");
}

void leaks_print_text(const struct view *view, const struct memlint_snapshot *snapshot, struct leak_rows *rows)
{
	size_t n = 0, shown = 0;
	enum leak last = LEAK_KINDS;

	for (size_t i = 0; i < rows->items.count; i++)
		n += rows->items.items[i].kind != LEAK_FOLLOWER;
	const size_t limit = view_limit(view, n);

	print_summary(view, snapshot, rows);
	for (size_t i = 0; i < rows->items.count && shown < limit; i++) {
		const struct leak_row *row = rows->items.items + i;

		/* What was lost with others is told where the others are. */
		if (row->kind == LEAK_FOLLOWER)
			continue;
		if (row->kind != last)
			printf("\n%s%s%s\n",
			       terminal_style(&view->terminal, row->kind < LEAK_PERHAPS ? STYLE_RED : STYLE_YELLOW),
			       kinds[row->kind].title, terminal_style(&view->terminal, STYLE_PLAIN));
		last = row->kind;
		print_row(view, rows, row);
		shown++;
	}
	if (shown < n)
		printf("\n%zu more place%s: --top 0 shows all\n", n - shown, plural(n - shown));
}

static json_t *number(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *row_object(struct leak_rows *rows, const struct leak_row *row)
{
	json_t *object = json_object();

	json_object_set_new(object, "file", json_text(row->frame->file));
	json_object_set_new(object, "line", number(row->frame->line));
	json_object_set_new(object, "column", number(row->frame->column));
	json_object_set_new(object, "function", json_text(row->frame->function));
	json_object_set_new(object, "type", json_text(row->type));
	json_object_set_new(object, "verdict", json_text(kinds[row->kind].key));
	json_object_set_new(object, "live_bytes", number(row->bytes));
	json_object_set_new(object, "live_count", number(row->count));
	json_object_set_new(object, "followed_bytes", number(row->followed));
	json_object_set_new(object, "followed_count", number(row->following));
	if (row->kind == LEAK_CYCLE) {
		const char *strong, *cycle = leak_cycle_text(rows, row, &strong);

		json_object_set_new(object, "cycle", json_text(cycle));
		json_object_set_new(object, "strong", strong ? json_text(strong) : json_null());
	}
	if (row->kind == LEAK_HELD || row->kind == LEAK_PERHAPS)
		json_object_set_new(object, "held_by", json_text(leak_holder_text(rows, row)));
	return object;
}

void leaks_print_json(const struct view *view, const struct memlint_snapshot *snapshot, struct leak_rows *rows)
{
	const size_t n = rows->items.count, limit = view->has_top ? view_limit(view, n) : n;
	json_t *verdicts = json_object();

	for (int kind = 0; kind < LEAK_KINDS; kind++) {
		json_t *verdict = json_object();

		json_object_set_new(verdict, "bytes", number(rows->bytes[kind]));
		json_object_set_new(verdict, "count", number(rows->count[kind]));
		json_object_set_new(verdicts, kinds[kind].key, verdict);
	}
	struct json_stream stream =
	        json_begin("memlint-leaks/1", "program", json_program(snapshot), "snapshot", json_snapshot(snapshot),
	                   "totals", json_totals(&snapshot->totals), "verdicts", verdicts, NULL);

	json_begin_array(&stream, "rows");
	for (size_t i = 0; i < limit; i++)
		json_item(&stream, row_object(rows, rows->items.items + i));
	json_end();
}
