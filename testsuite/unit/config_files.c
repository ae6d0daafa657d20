// SPDX-License-Identifier: MIT
/* .memlint.yaml, globs, selection, baselines. */
#include "analyzer/config/baseline.h"
#include "analyzer/config/config.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64], below[128], file[128], errors[4096];
static struct config config;

static void write_file(const char *path, const char *text)
{
	FILE *stream = fopen(path, "w");

	ck_assert_ptr_nonnull(stream);
	fputs(text, stream);
	fclose(stream);
}

static void setup(void)
{
	strcpy(directory, "/tmp/memlint-config-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(below, sizeof below, "%s/src", directory);
	mkdir(below, 0700);
	snprintf(file, sizeof file, "%s/.memlint.yaml", directory);
	config_init(&config, directory);
}

static void teardown(void)
{
	config_release(&config);
	unlink(file);
	rmdir(below);
	rmdir(directory);
}

/* Loads @text; what is said on stderr goes to errors. */
static enum status load(const char *text)
{
	char name[] = "/tmp/memlint-errors-XXXXXX";
	const int kept = dup(2), out = mkstemp(name);

	write_file(file, text);
	dup2(out, 2);
	const enum status status = config_load_upwards(&config, below);

	dup2(kept, 2);
	close(kept);
	lseek(out, 0, SEEK_SET);
	const ssize_t size = read(out, errors, sizeof errors - 1);

	errors[size > 0 ? size : 0] = 0;
	close(out);
	unlink(name);
	return status;
}

static struct settings at(const char *name)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", directory, name);
	return config_settings(&config, path);
}

START_TEST(the_file_is_found_upwards_and_sections_apply_in_order)
{
	ck_assert_int_eq(load("level: strict\n"
	                      "min-saved: 4\n"
	                      "public-headers: [api/*.h]\n"
	                      "exclude: [third_party/]\n"
	                      "sections:\n"
	                      "- paths: [\"src/**\"]\n"
	                      "  level: default\n"
	                      "  allocator: jemalloc\n"
	                      "- paths: [\"src/old/*.c\", \"*.gen.c\"]\n"
	                      "  ignore: [struct-padding]\n"),
	                 STATUS_OK);
	ck_assert_str_eq(config.root, directory);
	ck_assert_int_eq(at("a.c").level, LEVEL_STRICT);
	ck_assert_int_eq(at("src/a.c").level, LEVEL_DEFAULT);
	ck_assert_str_eq(at("src/a.c").allocator, "jemalloc");
	ck_assert_uint_eq(at("src/a.c").min_saved, 4);
	const struct settings old = at("src/old/x.c"), other = at("src/x.c");

	ck_assert(!settings_want(&old, "struct-padding", LEVEL_DEFAULT));
	ck_assert(settings_want(&other, "struct-padding", LEVEL_DEFAULT));
	ck_assert(!settings_want(&other, "struct-padding", LEVEL_STRICT));
	char path[256];

	snprintf(path, sizeof path, "%s/api/x.h", directory);
	ck_assert(config_is_public(&config, path));
	snprintf(path, sizeof path, "%s/third_party/deep/x.c", directory);
	ck_assert(config_is_excluded(&config, path));
	snprintf(path, sizeof path, "%s/include/x.h", directory);
	ck_assert(!config_is_public(&config, path));
}
END_TEST

START_TEST(the_command_line_wins)
{
	ck_assert_int_eq(load("level: default\nallocator: tcmalloc\n"), STATUS_OK);
	ck_assert(config_override(&config, "level", "strict"));
	ck_assert(config_override(&config, "select", "101, unused-suppression"));
	ck_assert(config_override(&config, "all", ""));
	const struct settings settings = at("a.c");

	ck_assert_int_eq(settings.level, LEVEL_STRICT);
	ck_assert_str_eq(settings.allocator, "tcmalloc");
	ck_assert(settings_want(&settings, "struct-padding", LEVEL_ALL));
	ck_assert(!config_override(&config, "select", "struct-padding,nonsense"));
	ck_assert(!config_override(&config, "level", "high"));
	ck_assert(!config_override(&config, "allocator", "mine"));
	ck_assert(!config_override(&config, "min-saved", "-1"));
}
END_TEST

static const struct {
	const char *text, *said;
} bad[] = {
        {"level: strict\nlevl: default\n", ".memlint.yaml:2: "},
        {"sections:\n- paths: [a]\n  colour: red\n", ".memlint.yaml:3: "},
        {"level: loud\n", "no level 'loud'"},
        {"allocator: mine\n", "no size classes for allocator 'mine'"},
        {"select: [no-rule]\n", "no rule 'no-rule'"},
        {"min-saved: many\n", ".memlint.yaml:1: "},
        {"level: [\n", ".memlint.yaml"},
        {"- a\n- b\n", ".memlint.yaml:1: "},
        {"sections:\n- level: strict\n", "paths"},
        {"\x01\x02\xff", ".memlint.yaml"},
};

START_TEST(what_is_wrong_is_said_in_a_line_with_its_place)
{
	ck_assert_int_eq(load(bad[_i].text), STATUS_ERROR);
	ck_assert_msg(strstr(errors, bad[_i].said), "'%s' is not in '%s'", bad[_i].said, errors);
	ck_assert_ptr_eq(strchr(errors, '\n'), errors + strlen(errors) - 1);
}
END_TEST

START_TEST(an_empty_file_and_one_of_comments_are_fine)
{
	ck_assert_int_eq(load(""), STATUS_OK);
	ck_assert_int_eq(load("# nothing\n---\n"), STATUS_OK);
}
END_TEST

static const struct {
	const char *pattern, *path;
	bool matches;
} globs[] = {
        {"*.h", "a/b/c.h", true},
        {"*.h", "a/b/c.hh", false},
        {"src/*.c", "src/a.c", true},
        {"src/*.c", "src/x/a.c", false},
        {"src/**", "src/x/a.c", true},
        {"**/include/**", "include/a.h", true},
        {"**/include/**", "x/y/include/z/a.h", true},
        {"**/*.c", "a.c", true},
        {"a?.c", "ab.c", true},
        {"a?.c", "a/.c", false},
        {"./src/*.c", "src/a.c", true},
        {"third/", "third/a/b.c", true},
        {"third/", "thirds/b.c", false},
        {"**a**b**c**d**", "aaaaaaaaaaaaaaaaaaaa", false},
        {"", "a", false},
};

START_TEST(globs_match_as_in_gitignore)
{
	ck_assert_msg(config_glob(globs[_i].pattern, globs[_i].path) == globs[_i].matches, "%s on %s",
	              globs[_i].pattern, globs[_i].path);
}
END_TEST

START_TEST(a_baseline_hides_what_it_lists_and_nothing_else)
{
	struct findings findings;
	size_t dropped = 0;

	findings_init(&findings, directory);
	for (uint32_t i = 1; i <= 3; i++)
		findings_add(&findings, &(struct finding){.code = 1,
		                                          .rule = "r",
		                                          .place = {.path = "/x.c", .line = i},
		                                          .message = "m",
		                                          .details = "",
		                                          .identity = "same"});
	findings_finish(&findings);
	ck_assert_int_eq(baseline_write(&findings, file), STATUS_OK);
	findings_add(&findings, &(struct finding){.code = 1,
	                                          .rule = "r",
	                                          .place = {.path = "/x.c", .line = 9},
	                                          .message = "m",
	                                          .details = "",
	                                          .identity = "new"});
	findings_finish(&findings);
	ck_assert_int_eq(baseline_apply(&findings, file, &dropped), STATUS_OK);
	ck_assert_uint_eq(dropped, 3);
	ck_assert_uint_eq(findings.count, 1);
	ck_assert_str_eq(findings.items[0].identity, "new");
	write_file(file, "something else\n");
	ck_assert_int_eq(baseline_apply(&findings, file, NULL), STATUS_ERROR);
	ck_assert_int_eq(baseline_apply(&findings, "/nonexistent/baseline", NULL), STATUS_ERROR);
	ck_assert_int_eq(baseline_write(&findings, "/nonexistent/baseline"), STATUS_ERROR);
	findings_release(&findings);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config");
	TCase *tests = tcase_create("config");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, the_file_is_found_upwards_and_sections_apply_in_order);
	tcase_add_test(tests, the_command_line_wins);
	tcase_add_loop_test(tests, what_is_wrong_is_said_in_a_line_with_its_place, 0, (int)(sizeof bad / sizeof *bad));
	tcase_add_test(tests, an_empty_file_and_one_of_comments_are_fine);
	tcase_add_loop_test(tests, globs_match_as_in_gitignore, 0, (int)(sizeof globs / sizeof *globs));
	tcase_add_test(tests, a_baseline_hides_what_it_lists_and_nothing_else);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
