/* SPDX-License-Identifier: MIT */
/*
 * The user of a library with allocation hooks: once with libc's functions, once with counting ones.
 * style: C, function-pointer allocators
 */
#include "json.h"

#include <stdlib.h>
#include <string.h>

static size_t counted;

static void *counting_malloc(size_t size)
{
	counted++;
	return malloc(size);
}

static void *counting_realloc(void *block, size_t size)
{
	counted++;
	return realloc(block, size);
}

static size_t print_once(void)
{
	struct json *array = json_array();
	size_t length;
	char *text;

	for (int i = 0; i < 20; i++)
		json_push(array, json_number(i));
	for (int i = 0; i < 5; i++)
		json_push(array, json_string("hello"));
	text = json_print(array);
	length = strlen(text);
	json_free_text(text);
	json_free(array);
	return length;
}

/* As in Lua: one function for everything, with user data. */
typedef void *(*allocator)(void *user, void *block, size_t old, size_t size);

struct state {
	allocator allocate;
	void *user;
	long *stack;
	size_t n;
};

static void *libc_allocator(void *user, void *block, size_t old, size_t size)
{
	size_t *total = user;

	*total += size - old;
	if (!size) {
		free(block);
		return NULL;
	}
	return realloc(block, size);
}

static struct state *state_new(allocator allocate, void *user)
{
	struct state *state = allocate(user, NULL, 0, sizeof(*state)); /* bytes: 32; count: 1; type: struct state */

	*state = (struct state){allocate, user, NULL, 0};
	return state;
}

static void state_push(struct state *state, long value)
{
	size_t old = state->n * sizeof(long), size = old + sizeof(long);

	/* bytes: 8*(1+2+3+4); count: 4; type: long[] or long int[] */
	state->stack = state->allocate(state->user, state->stack, old, size);
	state->stack[state->n++] = value;
}

int main(void)
{
	static const struct json_hooks hooks = {counting_malloc, counting_realloc, free};
	size_t first = print_once(), second, total = 0;
	struct state *state;
	int ok;

	json_set_hooks(&hooks);
	second = print_once();
	state = state_new(libc_allocator, &total);
	for (long i = 0; i < 4; i++)
		state_push(state, i * i);
	ok = first == second && counted == 34 && state->stack[3] == 9 && total == 64;
	libc_allocator(&total, state->stack, 32, 0);
	libc_allocator(&total, state, sizeof(*state), 0);
	return ok ? 0 : 1;
}
