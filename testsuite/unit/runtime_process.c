// SPDX-License-Identifier: MIT
/* Whole processes under the runtime: how they end, what they do to descriptors and signals, what the profile then holds. */
#include "runtime_run.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The counts of the rows whose author's line is @line; @thread NULL for all. */
static struct snapshot_counts counts_of(const struct read *read, uint32_t line, const char *thread)
{
	const struct snapshot_tables *tables = read->last->tables;
	struct snapshot_counts sum = {0};

	for (size_t i = 0; i < snapshot_nrows(read->last); i++) {
		const struct snapshot_row *row = snapshot_rows(read->last) + i;
		const struct snapshot_trace *trace = snapshot_traces(tables) + row->trace;

		if (snapshot_author(tables, trace)->foreign || snapshot_author(tables, trace)->line != line)
			continue;
		if (thread && strcmp(snapshot_threads(tables)[row->thread].name, thread))
			continue;
		sum.alloc_count += row->counts.alloc_count;
		sum.alloc_bytes += row->counts.alloc_bytes;
		sum.free_count += row->counts.free_count;
		sum.free_bytes += row->counts.free_bytes;
		sum.peak_bytes += row->counts.peak_bytes;
		sum.live_usable += row->counts.live_usable;
		sum.temporary_count += row->counts.temporary_count;
	}
	return sum;
}

/* What work() in the guest leaves. */
static void check_work(const struct read *read)
{
	const struct snapshot_counts first = counts_of(read, 1, "main"), second = counts_of(read, 2, "main");

	ck_assert_uint_eq(first.alloc_count, 100);
	ck_assert_uint_eq(first.free_count, 60);
	ck_assert_uint_eq(first.alloc_bytes - first.free_bytes, 400);
	ck_assert_uint_eq(first.live_usable, 40 * 24);
	ck_assert_uint_eq(second.alloc_count, 1);
	ck_assert_uint_eq(second.temporary_count, 1);
}

static void check_end(const char *mode, int status, uint64_t how)
{
	struct read read;

	ck_assert_int_eq(run(mode), status);
	ck_assert_str_eq(run_stderr, "");
	read_profile(&read, "p.memlint");
	check_work(&read);
	ck_assert_int_eq(read.profile.ended, 1);
	ck_assert_uint_eq(read.profile.end_how, how);
}

START_TEST(a_program_that_returns_leaves_a_whole_profile)
{
	struct read read;

	check_end("return", 0, 0);
	read_profile(&read, "p.memlint");
	ck_assert_uint_eq(read.totals.alloc_count, 101);
	ck_assert_uint_eq(read.totals.free_count, 61);
	ck_assert_uint_eq(read.totals.live_bytes, 400);
	ck_assert_uint_eq(read.totals.peak_bytes, 5400);
	ck_assert_uint_eq(read.totals.peak_error, 0);
	ck_assert_uint_eq(counts_of(&read, 2, NULL).peak_bytes, 5000);
	ck_assert_uint_eq(counts_of(&read, 1, NULL).peak_bytes, 400);
	ck_assert_uint_eq(profile_nsnapshots(&read.profile), 1);
	ck_assert_str_eq(read.last->tables->program.executable + strlen(read.last->tables->program.executable) - 13,
	                 "runtime_guest");
	ck_assert_uint_eq(read.last->tables->program.argc, 2);
}
END_TEST

START_TEST(a_program_that_exits_leaves_a_whole_profile)
{
	check_end("exit", 3 << 8, 0);
}
END_TEST

START_TEST(quick_exit_leaves_a_whole_profile)
{
	check_end("quick_exit", 4 << 8, 1);
}
END_TEST

START_TEST(the_system_s_exit_leaves_a_whole_profile)
{
	check_end("_exit", 5 << 8, 1);
}
END_TEST

START_TEST(abort_leaves_a_whole_profile)
{
	const struct rlimit none = {0, 0};

	setrlimit(RLIMIT_CORE, &none);
	check_end("abort", SIGABRT, 2);
}
END_TEST

START_TEST(a_program_that_becomes_another_leaves_a_whole_profile)
{
	check_end("exec", 0, 3);
}
END_TEST

START_TEST(an_exec_that_fails_does_not_end_the_counting)
{
	struct read read;

	ck_assert_int_eq(run("exec-fails"), 0);
	read_profile(&read, "p.memlint");
	ck_assert_uint_eq(counts_of(&read, 3, NULL).alloc_count, 1);
	ck_assert_uint_eq(read.profile.end_how, 0);
}
END_TEST

START_TEST(what_libc_keeps_until_the_end_is_given_back_before_the_last_snapshot)
{
	struct read read;

	ck_assert_int_eq(run("print"), 0);
	read_profile(&read, "p.memlint");
	check_work(&read);
	/* The stream's buffer: one more allocation, one more release. */
	ck_assert_uint_eq(read.totals.alloc_count, 102);
	ck_assert_uint_eq(read.totals.free_count, 62);
	ck_assert_uint_eq(read.totals.live_bytes, 400);
}
END_TEST

START_TEST(a_forked_child_has_a_profile_of_its_own)
{
	struct read parent, child;
	char pattern[100];
	glob_t found;

	ck_assert_int_eq(run("fork"), 0);
	read_profile(&parent, "p.memlint");
	check_work(&parent);
	ck_assert_uint_eq(counts_of(&parent, 5, NULL).alloc_bytes, 444);
	ck_assert_uint_eq(counts_of(&parent, 4, NULL).alloc_bytes, 0);
	snprintf(pattern, sizeof pattern, "%s/p.memlint.*", run_directory);
	ck_assert_int_eq(glob(pattern, 0, NULL, &found), 0);
	ck_assert_uint_eq(found.gl_pathc, 1);
	read_profile(&child, strrchr(found.gl_pathv[0], '/') + 1);
	check_work(&child);
	ck_assert_uint_eq(counts_of(&child, 4, NULL).alloc_bytes, 333);
	ck_assert_uint_eq(counts_of(&child, 5, NULL).alloc_bytes, 0);
	ck_assert_uint_eq(child.profile.end_how, 0);
	globfree(&found);
}
END_TEST

static void check_no_child_s_profile(void)
{
	struct read read;
	char pattern[100];
	glob_t found;

	read_profile(&read, "p.memlint");
	check_work(&read);
	ck_assert_uint_eq(read.profile.end_how, 0);
	snprintf(pattern, sizeof pattern, "%s/p.memlint.*", run_directory);
	ck_assert_int_eq(glob(pattern, 0, NULL, &found), GLOB_NOMATCH);
}

START_TEST(a_child_that_only_becomes_another_program_writes_nothing)
{
	ck_assert_int_eq(run("fork-exec"), 0);
	check_no_child_s_profile();
}
END_TEST

START_TEST(a_child_is_not_followed_when_told_so)
{
	setenv("MEMLINT_FOLLOW_FORK", "0", 1);
	ck_assert_int_eq(run("fork"), 0);
	check_no_child_s_profile();
}
END_TEST

START_TEST(the_exit_of_a_vfork_child_does_not_end_the_parent_s_profile)
{
	struct read read;

	ck_assert_int_eq(run("vfork"), 0);
	check_no_child_s_profile();
	read_profile(&read, "p.memlint");
	ck_assert_uint_eq(counts_of(&read, 5, NULL).alloc_bytes, 444);
}
END_TEST

START_TEST(a_program_that_closes_and_reuses_every_descriptor_still_leaves_its_profile)
{
	check_end("close", 0, 0);
}
END_TEST

START_TEST(a_signal_takes_a_snapshot)
{
	struct read read;

	setenv("MEMLINT_SIGNAL", "USR2", 1);
	ck_assert_int_eq(run("signal"), 0);
	read_profile(&read, "p.memlint");
	ck_assert_uint_eq(profile_nsnapshots(&read.profile), 2);
	ck_assert_uint_eq(profile_snapshots(&read.profile)[0].reason, PROFILE_BY_SIGNAL);
	ck_assert_uint_eq(profile_snapshots(&read.profile)[0].totals.alloc_count, 101);
	ck_assert_uint_eq(profile_snapshots(&read.profile)[1].totals.alloc_count, 102);
}
END_TEST

START_TEST(what_was_flushed_before_a_kill_is_readable)
{
	struct read read;

	setenv("MEMLINT_SIGNAL", "SIGUSR2", 1);
	ck_assert_int_eq(run("kill"), SIGKILL);
	read_profile(&read, "p.memlint");
	check_work(&read);
	ck_assert_int_eq(read.profile.ended, 0);
}
END_TEST

START_TEST(a_signal_that_ends_the_program_leaves_a_whole_profile)
{
	check_end("term", SIGTERM, 2);
}
END_TEST

START_TEST(an_interval_takes_snapshots_and_the_peak_stays_exact)
{
	struct read read;

	setenv("MEMLINT_INTERVAL", "50ms", 1);
	ck_assert_int_eq(run("sleep"), 0);
	ck_assert_str_eq(run_stderr, "");
	read_profile(&read, "p.memlint");
	check_work(&read);
	ck_assert_uint_ge(profile_nsnapshots(&read.profile), 3);
	ck_assert_uint_eq(profile_snapshots(&read.profile)[0].reason, PROFILE_BY_INTERVAL);
	ck_assert_uint_eq(read.totals.peak_error, 0);
	ck_assert_uint_eq(read.totals.alloc_count, 101);
}
END_TEST

START_TEST(rows_are_kept_by_the_thread_that_allocated_and_its_name)
{
	struct read read;

	ck_assert_int_eq(run("threads"), 0);
	read_profile(&read, "p.memlint");
	check_work(&read);
	ck_assert_uint_eq(counts_of(&read, 6, "worker").alloc_bytes, 77);
	ck_assert_uint_eq(counts_of(&read, 6, "worker").free_bytes, 77);
	ck_assert_uint_eq(counts_of(&read, 7, "thread").alloc_bytes, 88);
	ck_assert_uint_gt(read.totals.peak_error, 0);
	ck_assert_uint_eq(read.last->tables->program.flags & PROFILE_PROGRAM_EXACT_PEAK, 0);
}
END_TEST

START_TEST(allocations_in_a_thread_s_last_destructors_count)
{
	struct read read;

	ck_assert_int_eq(run("late"), 0);
	read_profile(&read, "p.memlint");
	check_work(&read);
	ck_assert_uint_eq(counts_of(&read, 8, NULL).alloc_count, 4);
	ck_assert_uint_eq(counts_of(&read, 8, NULL).free_count, 4);
}
END_TEST

START_TEST(what_libc_allocates_inside_counts_for_the_line_that_called_it)
{
	struct read read;

	ck_assert_int_eq(run("library"), 0);
	read_profile(&read, "p.memlint");
	check_work(&read);
	/* The stream, its buffer, and the line. */
	ck_assert_uint_eq(counts_of(&read, 63, NULL).alloc_count, 3);
	ck_assert_uint_eq(counts_of(&read, 63, NULL).free_count, 3);
	ck_assert_uint_eq(read.totals.alloc_count, 104);
}
END_TEST

START_TEST(a_mark_stands_on_the_timeline)
{
	struct read read;

	ck_assert_int_eq(run("mark"), 0);
	read_profile(&read, "p.memlint");
	ck_assert_uint_eq(read.profile.marks.size, sizeof(struct profile_mark));
	ck_assert_str_eq(((struct profile_mark *)(void *)read.profile.marks.data)->name, "half way");
	ck_assert_uint_eq(((struct profile_mark *)(void *)read.profile.marks.data)->live, 400);
}
END_TEST

static size_t lines_of(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

START_TEST(an_output_that_cannot_be_written_is_told_in_one_line_and_the_program_runs)
{
	setenv("MEMLINT_OUTPUT", "/nonexistent/run_directory/file", 1);
	ck_assert_int_eq(run("exit"), 3 << 8);
	ck_assert_uint_eq(lines_of(run_stderr), 1);
	ck_assert_ptr_nonnull(strstr(run_stderr, "/nonexistent/run_directory/file"));
	ck_assert_ptr_nonnull(strstr(run_stderr, "No such file or directory"));
}
END_TEST

START_TEST(a_full_disk_is_told_in_one_line_and_the_program_runs)
{
	setenv("MEMLINT_OUTPUT", "/dev/full", 1);
	ck_assert_int_eq(run("exit"), 3 << 8);
	ck_assert_uint_eq(lines_of(run_stderr), 1);
	ck_assert_ptr_nonnull(strstr(run_stderr, "No space left on device"));
}
END_TEST

START_TEST(a_file_that_may_not_grow_keeps_what_was_whole)
{
	struct read read;

	setenv("MEMLINT_SIGNAL", "USR2", 1);
	run_file_limit = 600;
	ck_assert_int_eq(run("disk"), 0);
	ck_assert_uint_eq(lines_of(run_stderr), 1);
	ck_assert_ptr_nonnull(strstr(run_stderr, "File too large"));
	run_file_limit = RLIM_INFINITY;
	read_profile(&read, "p.memlint");
	ck_assert_uint_le(read.content.size, 600);
	ck_assert_str_ne(read.profile.tables->program.executable, "");
}
END_TEST

START_TEST(little_address_space_leaves_the_program_running)
{
	ck_assert_int_eq(run("little-memory"), 0);
	ck_assert_uint_le(lines_of(run_stderr), 1);
}
END_TEST

START_TEST(each_wrong_value_is_told_in_one_line_and_the_default_is_used)
{
	struct read read;

	setenv("MEMLINT_NFRAME", "0", 1);
	setenv("MEMLINT_INTERVAL", "soon", 1);
	setenv("MEMLINT_SIGNAL", "SIGKILL", 1);
	setenv("MEMLINT_FOLLOW_FORK", "maybe", 1);
	ck_assert_int_eq(run("exit"), 3 << 8);
	ck_assert_uint_eq(lines_of(run_stderr), 4);
	ck_assert_ptr_nonnull(strstr(run_stderr, "MEMLINT_NFRAME=0 "));
	ck_assert_ptr_nonnull(strstr(run_stderr, "MEMLINT_INTERVAL=soon "));
	ck_assert_ptr_nonnull(strstr(run_stderr, "MEMLINT_SIGNAL=SIGKILL "));
	ck_assert_ptr_nonnull(strstr(run_stderr, "MEMLINT_FOLLOW_FORK=maybe "));
	read_profile(&read, "p.memlint");
	check_work(&read);
	ck_assert_uint_eq(read.last->tables->program.nframe, 1);
}
END_TEST

START_TEST(without_the_variable_nothing_is_written)
{
	unsetenv("MEMLINT");
	ck_assert_int_eq(run("exit"), 3 << 8);
	ck_assert_str_eq(run_stderr, "");
	ck_assert_int_eq(rmdir(run_directory), 0);
	ck_assert_int_eq(mkdir(run_directory, 0700), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runtime_process");
	TCase *tests = tcase_create("process");
	SRunner *runner = srunner_create(suite);

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, run_set_up, run_tear_down);
	tcase_add_test(tests, a_program_that_returns_leaves_a_whole_profile);
	tcase_add_test(tests, a_program_that_exits_leaves_a_whole_profile);
	tcase_add_test(tests, quick_exit_leaves_a_whole_profile);
	tcase_add_test(tests, the_system_s_exit_leaves_a_whole_profile);
	tcase_add_test(tests, abort_leaves_a_whole_profile);
	tcase_add_test(tests, a_program_that_becomes_another_leaves_a_whole_profile);
	tcase_add_test(tests, an_exec_that_fails_does_not_end_the_counting);
	tcase_add_test(tests, what_libc_keeps_until_the_end_is_given_back_before_the_last_snapshot);
	tcase_add_test(tests, a_forked_child_has_a_profile_of_its_own);
	tcase_add_test(tests, a_child_that_only_becomes_another_program_writes_nothing);
	tcase_add_test(tests, a_child_is_not_followed_when_told_so);
	tcase_add_test(tests, the_exit_of_a_vfork_child_does_not_end_the_parent_s_profile);
	tcase_add_test(tests, a_program_that_closes_and_reuses_every_descriptor_still_leaves_its_profile);
	tcase_add_test(tests, a_signal_takes_a_snapshot);
	tcase_add_test(tests, what_was_flushed_before_a_kill_is_readable);
	tcase_add_test(tests, a_signal_that_ends_the_program_leaves_a_whole_profile);
	tcase_add_test(tests, an_interval_takes_snapshots_and_the_peak_stays_exact);
	tcase_add_test(tests, rows_are_kept_by_the_thread_that_allocated_and_its_name);
	tcase_add_test(tests, allocations_in_a_thread_s_last_destructors_count);
	tcase_add_test(tests, what_libc_allocates_inside_counts_for_the_line_that_called_it);
	tcase_add_test(tests, a_mark_stands_on_the_timeline);
	tcase_add_test(tests, an_output_that_cannot_be_written_is_told_in_one_line_and_the_program_runs);
	tcase_add_test(tests, a_full_disk_is_told_in_one_line_and_the_program_runs);
	tcase_add_test(tests, a_file_that_may_not_grow_keeps_what_was_whole);
	tcase_add_test(tests, little_address_space_leaves_the_program_running);
	tcase_add_test(tests, each_wrong_value_is_told_in_one_line_and_the_default_is_used);
	tcase_add_test(tests, without_the_variable_nothing_is_written);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
