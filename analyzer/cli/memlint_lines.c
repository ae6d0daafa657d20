// SPDX-License-Identifier: MIT
/* memlint lines: memory_profiler's table, line by line, of the functions marked for it. */
#include "analyzer/cli/memlint_json.h"
#include "analyzer/cli/memlint_view.h"
#include "analyzer/profile/lines.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { OPTION_FUNCTION = VIEW_OWN, OPTION_PER_CALL };
enum { LINE, USAGE, INCREMENT, OCCURRENCES, CONTENTS, NCOLUMNS };

static const struct cli_option options[] = {
        {OPTION_FUNCTION, 'f', "function", "GLOB", "only functions with such names"},
        {OPTION_PER_CALL, 0, "per-call", NULL, "a table for each call that was kept (a function's first 16)"},
        {VIEW_TOP, 'n', "top", "N", "at most N functions; 0 all (default: 20 on a terminal, else all)"},
        VIEW_OPTION_SNAPSHOT,
        VIEW_OPTION_JSON,
        VIEW_OPTION_COLOR,
        {0, 0, NULL, NULL, NULL},
};

static const struct table_column columns[NCOLUMNS] = {
        [LINE] = {.title = "Line #", .right = true, .style = STYLE_DIM},
        [USAGE] = {.title = "Mem usage", .right = true, .optional = 1},
        [INCREMENT] = {.title = "Increment", .right = true, .style = STYLE_BOLD},
        [OCCURRENCES] = {.title = "Occurrences", .right = true},
        [CONTENTS] = {.title = "Line contents", .shrink = 1, .style = STYLE_CYAN},
};

struct lines_view {
	struct view view;
	const char *function;
	bool per_call;
	uint64_t start_ns; /* of the program, unix time */
};

/* A function's source lines, first to last; NULL where a line, or the file, is not there. */
struct source {
	const char **lines;
	bool found, newer; /* newer: changed since the program started */
};

static FILE *open_source(const struct line_function *function)
{
	FILE *file = fopen(function->path, "re");

	return file ? file : fopen(function->file, "re");
}

/* @line with its tabs as spaces, without what ends it. */
static const char *flat(struct arena *arena, const char *line, size_t tab)
{
	char *text = arena_alloc(arena, strlen(line) * 8 + 1);
	size_t n = 0;

	for (; *line && *line != '\n' && *line != '\r'; line++) {
		if (*line != '\t')
			text[n++] = *line;
		else
			do
				text[n++] = ' ';
			while (n % tab);
	}
	while (n && text[n - 1] == ' ')
		n--;
	text[n] = 0;
	return text_clean(arena, text);
}

static struct source read_source(const struct lines_view *view, const struct line_function *function,
                                 struct arena *arena)
{
	const size_t span = (size_t)function->last - function->first + 1;
	const size_t tab = view->view.terminal.width && view->view.terminal.width < 120 ? 4 : 8;
	struct source source = {0};
	FILE *file = open_source(function);
	struct stat about;
	char *line = NULL;
	size_t capacity = 0;

	if (!file)
		return source;
	source.found = true;
	source.newer = fstat(fileno(file), &about) == 0 && view->start_ns &&
	               (uint64_t)about.st_mtim.tv_sec > view->start_ns / 1000000000;
	source.lines = arena_array(arena, span, const char *);
	for (uint64_t number = 1; number <= function->last && getline(&line, &capacity, file) >= 0; number++)
		if (number >= function->first)
			source.lines[number - function->first] = flat(arena, line, tab);
	free(line);
	fclose(file);
	return source;
}

/* "1,234", "-1,234" */
static const char *signed_count(struct arena *arena, int64_t value)
{
	return value < 0 ? arena_printf(arena, "-%s", view_count(arena, (uint64_t)0 - (uint64_t)value))
	                 : view_count(arena, (uint64_t)value);
}

static const char *change(struct arena *arena, int64_t value)
{
	return value > 0 ? arena_printf(arena, "+%s", signed_count(arena, value)) : signed_count(arena, value);
}

static void fill_row(struct arena *arena, const char **cells, const struct line_counts *counts, bool is_entry)
{
	cells[OCCURRENCES] = view_count(arena, counts->occurrences);
	if (!counts->occurrences)
		return;
	cells[USAGE] = view_count(arena, counts->usage);
	/* What stands for being entered changes nothing by itself. */
	if (!is_entry || counts->increment)
		cells[INCREMENT] = signed_count(arena, counts->increment);
}

static void print_table(const struct lines_view *view, const struct line_function *function,
                        const struct source *source, const struct line_counts *counts)
{
	struct table table;
	const char **cells;
	size_t at = 0;

	table_init(&table, columns, NCOLUMNS);
	for (uint64_t line = function->first; line <= function->last; line++) {
		const bool has_code = at < function->nlines && function->lines[at] == line;

		if (!has_code && !source->found)
			continue;
		cells = table_row(&table);
		cells[LINE] = arena_printf(&table.arena, "%llu", (unsigned long long)line);
		if (has_code)
			fill_row(&table.arena, cells, counts + at, !at && function->nlines > 1);
		cells[CONTENTS] = source->found ? source->lines[line - function->first] : NULL;
		at += has_code;
	}
	cells = table_row(&table);
	cells[INCREMENT] = signed_count(&table.arena, line_increments(function, counts));
	cells[CONTENTS] = "sum";
	table.total_row = table.nrows;
	table_print(&table, stdout, &view->view.terminal);
	table_release(&table);
}

static void print_head(const struct lines_view *view, const struct line_function *function, struct arena *arena)
{
	const struct terminal *terminal = &view->view.terminal;

	printf("%s%s%s, %s:%u, %s call%s", terminal_style(terminal, STYLE_BOLD), text_clean(arena, function->name),
	       terminal_style(terminal, STYLE_PLAIN), text_clean(arena, function->file), function->first,
	       view_count(arena, function->calls), function->calls == 1 ? "" : "s");
	if (function->inner_calls)
		printf(" and %s from within itself", view_count(arena, function->inner_calls));
	printf(", %s bytes\n", change(arena, line_increments(function, function->counts)));
}

static void print_calls(const struct lines_view *view, const struct line_function *function,
                        const struct source *source, struct arena *arena)
{
	for (size_t i = 0; i < function->ncalls; i++) {
		const struct line_call *call = function->calls_kept + i;

		printf("\ncall %llu of %s, after %s in thread %s, %s bytes live before, %s bytes\n",
		       (unsigned long long)call->number, view_count(arena, function->calls),
		       view_time(arena, call->time_ns), call->thread[0] ? text_clean(arena, call->thread) : "?",
		       view_count(arena, call->live), change(arena, line_increments(function, call->counts)));
		print_table(view, function, source, call->counts);
	}
	if (function->ncalls < function->calls)
		printf("\n%s more call%s: only in the sum, which the table without --per-call shows\n",
		       view_count(arena, function->calls - function->ncalls),
		       function->calls - function->ncalls == 1 ? "" : "s");
}

static void print_function(const struct lines_view *view, const struct line_function *function)
{
	struct arena arena = {0};
	const struct source source = read_source(view, function, &arena);

	print_head(view, function, &arena);
	if (!source.found)
		printf("(%s cannot be read: lines with code only)\n", text_clean(&arena, function->path));
	else if (source.newer)
		printf("(%s is newer than the profile: its lines may have moved)\n",
		       text_clean(&arena, function->file));
	if (view->per_call) {
		print_calls(view, function, &source, &arena);
	} else {
		putchar('\n');
		print_table(view, function, &source, function->counts);
	}
	arena_clear(&arena);
}

static json_t *json_lines(const struct line_function *function, const struct line_counts *counts)
{
	json_t *rows = json_array();

	for (size_t i = 0; i < function->nlines; i++)
		json_array_append_new(rows, json_pack("{sI sI sI sI}", "line", (json_int_t)function->lines[i],
		                                      "mem_usage_bytes", (json_int_t)counts[i].usage, "increment_bytes",
		                                      (json_int_t)counts[i].increment, "occurrences",
		                                      (json_int_t)counts[i].occurrences));
	return rows;
}

static json_t *json_function(const struct lines_view *view, const struct line_function *function)
{
	json_t *object = json_pack("{so so so sI sI sI sI sI so}", "function", json_text(function->name), "file",
	                           json_text(function->file), "path", json_text(function->path), "first_line",
	                           (json_int_t)function->first, "last_line", (json_int_t)function->last, "calls",
	                           (json_int_t)function->calls, "inner_calls", (json_int_t)function->inner_calls,
	                           "increment_bytes", (json_int_t)line_increments(function, function->counts), "lines",
	                           json_lines(function, function->counts));
	json_t *calls = view->per_call ? json_array() : NULL;

	for (size_t i = 0; calls && i < function->ncalls; i++) {
		const struct line_call *call = function->calls_kept + i;

		json_array_append_new(calls,
		                      json_pack("{sI so sI sI sI so}", "call", (json_int_t)call->number, "thread",
		                                json_text(call->thread), "time_ns", (json_int_t)call->time_ns,
		                                "live_bytes_before", (json_int_t)call->live, "increment_bytes",
		                                (json_int_t)line_increments(function, call->counts), "lines",
		                                json_lines(function, call->counts)));
	}
	if (calls)
		json_object_set_new(object, "calls_kept", calls);
	return object;
}

/* How much @function's lines allocated and released. */
static uint64_t moved(const struct line_function *function)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < function->nlines; i++)
		sum += (uint64_t)llabs(function->counts[i].increment);
	return sum;
}

/* The largest first, then as they first ran. */
static int by_moved(const void *left, const void *right)
{
	const struct line_function *a = *(const struct line_function *const *)left;
	const struct line_function *b = *(const struct line_function *const *)right;
	const uint64_t x = moved(a), y = moved(b);

	if (x != y)
		return x < y ? 1 : -1;
	return (a > b) - (a < b);
}

static bool is_wanted(const struct lines_view *view, const struct line_function *function)
{
	return !view->function || snapshot_glob(view->function, function->name);
}

static void show_json(const struct lines_view *view, const struct line_function *const *order, size_t n)
{
	struct json_stream stream = json_begin("memlint-lines/1", NULL);

	json_begin_array(&stream, "functions");
	for (size_t i = 0; i < n; i++)
		json_item(&stream, json_function(view, order[i]));
	json_end();
}

static void show(const struct lines_view *view, const struct line_record *record, struct arena *arena)
{
	const struct line_function **order = arena_array(arena, record->n, const struct line_function *);
	size_t n = 0, limit;

	for (size_t i = 0; i < record->n; i++)
		if (is_wanted(view, record->functions + i))
			order[n++] = record->functions + i;
	qsort(order, n, sizeof(void *), by_moved);
	limit = view->view.json && !view->view.has_top ? n : view_limit(&view->view, n);
	if (view->view.json) {
		show_json(view, order, limit);
		return;
	}
	for (size_t i = 0; i < limit; i++) {
		if (i)
			putchar('\n');
		print_function(view, order[i]);
	}
	if (!n)
		printf("No function '%s' ran; marked and run: %zu.\n", view->function, record->n);
	if (limit < n)
		printf("\n%zu more function%s: --top 0 shows all\n", n - limit, n - limit == 1 ? "" : "s");
}

static enum status show_file(struct lines_view *view, struct loaded_profile *loaded)
{
	struct line_record record = {0};
	struct arena arena = {0};
	uint64_t sequence = 0;
	enum status status = STATUS_OK;

	if (view->view.snapshot) {
		struct memlint_snapshot *snapshot = loaded_profile_snapshot(loaded, view->view.snapshot);

		if (!snapshot)
			return STATUS_ERROR;
		sequence = snapshot->sequence;
		snapshot_free(snapshot);
	}
	view->start_ns = loaded->profile.tables->program.start_ns;
	const int found = line_record_read(&loaded->profile, sequence, &arena, &record);

	if (found < 0)
		status = diag_error("%s: its line by line record is malformed", loaded->path);
	else if (found > 0)
		status = diag_error(
		        "%s holds no line by line record: mark functions with MEMLINT_PROFILE of memlint.h, or compile "
		        "with -fplugin-arg-memlint-profile=GLOB",
		        loaded->path);
	else
		show(view, &record, &arena);
	arena_clear(&arena);
	return status;
}

enum status memlint_lines(struct cli *cli)
{
	struct lines_view view = {0};
	struct loaded_profile loaded;
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		if (id == OPTION_FUNCTION)
			view.function = cli->value;
		else if (id == OPTION_PER_CALL)
			view.per_call = true;
		else
			status = view_option(&view.view, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	view_ready(&view.view);
	if (status == STATUS_OK)
		status = loaded_profile_open(&loaded, cli->operands[0], 1);
	if (status == STATUS_OK) {
		status = show_file(&view, &loaded);
		loaded_profile_close(&loaded);
	}
	view_release(&view.view);
	return cli_finish(status);
}
