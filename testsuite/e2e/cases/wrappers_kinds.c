/* SPDX-License-Identifier: MIT */
/*
 * Wrappers as real programs write them: old-style definitions, results handed through a check, hidden headers, hooks, a size rounded up,
 * other allocations on the way, and functions that do too much to be one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static void *volatile sink;

/* In the style before prototypes. */
NOINLINE void *old_style(size) unsigned long size;
{
	void *block = malloc(size);

	if (!block)
		exit(2);
	return block;
}

/* The result passes through a function that takes and returns it. */
NOINLINE static char *nonnull(char *block)
{
	if (!block)
		exit(2);
	return block;
}

NOINLINE static void *checked(size_t size)
{
	return nonnull(malloc(size));
}

/* A header in front of what the caller sees. */
NOINLINE static void *with_header(size_t size)
{
	size_t *block = malloc(size + sizeof(size_t));

	if (!block)
		exit(2);
	*block = size;
	return block + 1;
}

NOINLINE static size_t round_up(size_t size)
{
	return (size + 63) / 64 * 64;
}

NOINLINE static void *rounded(size_t size)
{
	return malloc(round_up(size));
}

/* Through a table of functions, as SQLite and curl do. */
struct methods {
	void *(*allocate)(size_t);
	void (*release)(void *);
};

static struct methods methods = {malloc, free};

NOINLINE static void *hooked(size_t size)
{
	return methods.allocate(size);
}

/* The block is stored through a parameter. */
NOINLINE static void allocate_into(size_t size, void **result)
{
	*result = malloc(size);
}

NOINLINE static void *by_store(size_t size)
{
	void *block = NULL;

	allocate_into(size, &block);
	return block;
}

/* Allocates for itself first: the caller's block is still the caller's. */
static void *table;

NOINLINE static void grow_table(void)
{
	table = checked(128); /* alloc: 1 x 128 at checked */
}

NOINLINE static void *after_growth(size_t size)
{
	if (!table)
		grow_table();
	return checked(size);
}

NOINLINE static char *duplicate(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(checked(size), text, size);
}

int main(void)
{
	sink = old_style(10ul); /* alloc: 1 x 10 at old_style */
	free(sink);
	sink = checked(20); /* alloc: 1 x 20 at checked */
	free(sink);
	sink = (size_t *)with_header(24) - 1; /* alloc: 1 x 32 at with_header */
	free(sink);
	sink = rounded(50); /* alloc: 1 x 64 at rounded */
	free(sink);
	sink = hooked(30); /* alloc: 1 x 30 at hooked */
	methods.release(sink);
	sink = by_store(40); /* alloc: 1 x 40 at by_store */
	free(sink);
	sink = after_growth(50); /* alloc: 1 x 50 at after_growth */
	free(sink);
	free(table);
	sink = duplicate("seventeen letters"); /* alloc: 1 x 18 at duplicate */
	free(sink);
	return 0;
}
