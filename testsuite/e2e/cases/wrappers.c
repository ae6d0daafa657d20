/* SPDX-License-Identifier: MIT */
/*
 * Wrappers are found by themselves: the line is the one that asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__attribute__((noinline)) static void *xmalloc(size_t size)
{
	void *block = malloc(size);

	if (!block) {
		fputs("out of memory\n", stderr);
		exit(2);
	}
	return block;
}

__attribute__((noinline)) static void *xcalloc(size_t n, size_t size)
{
	void *block = calloc(n, size);

	if (!block)
		exit(2);
	return block;
}

__attribute__((noinline)) static void *xrealloc(void *old, size_t size)
{
	void *block = realloc(old, size);

	if (!block)
		exit(2);
	return block;
}

__attribute__((noinline)) static void *xmemdup(const void *from, size_t size)
{
	return memcpy(xmalloc(size), from, size);
}

struct node {
	struct node *next;
	int value;
};

static void *volatile sink;

int main(void)
{
	struct node *node = xmalloc(sizeof(*node)); /* alloc: 1 x 16 at xmalloc of struct node */
	char *text;

	node->next = NULL;
	sink = node;
	free(sink);
	sink = xcalloc(5, 8); /* alloc: 1 x 40 at xcalloc */
	sink = xrealloc(sink, 400); /* alloc: 1 x 400 at xrealloc */
	free(sink);
	text = xmemdup("copied", 7); /* alloc: 1 x 7 at xmemdup */
	sink = text;
	free(sink);
	puts("done"); /* alloc: some x 0 at puts */
	return 0;
}
