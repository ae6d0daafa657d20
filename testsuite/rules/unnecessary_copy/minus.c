/* Copies that somebody needs. fixture: -D_GNU_SOURCE */
#include <libgen.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* strtok() writes into it. */
int words(const char *line)
{
	char *copy = strdup(line);
	int n = 0;

	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		n++;
	free(copy);
	return n;
}

/* The source is freed before the copy is read. */
size_t freed(char *text)
{
	char *copy = strdup(text);
	size_t n;

	free(text);
	n = strlen(copy);
	free(copy);
	return n;
}

/* The source is written to. */
int written(char *text)
{
	char *copy = strdup(text);
	int n;

	text[0] = 0;
	n = atoi(copy);
	free(copy);
	return n;
}

void change(char *text);

/* … perhaps. */
int passed(char *text)
{
	char *copy = strdup(text);
	int n;

	change(text);
	n = atoi(copy);
	free(copy);
	return n;
}

/* … by anybody. */
void anything(void);

int unknown_call(const char *text)
{
	char *copy = strdup(text);
	int n;

	anything();
	n = atoi(copy);
	free(copy);
	return n;
}

int through_pointer(const char *text, void (*call)(const char *))
{
	char *copy = strdup(text);
	int n;

	call(copy);
	n = atoi(copy);
	free(copy);
	return n;
}

/* Only the end is cut off, or put there. */
int terminated(const char *text, size_t n)
{
	char *copy = malloc(n + 1);
	int value;

	memcpy(copy, text, n);
	copy[n] = 0;
	value = atoi(copy);
	free(copy);
	return value;
}

int cut_off(const char *text)
{
	char *copy = strdup(text), *dot = strrchr(copy, '.');
	int n;

	if (dot)
		*dot = 0;
	n = atoi(copy);
	free(copy);
	return n;
}

/* A buffer of the library's own. */
int twice(const char *a, const char *b)
{
	char *first = strdup(getenv(a));
	const char *second = getenv(b);
	int same = strcmp(first, second) == 0;

	free(first);
	return same;
}

/* a = b = strdup() */
char *kept;

int two_owners(const char *text)
{
	char *copy;

	copy = kept = strdup(text);
	return atoi(copy);
}

/* dirname() writes into it. */
int directory(const char *path)
{
	char *copy = strdup(path);
	int n = atoi(dirname(copy));

	free(copy);
	return n;
}

/* Its duty to be freed goes elsewhere. */
struct entry {
	char *name;
};

void moved(struct entry *entry, const char *name)
{
	char *copy = strdup(name);

	entry->name = copy;
}

char *returned(const char *name)
{
	char *copy = strdup(name);

	puts(copy);
	return copy;
}

/* Made under a lock, read without it. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char shared[100];

int locked(void)
{
	char *copy;
	int n;

	pthread_mutex_lock(&mutex);
	copy = strdup(shared);
	pthread_mutex_unlock(&mutex);
	n = atoi(copy);
	free(copy);
	return n;
}

/* The source ends before the copy does. */
int outlived(FILE *in)
{
	char *copy = NULL;
	int n;

	{
		char line[100];

		if (fgets(line, sizeof line, in))
			copy = strdup(line);
	}
	n = copy ? atoi(copy) : 0;
	free(copy);
	return n;
}

/* The source is read into again. */
int reread(FILE *in)
{
	char line[100];
	char *copy;
	int n;

	if (!fgets(line, sizeof line, in))
		return 0;
	copy = strdup(line);
	if (!fgets(line, sizeof line, in))
		line[0] = 0;
	n = strcmp(copy, line);
	free(copy);
	return n;
}

/* Another pointer leads to the source. */
int by_alias(char *text)
{
	char *copy = strdup(text), *at = text + 1;
	int n;

	*at = 0;
	n = atoi(copy);
	free(copy);
	return n;
}

/* One of two. */
int either(const char *text, int make)
{
	char *name = make ? strdup(text) : NULL;
	int n = name ? atoi(name) : 0;

	free(name);
	return n;
}

/* The end of the number is written to. */
long cut_behind_number(const char *text)
{
	char *copy = strdup(text), *end;
	long value = strtol(copy, &end, 10);

	*end = 0;
	value += puts(copy);
	free(copy);
	return value;
}

/* One caller gives a part of what is written to. */
struct setting {
	char name[32];
	long value;
};

static size_t rename_to(const char *line, struct setting *out)
{
	char *copy = strdup(line);
	size_t length;

	memset(out->name, 0, sizeof out->name);
	length = strlen(copy);
	free(copy);
	return length;
}

size_t of_callers(void)
{
	struct setting setting = {"a", 1};

	return rename_to("b", &setting) + rename_to(setting.name, &setting);
}

/* Its callers are anybody. */
size_t of_anybody(const char *line, struct setting *out)
{
	char *copy = strdup(line);
	size_t length;

	memset(out->name, 0, sizeof out->name);
	length = strlen(copy);
	free(copy);
	return length;
}

/* A table that changes. */
static const char *names[] = {"a", "b"};

static const char *name_of(unsigned which)
{
	return names[which];
}

int of_table(unsigned which)
{
	char *copy = strdup(name_of(which));
	int same;

	anything();
	same = strcmp(copy, "a");
	free(copy);
	return same;
}
