// SPDX-License-Identifier: MIT
/* What the runtime has of the system: the clocks, the kernel's own functions, the pages of libc's file. */
#include "runtime_here.h"

#include "runtime/objects.h"
#include "runtime/trim.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint64_t libc_ns(clockid_t clock)
{
	struct timespec now;

	ck_assert_int_eq(clock_gettime(clock, &now), 0);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Each clock's time lies between two that libc tells. */
static void check_clocks(void)
{
	const uint64_t monotonic = libc_ns(CLOCK_MONOTONIC), unix_time = libc_ns(CLOCK_REALTIME);

	ck_assert_uint_ge(rt_monotonic_ns(), monotonic);
	ck_assert_uint_le(rt_monotonic_ns(), libc_ns(CLOCK_MONOTONIC));
	ck_assert_uint_ge(rt_unix_ns(), unix_time);
	ck_assert_uint_le(rt_unix_ns(), libc_ns(CLOCK_REALTIME));
}

static int ncalls;

static int counted_clock(clockid_t clock, struct timespec *now)
{
	ncalls++;
	return clock_gettime(clock, now);
}

static int broken_clock(clockid_t clock, struct timespec *now)
{
	(void)clock;
	*now = (struct timespec){.tv_sec = 1};
	ncalls++;
	return -1;
}

START_TEST(the_clocks_tell_what_libc_s_do)
{
	check_clocks();
	here_begin();
	check_clocks();
	rt_clock_use(counted_clock);
	check_clocks();
	ck_assert_int_eq(ncalls, 4);
}
END_TEST

START_TEST(a_clock_that_fails_is_not_believed)
{
	rt_clock_use(broken_clock);
	check_clocks();
	ck_assert_int_eq(ncalls, 4);
}
END_TEST

/* KiB in memory of the mappings of @path; the last one's address in @start if given. */
static size_t resident(const char *path, uintptr_t *start)
{
	char line[512], name[256];
	unsigned long from, size;
	int is_it = 0;
	size_t sum = 0;
	FILE *maps = fopen("/proc/self/smaps", "r");

	ck_assert_ptr_nonnull(maps);
	while (fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%*x %*s %*s %*s %*s %255s", &from, name) == 2) {
			is_it = strstr(name, path) != NULL;
			if (is_it && start)
				*start = from;
		}
		if (is_it && sscanf(line, "Rss: %lu", &size) == 1)
			sum += size;
	}
	fclose(maps);
	return sum;
}

START_TEST(functions_of_the_kernel_s_lie_in_its_object)
{
	uintptr_t vdso = 0;
	const char *clock;

	ck_assert_ptr_null(rt_kernel_function("there_is_no_such_function"));
	clock = rt_kernel_function("__vdso_clock_gettime");
	resident("[vdso]", &vdso);
	if (vdso)
		ck_assert(clock > (const char *)vdso && clock < (const char *)vdso + (64 << 10));
	else
		ck_assert_ptr_null(clock);
}
END_TEST

START_TEST(pages_of_libc_s_file_are_given_back_and_come_again)
{
	size_t before;
	char text[32];

	here_begin();
	resident("/libc.so", NULL);
	before = resident("/libc.so", NULL);
	rt_trim_exit();
	ck_assert_uint_lt(resident("/libc.so", NULL), before);
	snprintf(text, sizeof text, "%d", 12345);
	ck_assert_str_eq(text, "12345");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("os");
	TCase *tests = tcase_create("os");

	unsetenv("MEMLINT");
	tcase_add_test(tests, the_clocks_tell_what_libc_s_do);
	tcase_add_test(tests, a_clock_that_fails_is_not_believed);
	tcase_add_test(tests, functions_of_the_kernel_s_lie_in_its_object);
	tcase_add_test(tests, pages_of_libc_s_file_are_given_back_and_come_again);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
