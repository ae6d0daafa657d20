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
