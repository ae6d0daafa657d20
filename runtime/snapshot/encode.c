// SPDX-License-Identifier: MIT
/* Encodes records, and whole snapshots. */
#include "runtime/snapshot/encode.h"

enum { ROW_FIELDS = 9, END_BY_STOP = 4 };

void profile_put_program(struct profile_writer *writer, const struct snapshot_program *program)
{
	profile_put(writer, program->pid);
	profile_put(writer, program->ppid);
	profile_put(writer, program->start_ns);
	profile_put(writer, program->nframe);
	profile_put(writer, program->flags);
	profile_put(writer, program->page_size);
	profile_put_string(writer, program->executable);
	profile_put_string(writer, program->directory);
	profile_put_string(writer, program->allocator);
	profile_put_string(writer, program->runtime);
	profile_put(writer, program->argc);
	for (size_t i = 0; i < program->argc; i++)
		profile_put_string(writer, program->argv[i]);
}

void profile_put_site(struct profile_writer *writer, uint64_t id, const struct snapshot_frame *site)
{
	profile_item(writer);
	profile_put(writer, id);
	profile_put_string(writer, site->file);
	profile_put_string(writer, site->directory);
	profile_put(writer, site->line);
	profile_put(writer, site->column);
	profile_put_string(writer, site->function);
	profile_put_string(writer, site->macro);
	profile_put_string(writer, site->type);
	profile_put(writer, site->element_size);
	profile_put_u64(writer, site->layout);
	profile_put(writer, site->allocator);
	profile_put(writer, site->flags);
}

void profile_put_module(struct profile_writer *writer, const struct snapshot_module *module)
{
	profile_item(writer);
	profile_put(writer, module->id);
	profile_put_string(writer, module->path);
	profile_put_u64(writer, module->base);
	profile_put_u64(writer, module->bias);
	profile_put(writer, module->size);
	profile_put(writer, module->build_id_size);
	profile_put_bytes(writer, module->build_id, module->build_id_size);
}

void profile_put_thread(struct profile_writer *writer, uint64_t id, const char *name)
{
	profile_item(writer);
	profile_put(writer, id);
	profile_put_string(writer, name);
}

void profile_put_layout(struct profile_writer *writer, uint64_t hash, const char *text)
{
	profile_item(writer);
	profile_put_u64(writer, hash);
	profile_put_string(writer, text);
}

void profile_put_trace(struct profile_writer *writer, uint64_t id, uint64_t author, uint64_t total, uint64_t nframe)
{
	profile_item(writer);
	profile_put(writer, id);
	profile_put(writer, author);
	profile_put(writer, total);
	profile_put(writer, nframe);
}

void profile_put_frame_site(struct profile_writer *writer, uint64_t site)
{
	profile_put(writer, site << 1);
}

void profile_put_frame_address(struct profile_writer *writer, uint64_t module, uint64_t offset, int is_call)
{
	if (is_call)
		profile_put(writer, 0);
	profile_put(writer, module << 1 | 1);
	profile_put(writer, offset);
}

void profile_put_head(struct profile_writer *writer, uint64_t sequence, enum profile_reason reason, const char *name,
                      uint64_t time_ns, const struct snapshot_totals *totals)
{
	profile_put(writer, sequence);
	profile_put(writer, (uint64_t)reason);
	profile_put_string(writer, name);
	profile_put(writer, time_ns);
	profile_put(writer, totals->live_bytes);
	profile_put(writer, totals->live_count);
	profile_put(writer, totals->peak_bytes);
	profile_put(writer, totals->peak_error);
	profile_put(writer, totals->peak_time_ns);
	profile_put(writer, totals->alloc_count);
	profile_put(writer, totals->alloc_bytes);
	profile_put(writer, totals->free_count);
	profile_put(writer, totals->free_bytes);
	profile_put(writer, totals->tracer_bytes);
	profile_put(writer, totals->missed_frees);
	profile_put(writer, ROW_FIELDS);
	profile_put_count(writer);
}

void profile_put_row(struct profile_writer *writer, uint64_t trace, uint64_t thread,
                     const struct snapshot_counts *counts)
{
	profile_item(writer);
	profile_put(writer, trace);
	profile_put(writer, thread);
	profile_put(writer, counts->alloc_count);
	profile_put(writer, counts->alloc_bytes);
	profile_put(writer, counts->alloc_usable);
	profile_put(writer, counts->free_count);
	profile_put(writer, counts->free_bytes);
	profile_put(writer, counts->live_usable);
	profile_put(writer, counts->peak_bytes);
	profile_put(writer, counts->peak_count);
	profile_put(writer, counts->temporary_count);
}

static int put_modules(struct profile_writer *writer, const struct snapshot_tables *tables)
{
	profile_begin_list(writer, PROFILE_MODULES);
	for (size_t i = 1; i < snapshot_nmodules(tables); i++) {
		struct snapshot_module module = snapshot_modules(tables)[i];

		module.id = i;
		profile_put_module(writer, &module);
	}
	return profile_end(writer);
}

static int put_sites(struct profile_writer *writer, const struct snapshot_tables *tables)
{
	const size_t n = tables->frames.size / sizeof(struct snapshot_frame);

	profile_begin_list(writer, PROFILE_SITES);
	for (size_t i = 1; i < n; i++)
		if (!snapshot_frames(tables)[i].foreign)
			profile_put_site(writer, i, snapshot_frames(tables) + i);
	return profile_end(writer);
}

static void put_trace(struct profile_writer *writer, const struct snapshot_tables *tables, size_t index)
{
	const struct snapshot_trace *trace = snapshot_traces(tables) + index;

	profile_put_trace(writer, index, trace->author, trace->total, trace->nframe);
	for (uint32_t i = 0; i < trace->nframe; i++) {
		const struct snapshot_frame *frame = snapshot_frame_of(tables, trace, i);

		if (frame->foreign)
			profile_put_frame_address(writer, frame->module, frame->address,
			                          frame->foreign == SNAPSHOT_CALL);
		else
			profile_put_frame_site(writer, (uint64_t)(frame - snapshot_frames(tables)));
	}
}

static int put_traces(struct profile_writer *writer, const struct snapshot_tables *tables)
{
	const size_t n = tables->traces.size / sizeof(struct snapshot_trace);

	profile_begin_list(writer, PROFILE_TRACES);
	for (size_t i = 1; i < n; i++)
		put_trace(writer, tables, i);
	return profile_end(writer);
}

static int put_layouts(struct profile_writer *writer, const struct snapshot_tables *tables)
{
	profile_begin_list(writer, PROFILE_LAYOUTS);
	for (size_t i = 0; i < snapshot_nlayouts(tables); i++)
		profile_put_layout(writer, snapshot_layouts(tables)[i].hash, snapshot_layouts(tables)[i].text);
	return profile_end(writer);
}

static int put_threads(struct profile_writer *writer, const struct snapshot_tables *tables)
{
	const size_t n = tables->threads.size / sizeof(struct snapshot_thread);

	profile_begin_list(writer, PROFILE_THREADS);
	for (size_t i = 1; i < n; i++)
		profile_put_thread(writer, i, snapshot_threads(tables)[i].name);
	return profile_end(writer);
}

static int put_rows(struct profile_writer *writer, const struct memlint_snapshot *snapshot)
{
	profile_begin(writer, PROFILE_SNAPSHOT);
	profile_put_head(writer, snapshot->sequence ? snapshot->sequence : 1, (enum profile_reason)snapshot->reason,
	                 snapshot->name, snapshot->time_ns, &snapshot->totals);
	for (size_t i = 0; i < snapshot_nrows(snapshot); i++) {
		const struct snapshot_row *row = snapshot_rows(snapshot) + i;

		profile_put_row(writer, row->trace, row->thread, &row->counts);
	}
	return profile_end(writer);
}

int profile_put_everything(struct profile_writer *writer, const struct memlint_snapshot *snapshot)
{
	const struct snapshot_tables *tables = snapshot->tables;
	int error = profile_write_preface(writer);

	if (!error) {
		profile_begin(writer, PROFILE_PROGRAM);
		profile_put_program(writer, &tables->program);
		error = profile_end(writer);
	}
	if (!error)
		error = put_modules(writer, tables);
	if (!error)
		error = put_sites(writer, tables);
	if (!error)
		error = put_traces(writer, tables);
	if (!error)
		error = put_layouts(writer, tables);
	if (!error)
		error = put_threads(writer, tables);
	if (!error)
		error = put_rows(writer, snapshot);
	if (!error) {
		profile_begin(writer, PROFILE_END);
		profile_put(writer, END_BY_STOP);
		profile_put(writer, 0);
		profile_put(writer, snapshot->time_ns);
		error = profile_end(writer);
	}
	return error;
}
