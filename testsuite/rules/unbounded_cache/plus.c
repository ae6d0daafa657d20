/* Containers that only grow, in C. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* a memo with chained buckets */
struct memo_entry {
	struct memo_entry *next;
	char *key;
	int value;
};
static struct memo_entry *memo[64]; /* expect: unbounded-cache ['memo' only grows, 24 bytes an entry] */

static int memo_get(const char *key)
{
	unsigned slot = (unsigned char)*key % 64u;
	struct memo_entry *e;

	for (e = memo[slot]; e; e = e->next) {
		if (strcmp(e->key, key) == 0)
			return e->value;
	}
	e = malloc(sizeof *e);
	e->key = strdup(key);
	e->value = (int)strlen(key);
	e->next = memo[slot];
	memo[slot] = e;
	return e->value;
}

/* a list in a record that is handed to functions: one of two lists is never shortened */
struct job {
	struct job *next;
	int id;
};
struct queue {
	struct job *head;
};
static struct queue waiting;
static struct queue finished; /* expect: unbounded-cache ['finished.head'] */

static void queue_push(struct queue *q, struct job *j)
{
	j->next = q->head;
	q->head = j;
}

static struct job *queue_pop(struct queue *q)
{
	struct job *j = q->head;

	if (j)
		q->head = j->next;
	return j;
}

/* an array that is reallocated */
static char **lines; /* expect: unbounded-cache ['lines'] */
static size_t nlines, lines_size;

static void keep_line(const char *text)
{
	if (nlines == lines_size) {
		char **more;

		lines_size = lines_size ? 2 * lines_size : 8;
		more = realloc(lines, lines_size * sizeof *more);
		if (!more)
			return;
		lines = more;
	}
	lines[nlines++] = strdup(text);
}

/* a field of a server that main() has */
struct client {
	struct client *next;
	char name[16];
};
struct server {
	int port;
	struct client *known; /* expect: unbounded-cache ['server.known'] */
	struct client *active;
};

static void greet(struct server *s, const char *name)
{
	struct client *c = calloc(1, sizeof *c);

	strncpy(c->name, name, sizeof c->name - 1);
	c->next = s->known;
	s->known = c;
}

/* a list appended to at its tail */
struct event {
	struct event *next;
	int kind;
};
static struct event *first_event, *last_event; /* expect: unbounded-cache [_event'] */

static void record_event(int kind)
{
	struct event *e = malloc(sizeof *e);

	e->kind = kind;
	e->next = NULL;
	if (last_event)
		last_event->next = e;
	else
		first_event = e;
	last_event = e;
}

/* the library's trees */
#include <search.h>
static void *names; /* expect: unbounded-cache ['names'] */

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void note_name(const char *name)
{
	if (!tfind(name, &names, compare))
		tsearch(strdup(name), &names, compare);
}

/* emptied, but only when the program ends */
static struct memo_entry *seen; /* expect: unbounded-cache ['seen'] */

static void see(const char *key)
{
	struct memo_entry *e = malloc(sizeof *e);

	e->key = strdup(key);
	e->next = seen;
	seen = e;
}

static void forget_all(void)
{
	struct memo_entry *e, *next;

	for (e = seen; e; e = next) {
		next = e->next;
		free(e->key);
		free(e);
	}
	seen = NULL;
}

int main(void)
{
	struct server server = {.port = 80};
	char line[100];

	while (fgets(line, sizeof line, stdin)) {
		struct job *j = malloc(sizeof *j);

		queue_push(&waiting, j);
		queue_push(&finished, queue_pop(&waiting));
		printf("%d\n", memo_get(line));
		keep_line(line);
		greet(&server, line);
		record_event(line[0]);
		note_name(line);
		see(line);
	}
	forget_all();
	return 0;
}
