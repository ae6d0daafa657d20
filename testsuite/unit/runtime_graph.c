// SPDX-License-Identifier: MIT
/* The heap graph of whole processes: blocks, edges, roots of every kind, and what stands in its way. */
#include "runtime_run.h"

#include <check.h>
#include <stdlib.h>

/* How many roots of @kind lead to block @to, or any. */
static size_t count_roots(const struct profile_graph *graph, uint32_t kind, uint32_t to)
{
	size_t n = 0;

	for (size_t i = 0; i < profile_graph_nroots(graph); i++)
		n += profile_graph_roots(graph)[i].to == to && (!kind || profile_graph_roots(graph)[i].kind == kind);
	return n;
}

static size_t count_edges(const struct profile_graph *graph, uint32_t to)
{
	size_t n = 0;

	for (size_t i = 0; i < profile_graph_nedges(graph); i++)
		n += profile_graph_edges(graph)[i].to == to;
	return n;
}

START_TEST(the_heap_graph_has_blocks_edges_and_roots_of_all_threads)
{
	struct profile_graph graph;
	size_t held = 0, linked = 0, of_thread = 0, chained = 0;
	uint64_t end = 0;
	struct read read;

	ck_assert_int_eq(run("graph"), 0);
	ck_assert_str_eq(run_stderr, "");
	read_profile(&read, "p.memlint");
	ck_assert_uint_eq(profile_nsnapshots(&read.profile), 2);
	ck_assert_str_eq(profile_snapshots(&read.profile)[0].name, "here");
	ck_assert_int_eq(profile_graph_read(&read.profile, 2, &graph), 0);
	ck_assert_int_eq(profile_graph_read(&read.profile, 1, &graph), 1);
	ck_assert_int_eq(graph.complete, 1);
	ck_assert_uint_eq(graph.flags & PROFILE_GRAPH_FROZEN, PROFILE_GRAPH_FROZEN);
	ck_assert_uint_eq(graph.threads, 2);
	ck_assert_uint_eq(profile_graph_nblocks(&graph), profile_snapshots(&read.profile)[0].totals.live_count);
	for (uint32_t i = 0; i < profile_graph_nblocks(&graph); i++) {
		const struct profile_block *block = profile_graph_blocks(&graph) + i;
		const uint64_t size = block->size;

		ck_assert_uint_ge(block->address, end);
		end = block->address + size;
		if (size == 48 || size == 2048)
			chained += count_edges(&graph, i);

		if (size == 32) {
			held += count_roots(&graph, PROFILE_ROOT_GLOBAL, i);
			linked += count_edges(&graph, i);
		}
		if (size == 555)
			of_thread += count_roots(&graph, PROFILE_ROOT_STACK, i) +
			                     count_roots(&graph, PROFILE_ROOT_REGISTER, i) >
			             0;
		if (size == 556)
			of_thread += count_roots(&graph, PROFILE_ROOT_TLS, i) == 1;
		if (size == 100)
			ck_assert_uint_eq(count_roots(&graph, PROFILE_ROOT_GLOBAL, i), 1);
	}
	ck_assert_uint_eq(held, 1);
	ck_assert_uint_eq(linked, 4);
	ck_assert_uint_eq(chained, 19);
	ck_assert_uint_eq(of_thread, 2);
	profile_graph_release(&graph);
}
END_TEST

START_TEST(the_heap_graph_is_taken_where_no_process_can_be_made)
{
	struct profile_graph graph;
	struct read read;

	setenv("MEMLINT_GRAPH", "exit", 1);
	ck_assert_int_eq(run("no-fork"), 0);
	ck_assert_str_eq(run_stderr, "");
	read_profile(&read, "p.memlint");
	ck_assert_int_eq(profile_graph_read(&read.profile, 1, &graph), 1);
	ck_assert_int_eq(graph.complete, 1);
	ck_assert_uint_eq(profile_graph_nblocks(&graph), 40);
	profile_graph_release(&graph);
}
END_TEST

START_TEST(the_program_does_not_notice_the_process_that_writes_the_graph)
{
	struct read read;

	ck_assert_int_eq(run("unnoticed"), 0);
	ck_assert_str_eq(run_stderr, "");
	read_profile(&read, "p.memlint");
	ck_assert_int_eq(profile_has_graph(&read.profile, 1), 1);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runtime_graph");
	TCase *graphs = tcase_create("graphs");

	tcase_add_checked_fixture(graphs, run_set_up, run_tear_down);
	tcase_set_timeout(graphs, 60);
	tcase_add_test(graphs, the_heap_graph_has_blocks_edges_and_roots_of_all_threads);
	tcase_add_test(graphs, the_heap_graph_is_taken_where_no_process_can_be_made);
	tcase_add_test(graphs, the_program_does_not_notice_the_process_that_writes_the_graph);
	suite_add_tcase(suite, graphs);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
