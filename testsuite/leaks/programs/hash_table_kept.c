// SPDX-License-Identifier: MIT
/* A hash table with chains, alive at exit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct entry *next;
	char *key;
	int value;
};

struct table {
	struct entry **buckets;
	size_t n;
};

static struct table *words;

static size_t hash(const char *key)
{
	size_t h = 5381;

	while (*key)
		h = h * 33 + (unsigned char)*key++;
	return h;
}

static void put(struct table *table, const char *key, int value)
{
	struct entry **bucket = &table->buckets[hash(key) % table->n], *entry = malloc(sizeof *entry);

	*entry = (struct entry){.next = *bucket, .key = strdup(key), .value = value};
	*bucket = entry;
}

int main(void)
{
	char key[32];

	words = malloc(sizeof *words);
	words->n = 16;
	words->buckets = calloc(words->n, sizeof *words->buckets);
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof key, "word%d", i);
		put(words, key, i);
	}
	return 0;
}
