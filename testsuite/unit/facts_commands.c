// SPDX-License-Identifier: MIT
/* Compile commands: words, what is left of them for libclang, and where they come from. */
#include "analyzer/facts/commands.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena arena;
static char directory[] = "/tmp/memlint-commands-XXXXXX";

static void set_up(void)
{
	ck_assert_ptr_nonnull(mkdtemp(directory));
	ck_assert_int_eq(chdir(directory), 0);
}

static void tear_down(void)
{
	char command[128];

	arena_clear(&arena);
	snprintf(command, sizeof command, "rm -rf %s", directory);
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(system(command), 0);
	strcpy(directory, "/tmp/memlint-commands-XXXXXX");
}

static void write_file(const char *name, const char *text)
{
	FILE *stream = fopen(name, "w");

	ck_assert_ptr_nonnull(stream);
	fputs(text, stream);
	fclose(stream);
}

static const char *joined(const char *const *words, uint32_t count)
{
	const char *text = "";

	for (uint32_t i = 0; i < count; i++)
		text = arena_printf(&arena, "%s%s%s", text, i ? "|" : "", words[i]);
	return text;
}

static const char *cleaned(const char *command)
{
	struct unit_command unit;
	const char **words;
	uint32_t count;

	command_split(&arena, command, &words, &count);
	unit = command_clean(&arena, directory, arena_printf(&arena, "%s/a.c", directory), words, count);
	ck_assert_str_eq(unit.arguments[unit.narguments - 1], unit.file);
	return joined(unit.arguments, unit.narguments - 1);
}

START_TEST(words_are_split_as_a_shell_does)
{
	const char **words;
	uint32_t count;

	command_split(&arena, "cc -DA=\"x y\" '-DB=\"q\\\"' -I\\ d \"\" \"a\\\"b\" ", &words, &count);
	ck_assert_str_eq(joined(words, count), "cc|-DA=x y|-DB=\"q\\\"|-I d||a\"b");
}
END_TEST

START_TEST(outputs_and_dependencies_are_left_out)
{
	ck_assert_str_eq(cleaned("cc -c -o a.o -oa.o -MMD -MF a.d -MT a.o -MP -MQx -Wp,-MD,a.d -save-temps a.c -DX"),
	                 "-DX");
	ck_assert_str_eq(cleaned("cc -O2 -Wall -Werror -Werror=vla -pedantic-errors -Wextra -c a.c"),
	                 "-O2|-Wall|-Wextra");
	ck_assert_str_eq(cleaned("cc -I inc -D X -include cfg.h -isystem /s -std=c11 a.c"),
	                 "-I|inc|-D|X|-include|cfg.h|-isystem|/s|-std=c11");
}
END_TEST

START_TEST(linking_and_plugins_are_left_out)
{
	ck_assert_str_eq(
	        cleaned("cc -fplugin=memlint.so -fplugin-arg-memlint-x=1 -flto -Wl,-O1 -L /l -lm -shared -x c a.c b.o"),
	        "-x|c");
	ck_assert_str_eq(cleaned("cc -fprofile-generate --coverage -fconserve-stack --param a=b -g a.c"), "-g");
}
END_TEST

START_TEST(launchers_are_stripped_and_a_cxx_driver_compiles_c_as_cxx)
{
	ck_assert_str_eq(cleaned("ccache distcc gcc -DX a.c"), "-DX");
	ck_assert_str_eq(cleaned("env A=b /usr/bin/gcc-12 -DX a.c"), "-DX");
	ck_assert_str_eq(cleaned("g++ -DX a.c"), "-DX|-x|c++");
	ck_assert_str_eq(cleaned("g++ -x c -DX a.c"), "-x|c|-DX");
}
END_TEST

START_TEST(response_files_are_expanded_and_loops_of_them_end)
{
	write_file("r1", "-DONE '-DTWO=a b' @r2");
	write_file("r2", "-DTHREE @r1 ");
	ck_assert_ptr_nonnull(strstr(cleaned("cc @r1 a.c"), "-DONE|-DTWO=a b|-DTHREE"));
	ck_assert_str_eq(cleaned("cc @missing -DX a.c"), "-DX");
}
END_TEST

START_TEST(a_database_is_found_upwards_and_in_build)
{
	struct commands commands;
	const struct commands_options options = {.paths = (const char *const[]){"src"}, .npaths = 1};

	ck_assert_int_eq(mkdir("src", 0777), 0);
	ck_assert_int_eq(mkdir("build", 0777), 0);
	write_file("src/a.c", "");
	write_file("src/b.c", "");
	write_file("other.c", "");
	write_file("build/compile_commands.json",
	           "[{\"directory\":\"..\",\"file\":\"src/a.c\",\"command\":\"cc -DA -c src/a.c\"},"
	           "{\"directory\":\"..\",\"file\":\"src/a.c\",\"command\":\"cc -DA -c src/a.c\"},"
	           "{\"directory\":\"..\",\"file\":\"other.c\",\"arguments\":[\"cc\",\"other.c\"]}, {}]");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 1);
	ck_assert_str_eq(commands.units.items[0].arguments[0], "-DA");
	ck_assert(!commands.complete);
	commands_release(&commands);
}
END_TEST

START_TEST(a_database_named_without_paths_is_taken_whole)
{
	struct commands commands;
	const struct commands_options named = {.build = "build"}, found = {.npaths = 0};

	ck_assert_int_eq(mkdir("src", 0777), 0);
	ck_assert_int_eq(mkdir("build", 0777), 0);
	ck_assert_int_eq(mkdir("src/sub", 0777), 0);
	write_file("src/a.c", "");
	write_file("src/sub/b.c", "");
	write_file("build/compile_commands.json",
	           "[{\"directory\":\"../src\",\"file\":\"a.c\",\"command\":\"cc -c a.c\"},"
	           "{\"directory\":\"../src\",\"file\":\"sub/b.c\",\"command\":\"cc -c sub/b.c\"}]");
	ck_assert_int_eq(commands_find(&commands, &named), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 2);
	ck_assert(commands.complete);
	commands_release(&commands);
	/* From the build folder, which has no sources of its own. */
	ck_assert_int_eq(chdir("build"), 0);
	ck_assert_int_eq(commands_find(&commands, &found), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 2);
	ck_assert_int_eq(chdir(".."), 0);
	commands_release(&commands);
	/* In a folder of the sources only what lies there. */
	ck_assert_int_eq(rename("build/compile_commands.json", "compile_commands.json"), 0);
	ck_assert_int_eq(chdir("src/sub"), 0);
	write_file("../../compile_commands.json",
	           "[{\"directory\":\"src\",\"file\":\"a.c\",\"command\":\"cc -c a.c\"},"
	           "{\"directory\":\"src\",\"file\":\"sub/b.c\",\"command\":\"cc -c sub/b.c\"}]");
	ck_assert_int_eq(commands_find(&commands, &found), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 1);
	ck_assert(!commands.complete);
	commands_release(&commands);
}
END_TEST

START_TEST(a_file_the_database_lacks_borrows_its_neighbours_flags)
{
	struct commands commands;
	const struct commands_options options = {.paths = (const char *const[]){"a.h"}, .npaths = 1};

	write_file("a.c", "");
	write_file("a.h", "");
	write_file("compile_commands.json",
	           "[{\"directory\":\".\",\"file\":\"a.c\",\"arguments\":[\"cc\",\"-DA\",\"a.c\"]}]");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 1);
	ck_assert_ptr_nonnull(
	        strstr(joined(commands.units.items[0].arguments, commands.units.items[0].narguments), "-DA|-x|c|/"));
	commands_release(&commands);
}
END_TEST

START_TEST(files_of_a_database_go_by_their_real_paths)
{
	struct commands commands;
	const struct commands_options options = {.paths = (const char *const[]){"src"}, .npaths = 1};

	ck_assert_int_eq(mkdir("src", 0777), 0);
	ck_assert_int_eq(symlink("src", "linked"), 0);
	ck_assert_int_eq(symlink("a.c", "src/z.c"), 0);
	write_file("src/a.c", "");
	write_file("src/b.c", "");
	write_file("compile_commands.json",
	           "[{\"directory\":\"linked\",\"file\":\"z.c\",\"arguments\":[\"cc\",\"z.c\"]},"
	           "{\"directory\":\".\",\"file\":\"linked/../src/b.c\",\"arguments\":[\"cc\",\"b.c\"]}]");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 2);
	ck_assert_ptr_nonnull(strstr(commands.units.items[0].file, "/src/a.c"));
	ck_assert_ptr_nonnull(strstr(commands.units.items[1].file, "/src/b.c"));
	ck_assert_ptr_null(strstr(commands.units.items[1].file, "linked"));
	commands_release(&commands);
}
END_TEST

START_TEST(a_damaged_database_is_an_error)
{
	struct commands commands;
	const struct commands_options options = {.npaths = 0};

	write_file("compile_commands.json", "[{");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_ERROR);
	commands_release(&commands);
	write_file("compile_commands.json", "{}");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_ERROR);
	commands_release(&commands);
}
END_TEST

START_TEST(flags_behind_two_dashes_need_no_database)
{
	struct commands commands;
	const struct commands_options options = {.paths = (const char *const[]){"a.c"},
	                                         .npaths = 1,
	                                         .flags = (const char *const[]){"-DX", "-Iinc"},
	                                         .nflags = 2,
	                                         .extra = (const char *const[]){"-DY"},
	                                         .nextra = 1};

	write_file("a.c", "");
	write_file("compile_commands.json", "[{");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.items[0].narguments, 4);
	ck_assert_str_eq(joined(commands.units.items[0].arguments, 3), "-DX|-Iinc|-DY");
	commands_release(&commands);
}
END_TEST

START_TEST(a_tree_without_database_is_walked_once_however_it_is_linked)
{
	struct commands commands;
	const struct commands_options options = {.npaths = 0};

	ck_assert_int_eq(mkdir("d", 0777), 0);
	write_file("d/a.c", "");
	write_file("d/b.cc", "");
	write_file("d/c.txt", "");
	ck_assert_int_eq(symlink("..", "d/up"), 0);
	ck_assert_int_eq(symlink("a.c", "d/z.c"), 0);
	ck_assert_int_eq(symlink("nowhere", "d/gone.c"), 0);
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 2);
	ck_assert_str_eq(commands.units.items[0].arguments[0], "-std=gnu17");
	ck_assert_str_eq(commands.units.items[1].arguments[0], "-std=gnu++20");
	commands_release(&commands);
}
END_TEST

START_TEST(guessed_flags_reach_the_headers_of_the_whole_project)
{
	struct commands commands;
	const struct commands_options options = {.paths = (const char *const[]){"src/deep/a.c"}, .npaths = 1};

	ck_assert_int_eq(mkdir("src", 0777), 0);
	ck_assert_int_eq(mkdir("src/deep", 0777), 0);
	ck_assert_int_eq(mkdir("include", 0777), 0);
	write_file("src/deep/a.c", "");
	write_file("include/a.h", "");
	write_file("Makefile", "");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 1);
	ck_assert_ptr_nonnull(
	        strstr(joined(commands.units.items[0].arguments, commands.units.items[0].narguments), "/include|"));
	ck_assert(!commands.complete);
	commands_release(&commands);
}
END_TEST

/* The arguments of the only unit when @file is asked for. */
static const char *guessed_for(const char *file)
{
	const struct commands_options options = {.paths = &file, .npaths = 1};
	struct commands commands;
	const char *arguments;

	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 1);
	arguments = joined(commands.units.items[0].arguments, commands.units.items[0].narguments);
	commands_release(&commands);
	return arguments;
}

START_TEST(guessed_flags_are_those_of_a_configured_tree)
{
	static const char generated[] = "/* config.h.  Generated from config.h.in by configure.  */\n";

	ck_assert_int_eq(mkdir("src", 0777), 0);
	ck_assert_int_eq(mkdir("lib", 0777), 0);
	ck_assert_int_eq(mkdir("build", 0777), 0);
	write_file("src/a.c", "");
	write_file("lib/b.c", "");
	write_file("configure", "");
	write_file("src/config.h", "/* by hand */\n");
	ck_assert_ptr_null(strstr(guessed_for("src/a.c"), "HAVE_CONFIG_H"));
	write_file("build/config.h", generated);
	ck_assert_ptr_null(strstr(guessed_for("src/a.c"), "HAVE_CONFIG_H"));
	write_file("build/config.status", "");
	ck_assert_ptr_nonnull(strstr(guessed_for("src/a.c"), "|-DHAVE_CONFIG_H|"));
	ck_assert_ptr_nonnull(strstr(guessed_for("src/a.c"), "/build|"));
	write_file("lib/config.h", generated);
	ck_assert_ptr_nonnull(strstr(guessed_for("lib/b.c"), "/lib|-iquote"));
	write_file("config.h", generated);
	ck_assert_ptr_null(strstr(guessed_for("src/a.c"), "-I/build|"));
	ck_assert_int_eq(remove("configure"), 0);
	ck_assert_int_eq(remove("config.h"), 0);
	write_file("Makefile", "");
	ck_assert_ptr_null(strstr(guessed_for("src/a.c"), "HAVE_CONFIG_H"));
}
END_TEST

START_TEST(a_header_of_the_project_never_stands_in_for_the_system_s)
{
	struct commands commands;
	const struct commands_options options = {.paths = (const char *const[]){"a.c"}, .npaths = 1};

	write_file("a.c", "");
	write_file("stdint.h", "");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 1);
	const char *words = joined(commands.units.items[0].arguments, commands.units.items[0].narguments);

	ck_assert(strncmp(words, "-I", 2) != 0);
	ck_assert_ptr_null(strstr(words, "|-I")); /* the folder's own name may hold it */
	ck_assert_ptr_nonnull(strstr(words, "-iquote"));
	ck_assert_ptr_nonnull(strstr(words, "-idirafter"));
	commands_release(&commands);
}
END_TEST

START_TEST(what_version_control_ignores_is_no_part_of_the_project)
{
	struct commands commands;
	char here[] = ".";
	const struct commands_options options = {.paths = (const char *const[]){here}, .npaths = 1};

	ck_assert_int_eq(system("git init -q ."), 0);
	ck_assert_int_eq(mkdir("out", 0777), 0);
	ck_assert_int_eq(mkdir("src", 0777), 0);
	write_file(".gitignore", "/out/\n");
	write_file("out/copy.c", "");
	write_file("out/copy.h", "");
	write_file("src/a.c", "");
	ck_assert_int_eq(commands_find(&commands, &options), STATUS_OK);
	ck_assert_uint_eq(commands.units.count, 1);
	ck_assert_ptr_null(
	        strstr(joined(commands.units.items[0].arguments, commands.units.items[0].narguments), "/out"));
	commands_release(&commands);
}
END_TEST

START_TEST(paths_that_are_no_sources_are_errors)
{
	struct commands commands;
	const struct commands_options gone = {.paths = (const char *const[]){"gone.c"}, .npaths = 1};
	const struct commands_options none = {.npaths = 0};

	ck_assert_int_eq(commands_find(&commands, &gone), STATUS_ERROR);
	commands_release(&commands);
	ck_assert_int_eq(commands_find(&commands, &none), STATUS_ERROR);
	commands_release(&commands);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("facts_commands");
	TCase *cases = tcase_create("commands");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(cases, set_up, tear_down);
	tcase_add_test(cases, words_are_split_as_a_shell_does);
	tcase_add_test(cases, outputs_and_dependencies_are_left_out);
	tcase_add_test(cases, linking_and_plugins_are_left_out);
	tcase_add_test(cases, launchers_are_stripped_and_a_cxx_driver_compiles_c_as_cxx);
	tcase_add_test(cases, response_files_are_expanded_and_loops_of_them_end);
	tcase_add_test(cases, a_database_is_found_upwards_and_in_build);
	tcase_add_test(cases, a_database_named_without_paths_is_taken_whole);
	tcase_add_test(cases, a_file_the_database_lacks_borrows_its_neighbours_flags);
	tcase_add_test(cases, files_of_a_database_go_by_their_real_paths);
	tcase_add_test(cases, a_damaged_database_is_an_error);
	tcase_add_test(cases, flags_behind_two_dashes_need_no_database);
	tcase_add_test(cases, a_tree_without_database_is_walked_once_however_it_is_linked);
	tcase_add_test(cases, guessed_flags_reach_the_headers_of_the_whole_project);
	tcase_add_test(cases, guessed_flags_are_those_of_a_configured_tree);
	tcase_add_test(cases, a_header_of_the_project_never_stands_in_for_the_system_s);
	tcase_add_test(cases, what_version_control_ignores_is_no_part_of_the_project);
	tcase_add_test(cases, paths_that_are_no_sources_are_errors);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
