// SPDX-License-Identifier: MIT
/* What the command's screens are made of: options, sizes, tables, clean texts. */
#include "analyzer/base/table.h"
#include "analyzer/cli/memlint_cli.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ALPHA = 1, BETA };

static const struct cli_option options[] = {
        {ALPHA, 'a', "alpha", NULL, "a switch"},
        {BETA, 'b', "beta", "X", "takes a value"},
        {0, 0, NULL, NULL, NULL},
};

static void setup(void)
{
	/* Messages are the end-to-end tests' to look at. */
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

START_TEST(options_are_read_in_all_their_forms)
{
	char *argv[] = {"one", "-a", "--beta=1", "-b2", "-b", "3", "--beta", "-4", "--", "--alpha", NULL};
	struct cli cli = {.command = "stat", .argv = argv};
	static const char *const values[] = {"1", "2", "3", "-4"};

	ck_assert_int_eq(cli_next(&cli, options), ALPHA);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(cli_next(&cli, options), BETA);
		ck_assert_str_eq(cli.value, values[i]);
	}
	ck_assert_int_eq(cli_next(&cli, options), CLI_END);
	ck_assert_uint_eq(cli.noperands, 2);
	ck_assert_str_eq(cli.operands[0], "one");
	ck_assert_str_eq(cli.operands[1], "--alpha");
	free(cli.operands);
}
END_TEST

START_TEST(what_follows_a_program_s_name_is_the_program_s)
{
	char *argv[] = {"-a", "prog", "-b", "--unknown", NULL};
	struct cli cli = {.command = "run", .argv = argv, .stops_at_operand = true};

	ck_assert_int_eq(cli_next(&cli, options), ALPHA);
	ck_assert_int_eq(cli_next(&cli, options), CLI_END);
	ck_assert_uint_eq(cli.noperands, 3);
	ck_assert_str_eq(cli.operands[2], "--unknown");
	ck_assert_ptr_null(cli.operands[3]);
	free(cli.operands);
}
END_TEST

START_TEST(wrong_options_are_errors)
{
	char *cases[][2] = {{"--gamma", NULL}, {"-g", NULL},  {"--alpha=1", NULL},
	                    {"--beta", NULL},  {"-ax", NULL}, {"--alp", NULL}};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct cli cli = {.command = "stat", .argv = cases[i]};

		ck_assert_int_eq(cli_next(&cli, options), CLI_DONE);
		ck_assert_int_eq(cli.status, STATUS_ERROR);
	}
}
END_TEST

START_TEST(sizes_are_read_by_1024)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {{"0", 0},          {"4096", 4096},     {"64K", 65536}, {"64k", 65536},
	            {"1.5M", 1572864}, {"2G", 2147483648}, {"1KiB", 1024}, {"1kb", 1024},
	            {"10B", 10},       {"1T", 1ull << 40}, {"0.5K", 512}};
	static const char *const bad[] = {"",    "x",   "-1",  "1X",   "1 K",  "K",
	                                  "1KK", "inf", "nan", "0x10", "1e30", "99999999T"};
	uint64_t bytes;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct cli cli = {.command = "check", .value = good[i].text};

		ck_assert_msg(cli_size(&cli, "--max", &bytes), "%s", good[i].text);
		ck_assert_uint_eq(bytes, good[i].bytes);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct cli cli = {.command = "check", .value = bad[i]};

		ck_assert_msg(!cli_size(&cli, "--max", &bytes), "%s", bad[i]);
	}
}
END_TEST

/* A table of two names and two numbers, printed @width columns wide. */
static char *print(unsigned width, size_t *size)
{
	static const struct table_column columns[] = {
	        {.title = "bytes", .right = true},
	        {.title = "spare", .right = true, .optional = 1},
	        {.title = "place", .keep_end = true, .shrink = 1},
	        {.title = "type", .shrink = 2},
	        {.title = "empty"},
	};
	const struct terminal terminal = {.width = width};
	struct table table;
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	table_init(&table, columns, 5);
	const char **cells = table_row(&table);

	cells[0] = "12 B";
	cells[1] = "123456789";
	cells[2] = "a/rather/long/path/to/file.c:12";
	cells[3] = "struct with_a_rather_long_name";
	cells = table_row(&table);
	cells[0] = "1 B";
	cells[2] = "x.c:1";
	table_print(&table, out, &terminal);
	fclose(out);
	table_release(&table);
	return text;
}

static size_t widest(const char *text)
{
	size_t widest = 0, width = 0;

	for (; *text; text++) {
		if (*text == '\n')
			width = 0;
		else
			width += (*text & 0xc0) != 0x80;
		if (width > widest)
			widest = width;
	}
	return widest;
}

START_TEST(a_table_aligns_its_columns_and_leaves_empty_ones_out)
{
	size_t size;
	char *text = print(0, &size);

	ck_assert_str_eq(text, "bytes      spare  place                            type\n"
	                       " 12 B  123456789  a/rather/long/path/to/file.c:12  struct with_a_rather_long_name\n"
	                       "  1 B             x.c:1\n");
	free(text);
}
END_TEST

START_TEST(a_table_fits_the_terminal)
{
	for (unsigned width = 30; width < 120; width++) {
		size_t size;
		char *text = print(width, &size);

		ck_assert_msg(widest(text) <= width, "%zu columns on %u:\n%s", widest(text), width, text);
		free(text);
	}
}
END_TEST

START_TEST(a_narrow_table_drops_numbers_before_names_get_short)
{
	size_t size;
	char *text = print(50, &size);

	ck_assert_ptr_null(strstr(text, "spare"));
	ck_assert_ptr_nonnull(strstr(text, "file.c:12"));
	free(text);
}
END_TEST

START_TEST(texts_from_a_file_cannot_play_with_the_terminal)
{
	struct arena arena = {0};
	const char *clean = "struct größe<Ψ>";

	ck_assert_ptr_eq(text_clean(&arena, clean), clean);
	ck_assert_str_eq(text_clean(&arena, "a\033[2Jb\nc\x7f"), "a?[2Jb?c?");
	ck_assert_str_eq(text_clean(&arena, "\xff\xc0\xafx\xed\xa0\x80\xe2\x82"), "???x?????");
	ck_assert_str_eq(text_clean(&arena, "\xc2\x9b"
	                                    "31m"),
	                 "??31m");
	arena_clear(&arena);
}
END_TEST

START_TEST(colours_are_chosen_by_name)
{
	enum color_choice choice;

	ck_assert(color_choice_parse("always", &choice) && choice == COLOR_ALWAYS);
	ck_assert(color_choice_parse("never", &choice) && choice == COLOR_NEVER);
	ck_assert(color_choice_parse("auto", &choice) && choice == COLOR_AUTO);
	ck_assert(!color_choice_parse("yes", &choice));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("the memlint command");
	TCase *screens = tcase_create("options and screens");

	tcase_add_checked_fixture(screens, setup, NULL);
	tcase_add_test(screens, options_are_read_in_all_their_forms);
	tcase_add_test(screens, what_follows_a_program_s_name_is_the_program_s);
	tcase_add_test(screens, wrong_options_are_errors);
	tcase_add_test(screens, sizes_are_read_by_1024);
	tcase_add_test(screens, a_table_aligns_its_columns_and_leaves_empty_ones_out);
	tcase_add_test(screens, a_table_fits_the_terminal);
	tcase_add_test(screens, a_narrow_table_drops_numbers_before_names_get_short);
	tcase_add_test(screens, texts_from_a_file_cannot_play_with_the_terminal);
	tcase_add_test(screens, colours_are_chosen_by_name);
	suite_add_tcase(suite, screens);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
