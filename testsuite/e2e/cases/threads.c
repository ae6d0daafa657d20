/* SPDX-License-Identifier: MIT */
/*
 * Four threads: no block is lost, also when another thread frees it.
 * flags: -pthread
 * totals: not compared (the C library's own blocks for threads depend on timing)
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { THREADS = 4, BLOCKS = 5000 };

static void *handed_over[THREADS][BLOCKS];

static void *worker(void *argument)
{
	void **mine = argument;

	for (int i = 0; i < BLOCKS; i++) {
		void *volatile brief = malloc(24); /* alloc: 20000 x 24 */

		mine[i] = malloc(40); /* alloc: 20000 x 40 */
		free(brief);
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[THREADS];

	for (int i = 0; i < THREADS; i++) {
		if (pthread_create(&threads[i], NULL, worker, handed_over[i])) /* alloc: some x 0 at pthread_create */ /* alloc: some x 0 at pthread_create */
			return 1;
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		for (int j = 0; j < BLOCKS; j++)
			free(handed_over[i][j]);
	}
	return 0;
}
