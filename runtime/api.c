// SPDX-License-Identifier: MIT
/* The table behind memlint.h. */
#include "runtime/describe.h"
#include "runtime/frames.h"
#include "runtime/life.h"
#include "runtime/note.h"
#include "runtime/objects.h"
#include "runtime/reach.h"

#include <errno.h>
#include <string.h>

static int api_start(int nframe)
{
	if (rt_start(nframe) == 0)
		return 0;
	snapshot_set_error("the number of frames must be in the range [1; 65535]", NULL);
	return -1;
}

static int api_is_tracing(void)
{
	return RT_LOAD(rt.tracing);
}

static void api_reset_peak(void)
{
	if (!rt.tracing)
		return;
	rt_lock(&rt.lock);
	rt_peak_reset();
	rt_unlock(&rt.lock);
}

static void api_get_traced_memory(size_t *current, size_t *peak)
{
	uint64_t live = 0, high = 0;

	if (rt.tracing)
		rt_traced(&live, &high);
	if (current)
		*current = live;
	if (peak)
		*peak = high;
}

static size_t api_get_tracer_memory(void)
{
	return rt_tracer_memory();
}

static int api_get_traceback_limit(void)
{
	return rt.nframe;
}

static struct memlint_frame frame_of_site(uint32_t id)
{
	const struct snapshot_frame site = rt_describe_site(id);

	return (struct memlint_frame){
	        .file = site.file, .function = site.function, .line = site.line, .column = site.column};
}

static int api_get_object_traceback(const void *block, struct memlint_frame *frames, int capacity)
{
	const struct rt_taken known = rt_look(block);
	struct rt_described trace;
	int n = 0;

	if (!known.id || !rt.tracing)
		return 0;
	trace = rt_describe_trace(known.id);
	/* The author's line first: what stands before it is inside a wrapper. */
	for (uint32_t i = trace.author; i < trace.nsites && n < capacity; i++)
		frames[n++] = frame_of_site(trace.sites[i]);
	if (!trace.nsites && n < capacity)
		frames[n++] = (struct memlint_frame){.file = "", .function = "", .address = trace.address};
	/* The first frame of a site's is its own call. */
	for (uint32_t i = trace.has_call; i < trace.nframes && n < capacity; i++)
		frames[n++] = (struct memlint_frame){.file = "", .function = "", .address = trace.frames[i]};
	return n;
}

/* Indices in the snapshot's tables by id, 0 not yet there. */
struct indices {
	uint32_t *sites, *threads;
	uint32_t nsites, nthreads;
};

static uint32_t add_site(struct snapshot_tables *tables, struct indices *indices, uint32_t id)
{
	if (!indices->sites[id]) {
		const struct snapshot_frame frame = rt_describe_site(id);

		indices->sites[id] = snapshot_add_frame(tables, &frame);
	}
	return indices->sites[id];
}

static uint32_t add_address(struct snapshot_tables *tables, uintptr_t address, int is_call)
{
	uint64_t offset;
	const uint32_t module = rt_describe_address(address, &offset);

	return is_call ? snapshot_add_call(tables, module, offset) : snapshot_add_address(tables, module, offset);
}

static uint32_t add_trace(struct snapshot_tables *tables, struct indices *indices, const struct rt_described *trace)
{
	uint32_t frames[RT_FRAMES_MAX + 3], n = 0;

	for (uint32_t i = 0; i < trace->nsites; i++)
		frames[n++] = add_site(tables, indices, trace->sites[i]);
	if (!trace->nsites)
		frames[n++] = add_address(tables, trace->address, 0);
	for (uint32_t i = 0; i < trace->nframes; i++)
		frames[n++] = add_address(tables, trace->frames[i], trace->has_call && !i);
	return snapshot_add_trace(tables, frames, n, trace->author, trace->total);
}

static uint32_t add_thread(struct snapshot_tables *tables, struct indices *indices, uint32_t thread)
{
	if (thread >= indices->nthreads)
		return 0;
	if (!indices->threads[thread])
		indices->threads[thread] = snapshot_add_thread(tables, thread + 1, rt_thread_name(thread));
	return indices->threads[thread];
}

/* Module indices in a snapshot count from 1, as rt_describe_address() has them. */
static void add_modules(struct snapshot_tables *tables)
{
	for (uint32_t i = 0; i < rt_modules_count(); i++) {
		const struct rt_module *module = rt_module_at(i);
		const struct snapshot_module row = {.id = i + 1,
		                                    .path = module->path,
		                                    .base = module->base,
		                                    .bias = module->bias,
		                                    .size = module->size,
		                                    .build_id = module->build_id,
		                                    .build_id_size = module->build_id_size};

		snapshot_add_module(tables, &row);
	}
}

static void add_rows(struct memlint_snapshot *snapshot, struct indices *indices)
{
	for (uint32_t id = 1; id < indices->nsites; id++) {
		struct rt_totals sum;

		if (!rt_sum(id, &sum))
			continue;
		const struct rt_described trace = rt_describe_trace(id);
		struct snapshot_row *row = snapshot_add_row(snapshot, add_trace(snapshot->tables, indices, &trace),
		                                            add_thread(snapshot->tables, indices, trace.thread));

		if (row)
			row->counts = rt_describe_counts(&sum);
	}
}

static void fill(struct memlint_snapshot *snapshot)
{
	struct indices indices = {.nsites = rt.next_id, .nthreads = rt_thread_names()};
	const size_t size = (indices.nsites + indices.nthreads) * sizeof(uint32_t);

	indices.sites = rt_map(size);
	if (!indices.sites)
		return;
	indices.threads = indices.sites + indices.nsites;
	snapshot_set_program(snapshot->tables, rt_describe_program());
	add_modules(snapshot->tables);
	add_rows(snapshot, &indices);
	rt_program_totals(&snapshot->totals);
	snapshot->time_ns = rt_elapsed(rt_monotonic_ns());
	snapshot->reason = PROFILE_BY_CALL;
	rt_unmap(indices.sites, size);
}

static struct memlint_snapshot *api_take_snapshot(void)
{
	struct memlint_snapshot *snapshot;

	if (!rt.tracing) {
		snapshot_set_error("memlint must be tracing memory allocations to take a snapshot", NULL);
		return NULL;
	}
	snapshot = snapshot_new();
	if (snapshot) {
		rt_lock(&rt.lock);
		fill(snapshot);
		rt_unlock(&rt.lock);
	}
	if (snapshot && !snapshot_failed(snapshot))
		return snapshot;
	snapshot_free(snapshot);
	snapshot_set_error("no memory for a snapshot", NULL);
	return NULL;
}

static size_t api_sizeof_block(const void *block)
{
	return rt_look(block).size.requested;
}

static size_t api_usable_sizeof_block(const void *block)
{
	return rt_look(block).size.usable;
}

static int api_track(const void *block, size_t size, const char *type, unsigned domain, const void *at)
{
	const struct memlint_site *site = at;
	const void *address = NULL;
	uint64_t key = site && site->id ? rt_site_key(site) : rt_foreign_key(__builtin_return_address(0));

	if (!rt.tracing || !block) {
		snapshot_set_error(block ? "not tracing" : "there is no block at NULL", NULL);
		return -1;
	}
	if (type && *type) {
		const uint32_t custom = rt_custom_site(type);

		if (key & RT_KEY_ADDRESS) {
			key = custom;
			address = __builtin_return_address(0);
		} else {
			key = (key >> 32 ? key >> 32 : key) << 32 | custom;
		}
	}
	return rt_track(
	        &(struct rt_pooled){.block = block, .size = size, .key = key, .address = address, .domain = domain});
}

static int api_untrack(const void *block)
{
	return block ? rt_untrack(block) : -1;
}

static void api_mark(const char *name)
{
	if (rt.tracing)
		rt_output_mark(name ? name : "");
}

static int api_take_graph(const char *name)
{
	if (rt.tracing && rt_output_graph(PROFILE_BY_CALL, name ? name : "", RT_END_NOT, 0) == 0)
		return 0;
	snapshot_set_error(rt.tracing ? "no profile is written (MEMLINT=1), or there is no memory for a heap graph"
	                              : "memlint must be tracing memory allocations to take a heap graph",
	                   NULL);
	return -1;
}

const struct memlint_api rt_api = {
        .abi = MEMLINT_ABI,
        .size = sizeof(struct memlint_api),
        .start = api_start,
        .stop = rt_stop,
        .is_tracing = api_is_tracing,
        .clear_traces = rt_clear,
        .reset_peak = api_reset_peak,
        .get_traced_memory = api_get_traced_memory,
        .get_tracer_memory = api_get_tracer_memory,
        .get_traceback_limit = api_get_traceback_limit,
        .get_object_traceback = api_get_object_traceback,
        .take_snapshot = api_take_snapshot,
        .snapshot_dump = snapshot_dump,
        .snapshot_load = snapshot_load,
        .snapshot_free = snapshot_free,
        .snapshot_filter = snapshot_filter,
        .snapshot_statistics = snapshot_statistics,
        .snapshot_compare_to = snapshot_compare_to,
        .statistics_free = snapshot_statistics_free,
        .statistic_text = snapshot_statistic_text,
        .sizeof_block = api_sizeof_block,
        .usable_sizeof_block = api_usable_sizeof_block,
        .deep_sizeof = rt_deep_sizeof,
        .track = api_track,
        .untrack = api_untrack,
        .mark = api_mark,
        .error = snapshot_error,
        .take_graph = api_take_graph,
        .deep = rt_deep,
};
