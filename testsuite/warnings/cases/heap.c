// SPDX-License-Identifier: MIT
/* Wrong in ways that GCC sees by knowing what malloc and its kin do. */
#include <stdlib.h>
#include <string.h>

void sink(void *);
void *pool_get(size_t) __attribute__((malloc, alloc_size(1)));
void pool_put(void *);
void *pool_get2(size_t) __attribute__((malloc(pool_put, 1), alloc_size(1)));

int use_after_free(void)
{
	int *p = malloc(sizeof *p);

	*p = 1;
	free(p);
	return *p;
}

void use_after_realloc(char *p)
{
	char *q = realloc(p, 100);

	sink(q);
	sink(p);
}

void free_twice(void)
{
	char *p = malloc(10);

	sink(p);
	free(p);
	free(p);
}

void free_nonheap(void)
{
	char room[10];

	sink(room);
	free(room);
}

void free_inside(void)
{
	char *p = malloc(10);

	sink(p);
	free(p + 1);
}

void mismatched(void)
{
	char *p = pool_get2(10);

	sink(p);
	free(p);
}

void overflow_copy(const char *text)
{
	char *p = malloc(4);

	strcpy(p, "longer");
	sink(p);
	(void)text;
}

void overflow_set(void)
{
	char *p = calloc(2, 4);

	memset(p, 1, 9);
	sink(p);
}

int out_of_bounds(void)
{
	int *p = malloc(3 * sizeof *p);

	p[0] = p[1] = p[2] = 0;
	sink(p);
	return p[3];
}

void too_large(void)
{
	sink(malloc((size_t)-1));
}

int uninitialised(void)
{
	int *p = malloc(sizeof *p);

	return *p;
}

void result_unused(char *p)
{
	realloc(p, 100);
}

void unterminated(void)
{
	char *p = malloc(3);

	memcpy(p, "abcd", 4);
	sink(p);
}
