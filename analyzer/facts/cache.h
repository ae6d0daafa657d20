/* SPDX-License-Identifier: MIT */
/*
 * Blobs of earlier runs, found by compile command and checked against the content of every file they came from.
 *
 * A directory of blob files named by their content, and an SQLite index from command to content. Whatever is wrong
 * with either is as if it were empty; nothing here is an error to the user.
 */
#ifndef MEMLINT_FACTS_CACHE_H
#define MEMLINT_FACTS_CACHE_H

#include "analyzer/facts/blob.h"
#include "analyzer/facts/commands.h"

struct cache;

/* NULL @directory: $XDG_CACHE_HOME/memlint, else ~/.cache/memlint. NULL when it cannot be used: go on without. */
struct cache *cache_open(const char *directory);
void cache_close(struct cache *cache);
/* What was put so far is safe from the end of this process, and others need not wait for it. NULL is nothing. */
void cache_commit(struct cache *cache);

/* What identifies a command: arguments, directory, tool, libclang and rules. */
struct hash128 cache_key(const struct unit_command *command, const char *resource_dir);

/*
 * The blob kept for @key if every file it was made from still has the same content. In @arena; NULL if there is none.
 */
const void *cache_find(struct cache *cache, struct hash128 key, struct arena *arena, size_t *size);

/* What was kept for @key, of whatever kind, if it is undamaged. In @arena; NULL if there is none. */
const void *cache_find_bytes(struct cache *cache, struct hash128 key, struct arena *arena, size_t *size);

void cache_put(struct cache *cache, struct hash128 key, const void *blob, size_t size);

#endif
