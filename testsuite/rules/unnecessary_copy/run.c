/* A program whose fixes are run. fixture: -D_GNU_SOURCE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_port(const char *text)
{
	char *copy = strdup(text); /* expect: unnecessary-copy (safe) */
	int port;

	if (copy == NULL) {
		fputs("no memory\n", stderr);
		return -1;
	}
	port = atoi(copy);
	free(copy);
	return port;
}

/* Two ways out, and a name of its own for what is behind the sign. */
static int parse(const char *line, int *value)
{
	const char *sign = strchr(line, '=');
	char *key, *number;

	if (!sign)
		return 0;
	number = strdup(sign + 1); /* expect: unnecessary-copy [of 'sign + 1'] */
	*value = atoi(number);
	free(number);
	key = strdup(line); /* expect: unnecessary-copy [of 'line'] */
	if (!key)
		return 0;
	if (strncmp(key, "port", 4) != 0) {
		free(key);
		return 0;
	}
	printf("key %.*s\n", (int)(sign - line), key);
	if (key)
		free(key);
	return 1;
}

static int same_bytes(const unsigned char *bytes, const unsigned char *other, size_t n)
{
	unsigned char *copy = (unsigned char *)malloc(n); /* expect: unnecessary-copy [n bytes] (safe) */
	int result;

	if (!copy)
		return 0;
	memcpy(copy, bytes, n);
	result = memcmp(copy, other, n) == 0;
	free(copy);
	return result;
}

static char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;
	char *copy = malloc(size);

	if (!copy)
		abort();
	return memcpy(copy, text, size);
}

static int is_comment(const char *line)
{
	char *text = xstrdup(line); /* expect: unnecessary-copy (safe) */
	int comment = text[0] == '#' || strspn(text, " \t") == strlen(text);

	free(text);
	return comment;
}

/* Of two statements one stays: the author writes such an if without braces. */
static int shown(const char *line)
{
	char *copy = strdup(line); /* expect: unnecessary-copy (safe) */

	if (!copy)
		return -1;
	if (strncmp(copy, "port", 4) != 0) {
		free(copy);
		return 0;
	}
	puts(copy);
	free(copy);
	return 1;
}

int main(void)
{
	printf("%d %d\n", shown("port 7"), shown("host"));
	char *kept = xstrdup("kept");

	int value = 0;

	printf("%d\n", read_port("8080"));
	printf("%d\n", parse("port=9", &value));
	printf("%d %d\n", parse("other=7", &value), value);
	printf("%d\n", same_bytes((const unsigned char *)"abc", (const unsigned char *)"abd", 3));
	printf("%d %d\n", is_comment("# x"), is_comment("x"));
	kept[0] = 'K';
	puts(kept);
	free(kept);
	return 0;
}
