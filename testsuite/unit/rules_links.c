// SPDX-License-Identifier: MIT
/* The table of what is known about the function that is looked at. */
#include "rules/links_known.h"

#include <check.h>

enum { MANY = 5000 };

/* Keys are hashes: spread over all bits. */
static uint64_t key_of(uint32_t i)
{
	return (i + 1) * 0x9e3779b97f4a7c15u;
}

static void put(struct link_known *known, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint32_t *value = link_known_at(known, key_of(i));

		ck_assert_msg(!*value, "key %u of %u is not new", i, count);
		*value = i + 1;
	}
}

START_TEST(what_was_put_is_found_however_many_follow)
{
	struct link_known known = {0};

	link_known_clear(&known);
	put(&known, MANY);
	for (uint32_t i = 0; i < MANY; i++)
		ck_assert_uint_eq(*link_known_at(&known, key_of(i)), i + 1);
	ck_assert_uint_eq(known.count, MANY);
	link_known_release(&known);
}
END_TEST

START_TEST(after_clearing_nothing_is_known)
{
	static const uint32_t counts[] = {10, MANY, 3, 700, MANY, 0, 700};
	struct link_known known = {0};

	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		link_known_clear(&known);
		put(&known, counts[i]);
	}
	link_known_release(&known);
}
END_TEST

START_TEST(numbers_of_rounds_may_run_out)
{
	struct link_known known = {0};

	put(&known, MANY);
	known.round = UINT32_MAX - 3;
	for (unsigned i = 0; i < 6; i++) {
		link_known_clear(&known);
		put(&known, MANY);
	}
	link_known_release(&known);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("links");
	TCase *tests = tcase_create("links");
	SRunner *runner = srunner_create(suite);

	tcase_add_test(tests, what_was_put_is_found_however_many_follow);
	tcase_add_test(tests, after_clearing_nothing_is_known);
	tcase_add_test(tests, numbers_of_rounds_may_run_out);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
