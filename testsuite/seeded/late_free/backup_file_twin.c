/* SPDX-License-Identifier: MIT */
/* Reads a file into memory to compute its sum, then waits for the next tick before it goes on. */
/* Twin: a pointer into the block is still in use. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct record {
	unsigned sum;
	size_t length;
	const unsigned char *last;
};

static struct record current;

static int take(FILE *in)
{
	unsigned char *block = malloc(1 << 20);
	size_t n;

	if (!block)
		return -1;
	memset(block, 0, 1 << 20);
	n = fread(block, 1, 1 << 20, in);
	current.sum = 0;
	for (size_t i = 0; i < n; i++)
		current.sum += block[i];
	current.length = n;
	current.last = block + n;
	sleep(0);
	if (usleep(2000) != 0)
		perror("usleep");
	printf("%d\n", *current.last);
	free(block);
	return 0;
}

int main(void)
{
	if (take(stdin) != 0)
		return 1;
	printf("%zu bytes, sum %u\n", current.length, current.sum);
	return 0;
}
