/* SPDX-License-Identifier: MIT */
/*
 * A macro's block belongs to the line that uses the macro; so does that of a small function that allocates for its caller.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEW(type) ((type *)calloc(1, sizeof(type)))
#define NEW_ARRAY(type, n) \
	((type *)malloc( \
		sizeof(type) * (n)))
#define NESTED(type) NEW(type)

struct pair {
	long first, second;
};

static inline char *copied(const char *text)
{
	size_t n = strlen(text) + 1;
	char *copy = malloc(n);

	return memcpy(copy, text, n);
}

static void *volatile sink;

int main(void)
{
	struct pair *p = NEW(struct pair); /* alloc: 1 x 16 at NEW of struct pair */
	sink = p;
	free(sink);
	sink = NEW_ARRAY(struct pair, 4); /* alloc: 1 x 64 at NEW_ARRAY of struct pair */
	free(sink);
	sink = NESTED(struct pair); /* alloc: 1 x 16 at NESTED of struct pair */
	free(sink);
	sink = copied("hello"); /* alloc: 1 x 6 at copied */
	free(sink);
	sink = copied("world"); /* alloc: 1 x 6 at copied */
	free(sink);
	puts("done"); /* alloc: some x 0 at puts */
	return 0;
}
