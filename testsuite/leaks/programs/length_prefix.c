// SPDX-License-Identifier: MIT
/* A block's size stands in front of it; the pointer kept is behind that. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *blocks[4];

static void *sized_alloc(size_t size)
{
	uint64_t *block = malloc(size + 8);

	*block = size;
	return block + 1;
}

int main(void)
{
	for (size_t i = 0; i < 4; i++)
		blocks[i] = sized_alloc(40 + 16 * i);
	return 0;
}
