// SPDX-License-Identifier: MIT
/* Workers that crash, hang, eat memory and recurse without end. */
#include "analyzer/facts/pool.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { JOBS = 40, JOB_CRASH = 3, JOB_HANG = 7, JOB_EXIT = 11, JOB_LARGE = 13, JOB_DEEP = 17 };

struct outcome {
	unsigned done[JOBS], lost[JOBS];
	char why[JOBS][64];
	uint64_t large;
};

static void *start(void *context)
{
	return context;
}

static void *refuse(void *context)
{
	(void)context;
	return NULL;
}

static unsigned recurse(unsigned depth)
{
	volatile char frame[4096];

	frame[0] = (char)depth;
	return depth ? recurse(depth - 1) + (unsigned)frame[0] : 0;
}

static void work(void *context, void *state, uint32_t job, struct packer *result)
{
	(void)context;
	(void)state;
	if (job == JOB_CRASH)
		raise(SIGKILL);
	if (job == JOB_HANG)
		for (;;)
			pause();
	if (job == JOB_EXIT)
		_exit(3);
	if (job == JOB_DEEP)
		recurse(50000); /* 200 MiB of stack */
	pack_number(result, job);
	if (job == JOB_LARGE)
		for (unsigned i = 0; i < 1000000; i++)
			pack_number(result, i);
}

static void done(void *context, uint32_t job, const void *result, size_t size)
{
	struct outcome *outcome = context;
	struct unpacker in = unpack_from(result, size);

	ck_assert_uint_eq(unpack_number(&in), job);
	while (!unpack_end(&in))
		outcome->large += unpack_number(&in);
	outcome->done[job]++;
}

static void lost(void *context, uint32_t job, const char *why)
{
	struct outcome *outcome = context;

	outcome->lost[job]++;
	snprintf(outcome->why[job], sizeof outcome->why[job], "%s", why);
}

static enum status run(struct outcome *outcome, unsigned nworkers)
{
	const struct pool pool = {.nworkers = nworkers,
	                          .seconds = 2,
	                          .start = start,
	                          .work = work,
	                          .done = done,
	                          .lost = lost,
	                          .context = outcome};
	uint32_t jobs[JOBS];

	memset(outcome, 0, sizeof *outcome);
	for (uint32_t i = 0; i < JOBS; i++)
		jobs[i] = i;
	return pool_run(&pool, jobs, JOBS);
}

static void check_outcome(const struct outcome *outcome)
{
	for (unsigned i = 0; i < JOBS; i++) {
		const bool bad = i == JOB_CRASH || i == JOB_HANG || i == JOB_EXIT;

		ck_assert_uint_eq(outcome->done[i], !bad);
		ck_assert_uint_eq(outcome->lost[i], bad);
	}
	ck_assert_str_eq(outcome->why[JOB_CRASH], "crashed the parser (signal 9)");
	ck_assert_str_eq(outcome->why[JOB_HANG], "took more than 2 seconds");
	ck_assert_str_eq(outcome->why[JOB_EXIT], "ended the parser (status 3)");
	ck_assert_uint_eq(outcome->large, 999999ull * 1000000 / 2);
}

START_TEST(every_job_is_done_or_lost_exactly_once)
{
	struct outcome outcome;

	ck_assert_int_eq(run(&outcome, 1), STATUS_OK);
	check_outcome(&outcome);
}
END_TEST

START_TEST(the_number_of_workers_changes_nothing)
{
	struct outcome outcome;

	ck_assert_int_eq(run(&outcome, 5), STATUS_OK);
	check_outcome(&outcome);
}
END_TEST

START_TEST(a_worker_that_cannot_start_ends_the_run)
{
	struct outcome outcome = {0};
	const struct pool pool = {
	        .nworkers = 2, .start = refuse, .work = work, .done = done, .lost = lost, .context = &outcome};

	ck_assert_int_eq(pool_run(&pool, (const uint32_t[]){1, 2, 5}, 3), STATUS_ERROR);
	ck_assert_int_eq(pool_run(&pool, NULL, 0), STATUS_OK);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("facts_pool");
	TCase *cases = tcase_create("pool");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_set_timeout(cases, 60);
	tcase_add_test(cases, every_job_is_done_or_lost_exactly_once);
	tcase_add_test(cases, the_number_of_workers_changes_nothing);
	tcase_add_test(cases, a_worker_that_cannot_start_ends_the_run);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
