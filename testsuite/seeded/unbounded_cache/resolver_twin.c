/* SPDX-License-Identifier: MIT */
/* A proxy's resolver: answers of the name server are kept by name. */
/* Twin: the table has a limit, above which the oldest answer goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 64
#define MAX_ENTRIES 512

struct answer {
	struct answer *next;
	char *name;
	unsigned address;
};

static struct answer *answers[BUCKETS];
static unsigned nanswers;

static unsigned hash(const char *s)
{
	unsigned h = 5381;

	while (*s)
		h = h * 33 + (unsigned char)*s++;
	return h % BUCKETS;
}

static unsigned ask_server(const char *name)
{
	return hash(name) * 2654435761u;
}

static void drop_one(unsigned bucket)
{
	struct answer **at = &answers[bucket];

	while (*at && (*at)->next)
		at = &(*at)->next;
	if (*at) {
		free((*at)->name);
		free(*at);
		*at = NULL;
		nanswers--;
	}
}

static unsigned resolve(const char *name)
{
	unsigned bucket = hash(name);
	struct answer *a;

	for (a = answers[bucket]; a; a = a->next) {
		if (strcmp(a->name, name) == 0)
			return a->address;
	}
	if (nanswers >= MAX_ENTRIES)
		drop_one(bucket);
	a = malloc(sizeof *a);
	if (!a)
		return ask_server(name);
	a->name = strdup(name);
	a->address = ask_server(name);
	a->next = answers[bucket];
	answers[bucket] = a;
	nanswers++;
	return a->address;
}

int main(void)
{
	char line[256];

	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		printf("%s %08x\n", line, resolve(line));
	}
	return 0;
}
