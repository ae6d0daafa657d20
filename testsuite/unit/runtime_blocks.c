// SPDX-License-Identifier: MIT
/* Blocks and what they hold: sizes, realloc, failures, objects of pools, deep sizes, the side tables. */
#include "runtime/note.h"
#include "runtime/rt.h"
#include "runtime/shadow.h"
#include "runtime/trace.h"
#include "runtime_here.h"
#include "runtime_module.h"

#include <check.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_block_of_no_bytes_counts_as_a_block)
{
	void *block;

	here_begin();
	block = module_malloc(0, 3);
	ck_assert_uint_eq(here_sum(3).alloc_count, 1);
	ck_assert_uint_eq(here_sum(3).alloc_bytes, 0);
	ck_assert_uint_eq(here_api->usable_sizeof_block(block), malloc_usable_size(block));
	module_free(block);
	ck_assert_uint_eq(here_sum(3).free_count, 1);
}
END_TEST

START_TEST(realloc_is_one_release_and_one_allocation)
{
	void *block;

	here_begin();
	block = module_realloc(NULL, 10, 0);
	block = module_realloc(block, 1000, 1);
	ck_assert_uint_eq(here_sum(0).free_count, 1);
	ck_assert_uint_eq(here_sum(1).alloc_bytes, 1000);
	ck_assert_uint_eq(here_current(), 1000);
	ck_assert_uint_eq(here_peak(), 1000);
	ck_assert_ptr_null(module_realloc(block, 0, 2));
	ck_assert_uint_eq(here_sum(1).free_count, 1);
	ck_assert_uint_eq(here_sum(2).alloc_count, 0);
	ck_assert_uint_eq(here_current(), 0);
}
END_TEST

START_TEST(calls_that_fail_count_nothing_and_keep_errno)
{
	const size_t huge = (size_t)-1 / 2;
	void *block;

	here_begin();
	block = module_malloc(10, 0);
	errno = 0;
	ck_assert_ptr_null(module_malloc(huge, 1));
	ck_assert_int_eq(errno, ENOMEM);
	ck_assert_ptr_null(module_calloc(huge, 8, 1));
	ck_assert_ptr_null(module_realloc(block, huge, 1));
	ck_assert_uint_eq(here_sum(1).alloc_count, 0);
	ck_assert_uint_eq(here_current(), 10);
	ck_assert_uint_eq(here_api->sizeof_block(block), 10);
	errno = 77;
	module_free(block);
	module_free(module_malloc(300000, 1));
	ck_assert_int_eq(errno, 77);
}
END_TEST

START_TEST(every_allocator_counts_what_was_asked_for)
{
	void *block = NULL;
	char *text;

	here_begin();
	module_free(module_calloc(3, 7, 0));
	ck_assert_uint_eq(here_sum(0).alloc_bytes, 21);
	text = module_strdup("four", 1);
	ck_assert_str_eq(text, "four");
	module_free(text);
	ck_assert_uint_eq(here_sum(1).alloc_bytes, 5);
	block = module_aligned_alloc(4096, 8192, 2);
	ck_assert_uint_eq((uintptr_t)block % 4096, 0);
	module_free(block);
	ck_assert_uint_eq(here_sum(2).alloc_bytes, 8192);
	ck_assert_int_eq(module_posix_memalign(&block, 64, 100, 3), 0);
	module_free(block);
	ck_assert_int_eq(module_posix_memalign(&block, 3, 100, 3), EINVAL);
	ck_assert_uint_eq(here_sum(3).alloc_count, 1);
	module_free(NULL);
	ck_assert_uint_eq(here_current(), 0);
}
END_TEST

START_TEST(sizes_asked_for_and_given_are_told_for_small_and_for_mapped_blocks)
{
	static const size_t sizes[] = {0, 1, 24, 25, 100, 4096, 131072, 1000000, 5000000};

	here_begin();
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		char *block = module_malloc(sizes[i], 0);

		ck_assert_uint_eq(here_api->sizeof_block(block), sizes[i]);
		ck_assert_uint_eq(here_api->usable_sizeof_block(block), malloc_usable_size(block));
		ck_assert_uint_eq(here_api->sizeof_block(block + 16), 0);
		ck_assert_uint_eq(here_api->sizeof_block(block + 1), 0);
		module_free(block);
		ck_assert_uint_eq(here_api->sizeof_block(block), 0);
	}
	ck_assert_uint_eq(here_sum(0).alloc_over, here_sum(0).free_over);
}
END_TEST

START_TEST(a_tracked_object_counts_until_it_is_untracked_and_tracking_again_replaces)
{
	static char pool[1000];
	struct memlint_frame frame;

	here_begin();
	module_track(pool + 16, 100, 5);
	ck_assert_uint_eq(here_api->sizeof_block(pool + 16), 100);
	ck_assert_int_eq(here_api->get_object_traceback(pool + 16, &frame, 1), 1);
	ck_assert_uint_eq(frame.line, 6);
	module_track(pool + 16, 30, 6);
	ck_assert_uint_eq(here_current(), 30);
	ck_assert_uint_eq(here_sum(5).free_count, 1);
	ck_assert_int_eq(here_api->track(pool + 48, 8, "struct item", 0, NULL), 0);
	ck_assert_uint_eq(here_current(), 38);
	ck_assert_int_eq(here_api->untrack(pool + 48), 0);
	ck_assert_int_eq(here_api->untrack(pool + 48), -1);
	module_untrack(pool + 16);
	module_untrack(pool + 16);
	ck_assert_uint_eq(here_current(), 0);
	here_api->stop();
	ck_assert_int_eq(here_api->track(pool, 8, NULL, 0, NULL), -1);
}
END_TEST

START_TEST(a_tracked_block_of_malloc_s_own_counts_once)
{
	void *block;

	here_begin();
	block = module_malloc(100, 0);
	module_track(block, 100, 1);
	ck_assert_uint_eq(here_current(), 100);
	ck_assert_uint_eq(here_sum(1).alloc_bytes, 100);
	module_free(block);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(here_sum(1).free_count, 1);
}
END_TEST

START_TEST(an_object_takes_its_bytes_from_the_block_that_it_lies_in)
{
	char *chunk;

	here_begin();
	chunk = module_malloc(4000, 0);
	/* The first at the chunk's very start, the second in its middle, the third past its end. */
	module_track(chunk, 100, 1);
	module_track(chunk + 1000, 200, 2);
	module_track(chunk + 5000, 7, 3);
	ck_assert_uint_eq(here_current(), 4007);
	ck_assert_uint_eq(here_sum(0).alloc_bytes, 3700);
	ck_assert_uint_eq(here_sum(1).alloc_bytes, 100);
	ck_assert_uint_eq(here_sum(2).alloc_count, 1);
	ck_assert_uint_eq(here_api->sizeof_block(chunk + 1000), 200);
	module_untrack(chunk);
	ck_assert_uint_eq(here_sum(0).alloc_bytes, 3800);
	ck_assert_uint_eq(here_sum(1).free_bytes, 100);
	ck_assert_uint_eq(here_current(), 4007);
	/* What still lies in a chunk goes with it. */
	module_free(chunk);
	ck_assert_uint_eq(here_current(), 7);
	ck_assert_uint_eq(here_sum(0).alloc_bytes - here_sum(0).free_bytes, 0);
	ck_assert_uint_eq(here_sum(2).free_bytes, 200);
	ck_assert_uint_eq(here_api->sizeof_block(chunk + 1000), 0);
}
END_TEST

START_TEST(a_pool_s_objects_go_together_and_memory_used_again_replaces_what_lay_there)
{
	static char pools[2];
	char *chunk;

	here_begin();
	chunk = module_malloc(1 << 16, 0);
	for (int i = 0; i < 100; i++)
		module_pool_track(chunk + 16 + i * 24, 24, &pools[i & 1], 1 + (i & 1));
	ck_assert_uint_eq(here_sum(0).alloc_bytes, (1 << 16) - 2400);
	module_pool_untrack(&pools[0]);
	ck_assert_uint_eq(here_sum(1).free_count, 50);
	ck_assert_uint_eq(here_sum(2).free_count, 0);
	/* Over the ends of two of the second pool's, and all of a third. */
	module_pool_track(chunk + 16 + 36, 60, &pools[0], 3);
	ck_assert_uint_eq(here_sum(2).free_count, 2);
	module_pool_untrack(&pools[1]);
	module_pool_untrack(&pools[0]);
	module_pool_untrack(&pools[0]);
	ck_assert_uint_eq(here_sum(0).alloc_bytes, 1 << 16);
	ck_assert_uint_eq(here_current(), 1 << 16);
}
END_TEST

/* Against a plain array: each object's live or not. */
START_TEST(many_objects_are_found_by_place_and_by_pool)
{
	enum { N = 20000, POOLS = 7 };
	static char pools[POOLS];
	static unsigned char owner[N];
	uint64_t live = 0;
	unsigned random = 1;
	char *chunk;

	here_begin();
	chunk = module_malloc(N * 16, 0);
	for (int step = 0; step < 200000; step++) {
		random = random * 1103515245 + 12345;
		const unsigned i = 1 + (random >> 8) % (N - 1), pool = (random >> 4) % POOLS;

		if (step % 20000 == 19999) {
			module_pool_untrack(&pools[pool]);
			for (unsigned k = 0; k < N; k++)
				if (owner[k] == pool + 1)
					owner[k] = 0;
		} else if (random >> 30) {
			module_pool_track(chunk + i * 16, 9, &pools[pool], 1);
			owner[i] = (unsigned char)(pool + 1);
		} else {
			module_untrack(chunk + i * 16);
			owner[i] = 0;
		}
	}
	for (int i = 1; i < N; i++) {
		ck_assert_uint_eq(here_api->sizeof_block(chunk + i * 16), owner[i] ? 9 : 0);
		live += owner[i] ? 9 : 0;
	}
	ck_assert_uint_eq(here_sum(1).alloc_bytes - here_sum(1).free_bytes, live);
	ck_assert_uint_eq(here_sum(0).alloc_bytes - here_sum(0).free_bytes + live, here_current());
}
END_TEST

START_TEST(the_peak_shows_objects_in_the_place_of_their_chunk)
{
	char *chunk;

	here_begin();
	chunk = module_malloc(1000, 0);
	module_track(chunk + 100, 300, 1);
	ck_assert_uint_eq(here_peak(), 1000);
	ck_assert_uint_eq(here_sum(0).peak_bytes, 700);
	ck_assert_uint_eq(here_sum(1).peak_bytes, 300);
	module_free(module_malloc(1, 2));
	module_untrack(chunk + 100);
	/* The peak was with the one byte more, and is past. */
	ck_assert_uint_eq(here_peak(), 1001);
	ck_assert_uint_eq(here_sum(0).peak_bytes, 700);
	ck_assert_uint_eq(here_sum(1).peak_bytes, 300);
}
END_TEST

START_TEST(deep_sizeof_follows_pointers_counts_shared_blocks_once_and_ends_in_cycles)
{
	void **a, **b, **c;

	here_begin();
	a = module_calloc(4, sizeof *a, 0);
	b = module_calloc(2, sizeof *b, 0);
	c = module_calloc(100, 1, 0);
	a[0] = a[1] = b;
	a[3] = c;
	b[0] = c;
	b[1] = a;
	ck_assert_uint_eq(here_api->deep_sizeof(a), 32 + 16 + 100);
	ck_assert_uint_eq(here_api->deep_sizeof(c), 100);
	ck_assert_uint_eq(here_api->deep_sizeof(a + 1), 0);
	ck_assert_uint_eq(here_api->deep_sizeof(NULL), 0);
	b[0] = c + 2; /* its middle */
	a[3] = NULL;
	ck_assert_uint_eq(here_api->deep_sizeof(a), 32 + 16 + 100);
	b[0] = (char *)c + 100; /* past its end */
	ck_assert_uint_eq(here_api->deep_sizeof(a), 32 + 16);
}
END_TEST

START_TEST(a_long_list_needs_no_recursion)
{
	void **head = NULL;
	enum { NODES = 300000 };

	here_begin();
	for (int i = 0; i < NODES; i++) {
		void **node = module_malloc(16, 0);

		node[0] = head;
		node[1] = NULL;
		head = node;
	}
	ck_assert_uint_eq(here_api->deep_sizeof(head), 16u * NODES);
}
END_TEST

START_TEST(a_block_whose_release_was_not_seen_is_told_as_missed)
{
	void *block, *again;

	here_begin();
	if (!rt.glibc)
		return; /* a sanitizer's malloc does not give the place out again at once */
	block = module_malloc(24, 0);
	/* The real free, behind the runtime's back; the next block of that size stands in its place. */
	rt_real.free(block);
	again = module_malloc(24, 1);
	ck_assert_ptr_eq(block, again);
	ck_assert_uint_eq(rt.missed_frees, 1);
	ck_assert_uint_eq(here_sum(0).free_count, 1);
	ck_assert_uint_eq(here_current(), 24);
}
END_TEST

/* Small and large blocks have shadows of their own. */
START_TEST(a_place_used_again_by_a_block_of_another_kind_is_missed_too)
{
	void *large, *small;

	here_begin();
	if (!rt.glibc)
		return;
	large = module_malloc(5000, 0);
	module_free(module_malloc(24, 3)); /* so that the top of the heap lies behind it */
	rt_real.free(large);
	for (int i = 0; i < 4096 && (small = module_malloc(600, 1)) != large; i++)
		;
	ck_assert_ptr_eq(small, large);
	small = module_realloc(small, 5000, 2);
	ck_assert_ptr_eq(small, large);
	ck_assert_uint_eq(rt.missed_frees, 1);
	ck_assert_uint_eq(here_sum(0).free_count, 1);
	ck_assert_uint_eq(here_sum(0).free_bytes, 5000);
}
END_TEST

START_TEST(blocks_of_all_sizes_are_found_from_any_address_in_them)
{
	enum { N = 3000 };
	static char *blocks[N];
	static size_t sizes[N];
	uint32_t state = 1;

	here_begin();
	for (int i = 0; i < N; i++) {
		state = state * 1664525u + 1013904223u;
		sizes[i] = 1 + (state >> 8) % ((state >> 4) % 4 ? 100 : 5000);
		blocks[i] = module_malloc(sizes[i], 0);
	}
	for (int i = 0; i < N; i += 3) {
		module_free(blocks[i]);
		ck_assert_uint_eq(rt_look_block(blocks[i]).id, 0);
	}
	for (int i = 0; i < N; i++) {
		if (i % 3 == 0)
			continue;
		ck_assert_uint_eq(rt_look_block(blocks[i]).size.requested, sizes[i]);
		ck_assert_ptr_eq((void *)rt_block_before((uintptr_t)blocks[i]), blocks[i]);
		ck_assert_ptr_eq((void *)rt_block_before((uintptr_t)blocks[i] + sizes[i] - 1), blocks[i]);
		for (size_t at = 8; at < sizes[i]; at += 8)
			ck_assert_uint_eq(rt_look_block(blocks[i] + at).id, 0);
		blocks[i] = module_realloc(blocks[i], sizes[i] + 900, 1);
		ck_assert_uint_eq(rt_look_block(blocks[i]).size.requested, sizes[i] + 900);
	}
	for (int i = 0; i < N; i++)
		if (i % 3)
			module_free(blocks[i]);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(rt.missed_frees, 0);
}
END_TEST

START_TEST(the_side_table_holds_what_it_was_given)
{
	enum { N = 5000 };
	struct shadow_aside entry = {0};

	for (uint64_t i = 1; i <= N; i++) {
		entry = (struct shadow_aside){.block = i * 16, .requested = i, .usable = i + 1};
		ck_assert_int_eq(aside_put(&entry), 0);
		if (i % 3 == 0)
			ck_assert_int_eq(aside_get((void *)(uintptr_t)(i * 16), &entry, 1), 1);
	}
	for (uint64_t i = 1; i <= N; i++) {
		ck_assert_int_eq(aside_get((void *)(uintptr_t)(i * 16), &entry, 0), i % 3 != 0);
		if (i % 3)
			ck_assert_uint_eq(entry.requested, i);
	}
	aside_clear();
	ck_assert_int_eq(aside_get((void *)16, &entry, 0), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runtime_blocks");
	TCase *tests = tcase_create("blocks");
	SRunner *runner = srunner_create(suite);

	unsetenv("MEMLINT");
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_block_of_no_bytes_counts_as_a_block);
	tcase_add_test(tests, realloc_is_one_release_and_one_allocation);
	tcase_add_test(tests, calls_that_fail_count_nothing_and_keep_errno);
	tcase_add_test(tests, every_allocator_counts_what_was_asked_for);
	tcase_add_test(tests, sizes_asked_for_and_given_are_told_for_small_and_for_mapped_blocks);
	tcase_add_test(tests, a_tracked_object_counts_until_it_is_untracked_and_tracking_again_replaces);
	tcase_add_test(tests, a_tracked_block_of_malloc_s_own_counts_once);
	tcase_add_test(tests, deep_sizeof_follows_pointers_counts_shared_blocks_once_and_ends_in_cycles);
	tcase_add_test(tests, a_long_list_needs_no_recursion);
	tcase_add_test(tests, a_block_whose_release_was_not_seen_is_told_as_missed);
	tcase_add_test(tests, a_place_used_again_by_a_block_of_another_kind_is_missed_too);
	tcase_add_test(tests, blocks_of_all_sizes_are_found_from_any_address_in_them);
	tcase_add_test(tests, the_side_table_holds_what_it_was_given);
	tcase_add_test(tests, an_object_takes_its_bytes_from_the_block_that_it_lies_in);
	tcase_add_test(tests, a_pool_s_objects_go_together_and_memory_used_again_replaces_what_lay_there);
	tcase_add_test(tests, many_objects_are_found_by_place_and_by_pool);
	tcase_add_test(tests, the_peak_shows_objects_in_the_place_of_their_chunk);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
