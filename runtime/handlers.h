/* SPDX-License-Identifier: MIT */
/* The functions that slots and relocations are pointed at, one set for glibc's malloc and one for any other. */
#ifndef MEMLINT_HANDLERS_H
#define MEMLINT_HANDLERS_H

#include "runtime/rt.h"

enum rt_foreign {
#define FOREIGN(id, symbol) RT_FOREIGN_##id,
#include "runtime/foreign.def"
	RT_NFOREIGN
};

struct rt_handlers {
	void *by_allocator[MEMLINT_ALLOCATOR_COUNT]; /* with the site as last argument; NULL: none of its own */
	void *foreign[RT_NFOREIGN];                  /* with libc's arguments */
};

extern const struct rt_handlers rt_glibc_table, rt_generic_table;
/* Those of rt_glibc_table that do better where several threads allocate; NULL: none. They are right with one, too. */
extern void *const rt_glibc_many[MEMLINT_ALLOCATOR_COUNT];
/* Those that need no trampoline of rt_call_through()'s to know where they were called from; NULL: none. */
extern void *const rt_glibc_deep[MEMLINT_ALLOCATOR_COUNT];

/* handlers_cxx.c: operator new and delete that are not libstdc++'s over glibc's malloc. */
/* The allocator's own (jemalloc's, a sanitizer's): call it, count what it returns; indexed by allocator. */
extern void *const rt_cxx_own[MEMLINT_ALLOCATOR_COUNT];
/* The same for relocations of objects without sites, whose operator new does not come to malloc. */
extern void *const rt_cxx_foreign[MEMLINT_ALLOCATOR_COUNT];
/* The user's: what it allocates counts for the site. */
extern void *const rt_cxx_replaced[MEMLINT_ALLOCATOR_COUNT];
/* Whether operator new is the allocator's own. */
int rt_cxx_is_own(void);
/* Slots of users' own allocators. */
void rt_handle_track(const void *block, size_t size, const struct memlint_site *site);
void rt_handle_pool_track(const void *block, size_t size, const void *pool, const struct memlint_site *site);
void rt_handle_untrack(const void *block);

/* What a slot of @allocator points at instead of @handler while tracebacks have several frames. */
void *rt_call_through(uint32_t allocator, void *handler);

#endif
