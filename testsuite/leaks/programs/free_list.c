// SPDX-License-Identifier: MIT
/* A free list of released objects, still held. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct object {
	struct object *next_free;
	char payload[40];
};

static struct object *free_objects;

static struct object *get(void)
{
	struct object *object = free_objects;

	if (!object)
		return calloc(1, sizeof *object);
	free_objects = object->next_free;
	return object;
}

static void put(struct object *object)
{
	object->next_free = free_objects;
	free_objects = object;
}

int main(void)
{
	struct object *used[16];

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 16; i++)
			used[i] = get();
		for (int i = 0; i < 16; i++)
			put(used[i]);
	}
	memset(used, 0, sizeof used);
	return 0;
}
