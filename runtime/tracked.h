/* SPDX-License-Identifier: MIT */
/*
 * Objects that a user's pool cut out of larger blocks: found by their address, by range and by pool.
 *
 * A record per object in a hash table; besides, a bit per 8 bytes of address space says where objects start, so that those in a
 * range, and the one before an address, are found without a sorted list. Under one lock, which a signal handler of the
 * holder does not wait for.
 */
#ifndef MEMLINT_TRACKED_H
#define MEMLINT_TRACKED_H

#include "runtime/rt.h"

struct tracked {
	uintptr_t block, size;
	uintptr_t chunk;      /* start of the known block that it lies in; 0 none */
	uintptr_t chunk_size; /* usable bytes of it */
	uintptr_t pool;       /* 0 none */
	uint32_t trace, chunk_trace;
	uint32_t domain;
	uint32_t next, prev; /* records of the same pool */
};

/* Takes the lock; 0 if this very thread holds it already: a signal handler, which must do without. */
int tracked_lock(void);
void tracked_unlock(void);

/* The following need the lock. */

/* Adds @object, which does not overlap a known one; -1 when memory is out or the address cannot be had. */
int tracked_put(const struct tracked *object);
/* Copies the object that starts at @block; with @take it is removed. 0 if there is none. */
int tracked_get(uintptr_t block, struct tracked *object, int take);
/* Removes an object that starts in [@first, @end); 0 if there is none. */
int tracked_take_within(uintptr_t first, uintptr_t end, struct tracked *object);
/* Copies the nearest object that starts before @block, at most @reach bytes; 0 if there is none. */
int tracked_before(uintptr_t block, uintptr_t reach, struct tracked *object);
/* Removes an object of @pool; 0 if there is none. */
int tracked_take_of(uintptr_t pool, struct tracked *object);

/* While nobody else runs: the objects in no order, slot @i from 0, `block` 0 where there is none; 0 past the last. */
int tracked_at(size_t i, struct tracked *object);

/* Without the lock: whether there is any object at all. */
int tracked_any(void);
/* Takes the lock. */
void tracked_clear(void);

/* For the fork handlers. */
void tracked_fork_lock(void);
void tracked_fork_unlock(void);

#endif
