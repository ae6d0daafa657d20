/* SPDX-License-Identifier: MIT */
/*
 * Memory that is given back all at once: an arena lives as long as a translation unit, a run or a parse.
 *
 * Nothing in an arena is freed alone, so pointers between its objects need no owner. Allocation never returns
 * NULL: the process ends with a message when memory does.
 */
#ifndef MEMLINT_BASE_ARENA_H
#define MEMLINT_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

struct arena_block;

struct arena {
	struct arena_block *blocks; /* newest first */
	char *next, *end;           /* what is left of the newest block */
	size_t allocated;           /* bytes taken from libc */
};

/* An arena holds nothing before its first allocation. `struct arena a = {0}` is the same. */
void arena_init(struct arena *arena);

/* Gives everything back; every pointer into the arena dies. The arena may be used again. */
void arena_clear(struct arena *arena);

/* Zeroed memory aligned for any type, valid until arena_clear(). Zero bytes give a unique valid pointer. */
void *arena_alloc(struct arena *arena, size_t size) __attribute__((malloc, alloc_size(2), returns_nonnull));

/* Zeroed array of @count elements; ends the process when the product overflows. */
void *arena_calloc(struct arena *arena, size_t count, size_t size)
        __attribute__((malloc, alloc_size(2, 3), returns_nonnull));

/* A copy of @size bytes / of @length characters of @text with a zero byte behind. */
void *arena_memdup(struct arena *arena, const void *bytes, size_t size) __attribute__((malloc, returns_nonnull));
char *arena_strndup(struct arena *arena, const char *text, size_t length) __attribute__((malloc, returns_nonnull));
char *arena_strdup(struct arena *arena, const char *text) __attribute__((malloc, returns_nonnull));

/* printf into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...)
        __attribute__((format(printf, 2, 3), malloc, returns_nonnull));

/* "1,234,567" */
char *arena_print_count(struct arena *arena, uint64_t count);

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, count, type) ((type *)arena_calloc((arena), (count), sizeof(type)))

#endif
