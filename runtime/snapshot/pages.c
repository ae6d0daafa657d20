// SPDX-License-Identifier: MIT
/* Growable buffers and arenas made of anonymous mappings. */
#define _GNU_SOURCE
#include "runtime/snapshot/pages.h"

#include <errno.h>
#include <sys/mman.h>

enum { FIRST_CAPACITY = 64 * 1024, ARENA_BLOCK = 256 * 1024, LARGEST_ARENA_BLOCK = 4 << 20, LARGE = 2 << 20 };

struct pages_block {
	struct pages_block *before;
	size_t size, used; /* bytes, this header included */
};

void (*pages_own)(const void *memory, size_t size, int is_ours);

static void tell(const void *memory, size_t size, int is_ours)
{
	if (pages_own)
		pages_own(memory, size, is_ours);
}

static void *map_pages(size_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		return NULL;
	tell(pages, size, 1);
	return pages;
}

static void unmap_pages(void *pages, size_t size)
{
	tell(pages, size, 0);
	munmap(pages, size);
}

static void *remap_pages(void *old, size_t old_size, size_t size)
{
	void *pages = mremap(old, old_size, size, MREMAP_MAYMOVE);

	if (pages == MAP_FAILED)
		return NULL;
	tell(old, old_size, 0);
	tell(pages, size, 1);
	return pages;
}

/* Large memory is about to be filled: with huge pages that takes far fewer faults, where the system has them. */
static void advise(void *pages, size_t size)
{
	const int saved = errno;

	if (size >= LARGE)
		madvise(pages, size, MADV_HUGEPAGE);
	errno = saved;
}

static int grow(struct pages_buffer *buffer, size_t needed)
{
	size_t capacity = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
	void *data;

	while (capacity < needed) {
		if (capacity > SIZE_MAX / 2)
			return -1;
		capacity *= 2;
	}
	data = buffer->data ? remap_pages(buffer->data, buffer->capacity, capacity) : map_pages(capacity);
	if (!data)
		return -1;
	advise(data, capacity);
	buffer->data = data;
	buffer->capacity = capacity;
	return 0;
}

void *pages_push(struct pages_buffer *buffer, size_t size)
{
	if (buffer->failed)
		return NULL;
	if (size > buffer->capacity - buffer->size || !buffer->data) {
		if (size > SIZE_MAX - buffer->size || grow(buffer, buffer->size + size) < 0) {
			buffer->failed = 1;
			return NULL;
		}
	}
	void *end = buffer->data + buffer->size;

	buffer->size += size;
	return end;
}

void pages_clear(struct pages_buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = 0;
}

void pages_release(struct pages_buffer *buffer)
{
	if (buffer->data)
		unmap_pages(buffer->data, buffer->capacity);
	*buffer = (struct pages_buffer){0};
}

static struct pages_block *new_block(struct pages_arena *arena, size_t size)
{
	size_t total = size + sizeof(struct pages_block);

	/* Blocks grow with the arena, so that a large one has few of them. */
	size_t least = arena->last ? arena->last->size * 2 : ARENA_BLOCK;

	if (least > LARGEST_ARENA_BLOCK)
		least = LARGEST_ARENA_BLOCK;
	total = total < least ? least : (total + 4095) & ~(size_t)4095;
	struct pages_block *block = map_pages(total);

	if (!block)
		return NULL;
	advise(block, total);
	block->size = total;
	block->used = (sizeof *block + 15) & ~(size_t)15;
	block->before = arena->last;
	arena->last = block;
	arena->bytes += total;
	return block;
}

void *pages_alloc(struct pages_arena *arena, size_t size)
{
	struct pages_block *block = arena->last;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + 15) & ~(size_t)15;
	if (!block || size > block->size - block->used) {
		block = new_block(arena, size + 16);
		if (!block)
			return NULL;
	}
	void *memory = (uint8_t *)block + block->used;

	block->used += size;
	return memory;
}

void pages_arena_release(struct pages_arena *arena)
{
	struct pages_block *block = arena->last;

	while (block) {
		struct pages_block *before = block->before;

		unmap_pages(block, block->size);
		block = before;
	}
	*arena = (struct pages_arena){0};
}
