// SPDX-License-Identifier: MIT
/* Writes the profile file: what rows refer to first, each thing once, then the rows. */
#include "runtime/output.h"

#include "runtime/describe.h"
#include "runtime/graph.h"
#include "runtime/layout.h"
#include "runtime/lines.h"
#include "runtime/objects.h"
#include "runtime/options.h"
#include "runtime/output_file.h"
#include "runtime/samples.h"
#include "runtime/shadow.h"
#include "runtime/snapshot/encode.h"
#include "runtime/tracked.h"
#include "runtime/trim.h"
#include "runtime/words.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { LAYOUT_ROOM = 1 << 18 };

static struct {
	struct rt_lock lock;
	struct profile_writer writer;
	struct rt_file file;
	const char *pattern; /* NULL: no profile is wanted */
	int is_child;
	int started;    /* preface and program are in the file */
	int exact_told; /* the program chunk says that the peak is exact */
	uint64_t sequence;
	uint32_t modules, threads; /* so many are in the file */
} output = {.lock = RT_LOCK_INIT};

/* Which ids stand in the file. */
static RT_SPARSE uint8_t sites_written[(RT_ID_MAX + 1) / 8], traces_written[(RT_ID_MAX + 1) / 8];
static struct rt_words layouts_written;

static int test(const uint8_t *bits, uint32_t id)
{
	return bits[id / 8] >> (id & 7) & 1;
}

static void set(uint8_t *bits, uint32_t id)
{
	bits[id / 8] |= (uint8_t)(1u << (id & 7));
}

/* Definitions are written again by the next snapshot. */
static void forget_written(void)
{
	memset(sites_written, 0, rt.next_id / 8 + 1);
	memset(traces_written, 0, rt.next_id / 8 + 1);
	rt_words_release(&layouts_written);
	output.modules = output.threads = 0;
}

/* Ends a list if it has items. */
static int end_list(struct profile_writer *writer)
{
	return writer->count ? profile_end(writer) : 0;
}

static int put_modules(struct profile_writer *writer)
{
	const uint32_t end = rt_modules_count();
	int error;

	profile_begin_list(writer, PROFILE_MODULES);
	for (uint32_t i = output.modules; i < end; i++) {
		const struct rt_module *module = rt_module_at(i);
		const struct snapshot_module row = {.id = i + 1,
		                                    .path = module->path,
		                                    .base = module->base,
		                                    .bias = module->bias,
		                                    .size = module->size,
		                                    .build_id = module->build_id,
		                                    .build_id_size = module->build_id_size};

		profile_put_module(writer, &row);
	}
	error = end_list(writer);
	output.modules = error ? output.modules : end;
	return error;
}

static int put_threads(struct profile_writer *writer)
{
	const uint32_t end = rt_thread_names();
	int error;

	profile_begin_list(writer, PROFILE_THREADS);
	for (uint32_t i = output.threads; i < end; i++)
		profile_put_thread(writer, i + 1, rt_thread_name(i));
	error = end_list(writer);
	output.threads = error ? output.threads : end;
	return error;
}

/* Calls @put for each site of each trace that has counts and is not in the file. */
static void each_new_site(struct profile_writer *writer, void (*put)(struct profile_writer *, uint32_t))
{
	struct rt_totals sum;

	for (uint32_t id = 1; id < rt.next_id; id++) {
		if (test(traces_written, id) || !rt_sum(id, &sum))
			continue;
		const struct rt_described trace = rt_describe_trace(id);

		for (uint32_t i = 0; i < trace.nsites; i++)
			if (trace.sites[i] <= RT_ID_MAX && !test(sites_written, trace.sites[i]))
				put(writer, trace.sites[i]);
	}
}

/* The layout @packed and, before it, those of the records that stand in it by value. */
static void put_layout(struct profile_writer *writer, uint64_t hash, const char *packed)
{
	static RT_SPARSE char text[LAYOUT_ROOM];
	struct rt_layout_parts parts;
	const char *part, *kept;
	size_t length;

	/* Where there is no room to remember it, it is left out. */
	if (!packed || rt_words_add(&layouts_written, hash) <= 0)
		return;
	for (rt_layout_parts(&parts, packed); rt_layout_next_part(&parts);)
		if ((part = rt_layout_named(parts.type, parts.length)))
			put_layout(writer, rt_layout_hash(part, strlen(part)), part);
	if ((kept = rt_layout_kept(packed, &length)) && (part = rt_layout_named(kept, length)))
		put_layout(writer, rt_layout_hash(part, strlen(part)), part);
	if (rt_layout_unpack(packed, text, sizeof text) - 1 < sizeof text - 1)
		profile_put_layout(writer, hash, text);
}

static void put_layout_of_site(struct profile_writer *writer, uint32_t site)
{
	const uint64_t hash = rt_describe_site(site).layout;

	put_layout(writer, hash, hash ? rt_text_find(hash) : NULL);
}

static void put_site(struct profile_writer *writer, uint32_t site)
{
	const struct snapshot_frame frame = rt_describe_site(site);

	profile_put_site(writer, site, &frame);
	set(sites_written, site);
}

static void put_address(struct profile_writer *writer, uintptr_t address, int is_call)
{
	uint64_t offset;
	const uint32_t module = rt_describe_address(address, &offset);

	profile_put_frame_address(writer, module, offset, is_call);
}

static void put_trace(struct profile_writer *writer, uint32_t id)
{
	const struct rt_described trace = rt_describe_trace(id);

	profile_put_trace(writer, id, trace.author, trace.total, rt_described_nframe(&trace));
	for (uint32_t i = 0; i < trace.nsites; i++)
		profile_put_frame_site(writer, trace.sites[i]);
	if (!trace.nsites)
		put_address(writer, trace.address, 0);
	for (uint32_t i = 0; i < trace.nframes; i++)
		put_address(writer, trace.frames[i], trace.has_call && !i);
}

static int put_traces(struct profile_writer *writer)
{
	struct rt_totals sum;
	int error;

	profile_begin_list(writer, PROFILE_LAYOUTS);
	each_new_site(writer, put_layout_of_site);
	if ((error = end_list(writer)))
		return error;
	profile_begin_list(writer, PROFILE_SITES);
	each_new_site(writer, put_site);
	if ((error = end_list(writer)))
		return error;
	profile_begin_list(writer, PROFILE_TRACES);
	for (uint32_t id = 1; id < rt.next_id; id++)
		if (!test(traces_written, id) && rt_sum(id, &sum)) {
			put_trace(writer, id);
			set(traces_written, id);
		}
	return end_list(writer);
}

uint64_t rt_elapsed(uint64_t monotonic_ns)
{
	return monotonic_ns > rt.started_ns ? monotonic_ns - rt.started_ns : 0;
}

void rt_program_totals(struct snapshot_totals *totals)
{
	struct rt_totals sum;
	uint64_t current;

	*totals = (struct snapshot_totals){0};
	for (uint32_t id = 1; id < rt.next_id; id++) {
		if (!rt_sum(id, &sum))
			continue;
		const struct snapshot_counts counts = rt_describe_counts(&sum);

		totals->alloc_count += counts.alloc_count;
		totals->alloc_bytes += counts.alloc_bytes;
		totals->free_count += counts.free_count;
		totals->free_bytes += counts.free_bytes;
	}
	totals->live_bytes = totals->alloc_bytes - totals->free_bytes;
	totals->live_count = totals->alloc_count - totals->free_count;
	rt_traced(&current, &totals->peak_bytes);
	for (const struct rt_thread *thread = rt_thread_list(); rt.multi && thread; thread = thread->next)
		totals->peak_error += (uint64_t)RT_LOAD(rt.batch);
	totals->peak_time_ns = rt_elapsed(rt.peak_ns);
	totals->tracer_bytes = rt_tracer_memory();
	totals->missed_frees = rt.missed_frees;
}

static int put_rows(struct profile_writer *writer, enum profile_reason reason, const char *name)
{
	struct snapshot_totals totals;
	struct rt_totals sum;
	int error;

	rt_program_totals(&totals);
	profile_begin(writer, PROFILE_SNAPSHOT);
	profile_put_head(writer, output.sequence + 1, reason, name, rt_elapsed(rt_monotonic_ns()), &totals);
	for (uint32_t id = 1; id < rt.next_id; id++) {
		/* A trace that appeared after its kind was written comes with the next snapshot. */
		if (!test(traces_written, id) || !rt_sum(id, &sum))
			continue;
		const struct snapshot_counts counts = rt_describe_counts(&sum);

		profile_put_row(writer, id, rt_trace_get(id).thread + 1, &counts);
	}
	error = profile_end(writer);
	output.sequence += !error;
	return error;
}

static int put_program(struct profile_writer *writer)
{
	if (output.started && output.exact_told == !rt.multi)
		return 0;
	output.exact_told = !rt.multi;
	profile_begin(writer, PROFILE_PROGRAM);
	profile_put_program(writer, rt_describe_program());
	return profile_end(writer);
}

static int put_samples(struct profile_writer *writer)
{
	const struct rt_sample_row *rows;
	const uint32_t n = rt_samples_take(&rows);
	uint64_t before = 0;
	int error;

	if (n == UINT32_MAX)
		return 0;
	profile_begin_list(writer, PROFILE_SAMPLES);
	for (uint32_t i = 0; i < n; i++) {
		profile_item(writer);
		profile_put(writer, rows[i].time_ns - before);
		profile_put(writer, rows[i].live);
		profile_put(writer, rows[i].highest);
		before = rows[i].time_ns;
	}
	error = end_list(writer);
	rt_samples_clear(error ? 0 : n);
	return error;
}

static int put_end(struct profile_writer *writer, enum rt_end end, int status)
{
	profile_begin(writer, PROFILE_END);
	profile_put(writer, (uint64_t)end);
	profile_put(writer, (uint64_t)(uint8_t)status);
	profile_put(writer, rt_elapsed(rt_monotonic_ns()));
	return profile_end(writer);
}

/* Makes sure that the file is there and ours. Under the lock. */
static int ready(void)
{
	int error;

	if (!output.pattern)
		return EBADF;
	if (output.started) {
		error = rt_file_check(&output.file);
		rt_graph_finish(&output.file);
		return error;
	}
	error = rt_file_create(&output.file, output.pattern, output.is_child);
	if (error)
		return error;
	profile_writer_init(&output.writer, rt_file_sink, &output.file);
	error = profile_write_preface(&output.writer);
	if (!error)
		error = put_program(&output.writer);
	output.started = !error;
	return error;
}

static void report(int error)
{
	rt_file_report(&output.file, error);
	forget_written();
}

void rt_output_start(const char *pattern)
{
	int error;

	rt_lock(&output.lock);
	output.pattern = pattern;
	error = ready();
	if (error) {
		rt_file_report(&output.file, error);
		output.pattern = NULL;
	}
	profile_writer_rest(&output.writer);
	rt_unlock(&output.lock);
}

void rt_output_forked(void)
{
	rt_graph_forked();
	rt_file_abandon(&output.file);
	profile_writer_release(&output.writer);
	output.started = 0;
	output.is_child = 1;
	output.sequence = 0;
	forget_written();
	rt_samples_clear(UINT32_MAX);
}

int rt_output_wanted(void)
{
	return output.pattern != NULL;
}

int rt_output_exists(void)
{
	return output.started;
}

static int put_everything(enum profile_reason reason, const char *name)
{
	int error = ready();

	if (!error)
		error = put_program(&output.writer);
	if (!error)
		error = put_modules(&output.writer);
	if (!error)
		error = put_threads(&output.writer);
	if (!error)
		error = put_traces(&output.writer);
	if (!error)
		error = put_samples(&output.writer);
	if (!error)
		error = rt_lines_put(&output.writer, output.sequence + 1, reason != PROFILE_BY_INTERVAL);
	if (!error)
		error = put_rows(&output.writer, reason, name);
	return error;
}

/* The same with the heap graph: rows and blocks of one moment. Under the lock of the output and rt.lock. */
static int put_with_graph(struct rt_graph *graph, enum profile_reason reason, const char *name)
{
	int error = ready();

	aside_lock();
	rt_graph_freeze(graph);
	if (!error)
		error = put_everything(reason, name);
	if (!error)
		error = rt_graph_write(graph, &output.writer, &output.file, output.sequence);
	rt_graph_release(graph);
	aside_unlock();
	return error;
}

static void write_snapshot(enum profile_reason reason, const char *name, enum rt_end end, int status,
                           struct rt_graph *graph)
{
	int error, holds;

	/* First, as before a fork. A handler of a signal that came in the middle of tracking holds it already. */
	holds = graph && tracked_lock();
	rt_lock(&output.lock);
	rt_lock(&rt.lock);
	error = graph ? put_with_graph(graph, reason, name) : put_everything(reason, name);
	if (!error && end != RT_END_NOT)
		rt_graph_finish(&output.file);
	if (!error && end != RT_END_NOT)
		error = put_end(&output.writer, end, status);
	rt_unlock(&rt.lock);
	if (error)
		report(error);
	profile_writer_rest(&output.writer);
	rt_trim_later();
	rt_unlock(&output.lock);
	if (holds)
		tracked_unlock();
}

void rt_output_snapshot(enum profile_reason reason, const char *name, enum rt_end end, int status)
{
	const int saved = errno;

	if (!output.pattern)
		return;
	if (rt_graph_reasons & RT_GRAPH_BIT(reason))
		rt_output_graph(reason, name, end, status);
	else
		write_snapshot(reason, name, end, status, NULL);
	errno = saved;
}

__attribute__((noinline)) int rt_output_graph(enum profile_reason reason, const char *name, enum rt_end end, int status)
{
	const int saved = errno;
	struct rt_context here = {0};
	struct rt_graph *graph;

	if (!output.pattern)
		return -1;
	RT_CONTEXT_HERE(&here);
	graph = rt_graph_prepare(rt_graph_context(&here));
	if (!graph)
		rt_say("no memory left to take the heap graph; the snapshot is written without", NULL);
	write_snapshot(reason, name, end, status, graph);
	errno = saved;
	return graph ? 0 : -1;
}

void rt_output_mark(const char *name)
{
	uint64_t current, peak;
	int error;

	if (!output.pattern)
		return;
	rt_lock(&output.lock);
	error = ready();
	rt_traced(&current, &peak);
	if (!error) {
		profile_begin(&output.writer, PROFILE_MARK);
		profile_put(&output.writer, rt_elapsed(rt_monotonic_ns()));
		profile_put_string(&output.writer, name);
		profile_put(&output.writer, current);
		error = profile_end(&output.writer);
	}
	if (error)
		report(error);
	rt_unlock(&output.lock);
}

void rt_output_lock(void)
{
	rt_lock(&output.lock);
}

void rt_output_unlock(void)
{
	rt_unlock(&output.lock);
}

unsigned long rt_output_memory(void)
{
	return profile_writer_memory(&output.writer);
}
