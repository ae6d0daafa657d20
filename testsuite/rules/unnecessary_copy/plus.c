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

/* A name out of a table of literals, or a literal. */
static const char *const kinds[] = {"none", "some", "all"};

static const char *kind_name(unsigned kind)
{
	const char *name = "unknown";

	if (kind == 7)
		name = "odd";
	else if (kind < 3)
		return kinds[kind];
	return name;
}

int of_literals(unsigned kind)
{
	const char *name = kind_name(kind);
	char *copy = strdup(name); /* expect: unnecessary-copy (safe) */
	int same;

	printf("%u\n", kind);
	same = strcmp(copy, "some");
	free(copy);
	return same;
}

/* Only numbers come of it. */
double number(const char *text)
{
	char *copy = strdup(text); /* expect: unnecessary-copy (safe) */
	double value = strtod(copy, NULL);

	free(copy);
	return value;
}

long number_and_rest(const char *text)
{
	char *copy = strdup(text); /* expect: unnecessary-copy */
	char *end;
	long value = strtol(copy, &end, 10);

	if (*end == '%')
		value /= 100;
	free(copy);
	return value;
}

/* It writes to what nobody gives as the text. */
struct setting {
	char name[32];
	long value;
};

static int parse(const char *line, struct setting *out)
{
	char *copy = strdup(line); /* expect: unnecessary-copy (safe) */
	const char *equals = strchr(copy, '=');

	if (equals && equals - copy < 31) {
		memset(out->name, 0, sizeof out->name);
		memcpy(out->name, copy, (size_t)(equals - copy));
		out->value = strtol(equals + 1, NULL, 0);
	}
	free(copy);
	return equals != NULL;
}

long of_callers(const char *line)
{
	struct setting setting = {0};
	char text[64];

	snprintf(text, sizeof text, "%s", line);
	return parse("limit=7", &setting) + parse(text, &setting) + setting.value;
}
