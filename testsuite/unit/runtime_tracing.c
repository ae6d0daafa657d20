// SPDX-License-Identifier: MIT
/* Counting, the peak and the interface, in the process itself; tracemalloc's own cases by their meaning. */
#include "runtime/note.h"
#include "runtime/rt.h"
#include "runtime/shadow.h"
#include "runtime/trace.h"
#include "runtime_here.h"
#include "runtime_module.h"

#include <check.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* A brute-force model: every block, and a copy of all that is live at each new peak. */
enum { BLOCKS = 200, SITES = 16, STEPS = 60000 };
struct model {
	struct {
		void *block;
		size_t size;
		int site;
	} blocks[BLOCKS];
	uint64_t live[SITES], count[SITES], allocs[SITES], bytes[SITES];
	uint64_t total, peak, peak_live[SITES], peak_count[SITES];
	int is_small; /* all blocks are: the total is near its peak all the time */
};

static void model_at_peak(struct model *model)
{
	if (model->total <= model->peak)
		return;
	model->peak = model->total;
	memcpy(model->peak_live, model->live, sizeof model->live);
	memcpy(model->peak_count, model->count, sizeof model->count);
}

static void model_step(struct model *model, unsigned random)
{
	const unsigned at = random % BLOCKS, site = random / BLOCKS % SITES;
	const int is_large = !model->is_small && (random >> 12) % 7 == 0;
	const size_t size = (random >> 15) % (is_large ? 200000 : 300);

	if (model->blocks[at].block && random & 1u << 31) {
		module_free(model->blocks[at].block);
		model->live[model->blocks[at].site] -= model->blocks[at].size;
		model->count[model->blocks[at].site]--;
		model->total -= model->blocks[at].size;
		model->blocks[at].block = NULL;
		return;
	}
	if (model->blocks[at].block) {
		if (!size)
			return;
		model->blocks[at].block = module_realloc(model->blocks[at].block, size, (int)site);
		model->live[model->blocks[at].site] -= model->blocks[at].size;
		model->count[model->blocks[at].site]--;
		model->total -= model->blocks[at].size;
	} else {
		model->blocks[at].block = module_malloc(size, (int)site);
	}
	model->blocks[at].size = size;
	model->blocks[at].site = (int)site;
	model->live[site] += size;
	model->count[site]++;
	model->allocs[site]++;
	model->bytes[site] += size;
	model->total += size;
	model_at_peak(model);
}

static void model_check(const struct model *model)
{
	ck_assert_uint_eq(here_current(), model->total);
	ck_assert_uint_eq(here_peak(), model->peak);
	for (int site = 0; site < SITES; site++) {
		const struct rt_totals sum = here_sum(site);

		ck_assert_uint_eq(sum.alloc_count, model->allocs[site]);
		ck_assert_uint_eq(sum.alloc_bytes, model->bytes[site]);
		ck_assert_uint_eq(sum.alloc_bytes - sum.free_bytes, model->live[site]);
		ck_assert_uint_eq(sum.peak_bytes, model->peak_live[site]);
	}
}

static void model_run(struct model *model, unsigned seed)
{
	for (int step = 0; step < STEPS; step++) {
		seed = seed * 1664525u + 1013904223u;
		model_step(model, seed ^ seed >> 15);
		if (step % 61 == 0)
			model_check(model);
	}
	model_check(model);
}

START_TEST(the_peak_and_what_was_live_at_it_agree_with_a_model_under_random_operations)
{
	struct model *model = calloc(1, sizeof *model);

	model->is_small = _i & 1;
	here_begin();
	model_run(model, (unsigned)_i * 77777u + 1);
	ck_assert_uint_eq(rt.missed_frees, 0);
}
END_TEST

/* Fails if @n blocks come and go, and nobody looks at the clock meanwhile. */
static void expect_a_look(int n, size_t size)
{
	const uint64_t before = rt_self->looked_ns;

	while (n-- > 0 && rt_self->looked_ns == before)
		module_free(module_malloc(size, 0));
	ck_assert_uint_ne(rt_self->looked_ns, before);
}

START_TEST(the_clock_is_looked_at_near_the_peak_and_far_from_it)
{
	enum { SIZE = 64, NEAR = 2 * RT_PACE_MAX, FAR = NEAR * RT_STEP_BYTES / SIZE };

	here_begin();
	for (int i = 0; i < 100; i++)
		expect_a_look(NEAR, SIZE);
	module_free(module_malloc(10000000, 0));
	for (int i = 0; i < 100; i++)
		expect_a_look(FAR, SIZE);
	ck_assert_uint_eq(here_peak(), 10000000);
}
END_TEST

START_TEST(a_peak_that_was_reset_starts_from_what_is_live)
{
	void *block;

	here_begin();
	module_free(module_malloc(100000, 0));
	block = module_malloc(10, 1);
	ck_assert_uint_ge(here_peak(), 100000);
	here_api->reset_peak();
	ck_assert_uint_eq(here_peak(), 10);
	ck_assert_uint_eq(here_sum(0).peak_bytes, 0);
	ck_assert_uint_eq(here_sum(1).peak_bytes, 10);
	module_free(block);
	ck_assert_uint_eq(here_peak(), 10);
}
END_TEST

START_TEST(cleared_traces_are_unknown_and_count_nothing_when_released)
{
	void *before, *after;

	here_begin();
	before = module_malloc(1000, 0);
	here_api->clear_traces();
	ck_assert_int_eq(here_api->is_tracing(), 1);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(here_peak(), 0);
	ck_assert_uint_eq(here_api->sizeof_block(before), 0);
	after = module_malloc(7, 0);
	module_free(before);
	ck_assert_uint_eq(here_current(), 7);
	ck_assert_uint_eq(here_sum(0).alloc_count, 1);
	ck_assert_uint_eq(here_sum(0).free_count, 0);
	ck_assert_uint_eq(here_sum(0).peak_bytes, 7);
	module_free(after);
}
END_TEST

START_TEST(stop_drops_traces_and_a_new_start_begins_at_zero)
{
	void *block;

	here_begin();
	block = module_malloc(50, 0);
	here_api->stop();
	ck_assert_int_eq(here_api->is_tracing(), 0);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(here_peak(), 0);
	ck_assert_ptr_null(here_api->take_snapshot());
	ck_assert_str_ne(here_api->error(), "");
	ck_assert_int_eq(here_api->get_object_traceback(block, NULL, 0), 0);
	module_free(module_malloc(70, 0));
	ck_assert_int_eq(here_api->start(1), 0);
	ck_assert_uint_eq(here_current(), 0);
	module_free(block);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(here_sum(0).free_count, 0);
}
END_TEST

START_TEST(a_second_start_changes_nothing)
{
	here_begin();
	ck_assert_int_eq(here_api->start(20), 0);
	ck_assert_int_eq(here_api->get_traceback_limit(), 1);
}
END_TEST

static void *fail_in_a_thread(void *argument)
{
	(void)argument;
	here_api->start(70000);
	return strstr(here_api->error(), "range") ? argument : NULL;
}

START_TEST(an_error_is_its_thread_s_own)
{
	pthread_t thread;
	void *result;

	here_begin();
	ck_assert_str_eq(here_api->error(), "");
	for (int i = 0; i < 300; i++) {
		ck_assert_int_eq(pthread_create(&thread, NULL, fail_in_a_thread, &result), 0);
		pthread_join(thread, &result);
		ck_assert_ptr_nonnull(result);
	}
	ck_assert_str_eq(here_api->error(), "");
}
END_TEST

START_TEST(the_number_of_frames_has_limits)
{
	here_api = memlint_v1_attach(module_describe());
	ck_assert_int_eq(here_api->get_traceback_limit(), 1);
	ck_assert_int_eq(here_api->start(0), -1);
	ck_assert_int_eq(here_api->start(-1), -1);
	ck_assert_int_eq(here_api->start(65536), -1);
	ck_assert_str_ne(here_api->error(), "");
	ck_assert_int_eq(here_api->is_tracing(), 0);
	ck_assert_int_eq(here_api->start(65535), 0);
	ck_assert_int_eq(here_api->get_traceback_limit(), 65535);
}
END_TEST

START_TEST(a_block_released_before_the_next_allocation_is_temporary)
{
	void *first, *second;

	here_begin();
	module_free(module_malloc(8, 0));
	module_free(module_malloc(500000, 0));
	ck_assert_uint_eq(here_sum(0).temporary_count, 2);
	first = module_malloc(8, 1);
	second = module_malloc(8, 2);
	module_free(first);
	module_free(second);
	ck_assert_uint_eq(here_sum(1).temporary_count, 0);
	ck_assert_uint_eq(here_sum(2).temporary_count, 1);
}
END_TEST

START_TEST(a_snapshot_has_the_rows_and_totals_of_the_counters)
{
	struct memlint_snapshot *snapshot;
	struct memlint_statistics *statistics;
	char text[200];

	here_begin();
	for (int i = 0; i < 10; i++)
		module_malloc(100, 4);
	module_malloc(3000, 5);
	snapshot = here_api->take_snapshot();
	ck_assert_ptr_nonnull(snapshot);
	statistics = here_api->snapshot_statistics(snapshot, MEMLINT_BY_LINENO, 0);
	ck_assert_uint_eq(statistics->n, 2);
	here_api->statistic_text(&statistics->rows[1], 0, text, sizeof text);
	ck_assert_str_eq(text, "test.c:5: size=1000 B, count=10, average=100 B");
	ck_assert_str_eq(statistics->rows[0].type, "int");
	ck_assert_uint_eq(statistics->rows[0].peak_bytes, 3000);
	here_api->statistics_free(statistics);
	here_api->snapshot_free(snapshot);
}
END_TEST

static void *churn(void *argument)
{
	void *blocks[16] = {0};
	unsigned seed = (unsigned)(uintptr_t)argument;

	for (int i = 0; i < 20000; i++) {
		seed = seed * 1664525u + 1013904223u;
		module_free(blocks[seed >> 28]);
		blocks[seed >> 28] = module_malloc(seed >> 20 & 255, (int)(seed >> 10 & 7));
	}
	for (int i = 0; i < 16; i++)
		module_free(blocks[i]);
	return module_malloc(1000, 9);
}

/* Everything that site @site's traces in all threads hold. */
static struct rt_totals sum_by_key(uint32_t site)
{
	struct rt_totals all = {0}, sum;

	for (uint32_t id = 1; id < rt.next_id; id++) {
		if (rt_trace_get(id).key != site || !rt_sum(id, &sum))
			continue;
		all.alloc_count += sum.alloc_count;
		all.free_count += sum.free_count;
		all.alloc_bytes += sum.alloc_bytes;
		all.free_bytes += sum.free_bytes;
	}
	return all;
}

START_TEST(counts_of_several_threads_are_exact_also_when_another_thread_releases)
{
	enum { THREADS = 4, ROUNDS = 3 };
	struct rt_totals all = {0};
	size_t high;

	here_begin();
	for (int round = 0; round < ROUNDS; round++) {
		pthread_t threads[THREADS];
		void *left;

		for (uintptr_t i = 0; i < THREADS; i++)
			ck_assert_int_eq(pthread_create(&threads[i], NULL, churn, (void *)(i + 1)), 0);
		for (int i = 0; i < THREADS; i++) {
			pthread_join(threads[i], &left);
			ck_assert_uint_eq(here_api->sizeof_block(left), 1000);
			module_free(left);
		}
	}
	for (int site = 0; site < 10; site++) {
		const struct rt_totals sum = sum_by_key(rt_site_of(module_unit.sites[site].id));

		all.alloc_count += sum.alloc_count;
		ck_assert_uint_eq(sum.alloc_count, sum.free_count);
		ck_assert_uint_eq(sum.alloc_bytes, sum.free_bytes);
	}
	ck_assert_uint_eq(all.alloc_count, ROUNDS * THREADS * 20001);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(rt.missed_frees, 0);
	high = here_peak();
	ck_assert_uint_le(high, 4 * (16 * 255 + 1000));
	here_api->clear_traces();
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(sum_by_key(rt_site_of(module_unit.sites[0].id)).alloc_count, 0);
}
END_TEST

static void *hold(void *argument)
{
	return module_malloc((size_t)(uintptr_t)argument, 1);
}

START_TEST(the_peak_of_several_threads_is_found_within_the_batch)
{
	enum { SIZE = 1000000, N = 5 };
	void *blocks[N];
	struct rt_totals sum = {0}, one;

	here_begin();
	for (int i = 0; i < N; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, hold, (void *)(uintptr_t)SIZE);
		pthread_join(thread, &blocks[i]);
	}
	for (int i = 0; i < N; i++)
		module_free(blocks[i]);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_ge(here_peak(), (size_t)N * SIZE - 2 * RT_BATCH_MAX);
	ck_assert_uint_le(here_peak(), (size_t)N * SIZE + 2 * RT_BATCH_MAX);
	for (uint32_t id = 1; id < rt.next_id; id++)
		if (rt_sum(id, &one))
			sum.peak_bytes += one.peak_bytes;
	ck_assert_uint_eq(sum.peak_bytes, (size_t)N * SIZE);
}
END_TEST

START_TEST(a_forked_child_goes_on_counting_what_it_inherited)
{
	void *block;
	int status;

	here_begin();
	block = module_malloc(100, 0);
	const pid_t child = fork();

	if (child == 0) {
		int ok = here_api->is_tracing() && here_current() == 100;

		module_free(block);
		block = module_malloc(30, 1);
		ok = ok && here_current() == 30 && here_peak() == 100;
		_exit(ok ? 0 : 1);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	ck_assert_uint_eq(here_current(), 100);
}
END_TEST

static uint32_t sum_frames(uint32_t nframe)
{
	struct memlint_frame frames[100];
	void *block = module_malloc(1, 0);
	const int n = here_api->get_object_traceback(block, frames, 100);

	module_free(block);
	ck_assert_int_le(n, (int)nframe);
	return (uint32_t)n;
}

__attribute__((noinline, optimize("no-omit-frame-pointer", "no-optimize-sibling-calls"))) static uint32_t
nest(int depth, uint32_t nframe)
{
	const uint32_t n = depth ? nest(depth - 1, nframe) : sum_frames(nframe);

	__asm__ volatile("" : : : "memory");
	return n;
}

START_TEST(tracebacks_hold_as_many_frames_as_were_asked_for)
{
	here_api = memlint_v1_attach(module_describe());
	here_api->start(5);
	nest(10, 5);
	here_api->stop();
	here_api->start(1);
	ck_assert_uint_eq(nest(10, 1), 1);
}
END_TEST

static uint32_t trace_here(void)
{
	void *block = module_malloc(1, 0);
	const uint32_t id = rt_look(block).id;

	module_free(block);
	return id;
}

/* At each of the innermost levels the calls for a bit of @way that is set and for one that is not return to different places. */
__attribute__((noinline, optimize("no-omit-frame-pointer", "no-optimize-sibling-calls"))) static uint32_t
fork_ways(int depth, unsigned way)
{
	uint32_t id;

	if (!depth)
		return trace_here();
	if (depth <= 8 && way >> (depth - 1) & 1) {
		__asm__ volatile("nop" : : : "memory"); /* so that the calls stay two */
		id = fork_ways(depth - 1, way);
		__asm__ volatile("nop" : : : "memory");
	} else {
		id = fork_ways(depth - 1, way);
		__asm__ volatile("" : : : "memory");
	}
	return id;
}

/* The frames lie at the same places whichever way was gone: only what stands in them tells the ways apart. Not optimised, so that the
 * loops' calls stay one. */
__attribute__((optimize("O0"))) static void try_ways(int depth, int nframe, unsigned nways)
{
	uint32_t ids[256] = {0};
	unsigned state = 7;

	here_api->start(nframe);
	for (int i = 0; i < 4000; i++) {
		const unsigned way = (state = state * 1664525u + 1013904223u) >> 20 & (nways - 1);

		for (unsigned again = 0; again < state >> 30; again++) {
			const uint32_t id = fork_ways(depth, way);

			if (!ids[way])
				ids[way] = id;
			ck_assert_uint_eq(ids[way], id);
		}
	}
	for (unsigned a = 0; a < nways; a++)
		for (unsigned b = 0; b < a; b++)
			ck_assert_uint_ne(ids[a], ids[b]);
	here_api->stop();
}

START_TEST(traces_tell_stacks_apart_that_lie_at_the_same_place)
{
	here_api = memlint_v1_attach(module_describe());
	try_ways(4, 12, 16);
	try_ways(8, 20, 256);
	try_ways(8, 7, 4);
	try_ways(40, 60, 16);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runtime_tracing");
	TCase *tests = tcase_create("tracing");
	SRunner *runner = srunner_create(suite);

	unsetenv("MEMLINT");
	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, the_peak_and_what_was_live_at_it_agree_with_a_model_under_random_operations, 0, 4);
	tcase_add_test(tests, the_clock_is_looked_at_near_the_peak_and_far_from_it);
	tcase_add_test(tests, a_peak_that_was_reset_starts_from_what_is_live);
	tcase_add_test(tests, cleared_traces_are_unknown_and_count_nothing_when_released);
	tcase_add_test(tests, stop_drops_traces_and_a_new_start_begins_at_zero);
	tcase_add_test(tests, a_second_start_changes_nothing);
	tcase_add_test(tests, an_error_is_its_thread_s_own);
	tcase_add_test(tests, the_number_of_frames_has_limits);
	tcase_add_test(tests, a_block_released_before_the_next_allocation_is_temporary);
	tcase_add_test(tests, a_snapshot_has_the_rows_and_totals_of_the_counters);
	tcase_add_test(tests, counts_of_several_threads_are_exact_also_when_another_thread_releases);
	tcase_add_test(tests, the_peak_of_several_threads_is_found_within_the_batch);
	tcase_add_test(tests, a_forked_child_goes_on_counting_what_it_inherited);
	tcase_add_test(tests, tracebacks_hold_as_many_frames_as_were_asked_for);
	tcase_add_test(tests, traces_tell_stacks_apart_that_lie_at_the_same_place);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
