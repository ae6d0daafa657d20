// SPDX-License-Identifier: MIT
/* A hash table that was freed without its entries. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	struct entry *next;
	char *key;
};

struct table {
	size_t n;
	struct entry *buckets[8];
};

static void put(struct table *table, const char *key)
{
	struct entry **bucket = &table->buckets[(unsigned char)key[0] % table->n];
	struct entry *entry = malloc(sizeof *entry);

	entry->key = strdup(key);
	entry->next = *bucket;
	*bucket = entry;
}

static void destroy(struct table **table)
{
	memset(*table, 0, sizeof **table);
	free(*table);
	*table = NULL;
}

int main(void)
{
	static struct table *table;

	table = calloc(1, sizeof *table);
	table->n = 8;
	put(table, "alpha");
	put(table, "beta");
	put(table, "gamma");
	put(table, "acid");
	destroy(&table);
	return 0;
}
