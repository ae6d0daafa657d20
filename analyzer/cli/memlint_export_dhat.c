// SPDX-License-Identifier: MIT
/*
 * Export for DHAT's viewer (valgrind's dh_view.html), file version 2.
 *
 * memlint counts by line and does not know how long each block lived: "block lifetimes" are off, and the one number of
 * each row is that of the metric.
 */
#include "analyzer/cli/memlint_export.h"

#include <string.h>

static json_t *frame_table(struct export *export)
{
	const struct snapshot_tables *tables = export->groups.snapshot->tables;
	const size_t n = tables->frames.size / sizeof(struct snapshot_frame);
	json_t *table = json_array();

	json_array_append_new(table, json_string("[root]"));
	for (size_t i = 0; i < n; i++)
		json_array_append_new(table, json_text(export_frame_name(export, snapshot_frames(tables) + i)));
	return table;
}

static void count(enum metric metric, const struct snapshot_group *group, uint64_t *bytes, uint64_t *blocks)
{
	switch (metric) {
	case METRIC_LIVE_BYTES:
	case METRIC_LIVE_COUNT:
		*bytes = group->stat.size;
		*blocks = group->stat.count;
		break;
	case METRIC_PEAK_BYTES:
		*bytes = group->stat.peak_bytes;
		*blocks = group->counts.peak_count;
		break;
	default:
		*bytes = group->stat.alloc_bytes;
		*blocks = group->stat.alloc_count;
	}
}

static const char *verb_of(enum metric metric)
{
	if (metric == METRIC_LIVE_BYTES || metric == METRIC_LIVE_COUNT)
		return "Live";
	return metric == METRIC_PEAK_BYTES ? "Live at the peak" : "Allocated";
}

static json_t *program_points(struct export *export)
{
	const struct snapshot_tables *tables = export->groups.snapshot->tables;
	json_t *points = json_array();

	for (size_t i = 0; i < export->groups.n; i++) {
		const struct snapshot_trace *trace = export->groups.order[i]->trace;
		json_t *point, *frames;
		uint64_t bytes, blocks;

		count(export->metric, export->groups.order[i], &bytes, &blocks);
		if (!blocks)
			continue;
		point = json_object();
		frames = json_array();
		for (uint32_t f = 0; f < trace->nframe; f++) {
			const struct snapshot_frame *frame = snapshot_frame_of(tables, trace, f);

			json_array_append_new(frames, json_integer(frame - snapshot_frames(tables) + 1));
		}
		json_object_set_new(point, "tb", json_integer((json_int_t)bytes));
		json_object_set_new(point, "tbk", json_integer((json_int_t)blocks));
		json_object_set_new(point, "fs", frames);
		json_array_append_new(points, point);
	}
	return points;
}

static json_t *command_line(const struct snapshot_program *program)
{
	struct arena scratch = {0};
	const char *text = program->argc ? "" : program->executable;

	for (size_t i = 0; i < program->argc; i++)
		text = arena_printf(&scratch, "%s%s%s", text, i ? " " : "", program->argv[i]);
	json_t *json = json_text(text);

	arena_clear(&scratch);
	return json;
}

enum status export_dhat(struct export *export)
{
	const struct memlint_snapshot *snapshot = export->groups.snapshot;
	json_t *file = json_object();

	json_object_set_new(file, "dhatFileVersion", json_integer(2));
	json_object_set_new(file, "mode", json_string("heap, by memlint " MEMLINT_VERSION));
	json_object_set_new(file, "verb", json_string(verb_of(export->metric)));
	json_object_set_new(file, "bklt", json_false());
	json_object_set_new(file, "bkacc", json_false());
	json_object_set_new(file, "tu", json_string("\xc2\xb5s"));
	json_object_set_new(file, "Mtu", json_string("s"));
	json_object_set_new(file, "cmd", command_line(&snapshot->tables->program));
	json_object_set_new(file, "pid", json_integer((json_int_t)snapshot->tables->program.pid));
	json_object_set_new(file, "te", json_integer((json_int_t)(snapshot->time_ns / 1000)));
	json_object_set_new(file, "pps", program_points(export));
	json_object_set_new(file, "ftbl", frame_table(export));
	json_dumpf(file, export->out, JSON_COMPACT);
	putc('\n', export->out);
	json_decref(file);
	return STATUS_OK;
}
