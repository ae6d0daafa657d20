/* SPDX-License-Identifier: MIT */
/* Counts the records of a table whose third column is a given word. */
/* Twin: the column is read as a number, which goes to its zero. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t column(const char *line, int n, size_t *length)
{
	size_t at = 0;

	while (n-- > 0) {
		at += strcspn(line + at, ",");
		at += line[at] == ',';
	}
	*length = strcspn(line + at, ",\n");
	return at;
}

static int has_word(const char *line, long wanted)
{
	size_t length;
	size_t at = column(line, 2, &length);
	char *field;
	int same;

	if (!length)
		return 0;
	field = malloc(length + 1);
	if (!field)
		return 0;
	memcpy(field, line + at, length);
	field[length] = 0;
	same = strtol(field, NULL, 10) == wanted;
	free(field);
	return same;
}

int main(void)
{
	static const char *const lines[] = {"1,ann,red,9\n", "2,bob,42,1\n", "3,cyd,red\n", "4,dee\n"};
	int count = 0;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		count += has_word(lines[i], 42);
	printf("%d\n", count);
	return 0;
}
