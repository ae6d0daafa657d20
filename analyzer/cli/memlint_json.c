// SPDX-License-Identifier: MIT
/* Profiles as JSON. */
#include "analyzer/cli/memlint_json.h"

#include <stdarg.h>

json_t *json_text(const char *text)
{
	json_t *string = json_string(text);
	struct arena arena = {0};

	if (!string) {
		string = json_string(text_clean(&arena, text));
		arena_clear(&arena);
	}
	return string;
}

static json_t *number(uint64_t value)
{
	return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

static json_t *frame_object(const struct memlint_frame *frame)
{
	json_t *object = json_object();

	json_object_set_new(object, "file", json_text(frame->file));
	json_object_set_new(object, "line", number(frame->line));
	json_object_set_new(object, "column", number(frame->column));
	json_object_set_new(object, "function", json_text(frame->function));
	return object;
}

json_t *json_row(const struct snapshot_groups *groups, const struct snapshot_group *group)
{
	const struct memlint_statistic *stat = &group->stat;
	const int one_place = !(group->several & SNAPSHOT_SEVERAL_PLACES);
	const int one_function = !(group->several & SNAPSHOT_SEVERAL_FUNCTIONS);
	json_t *row = json_object();

	/* Rows of several lines have a file only when that is what they are gathered by. */
	json_object_set_new(row, "file",
	                    json_text(one_place || groups->key == MEMLINT_BY_FILENAME ? group->frame->file : ""));
	json_object_set_new(row, "line", number(one_place ? group->frame->line : 0));
	json_object_set_new(row, "column", number(one_place ? group->frame->column : 0));
	json_object_set_new(row, "function", json_text(one_function || one_place ? group->frame->function : ""));
	json_object_set_new(row, "type", json_text(group->main_type));
	json_object_set_new(row, "alloc_bytes", number(stat->alloc_bytes));
	json_object_set_new(row, "alloc_count", number(stat->alloc_count));
	json_object_set_new(row, "live_bytes", number(stat->size));
	json_object_set_new(row, "live_count", number(stat->count));
	json_object_set_new(row, "peak_bytes", number(stat->peak_bytes));
	json_object_set_new(row, "usable_bytes", number(stat->usable_bytes));
	json_object_set_new(row, "temporary_count", number(stat->temporary_count));
	if (groups->key != MEMLINT_BY_LINENO)
		json_object_set_new(row, "key", json_text(stat->key));
	if (groups->key == MEMLINT_BY_TRACEBACK) {
		json_t *frames = json_array();

		for (size_t i = 0; i < stat->traceback.nframe; i++)
			json_array_append_new(frames, frame_object(stat->traceback.frames + i));
		json_object_set_new(row, "traceback", frames);
	}
	return row;
}

json_t *json_program(const struct memlint_snapshot *snapshot)
{
	const struct snapshot_program *program = &snapshot->tables->program;
	json_t *object = json_object(), *argv = json_array();

	for (size_t i = 0; i < program->argc; i++)
		json_array_append_new(argv, json_text(program->argv[i]));
	json_object_set_new(object, "executable", json_text(program->executable));
	json_object_set_new(object, "argv", argv);
	json_object_set_new(object, "directory", json_text(program->directory));
	json_object_set_new(object, "pid", number(program->pid));
	json_object_set_new(object, "allocator", json_text(program->allocator));
	json_object_set_new(object, "runtime", json_text(program->runtime));
	json_object_set_new(object, "nframe", number(program->nframe));
	json_object_set_new(object, "start_ns", number(program->start_ns));
	return object;
}

json_t *json_totals(const struct snapshot_totals *totals)
{
	json_t *object = json_object();

	json_object_set_new(object, "alloc_count", number(totals->alloc_count));
	json_object_set_new(object, "alloc_bytes", number(totals->alloc_bytes));
	json_object_set_new(object, "free_count", number(totals->free_count));
	json_object_set_new(object, "free_bytes", number(totals->free_bytes));
	json_object_set_new(object, "live_bytes", number(totals->live_bytes));
	json_object_set_new(object, "live_count", number(totals->live_count));
	json_object_set_new(object, "peak_bytes", number(totals->peak_bytes));
	json_object_set_new(object, "peak_error_bytes", number(totals->peak_error));
	json_object_set_new(object, "tracer_bytes", number(totals->tracer_bytes));
	json_object_set_new(object, "missed_frees", number(totals->missed_frees));
	return object;
}

json_t *json_snapshot(const struct memlint_snapshot *snapshot)
{
	json_t *object = json_object();

	json_object_set_new(object, "sequence", number(snapshot->sequence));
	json_object_set_new(object, "reason", json_text(profile_reason_text(snapshot->reason)));
	json_object_set_new(object, "name", json_text(snapshot->name));
	json_object_set_new(object, "time_ns", number(snapshot->time_ns));
	return object;
}

json_t *json_samples(const struct profile *profile)
{
	const struct profile_sample *samples = (const struct profile_sample *)(const void *)profile->samples.data;
	json_t *list = json_array();

	for (size_t i = 0; i < profile->samples.size / sizeof *samples; i++)
		json_array_append_new(list, json_pack("{sI sI sI}", "time_ns", (json_int_t)samples[i].time_ns,
		                                      "live_bytes", (json_int_t)samples[i].live, "highest_bytes",
		                                      (json_int_t)samples[i].highest));
	return list;
}

json_t *json_marks(const struct profile *profile)
{
	const struct profile_mark *marks = (const struct profile_mark *)(const void *)profile->marks.data;
	json_t *list = json_array();

	for (size_t i = 0; i < profile->marks.size / sizeof *marks; i++)
		json_array_append_new(list,
		                      json_pack("{sI sI so}", "time_ns", (json_int_t)marks[i].time_ns, "live_bytes",
		                                (json_int_t)marks[i].live, "name", json_text(marks[i].name)));
	return list;
}

json_t *json_snapshots(const struct profile *profile)
{
	json_t *list = json_array();

	for (size_t i = 0; i < profile_nsnapshots(profile); i++) {
		const struct profile_snapshot *snapshot = profile_snapshots(profile) + i;

		json_array_append_new(
		        list, json_pack("{sI sI ss so so}", "number", (json_int_t)i + 1, "time_ns",
		                        (json_int_t)snapshot->time_ns, "reason", profile_reason_text(snapshot->reason),
		                        "name", json_text(snapshot->name), "totals", json_totals(&snapshot->totals)));
	}
	return list;
}

struct json_stream json_begin(const char *schema, ...)
{
	va_list members;
	const char *name;

	printf("{\"schema\": \"%s\"", schema);
	va_start(members, schema);
	while ((name = va_arg(members, const char *))) {
		json_t *value = va_arg(members, json_t *);

		printf(",\n\"%s\": ", name);
		json_dumpf(value, stdout, JSON_ENCODE_ANY);
		json_decref(value);
	}
	va_end(members);
	return (struct json_stream){0};
}

void json_begin_array(struct json_stream *stream, const char *name)
{
	printf(",\n\"%s\": [", name);
	stream->has_items = false;
}

void json_item(struct json_stream *stream, json_t *item)
{
	fputs(stream->has_items ? ",\n" : "\n", stdout);
	stream->has_items = true;
	json_dumpf(item, stdout, JSON_ENCODE_ANY);
	json_decref(item);
}

void json_end(void)
{
	fputs("\n]}\n", stdout);
}
