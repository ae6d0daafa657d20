/* SPDX-License-Identifier: MIT */
/*
 * Call stacks seen lately: where one stands again, comparing it is cheaper than walking it.
 *
 * A walk must wait for each link before it knows where the next one is. A row knows where the links of its stack lie: if the innermost
 * frame is there and every link is as it was, so is the stack; they are read side by side. A row has the hash of the return addresses,
 * by which the thread's cache knows the traces of all sites that are called from that stack.
 *
 * All addresses in rows lie in the thread's own stack, which is there as long as the thread is: whatever is in %rbp, and whatever a
 * signal's handler does to a row that is being read, nothing is read that cannot be.
 */
#ifndef MEMLINT_STACKS_H
#define MEMLINT_STACKS_H

#include "runtime/frames.h"
#include "runtime/trace.h"

#include <emmintrin.h>

enum {
	RT_STACKS_BITS = 6, /* log2 of the rows of a thread */
	RT_GROUP = 5,       /* links that are compared at once: 16 frames are the site and three groups */
	RT_LINKS = 62,      /* room in a row, which is a kilobyte */
	RT_SEEN_MAX = RT_LINKS - RT_GROUP, /* stacks with more are not remembered */
};

struct rt_link {
	const uintptr_t *outer; /* the next frame out */
	uintptr_t returns;      /* where this one returns to */
} __attribute__((aligned(16)));

struct rt_seen {
	const uintptr_t *frame;      /* the innermost; NULL: nothing is remembered here */
	uint64_t sum;                /* of the return addresses, as rt_frames() makes it */
	const struct rt_link *first; /* of the groups, which go on to the end */
	uint32_t nframe;             /* rt.nframe of then */
	uint32_t misses;             /* since it was remembered */
	/* The links stand at the end. RT_GROUP more stand before them, to make whole groups: each leads to the next one's own place in
	 * here, and so is always as it was; the last leads to the innermost frame. */
	struct rt_link links[RT_LINKS];
};
_Static_assert(sizeof(struct rt_seen) == 1024, "an index is shifted, not multiplied");

struct rt_stacks {
	uintptr_t low,
	        size; /* where links may lie in the thread's own stack, as far down as it is known to reach; 0 not known */
	uintptr_t filler; /* where the stack of who fills a row ends; 0 nobody does */
	uint32_t wait;    /* so many walks, until the thread's own stack is looked for again */
	struct rt_seen rows[1 << RT_STACKS_BITS];
};

/* Whether a link at @frame would lie in the thread's own stack, and so can be read. */
RT_INLINE int rt_is_in_stack(const struct rt_stacks *stacks, const uintptr_t *frame)
{
	return (uintptr_t)frame - stacks->low < stacks->size;
}

/*
 * The row for stacks with this innermost frame, which can be read. Two calls in the same function have different rows, and so have two in
 * the one that calls it: what is further out seldom changes from one allocation to the next.
 */
RT_INLINE struct rt_seen *rt_seen_row(struct rt_stacks *stacks, const uintptr_t *frame)
{
	const uintptr_t *outer = (const uintptr_t *)rt_word_at(frame);
	uint64_t mix = rt_word_at(frame + 1) + ((uintptr_t)frame << 3);

	if (RT_LIKELY(rt_is_in_stack(stacks, outer)))
		mix += (uint64_t)rt_word_at(outer + 1) << 20;
	return stacks->rows + (mix * RT_GOLDEN >> (64 - RT_STACKS_BITS));
}

/* Whether the stack from @frame on is @row's. */
RT_INLINE int rt_seen_stands(const struct rt_seen *row, const uintptr_t *frame)
{
	__m128i same = _mm_set1_epi32(-1);
	const struct rt_link *link;
	const uintptr_t *at;

	if (RT_UNLIKELY(row->frame != frame || row->nframe != (uint32_t)rt.nframe))
		return 0;
	link = RT_LOAD(row->first);
	at = link[-1].outer;
	do {
#pragma GCC unroll 5
		for (int i = 0; i < RT_GROUP; i++) {
			__m128i were = _mm_load_si128((const __m128i *)(const void *)(link + i));
			const __m128i *const is = (const __m128i *)(const void *)at;

			/* Each load counts: the next one's address is in here. */
			__asm__("movq %1, %0\n\tpcmpeqd %2, %1" : "=&r"(at), "+x"(were) : "m"(*is));
			same = _mm_and_si128(same, were);
		}
		link += RT_GROUP;
	} while (link < row->links + RT_LINKS);
	return _mm_movemask_epi8(same) == 0xffff;
}

/* Sets *@sum to what rt_frames() would, if that can be told without a walk. */
RT_INLINE int rt_seen_sum(const struct rt_thread *thread, uint64_t *sum)
{
	struct rt_stacks *const stacks = thread->stacks;
	const uintptr_t *frame, *below;
	const struct rt_seen *row;

	rt_frame_pointers(&frame, &below);
	if (RT_UNLIKELY(!stacks))
		return 0;
	if (RT_UNLIKELY(frame <= below || !rt_is_in_stack(stacks, frame))) {
		*sum = 0;
		return !rt_is_frame_address(frame, below, thread->stack_top);
	}
	row = rt_seen_row(stacks, frame);
	if (RT_UNLIKELY(!rt_seen_stands(row, frame)))
		return 0;
	*sum = row->sum;
	/* Once more at the end: a signal's handler may have put another in its place. */
	return RT_LIKELY(RT_LOAD(row->frame) == frame) ? 1 : 0;
}

/* The place of the trace that the thread's cache knows by @hash; 0 if it does not. */
RT_INLINE size_t rt_hashed_place(const struct rt_thread *thread, uint64_t hash)
{
	const struct rt_cached *cached = rt_hashed_slot(thread, hash);
	size_t place;

	if (RT_UNLIKELY(cached->key != hash))
		return 0;
	place = RT_LOAD(cached->place);
	return RT_LIKELY(RT_LOAD(cached->key) == hash) ? place : 0;
}

/* Finds out where @thread, the calling one, has its stack, and sets its stack_top. */
void rt_stacks_begin(struct rt_thread *thread);
/* What was walked a moment ago, @n return addresses and their @sum, is remembered. */
void rt_stacks_remember(struct rt_thread *thread, uint32_t n, uint64_t sum);
void rt_stacks_clear(struct rt_thread *thread);

#endif
