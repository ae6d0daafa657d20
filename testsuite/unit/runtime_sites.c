// SPDX-License-Identifier: MIT
/* Sites and the modules they come with: their numbers, wrappers and authors, and modules that are damaged, unloaded or replaced. */
#include "runtime/frames.h"
#include "runtime/note.h"
#include "runtime/rt.h"
#include "runtime/trace.h"
#include "runtime_here.h"
#include "runtime_module.h"

#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

START_TEST(a_wrapper_s_block_belongs_to_the_author_s_line)
{
	struct memlint_frame frames[4];
	void *called, *alone;

	here_begin();
	module_caller = module_announced(&module_unit, MODULE_CALLER);
	called = module_malloc(40, MODULE_WRAPPER);
	module_caller = NULL;
	alone = module_malloc(50, MODULE_WRAPPER);
	ck_assert_int_eq(here_api->get_object_traceback(called, frames, 4), 1);
	ck_assert_uint_eq(frames[0].line, MODULE_CALLER + 1);
	ck_assert_str_eq(frames[0].file, "test.c");
	ck_assert_str_eq(frames[0].function, "f");
	ck_assert_int_eq(here_api->get_object_traceback(alone, frames, 4), 1);
	ck_assert_uint_eq(frames[0].line, MODULE_WRAPPER + 1);
	ck_assert_uint_eq(here_sum(MODULE_WRAPPER).alloc_bytes, 50);
	for (int i = 0; i < 1000; i++) {
		module_caller = module_announced(&module_unit, MODULE_CALLER + (i & 1));
		module_free(module_malloc(1, MODULE_WRAPPER + (i >> 1 & 1)));
	}
	module_caller = NULL;
	/* Two callers and two wrappers, and the pair of before: no trace was made twice. */
	ck_assert_uint_le(rt.next_id, MODULE_SITES + 1 + 4);
	module_free(called);
	module_free(alone);
	ck_assert_uint_eq(here_current(), 0);
}
END_TEST

enum { TURNS = 300 };

/* In turn at a site, at a wrapper's, and at a wrapper's with its caller. */
static void *take_turns(void *unused)
{
	(void)unused;
	for (int i = 0; i < TURNS; i++) {
		module_caller = i % 3 == 2 ? module_announced(&module_unit, MODULE_CALLER) : NULL;
		module_free(module_malloc(1, i % 3 ? MODULE_WRAPPER : 5));
	}
	module_caller = NULL;
	return NULL;
}

/* In a program with very many sites. */
START_TEST(numbers_beyond_a_thread_s_own_counters_count_all_the_same)
{
	static const uint32_t before[] = {1, 1 << 13, 1 << 18};
	uint64_t count = 0;
	pthread_t thread;

	rt.next_id = before[_i];
	here_begin();
	take_turns(NULL);
	ck_assert_uint_eq(here_sum(5).alloc_count, TURNS / 3);
	ck_assert_uint_eq(here_sum(MODULE_WRAPPER).alloc_count, TURNS / 3);
	ck_assert_int_eq(pthread_create(&thread, NULL, take_turns, NULL), 0);
	pthread_join(thread, NULL);
	take_turns(NULL);
	ck_assert_uint_eq(here_sum(5).free_count, 2 * TURNS / 3);
	for (uint32_t id = before[_i]; id < rt.next_id; id++) {
		struct rt_totals sum;

		rt_sum(id, &sum);
		ck_assert_uint_eq(sum.alloc_count, sum.free_count);
		count += sum.alloc_count;
	}
	ck_assert_uint_eq(count, 3 * TURNS);
	/* A pair, and what the other thread has of all three. */
	ck_assert_uint_eq(rt.next_id, before[_i] + MODULE_SITES + 4);
}
END_TEST

START_TEST(an_unknown_abi_is_refused_with_a_message)
{
	struct memlint_module module = *module_describe();

	module.abi = MEMLINT_ABI + 1;
	ck_assert_ptr_null(memlint_v1_attach(&module));
	ck_assert_ptr_null(memlint_v1_attach(NULL));
}
END_TEST

/* Each is known by its address. */
static void *use_sites_without_numbers(void *unused)
{
	(void)unused;
	for (int i = 0; i < 20; i++) {
		void *block = module_malloc(10, i % 4);
		const uint64_t address = (uintptr_t)&module_unit.sites[i % 4];

		ck_assert_uint_eq(rt_trace_get(rt_look_block(block).id).key, RT_KEY_ADDRESS | address);
		module_free(block);
	}
	return NULL;
}

START_TEST(a_damaged_unit_is_left_out_and_its_sites_count_without_a_place)
{
	const struct memlint_module *module = module_describe();
	pthread_t thread;

	module_unit.head.strings = 1u << 30;
	here_api = memlint_v1_attach(module);
	ck_assert_ptr_nonnull(here_api);
	here_api->start(1);
	use_sites_without_numbers(NULL);
	ck_assert_uint_eq(here_current(), 0);
	ck_assert_uint_eq(here_peak(), 10);
	ck_assert_int_eq(pthread_create(&thread, NULL, use_sites_without_numbers, NULL), 0);
	pthread_join(thread, NULL);
	use_sites_without_numbers(NULL);
	ck_assert_uint_eq(here_current(), 0);
}
END_TEST

START_TEST(rows_survive_their_module)
{
	struct memlint_frame frame;
	void *block;

	here_begin();
	block = module_malloc(10, 8);
	memlint_v1_detach(module_describe());
	memset(&module_unit, 0xff, sizeof module_unit);
	ck_assert_int_eq(here_api->get_object_traceback(block, &frame, 1), 1);
	ck_assert_uint_eq(frame.line, 9);
	ck_assert_str_eq(frame.file, "test.c");
}
END_TEST

/* A module beside the other, whose sites call the other's wrapper. */
static struct module_unit guest;

static uint32_t guest_caller_id(void)
{
	return rt_caller_id(module_announced(&guest, MODULE_CALLER));
}

static const struct memlint_module *describe_guest(void)
{
	static struct memlint_module module;

	/* The first time only: it makes the other module anew. */
	if (!module.abi)
		module = *module_describe();
	module.slots = module.slots_end;
	module.units = &guest.head;
	module.units_end = (struct memlint_unit *)(void *)(&guest + 1);
	return &module;
}

static void load_guest(void)
{
	guest = module_unit;
	memset(guest.sites, 0, sizeof guest.sites);
	ck_assert_ptr_nonnull(memlint_v1_attach(describe_guest()));
}

/* The number of the site for which the wrapper allocates, the last of @times. */
static uint32_t author_of_blocks(int times)
{
	uint32_t author = 0;

	module_caller = module_announced(&guest, MODULE_CALLER);
	while (times--) {
		void *block = module_malloc(10, MODULE_WRAPPER);

		author = (uint32_t)(rt_trace_get(rt_look_block(block).id).key >> 32);
		module_free(block);
	}
	module_caller = NULL;
	return author;
}

struct meeting {
	pthread_barrier_t barrier;
	uint32_t before, after;
};

/* Between what it does before and after, the main thread puts another module in the guest's place. */
static void *meet_guests(void *argument)
{
	struct meeting *meeting = argument;

	meeting->before = author_of_blocks(3);
	pthread_barrier_wait(&meeting->barrier);
	pthread_barrier_wait(&meeting->barrier);
	meeting->after = author_of_blocks(1);
	return NULL;
}

START_TEST(a_module_in_an_unloaded_one_s_place_is_another)
{
	struct meeting meeting = {0};
	pthread_t thread;

	describe_guest();
	here_begin();
	load_guest();
	for (int i = 0; i < 2; i++) {
		const uint32_t before = author_of_blocks(3);

		ck_assert_uint_eq(before, guest_caller_id());
		memlint_v1_detach(describe_guest());
		load_guest();
		ck_assert_uint_ne(before, guest_caller_id());
		ck_assert_uint_eq(author_of_blocks(1), guest_caller_id());
	}
	pthread_barrier_init(&meeting.barrier, NULL, 2);
	ck_assert_int_eq(pthread_create(&thread, NULL, meet_guests, &meeting), 0);
	pthread_barrier_wait(&meeting.barrier);
	ck_assert_uint_eq(meeting.before, guest_caller_id());
	ck_assert_uint_eq(author_of_blocks(3), guest_caller_id());
	memlint_v1_detach(describe_guest());
	load_guest();
	pthread_barrier_wait(&meeting.barrier);
	pthread_join(thread, NULL);
	ck_assert_uint_eq(meeting.after, guest_caller_id());
	ck_assert_uint_eq(author_of_blocks(1), guest_caller_id());
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("runtime_sites");
	TCase *tests = tcase_create("sites");
	SRunner *runner = srunner_create(suite);

	unsetenv("MEMLINT");
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_wrapper_s_block_belongs_to_the_author_s_line);
	tcase_add_loop_test(tests, numbers_beyond_a_thread_s_own_counters_count_all_the_same, 0, 3);
	tcase_add_test(tests, an_unknown_abi_is_refused_with_a_message);
	tcase_add_test(tests, a_damaged_unit_is_left_out_and_its_sites_count_without_a_place);
	tcase_add_test(tests, rows_survive_their_module);
	tcase_add_test(tests, a_module_in_an_unloaded_one_s_place_is_another);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
