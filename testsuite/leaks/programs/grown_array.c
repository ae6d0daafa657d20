// SPDX-License-Identifier: MIT
/* An array grown by realloc: the one that is left is held. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static long *numbers;
static size_t count, capacity;

static void push(long number)
{
	if (count == capacity) {
		capacity = capacity ? capacity * 2 : 4;
		numbers = realloc(numbers, capacity * sizeof *numbers);
	}
	numbers[count++] = number;
}

int main(void)
{
	for (long i = 0; i < 1000; i++)
		push(i * i);
	printf("%ld\n", numbers[count - 1]);
	return 0;
}
