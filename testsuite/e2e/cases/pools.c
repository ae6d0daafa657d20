// SPDX-License-Identifier: MIT
/* Pools: objects count for their own lines, chunks for what of them is left. totals: not compared (memcheck sees chunks). */
#include <memlint/memlint.h>
#include <obstack.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Like APR's: a pool of chunks, cleared or destroyed at once. */
struct chunk {
	struct chunk *next;
	size_t used;
	char bytes[4080];
};

struct pool {
	struct chunk *chunks;
};

static void *pool_alloc(struct pool *pool, size_t size) MEMLINT_POOL("alloc", 1, 2) __attribute__((noinline));
static void *pool_calloc(struct pool *pool, size_t count, size_t size) MEMLINT_POOL("alloc", 1, 3, 2) __attribute__((noinline));
static void pool_clear(struct pool *pool) MEMLINT_POOL("reset", 1) __attribute__((noinline));
static void pool_give(struct pool *pool, void *object) MEMLINT_POOL("free", 2) __attribute__((noinline));

static struct chunk *new_chunk(void)
{
	return malloc(sizeof(struct chunk)); /* alloc: some x 0 of struct chunk */
}

static void *pool_alloc(struct pool *pool, size_t size)
{
	struct chunk *chunk = pool->chunks;

	size = (size + 7) & ~(size_t)7;
	if (!chunk || sizeof chunk->bytes - chunk->used < size) {
		chunk = new_chunk();
		chunk->next = pool->chunks;
		chunk->used = 0;
		pool->chunks = chunk;
	}
	chunk->used += size;
	return chunk->bytes + chunk->used - size;
}

static void *pool_calloc(struct pool *pool, size_t count, size_t size)
{
	return memset(pool_alloc(pool, count * size), 0, count * size);
}

static void pool_give(struct pool *pool, void *object)
{
	(void)pool;
	(void)object;
}

/* Keeps the last chunk. */
static void pool_clear(struct pool *pool)
{
	while (pool->chunks && pool->chunks->next) {
		struct chunk *next = pool->chunks->next;

		free(pool->chunks);
		pool->chunks = next;
	}
	if (pool->chunks)
		pool->chunks->used = 0;
}

/* A function that takes from a pool for its caller. */
static __attribute__((noinline)) char *pool_strdup(struct pool *pool, const char *text)
{
	const size_t size = strlen(text) + 1;

	return memcpy(pool_alloc(pool, size), text, size);
}

struct node {
	struct node *next;
	int value;
};

#define obstack_chunk_alloc malloc
#define obstack_chunk_free free
static void *stack_alloc(struct obstack *stack, size_t size) MEMLINT_POOL("alloc", 1, 2) __attribute__((noinline));
static void *stack_alloc(struct obstack *stack, size_t size)
{
	return obstack_alloc(stack, size);
}

static void stack_free(struct obstack *stack) MEMLINT_POOL("reset", 1) __attribute__((noinline));
static void stack_free(struct obstack *stack)
{
	obstack_free(stack, NULL);
}

int main(void)
{
	struct pool pool = {0};
	struct obstack stack;
	struct node *list = NULL;
	char *text;

	for (int i = 0; i < 300; i++) {
		struct node *node = pool_alloc(&pool, sizeof *node); /* alloc: 300 x 16 at pool_alloc of struct node */

		node->next = list;
		list = node;
	}
	text = pool_strdup(&pool, "nineteen characters"); /* alloc: 1 x 20 at pool_strdup */
	pool_give(&pool, text);
	pool_clear(&pool);
	/* The kept chunk is used anew. */
	for (int i = 0; i < 10; i++)
		((int64_t *)pool_calloc(&pool, 4, sizeof(int64_t)))[3] = i; /* alloc: 10 x 32 at pool_calloc */
	pool_alloc(&pool, 4000); /* alloc: 1 x 4000 at pool_alloc */

	obstack_init(&stack); /* alloc: some x 0 at obstack_init */
	for (int i = 0; i < 50; i++)
		*(double *)stack_alloc(&stack, 8) = i; /* alloc: 50 x 8 at stack_alloc */
	stack_free(&stack);
	/* By hand: the line of the call, and the type that it says. */
	char *own = malloc(500); /* alloc: some x 0 */
	if (memlint_is_tracing() && memlint_track(own + 64, 100, "struct thing", 0)) /* alloc: 1 x 100 at memlint_track of struct thing */
		return 1;
	return memlint_is_tracing() && memlint_untrack(own + 64);
}
