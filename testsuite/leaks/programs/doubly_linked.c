// SPDX-License-Identifier: MIT
/* A doubly linked list that was unlinked from its head and dropped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct item {
	struct item *next, *previous;
	unsigned id;
};

struct list {
	struct item *first, *last;
};

static struct list list;

static void append(unsigned id)
{
	struct item *item = malloc(sizeof *item);

	*item = (struct item){.previous = list.last, .id = id};
	if (list.last)
		list.last->next = item;
	else
		list.first = item;
	list.last = item;
}

int main(void)
{
	for (unsigned i = 0; i < 12; i++)
		append(i);
	printf("%u to %u\n", list.first->id, list.last->id);
	list = (struct list){0};
	return 0;
}
