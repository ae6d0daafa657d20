// SPDX-License-Identifier: MIT
/* The scanner of unpreprocessed text. */
#include "analyzer/ast/lex.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kinds and texts of all tokens: "i:int p:;" */
static const char *tokens(const char *text)
{
	static const char letters[] = {
	        [LEX_IDENTIFIER] = 'i', [LEX_NUMBER] = 'n',  [LEX_STRING] = 's',   [LEX_CHARACTER] = 'h',
	        [LEX_PUNCTUATOR] = 'p', [LEX_COMMENT] = 'c', [LEX_DIRECTIVE] = 'd'};
	static char out[1024];
	size_t used = 0;
	struct lex lex;

	out[0] = 0;
	lex_init(&lex, text, (uint32_t)strlen(text), 0);
	for (;;) {
		const struct lex_token token = lex_next(&lex);

		if (token.kind == LEX_END)
			return out;
		used += (size_t)snprintf(out + used, sizeof out - used, "%s%c:%.*s", used ? " " : "",
		                         letters[token.kind], (int)(token.end - token.begin), text + token.begin);
	}
}

START_TEST(tokens_are_told_by_kind)
{
	ck_assert_str_eq(tokens("int a1 = 0x1p-3 + 1'000;"), "i:int i:a1 p:= n:0x1p-3 p:+ n:1'000 p:;");
	ck_assert_str_eq(tokens("p->x... a::b"), "i:p p:-> i:x p:... i:a p::: i:b");
	ck_assert_str_eq(tokens("L\"a\\\"b\" 'c' u8'\\''"), "s:L\"a\\\"b\" h:'c' h:u8'\\''");
	ck_assert_str_eq(tokens("R\"x(a)\" )y\" )x\" z"), "s:R\"x(a)\" )y\" )x\" i:z");
}
END_TEST

START_TEST(comments_and_directives_are_tokens)
{
	ck_assert_str_eq(tokens("a /* ; */ // b\n#define X \\\n 3\nc"), "i:a c:/* ; */ c:// b d:#define X \\\n 3 i:c");
	ck_assert_str_eq(tokens("a # b"), "i:a p:# i:b");
	ck_assert_str_eq(tokens("/* x */ #if 1 /* \n */ y\nz"), "c:/* x */ d:#if 1 /* \n */ y i:z");
}
END_TEST

START_TEST(a_backslash_newline_is_white_space)
{
	ck_assert_str_eq(tokens("a\\\nb // c\\\nd\ne"), "i:a i:b c:// c\\\nd i:e");
}
END_TEST

START_TEST(unfinished_text_ends_where_the_text_ends)
{
	static const char *const texts[] = {"/* a", "\"a", "'a",  "R\"(a", "R\"abc", "#define \\",
	                                    "\\",   "a\\", "1e+", "/",     "L\"\\"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (uint32_t size = 0; size <= strlen(texts[i]); size++) {
			char *copy = malloc(size + 1); /* the sanitizer watches its end */
			struct lex lex;
			unsigned count = 0;

			memcpy(copy, texts[i], size);
			copy = realloc(copy, size ? size : 1);
			lex_init(&lex, copy, size, 0);
			while (lex_next(&lex).kind != LEX_END)
				ck_assert_uint_lt(count++, 50);
			ck_assert_uint_le(lex.at, size);
			free(copy);
		}
}
END_TEST

START_TEST(a_group_ends_at_its_own_bracket)
{
	static const char text[] = "({ ')' \")\" /* ) */ } ) z";
	struct lex lex;

	lex_init(&lex, text, sizeof text - 1, 1);
	ck_assert(lex_skip_group(&lex));
	ck_assert_uint_eq(lex.at, sizeof text - 3);
	lex_init(&lex, "(a(b)[c]{d}) z", 14, 1);
	ck_assert(lex_skip_group(&lex));
	ck_assert_uint_eq(lex.at, 12);
	lex_init(&lex, "(a", 2, 1);
	ck_assert(!lex_skip_group(&lex));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ast_lex");
	TCase *cases = tcase_create("lex");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(cases, tokens_are_told_by_kind);
	tcase_add_test(cases, comments_and_directives_are_tokens);
	tcase_add_test(cases, a_backslash_newline_is_white_space);
	tcase_add_test(cases, unfinished_text_ends_where_the_text_ends);
	tcase_add_test(cases, a_group_ends_at_its_own_bracket);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
