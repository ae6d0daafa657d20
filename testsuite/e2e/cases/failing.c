/* SPDX-License-Identifier: MIT */
/*
 * An allocation that fails counts nothing.
 * totals: not compared (memcheck counts a failed realloc)
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static volatile size_t huge = SIZE_MAX / 4;

int main(void)
{
	void *block = malloc(10); /* alloc: 1 x 10 */
	int failures = 0;

	errno = 0;
	failures += !malloc(huge) && errno == ENOMEM;
	failures += !calloc(huge, 8);
	failures += !realloc(block, huge);
	failures += !reallocarray(block, huge, 16);
	free(block);
	return failures == 4 ? 0 : 1;
}
