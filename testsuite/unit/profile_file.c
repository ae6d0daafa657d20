// SPDX-License-Identifier: MIT
/* Profiles written and read back: contents, failures of the sink, what is wrong with a file. */
#include "runtime/snapshot/crc32c.h"
#include "snapshot_sample.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct pages_buffer bytes;
static struct profile profile;

static void setup(void)
{
	struct memlint_snapshot *rich = sample_rich();

	bytes = sample_profile(rich);
	snapshot_free(rich);
	profile = (struct profile){.data = bytes.data, .size = bytes.size};
}

static void teardown(void)
{
	profile_release(&profile);
	pages_release(&bytes);
}

START_TEST(everything_written_is_read_back)
{
	ck_assert_int_eq(profile_read(&profile), 0);
	ck_assert_int_eq(profile.fault, PROFILE_WHOLE);
	ck_assert_uint_eq(profile_nsnapshots(&profile), 1);

	const struct snapshot_program *program = &profile.tables->program;

	ck_assert_uint_eq(program->pid, 4711);
	ck_assert_str_eq(program->executable, "/home/user/app");
	ck_assert_uint_eq(program->argc, 3);
	ck_assert_str_eq(program->argv[1], "--size");
	ck_assert_str_eq(program->allocator, "glibc 2.36");

	const struct snapshot_module *module = snapshot_modules(profile.tables) + 1;

	ck_assert_str_eq(module->path, "/usr/lib/libfoo.so.1");
	ck_assert_uint_eq(module->bias, 0x7f0000000000);
	ck_assert_uint_eq(module->build_id_size, 4);
	ck_assert_mem_eq(module->build_id, "\1\0\3\4", 4);
	ck_assert_uint_eq(snapshot_nlayouts(profile.tables), 1);
	ck_assert_uint_eq(snapshot_layouts(profile.tables)[0].hash, 77);
	ck_assert_int_eq(profile.ended, 1);
	ck_assert_uint_eq(profile.end_how, 4);
}
END_TEST

START_TEST(the_snapshot_comes_back_with_rows_totals_and_frames)
{
	ck_assert_int_eq(profile_read(&profile), 0);
	struct memlint_snapshot *snapshot = profile_snapshot(&profile, 0);

	ck_assert_ptr_nonnull(snapshot);
	ck_assert_str_eq(snapshot->name, "after load");
	ck_assert_uint_eq(snapshot->reason, PROFILE_AT_EXIT);
	ck_assert_uint_eq(snapshot->time_ns, 123456789);
	ck_assert_uint_eq(snapshot->totals.peak_bytes, 1300);
	ck_assert_uint_eq(snapshot->totals.missed_frees, 1);
	ck_assert_uint_eq(snapshot_nrows(snapshot), 3);

	const struct snapshot_row *row = snapshot_rows(snapshot);
	const struct snapshot_trace *trace = snapshot_traces(snapshot->tables) + row->trace;
	const struct snapshot_frame *author = snapshot_author(snapshot->tables, trace);

	ck_assert_uint_eq(row->counts.alloc_usable, 320);
	ck_assert_uint_eq(row->counts.temporary_count, 2);
	ck_assert_uint_eq(trace->nframe, 2);
	ck_assert_uint_eq(trace->total, 5);
	ck_assert_str_eq(author->file, "app.c");
	ck_assert_str_eq(author->path, "/src/app.c");
	ck_assert_str_eq(author->macro, "NEW");
	ck_assert_str_eq(author->type, "struct node");
	ck_assert_uint_eq(author->column, 21);
	ck_assert_uint_eq(author->layout, 77);
	ck_assert_uint_eq(snapshot_author(snapshot->tables, snapshot_traces(snapshot->tables) + row[2].trace)->address,
	                  0x1234);
	ck_assert_str_eq(snapshot_threads(snapshot->tables)[row[1].thread].name, "worker");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(marks_and_samples_come_back_with_times_summed)
{
	ck_assert_int_eq(profile_read(&profile), 0);
	const struct profile_mark *mark = (const struct profile_mark *)(const void *)profile.marks.data;
	const struct profile_sample *samples = (const struct profile_sample *)(const void *)profile.samples.data;

	ck_assert_uint_eq(profile.marks.size, sizeof *mark);
	ck_assert_str_eq(mark->name, "loaded");
	ck_assert_uint_eq(mark->live, 4096);
	ck_assert_uint_eq(profile.samples.size, 4 * sizeof *samples);
	ck_assert_uint_eq(samples[3].time_ns, 450); /* of a chunk of its own */
	ck_assert_uint_eq(samples[2].time_ns, 300);
	ck_assert_uint_eq(samples[2].highest, 4000);
}
END_TEST

START_TEST(the_heap_graph_comes_back_with_its_roots)
{
	struct profile_graph graph;

	ck_assert_int_eq(profile_read(&profile), 0);
	ck_assert_int_eq(profile_has_graph(&profile, 2), 0);
	ck_assert_int_eq(profile_graph_read(&profile, 2, &graph), 0);
	profile_graph_release(&graph);
	ck_assert_int_eq(profile_graph_read(&profile, 1, &graph), 1);
	ck_assert_int_eq(graph.complete, 1);
	ck_assert_uint_eq(graph.flags, PROFILE_GRAPH_FROZEN);
	ck_assert_uint_eq(graph.taken_ns, 2000);
	ck_assert_uint_eq(graph.blind, 1);
	ck_assert_uint_eq(profile_graph_nblocks(&graph), 2);
	ck_assert_uint_eq(profile_graph_blocks(&graph)[1].address, 0x2000);
	ck_assert_uint_eq(profile_graph_blocks(&graph)[1].usable, 24);
	ck_assert_uint_eq(profile_graph_blocks(&graph)[1].trace, 2);
	ck_assert_uint_eq(profile_graph_nedges(&graph), 2);
	ck_assert_uint_eq(profile_graph_edges(&graph)[0].to, 1);
	ck_assert_uint_eq(profile_graph_edges(&graph)[0].offset, 16);
	ck_assert_uint_eq(profile_graph_edges(&graph)[1].from, 1);
	ck_assert_uint_eq(profile_graph_edges(&graph)[1].to, 0);
	ck_assert_uint_eq(profile_graph_edges(&graph)[1].interior, 8);
	ck_assert_uint_eq(profile_graph_nroots(&graph), 1);
	ck_assert_uint_eq(profile_graph_roots(&graph)->kind, PROFILE_ROOT_GLOBAL);
	ck_assert_str_eq(snapshot_modules(profile.tables)[profile_graph_roots(&graph)->owner].path,
	                 "/usr/lib/libfoo.so.1");
	ck_assert_uint_eq(profile_graph_roots(&graph)->place, 0x4010);
	profile_graph_release(&graph);
}
END_TEST

START_TEST(a_graph_too_large_for_one_chunk_comes_in_several)
{
	enum { BLOCKS = 1000 };
	struct pages_buffer file = {0};
	struct profile_writer writer;
	struct profile_graph graph;

	profile_writer_init(&writer, sample_sink, &file);
	profile_write_preface(&writer);
	struct profile_graph_writer out = {.writer = &writer, .type = PROFILE_BLOCKS, .sequence = 7, .limit = 3000};

	profile_graph_begin(&out);
	for (uint64_t i = 1; i <= BLOCKS; i++)
		profile_graph_put_block(&out, &(struct profile_block){.address = i << 20, .size = i, .serial = i});
	ck_assert_int_eq(profile_graph_end(&out), 0);
	profile_writer_release(&writer);

	struct profile large = {.data = file.data, .size = file.size};

	ck_assert_int_eq(profile_read(&large), 0);
	ck_assert_uint_gt(large.nchunks, 1);
	ck_assert_int_eq(profile_graph_read(&large, 7, &graph), 1);
	ck_assert_int_eq(graph.complete, 0);
	ck_assert_uint_eq(profile_graph_nblocks(&graph), BLOCKS);
	for (uint64_t i = 1; i <= BLOCKS; i++)
		ck_assert_uint_eq(profile_graph_blocks(&graph)[i - 1].address, i << 20);
	profile_graph_release(&graph);
	profile_release(&large);
	pages_release(&file);
}
END_TEST

START_TEST(a_snapshot_outlives_the_profile_it_was_read_from)
{
	ck_assert_int_eq(profile_read(&profile), 0);
	struct memlint_snapshot *snapshot = profile_snapshot(&profile, 0);

	profile_release(&profile);
	ck_assert_str_eq(snapshot_threads(snapshot->tables)[1].name, "main");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(a_chunk_of_a_later_writer_is_skipped)
{
	struct profile_writer writer;

	profile_writer_init(&writer, sample_sink, &bytes);
	profile_begin(&writer, (enum profile_chunk)999);
	profile_put_bytes(&writer, "from the future", 15);
	ck_assert_int_eq(profile_end(&writer), 0);
	profile_writer_release(&writer);
	profile = (struct profile){.data = bytes.data, .size = bytes.size};
	ck_assert_int_eq(profile_read(&profile), 0);
	ck_assert_uint_eq(profile_nsnapshots(&profile), 1);
}
END_TEST

START_TEST(a_truncated_profile_is_read_up_to_its_last_whole_chunk)
{
	profile.size -= 1;
	ck_assert_int_eq(profile_read(&profile), 0);
	ck_assert_int_eq(profile.fault, PROFILE_TRUNCATED);
	ck_assert_uint_eq(profile_nsnapshots(&profile), 1);
	ck_assert_uint_eq(profile.marks.size, sizeof(struct profile_mark));
	ck_assert_uint_eq(profile.samples.size, 3 * sizeof(struct profile_sample));
}
END_TEST

static const char *fault_of(size_t size)
{
	static char text[256];

	profile_release(&profile);
	profile = (struct profile){.data = bytes.data, .size = size};
	ck_assert_int_eq(profile_read(&profile), -1);
	return profile_fault_text(&profile, text, sizeof text);
}

START_TEST(what_is_not_a_profile_is_named)
{
	ck_assert_str_eq(fault_of(0), "empty, not a memlint profile");
	bytes.data[12] = 2;
	ck_assert_str_eq(fault_of(bytes.size),
	                 "written in profile format 2, this memlint reads format 1: use a newer memlint");
	bytes.data[8] = '\n';
	ck_assert_str_eq(fault_of(bytes.size), "damaged: its line ends were converted; copy it in binary mode");
	bytes.data[0] = '#';
	ck_assert_str_eq(fault_of(bytes.size), "not a memlint profile");
	ck_assert_str_eq(fault_of(3), "not a memlint profile");
}
END_TEST

START_TEST(a_wrong_checksum_is_damage_and_says_where)
{
	bytes.data[16 + 24] ^= 1; /* first byte of the first payload */
	ck_assert_str_eq(fault_of(bytes.size), "damaged: wrong checksum or content at byte 16");
	bytes.data[16 + 24] ^= 1;
	bytes.data[16 + 4] ^= 1; /* in the header */
	ck_assert_str_eq(fault_of(bytes.size), "damaged: wrong checksum or content at byte 16");
}
END_TEST

START_TEST(compression_that_cannot_be_undone_is_said)
{
	struct profile_chunk_header header;

	memcpy(&header, bytes.data + 16, sizeof header);
	header.codec = PROFILE_CODEC_ZSTD;
	header.header_crc = crc32c(&header, offsetof(struct profile_chunk_header, header_crc));
	memcpy(bytes.data + 16, &header, sizeof header);
	ck_assert_str_eq(fault_of(bytes.size), "compressed in a way that cannot be read here, at byte 16");
}
END_TEST

struct flaky {
	struct pages_buffer kept;
	int failures;
};

static int flaky_sink(void *context, const void *data, size_t size)
{
	struct flaky *flaky = context;

	if (flaky->failures-- > 0)
		return ENOSPC;
	return sample_sink(&flaky->kept, data, size);
}

START_TEST(after_a_failed_chunk_its_strings_are_written_with_the_next)
{
	struct flaky flaky = {0};
	struct profile_writer writer;

	profile_writer_init(&writer, flaky_sink, &flaky);
	ck_assert_int_eq(profile_write_preface(&writer), 0);
	for (int i = 0; i < 3; i++) {
		profile_begin(&writer, PROFILE_MARK);
		profile_put(&writer, 1);
		profile_put_string(&writer, "name");
		profile_put(&writer, 2);
		flaky.failures = i == 0;
		ck_assert_int_eq(profile_end(&writer), i == 0 ? ENOSPC : 0);
	}
	profile_writer_release(&writer);
	struct profile read = {.data = flaky.kept.data, .size = flaky.kept.size};

	ck_assert_int_eq(profile_read(&read), 0);
	ck_assert_uint_eq(read.marks.size, 2 * sizeof(struct profile_mark));
	ck_assert_uint_eq(read.nchunks, 3); /* strings once, two marks */
	profile_release(&read);
	pages_release(&flaky.kept);
}
END_TEST

static char directory[] = "/tmp/memlint-test-XXXXXX";

START_TEST(dump_and_load_give_the_same_statistics)
{
	struct memlint_snapshot *rich = sample_rich();
	char path[64], *end = stpcpy(path, mkdtemp(directory));

	strcpy(end, "/x.memlint");
	ck_assert_int_eq(snapshot_dump(rich, path), 0);
	struct memlint_snapshot *again = snapshot_load(path);

	ck_assert_ptr_nonnull(again);
	for (int key = MEMLINT_BY_LINENO; key <= MEMLINT_BY_THREAD; key++) {
		struct memlint_statistics *a = snapshot_statistics(rich, (enum memlint_key)key, 0);
		struct memlint_statistics *b = snapshot_statistics(again, (enum memlint_key)key, 0);

		ck_assert_uint_eq(a->n, b->n);
		for (size_t i = 0; i < a->n; i++) {
			ck_assert_str_eq(a->rows[i].key, b->rows[i].key);
			ck_assert_uint_eq(a->rows[i].size, b->rows[i].size);
			ck_assert_uint_eq(a->rows[i].usable_bytes, b->rows[i].usable_bytes);
		}
		snapshot_statistics_free(a);
		snapshot_statistics_free(b);
	}
	snapshot_free(again);
	snapshot_free(rich);
	unlink(path);
	rmdir(directory);
}
END_TEST

START_TEST(dump_and_load_say_what_went_wrong)
{
	struct memlint_snapshot *rich = sample_rich();

	ck_assert_int_eq(snapshot_dump(rich, "/nonexistent/x.memlint"), -1);
	ck_assert_str_eq(snapshot_error(), "/nonexistent/x.memlint: cannot create: No such file or directory");
	ck_assert_int_eq(snapshot_dump(rich, "/dev/full"), -1);
	ck_assert_str_eq(snapshot_error(), "/dev/full: cannot write: No space left on device");
	ck_assert_ptr_null(snapshot_load("/"));
	ck_assert_str_eq(snapshot_error(), "/: is a directory, not a profile");
	ck_assert_ptr_null(snapshot_load("/dev/zero"));
	ck_assert_str_eq(snapshot_error(), "/dev/zero: is not a regular file, not a profile");
	ck_assert_ptr_null(snapshot_load("/nonexistent"));
	ck_assert_str_eq(snapshot_error(), "/nonexistent: cannot open: No such file or directory");
	snapshot_free(rich);
}
END_TEST

START_TEST(a_descriptor_that_fills_up_is_cut_back_to_whole_chunks)
{
	char path[] = "/tmp/memlint-test-XXXXXX";
	struct profile_fd file = {.fd = mkstemp(path)};
	struct stat status;

	ck_assert_int_eq(profile_fd_sink(&file, "whole", 5), 0);
	/* A descriptor for reading only fails at its first write. */
	struct profile_fd broken = {.fd = open(path, O_RDONLY), .size = 5};

	ck_assert_int_eq(profile_fd_sink(&broken, "more", 4), EBADF);
	ck_assert_int_eq(fstat(file.fd, &status), 0);
	ck_assert_int_eq(status.st_size, 5);
	close(broken.fd);
	close(file.fd);
	unlink(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("profile file");
	TCase *read = tcase_create("write and read"), *files = tcase_create("files");

	tcase_add_checked_fixture(read, setup, teardown);
	tcase_add_test(read, everything_written_is_read_back);
	tcase_add_test(read, the_snapshot_comes_back_with_rows_totals_and_frames);
	tcase_add_test(read, marks_and_samples_come_back_with_times_summed);
	tcase_add_test(read, the_heap_graph_comes_back_with_its_roots);
	tcase_add_test(read, a_graph_too_large_for_one_chunk_comes_in_several);
	tcase_add_test(read, a_snapshot_outlives_the_profile_it_was_read_from);
	tcase_add_test(read, a_chunk_of_a_later_writer_is_skipped);
	tcase_add_test(read, a_truncated_profile_is_read_up_to_its_last_whole_chunk);
	tcase_add_test(read, what_is_not_a_profile_is_named);
	tcase_add_test(read, a_wrong_checksum_is_damage_and_says_where);
	tcase_add_test(read, compression_that_cannot_be_undone_is_said);
	tcase_add_test(files, after_a_failed_chunk_its_strings_are_written_with_the_next);
	tcase_add_test(files, dump_and_load_give_the_same_statistics);
	tcase_add_test(files, dump_and_load_say_what_went_wrong);
	tcase_add_test(files, a_descriptor_that_fills_up_is_cut_back_to_whole_chunks);
	suite_add_tcase(suite, read);
	suite_add_tcase(suite, files);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
