/* SPDX-License-Identifier: MIT */
/*
 * A slab-like cache of reference-counted objects: slabs by aligned_alloc and posix_memalign, a free list, destructors.
 * style: C object cache, aligned blocks, refcounts
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PER_SLAB 16

struct session {
	int references;
	char *user;
	struct session *next_free;
	uint64_t counters[5];
};

struct slab {
	struct slab *next;
	uint64_t reserved[7];
	struct session sessions[PER_SLAB];
};

struct cache {
	struct slab *slabs;
	struct session *free;
	void *scratch;
	uint32_t *bitmap;
};

static void add_slab(struct cache *cache)
{
	/* bytes: 3*(64+16*64); count: 3; type: struct slab */
	struct slab *slab = aligned_alloc(64, sizeof(struct slab));

	if (!slab)
		abort();
	slab->next = cache->slabs;
	cache->slabs = slab;
	for (int i = 0; i < PER_SLAB; i++) {
		slab->sessions[i].next_free = cache->free;
		cache->free = &slab->sessions[i];
	}
}

static struct session *session_get(struct cache *cache, const char *user)
{
	struct session *session;

	if (!cache->free)
		add_slab(cache);
	session = cache->free;
	cache->free = session->next_free;
	session->references = 1;
	session->user = strdup(user); /* bytes: 40*7; count: 40; type: char[] */
	return session;
}

static void session_put(struct cache *cache, struct session *session)
{
	if (--session->references)
		return;
	free(session->user);
	session->next_free = cache->free;
	cache->free = session;
}

static int cache_init(struct cache *cache)
{
	memset(cache, 0, sizeof(*cache));
	if (posix_memalign(&cache->scratch, 4096, 8192)) /* bytes: 8192; count: 1 */
		return -1;
	/* bytes: 400; count: 1; type: uint32_t[] or unsigned int[] or __uint32_t[] */
	cache->bitmap = reallocarray(NULL, 100, sizeof(*cache->bitmap));
	if (!cache->bitmap)
		return -1;
	memset(cache->bitmap, 0, 400);
	return 0;
}

int main(void)
{
	struct session *held[40];
	struct cache cache;
	int ok;

	if (cache_init(&cache))
		return 2;
	for (int i = 0; i < 40; i++)
		held[i] = session_get(&cache, "nobody");
	ok = cache.slabs && cache.slabs->next && cache.slabs->next->next && !cache.bitmap[99];
	ok = ok && (uintptr_t)cache.slabs % 64 == 0 && (uintptr_t)cache.scratch % 4096 == 0;
	for (int i = 0; i < 40; i++)
		session_put(&cache, held[i]);
	for (struct slab *slab = cache.slabs, *next; slab; slab = next) {
		next = slab->next;
		free(slab);
	}
	free(cache.scratch);
	free(cache.bitmap);
	return ok ? 0 : 1;
}
