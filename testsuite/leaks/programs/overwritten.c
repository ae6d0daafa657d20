// SPDX-License-Identifier: MIT
/* A pointer that each turn of a loop overwrites. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *current;

static void load(int n)
{
	current = malloc((size_t)n * 100);
	memset(current, n, (size_t)n * 100);
}

int main(void)
{
	for (int i = 1; i <= 7; i++)
		load(i);
	printf("%d\n", current[0]);
	return 0;
}
