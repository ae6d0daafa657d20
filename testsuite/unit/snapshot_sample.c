// SPDX-License-Identifier: MIT
/* Snapshots that several unit tests look at. */
#include "snapshot_sample.h"

#include "memlint/abi.h"

#include <string.h>

uint32_t sample_site(struct snapshot_tables *tables, const char *file, uint32_t line)
{
	return snapshot_add_frame(tables, &(struct snapshot_frame){.file = file, .line = line});
}

struct snapshot_row *sample_row(struct memlint_snapshot *snapshot, uint32_t trace, uint64_t size, uint64_t count)
{
	struct snapshot_row *row = snapshot_add_row(snapshot, trace, 0);

	row->counts.alloc_bytes = row->counts.alloc_usable = row->counts.live_usable = size;
	row->counts.peak_bytes = size;
	row->counts.alloc_count = row->counts.peak_count = count;
	return row;
}

uint32_t sample_trace(struct snapshot_tables *tables, size_t n, const char *const *files, const uint32_t *lines)
{
	uint32_t frames[8];

	for (size_t i = 0; i < n; i++)
		frames[i] = sample_site(tables, files[i], lines[i]);
	return snapshot_add_trace(tables, frames, (uint32_t)n, 0, (uint32_t)n);
}

static void add_sample(struct memlint_snapshot *snapshot, const char *file, uint32_t line, const char *caller,
                       uint32_t caller_line, uint64_t size, uint64_t count)
{
	const char *files[] = {file, caller};
	const uint32_t lines[] = {line, caller_line};

	sample_row(snapshot, sample_trace(snapshot->tables, caller ? 2 : 1, files, lines), size, count);
}

struct memlint_snapshot *sample_old(void)
{
	struct memlint_snapshot *snapshot = snapshot_new();

	add_sample(snapshot, "a.py", 2, "b.py", 4, 30, 3);
	add_sample(snapshot, "a.py", 5, "b.py", 4, 2, 1);
	add_sample(snapshot, "b.py", 1, NULL, 0, 66, 1);
	add_sample(snapshot, "", 0, NULL, 0, 7, 1);
	return snapshot;
}

struct memlint_snapshot *sample_new(void)
{
	struct memlint_snapshot *snapshot = snapshot_new();

	add_sample(snapshot, "a.py", 2, "b.py", 4, 10, 1);
	add_sample(snapshot, "a.py", 2, "b.py", 4, 20, 2);
	add_sample(snapshot, "a.py", 5, "b.py", 4, 2, 1);
	add_sample(snapshot, "a.py", 5, "b.py", 4, 5000, 1);
	add_sample(snapshot, "c.py", 578, NULL, 0, 400, 1);
	return snapshot;
}

static void add_rich_tables(struct snapshot_tables *tables)
{
	static const char *const argv[] = {"app", "--size", "10"};

	snapshot_set_program(tables, &(struct snapshot_program){
	                                     .pid = 4711,
	                                     .ppid = 1,
	                                     .start_ns = 1700000000000000000u,
	                                     .nframe = 2,
	                                     .flags = PROFILE_PROGRAM_THREADS,
	                                     .page_size = 4096,
	                                     .executable = "/home/user/app",
	                                     .directory = "/home/user",
	                                     .allocator = "glibc 2.36",
	                                     .runtime = "0.1.0",
	                                     .argv = argv,
	                                     .argc = 3,
	                             });
	snapshot_add_module(tables, &(struct snapshot_module){.path = "/usr/lib/libfoo.so.1",
	                                                      .base = 0x7f0000000000,
	                                                      .bias = 0x7f0000000000,
	                                                      .size = 0x10000,
	                                                      .build_id = (const uint8_t *)"\1\0\3\4",
	                                                      .build_id_size = 4});
	snapshot_add_layout(tables, 77, "struct node\t24\t8\tstruct\n0\t32\tkey\tint\t\t0\n");
	snapshot_add_thread(tables, 1, "main");
	snapshot_add_thread(tables, 2, "worker");
}

struct memlint_snapshot *sample_rich(void)
{
	struct memlint_snapshot *snapshot = snapshot_new();
	struct snapshot_tables *tables = snapshot->tables;

	add_rich_tables(tables);
	const uint32_t wrapper = snapshot_add_frame(tables, &(struct snapshot_frame){.file = "xmalloc.c",
	                                                                             .directory = "/src",
	                                                                             .line = 9,
	                                                                             .column = 12,
	                                                                             .function = "xmalloc",
	                                                                             .flags = MEMLINT_SITE_WRAPPER});
	const uint32_t author =
	        snapshot_add_frame(tables, &(struct snapshot_frame){.file = "app.c",
	                                                            .directory = "/src",
	                                                            .line = 12,
	                                                            .column = 21,
	                                                            .function = "main",
	                                                            .macro = "NEW",
	                                                            .type = "struct node",
	                                                            .element_size = 24,
	                                                            .layout = 77,
	                                                            .allocator = MEMLINT_ALLOCATOR_MALLOC,
	                                                            .flags = MEMLINT_SITE_TYPE_CERTAIN});
	const uint32_t foreign = snapshot_add_address(tables, 1, 0x1234);
	const uint32_t both[] = {wrapper, author};
	const uint32_t far[] = {foreign};
	const uint32_t t1 = snapshot_add_trace(tables, both, 2, 1, 5), t2 = snapshot_add_trace(tables, far, 1, 0, 1);
	struct snapshot_row *row = snapshot_add_row(snapshot, t1, 1);

	row->counts = (struct snapshot_counts){10, 240, 320, 4, 96, 192, 200, 8, 2};
	row = snapshot_add_row(snapshot, t1, 2);
	row->counts = (struct snapshot_counts){1, 24, 24, 1, 24, 0, 24, 1, 1};
	row = snapshot_add_row(snapshot, t2, 1);
	row->counts = (struct snapshot_counts){1, 1024, 1032, 0, 0, 1032, 0, 0, 0};
	snapshot->totals = (struct snapshot_totals){.live_bytes = 1168,
	                                            .live_count = 7,
	                                            .peak_bytes = 1300,
	                                            .peak_error = 64,
	                                            .peak_time_ns = 5,
	                                            .alloc_count = 12,
	                                            .alloc_bytes = 1288,
	                                            .free_count = 5,
	                                            .free_bytes = 120,
	                                            .tracer_bytes = 65536,
	                                            .missed_frees = 1};
	snapshot->sequence = 1;
	snapshot->reason = PROFILE_AT_EXIT;
	snapshot->time_ns = 123456789;
	snapshot_set_name(snapshot, "after load");
	return snapshot;
}

int sample_sink(void *buffer, const void *data, size_t size)
{
	void *copy = pages_push(buffer, size);

	if (!copy)
		return 12;
	memcpy(copy, data, size);
	return 0;
}

static void put_graph(struct profile_writer *writer)
{
	struct profile_graph_writer out = {.writer = writer, .type = PROFILE_BLOCKS, .sequence = 1};

	profile_graph_begin(&out);
	profile_graph_put_block(&out, &(struct profile_block){.address = 0x1000, .size = 24, .usable = 24, .trace = 1});
	profile_graph_put_block(&out, &(struct profile_block){.address = 0x2000, .size = 8, .usable = 24, .trace = 2});
	profile_graph_end(&out);
	out.type = PROFILE_EDGES;
	profile_graph_begin(&out);
	profile_graph_put_edge(&out, &(struct profile_edge){.from = 0, .to = 1, .offset = 16});
	profile_graph_put_edge(&out, &(struct profile_edge){.from = 1, .to = 0, .offset = 0, .interior = 8});
	profile_graph_end(&out);
	out.type = PROFILE_ROOTS;
	out.flags = PROFILE_GRAPH_FROZEN;
	memcpy(out.head, (const uint64_t[]){1000, 2000, 2, 1}, sizeof out.head);
	profile_graph_begin(&out);
	profile_graph_put_root(
	        &out, &(struct profile_root){.kind = PROFILE_ROOT_GLOBAL, .owner = 1, .place = 0x4010, .to = 1});
	profile_graph_end(&out);
}

struct pages_buffer sample_profile(const struct memlint_snapshot *snapshot)
{
	struct pages_buffer bytes = {0};
	struct profile_writer writer;

	profile_writer_init(&writer, sample_sink, &bytes);
	profile_put_everything(&writer, snapshot);
	put_graph(&writer);
	profile_begin(&writer, PROFILE_MARK);
	profile_put(&writer, 1000);
	profile_put_string(&writer, "loaded");
	profile_put(&writer, 4096);
	profile_end(&writer);
	profile_begin_list(&writer, PROFILE_SAMPLES);
	for (uint64_t i = 0; i < 3; i++) {
		profile_item(&writer);
		profile_put(&writer, 100);
		profile_put(&writer, 1000 * i);
		profile_put(&writer, 2000 * i);
	}
	profile_end(&writer);
	profile_begin_list(&writer, PROFILE_SAMPLES);
	profile_item(&writer);
	profile_put(&writer, 450);
	profile_put(&writer, 1);
	profile_put(&writer, 2);
	profile_end(&writer);
	profile_writer_release(&writer);
	return bytes;
}
