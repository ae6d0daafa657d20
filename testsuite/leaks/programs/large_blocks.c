// SPDX-License-Identifier: MIT
/* Blocks that the allocator maps one by one, chained. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct chunk {
	struct chunk *next;
	char bytes[300000];
};

static struct chunk *kept;

static void chain(struct chunk **head, int n)
{
	for (int i = 0; i < n; i++) {
		struct chunk *chunk = malloc(sizeof *chunk);

		memset(chunk, 0, sizeof *chunk);
		chunk->next = *head;
		*head = chunk;
	}
}

int main(void)
{
	static struct chunk *dropped;

	chain(&kept, 3);
	chain(&dropped, 3);
	dropped = NULL;
	return 0;
}
