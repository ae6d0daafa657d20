// SPDX-License-Identifier: MIT
/* Options of the views, and how numbers, places and totals are shown. */
#include "analyzer/cli/memlint_view.h"

#include "analyzer/profile/type_name.h"

#include <stdlib.h>
#include <string.h>

static bool parse_key(const char *text, enum memlint_key *key)
{
	static const char *const names[] = {
	        [MEMLINT_BY_LINENO] = "lineno",       [MEMLINT_BY_FILENAME] = "filename",
	        [MEMLINT_BY_TRACEBACK] = "traceback", [MEMLINT_BY_TYPE] = "type",
	        [MEMLINT_BY_FUNCTION] = "function",   [MEMLINT_BY_THREAD] = "thread",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!strcmp(names[i], text)) {
			*key = (enum memlint_key)i;
			return true;
		}
	}
	return false;
}

/* GLOB[:LINE] */
static enum status add_filter(struct view *view, const struct cli *cli, int inclusive)
{
	struct memlint_filter filter = {.inclusive = inclusive, .filename_pattern = cli->value};
	const char *colon = strrchr(cli->value, ':');

	if (view->nfilters == VIEW_FILTERS)
		return cli_usage(cli, "more than %d filters", VIEW_FILTERS);
	if (colon && colon[1] && strspn(colon + 1, "0123456789") == strlen(colon + 1)) {
		const unsigned long line = strtoul(colon + 1, NULL, 10);

		if (!line || line > UINT32_MAX)
			return cli_usage(cli, "'%s': lines count from 1", cli->value);
		filter.lineno = (uint32_t)line;
		filter.filename_pattern = arena_strndup(&view->arena, cli->value, (size_t)(colon - cli->value));
	}
	view->filters[view->nfilters++] = filter;
	return STATUS_OK;
}

enum status view_option(struct view *view, const struct cli *cli, int id)
{
	switch (id) {
	case VIEW_BY:
		if (!parse_key(cli->value, &view->key))
			return cli_usage(cli,
			                 "--by: '%s' is none of lineno, filename, traceback, type, function, thread",
			                 cli->value);
		return STATUS_OK;
	case VIEW_CUMULATIVE:
		view->cumulative = 1;
		return STATUS_OK;
	case VIEW_FILTER:
	case VIEW_EXCLUDE:
		return add_filter(view, cli, id == VIEW_FILTER);
	case VIEW_TYPE:
		view->type = cli->value;
		return STATUS_OK;
	case VIEW_THREAD:
		view->thread = cli->value;
		return STATUS_OK;
	case VIEW_ALL_FRAMES:
		view->all_frames = true;
		return STATUS_OK;
	case VIEW_TOP:
		view->has_top = true;
		return cli_number(cli, "--top", UINT32_MAX, &view->top) ? STATUS_OK : STATUS_ERROR;
	case VIEW_SORT:
		view->sort = cli->value;
		return STATUS_OK;
	case VIEW_SNAPSHOT:
		view->snapshot = cli->value;
		return STATUS_OK;
	case VIEW_JSON:
		view->json = true;
		return STATUS_OK;
	case VIEW_LAYOUT:
		view->layout = true;
		return STATUS_OK;
	case VIEW_SOURCE:
		view->source = true;
		return STATUS_OK;
	case VIEW_COLOR:
		if (!color_choice_parse(cli->value, &view->color))
			return cli_usage(cli, "--color: '%s' is none of auto, always, never", cli->value);
		return STATUS_OK;
	default:
		BUG("option %d", id);
	}
}

void view_ready(struct view *view)
{
	view->terminal = terminal_of(stdout, view->color);
	for (size_t i = 0; i < view->nfilters; i++)
		view->filters[i].all_frames = view->all_frames;
}

void view_release(struct view *view)
{
	arena_clear(&view->arena);
}

/* A block must also be of the type and thread asked for: one more filter each, since inclusive ones are alternatives. */
static struct memlint_snapshot *narrow(struct memlint_snapshot *snapshot, const struct memlint_filter *filters,
                                       size_t n)
{
	struct memlint_snapshot *kept = snapshot && n ? snapshot_filter(snapshot, filters, n) : NULL;

	if (!snapshot || !n)
		return snapshot;
	snapshot_free(snapshot);
	if (!kept)
		diag_error("%s", snapshot_error());
	return kept;
}

/* @name as a pattern that matches nothing else. */
static const char *exactly(struct arena *arena, const char *name)
{
	char *pattern = arena_alloc(arena, 2 * strlen(name) + 1), *at = pattern;

	for (; *name; name++) {
		if (strchr("*?[\\", *name))
			*at++ = '\\';
		*at++ = *name;
	}
	return pattern;
}

/* Blocks whose type's name matches @glob as it is, or as it is shown. */
static struct memlint_snapshot *narrow_types(struct memlint_snapshot *snapshot, const char *glob)
{
	const struct snapshot_frame *frames = snapshot_frames(snapshot->tables);
	const size_t nframes = snapshot->tables->frames.size / sizeof *frames;
	struct memlint_filter filters[VIEW_FILTERS] = {{.inclusive = 1, .type_pattern = glob}};
	struct arena arena = {0};
	size_t n = 1;

	for (size_t i = 0; i < nframes && n < VIEW_FILTERS; i++) {
		const char *name = frames[i].type, *shown = type_shown(&arena, name);

		if (shown == name || !snapshot_glob(glob, shown) || snapshot_glob(glob, name))
			continue;
		filters[n] = (struct memlint_filter){.inclusive = 1, .type_pattern = exactly(&arena, name)};
		n += strcmp(filters[n].type_pattern, filters[n - 1].type_pattern) != 0;
	}
	snapshot = narrow(snapshot, filters, n);
	arena_clear(&arena);
	return snapshot;
}

struct memlint_snapshot *view_snapshot(const struct view *view, struct loaded_profile *loaded, const char *selector)
{
	const struct memlint_filter thread = {.inclusive = 1, .thread_pattern = view->thread};
	struct memlint_snapshot *snapshot = loaded_profile_snapshot(loaded, selector);

	snapshot = narrow(snapshot, view->filters, view->nfilters);
	if (view->type && snapshot)
		snapshot = narrow_types(snapshot, view->type);
	return narrow(snapshot, &thread, view->thread != NULL);
}

static enum status show_snapshot(const struct cli *cli, const struct view *view, struct loaded_profile *loaded,
                                 view_show *show)
{
	struct memlint_snapshot *snapshot = view_snapshot(view, loaded, view->snapshot);
	const enum status status = snapshot ? show(cli, view, snapshot) : STATUS_ERROR;

	snapshot_free(snapshot);
	return status;
}

/* One of @show and @show_file is given. */
static enum status main_with(struct cli *cli, const struct cli_option *options, struct view *view, view_show *show,
                             view_show_file *show_file)
{
	struct loaded_profile loaded;
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		status = view_option(view, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	view_ready(view);
	if (status == STATUS_OK)
		status = loaded_profile_open(&loaded, cli->operands[0], 1);
	if (status == STATUS_OK) {
		status = show ? show_snapshot(cli, view, &loaded, show) : show_file(view, &loaded);
		loaded_profile_close(&loaded);
	}
	view_release(view);
	return cli_finish(status);
}

enum status view_main(struct cli *cli, const struct cli_option *options, struct view *view, view_show *show)
{
	return main_with(cli, options, view, show, NULL);
}

enum status view_main_file(struct cli *cli, const struct cli_option *options, struct view *view, view_show_file *show)
{
	return main_with(cli, options, view, NULL, show);
}

const char *view_nothing(const struct view *view)
{
	return view->nfilters || view->type || view->thread ? "Nothing matches the filters." : "Nothing was allocated.";
}

size_t view_limit(const struct view *view, size_t n)
{
	size_t limit = view->terminal.is_terminal ? 20 : n;

	if (view->has_top)
		limit = view->top ? (size_t)view->top : n;
	return limit < n ? limit : n;
}

/* More first. */
#define BY(name, field)                                                                 \
	static int name(const struct snapshot_group *a, const struct snapshot_group *b) \
	{                                                                               \
		if (a->field != b->field)                                               \
			return a->field < b->field ? 1 : -1;                            \
		return snapshot_by_size(a, b);                                          \
	}
BY(by_count, stat.count)
BY(by_alloc, stat.alloc_bytes)
BY(by_temporary, stat.temporary_count)

static int by_held(const struct snapshot_group *a, const struct snapshot_group *b)
{
	if (a->stat.peak_bytes != b->stat.peak_bytes)
		return a->stat.peak_bytes < b->stat.peak_bytes ? 1 : -1;
	return by_alloc(a, b);
}

/* As statistics are, and what is no longer live by what it held. */
static int by_live(const struct snapshot_group *a, const struct snapshot_group *b)
{
	return a->stat.count || a->stat.size || b->stat.count || b->stat.size ? snapshot_by_size(a, b) : by_held(a, b);
}

snapshot_order *view_order(const struct view *view, const struct cli *cli, const struct snapshot_groups *groups,
                           const char **name)
{
	static const struct {
		const char *name;
		snapshot_order *order;
	} orders[] = {
	        {"size", by_live}, {"count", by_count},         {"alloc", by_alloc},
	        {"peak", by_held}, {"temporary", by_temporary},
	};
	uint64_t live = 0, peak = 0;

	for (size_t i = 0; i < groups->n; i++) {
		live += groups->order[i]->stat.count;
		peak += groups->order[i]->stat.peak_bytes;
	}
	*name = view->sort ? view->sort : live ? "size" : peak ? "peak" : "alloc";
	for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
		if (!strcmp(orders[i].name, *name))
			return orders[i].order;
	cli_usage(cli, "--sort: '%s' is none of size, count, alloc, peak, temporary", *name);
	return NULL;
}

enum status view_sort(struct snapshot_groups *groups, snapshot_order *order, size_t limit)
{
	if (snapshot_sort(groups, order, limit) < 0 || snapshot_name(groups, limit) < 0)
		return diag_error("%s", snapshot_error());
	return STATUS_OK;
}

const char *view_size(struct arena *arena, double bytes)
{
	char text[64];

	snapshot_size_text(bytes, 0, text, sizeof text);
	return arena_strdup(arena, text);
}

const char *view_count(struct arena *arena, uint64_t count)
{
	return arena_print_count(arena, count);
}

const char *view_time(struct arena *arena, uint64_t ns)
{
	const double seconds = (double)ns / 1e9;

	if (ns < 1000000)
		return arena_printf(arena, "%.0f µs", seconds * 1e6);
	if (ns < 1000000000)
		return arena_printf(arena, "%.0f ms", seconds * 1e3);
	if (seconds < 120)
		return arena_printf(arena, "%.1f s", seconds);
	return arena_printf(arena, "%.0f min", seconds / 60);
}

const char *view_share(struct arena *arena, uint64_t part, uint64_t whole)
{
	if (!whole)
		return "";
	return arena_printf(arena, "%.1f%%", 100 * (double)part / (double)whole);
}

const char *view_function(const struct snapshot_group *group)
{
	return group->several & SNAPSHOT_SEVERAL_FUNCTIONS ? "(several)" : group->frame->function;
}

const char *view_type(struct arena *arena, const struct snapshot_group *group)
{
	if (!(group->several & SNAPSHOT_SEVERAL_TYPES))
		return type_shown(arena, group->stat.type);
	return group->main_type[0] ? arena_printf(arena, "%s and others", type_shown(arena, group->main_type))
	                           : "(several)";
}

const char *view_key(struct arena *arena, const struct snapshot_group *group, enum memlint_key key)
{
	const char *name = key == MEMLINT_BY_TYPE ? type_shown(arena, group->stat.key) : group->stat.key;

	return text_clean(arena, name);
}

const char *view_program(const struct memlint_snapshot *snapshot)
{
	const char *path = snapshot->tables->program.executable;
	const char *slash = strrchr(path, '/');

	if (slash)
		path = slash + 1;
	return path[0] ? path : "program";
}

static FILE *open_source(const struct snapshot_frame *frame)
{
	FILE *file = fopen(frame->path, "re");

	return file || !strcmp(frame->path, frame->file) ? file : fopen(frame->file, "re");
}

void view_source(const struct view *view, const struct snapshot_frame *frame, FILE *out)
{
	FILE *file = frame->line && frame->file[0] ? open_source(frame) : NULL;
	const int room = view->terminal.width > 40 ? (int)view->terminal.width - 8 : 200;
	struct arena arena = {0};
	char *line = NULL;
	size_t capacity = 0;
	ssize_t length = 0;

	for (uint32_t i = 0; file && i < frame->line && length >= 0; i++)
		length = getline(&line, &capacity, file);
	if (file && length > 0) {
		line[strcspn(line, "\r\n")] = 0;
		const char *text = line + strspn(line, " \t");

		if (*text)
			fprintf(out, "%s        %.*s%s\n", terminal_style(&view->terminal, STYLE_CYAN), room,
			        text_clean(&arena, text), terminal_style(&view->terminal, STYLE_PLAIN));
	}
	free(line);
	arena_clear(&arena);
	if (file)
		fclose(file);
}

void view_head(const struct view *view, const struct memlint_snapshot *snapshot, FILE *out)
{
	const struct snapshot_totals *totals = &snapshot->totals;
	const struct terminal *terminal = &view->terminal;
	struct arena arena = {0};
	const char *error = "";

	fprintf(out, "%s%s%s, %s after %s", terminal_style(terminal, STYLE_BOLD),
	        text_clean(&arena, view_program(snapshot)), terminal_style(terminal, STYLE_PLAIN),
	        profile_reason_text(snapshot->reason), view_time(&arena, snapshot->time_ns));
	if (snapshot->name[0])
		fprintf(out, " (%s)", text_clean(&arena, snapshot->name));
	fputc('\n', out);
	if (totals->peak_error)
		error = arena_printf(&arena, " (±%s)", view_size(&arena, (double)totals->peak_error));
	terminal_wrap(terminal, out,
	              arena_printf(&arena, "%s live in %s block%s, peak %s%s, %s allocated in %s block%s",
	                           view_size(&arena, (double)totals->live_bytes),
	                           view_count(&arena, totals->live_count), totals->live_count == 1 ? "" : "s",
	                           view_size(&arena, (double)totals->peak_bytes), error,
	                           view_size(&arena, (double)totals->alloc_bytes),
	                           view_count(&arena, totals->alloc_count), totals->alloc_count == 1 ? "" : "s"));
	arena_clear(&arena);
}
