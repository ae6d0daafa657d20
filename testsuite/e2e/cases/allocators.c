/* SPDX-License-Identifier: MIT */
/*
 * Every allocator of C, on lines that say what they allocate.
 * flags: -fno-builtin-free
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *volatile kept[64];
static int nkept;

static void keep(void *block)
{
	if (!block)
		abort();
	kept[nkept++] = block;
}

static void simple(void)
{
	void *block;

	block = malloc(11); /* alloc: 1 x 11 */
	keep(block);
	block = malloc(0); /* alloc: 1 x 0 */
	keep(block);
	block = calloc(3, 7); /* alloc: 1 x 21 */
	keep(block);
	for (int i = 0; i < 3; i++) {
		block = malloc(16); /* alloc: 3 x 16 */
		keep(block);
	}
	block = __builtin_malloc(12); /* alloc: 1 x 12 */
	keep(block);
	block = __builtin_calloc(2, 6); /* alloc: 1 x 12 */
	keep(block);
}

static void grown(void)
{
	void *block = realloc(NULL, 10); /* alloc: 1 x 10 */

	block = realloc(block, 1000); /* alloc: 1 x 1000 */
	block = realloc(block, 20); /* alloc: 1 x 20 */
	block = reallocarray(block, 5, 9); /* alloc: 1 x 45 */
	keep(block);
}

static void strings(void)
{
	keep(strdup("twelve bytes")); /* alloc: 1 x 13 */
	keep(strndup("twelve bytes", 6)); /* alloc: 1 x 7 */
	keep(strndup("abcdefg", 3)); /* alloc: 1 x 4 */
}

static void aligned(void)
{
	void *block;

	block = aligned_alloc(64, 128); /* alloc: 1 x 128 */
	keep(block);
	block = memalign(32, 33); /* alloc: 1 x 33 */
	keep(block);
	block = valloc(50); /* alloc: 1 x 50 */
	keep(block);
	if (posix_memalign(&block, 256, 100)) /* alloc: 1 x 100 */
		abort();
	keep(block);
}

int main(void)
{
	simple();
	grown();
	strings();
	aligned();
	free(NULL);
	for (int i = 0; i < nkept; i++)
		free(kept[i]);
	puts("done"); /* alloc: some x 0 at puts */
	return 0;
}
