/* fixture: -D_GNU_SOURCE */
/* Parts of buffers that are copied and only read. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int has_key(const char *line, size_t at, size_t n, const char *want)
{
	char *key = malloc(n); /* expect: slice-copy [line + at] (safe) */
	int found;

	memcpy(key, line + at, n);
	found = memcmp(key, want, n) == 0;
	free(key);
	return found;
}

int starts_with(const char *text, size_t a, size_t n, const char *want)
{
	char *part = strndup(text + a, n); /* expect: slice-copy */
	int same = memcmp(part, want, n) == 0;

	free(part);
	return same;
}

unsigned sum(const unsigned char *packet, size_t n)
{
	unsigned char *body = malloc(n); /* expect: slice-copy [&packet[4]] (safe) */
	unsigned total = 0;

	if (!body)
		return 0;
	memcpy(body, &packet[4], n);
	for (size_t i = 0; i < n; i++)
		total += body[i];
	free(body);
	return total;
}

/* Readers that are told where to stop. */
int is_header(const char *line, size_t n)
{
	char *name = strndup(line, n); /* expect: slice-copy [a part of a buffer, 'line'] (safe) */
	int kind = 0;

	if (!name)
		return -1;
	if (strncmp(name, "Content-Type", n) == 0)
		kind = 1;
	else if (memcmp(name, "Subject", n < 7 ? n : 7) == 0)
		kind = 2;
	free(name);
	return kind;
}

/* printf() can be told as well. */
int show(const char *text, size_t a, size_t n, FILE *out)
{
	char *part = strndup(text + a, n); /* expect: slice-copy [a part of a buffer, 'text + a'] (none: a precision, %.*s) */
	int length = fprintf(out, "%d: %-10s %%\n", (int)a, part);

	free(part);
	return length;
}
