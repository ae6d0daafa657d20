/* SPDX-License-Identifier: MIT */
/*
 * What handlers and hooks tell the runtime: a block was given out, a block is about to be given back.
 *
 * These are the complete functions; handlers_fast.inc has the few lines of them that most calls need. All keep errno.
 */
#ifndef MEMLINT_NOTE_H
#define MEMLINT_NOTE_H

#include "runtime/rt.h"
#include "runtime/trace.h"

/* A block's size is what was asked for. */
struct rt_block_size {
	size_t requested, usable;
};

/* A block taken out of the shadow; id 0: it was not known. */
struct rt_taken {
	uint32_t id;
	struct rt_block_size size;
};

/* stacks.c: the trace of @cache_key (frames.h), whose call returns to @called_from (0 not known), with the calling function's callers;
 * 0 when there is no room for it. */
uint32_t rt_deep_trace(struct rt_thread *thread, uint64_t cache_key, uintptr_t called_from);
/* The same of @key where the stack is not one seen lately. */
uint32_t rt_walked_trace(struct rt_thread *thread, uint64_t cache_key, uintptr_t called_from);
/* @block of @size bytes was allocated at @site. */
void rt_note_site(void *block, size_t size, const struct memlint_site *site);
/* … by code without sites; @address is where its call returns to. */
void rt_note_foreign(void *block, size_t size, const void *address);
/* @block, not NULL, is about to be released. */
void rt_note_free(const void *block);

/* For realloc: takes @block out before the call; then either puts it back or counts it as released. */
struct rt_taken rt_take(const void *block);
void rt_put_back(const void *block, struct rt_taken taken);
void rt_count_taken(const void *block, struct rt_taken taken);

/* An object of a user's pool. */
struct rt_pooled {
	const void *block;
	size_t size;
	uint64_t key;        /* as in trace.h */
	const void *address; /* added to a key that has no place: where the call returns to; else NULL */
	const void *pool;    /* NULL none */
	unsigned domain;
};

/* track.c: what users say of objects inside blocks, or of whole blocks. Replaces what was known at that address. */
int rt_track(const struct rt_pooled *object);
int rt_untrack(const void *block);
/* All objects of @pool are gone. */
void rt_untrack_pool(const void *pool);
/* So are those that lie in @size bytes at @chunk. */
void rt_untrack_within(const void *chunk, size_t size);

/* What track.c counts with. */
struct rt_thread *rt_counted_thread(void);
uint32_t rt_trace_of(struct rt_thread *thread, uint64_t key);
void rt_count_block(struct rt_thread *thread, uint32_t id, struct rt_block_size size, int is_free);
/* Something could not be tracked for want of memory: counted, said once. */
void rt_cannot_track(void);

/* @site's key: with the author's line if the site stands in a wrapper. */
uint64_t rt_site_key(const struct memlint_site *site);
/* The same for code without sites. */
uint64_t rt_foreign_key(const void *address);

/* The trace and sizes of live @block or tracked object; id 0 if it is not known. */
struct rt_taken rt_look(const void *block);
/* The start of the nearest known block at or before @address, some megabytes at most; 0 none. It may end before. */
uintptr_t rt_block_before(uintptr_t address);
/* The same for blocks of the allocator's only. */
struct rt_taken rt_look_block(const void *block);
/* The same of a block in the shadow while nobody else runs, without a lock. */
struct rt_taken rt_look_frozen(const void *block);

/* The program's own operator new is called for @site: the blocks that it allocates count there, once, as memcheck
 * counts them. Returns what rt_outer_end() takes, also when an exception passes. */
const struct memlint_site *rt_outer_begin(const struct memlint_site *site);
void rt_outer_end(const struct memlint_site **before);

/* samples.c */
/* Looks at the clock and may put a sample on the timeline. */
void rt_sample(struct rt_thread *thread);

#endif
