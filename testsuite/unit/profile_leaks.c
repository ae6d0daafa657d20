// SPDX-License-Identifier: MIT
/* The verdict on blocks: memcheck's rules over graphs made by hand. */
#include "analyzer/profile/leaks.h"

#include <check.h>

static struct profile_graph graph;
static struct leaks leaks;

static void set_up(void)
{
	graph = (struct profile_graph){0};
}

static void tear_down(void)
{
	leaks_release(&leaks);
	profile_graph_release(&graph);
}

/* @n blocks of 100 bytes, 101, 102, … */
static void make_blocks(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		*(struct profile_block *)pages_push(&graph.blocks, sizeof(struct profile_block)) =
		        (struct profile_block){.address = (i + 1) * 1000, .size = 100 + i};
}

static void point(uint32_t from, uint32_t to, uint64_t interior, uint8_t as_start)
{
	*(struct profile_edge *)pages_push(&graph.edges, sizeof(struct profile_edge)) =
	        (struct profile_edge){.from = from, .to = to, .interior = interior, .as_start = as_start};
}

static void root(uint32_t to, uint64_t interior, uint8_t as_start)
{
	*(struct profile_root *)pages_push(&graph.roots, sizeof(struct profile_root)) = (struct profile_root){
	        .kind = PROFILE_ROOT_GLOBAL, .to = to, .interior = interior, .as_start = as_start};
}

START_TEST(what_starts_lead_to_is_held_and_the_rest_is_lost)
{
	make_blocks(4);
	point(0, 1, 0, 0);
	root(0, 0, 0);
	leaks_judge(&leaks, &graph);
	ck_assert_uint_eq(leaks.kind[0], LEAK_HELD);
	ck_assert_uint_eq(leaks.kind[1], LEAK_HELD);
	ck_assert_uint_eq(leaks.kind[2], LEAK_LOST);
	ck_assert_uint_eq(leaks.bytes[LEAK_LOST], 102 + 103);
	ck_assert_uint_eq(leaks.count[LEAK_HELD], 2);
}
END_TEST

START_TEST(behind_a_pointer_to_the_middle_everything_is_perhaps_lost)
{
	make_blocks(4);
	point(0, 1, 0, 0);
	point(2, 3, 8, 0);
	root(0, 16, 0);
	root(2, 0, 0);
	leaks_judge(&leaks, &graph);
	ck_assert_uint_eq(leaks.kind[0], LEAK_PERHAPS);
	ck_assert_uint_eq(leaks.kind[1], LEAK_PERHAPS);
	ck_assert_uint_eq(leaks.kind[2], LEAK_HELD);
	ck_assert_uint_eq(leaks.kind[3], LEAK_PERHAPS);
}
END_TEST

START_TEST(a_start_counts_more_than_a_middle_whatever_comes_first)
{
	make_blocks(3);
	point(0, 2, 8, 0);
	point(1, 0, 0, 0);
	point(1, 2, 8, 1);
	root(0, 8, 0);
	root(1, 0, 0);
	leaks_judge(&leaks, &graph);
	ck_assert_uint_eq(leaks.count[LEAK_HELD], 3);
}
END_TEST

START_TEST(one_lost_block_stands_for_all_that_it_leads_to)
{
	make_blocks(4);
	point(1, 0, 0, 0);
	point(2, 1, 40, 0);
	leaks_judge(&leaks, &graph);
	ck_assert_uint_eq(leaks.kind[0], LEAK_FOLLOWER);
	ck_assert_uint_eq(leaks.kind[1], LEAK_FOLLOWER);
	ck_assert_uint_eq(leaks.kind[2], LEAK_LOST);
	ck_assert_uint_eq(leaks.leader[0], 2);
	ck_assert_uint_eq(leaks.followed[2], 100 + 101);
	ck_assert_uint_eq(leaks.following[2], 2);
	ck_assert_uint_eq(leaks.kind[3], LEAK_LOST);
}
END_TEST

START_TEST(what_leads_back_to_itself_is_a_cycle_what_only_leads_to_one_is_not)
{
	make_blocks(5);
	point(0, 1, 0, 0);
	point(1, 0, 0, 0);
	point(2, 2, 0, 0);
	point(3, 4, 0, 0);
	point(4, 4, 0, 0);
	leaks_judge(&leaks, &graph);
	ck_assert_uint_eq(leaks.kind[0], LEAK_CYCLE);
	ck_assert_uint_eq(leaks.kind[1], LEAK_FOLLOWER);
	ck_assert_uint_eq(leaks.kind[2], LEAK_CYCLE);
	ck_assert_uint_eq(leaks.kind[3], LEAK_LOST);
	ck_assert_uint_eq(leaks.kind[4], LEAK_FOLLOWER);
}
END_TEST

START_TEST(no_blocks_are_no_leaks)
{
	leaks_judge(&leaks, &graph);
	for (int kind = 0; kind < LEAK_KINDS; kind++)
		ck_assert_uint_eq(leaks.count[kind], 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("profile_leaks");
	TCase *tests = tcase_create("verdicts");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, what_starts_lead_to_is_held_and_the_rest_is_lost);
	tcase_add_test(tests, behind_a_pointer_to_the_middle_everything_is_perhaps_lost);
	tcase_add_test(tests, a_start_counts_more_than_a_middle_whatever_comes_first);
	tcase_add_test(tests, one_lost_block_stands_for_all_that_it_leads_to);
	tcase_add_test(tests, what_leads_back_to_itself_is_a_cycle_what_only_leads_to_one_is_not);
	tcase_add_test(tests, no_blocks_are_no_leaks);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
