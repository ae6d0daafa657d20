/* SPDX-License-Identifier: MIT */
/*
 * A cache of decoded blocks: entries fresh or from a free list, reference counts, eviction of the oldest.
 * style: C, LRU cache, free list, refcounting
 */
#include <stdlib.h>
#include <string.h>

struct entry {
	struct entry *newer, *older;
	int key, references;
	size_t size;
	unsigned char *data;
};

struct cache {
	struct entry *newest, *oldest, *free;
	size_t n, limit;
	struct entry **index;
};

static struct entry *entry_get(struct cache *cache)
{
	struct entry *entry = cache->free;

	if (entry)
		cache->free = entry->newer;
	else
		entry = malloc(sizeof(struct entry)); /* bytes: 10*40; count: 10; type: struct entry */
	memset(entry, 0, sizeof(*entry));
	return entry;
}

static void entry_put(struct cache *cache, struct entry *entry)
{
	if (--entry->references)
		return;
	free(entry->data);
	entry->newer = cache->free;
	cache->free = entry;
}

static void evict(struct cache *cache)
{
	struct entry *entry = cache->oldest;

	cache->oldest = entry->newer;
	if (cache->oldest)
		cache->oldest->older = NULL;
	else
		cache->newest = NULL;
	cache->index[entry->key] = NULL;
	cache->n--;
	entry_put(cache, entry);
}

static unsigned char *decode(int key, size_t *size)
{
	unsigned char *data;

	*size = 64 + (size_t)key;
	data = malloc(*size); /* bytes: sum(64+k for k in range(100)); count: 100; type: unsigned char[] */
	memset(data, key, *size);
	return data;
}

static struct entry *lookup(struct cache *cache, int key)
{
	struct entry *entry = cache->index[key];

	if (entry) {
		entry->references++;
		return entry;
	}
	if (cache->n == cache->limit)
		evict(cache);
	entry = entry_get(cache);
	entry->key = key;
	entry->references = 2;
	entry->data = decode(key, &entry->size);
	entry->older = cache->newest;
	if (cache->newest)
		cache->newest->newer = entry;
	else
		cache->oldest = entry;
	cache->newest = entry;
	cache->index[key] = entry;
	cache->n++;
	return entry;
}

static struct cache *cache_new(size_t limit, size_t keys)
{
	struct cache *cache = calloc(1, sizeof(struct cache) + 0); /* bytes: 48; count: 1; type: struct cache */

	cache->limit = limit;
	cache->index = calloc(keys, sizeof *cache->index); /* bytes: 800; count: 1; type: struct entry *[] */
	return cache;
}

int main(void)
{
	struct cache *cache = cache_new(10, 100);
	unsigned long sum = 0;

	for (int key = 0; key < 100; key++) {
		struct entry *entry = lookup(cache, key), *again = lookup(cache, key);

		sum += again->data[again->size - 1];
		entry_put(cache, again);
		entry_put(cache, entry);
	}
	while (cache->n)
		evict(cache);
	for (struct entry *next; cache->free; cache->free = next) {
		next = cache->free->newer;
		free(cache->free);
	}
	free(cache->index);
	free(cache);
	return sum == 4950 ? 0 : 1;
}
