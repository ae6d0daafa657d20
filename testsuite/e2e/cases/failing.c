/* SPDX-License-Identifier: MIT */
/*
 * An allocation that fails counts nothing; and pvalloc.
 * totals: not compared (memcheck counts a failed realloc and does not know pvalloc)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static volatile size_t huge = SIZE_MAX / 4;

int main(void)
{
	void *block = malloc(10); /* alloc: 1 x 10 */
	void *pages = pvalloc(4096); /* alloc: 1 x 4096 */
	int failures = 0;

	free(pages);
	errno = 0;
	failures += !malloc(huge) && errno == ENOMEM;
	failures += !calloc(huge, 8);
	failures += !realloc(block, huge);
	failures += !reallocarray(block, huge, 16);
	free(block);
	return failures == 4 ? 0 : 1;
}
