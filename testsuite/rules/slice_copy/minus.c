/* Parts whose end somebody relies on, or that change. fixture: -D_GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int by_strlen(const char *text, size_t a, size_t n)
{
	char *part = strndup(text + a, n);
	int length = (int)strlen(part);

	free(part);
	return length;
}

int by_atoi(const char *text, size_t n)
{
	char *part = strndup(text, n);
	int value = atoi(part);

	free(part);
	return value;
}

FILE *by_fopen(const char *text, size_t n)
{
	char *part = strndup(text, n);
	FILE *file = fopen(part, "r");

	free(part);
	return file;
}

int until_zero(const char *text, size_t n)
{
	char *part = strndup(text, n);
	int value = 0;

	for (const char *at = part; *at; at++)
		value += *at;
	free(part);
	return value;
}

int changed(const char *text, size_t at, size_t n)
{
	char *part = malloc(n);
	int value;

	memcpy(part, text + at, n);
	part[0] = ' ';
	value = memcmp(part, " x", 2);
	free(part);
	return value;
}

int outlived(char *text, size_t at, size_t n)
{
	char *part = malloc(n);
	int value;

	memcpy(part, text + at, n);
	memset(text, 0, at + n);
	value = memcmp(part, "x", 1);
	free(part);
	return value;
}

int longer(const char *text, size_t n)
{
	char *part = strndup(text, n);
	int value = memcmp(part, "0123456789", 10);

	free(part);
	return value;
}

/* The number that is compared is not the number that was copied. */
int other_number(const char *text, size_t n, size_t wanted)
{
	char *part = strndup(text, n);
	int value = strncmp(part, "abc", wanted);

	free(part);
	return value;
}

int number_changes(const char *text, size_t n)
{
	char *part = strndup(text, n);
	int value;

	n += 2;
	value = strncmp(part, "abc", n);
	free(part);
	return value;
}

int larger_of_both(const char *text, size_t n)
{
	char *part = strndup(text, n);
	int value = memcmp(part, "abcdefgh", n > 8 ? n : 8);

	free(part);
	return value;
}

/* Its end is printed by more than a plain %s. */
int as_bytes(const char *text, size_t n, const char *format)
{
	char *part = strndup(text, n);
	int length = printf("%.3s\n", part) + printf(format, part) + printf("%p\n", (void *)part);

	free(part);
	return length;
}
