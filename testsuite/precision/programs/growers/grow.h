/* SPDX-License-Identifier: MIT */
/* Growing containers as static inline functions and macros. */
#ifndef GROW_H
#define GROW_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct buffer {
	char *data;
	size_t used, size;
};

static inline void buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t size = buffer->size ? buffer->size : 16;

	while (size < buffer->used + more)
		size *= 2;
	if (size == buffer->size)
		return;
	buffer->data = realloc(buffer->data, size); /* bytes: 16+32+64+128; count: 4; type: char[]; name: buffer */
	if (!buffer->data)
		abort();
	buffer->size = size;
}

static inline void buffer_append(struct buffer *buffer, const char *text)
{
	size_t length = strlen(text);

	buffer_reserve(buffer, length + 1);
	memcpy(buffer->data + buffer->used, text, length + 1);
	buffer->used += length;
}

#define ARRAY(T)                \
	struct {                \
		T *items;       \
		size_t n, room; \
	}

#define ARRAY_GROW(array)                                                                                  \
	do {                                                                                               \
		if ((array)->n == (array)->room) {                                                         \
			(array)->room = (array)->room ? 2 * (array)->room : 4;                             \
			(array)->items = realloc((array)->items, (array)->room * sizeof(*(array)->items)); \
		}                                                                                          \
	} while (0)

#define ARRAY_PUSH(array, item)                        \
	do {                                           \
		ARRAY_GROW(array);                     \
		(array)->items[(array)->n++] = (item); \
	} while (0)

#define NEW(T) ((T *)calloc(1, sizeof(T)))
#define NEW_N(T, n) ((T *)malloc((n) * sizeof(T)))

#endif
