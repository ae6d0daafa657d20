/* SPDX-License-Identifier: MIT */
/*
 * A chained hash table that rehashes; keys by strdup, values by strndup and memdup.
 * style: C hash table, strdup chains
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	char *key;
	void *value;
	struct entry *next;
};

struct table {
	struct entry **buckets;
	size_t size, used;
};

static uint32_t hash(const char *text)
{
	uint32_t h = 2166136261u;

	while (*text)
		h = (h ^ (unsigned char)*text++) * 16777619u;
	return h;
}

static struct table *table_new(size_t size)
{
	struct table *table = calloc(1, sizeof(*table)); /* bytes: 24; count: 1; type: struct table */

	table->buckets = calloc(size, sizeof(struct entry *)); /* bytes: 8*4; count: 1; type: struct entry *[] */
	table->size = size;
	return table;
}

static void rehash(struct table *table)
{
	size_t size = 2 * table->size;
	/* bytes: 8*(8+16+32+64); count: 4; type: struct entry *[] */
	struct entry **buckets = calloc(size, sizeof(*buckets));

	for (size_t i = 0; i < table->size; i++)
		for (struct entry *entry = table->buckets[i], *next; entry; entry = next) {
			struct entry **to = &buckets[hash(entry->key) % size];

			next = entry->next;
			entry->next = *to;
			*to = entry;
		}
	free(table->buckets);
	table->buckets = buckets;
	table->size = size;
}

static void *memdup(const void *from, size_t size)
{
	void *copy = malloc(size);

	return copy ? memcpy(copy, from, size) : NULL;
}

static void put(struct table *table, const char *key, void *value)
{
	struct entry *entry;

	if (table->used == table->size)
		rehash(table);
	entry = malloc(sizeof(*entry)); /* bytes: 50*24; count: 50; type: struct entry */
	entry->key = strdup(key);       /* bytes: 50*6; count: 50; type: char[] */
	entry->value = value;
	entry->next = table->buckets[hash(key) % table->size];
	table->buckets[hash(key) % table->size] = entry;
	table->used++;
}

static void table_free(struct table *table)
{
	for (size_t i = 0; i < table->size; i++)
		for (struct entry *entry = table->buckets[i], *next; entry; entry = next) {
			next = entry->next;
			free(entry->key);
			free(entry->value);
			free(entry);
		}
	free(table->buckets);
	free(table);
}

int main(void)
{
	static const double weights[3] = {1, 2, 3};
	struct table *table = table_new(4);
	char key[8];
	int ok;

	for (int i = 0; i < 25; i++) {
		snprintf(key, sizeof(key), "key%02d", i);
		put(table, key, strndup("a long value", 6)); /* bytes: 25*7; count: 25; type: char[] */
	}
	for (int i = 25; i < 50; i++) {
		snprintf(key, sizeof(key), "key%02d", i);
		put(table, key, memdup(weights, sizeof(weights))); /* bytes: 25*24; count: 25 */
	}
	ok = table->used == 50 && table->size == 64;
	table_free(table);
	return ok ? 0 : 1;
}
