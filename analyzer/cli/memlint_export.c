// SPDX-License-Identifier: MIT
/* memlint export: a profile in a format that other tools read. */
#include "analyzer/cli/memlint_export.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { TO = VIEW_OWN, OUTPUT, METRIC };

/* " json csv ..." */
#define FORMAT(name, source, brief) " " #name
static const char format_list[] =
#include "analyzer/cli/memlint_formats.def"
        ;

static const struct cli_option options[] = {
        {TO, 't', "format", "FORMAT",
         "what to write (must be given): json, csv, collapsed, pprof, speedscope, heaptrack, dhat or heapsnapshot"},
        {OUTPUT, 'o', "output", "FILE", "where to (default: standard output)"},
        {METRIC, 'm', "metric", "METRIC",
         "for collapsed and dhat: live-bytes, live-count, peak-bytes, alloc-bytes or alloc-count (default: live, or "
         "peak, "
         "bytes)"},
        VIEW_OPTIONS_FILTERS,
        VIEW_OPTION_SNAPSHOT,
        {0, 0, NULL, NULL, NULL},
};

enum source { ROWS, GRAPH };

static const struct {
	const char *name;
	enum source source;
	enum status (*write)(struct export *export);
} formats[] = {
#define FORMAT(name, source, brief) {#name, source, export_##name},
#include "analyzer/cli/memlint_formats.def"
};

enum { NFORMATS = sizeof formats / sizeof *formats };

const char *const metric_names[NMETRICS] = {"live-bytes", "live-count", "peak-bytes", "alloc-bytes", "alloc-count"};

uint64_t metric_of(enum metric metric, const struct snapshot_group *group)
{
	switch (metric) {
	case METRIC_LIVE_BYTES:
		return group->stat.size;
	case METRIC_LIVE_COUNT:
		return group->stat.count;
	case METRIC_PEAK_BYTES:
		return group->stat.peak_bytes;
	case METRIC_ALLOC_BYTES:
		return group->stat.alloc_bytes;
	default:
		return group->stat.alloc_count;
	}
}

int metric_parse(const char *name)
{
	for (int i = 0; i < NMETRICS; i++)
		if (!strcmp(metric_names[i], name))
			return i;
	return -1;
}

enum metric metric_default(const struct snapshot_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++)
		if (groups->order[i]->stat.size)
			return METRIC_LIVE_BYTES;
	return METRIC_PEAK_BYTES;
}

const char *export_frame_name(struct export *export, const struct snapshot_frame *frame)
{
	struct arena *arena = &export->arena;
	const struct snapshot_tables *tables = export->groups.snapshot->tables;
	const char *module = snapshot_modules(tables)[frame->module].path;
	const char *slash = strrchr(module, '/');

	if (frame->function[0] && frame->file[0])
		return arena_printf(arena, "%s (%s:%u)", text_clean(arena, frame->function),
		                    text_clean(arena, frame->file), frame->line);
	if (frame->function[0])
		return text_clean(arena, frame->function);
	if (frame->file[0])
		return arena_printf(arena, "%s:%u", text_clean(arena, frame->file), frame->line);
	return arena_printf(arena, "%s+0x%llx",
	                    text_clean(arena, slash       ? slash + 1
	                                      : module[0] ? module
	                                                  : "unknown"),
	                    (unsigned long long)frame->address);
}

struct request {
	struct view view;
	size_t format; /* NFORMATS: not given */
	const char *output;
	int metric; /* -1: by what there is */
};

static enum status read_option(struct request *request, const struct cli *cli, int id)
{
	if (id < VIEW_OWN)
		return view_option(&request->view, cli, id);
	if (id == OUTPUT) {
		request->output = cli->value;
		return STATUS_OK;
	}
	if (id == METRIC) {
		request->metric = metric_parse(cli->value);
		return request->metric >= 0 ? STATUS_OK
		                            : cli_usage(cli, "--metric: '%s' is not one of them", cli->value);
	}
	for (request->format = 0; request->format < NFORMATS; request->format++)
		if (!strcmp(formats[request->format].name, cli->value))
			return STATUS_OK;
	return cli_usage(cli, "--format: '%s' is none of:%s", cli->value, format_list);
}

static enum status write_file(const struct request *request, struct export *export)
{
	export->out = request->output ? fopen(request->output, "we") : stdout;
	if (!export->out)
		return diag_error("%s: cannot create: %s", request->output, strerror(errno));
	enum status status = formats[request->format].write(export);
	const int failed = fflush(export->out) || ferror(export->out);

	if (failed)
		status = diag_error("%s: cannot write: %s", request->output ? request->output : "standard output",
		                    strerror(errno));
	if (request->output && fclose(export->out) && !failed)
		status = diag_error("%s: cannot write: %s", request->output, strerror(errno));
	return status;
}

static enum status export_profile(const struct request *request, struct loaded_profile *loaded)
{
	struct memlint_snapshot *snapshot = view_snapshot(&request->view, loaded, request->view.snapshot);
	struct export export = {0};
	enum status status = STATUS_ERROR;

	if (!snapshot)
		return STATUS_ERROR;
	if (snapshot_group(&export.groups, snapshot, MEMLINT_BY_TRACEBACK, 0) < 0) {
		diag_error("%s", snapshot_error());
	} else if (view_sort(&export.groups, snapshot_by_size, export.groups.n) == STATUS_OK) {
		export.metric = request->metric >= 0 ? (enum metric)request->metric : metric_default(&export.groups);
		status = write_file(request, &export);
	}
	snapshot_groups_release(&export.groups);
	arena_clear(&export.arena);
	snapshot_free(snapshot);
	return status;
}

static enum status export_rows(struct request *request, const char *path)
{
	struct loaded_profile loaded;
	enum status status = loaded_profile_open(&loaded, path, 1);

	if (status == STATUS_OK) {
		status = export_profile(request, &loaded);
		loaded_profile_close(&loaded);
	}
	return status;
}

static enum status export_graph(const struct request *request, const char *path)
{
	struct graph_view graph_view = {.view = request->view};
	struct export export = {.graph_view = &graph_view};
	enum status status = graph_view_open(&graph_view, path);

	if (status == STATUS_OK) {
		export.groups.snapshot = graph_view.snapshot;
		status = write_file(request, &export);
		arena_clear(&export.arena);
		graph_view_close(&graph_view);
	}
	return status;
}

enum status memlint_export(struct cli *cli)
{
	struct request request = {.format = NFORMATS, .metric = -1};
	enum status status = STATUS_OK;
	int id;

	while (status == STATUS_OK && (id = cli_next(cli, options)) != CLI_END) {
		if (id == CLI_DONE)
			return cli->status;
		status = read_option(&request, cli, id);
	}
	if (status == STATUS_OK)
		status = cli_want_operands(cli, 1, 1);
	if (status == STATUS_OK && request.format == NFORMATS)
		status = cli_usage(cli, "no format given: --format and one of:%s", format_list);
	view_ready(&request.view);
	const bool graph = status == STATUS_OK && formats[request.format].source == GRAPH;

	if (graph && (request.view.nfilters || request.view.type || request.view.thread))
		status = cli_usage(cli, "%s is of the whole heap: filters do not apply", formats[request.format].name);
	if (status == STATUS_OK)
		status = graph ? export_graph(&request, cli->operands[0]) : export_rows(&request, cli->operands[0]);
	view_release(&request.view);
	return status;
}
