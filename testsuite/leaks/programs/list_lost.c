// SPDX-License-Identifier: MIT
/* A singly linked list whose head was forgotten. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
	struct node *next;
	int value;
};

static void build(int n)
{
	struct node *head = NULL;

	for (int i = 0; i < n; i++) {
		struct node *node = malloc(sizeof *node);

		node->next = head;
		node->value = i;
		head = node;
	}
	printf("%d\n", head->value);
}

static void use_the_stack(int depth)
{
	volatile char room[256];

	memset((char *)room, depth, sizeof room);
	if (depth)
		use_the_stack(depth - 1);
}

int main(void)
{
	build(20);
	use_the_stack(4);
	return 0;
}
