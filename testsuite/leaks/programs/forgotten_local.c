// SPDX-License-Identifier: MIT
/* A buffer whose only pointer was a local of a function that returned. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t count(const char *text)
{
	char *copy = malloc(strlen(text) + 1);
	size_t n = 0;

	strcpy(copy, text);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		n++;
	return n;
}

int main(void)
{
	size_t n = 0;

	for (int i = 0; i < 5; i++)
		n += count("five words are in here");
	printf("%zu\n", n);
	strtok(memset(malloc(40), 0, 40), " ");
	return 0;
}
