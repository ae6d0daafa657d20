// SPDX-License-Identifier: MIT
/* memlint_deep_of(): by the layouts of types; what only looks like a pointer is counted apart, numbers not at all. */
#include <memlint/memlint.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct point {
	int x, y;
	char *label;
};

struct shape {
	long long number;         /* no pointer, whatever it holds */
	struct shape *next;       /* a pointer */
	void *user;               /* perhaps */
	union {
		struct point *point;
		double real;
	} as;                     /* perhaps */
	struct point corners[2];  /* records by value */
	void (*callback)(void);   /* no block */
	size_t n;
	char *names[];            /* pointers */
};

static int expect(const char *what, struct memlint_deep deep, size_t bytes, size_t blocks, size_t perhaps)
{
	if (!memlint_is_tracing() || (deep.bytes == bytes && deep.blocks == blocks && deep.perhaps_bytes == perhaps))
		return 0;
	fprintf(stderr, "%s: %zu bytes in %zu blocks, %zu perhaps; expected %zu in %zu, %zu\n", what, deep.bytes, deep.blocks,
		deep.perhaps_bytes, bytes, blocks, perhaps);
	return 1;
}

int main(void)
{
	struct shape *shape = calloc(1, sizeof *shape + 3 * sizeof(char *)); /* alloc: 1 x 104 */
	struct shape *other = calloc(1, sizeof *other);                      /* alloc: 1 x 80 */
	char *big = malloc(1000);                                            /* alloc: 1 x 1000 */
	int failed = 0;

	memset(big, 0, 1000);
	failed |= expect("alone", memlint_deep_of(shape), 104, 1, 0);
	shape->number = (long long)(intptr_t)big;
	failed |= expect("a number", memlint_deep_of(shape), 104, 1, 0);
	shape->next = other;
	other->next = shape;
	failed |= expect("a cycle", memlint_deep_of(shape), 104 + 80, 2, 0);
	shape->user = big;
	failed |= expect("void *", memlint_deep_of(shape), 104 + 80 + 1000, 3, 1000);
	shape->names[1] = big + 500;
	failed |= expect("the middle of a block", memlint_deep_of(shape), 104 + 80 + 1000, 3, 0);
	shape->names[1] = NULL;
	shape->user = NULL;
	shape->as.point = malloc(sizeof(struct point)); /* alloc: 1 x 16 */
	shape->as.point->label = big;
	failed |= expect("a union", memlint_deep_of(shape), 104 + 80 + 16 + 1000, 4, 16 + 1000);
	shape->corners[1].label = big;
	failed |= expect("a record by value", memlint_deep_of(shape), 104 + 80 + 16 + 1000, 4, 16);
	failed |= memlint_is_tracing() && memlint_deep_sizeof(shape) != 104 + 80 + 16 + 1000;
	failed |= memlint_deep_of(&failed).blocks != 0;
	free(shape->as.point);
	free(big);
	free(other);
	free(shape);
	return failed;
}
