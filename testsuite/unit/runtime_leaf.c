// SPDX-License-Identifier: MIT
/* The leaf of the shadow that a thread looks in first, what lies outside, and where the counters lie. */
#include "runtime/rt.h"
#include "runtime/shadow.h"
#include "runtime_here.h"
#include "runtime_module.h"

#include <check.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SIZE = 1000, REGION = 1 << SHADOW_REGION_BITS };

/* Whether the calling thread looks for @block in its leaf. */
static int is_near(const void *block)
{
	return shadow_leaf_has(rt_self->leaf, block);
}

/* Allocates @bytes, then releases them; the blocks hold each other. Returns how many there were. */
static size_t fill_and_release(size_t bytes)
{
	void **last = NULL;
	size_t n = 0;

	for (; n * SIZE < bytes; n++) {
		void **block = module_malloc(SIZE, 1);

		*block = last;
		last = block;
	}
	ck_assert_uint_eq(here_current(), n * SIZE);
	while (last) {
		void **next = *last;

		module_free(last);
		last = next;
	}
	return n;
}

/* @size bytes at @address, which nobody may read; NULL if something else is there. */
static void *occupy(uintptr_t address, size_t size)
{
	void *there = mmap((void *)address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	return there == MAP_FAILED ? NULL : there;
}

START_TEST(the_only_thread_s_counters_lie_at_their_places)
{
	const uintptr_t first = rt_place_of(RT_CHUNK - 1), size = RT_CHUNK * sizeof(struct rt_counter);
	void *there = occupy(first, size);

	if (there)
		ck_assert_int_eq(munmap(there, size), 0);
	here_begin();
	module_free(module_malloc(SIZE, 1));
	/* An address sanitizer's shadow lies there. */
	ck_assert_int_eq(!rt_self->origin, there != NULL);
	ck_assert_uint_eq(here_sum(1).free_count, 1);
}
END_TEST

START_TEST(where_their_places_are_taken_the_only_thread_s_blocks_are_counted_all_the_same)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	size_t n;

	occupy(rt_place_of(RT_CHUNK) & -page, page);
	here_begin();
	n = fill_and_release(REGION / 8);
	ck_assert_uint_ne(rt_self->origin, 0);
	ck_assert_uint_eq(here_sum(1).alloc_count, n);
	ck_assert_uint_eq(here_sum(1).free_count, n);
	ck_assert_uint_eq(here_sum(1).free_over, (uint32_t)here_sum(1).alloc_over);
}
END_TEST

START_TEST(a_heap_may_have_several_regions)
{
	uintptr_t leaf;
	size_t n;

	here_begin();
	ck_assert_uint_eq(rt_self->leaf, RT_NO_LEAF);
	module_free(module_malloc(SIZE, 1));
	module_free(module_malloc(SIZE, 1));
	leaf = rt_self->leaf;
	ck_assert_uint_ne(leaf, RT_NO_LEAF);
	n = fill_and_release(2u * REGION) + 2;
	ck_assert_uint_ne(rt_self->leaf, leaf);
	ck_assert_uint_eq(here_sum(1).alloc_count, n);
	ck_assert_uint_eq(here_sum(1).free_count, n);
	ck_assert_uint_eq(here_sum(1).free_over, (uint32_t)here_sum(1).alloc_over);
	ck_assert_uint_eq(here_current(), 0);
}
END_TEST

/* Something in its way: malloc goes on with memory from mmap. */
START_TEST(blocks_outside_the_leaf_count_like_those_inside)
{
	void *first, *wall;
	void *block = NULL, *another;
	uintptr_t leaf;
	uint64_t n = 0;

	here_begin();
	module_free(module_malloc(SIZE, 2));
	first = module_malloc(SIZE, 1);
	ck_assert(is_near(first));
	leaf = rt_self->leaf;
	wall = mmap((char *)sbrk(0) + (64 << 10), 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
	            -1, 0);
	ck_assert(wall != MAP_FAILED);
	do {
		block = module_malloc(SIZE, 2);
		n++;
	} while (shadow_leaf_has(leaf, block));
	another = module_malloc(SIZE, 3);
	ck_assert(is_near(block) && is_near(another) && !is_near(first));
	module_free(another);
	block = module_realloc(block, SIZE / 2, 3);
	ck_assert_uint_eq(here_sum(2).alloc_count, n + 1);
	ck_assert_uint_eq(here_sum(2).free_count, 2);
	ck_assert_uint_eq(here_current(), n * SIZE + SIZE / 2);
	module_free(block);
	module_free(first);
	ck_assert_uint_eq(here_sum(1).free_count, 1);
	ck_assert_uint_eq(here_sum(3).free_count, 2);
	ck_assert_uint_eq(here_sum(3).free_bytes, SIZE + SIZE / 2);
	ck_assert_uint_eq(here_current(), (n - 1) * SIZE);
	munmap(wall, 4096);
}
END_TEST

START_TEST(large_blocks_count_like_small_ones)
{
	enum { BLOCKS = 100, LARGE = 5000 };
	void *blocks[BLOCKS];
	uint64_t bytes = 0;
	void *grown;

	here_begin();
	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = module_malloc(LARGE, 1);
	ck_assert_uint_eq(here_current(), (size_t)BLOCKS * LARGE);
	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = module_realloc(blocks[i], 2 * LARGE, 2);
	ck_assert_uint_eq(here_sum(1).free_bytes, (size_t)BLOCKS * LARGE);
	ck_assert_uint_eq(here_current(), (size_t)BLOCKS * LARGE * 2);
	ck_assert_uint_ge(here_peak(), (size_t)BLOCKS * LARGE * 2);
	for (int i = 0; i < BLOCKS; i++)
		module_free(blocks[i]);
	ck_assert_uint_eq(here_sum(2).temporary_count, 1);
	ck_assert_uint_eq(here_current(), 0);
	/* Small, large and mapped; the first is no block's next. */
	grown = module_malloc(1, 3);
	for (size_t size = 2; size < 1 << 20; size += size / 2) {
		void *other = module_malloc(LARGE, 1);

		grown = module_realloc(grown, size, 3);
		module_free(other);
		bytes += size;
		ck_assert_uint_eq(here_current(), size);
	}
	module_free(grown);
	ck_assert_uint_eq(here_sum(3).alloc_bytes, bytes + 1);
	for (int site = 1; site <= 3; site++) {
		ck_assert_uint_eq(here_sum(site).alloc_count, here_sum(site).free_count);
		ck_assert_uint_eq(here_sum(site).alloc_bytes, here_sum(site).free_bytes);
		ck_assert_uint_eq((uint32_t)here_sum(site).alloc_over, here_sum(site).free_over);
	}
	ck_assert_uint_eq(rt.missed_frees, 0);
}
END_TEST

/* By a thread whose leaf is to be where its blocks lie. */
static void *allocate_deep(void *unused)
{
	enum { BLOCKS = 10 };
	void *blocks[BLOCKS];

	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = module_malloc(SIZE, 1);
	ck_assert(is_near(blocks[BLOCKS - 1]));
	for (int i = 0; i < BLOCKS; i++)
		module_free(blocks[i]);
	return unused;
}

START_TEST(traces_of_several_frames_have_a_leaf_too)
{
	pthread_t thread;

	here_begin();
	here_api->stop();
	ck_assert_int_eq(here_api->start(16), 0);
	allocate_deep(NULL);
	ck_assert_int_eq(pthread_create(&thread, NULL, allocate_deep, NULL), 0);
	pthread_join(thread, NULL);
	rt_self->leaf = RT_NO_LEAF;
	allocate_deep(NULL);
	ck_assert_uint_eq(here_current(), 0);
}
END_TEST

/* @block, which nobody saw released. */
static void *released_unseen(void *block)
{
	rt_real.free(block);
	return block;
}

START_TEST(what_was_released_unseen_is_told_by_a_block_of_the_other_kind)
{
	void *large, *small;

	here_begin();
	module_free(module_malloc(2 * SIZE, 1));
	large = released_unseen(module_malloc(3 * SIZE, 1));
	ck_assert_uint_eq(rt.missed_frees, 0);
	ck_assert_ptr_eq(module_malloc(3 * SIZE, 2), large);
	ck_assert_uint_eq(rt.missed_frees, 1);
	ck_assert_uint_eq(here_sum(1).free_count, 2);
	module_free(large);
	ck_assert_uint_eq(here_current(), 0);
	small = module_malloc(SIZE, 1);
	ck_assert_ptr_eq(small, large);
	/* Grown unseen, it does not go to what the thread keeps of its size. */
	ck_assert_ptr_eq(rt_real.realloc(small, 3 * SIZE), small);
	released_unseen(small);
	ck_assert_ptr_eq(module_malloc(3 * SIZE, 3), small);
	ck_assert_uint_eq(rt.missed_frees, 2);
	ck_assert_uint_eq(here_sum(1).free_count, 3);
	module_free(small);
	ck_assert_uint_eq(here_sum(3).free_bytes, 3 * SIZE);
	ck_assert_uint_eq(here_current(), 0);
}
END_TEST

enum { HANDED = 1000 };

static void *allocate_and_hand_over(void *blocks)
{
	for (int i = 0; i < HANDED; i++) {
		module_free(module_malloc(SIZE, 2));
		((void **)blocks)[i] = module_malloc(SIZE, 1);
	}
	ck_assert(is_near(((void **)blocks)[HANDED - 1]));
	return NULL;
}

START_TEST(a_thread_releases_blocks_of_another_s_leaf)
{
	static void *blocks[HANDED];
	pthread_t thread;

	here_begin();
	module_free(module_malloc(SIZE, 3));
	ck_assert_int_eq(pthread_create(&thread, NULL, allocate_and_hand_over, blocks), 0);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(here_current(), (size_t)HANDED * SIZE);
	for (int i = 0; i < HANDED; i++) {
		void *own = module_malloc(SIZE, 3);

		module_free(blocks[i]);
		ck_assert(is_near(own) || !i);
		module_free(own);
	}
	ck_assert_uint_eq(here_sum(3).free_count, HANDED + 1);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(rt.missed_frees, 0);
}
END_TEST

/* glibc's heap where the first region begins, as a program at a fixed address may have it. */
enum { LOW = 0x1000000, LOW_SIZE = 1 << 20, CHUNK = 1024 };
static char *low_next = (char *)LOW;

static void *low_malloc(size_t size)
{
	if (size > CHUNK - 8)
		return NULL;
	low_next += CHUNK;
	((size_t *)(void *)low_next)[-1] = CHUNK | 1;
	return low_next;
}

static void low_free(void *block)
{
	(void)block;
}

START_TEST(no_block_is_none_where_the_heap_begins_in_the_first_region)
{
	enum { BLOCKS = 100 };
	void *blocks[BLOCKS];

	ck_assert_ptr_eq(mmap((void *)LOW, LOW_SIZE, PROT_READ | PROT_WRITE,
	                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0),
	                 (void *)LOW);
	here_begin();
	rt_real.malloc = low_malloc;
	rt_real.free = low_free;
	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = module_malloc(SIZE, 1);
		ck_assert_ptr_null(module_malloc(CHUNK, 2));
		module_free(NULL);
	}
	ck_assert_uint_eq(here_current(), (size_t)BLOCKS * SIZE);
	for (int i = 0; i < BLOCKS; i++)
		module_free(blocks[i]);
	ck_assert_uint_eq(here_sum(1).alloc_count, BLOCKS);
	ck_assert_uint_eq(here_sum(1).free_count, BLOCKS);
	ck_assert_uint_eq(here_sum(2).alloc_count, 0);
}
END_TEST

/* Pages of the entries of memory from @from to @to that are there. */
static size_t shadow_pages(const char *from, const char *to)
{
	enum { PAGE = 4096, COVERED = PAGE / sizeof(uint32_t) * 32 };
	unsigned char there;
	size_t n = 0;

	for (; from < to; from += COVERED) {
		const uintptr_t entry = (uintptr_t)shadow_entry(shadow_base(from), from, 5);

		ck_assert_int_eq(mincore((void *)(entry & -(uintptr_t)PAGE), PAGE, &there), 0);
		n += there & 1;
	}
	return n;
}

START_TEST(the_shadow_of_released_blocks_goes_back_and_that_of_others_stays)
{
	enum { BLOCKS = 16000, KEPT = 8 };
	static void *blocks[BLOCKS];
	size_t before;

	here_begin();
	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = module_malloc(SIZE, 1);
	before = shadow_pages(blocks[0], blocks[BLOCKS - 1]);
	for (int i = 0; i < BLOCKS; i++)
		if (i % (BLOCKS / KEPT))
			module_free(blocks[i]);
	shadow_trim((uint64_t)1 << 62);
	ck_assert_uint_le(shadow_pages(blocks[0], blocks[BLOCKS - 1]), before / 8);
	ck_assert_uint_eq(here_current(), (size_t)KEPT * SIZE);
	for (int i = 0; i < BLOCKS; i += BLOCKS / KEPT)
		module_free(blocks[i]);
	ck_assert_uint_eq(here_sum(1).free_count, BLOCKS);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(rt.missed_frees, 0);
	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = module_malloc(SIZE, 2);
	ck_assert_uint_eq(here_current(), (size_t)BLOCKS * SIZE);
	ck_assert_uint_eq(rt.missed_frees, 0);
}
END_TEST

START_TEST(a_new_page_of_the_shadow_faults_once)
{
	enum { BLOCKS = 20000, PAGE = 4096 };
	static void *blocks[BLOCKS];
	struct rusage before, after;
	size_t pages;

	here_begin();
	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = NULL;
	module_free(module_malloc(SIZE, 1));
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < BLOCKS; i++)
		blocks[i] = module_malloc(SIZE, 1);
	getrusage(RUSAGE_SELF, &after);
	pages = (size_t)((char *)blocks[BLOCKS - 1] - (char *)blocks[0]) / PAGE;
	/* The heap's, and an eighth of them for the shadow. */
	ck_assert_uint_le(after.ru_minflt - before.ru_minflt, pages + pages / 8 + pages / 16);
	for (int i = 0; i < BLOCKS; i++)
		module_free(blocks[i]);
}
END_TEST

static sigjmp_buf fault;
static const char *volatile fault_address;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	(void)context;
	fault_address = info->si_addr;
	siglongjmp(fault, signal);
}

/* Where free() faults of @block, without us if @real. */
static const char *fault_of(char *block, int real)
{
	if (!sigsetjmp(fault, 1)) {
		real ? rt_real.free(block) : module_free(block);
		ck_abort();
	}
	return fault_address;
}

/* It faults as it would without us: where free() looks for the block's header. */
START_TEST(what_no_program_could_have_is_left_to_free)
{
	const struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
	char *const block = (char *)0xffff800000000010;
	char *own;

	here_begin();
	module_free(module_malloc(SIZE, 1));
	own = module_malloc(SIZE, 1);
	sigaction(SIGSEGV, &action, NULL);
	ck_assert(fault_of(block, 0) >= block - 16 && fault_address <= block);
	ck_assert(is_near(own));
	/* As a pointer with a mark in its highest bits. */
	for (int bit = 51; bit < 64; bit++)
		ck_assert_ptr_eq(fault_of((char *)((uintptr_t)own | (uintptr_t)1 << bit), 0),
		                 fault_of((char *)((uintptr_t)own | (uintptr_t)1 << bit), 1));
	module_free(own);
	ck_assert_uint_eq(here_sum(1).free_count, 2);
}
END_TEST

START_TEST(nothing_is_no_block)
{
	here_begin();
	module_free(module_malloc(SIZE, 1));
	module_free(module_malloc(SIZE, 1));
	module_free(NULL);
	ck_assert(!is_near(NULL));
	ck_assert_uint_eq(here_sum(1).free_count, 2);
}
END_TEST

START_TEST(a_block_that_could_not_grow_is_as_it_was)
{
	const size_t huge = (size_t)-1 / 2;
	struct rt_totals was;
	void *block, *other;

	here_begin();
	other = module_malloc(10, 2);
	block = module_malloc(SIZE, 1);
	was = here_sum(1);
	ck_assert(is_near(block));
	ck_assert_ptr_null(module_realloc(block, huge, 3));
	ck_assert_uint_eq(here_sum(1).free_count, was.free_count);
	ck_assert_uint_eq(here_sum(1).free_bytes, was.free_bytes);
	ck_assert_uint_eq(here_sum(1).free_over, was.free_over);
	ck_assert_uint_eq(here_sum(3).alloc_count, 0);
	ck_assert_uint_eq(here_current(), SIZE + 10);
	ck_assert_uint_eq(here_peak(), SIZE + 10);
	block = module_realloc(block, SIZE / 2, 3);
	ck_assert_uint_eq(here_sum(1).free_count, 1);
	ck_assert_uint_eq(here_sum(3).alloc_bytes, SIZE / 2);
	ck_assert_ptr_null(module_realloc(block, 0, 3));
	module_free(other);
	ck_assert_uint_eq(here_sum(3).free_count, 1);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(here_peak(), SIZE + 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runtime_leaf");
	TCase *tests = tcase_create("leaf");
	SRunner *runner = srunner_create(suite);

	unsetenv("MEMLINT");
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, the_only_thread_s_counters_lie_at_their_places);
	tcase_add_test(tests, where_their_places_are_taken_the_only_thread_s_blocks_are_counted_all_the_same);
	tcase_add_test(tests, a_heap_may_have_several_regions);
	tcase_add_test(tests, blocks_outside_the_leaf_count_like_those_inside);
	tcase_add_test(tests, large_blocks_count_like_small_ones);
	tcase_add_test(tests, traces_of_several_frames_have_a_leaf_too);
	tcase_add_test(tests, what_was_released_unseen_is_told_by_a_block_of_the_other_kind);
	tcase_add_test(tests, a_thread_releases_blocks_of_another_s_leaf);
	tcase_add_test(tests, no_block_is_none_where_the_heap_begins_in_the_first_region);
	tcase_add_test(tests, the_shadow_of_released_blocks_goes_back_and_that_of_others_stays);
	tcase_add_test(tests, a_new_page_of_the_shadow_faults_once);
	tcase_add_test(tests, what_no_program_could_have_is_left_to_free);
	tcase_add_test(tests, nothing_is_no_block);
	tcase_add_test(tests, a_block_that_could_not_grow_is_as_it_was);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
