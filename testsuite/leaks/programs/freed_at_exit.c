// SPDX-License-Identifier: MIT
/* A handler frees one of two tables when the program ends. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void **first, **second;

static void clean(void)
{
	for (int i = 0; i < 4; i++)
		free(first[i]);
	free(first);
}

int main(void)
{
	atexit(clean);
	first = calloc(4, sizeof *first);
	second = calloc(4, sizeof *second);
	for (int i = 0; i < 4; i++) {
		first[i] = malloc(50);
		second[i] = malloc(50);
	}
	return 0;
}
