/* Copies that are only read. */
/* fixture: -D_GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int read_port(const char *text)
{
	char *copy = strdup(text); /* expect: unnecessary-copy [of 'text'] (safe) */
	int port = atoi(copy);

	free(copy);
	return port;
}

size_t checked(const char *text)
{
	char *copy = strdup(text); /* expect: unnecessary-copy (safe) */
	size_t n;

	if (!copy)
		return 0;
	n = strlen(copy);
	free(copy);
	return n;
}

int same(const void *bytes, const void *other, size_t n)
{
	unsigned char *copy = malloc(n); /* expect: unnecessary-copy [n bytes] (safe) */
	int result;

	memcpy(copy, bytes, n);
	result = memcmp(copy, other, n);
	free(copy);
	return result;
}

/* Two ways out, each with its release. */
int lookup(const char *name, int deep)
{
	char *key;

	if ((key = strdup(name)) == NULL) /* expect: unnecessary-copy [of 'name'] */
		return -1;
	if (deep) {
		int depth = (int)strlen(key) + deep;

		free(key);
		return depth;
	}
	printf("%s\n", key);
	free(key);
	return 0;
}

int never_freed(const char *text)
{
	char *copy = strdup(text); /* expect: unnecessary-copy */

	return atoi(copy);
}

int printed(const char *text)
{
	char *copy;
	int n;

	if (asprintf(&copy, "%s", text) < 0) /* expect: unnecessary-copy */
		return -1;
	n = (int)strlen(copy);
	free(copy);
	return n;
}

static char *xstrdup(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		abort();
	return copy;
}

int wrapped(const char *text)
{
	char *copy = xstrdup(text); /* expect: unnecessary-copy (none: left unused) */
	int n = atoi(copy);

	free(copy);
	return n;
}

int own_buffer(FILE *in)
{
	char line[100];
	char *copy;
	int n;

	if (!fgets(line, sizeof line, in))
		return 0;
	copy = strdup(line); /* expect: unnecessary-copy [of 'line'] (safe) */
	n = puts(copy);
	free(copy);
	return n;
}

int through_alias(const char *path)
{
	char *copy = strdup(path); /* expect: unnecessary-copy */
	const char *slash = strrchr(copy, '/');
	int n = slash ? atoi(slash + 1) : 0;

	free(copy);
	return n;
}
