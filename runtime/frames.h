/* SPDX-License-Identifier: MIT */
/* The call stack beyond the site, by frame pointers; and the author's line that a thread is working for. */
#ifndef MEMLINT_FRAMES_H
#define MEMLINT_FRAMES_H

#include "runtime/rt.h"

/* Frames kept beyond the sites; the API's limit is larger, no more are found by frame pointers in practice. */
enum { RT_FRAMES_MAX = 1024 };

/* calls.c: where the allocator's call that is being handled returns to; 0 not known. */
extern __thread uintptr_t rt_called_from __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The same for the one call that is being handled now, and forgets it. */
RT_INLINE uintptr_t rt_take_called_from(void)
{
	const uintptr_t address = rt_called_from;

	rt_called_from = 0;
	return address;
}

/* The thread's memlint_v1_caller; NULL if it has none or no module has the variable. */
RT_INLINE const struct memlint_site *rt_caller(void)
{
	const struct memlint_site *caller;

	__asm__("mov %%fs:(%1), %0" : "=r"(caller) : "r"(rt.caller_offset) : "memory");
	return caller;
}

/* A site's key in a thread's cache: as in trace.h, but that sites stand there as their memlint_site.id; rt_key_of() tells which. */
RT_INLINE uint64_t rt_cache_key(const struct memlint_site *site)
{
	const uint32_t id = RT_LOAD(site->id);
	const struct memlint_site *caller;

	if (!(id & RT_SITE_WRAPPER) || !(caller = rt_caller()))
		return id;
	return (uint64_t)caller->id << 32 | id;
}

_Static_assert(sizeof(struct rt_cached) == 1 << (RT_PLACE_SHIFT - 2),
               "a sum of places is four times a distance in the cache");

/* Where a key of these halves is if it is in the cache. */
RT_INLINE struct rt_cached *rt_cache_slot_of(const struct rt_thread *thread, uint32_t upper, uint32_t lower)
{
	const size_t sum = upper + lower, bytes = sum >> 2 & (RT_CACHE - 1) * sizeof *thread->cache;

	return (struct rt_cached *)(void *)((char *)thread->cache + bytes);
}

RT_INLINE struct rt_cached *rt_cache_slot(const struct rt_thread *thread, uint64_t key)
{
	return rt_cache_slot_of(thread, (uint32_t)(key >> 32), (uint32_t)key);
}

/* The innermost frame, the program's: the runtime is compiled with -ffixed-rbp; and what lies @below it. */
RT_INLINE void rt_frame_pointers(const uintptr_t **frame, const uintptr_t **below)
{
	__asm__ volatile("mov %%rbp, %0" : "=r"(*frame));
	__asm__ volatile("mov %%rsp, %0" : "=r"(*below));
}

/* Frames lie above each other on the stack, below its @top; NULL: not known. */
RT_INLINE int rt_is_frame_address(const uintptr_t *frame, const uintptr_t *below, const char *top)
{
	return top && (uintptr_t)frame > (uintptr_t)below && !((uintptr_t)frame & 7) &&
	       (const char *)(frame + 2) <= top;
}

/*
 * Return addresses of the callers of the function with the site, innermost first, in @frames[RT_FRAMES_MAX]; how many,
 * at most the limit less one. Where @key has a site, @called_from, which its call returns to, comes first, 0 if it is not known: it
 * is one more. *@hash: 64 bits of the key and all of them.
 * Reads only between the stack pointer and the thread's stack top, upwards: code without frame pointers yields few or
 * wrong frames, never a fault.
 */
uint32_t rt_frames(const struct rt_thread *thread, uint64_t key, uintptr_t called_from, uintptr_t *frames,
                   uint64_t *hash);
/* How many frames there are, the sites of @key included; the author's is counted twice. */
uint32_t rt_frames_total(const struct rt_thread *thread, uint64_t key);

/* A mapping of memory: from start up to end; both 0 when there is none. */
struct rt_stack {
	uintptr_t start, end;
};

/* The mapping that @address lies in, from the kernel's list. */
struct rt_stack rt_stack_find(const void *address);

/* The end of the mapping that the calling thread's stack lies in, from the kernel's list; NULL if it cannot be read.
 * Not by pthread_getattr_np(): that allocates under a lock of its own, and may be what brought us here. */
const char *rt_stack_top(void);

#endif
