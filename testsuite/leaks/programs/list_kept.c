// SPDX-License-Identifier: MIT
/* A list that a static variable holds; its strings with it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct entry *next;
	char *key;
	long count;
};

static struct entry *first;

static void add(const char *key)
{
	struct entry *entry = malloc(sizeof *entry);

	entry->key = strdup(key);
	entry->count = 1;
	entry->next = first;
	first = entry;
}

int main(void)
{
	char key[20];

	for (int i = 0; i < 50; i++) {
		snprintf(key, sizeof key, "key %d", i);
		add(key);
	}
	return 0;
}
