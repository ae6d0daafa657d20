/* SPDX-License-Identifier: MIT */
/* A proxy's resolver: answers of the name server are kept by name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS 64

struct answer {
	struct answer *next;
	char *name;
	unsigned address;
};

static struct answer *answers[BUCKETS]; /* defect: unbounded-cache */

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

static unsigned resolve(const char *name)
{
	unsigned bucket = hash(name);
	struct answer *a;

	for (a = answers[bucket]; a; a = a->next) {
		if (strcmp(a->name, name) == 0)
			return a->address;
	}
	a = malloc(sizeof *a);
	if (!a)
		return ask_server(name);
	a->name = strdup(name);
	a->address = ask_server(name);
	a->next = answers[bucket];
	answers[bucket] = a;
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
