/* SPDX-License-Identifier: MIT */
/*
 * blocks churn TOTAL LIVE [DEPTH]: allocates TOTAL blocks, LIVE of them alive at a time, DEPTH calls below main; prints CPU
 * nanoseconds per block and peak RSS in KiB.
 * blocks snapshot LIVE FILE: with LIVE blocks alive, prints the milliseconds that taking a snapshot takes, then writes it to FILE.
 */
#include <memlint/memlint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { SITES = 64, TIMES = 11 };

/* One site each: what a snapshot has to sum up. */
#define SITE(n) \
	case n: \
		return malloc(size);
#define SITES_8(n) SITE(n) SITE(n + 1) SITE(n + 2) SITE(n + 3) SITE(n + 4) SITE(n + 5) SITE(n + 6) SITE(n + 7)

static void *allocate(unsigned site, size_t size)
{
	switch (site % SITES) {
		SITES_8(0)
		SITES_8(8)
		SITES_8(16)
		SITES_8(24)
		SITES_8(32)
		SITES_8(40)
		SITES_8(48)
		SITES_8(56)
	}
	return NULL;
}

static double cpu_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void **fill(size_t live)
{
	void **blocks = calloc(live, sizeof *blocks);

	for (size_t i = 0; blocks && i < live; i++)
		if (!(blocks[i] = allocate((unsigned)i, 24 + i % 5 * 16)))
			abort();
	if (!blocks)
		abort();
	return blocks;
}

static void churn(size_t total, size_t live)
{
	const double start = cpu_seconds();
	void **blocks = fill(live);
	struct rusage usage;

	for (size_t i = live; i < total; i++) {
		void **slot = blocks + i * 7919 % live;

		free(*slot);
		if (!(*slot = allocate((unsigned)i, 24 + i % 5 * 16)))
			abort();
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("%.2f %ld\n", (cpu_seconds() - start) * 1e9 / (double)total, usage.ru_maxrss);
}

static __attribute__((noinline)) void churn_below(int depth, size_t total, size_t live)
{
	if (depth > 0)
		churn_below(depth - 1, total, live);
	else
		churn(total, live);
	__asm__ volatile(""); /* no tail call */
}

static int compare(const void *a, const void *b)
{
	return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static int snapshot(size_t live, const char *file)
{
	void **blocks = fill(live);
	struct memlint_snapshot *taken = NULL;
	double times[TIMES];

	for (int i = 0; i < TIMES; i++) {
		const double start = cpu_seconds();

		memlint_snapshot_free(taken);
		taken = memlint_take_snapshot();
		times[i] = (cpu_seconds() - start) * 1e3;
	}
	if (!taken || memlint_snapshot_dump(taken, file)) {
		fprintf(stderr, "blocks: no snapshot: %s\n", memlint_error());
		return 1;
	}
	qsort(times, TIMES, sizeof *times, compare);
	printf("%.3f\n", times[TIMES / 2]);
	memlint_snapshot_free(taken);
	return blocks[0] ? 0 : 1;
}

int main(int argc, char **argv)
{
	if ((argc == 4 || argc == 5) && !strcmp(argv[1], "churn")) {
		churn_below(argc == 5 ? atoi(argv[4]) : 0, strtoull(argv[2], NULL, 10), strtoull(argv[3], NULL, 10));
		return 0;
	}
	if (argc == 4 && !strcmp(argv[1], "snapshot"))
		return snapshot(strtoull(argv[2], NULL, 10), argv[3]);
	fputs("usage: blocks churn TOTAL LIVE [DEPTH] | blocks snapshot LIVE FILE\n", stderr);
	return 2;
}
