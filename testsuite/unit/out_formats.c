// SPDX-License-Identifier: MIT
/* Output formats, from findings made by hand with everything that needs an escape. */
#include "analyzer/out/out.h"

#include <check.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct findings findings;
static char directory[64], source[128];

static void setup(void)
{
	static struct fix fix = {.class = FIX_SAFE, .title = "reorder \"it\"", .reason = ""};
	static struct edit edit = {.begin = 3, .end = 9, .text = "new\n<text>"};
	static struct finding_note note = {.text = "see & \"here\""};
	struct finding finding = {.code = 101,
	                          .rule = "struct-padding",
	                          .message = "'a<b>' 40 -> 32 bytes, 100%: \x01\xff",
	                          .details = "  before\n  after\n",
	                          .identity = "struct a",
	                          .notes = &note,
	                          .nnotes = 1,
	                          .bytes_saved = 8,
	                          .measured_bytes = -1};

	strcpy(directory, "/tmp/memlint-out-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(source, sizeof source, "%s/a b,c.h", directory);
	FILE *file = fopen(source, "w");

	fputs("/* \xc3\xa4 */\tstruct a {\n};\n", file);
	fclose(file);
	findings_init(&findings, directory);
	edit.path = note.place.path = finding.place.path = source;
	note.place.line = 2;
	finding.place.line = finding.place.end_line = 1;
	finding.place.column = 17;
	finding.place.end_column = 18;
	fix.edits = &edit;
	fix.nedits = 1;
	finding.fix = &fix;
	findings_add(&findings, &finding);
	findings_add(&findings, &finding);
	findings_finish(&findings);
	ck_assert_uint_eq(findings.count, 1);
}

static void teardown(void)
{
	findings_release(&findings);
	unlink(source);
	rmdir(directory);
}

static char *written(const char *format, const struct out_options *options)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	out_format_find(format)->write(stream, &findings, options);
	fclose(stream);
	return text;
}

START_TEST(text_is_what_gcc_writes_with_source_caret_and_fix)
{
	char *text = written("text", &(struct out_options){0});

	ck_assert_str_eq(text, "a b,c.h:1:17: warning: 'a<b>' 40 -> 32 bytes, 100%: ?\xff [struct-padding]\n"
	                       "    1 | /* \xc3\xa4 */\tstruct a {\n"
	                       "      |        \t       ^\n"
	                       "      |   before\n"
	                       "      |   after\n"
	                       "a b,c.h:2: note: see & \"here\"\n"
	                       "a b,c.h:1:17: note: fix: reorder \"it\" (safe: --fix)\n");
	free(text);
}
END_TEST

START_TEST(text_has_colours_only_when_asked)
{
	char *plain = written("text", &(struct out_options){0});
	char *coloured = written("text", &(struct out_options){.color = true});

	ck_assert_ptr_null(strchr(plain, '\033'));
	ck_assert_ptr_nonnull(strchr(coloured, '\033'));
	free(plain);
	free(coloured);
}
END_TEST

START_TEST(json_parses_and_says_everything)
{
	char *text = written("json", &(struct out_options){.version = "1.2.3"});
	json_t *root = json_loads(text, 0, NULL), *finding, *fix;

	ck_assert_ptr_nonnull(root);
	ck_assert_str_eq(json_string_value(json_object_get(root, "schema")), "memlint-findings/1");
	finding = json_array_get(json_object_get(root, "findings"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(finding, "file")), "a b,c.h");
	ck_assert_int_eq(json_integer_value(json_object_get(finding, "line")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(finding, "bytes_saved")), 8);
	ck_assert_uint_eq(strlen(json_string_value(json_object_get(finding, "fingerprint"))), 16);
	fix = json_object_get(finding, "fix");
	ck_assert_str_eq(json_string_value(json_object_get(fix, "class")), "safe");
	ck_assert_str_eq(json_string_value(json_object_get(json_array_get(json_object_get(fix, "edits"), 0), "text")),
	                 "new\n<text>");
	json_decref(root);
	free(text);
}
END_TEST

START_TEST(sarif_has_relative_uris_fingerprints_and_fixes)
{
	char *text = written("sarif", &(struct out_options){0});
	json_t *root = json_loads(text, 0, NULL), *result, *place;

	ck_assert_ptr_nonnull(root);
	ck_assert_str_eq(json_string_value(json_object_get(root, "version")), "2.1.0");
	result = json_array_get(json_object_get(json_array_get(json_object_get(root, "runs"), 0), "results"), 0);
	ck_assert_ptr_nonnull(json_object_get(json_object_get(result, "partialFingerprints"), "memlint/v1"));
	place = json_object_get(json_array_get(json_object_get(result, "locations"), 0), "physicalLocation");
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(place, "artifactLocation"), "uri")),
	                 "a%20b%2Cc.h");
	/* Columns are UTF-16 code units; the letter before takes two bytes. */
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(place, "region"), "startColumn")), 16);
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(place, "region"), "endColumn")), 17);
	ck_assert_uint_eq(json_array_size(json_object_get(result, "fixes")), 1);
	json_decref(root);
	free(text);
}
END_TEST

START_TEST(github_escapes_what_would_end_a_command)
{
	char *text = written("github", &(struct out_options){0});

	ck_assert_str_eq(text, "::warning file=a b%2Cc.h,line=1,col=17,title=struct-padding::"
	                       "'a<b>' 40 -> 32 bytes, 100%25: \x01\xff\n");
	free(text);
}
END_TEST

START_TEST(xml_formats_escape_markup_and_control_characters)
{
	static const char *const formats[] = {"junit", "checkstyle"};
	char *text = written(formats[_i], &(struct out_options){0});

	ck_assert_ptr_nonnull(strstr(text, "&#39;a&#60;b&#62;&#39; 40 -&#62; 32 bytes, 100%: ?\xef\xbf\xbd"));
	ck_assert_ptr_null(strchr(text, '\x01'));
	free(text);
}
END_TEST

START_TEST(every_format_takes_an_empty_list)
{
	size_t count;
	const struct out_format *formats = out_formats(&count);

	ck_assert_uint_ge(count, 6);
	findings.count = 0;
	for (size_t i = 0; i < count; i++)
		free(written(formats[i].name, &(struct out_options){0}));
}
END_TEST

START_TEST(a_fingerprint_stays_when_lines_move_and_tells_twins_apart)
{
	const uint64_t before = findings.items[0].fingerprint;
	struct finding twin = findings.items[0];

	findings.items[0].place.line = 77;
	findings_finish(&findings);
	ck_assert_uint_eq(findings.items[0].fingerprint, before);
	twin.place.line = 99;
	findings_add(&findings, &twin);
	findings_finish(&findings);
	ck_assert_uint_eq(findings.items[0].fingerprint, before);
	ck_assert_uint_ne(findings.items[1].fingerprint, before);
}
END_TEST

START_TEST(every_rule_has_a_page_that_begins_with_its_name)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	for (size_t i = 0; i < count; i++) {
		const char *page = rules_page(&rules[i]);

		ck_assert_int_eq(strncmp(page, rules[i].name, strlen(rules[i].name)), 0);
		ck_assert_ptr_nonnull(strstr(page, "\nWhy:"));
		ck_assert_ptr_nonnull(strstr(page, "\nBad:"));
		ck_assert_ptr_nonnull(strstr(page, "\nGood:"));
		ck_assert_ptr_nonnull(strstr(page, "\nLimits:"));
		ck_assert_ptr_eq(rules_find(rules[i].name), &rules[i]);
	}
	ck_assert_ptr_null(rules_find("no-such-rule"));
	ck_assert_str_eq(rules_find("101")->name, "struct-padding");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("out");
	TCase *tests = tcase_create("out");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, text_is_what_gcc_writes_with_source_caret_and_fix);
	tcase_add_test(tests, text_has_colours_only_when_asked);
	tcase_add_test(tests, json_parses_and_says_everything);
	tcase_add_test(tests, sarif_has_relative_uris_fingerprints_and_fixes);
	tcase_add_test(tests, github_escapes_what_would_end_a_command);
	tcase_add_loop_test(tests, xml_formats_escape_markup_and_control_characters, 0, 2);
	tcase_add_test(tests, every_format_takes_an_empty_list);
	tcase_add_test(tests, a_fingerprint_stays_when_lines_move_and_tells_twins_apart);
	tcase_add_test(tests, every_rule_has_a_page_that_begins_with_its_name);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
