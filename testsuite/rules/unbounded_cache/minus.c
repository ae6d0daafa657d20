/* Containers that something keeps small, or that do not grow while the program serves: silence. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct entry *next;
	char *key;
};

static struct entry *entry_new(const char *key)
{
	struct entry *e = malloc(sizeof *e);

	e->key = strdup(key);
	e->next = NULL;
	return e;
}

/* filled by set-up only */
struct option {
	struct option *next;
	char *name;
};
static struct option *options;

static void add_option(const char *name)
{
	struct option *o = malloc(sizeof *o);

	o->name = strdup(name);
	o->next = options;
	options = o;
}

static void read_options(const char *path)
{
	char line[100];
	FILE *file = fopen(path, "r");

	while (file && fgets(line, sizeof line, file))
		add_option(line);
	if (file)
		fclose(file);
}

/* the same, by a function of the program's own that opens it */
static struct option *aliases;

static FILE *open_data(const char *name)
{
	char path[100];

	snprintf(path, sizeof path, "/usr/share/%s", name);
	return fopen(path, "r");
}

static void read_aliases(void)
{
	char line[100];
	FILE *file = open_data("aliases");

	while (fgets(line, sizeof line, file)) {
		struct option *alias = malloc(sizeof *alias);

		alias->name = strdup(line);
		alias->next = aliases;
		aliases = alias;
	}
	fclose(file);
}

/* a size test */
struct recent {
	struct recent *next;
	int value;
};
static struct recent *recent;
static int nrecent;

static void remember(int value)
{
	struct recent *r;

	if (nrecent >= 100)
		return;
	r = malloc(sizeof *r);
	r->value = value;
	r->next = recent;
	recent = r;
	nrecent++;
}

/* a free list, given and taken */
struct buffer {
	struct buffer *next;
	char bytes[4096];
};
static struct buffer *spare;

static struct buffer *buffer_get(void)
{
	struct buffer *b = spare;

	if (b)
		spare = b->next;
	else
		b = malloc(sizeof *b);
	return b;
}

static void buffer_put(struct buffer *b)
{
	b->next = spare;
	spare = b;
}

/* an array whose counter goes back */
static int *stack;
static size_t depth, stack_size;

static void push(int value)
{
	if (depth == stack_size) {
		stack_size = stack_size ? 2 * stack_size : 8;
		stack = realloc(stack, stack_size * sizeof *stack);
	}
	stack[depth++] = value;
}

static int pop(void)
{
	return depth ? stack[--depth] : 0;
}

/* one list for each request */
static size_t count_words(char *line)
{
	struct entry *words = NULL, *e;
	size_t count = 0;

	for (char *word = strtok(line, " "); word; word = strtok(NULL, " ")) {
		e = entry_new(word);
		e->next = words;
		words = e;
		count++;
	}
	while ((e = words) != NULL) {
		words = e->next;
		free(e->key);
		free(e);
	}
	return count;
}

/* names of the program itself */
struct atom {
	struct atom *next;
	const char *name;
};
static struct atom *atoms;

static struct atom *intern(const char *name)
{
	struct atom *a;

	for (a = atoms; a; a = a->next) {
		if (strcmp(a->name, name) == 0)
			return a;
	}
	a = malloc(sizeof *a);
	a->name = name;
	a->next = atoms;
	atoms = a;
	return a;
}

/* gathered to be printed: the program's result */
struct word {
	struct word *next;
	char text[32];
	int count;
};
static struct word *found;

static void count_word(const char *text)
{
	struct word *w;

	for (w = found; w; w = w->next) {
		if (strncmp(w->text, text, sizeof w->text - 1) == 0) {
			w->count++;
			return;
		}
	}
	w = calloc(1, sizeof *w);
	strncpy(w->text, text, sizeof w->text - 1);
	w->next = found;
	found = w;
}

int main(void)
{
	char line[100];

	read_options("options");
	read_aliases();
	while (fgets(line, sizeof line, stdin)) {
		struct buffer *b = buffer_get();

		count_word(line);
		remember(line[0]);
		push(line[0]);
		printf("%d %zu %s\n", pop(), count_words(line), intern(line[0] == 'a' ? "alpha" : "omega")->name);
		printf("%s\n", intern("line")->name);
		buffer_put(b);
	}
	for (struct word *w = found; w; w = w->next)
		printf("%d %s\n", w->count, w->text);
	return 0;
}
