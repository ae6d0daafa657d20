/* SPDX-License-Identifier: MIT */
/*
 * Memory straight from the kernel: growable buffers and arenas for code that must not use the program's heap.
 *
 * Nothing here locks, prints or touches errno on success. One thread at a time may use an object.
 */
#ifndef MEMLINT_PAGES_H
#define MEMLINT_PAGES_H

#include <stddef.h>
#include <stdint.h>

/* Told of all memory that is taken (@is_ours) and given back, where somebody wants to know; set before first use. */
extern void (*pages_own)(const void *memory, size_t size, int is_ours);

/* A byte array that grows at its end; growing may move it. All zero is an empty buffer. */
struct pages_buffer {
	uint8_t *data;
	size_t size, capacity; /* bytes */
	int failed;            /* memory ran out once: the content is not to be used */
};

/* @size more bytes at the end, not initialised; NULL when memory is out (then `failed` is set and stays so). */
void *pages_push(struct pages_buffer *buffer, size_t size);
/* Makes it empty, keeps its memory, forgets a failure. */
void pages_clear(struct pages_buffer *buffer);
/* Gives the memory back; the buffer is then as all zero. */
void pages_release(struct pages_buffer *buffer);

/* Memory that is given back all at once and never moves. All zero is an empty arena. */
struct pages_arena {
	struct pages_block *last;
	size_t bytes; /* taken from the kernel */
};

/* @size zeroed bytes, 16-aligned, valid until pages_arena_release(); NULL when memory is out. */
void *pages_alloc(struct pages_arena *arena, size_t size);
void pages_arena_release(struct pages_arena *arena);

#endif
