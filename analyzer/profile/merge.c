// SPDX-License-Identifier: MIT
/* Copies rows with their traces into one snapshot and sums the totals. */
#include "analyzer/profile/merge.h"

#include <string.h>

struct merged merged_new(void)
{
	return (struct merged){.sum = snapshot_new()};
}

/* Indices of the source's tables to those of the sum, 0 where not copied yet. */
struct copied {
	struct snapshot_tables *to;
	const struct snapshot_tables *from;
	struct pages_buffer frames, modules, threads, traces; /* uint32_t[] */
};

static uint32_t *entry(struct pages_buffer *map, uint32_t index)
{
	return (uint32_t *)(void *)map->data + index;
}

static uint32_t copy_module(struct copied *copied, uint32_t index)
{
	uint32_t *known = entry(&copied->modules, index);

	for (uint32_t i = 1; index && !*known && i < snapshot_nmodules(copied->to); i++)
		if (!strcmp(snapshot_modules(copied->to)[i].path, snapshot_modules(copied->from)[index].path))
			*known = i;
	if (index && !*known)
		*known = snapshot_add_module(copied->to, snapshot_modules(copied->from) + index);
	return *known;
}

static uint32_t copy_frame(struct copied *copied, uint32_t index)
{
	uint32_t *known = entry(&copied->frames, index);

	if (index && !*known) {
		struct snapshot_frame frame = snapshot_frames(copied->from)[index];

		frame.module = copy_module(copied, frame.module);
		*known = snapshot_add_frame(copied->to, &frame);
	}
	return *known;
}

static uint32_t copy_trace(struct copied *copied, uint32_t index)
{
	const struct snapshot_trace *trace = snapshot_traces(copied->from) + index;
	uint32_t *known = entry(&copied->traces, index);
	struct pages_buffer frames = {0};

	if (!index || *known)
		return *known;
	uint32_t *copy = pages_push(&frames, trace->nframe * sizeof *copy);

	for (uint32_t i = 0; copy && i < trace->nframe; i++)
		copy[i] = copy_frame(copied, *entry((struct pages_buffer *)(uintptr_t)&copied->from->trace_frames,
		                                    trace->first + i));
	if (copy)
		*known = snapshot_add_trace(copied->to, copy, trace->nframe, trace->author, trace->total);
	pages_release(&frames);
	return *known;
}

static uint32_t copy_thread(struct copied *copied, uint32_t index)
{
	uint32_t *known = entry(&copied->threads, index);

	if (index && !*known)
		*known = snapshot_add_thread(copied->to, snapshot_threads(copied->from)[index].id,
		                             snapshot_threads(copied->from)[index].name);
	return *known;
}

static void copy_layouts(struct copied *copied)
{
	for (size_t i = 0; i < snapshot_nlayouts(copied->from); i++) {
		const struct snapshot_layout *layout = snapshot_layouts(copied->from) + i;
		size_t known = 0;

		while (known < snapshot_nlayouts(copied->to) &&
		       snapshot_layouts(copied->to)[known].hash != layout->hash)
			known++;
		if (known == snapshot_nlayouts(copied->to))
			snapshot_add_layout(copied->to, layout->hash, layout->text);
	}
}

static void add_totals(struct snapshot_totals *sum, const struct snapshot_totals *more)
{
	sum->live_bytes += more->live_bytes;
	sum->live_count += more->live_count;
	sum->peak_bytes += more->peak_bytes;
	sum->peak_error += more->peak_error;
	sum->alloc_count += more->alloc_count;
	sum->alloc_bytes += more->alloc_bytes;
	sum->free_count += more->free_count;
	sum->free_bytes += more->free_bytes;
	sum->tracer_bytes += more->tracer_bytes;
	sum->missed_frees += more->missed_frees;
}

void merged_add(struct merged *merged, const struct memlint_snapshot *snapshot)
{
	struct memlint_snapshot *sum = merged->sum;
	struct copied copied = {.to = sum->tables, .from = snapshot->tables};
	const struct snapshot_tables *from = snapshot->tables;

	if (!pages_push(&copied.frames, from->frames.size / sizeof(struct snapshot_frame) * 4) ||
	    !pages_push(&copied.modules, from->modules.size / sizeof(struct snapshot_module) * 4) ||
	    !pages_push(&copied.threads, from->threads.size / sizeof(struct snapshot_thread) * 4) ||
	    !pages_push(&copied.traces, from->traces.size / sizeof(struct snapshot_trace) * 4))
		sum->tables->failed = 1;
	if (!sum->tables->program.executable[0])
		snapshot_set_program(sum->tables, &from->program);
	sum->tables->program.flags |= from->program.flags & PROFILE_PROGRAM_THREADS;
	for (size_t i = 0; i < snapshot_nrows(snapshot) && !snapshot_failed(sum); i++) {
		const struct snapshot_row *row = snapshot_rows(snapshot) + i;
		struct snapshot_row *copy =
		        snapshot_add_row(sum, copy_trace(&copied, row->trace), copy_thread(&copied, row->thread));

		if (copy)
			copy->counts = row->counts;
	}
	copy_layouts(&copied);
	add_totals(&sum->totals, &snapshot->totals);
	sum->reason = snapshot->reason;
	if (snapshot->time_ns > sum->time_ns)
		sum->time_ns = snapshot->time_ns;
	pages_release(&copied.frames);
	pages_release(&copied.modules);
	pages_release(&copied.threads);
	pages_release(&copied.traces);
}
