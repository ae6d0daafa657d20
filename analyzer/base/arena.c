// SPDX-License-Identifier: MIT
/* Arenas: blocks of growing size, bump allocation, freed together. */
#include "analyzer/base/arena.h"

#include "analyzer/base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARENA_FIRST = 2 * 1024 - 64, /* most arenas are asked for little: that much is zeroed */
	ARENA_LARGEST = 1024 * 1024,
	ARENA_ALIGN = _Alignof(max_align_t),
};

struct arena_block {
	struct arena_block *older;
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *arena)
{
	memset(arena, 0, sizeof *arena);
}

void arena_clear(struct arena *arena)
{
	struct arena_block *block = arena->blocks;

	while (block) {
		struct arena_block *older = block->older;

		free(block);
		block = older;
	}
	arena_init(arena);
}

static void arena_grow(struct arena *arena, size_t size)
{
	size_t wanted = arena->blocks ? arena->blocks->size * 2 : ARENA_FIRST;
	struct arena_block *block;

	if (wanted > ARENA_LARGEST)
		wanted = ARENA_LARGEST;
	if (wanted < size)
		wanted = size;
	/* calloc: fresh pages are zero already, and arena memory is promised to be. */
	block = calloc(1, sizeof *block + wanted);
	if (!block)
		diag_die("out of memory: %zu bytes could not be allocated", wanted);
	block->older = arena->blocks;
	block->size = wanted;
	arena->blocks = block;
	arena->next = block->bytes;
	arena->end = block->bytes + wanted;
	arena->allocated += wanted;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	char *result;

	if (size > SIZE_MAX / 2)
		diag_die("out of memory: %zu bytes were asked for", size);
	size = size ? (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1) : ARENA_ALIGN;
	if ((size_t)(arena->end - arena->next) < size)
		arena_grow(arena, size);
	result = arena->next;
	arena->next += size;
	return result;
}

void *arena_calloc(struct arena *arena, size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		diag_die("out of memory: an array of %zu elements of %zu bytes was asked for", count, size);
	return arena_alloc(arena, bytes);
}

void *arena_memdup(struct arena *arena, const void *bytes, size_t size)
{
	void *copy = arena_alloc(arena, size);

	if (size)
		memcpy(copy, bytes, size);
	return copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		BUG("bad format: %s", format);
	text = arena_alloc(arena, (size_t)length + 1);
	va_start(arguments, format);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	va_end(arguments);
	return text;
}

char *arena_print_count(struct arena *arena, uint64_t count)
{
	char digits[32], grouped[48];
	const int n = snprintf(digits, sizeof digits, "%llu", (unsigned long long)count);
	size_t at = 0;

	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			grouped[at++] = ',';
		grouped[at++] = digits[i];
	}
	return arena_strndup(arena, grouped, at);
}
