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
	keep(malloc(11)); /* alloc: 1 x 11 */
	keep(malloc(0)); /* alloc: 1 x 0 */
	keep(calloc(3, 7)); /* alloc: 1 x 21 */
	for (int i = 0; i < 3; i++)
		keep(malloc(16)); /* alloc: 3 x 16 */
	keep(__builtin_malloc(12)); /* alloc: 1 x 12 */
	keep(__builtin_calloc(2, 6)); /* alloc: 1 x 12 */
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
	keep(strndup("abc", 100)); /* alloc: 1 x 4 */
}

static void aligned(void)
{
	void *block;

	keep(aligned_alloc(64, 128)); /* alloc: 1 x 128 */
	keep(memalign(32, 33)); /* alloc: 1 x 33 */
	keep(valloc(50)); /* alloc: 1 x 50 */
	if (posix_memalign(&block, 256, 100)) /* alloc: 1 x 100 */
		abort();
	keep(block);
}

static void failing(void)
{
	volatile size_t huge = (size_t)-1 / 4;

	if (malloc(huge) || calloc(huge, 8) || realloc(kept[0], huge) || reallocarray(NULL, huge, 16))
		abort();
}

int main(void)
{
	simple();
	grown();
	strings();
	aligned();
	failing();
	free(NULL);
	for (int i = 0; i < nkept; i++)
		free(kept[i]);
	puts("done");
	return 0;
}
