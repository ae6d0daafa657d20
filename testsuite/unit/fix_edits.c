// SPDX-License-Identifier: MIT
/* Edits: which go together, what files become, patches, and giving up. */
#include "analyzer/fix/fix.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64], one[128], two[128];
static struct findings findings;

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	fputs(text, file);
	fclose(file);
}

static void expect_file(const char *path, const char *text)
{
	char buffer[4096] = "";
	FILE *file = fopen(path, "r");

	ck_assert_ptr_nonnull(file);
	buffer[fread(buffer, 1, sizeof buffer - 1, file)] = 0;
	fclose(file);
	ck_assert_str_eq(buffer, text);
}

static void setup(void)
{
	strcpy(directory, "/tmp/memlint-fix-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(one, sizeof one, "%s/one.c", directory);
	snprintf(two, sizeof two, "%s/two.c", directory);
	write_file(one, "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n");
	write_file(two, "a b c");
	findings_init(&findings, directory);
}

static void teardown(void)
{
	findings_release(&findings);
	chmod(one, 0600);
	unlink(one);
	unlink(two);
	rmdir(directory);
}

/* A finding with a fix of up to two edits; a path NULL ends them. */
static void add(enum fix_class class, const char *identity, struct edit first, struct edit second)
{
	struct edit *edits = arena_array(&findings.arena, 2, struct edit);
	struct fix *fix = arena_new(&findings.arena, struct fix);

	edits[0] = first;
	edits[1] = second;
	*fix = (struct fix){
	        .class = class, .title = identity, .reason = "", .edits = edits, .nedits = second.path ? 2 : 1};
	findings_add(&findings, &(struct finding){.code = 1,
	                                          .rule = "test",
	                                          .place = {.path = first.path, .line = 1},
	                                          .message = identity,
	                                          .details = "",
	                                          .identity = identity,
	                                          .fix = fix});
	findings_finish(&findings);
}

static const struct edit none;

static void apply(const struct fix_options *options, size_t fixes)
{
	struct fix_run *run = fix_run_new(&findings, options);

	ck_assert_int_eq(fix_verify(run), STATUS_OK);
	ck_assert_uint_eq(fix_count(run), fixes);
	ck_assert_int_eq(fix_apply(run), STATUS_OK);
	fix_run_free(run);
}

START_TEST(only_safe_fixes_are_applied_unless_asked)
{
	add(FIX_SAFE, "a", (struct edit){two, 0, 1, "A"}, none);
	add(FIX_UNSAFE, "b", (struct edit){two, 2, 3, "B"}, none);
	add(FIX_SUGGESTION, "c", (struct edit){two, 4, 5, "C"}, none);
	apply(&(struct fix_options){0}, 1);
	expect_file(two, "A b c");
	apply(&(struct fix_options){.unsafe = true}, 2);
	expect_file(two, "A B c");
}
END_TEST

START_TEST(of_two_fixes_that_overlap_the_first_wins_whole)
{
	add(FIX_SAFE, "a", (struct edit){two, 0, 3, "X"}, none);
	add(FIX_SAFE, "b", (struct edit){two, 2, 3, "Y"}, (struct edit){two, 4, 5, "Z"});
	apply(&(struct fix_options){0}, 1);
	expect_file(two, "X c");
}
END_TEST

START_TEST(an_edit_past_the_end_is_left_out)
{
	add(FIX_SAFE, "a", (struct edit){two, 3, 300, "X"}, none);
	apply(&(struct fix_options){0}, 0);
	expect_file(two, "a b c");
}
END_TEST

START_TEST(mode_and_other_files_stay_as_they_were)
{
	struct stat status;

	chmod(one, 0640);
	add(FIX_SAFE, "a", (struct edit){one, 0, 3, "ONE"}, (struct edit){two, 0, 1, "A"});
	apply(&(struct fix_options){0}, 1);
	stat(one, &status);
	ck_assert_uint_eq(status.st_mode & 0777, 0640);
	expect_file(two, "A b c");
}
END_TEST

START_TEST(nothing_is_written_when_one_file_changed_meanwhile)
{
	add(FIX_SAFE, "a", (struct edit){one, 0, 3, "ONE"}, (struct edit){two, 0, 1, "A"});
	struct fix_run *run = fix_run_new(&findings, &(struct fix_options){0});

	write_file(two, "other text");
	ck_assert_int_eq(fix_apply(run), STATUS_ERROR);
	fix_run_free(run);
	expect_file(one, "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n");
	expect_file(two, "other text");
}
END_TEST

static int calls;

static enum status reject_two(void *context, struct fix_run *run, const struct fix_file *files, size_t count)
{
	calls++;
	ck_assert_ptr_eq(context, &calls);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(files[i].path, two) == 0) {
			ck_assert_str_eq(files[i].text, "A b c");
			fix_reject(run, two, 1, "error: it is broken now");
		}
	}
	return STATUS_OK;
}

START_TEST(a_rejected_file_takes_its_fixes_back_and_the_rest_is_verified_again)
{
	add(FIX_SAFE, "a", (struct edit){two, 0, 1, "A"}, none);
	add(FIX_SAFE, "b", (struct edit){one, 0, 3, "ONE"}, none);
	calls = 0;
	apply(&(struct fix_options){.verify = reject_two, .context = &calls}, 1);
	ck_assert_int_eq(calls, 2);
	expect_file(two, "a b c");
	expect_file(one, "ONE\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\n");
}
END_TEST

static enum status reject_header(void *context, struct fix_run *run, const struct fix_file *files, size_t count)
{
	(void)context, (void)files, (void)count;
	fix_reject(run, "/somewhere/else.h", 3, "error: it breaks there");
	return STATUS_OK;
}

START_TEST(a_diagnostic_in_a_file_that_nobody_edits_takes_all_back)
{
	add(FIX_SAFE, "a", (struct edit){two, 0, 1, "A"}, none);
	apply(&(struct fix_options){.verify = reject_header}, 0);
	expect_file(two, "a b c");
}
END_TEST

/* Says that whatever holds "BAD" is broken, on its line or only somewhere. */
struct compiler {
	const char *blamed; /* the file named; NULL: the one that is broken */
	bool exact;
	int calls;
};

static enum status compile(void *context, struct fix_run *run, const struct fix_file *files, size_t count)
{
	struct compiler *compiler = context;

	compiler->calls++;
	for (size_t i = 0; i < count; i++) {
		uint32_t line = 1;

		for (const char *at = files[i].text; *at; at++) {
			line += *at == '\n';
			if (strncmp(at, "BAD", 3) == 0)
				fix_reject(run, compiler->blamed ? compiler->blamed : files[i].path,
				           compiler->exact ? line : 0, "error: bad");
		}
	}
	return STATUS_OK;
}

static void apply_with(struct compiler *compiler, size_t fixes)
{
	apply(&(struct fix_options){.verify = compile, .context = compiler}, fixes);
}

static void add_one_bad_of_five(void)
{
	add(FIX_SAFE, "a", (struct edit){one, 0, 3, "ONE\nONE"}, (struct edit){two, 0, 1, "A"});
	add(FIX_SAFE, "b", (struct edit){one, 8, 13, "THREE"}, none);
	add(FIX_SAFE, "c", (struct edit){one, 19, 23, "BAD"}, (struct edit){two, 2, 3, "B"});
	add(FIX_SAFE, "d", (struct edit){one, 28, 33, "SEVEN"}, none);
	add(FIX_SAFE, "e", (struct edit){two, 4, 5, "C"}, none);
}

static const char all_but_one[] = "ONE\nONE\ntwo\nTHREE\nfour\nfive\nsix\nSEVEN\neight\nnine\nten\neleven\ntwelve\n";

START_TEST(of_several_fixes_of_a_file_only_the_one_on_the_line_of_the_error_is_left_out)
{
	struct compiler compiler = {.exact = true};

	add_one_bad_of_five();
	apply_with(&compiler, 4);
	expect_file(one, all_but_one);
	expect_file(two, "A b C");
	ck_assert_int_eq(compiler.calls, 2);
}
END_TEST

START_TEST(an_error_elsewhere_is_traced_to_its_fix_by_halves)
{
	struct compiler compiler = {.blamed = "/somewhere/else.h", .exact = true};

	add_one_bad_of_five();
	apply_with(&compiler, 4);
	expect_file(one, all_but_one);
	expect_file(two, "A b C");
	ck_assert_int_le(compiler.calls, 8);
}
END_TEST

START_TEST(when_all_fixes_break_something_none_is_done)
{
	struct compiler compiler = {0};

	for (uint32_t i = 0; i < 5; i++)
		add(FIX_SAFE, "a", (struct edit){one, 2 * i, 2 * i, "BAD"}, none);
	apply_with(&compiler, 0);
	expect_file(two, "a b c");
}
END_TEST

static enum status lose(void *context, struct fix_run *run, const struct fix_file *files, size_t count)
{
	(void)files, (void)count;
	++*(int *)context;
	fix_give_up(run, two, "the parser crashed");
	return STATUS_OK;
}

START_TEST(what_cannot_be_parsed_is_given_up_without_more_trials)
{
	int trials = 0;

	add(FIX_SAFE, "a", (struct edit){two, 0, 1, "A"}, none);
	add(FIX_SAFE, "b", (struct edit){two, 4, 5, "C"}, none);
	apply(&(struct fix_options){.verify = lose, .context = &trials}, 0);
	ck_assert_int_eq(trials, 1);
}
END_TEST

START_TEST(an_include_that_two_fixes_need_comes_once_and_goes_with_the_last_of_them)
{
	const struct edit include = {one, 0, 0, "#include <utility>\n"};
	struct compiler compiler = {.exact = true};

	add(FIX_SAFE, "a", include, (struct edit){one, 8, 13, "BAD"});
	add(FIX_SAFE, "b", include, (struct edit){one, 19, 23, "FIVE"});
	apply_with(&compiler, 1);
	expect_file(one, "#include <utility>\none\ntwo\nthree\nfour\nFIVE\nsix\nseven\neight\nnine\nten\neleven\n"
	                 "twelve\n");
	findings.count = 0;
	add(FIX_SAFE, "c", (struct edit){one, 0, 0, "#include <memory>\n"}, (struct edit){one, 25, 27, "BAD"});
	apply_with(&compiler, 0);
}
END_TEST

START_TEST(the_patch_turns_the_old_file_into_the_new_one)
{
	char command[512], name[128];

	/* A move, a change within a line, an insertion, and a line at the end without its newline. */
	add(FIX_SAFE, "a", (struct edit){one, 4, 8, ""}, (struct edit){one, 14, 14, "two\n"});
	add(FIX_SAFE, "b", (struct edit){one, 40, 43, "NINE\nand"}, none);
	add(FIX_SAFE, "c", (struct edit){two, 4, 5, "see"}, none);
	struct fix_run *run = fix_run_new(&findings, &(struct fix_options){.root = directory});

	snprintf(name, sizeof name, "%s/p.patch", directory);
	FILE *patch = fopen(name, "w");

	fix_write_patch(run, patch);
	fclose(patch);
	snprintf(command, sizeof command, "cd %s && patch -s -p1 < p.patch", directory);
	ck_assert_int_eq(system(command), 0);
	expect_file(one, "one\nthree\ntwo\nfour\nfive\nsix\nseven\neight\nNINE\nande\nten\neleven\ntwelve\n");
	expect_file(two, "a b see");
	fix_run_free(run);
	unlink(name);
}
END_TEST

START_TEST(texts_are_edited_in_order_or_not_at_all)
{
	const struct edit good[] = {{"", 0, 0, "<"}, {"", 1, 2, ""}, {"", 3, 3, ">"}};
	const struct edit bad[] = {{"", 0, 2, ""}, {"", 1, 3, ""}};
	size_t size;
	char *text = fix_edit_text("abc", 3, good, 3, &size);

	ck_assert_str_eq(text, "<ac>");
	ck_assert_uint_eq(size, 4);
	free(text);
	ck_assert_ptr_null(fix_edit_text("abc", 3, bad, 2, &size));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("fix");
	TCase *tests = tcase_create("fix");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, only_safe_fixes_are_applied_unless_asked);
	tcase_add_test(tests, of_two_fixes_that_overlap_the_first_wins_whole);
	tcase_add_test(tests, an_edit_past_the_end_is_left_out);
	tcase_add_test(tests, mode_and_other_files_stay_as_they_were);
	tcase_add_test(tests, nothing_is_written_when_one_file_changed_meanwhile);
	tcase_add_test(tests, a_rejected_file_takes_its_fixes_back_and_the_rest_is_verified_again);
	tcase_add_test(tests, a_diagnostic_in_a_file_that_nobody_edits_takes_all_back);
	tcase_add_test(tests, of_several_fixes_of_a_file_only_the_one_on_the_line_of_the_error_is_left_out);
	tcase_add_test(tests, an_error_elsewhere_is_traced_to_its_fix_by_halves);
	tcase_add_test(tests, when_all_fixes_break_something_none_is_done);
	tcase_add_test(tests, what_cannot_be_parsed_is_given_up_without_more_trials);
	tcase_add_test(tests, an_include_that_two_fixes_need_comes_once_and_goes_with_the_last_of_them);
	tcase_add_test(tests, the_patch_turns_the_old_file_into_the_new_one);
	tcase_add_test(tests, texts_are_edited_in_order_or_not_at_all);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
