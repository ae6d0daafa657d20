/* SPDX-License-Identifier: MIT */
/*
 * What the optimisers make of malloc, calloc and realloc must keep the line.
 */
#include <stdlib.h>
#include <string.h>

static void *volatile sink;

static inline void *resize(void *block, size_t size)
{
	return realloc(block, size);
}

int main(void)
{
	char *zeroed, *fresh;
	void *none = NULL;

	zeroed = malloc(4096); /* alloc: 1 x 4096 at malloc of char[] */
	if (zeroed)
		memset(zeroed, 0, 4096);
	sink = zeroed;
	free(sink);
	fresh = realloc(none, 64); /* alloc: 1 x 64 at realloc of char[] */
	fresh = realloc(fresh, 128); /* alloc: 1 x 128 at realloc of char[] */
	sink = fresh;
	free(sink);
	sink = resize(NULL, 32); /* alloc: 1 x 32 at resize */
	free(sink);
	sink = calloc(1, 48); /* alloc: 1 x 48 at calloc */
	free(sink);
	return 0;
}
