// SPDX-License-Identifier: MIT
/* Facts that come from a cache or another machine may be damaged: they are refused or lead to less, never to a crash. */
#include "analyzer/ast/parse.h"
#include "analyzer/rule.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct packer blob;
static uint64_t rules = RULES_ALL;

/* The facts of a fixture with casts, byte uses, initialisers and arrays. */
static void setup(void)
{
	const char *const arguments[] = {"-std=c11", FIXTURE};
	const struct ast_command command = {.directory = "/", .file = FIXTURE, .arguments = arguments, .narguments = 2};
	struct ast_unit *unit = NULL;
	struct ast_parser *parser;
	char resources[4096];

	ck_assert_int_eq(ast_find_resource_dir(NULL, resources), STATUS_OK);
	parser = ast_parser_new(resources);
	ck_assert_int_eq(ast_parse(parser, &command, &unit), AST_PARSED);
	rules_collect(unit, rules, &blob);
	ast_unit_free(unit);
	ast_parser_free(parser);
}

static void teardown(void)
{
	pack_release(&blob);
}

static size_t findings_of(const void *bytes, size_t size, bool *taken)
{
	struct findings findings;
	struct config config;
	struct rules_run *run;

	config_init(&config, "/");
	config_override(&config, "all", "");
	findings_init(&findings, NULL);
	run = rules_run_new(&config, &findings);
	*taken = rules_add_unit(run, bytes, size);
	rules_finish(run, true);
	const size_t count = findings.count;

	rules_run_free(run);
	findings_release(&findings);
	config_release(&config);
	return count;
}

START_TEST(whole_facts_give_the_findings)
{
	bool taken;

	ck_assert_uint_eq(findings_of(blob.bytes, blob.size, &taken), 20);
	ck_assert(taken);
}
END_TEST

/* What stands in the blob: codes of rules, 2 for flow. */
static bool has_chunk(uint64_t code)
{
	struct unpacker in = unpack_from(blob.bytes, blob.size);
	bool found = false;
	size_t size;

	unpack_number(&in);
	unpack_number(&in);
	while (!unpack_end(&in)) {
		found |= unpack_number(&in) == code;
		unpack_bytes(&in, &size);
	}
	return found;
}

START_TEST(rules_that_nobody_asked_for_leave_no_facts)
{
	struct config config;
	bool taken;

	config_init(&config, "/");
	ck_assert(rules_needed(&config) == RULES_ALL);
	ck_assert(has_chunk(112) && has_chunk(2));
	ck_assert(config_override(&config, "select", "struct-padding"));
	rules = rules_needed(&config);
	teardown();
	setup();
	ck_assert(has_chunk(101) && !has_chunk(109) && !has_chunk(112) && !has_chunk(2));
	ck_assert_uint_eq(findings_of(blob.bytes, blob.size, &taken), 20);
	ck_assert(config_override(&config, "select", "unbounded-cache"));
	rules = rules_needed(&config);
	teardown();
	setup();
	ck_assert(has_chunk(112) && !has_chunk(101) && !has_chunk(2));
	rules = RULES_ALL;
	config_release(&config);
}
END_TEST

START_TEST(foreign_bytes_are_refused)
{
	bool taken;

	ck_assert_uint_eq(findings_of("not facts at all", 16, &taken), 0);
	ck_assert(!taken);
	ck_assert_uint_eq(findings_of("", 0, &taken), 0);
	ck_assert(!taken);
}
END_TEST

START_TEST(truncated_facts_give_what_is_left)
{
	bool taken;

	for (size_t size = 0; size < blob.size; size += 1 + size / 16) {
		unsigned char *copy = malloc(size + 1); /* of its own, so that reading past it is seen */

		memcpy(copy, blob.bytes, size);
		ck_assert_uint_le(findings_of(copy, size, &taken), 20);
		free(copy);
	}
}
END_TEST

START_TEST(damaged_facts_do_not_crash)
{
	uint32_t seed = (uint32_t)_i + 1;
	bool taken;

	for (int round = 0; round < 60; round++) {
		unsigned char *copy = malloc(blob.size);

		memcpy(copy, blob.bytes, blob.size);
		for (int change = 0; change < 4; change++) {
			seed = seed * 1664525u + 1013904223u;
			copy[(seed >> 4) % blob.size] = (unsigned char)(seed >> 24);
		}
		findings_of(copy, blob.size, &taken);
		free(copy);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("facts of rules");
	TCase *tests = tcase_create("facts of rules");
	SRunner *runner = srunner_create(suite);

	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, whole_facts_give_the_findings);
	tcase_add_test(tests, rules_that_nobody_asked_for_leave_no_facts);
	tcase_add_test(tests, foreign_bytes_are_refused);
	tcase_add_test(tests, truncated_facts_give_what_is_left);
	tcase_add_loop_test(tests, damaged_facts_do_not_crash, 0, 8);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
