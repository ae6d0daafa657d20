// SPDX-License-Identifier: MIT
/* Statistics, comparisons, filters and their texts: the cases of tracemalloc's own tests, by meaning. */
#include "memlint/abi.h"
#include "snapshot_sample.h"

#include <check.h>
#include <string.h>

static struct memlint_snapshot *before, *after;

static void setup(void)
{
	before = sample_old();
	after = sample_new();
}

static void teardown(void)
{
	snapshot_free(before);
	snapshot_free(after);
}

static void expect_texts(struct memlint_statistics *statistics, int is_diff, const char *const *texts, size_t n)
{
	char text[256];

	ck_assert_ptr_nonnull(statistics);
	for (size_t i = 0; i < n && i < statistics->n; i++) {
		ck_assert_uint_eq(snapshot_statistic_text(statistics->rows + i, is_diff, text, sizeof text),
		                  strlen(texts[i]));
		ck_assert_str_eq(text, texts[i]);
	}
	ck_assert_uint_eq(statistics->n, n);
	snapshot_statistics_free(statistics);
}
#define EXPECT(statistics, is_diff, ...)                                      \
	expect_texts(statistics, is_diff, (const char *const[]){__VA_ARGS__}, \
	             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

START_TEST(rows_by_line_are_sorted_by_size)
{
	EXPECT(snapshot_statistics(before, MEMLINT_BY_LINENO, 0), 0, "b.py:1: size=66 B, count=1, average=66 B",
	       "a.py:2: size=30 B, count=3, average=10 B", "<unknown>:0: size=7 B, count=1, average=7 B",
	       "a.py:5: size=2 B, count=1, average=2 B");
	EXPECT(snapshot_statistics(after, MEMLINT_BY_LINENO, 0), 0, "a.py:5: size=5002 B, count=2, average=2501 B",
	       "c.py:578: size=400 B, count=1, average=400 B", "a.py:2: size=30 B, count=3, average=10 B");
}
END_TEST

START_TEST(rows_by_file_have_the_sums_of_their_lines)
{
	EXPECT(snapshot_statistics(before, MEMLINT_BY_FILENAME, 0), 0, "b.py: size=66 B, count=1, average=66 B",
	       "a.py: size=32 B, count=4, average=8 B", "<unknown>: size=7 B, count=1, average=7 B");
}
END_TEST

START_TEST(rows_by_traceback_keep_all_frames)
{
	struct memlint_statistics *statistics = snapshot_statistics(after, MEMLINT_BY_TRACEBACK, 0);

	ck_assert_uint_eq(statistics->n, 3);
	ck_assert_uint_eq(statistics->rows[0].traceback.nframe, 2);
	ck_assert_str_eq(statistics->rows[0].traceback.frames[0].file, "a.py");
	ck_assert_uint_eq(statistics->rows[0].traceback.frames[0].line, 5);
	ck_assert_str_eq(statistics->rows[0].traceback.frames[1].file, "b.py");
	ck_assert_uint_eq(statistics->rows[0].traceback.frames[1].line, 4);
	ck_assert_uint_eq(statistics->rows[0].size, 5002);
	snapshot_statistics_free(statistics);
}
END_TEST

START_TEST(cumulative_rows_count_every_frame)
{
	EXPECT(snapshot_statistics(before, MEMLINT_BY_FILENAME, 1), 0, "b.py: size=98 B, count=5, average=20 B",
	       "a.py: size=32 B, count=4, average=8 B", "<unknown>: size=7 B, count=1, average=7 B");
	EXPECT(snapshot_statistics(before, MEMLINT_BY_LINENO, 1), 0, "b.py:1: size=66 B, count=1, average=66 B",
	       "b.py:4: size=32 B, count=4, average=8 B", "a.py:2: size=30 B, count=3, average=10 B",
	       "<unknown>:0: size=7 B, count=1, average=7 B", "a.py:5: size=2 B, count=1, average=2 B");
}
END_TEST

START_TEST(cumulative_rows_count_a_recursive_frame_once)
{
	const char *files[] = {"r.c", "r.c", "r.c", "main.c"};
	const uint32_t lines[] = {3, 8, 8, 1};
	struct memlint_snapshot *snapshot = snapshot_new();

	sample_row(snapshot, sample_trace(snapshot->tables, 4, files, lines), 100, 2);
	EXPECT(snapshot_statistics(snapshot, MEMLINT_BY_LINENO, 1), 0, "main.c:1: size=100 B, count=2, average=50 B",
	       "r.c:3: size=100 B, count=2, average=50 B", "r.c:8: size=100 B, count=2, average=50 B");
	EXPECT(snapshot_statistics(snapshot, MEMLINT_BY_FILENAME, 1), 0, "main.c: size=100 B, count=2, average=50 B",
	       "r.c: size=100 B, count=2, average=50 B");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(cumulative_is_refused_for_other_keys)
{
	ck_assert_ptr_null(snapshot_statistics(before, MEMLINT_BY_TRACEBACK, 1));
	ck_assert_str_eq(snapshot_error(), "cumulative statistics are by lineno or filename only");
	ck_assert_ptr_null(snapshot_compare_to(after, before, MEMLINT_BY_TYPE, 1));
	ck_assert_ptr_null(snapshot_statistics(before, (enum memlint_key)99, 0));
	ck_assert_str_eq(snapshot_error(), "unknown key to group by");
}
END_TEST

START_TEST(differences_by_line_show_what_changed_and_what_vanished)
{
	EXPECT(snapshot_compare_to(after, before, MEMLINT_BY_LINENO, 0), 1,
	       "a.py:5: size=5002 B (+5000 B), count=2 (+1), average=2501 B",
	       "c.py:578: size=400 B (+400 B), count=1 (+1), average=400 B", "b.py:1: size=0 B (-66 B), count=0 (-1)",
	       "<unknown>:0: size=0 B (-7 B), count=0 (-1)", "a.py:2: size=30 B (+0 B), count=3 (+0), average=10 B");
}
END_TEST

START_TEST(differences_by_file_and_traceback_are_matched_too)
{
	EXPECT(snapshot_compare_to(after, before, MEMLINT_BY_FILENAME, 0), 1,
	       "a.py: size=5032 B (+5000 B), count=5 (+1), average=1006 B",
	       "c.py: size=400 B (+400 B), count=1 (+1), average=400 B", "b.py: size=0 B (-66 B), count=0 (-1)",
	       "<unknown>: size=0 B (-7 B), count=0 (-1)");
	EXPECT(snapshot_compare_to(after, before, MEMLINT_BY_TRACEBACK, 0), 1,
	       "a.py:5: size=5002 B (+5000 B), count=2 (+1), average=2501 B",
	       "c.py:578: size=400 B (+400 B), count=1 (+1), average=400 B", "b.py:1: size=0 B (-66 B), count=0 (-1)",
	       "<unknown>:0: size=0 B (-7 B), count=0 (-1)", "a.py:2: size=30 B (+0 B), count=3 (+0), average=10 B");
}
END_TEST

START_TEST(a_snapshot_compared_to_itself_has_no_differences)
{
	struct memlint_statistics *statistics = snapshot_compare_to(after, after, MEMLINT_BY_LINENO, 0);

	ck_assert_uint_eq(statistics->n, 3);
	for (size_t i = 0; i < statistics->n; i++) {
		ck_assert_int_eq(statistics->rows[i].size_diff, 0);
		ck_assert_int_eq(statistics->rows[i].count_diff, 0);
	}
	snapshot_statistics_free(statistics);
}
END_TEST

START_TEST(a_file_compiled_in_another_directory_is_matched_by_its_name)
{
	struct memlint_snapshot *here = snapshot_new(), *there = snapshot_new();
	const struct snapshot_frame a = {.file = "src/x.c", .directory = "/build/1", .line = 4};
	const struct snapshot_frame b = {.file = "src/x.c", .directory = "/build/2", .line = 4};
	uint32_t frame = snapshot_add_frame(here->tables, &a);

	sample_row(here, snapshot_add_trace(here->tables, &frame, 1, 0, 1), 10, 1);
	frame = snapshot_add_frame(there->tables, &b);
	sample_row(there, snapshot_add_trace(there->tables, &frame, 1, 0, 1), 15, 1);
	EXPECT(snapshot_compare_to(there, here, MEMLINT_BY_LINENO, 0), 1,
	       "src/x.c:4: size=15 B (+5 B), count=1 (+0), average=15 B");
	snapshot_free(here);
	snapshot_free(there);
}
END_TEST

START_TEST(files_of_one_name_in_two_directories_stay_apart)
{
	struct memlint_snapshot *snapshot = snapshot_new();

	for (int i = 0; i < 2; i++) {
		const uint32_t frame = snapshot_add_frame(
		        snapshot->tables,
		        &(struct snapshot_frame){.file = "util.c", .directory = i ? "/a" : "/b", .line = 1});

		sample_row(snapshot, snapshot_add_trace(snapshot->tables, &frame, 1, 0, 1), 10, 1);
	}
	EXPECT(snapshot_statistics(snapshot, MEMLINT_BY_LINENO, 0), 0, "util.c:1: size=10 B, count=1, average=10 B",
	       "util.c:1: size=10 B, count=1, average=10 B");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(a_header_seen_from_two_directories_is_one_file)
{
	struct memlint_snapshot *snapshot = snapshot_new();

	for (int i = 0; i < 2; i++) {
		const uint32_t frame = snapshot_add_frame(snapshot->tables,
		                                          &(struct snapshot_frame){.file = i ? "../x.h" : "x.h",
		                                                                   .directory = i ? "/src/lib" : "/src",
		                                                                   .line = 1});

		sample_row(snapshot, snapshot_add_trace(snapshot->tables, &frame, 1, 0, 1), 10, 1);
	}
	EXPECT(snapshot_statistics(snapshot, MEMLINT_BY_LINENO, 0), 0, "x.h:1: size=20 B, count=2, average=10 B");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(a_filter_without_conditions_copies_everything)
{
	struct memlint_snapshot *copy = snapshot_filter(before, NULL, 0);

	ck_assert_uint_eq(snapshot_nrows(copy), snapshot_nrows(before));
	snapshot_free(copy);
}
END_TEST

START_TEST(an_exclusive_filter_drops_the_author_s_frame_only)
{
	const struct memlint_filter filter = {.filename_pattern = "b.py"};
	struct memlint_snapshot *kept = snapshot_filter(before, &filter, 1);

	EXPECT(snapshot_statistics(kept, MEMLINT_BY_LINENO, 0), 0, "a.py:2: size=30 B, count=3, average=10 B",
	       "<unknown>:0: size=7 B, count=1, average=7 B", "a.py:5: size=2 B, count=1, average=2 B");
	snapshot_free(kept);
}
END_TEST

START_TEST(all_frames_looks_at_callers_too)
{
	const struct memlint_filter keep = {.inclusive = 1, .filename_pattern = "b.py", .lineno = 4, .all_frames = 1};
	const struct memlint_filter drop = {.filename_pattern = "b.py", .all_frames = 1};
	struct memlint_snapshot *kept = snapshot_filter(before, &keep, 1), *rest = snapshot_filter(before, &drop, 1);

	EXPECT(snapshot_statistics(kept, MEMLINT_BY_LINENO, 0), 0, "a.py:2: size=30 B, count=3, average=10 B",
	       "a.py:5: size=2 B, count=1, average=2 B");
	EXPECT(snapshot_statistics(rest, MEMLINT_BY_LINENO, 0), 0, "<unknown>:0: size=7 B, count=1, average=7 B");
	snapshot_free(kept);
	snapshot_free(rest);
}
END_TEST

START_TEST(one_inclusive_filter_must_match_and_no_exclusive_one_may)
{
	const struct memlint_filter filters[] = {
	        {.inclusive = 1, .filename_pattern = "a.*"},
	        {.inclusive = 1, .filename_pattern = "b.*"},
	        {.filename_pattern = "a.py", .lineno = 5},
	};
	struct memlint_snapshot *kept = snapshot_filter(before, filters, 3);

	EXPECT(snapshot_statistics(kept, MEMLINT_BY_LINENO, 0), 0, "b.py:1: size=66 B, count=1, average=66 B",
	       "a.py:2: size=30 B, count=3, average=10 B");
	snapshot_free(kept);
}
END_TEST

START_TEST(filters_by_type_and_thread_meet_their_rows)
{
	struct memlint_snapshot *rich = sample_rich();
	const struct memlint_filter by_type = {.inclusive = 1, .type_pattern = "struct *"};
	const struct memlint_filter by_thread = {.inclusive = 1, .thread_pattern = "work*"};
	struct memlint_snapshot *typed = snapshot_filter(rich, &by_type, 1);
	struct memlint_snapshot *worker = snapshot_filter(rich, &by_thread, 1);

	snapshot_free(rich); /* what was filtered lives on */
	ck_assert_uint_eq(snapshot_nrows(typed), 2);
	ck_assert_uint_eq(snapshot_nrows(worker), 1);
	ck_assert_uint_eq(snapshot_rows(worker)[0].counts.alloc_bytes, 24);
	snapshot_free(typed);
	snapshot_free(worker);
}
END_TEST

START_TEST(released_rows_are_left_out_of_statistics)
{
	struct memlint_snapshot *rich = sample_rich();

	EXPECT(snapshot_statistics(rich, MEMLINT_BY_LINENO, 0), 0,
	       "libfoo.so.1+0x1234: size=1024 B, count=1, average=1024 B",
	       "app.c:12: size=144 B, count=6, average=24 B");
	EXPECT(snapshot_statistics(rich, MEMLINT_BY_THREAD, 0), 0, "main: size=1168 B, count=7, average=167 B");
	EXPECT(snapshot_statistics(rich, MEMLINT_BY_TYPE, 0), 0, "<unknown>: size=1024 B, count=1, average=1024 B",
	       "struct node: size=144 B, count=6, average=24 B");
	EXPECT(snapshot_statistics(rich, MEMLINT_BY_FUNCTION, 0), 0,
	       "<libfoo.so.1>: size=1024 B, count=1, average=1024 B", "main: size=144 B, count=6, average=24 B");
	snapshot_free(rich);
}
END_TEST

START_TEST(a_statistic_sums_all_counts_and_keeps_place_and_type)
{
	struct memlint_snapshot *rich = sample_rich();
	struct memlint_statistics *statistics = snapshot_statistics(rich, MEMLINT_BY_LINENO, 0);
	const struct memlint_statistic *row = statistics->rows + 1;

	ck_assert_str_eq(row->key, "app.c:12");
	ck_assert_str_eq(row->type, "struct node");
	ck_assert_uint_eq(row->alloc_count, 11);
	ck_assert_uint_eq(row->alloc_bytes, 264);
	ck_assert_uint_eq(row->usable_bytes, 344);
	ck_assert_uint_eq(row->peak_bytes, 224);
	ck_assert_uint_eq(row->temporary_count, 3);
	ck_assert_uint_eq(row->traceback.nframe, 1);
	ck_assert_uint_eq(row->traceback.total_nframe, 5);
	ck_assert_str_eq(row->traceback.frames[0].function, "main");
	ck_assert_uint_eq(row->traceback.frames[0].column, 21);
	snapshot_statistics_free(statistics);
	snapshot_free(rich);
}
END_TEST

START_TEST(a_line_with_two_types_and_columns_has_no_type_and_the_first_column)
{
	struct memlint_snapshot *snapshot = snapshot_new();

	for (uint32_t i = 0; i < 2; i++) {
		const uint32_t frame = snapshot_add_frame(
		        snapshot->tables,
		        &(struct snapshot_frame){
		                .file = "x.c", .line = 1, .column = 30 - 10 * i, .type = i ? "int" : "char"});

		sample_row(snapshot, snapshot_add_trace(snapshot->tables, &frame, 1, 0, 1), 8, 1);
	}
	struct memlint_statistics *statistics = snapshot_statistics(snapshot, MEMLINT_BY_LINENO, 0);

	ck_assert_uint_eq(statistics->n, 1);
	ck_assert_str_eq(statistics->rows[0].type, "");
	ck_assert_uint_eq(statistics->rows[0].traceback.frames[0].column, 20);
	snapshot_statistics_free(statistics);
	snapshot_free(snapshot);
}
END_TEST

START_TEST(sizes_are_written_as_tracemalloc_writes_them)
{
	static const struct {
		double size;
		int sign;
		const char *text;
	} cases[] = {
	        {0, 0, "0 B"},
	        {0, 1, "+0 B"},
	        {99, 0, "99 B"},
	        {100, 0, "100 B"},
	        {10239, 0, "10239 B"},
	        {10240, 0, "10.0 KiB"},
	        {4194304, 0, "4096 KiB"},
	        {1024.0 * 1024 * 10, 0, "10.0 MiB"},
	        {102400 - 1, 0, "100.0 KiB"},
	        {102400, 0, "100 KiB"},
	        {-5000, 1, "-5000 B"},
	        {5000, 1, "+5000 B"},
	        {-10240, 1, "-10.0 KiB"},
	        {419430.4, 0, "410 KiB"},
	        {2.5, 0, "2 B"},
	        {3.5, 0, "4 B"},
	        {10496, 0, "10.2 KiB"},
	        {1024.0 * 1024 * 1024 * 11, 0, "11.0 GiB"},
	        {1e16, 0, "9095 TiB"},
	        {1e17, 0, "90949 TiB"},
	        {0.3, 0, "0 B"},
	};
	char text[64];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const size_t length = snapshot_size_text(cases[i].size, cases[i].sign, text, sizeof text);

		ck_assert_str_eq(text, cases[i].text);
		ck_assert_uint_eq(length, strlen(cases[i].text));
	}
}
END_TEST

START_TEST(a_text_that_does_not_fit_is_cut_and_its_full_length_told)
{
	const struct memlint_statistic row = {.key = "app.c:12", .size = 4194304, .count = 10};
	char text[9] = "XXXXXXXX";

	ck_assert_uint_eq(snapshot_statistic_text(&row, 0, text, sizeof text), 50);
	ck_assert_str_eq(text, "app.c:12");
	ck_assert_uint_eq(snapshot_statistic_text(&row, 0, NULL, 0), 50);
}
END_TEST

START_TEST(equal_rows_are_in_order_of_place)
{
	struct memlint_snapshot *snapshot = snapshot_new();

	for (uint32_t i = 0; i < 3; i++) {
		const char *file = i ? "b.c" : "z.c";
		const uint32_t line = 20 - i;

		sample_row(snapshot, sample_trace(snapshot->tables, 1, &file, &line), 5, 1);
	}
	EXPECT(snapshot_statistics(snapshot, MEMLINT_BY_LINENO, 0), 0, "b.c:18: size=5 B, count=1, average=5 B",
	       "b.c:19: size=5 B, count=1, average=5 B", "z.c:20: size=5 B, count=1, average=5 B");
	snapshot_free(snapshot);
}
END_TEST

START_TEST(many_groups_are_all_found_and_sorted)
{
	struct memlint_snapshot *snapshot = snapshot_new();
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 20000; i++) {
		const char *file = "many.c";
		const uint32_t line = i % 5000 + 1;

		sample_row(snapshot, sample_trace(snapshot->tables, 1, &file, &line), i * 7 % 1001, 1);
		sum += i * 7 % 1001;
	}
	struct memlint_statistics *statistics = snapshot_statistics(snapshot, MEMLINT_BY_LINENO, 0);

	ck_assert_uint_eq(statistics->n, 5000);
	for (size_t i = 0; i < statistics->n; i++) {
		sum -= statistics->rows[i].size;
		ck_assert(!i || statistics->rows[i - 1].size >= statistics->rows[i].size);
	}
	ck_assert_uint_eq(sum, 0);
	snapshot_statistics_free(statistics);
	snapshot_free(snapshot);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("statistics");
	TCase *group = tcase_create("groups, filters, texts");

	tcase_add_checked_fixture(group, setup, teardown);
	tcase_add_test(group, rows_by_line_are_sorted_by_size);
	tcase_add_test(group, rows_by_file_have_the_sums_of_their_lines);
	tcase_add_test(group, rows_by_traceback_keep_all_frames);
	tcase_add_test(group, cumulative_rows_count_every_frame);
	tcase_add_test(group, cumulative_rows_count_a_recursive_frame_once);
	tcase_add_test(group, cumulative_is_refused_for_other_keys);
	tcase_add_test(group, differences_by_line_show_what_changed_and_what_vanished);
	tcase_add_test(group, differences_by_file_and_traceback_are_matched_too);
	tcase_add_test(group, a_snapshot_compared_to_itself_has_no_differences);
	tcase_add_test(group, a_file_compiled_in_another_directory_is_matched_by_its_name);
	tcase_add_test(group, files_of_one_name_in_two_directories_stay_apart);
	tcase_add_test(group, a_header_seen_from_two_directories_is_one_file);
	tcase_add_test(group, a_filter_without_conditions_copies_everything);
	tcase_add_test(group, an_exclusive_filter_drops_the_author_s_frame_only);
	tcase_add_test(group, all_frames_looks_at_callers_too);
	tcase_add_test(group, one_inclusive_filter_must_match_and_no_exclusive_one_may);
	tcase_add_test(group, filters_by_type_and_thread_meet_their_rows);
	tcase_add_test(group, released_rows_are_left_out_of_statistics);
	tcase_add_test(group, a_statistic_sums_all_counts_and_keeps_place_and_type);
	tcase_add_test(group, a_line_with_two_types_and_columns_has_no_type_and_the_first_column);
	tcase_add_test(group, sizes_are_written_as_tracemalloc_writes_them);
	tcase_add_test(group, a_text_that_does_not_fit_is_cut_and_its_full_length_told);
	tcase_add_test(group, equal_rows_are_in_order_of_place);
	tcase_add_test(group, many_groups_are_all_found_and_sorted);
	suite_add_tcase(suite, group);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
