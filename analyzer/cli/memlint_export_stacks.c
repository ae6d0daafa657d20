// SPDX-License-Identifier: MIT
/* Exports of weighted stacks: collapsed text and speedscope's JSON. */
#include "analyzer/cli/memlint_export.h"
#include "analyzer/cli/memlint_json.h"

#include <string.h>

static const struct snapshot_tables *tables_of(const struct export *export)
{
	return export->groups.snapshot->tables;
}

/* A frame's name in folded text, where ';' separates frames and a line is a stack. */
static void put_folded(FILE *out, const char *name)
{
	for (; *name; name++)
		putc(*name == ';' ? ':' : *name, out);
}

enum status export_collapsed(struct export *export)
{
	for (size_t i = 0; i < export->groups.n; i++) {
		const struct snapshot_group *group = export->groups.order[i];
		const uint64_t weight = metric_of(export->metric, group);

		if (!weight)
			continue;
		for (uint32_t f = group->trace->nframe; f-- > 0;) {
			put_folded(export->out,
			           export_frame_name(export, snapshot_frame_of(tables_of(export), group->trace, f)));
			putc(f ? ';' : ' ', export->out);
		}
		fprintf(export->out, "%llu\n", (unsigned long long)weight);
	}
	return STATUS_OK;
}

static json_t *frame_objects(struct export *export)
{
	const struct snapshot_tables *tables = tables_of(export);
	const size_t n = tables->frames.size / sizeof(struct snapshot_frame);
	json_t *frames = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct snapshot_frame *frame = snapshot_frames(tables) + i;
		json_t *object = json_object();

		json_object_set_new(object, "name", json_text(export_frame_name(export, frame)));
		if (frame->file[0]) {
			json_object_set_new(object, "file", json_text(frame->file));
			json_object_set_new(object, "line", json_integer(frame->line));
		}
		if (frame->file[0] && frame->column)
			json_object_set_new(object, "col", json_integer(frame->column));
		json_array_append_new(frames, object);
	}
	return frames;
}

static json_t *sampled_profile(struct export *export, enum metric metric)
{
	const struct snapshot_tables *tables = tables_of(export);
	json_t *profile = json_object(), *samples = json_array(), *weights = json_array();
	json_int_t sum = 0;

	for (size_t i = 0; i < export->groups.n; i++) {
		const struct snapshot_trace *trace = export->groups.order[i]->trace;
		const json_int_t weight = (json_int_t)metric_of(metric, export->groups.order[i]);

		if (weight <= 0)
			continue;
		json_t *stack = json_array();

		for (uint32_t f = trace->nframe; f-- > 0;)
			json_array_append_new(
			        stack, json_integer(snapshot_frame_of(tables, trace, f) - snapshot_frames(tables)));
		json_array_append_new(samples, stack);
		json_array_append_new(weights, json_integer(weight));
		sum += weight;
	}
	json_object_set_new(profile, "type", json_string("sampled"));
	json_object_set_new(profile, "name", json_string(metric_names[metric]));
	json_object_set_new(profile, "unit", json_string(strstr(metric_names[metric], "bytes") ? "bytes" : "none"));
	json_object_set_new(profile, "startValue", json_integer(0));
	json_object_set_new(profile, "endValue", json_integer(sum));
	json_object_set_new(profile, "samples", samples);
	json_object_set_new(profile, "weights", weights);
	return profile;
}

enum status export_speedscope(struct export *export)
{
	json_t *file = json_object(), *shared = json_object(), *profiles = json_array();

	json_object_set_new(file, "$schema", json_string("https://www.speedscope.app/file-format-schema.json"));
	json_object_set_new(file, "exporter", json_string("memlint " MEMLINT_VERSION));
	json_object_set_new(file, "name", json_text(view_program(export->groups.snapshot)));
	json_object_set_new(shared, "frames", frame_objects(export));
	json_object_set_new(file, "shared", shared);
	for (int metric = 0; metric < NMETRICS; metric++)
		json_array_append_new(profiles, sampled_profile(export, (enum metric)metric));
	json_object_set_new(file, "profiles", profiles);
	json_object_set_new(file, "activeProfileIndex", json_integer(export->metric));
	json_dumpf(file, export->out, JSON_COMPACT);
	putc('\n', export->out);
	json_decref(file);
	return STATUS_OK;
}
