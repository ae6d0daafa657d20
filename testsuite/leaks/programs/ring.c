// SPDX-License-Identifier: MIT
/* A ring buffer of linked slots, lost: each slot is pointed at by another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct slot {
	struct slot *next;
	char data[48];
};

static struct slot *make_ring(int n)
{
	struct slot *first = calloc(1, sizeof *first), *last = first;

	for (int i = 1; i < n; i++) {
		last->next = calloc(1, sizeof *last);
		last = last->next;
	}
	last->next = first;
	return first;
}

static void clear_stack(void)
{
	volatile char room[4096];

	memset((char *)room, 0, sizeof room);
}

int main(void)
{
	struct slot *ring = make_ring(6);

	snprintf(ring->data, sizeof ring->data, "used");
	ring = NULL;
	clear_stack();
	printf("%p\n", (void *)ring);
	return 0;
}
