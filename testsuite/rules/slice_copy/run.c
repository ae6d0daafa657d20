/* A program whose fixes are run. fixture: -D_GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int has_key(const char *line, size_t at, size_t n, const char *want)
{
	char *key = malloc(n); /* expect: slice-copy [line + at] (safe) */
	int found;

	if (!key)
		return 0;
	memcpy(key, line + at, n);
	found = memcmp(key, want, n) == 0;
	free(key);
	return found;
}

static unsigned sum(const unsigned char *packet, size_t n)
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

static int is_header(const char *line, size_t n)
{
	char *name = strndup(line, n); /* expect: slice-copy (safe) */
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

int main(void)
{
	printf("%d %d %d\n", is_header("Content-Type: x", 12), is_header("Subject: x", 7), is_header("X: y", 1));
	printf("%d\n", has_key("name=value", 5, 5, "value"));
	printf("%u\n", sum((const unsigned char *)"headbody", 4));
	return 0;
}
