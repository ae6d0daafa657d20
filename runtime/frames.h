/* SPDX-License-Identifier: MIT */
/* The call stack beyond the site, by frame pointers; and the author's line that a thread is working for. */
#ifndef MEMLINT_FRAMES_H
#define MEMLINT_FRAMES_H

#include "runtime/rt.h"

#include <emmintrin.h>

/* Frames kept beyond the sites; the API's limit is larger, no more are found by frame pointers in practice. */
enum { RT_FRAMES_MAX = 1024 };

/* 2^64 by the golden ratio: what hashes are multiplied by. */
#define RT_GOLDEN 0x9e3779b97f4a7c15u

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

/* The id of the site that @caller is what is announced of; 0 if no unit has it, which may be attached later. Takes no lock. */
uint32_t rt_caller_id(const struct memlint_site *caller);
/* The sites of @unit have ids from @first on; -1 when memory is out. No unit between @first and @end is there any more. Under the lock. */
int rt_announced_add(const struct memlint_unit *unit, uint32_t first);
void rt_announced_forget(const void *first, const void *end);

/* The site that is announced for the one numbered @id: NULL if that stands in no wrapper. */
RT_INLINE const struct memlint_site *rt_caller_for(uint32_t id)
{
	return id & RT_SITE_WRAPPER ? rt_caller() : NULL;
}

/* The half of a cache's key that stands for @caller; 0 if it has no id. */
RT_INLINE uint64_t rt_caller_key(const struct memlint_site *caller)
{
	const uint32_t id = rt_caller_id(caller);

	return id ? (uint64_t)rt_place_of(id) << 32 : 0;
}

/* A site's key in a thread's cache: as in trace.h, but that sites stand there as their memlint_site.id; rt_key_of() tells which. */
RT_INLINE uint64_t rt_cache_key(const struct memlint_site *site)
{
	const uint32_t id = RT_LOAD(site->id);
	const struct memlint_site *caller = rt_caller_for(id);

	return caller ? rt_caller_key(caller) | id : id;
}

_Static_assert(sizeof(struct rt_cached) == 1 << (RT_PLACE_SHIFT - 2),
               "a sum of places is four times a distance in the cache");
_Static_assert(sizeof(struct rt_cached) == sizeof(struct memlint_site) * 4, "and one of sites' addresses a fourth");

/* Where key @key is, which belongs to no site, if it is in the cache. */
RT_INLINE struct rt_cached *rt_cache_slot(const struct rt_thread *thread, uint64_t key)
{
	const size_t sum = (uint32_t)(key >> 32) + (uint32_t)key,
	             bytes = sum >> 2 & (RT_CACHE - 1) * sizeof *thread->cache;

	return (struct rt_cached *)(void *)((char *)thread->cache + bytes);
}

/* Where the trace of the site numbered @id and its @caller, NULL if it has none, is if it is in @cache. */
RT_INLINE struct rt_cached *rt_site_slot(struct rt_cached *cache, const struct memlint_site *caller, uint32_t id)
{
	const size_t bytes = ((uintptr_t)caller * 4 + id) & (RT_CACHE - 1) * sizeof *cache;

	return (struct rt_cached *)(void *)((char *)cache + bytes);
}

/* The innermost frame, the program's: the runtime is compiled with -ffixed-rbp; and what lies @below it. */
RT_INLINE void rt_frame_pointers(const uintptr_t **frame, const uintptr_t **below)
{
	__asm__ volatile("mov %%rbp, %0" : "=r"(*frame));
	__asm__ volatile("mov %%rsp, %0" : "=r"(*below));
}

/* The word at @at, aligned or not, and no matter what a sanitizer knows of the frame that it lies in. */
RT_INLINE uintptr_t rt_word_at(const uintptr_t *at)
{
	uintptr_t word;

	__asm__("mov %1, %0" : "=r"(word) : "m"(*at));
	return word;
}

/* Frames lie above each other on the stack, below its @top; NULL: not known. */
RT_INLINE int rt_is_frame_address(const uintptr_t *frame, const uintptr_t *below, const char *top)
{
	return top && (uintptr_t)frame > (uintptr_t)below && !((uintptr_t)frame & 7) &&
	       (uintptr_t)frame <= (uintptr_t)top - 2 * sizeof *frame;
}

/* What a thread's cache knows the trace of @cache_key by whose frames rt_frames() has hashed to @sum; @called_from is 0 where it is none
 * of the frames. */
RT_INLINE uint64_t rt_frames_hash(uint64_t cache_key, uintptr_t called_from, uint64_t sum)
{
	return cache_key * RT_GOLDEN + called_from + sum;
}

/* Where that is if it is in the cache. */
RT_INLINE struct rt_cached *rt_hashed_slot(const struct rt_thread *thread, uint64_t hash)
{
	return (struct rt_cached *)(void *)((char *)thread->cache + (hash & (RT_CACHE - 1) * sizeof *thread->cache));
}

/* Where a trace goes whose place is wanted by another: of many traces some meet, and to find one anew costs as much as many walks. */
RT_INLINE struct rt_cached *rt_neighbour_of(const struct rt_thread *thread, const struct rt_cached *cached)
{
	return thread->cache + ((size_t)(cached - thread->cache) ^ 1);
}

/* What stands at @cached, read as one: a signal's handler may put another in its place. */
RT_INLINE struct rt_cached rt_recall(const struct rt_cached *cached)
{
	__m128i whole;

	/* A compiler might read only what is wanted, one by one. */
	__asm__("movdqa %1, %0" : "=x"(whole) : "m"(*cached));
	return (struct rt_cached){
	        .key = (uint64_t)_mm_cvtsi128_si64(whole),
	        .site = (uint32_t)_mm_cvtsi128_si32(_mm_shuffle_epi32(whole, 0xaa)),
	        .place = (uint32_t)_mm_cvtsi128_si32(_mm_shuffle_epi32(whole, 0xff)),
	};
}

/*
 * Return addresses of the callers of the function with the site, innermost first, in @frames[RT_FRAMES_MAX]; how many,
 * at most the limit less one. *@sum: 64 bits of all of them, 0 of none. @frames lies on the stack.
 * Reads only between the end of @frames and the thread's stack top, upwards: code without frame pointers yields few or
 * wrong frames, never a fault.
 */
uint32_t rt_frames(const struct rt_thread *thread, uintptr_t *frames, uint64_t *sum);
/* How many frames there are above @below, the sites of @key included; the author's is counted twice. */
uint32_t rt_frames_total(const struct rt_thread *thread, uint64_t key, const uintptr_t *below);

/* A mapping of memory: from start up to end; both 0 when there is none. */
struct rt_stack {
	uintptr_t start, end;
};

/* The mapping that @address lies in, from the kernel's list. */
struct rt_stack rt_stack_find(const void *address);

/*
 * The mapping of the stack that control is on, as far down as it reaches now; empty if it cannot be told. Whether that is the calling
 * thread's own, not a signal's or a coroutine's: then it ends where that ends, and stays as long as the thread does. Not by
 * pthread_getattr_np(): that allocates under a lock of its own, and may be what brought us here.
 */
int rt_stack_here(struct rt_stack *stack);

#endif
