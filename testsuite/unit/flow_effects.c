/* SPDX-License-Identifier: MIT */
/* Effects computed for functions labelled by hand: see the files in flow/. */
#include "analyzer/base/vec.h"
#include "analyzer/flow/merge.h"
#include "flow_unit.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

#define DOES_NAMES 11

static const char *const does_names[DOES_NAMES] = {"alloc", "io",  "callback", "loop", "unknown", "write",
                                                   "never", "new", "shared",   "wait", "bytes"};

/* The words of @text sorted, so that labels need no order. */
static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char *sorted_words(struct arena *arena, const char *text)
{
	char *copy = arena_strdup(arena, text), *rest = NULL, *result = arena_alloc(arena, strlen(text) + 2);
	const char *words[64];
	size_t n = 0;

	for (char *word = strtok_r(copy, " \t\n*/", &rest); word && n < 64; word = strtok_r(NULL, " \t\n*/", &rest))
		words[n++] = word;
	qsort(words, n, sizeof *words, by_text);
	for (size_t i = 0; i < n; i++) {
		if (i)
			strcat(result, " ");
		strcat(result, words[i]);
	}
	return result;
}

/* The part of a label after "name=", up to a comma or semicolon; "" if it is not named. */
static const char *labelled(struct arena *arena, const char *label, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = strstr(label, name); at; at = strstr(at + 1, name))
		if (at[length] == '=' && strchr(" ,;", at[-1]))
			return sorted_words(arena,
			                    arena_strndup(arena, at + length + 1, strcspn(at + length + 1, ",;*")));
	return "";
}

static const char *does_text(struct arena *arena, uint32_t does)
{
	char *text = arena_alloc(arena, 200);

	for (int i = 0; i < DOES_NAMES; i++)
		if (does >> i & 1)
			strcat(strcat(text, " "), does_names[i]);
	return text;
}

/* The label on the line before the function; NULL if there is none. */
static const char *find_label(struct arena *arena, const struct ast_unit *unit, const struct ast_function *function)
{
	const struct ast_file *file = ast_file_of(unit, function->decl.range);
	uint32_t line, column, start;
	const char *text;

	ast_line_column(file, function->decl.range.begin, &line, &column);
	if (line < 3)
		return NULL;
	start = file->lines[line - 2];
	text = arena_strndup(arena, file->text + start, file->lines[line - 1] - start);
	return strstr(text, "effects:");
}

static unsigned expect(const char *function, const char *what, const char *wanted, const char *found)
{
	if (!strcmp(wanted, found))
		return 0;
	fprintf(stderr, "%s: %s is \"%s\" and not \"%s\"\n", function, what, found, wanted);
	return 1;
}

static unsigned check_function(struct arena *arena, struct flow_program *program, const struct ast_function *function,
                               const char *label)
{
	const struct flow_effects *effects = flow_effects_of(program, function);
	unsigned wrong = 0;
	char text[300];

	for (uint32_t i = 0; i < function->nparams; i++) {
		const char *name = function->params[i]->decl.name;

		flow_print_effects(effects->args[i] & ~(uint32_t)FLOW_GUESSED, text, sizeof text);
		wrong += expect(function->qualified, name, labelled(arena, label, name), sorted_words(arena, text));
	}
	flow_print_effects(effects->self, text, sizeof text);
	wrong += expect(function->qualified, "this", labelled(arena, label, "this"), sorted_words(arena, text));
	wrong += expect(function->qualified, "does", labelled(arena, label, "does"),
	                sorted_words(arena, does_text(arena, effects->does)));
	return wrong;
}

static void check_file(const char *path, const char *standard, unsigned least)
{
	const char *arguments[] = {standard, "-w"};
	struct ast_unit *unit = flow_parse_file(path, arguments, 2);
	struct arena arena = {0};
	struct flow_program *program = flow_program_new(&arena);
	unsigned wrong = 0, n = 0;

	flow_program_add_unit(program, unit);
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const char *label = unit->functions[i]->body ? find_label(&arena, unit, unit->functions[i]) : NULL;

		if (!label)
			continue;
		wrong += check_function(&arena, program, unit->functions[i], label);
		n++;
	}
	flow_program_release(program);
	arena_clear(&arena);
	ast_unit_free(unit);
	ck_assert_uint_ge(n, least);
	ck_assert_uint_eq(wrong, 0);
}

START_TEST(effects_of_c_functions_are_as_labelled)
{
	check_file(FLOW_FIXTURES "/effects.c", "-std=gnu11", 50);
}
END_TEST

START_TEST(effects_of_cxx_functions_are_as_labelled)
{
	check_file(FLOW_FIXTURES "/effects.cc", "-std=c++17", 20);
}
END_TEST

START_TEST(the_table_of_libraries_is_found_by_name)
{
	struct arena arena = {0};
	struct flow_program *program = flow_program_new(&arena);
	const struct flow_effects *effects = flow_library_effects(program, "memcpy");

	ck_assert_ptr_nonnull(effects);
	ck_assert_uint_eq(effects->nargs, 3);
	ck_assert_uint_eq(effects->args[0], FLOW_WRITES | FLOW_RETURNS);
	ck_assert_uint_eq(effects->args[1], FLOW_READS);
	effects = flow_library_effects(program, "printf");
	ck_assert_uint_eq(effects->args[0], FLOW_READS | FLOW_STRING);
	ck_assert_uint_eq(effects->rest, FLOW_READS);
	effects = flow_library_effects(program, "open");
	ck_assert_uint_eq(effects->nargs, 1);
	ck_assert_uint_eq(effects->rest, 0);
	effects = flow_library_effects(program, "std::__cxx11::basic_string<char, std::char_traits<char>>::size");
	ck_assert_ptr_nonnull(effects);
	ck_assert_uint_eq(effects->self, FLOW_READS);
	ck_assert_ptr_null(flow_library_effects(program, "no_such_function"));
	flow_program_release(program);
	arena_clear(&arena);
}
END_TEST

/* ---- several units ---- */

static void pack_text(const char *text, struct packer *packer)
{
	struct ast_unit *unit = flow_parse_text(text, false);
	struct arena arena = {0};
	struct flow_program *program = flow_program_new(&arena);

	flow_program_add_unit(program, unit);
	flow_program_pack(program, packer);
	flow_program_release(program);
	arena_clear(&arena);
	ast_unit_free(unit);
}

static uint64_t key_of(const char *usr)
{
	return hash_bytes(usr, strlen(usr), 0);
}

static const char *const unit_a = "void take(char *p); char *make(void); void end(char *p);\n"
                                  "void wrap(char *p) { take(p); }\n"
                                  "char *more(void) { return make(); }\n"
                                  "void other(char *p) { end(p); }\n";
static const char *const unit_b = "#include <stdlib.h>\n"
                                  "void take(char *p) { free(p); }\n"
                                  "char *make(void) { return malloc(3); }\n";

START_TEST(effects_cross_from_one_unit_to_another)
{
	struct packer a = {0}, b = {0};
	struct arena arena = {0};
	struct flow_merged *merged = flow_merged_new(&arena);
	const struct flow_effects *effects;

	pack_text(unit_a, &a);
	pack_text(unit_b, &b);
	ck_assert(flow_merged_add(merged, a.bytes, a.size));
	ck_assert(flow_merged_add(merged, b.bytes, b.size));
	flow_merged_solve(merged);
	effects = flow_merged_effects(merged, key_of("c:@F@wrap"));
	ck_assert_ptr_nonnull(effects);
	ck_assert_uint_eq(effects->args[0], FLOW_FREES);
	ck_assert(effects->complete);
	effects = flow_merged_effects(merged, key_of("c:@F@more"));
	ck_assert_uint_eq(effects->does, FLOW_DOES_ALLOCATE | FLOW_RETURNS_NEW);
	effects = flow_merged_effects(merged, key_of("c:@F@other"));
	ck_assert_uint_eq(effects->args[0] & FLOW_KEEPS, FLOW_KEEPS);
	ck_assert(!effects->complete);
	ck_assert_ptr_null(flow_merged_effects(merged, key_of("c:@F@end")));
	flow_merged_release(merged);
	arena_clear(&arena);
	pack_release(&a);
	pack_release(&b);
}
END_TEST

START_TEST(a_unit_alone_and_merged_has_the_same_effects)
{
	const char *arguments[] = {"-w"};
	struct ast_unit *unit = flow_parse_file(FLOW_FIXTURES "/effects.c", arguments, 1);
	struct arena arena = {0};
	struct flow_program *program = flow_program_new(&arena);
	struct flow_merged *merged = flow_merged_new(&arena);
	struct packer packer = {0};
	unsigned n = 0;

	flow_program_add_unit(program, unit);
	flow_program_pack(program, &packer);
	ck_assert(flow_merged_add(merged, packer.bytes, packer.size));
	flow_merged_solve(merged);
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct flow_effects *alone, *together;

		if (!unit->functions[i]->body)
			continue;
		alone = flow_effects_of(program, unit->functions[i]);
		together = flow_merged_effects(merged, flow_function_key(unit, unit->functions[i]));
		ck_assert_ptr_nonnull(together);
		ck_assert_uint_eq(alone->does, together->does);
		ck_assert_uint_eq(alone->nargs, together->nargs);
		for (uint32_t j = 0; j < alone->nargs; j++)
			ck_assert_uint_eq(alone->args[j], together->args[j]);
		n++;
	}
	ck_assert_uint_ge(n, 50);
	flow_merged_release(merged);
	flow_program_release(program);
	pack_release(&packer);
	arena_clear(&arena);
	ast_unit_free(unit);
}
END_TEST

START_TEST(damaged_facts_are_refused_or_solved_but_never_crash)
{
	struct packer packer = {0};
	uint64_t state = 7;

	pack_text(unit_a, &packer);
	for (size_t length = 0; length < packer.size; length++) {
		struct arena arena = {0};
		struct flow_merged *merged = flow_merged_new(&arena);

		ck_assert(!flow_merged_add(merged, packer.bytes, length));
		flow_merged_release(merged);
		arena_clear(&arena);
	}
	for (int i = 0; i < 5000; i++) {
		struct arena arena = {0};
		struct flow_merged *merged = flow_merged_new(&arena);
		unsigned char *bytes = arena_memdup(&arena, packer.bytes, packer.size);

		state = state * 6364136223846793005u + 1442695040888963407u;
		bytes[(state >> 33) % packer.size] = (unsigned char)(state >> 55);
		flow_merged_add(merged, bytes, packer.size);
		flow_merged_solve(merged);
		flow_merged_release(merged);
		arena_clear(&arena);
	}
	pack_release(&packer);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flow_effects");
	TCase *tests = tcase_create("effects");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, effects_of_c_functions_are_as_labelled);
	tcase_add_test(tests, effects_of_cxx_functions_are_as_labelled);
	tcase_add_test(tests, the_table_of_libraries_is_found_by_name);
	tcase_add_test(tests, effects_cross_from_one_unit_to_another);
	tcase_add_test(tests, a_unit_alone_and_merged_has_the_same_effects);
	tcase_add_test(tests, damaged_facts_are_refused_or_solved_but_never_crash);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
