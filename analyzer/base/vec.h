/* SPDX-License-Identifier: MIT */
/*
 * Growing arrays: `VEC(struct x) xs = {0}; vec_push(&xs, x); xs.items[i]; xs.count; vec_release(&xs);`
 *
 * Memory comes from malloc; the process ends with a message when there is none.
 */
#ifndef MEMLINT_BASE_VEC_H
#define MEMLINT_BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define VEC(type)                       \
	struct {                        \
		type *items;            \
		size_t count, capacity; \
	}

/* Makes room for @count elements of @size bytes; returns the array, moved or not. */
void *vec_reserve_bytes(void *items, size_t *capacity, size_t count, size_t size);

#define vec_reserve(vec, n) \
	((vec)->items = vec_reserve_bytes((vec)->items, &(vec)->capacity, (n), sizeof *(vec)->items))

#define vec_push(vec, ...)                                    \
	do {                                                  \
		if ((vec)->count == (vec)->capacity)          \
			vec_reserve((vec), (vec)->count + 1); \
		(vec)->items[(vec)->count++] = (__VA_ARGS__); \
	} while (0)

#define vec_pop(vec) ((vec)->items[--(vec)->count])
#define vec_last(vec) ((vec)->items[(vec)->count - 1])
#define vec_clear(vec) ((void)((vec)->count = 0))
#define vec_release(vec)                         \
	do {                                     \
		free((vec)->items);              \
		memset((vec), 0, sizeof *(vec)); \
	} while (0)

#endif
