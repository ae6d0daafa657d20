/* SPDX-License-Identifier: MIT */
/*
 * malloc_loop THREADS: each thread allocates and frees blocks of many sizes, a thousand of them alive.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { LIVE = 1024, ROUNDS = 20000000 };

static void *work(void *argument)
{
	void **blocks = calloc(LIVE, sizeof(*blocks));
	unsigned state = 12345;

	if (!blocks)
		abort();
	for (int i = 0; i < ROUNDS; i++) {
		unsigned slot, size;

		state = state * 1664525u + 1013904223u;
		slot = (state >> 16) % LIVE;
		size = 16 + (state >> 8) % 240;
		free(blocks[slot]);
		blocks[slot] = malloc(size);
		if (!blocks[slot])
			abort();
		*(char *)blocks[slot] = 1;
	}
	for (int i = 0; i < LIVE; i++)
		free(blocks[i]);
	free(blocks);
	return argument;
}

int main(int argc, char **argv)
{
	int threads = argc > 1 ? atoi(argv[1]) : 1;
	pthread_t ids[64];

	if (threads < 1 || threads > 64) {
		fputs("malloc_loop: 1 to 64 threads\n", stderr);
		return 2;
	}
	for (int i = 1; i < threads; i++) {
		if (pthread_create(&ids[i], NULL, work, NULL) != 0)
			return 2;
	}
	work(NULL);
	for (int i = 1; i < threads; i++)
		pthread_join(ids[i], NULL);
	return 0;
}
