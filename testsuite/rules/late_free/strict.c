/* Blocks of any size, and waiting. fixture: strict */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int parse_then_wait(const char *text, size_t n)
{
	char *buffer = malloc(n);
	int sum = 0;

	if (!buffer)
		return 0;
	memcpy(buffer, text, n);
	for (size_t i = 0; i < n; i++)
		sum = sum * 31 + (buffer[i] ^= 7);
	sleep(1);
	free(buffer); /* expect: late-free [of a size that is not constant] (safe) */
	return sum;
}

char *parse_then_copy(const char *text, size_t n)
{
	char *buffer = malloc(n), *result;

	memcpy(buffer, text, n);
	buffer[0] = 0;
	result = strdup("x");
	free(buffer);
	return result;
}

/* Never used at all. */
int forgotten(const char *name, size_t length)
{
	char *copy = strndup(name, length);

	sleep(1);
	free(copy);
	return 0;
}
