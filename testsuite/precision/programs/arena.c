/* SPDX-License-Identifier: MIT */
/*
 * A parser on an arena: chunks from malloc, objects by bumping a pointer; one big object has a block of its own.
 * style: C arena
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct chunk {
	struct chunk *next;
	size_t used, size;
	char data[];
};

struct arena {
	struct chunk *chunks;
	size_t chunk_size;
};

struct expr {
	char op;
	struct expr *left, *right;
	double value;
};

static struct chunk *chunk_new(struct arena *arena, size_t size)
{
	/* bytes: 4*(24+1024)+24+5000; count: 5; type: struct chunk; name: chunk */
	struct chunk *chunk = malloc(sizeof(*chunk) + size);

	if (!chunk)
		abort();
	chunk->next = arena->chunks;
	chunk->used = 0;
	chunk->size = size;
	arena->chunks = chunk;
	return chunk;
}

static void *arena_alloc(struct arena *arena, size_t size)
{
	struct chunk *chunk = arena->chunks;
	void *object;

	size = (size + 7) & ~(size_t)7;
	if (!chunk || chunk->size - chunk->used < size)
		chunk = chunk_new(arena, size > arena->chunk_size ? size : arena->chunk_size); /* or: chunk */
	object = chunk->data + chunk->used;
	chunk->used += size;
	return object;
}

static struct expr *number(struct arena *arena, double value)
{
	struct expr *expr = arena_alloc(arena, sizeof(*expr));

	*expr = (struct expr){'n', NULL, NULL, value};
	return expr;
}

static struct expr *binary(struct arena *arena, char op, struct expr *left, struct expr *right)
{
	struct expr *expr = arena_alloc(arena, sizeof(*expr));

	*expr = (struct expr){op, left, right, 0};
	return expr;
}

static double evaluate(const struct expr *expr)
{
	if (expr->op == 'n')
		return expr->value;
	return expr->op == '+' ? evaluate(expr->left) + evaluate(expr->right)
	                       : evaluate(expr->left) * evaluate(expr->right);
}

static void arena_release(struct arena *arena)
{
	while (arena->chunks) {
		struct chunk *next = arena->chunks->next;

		free(arena->chunks);
		arena->chunks = next;
	}
}

int main(void)
{
	struct arena *arena = calloc(1, sizeof(*arena)); /* bytes: 16; count: 1; type: struct arena */
	struct expr *sum;
	char *big;
	int ok;

	arena->chunk_size = 1024;
	sum = number(arena, 0);
	for (int i = 1; i <= 50; i++)
		sum = binary(arena, '+', sum, number(arena, i));
	big = arena_alloc(arena, 5000);
	memset(big, 1, 5000);
	ok = evaluate(sum) == 1275 && big[4999] == 1;
	arena_release(arena);
	free(arena);
	return ok ? 0 : 1;
}
