/* SPDX-License-Identifier: MIT */
/*
 * Call stacks seen lately: that one stands again is told more cheaply than by a walk.
 *
 * A walk must wait for each link before it knows where the next one is. A row knows where the links of its stack lie: they are read side
 * by side and mixed to 128 bits, by the processor's rounds of AES, which take one instruction a link. If that makes what it did when the
 * row was filled, each link is as it was, and so is the stack. The row has the hash of the return addresses, by which the thread's cache
 * knows the traces of all sites that are called from that stack. Where the processor has no such instructions, stacks are walked.
 *
 * All addresses in rows lie in the thread's own stack, which is there as long as the thread is: whatever is in %rbp, and whatever a
 * signal's handler does to a row that is being read, nothing is read that cannot be; and the hash is mixed in, so that it cannot be
 * another row's than the links.
 */
#ifndef MEMLINT_STACKS_H
#define MEMLINT_STACKS_H

#include "runtime/frames.h"
#include "runtime/trace.h"

#include <emmintrin.h>

enum {
	RT_STACKS_BITS = 7, /* log2 of the rows of a thread */
	/* Links of a row that are always read, besides the innermost; those beyond are read so many at once. 16 frames: the site, the
	 * innermost, these, and two groups. */
	RT_FIRST = 4,
	RT_GROUP = 5,
	RT_GROUPS = 10,
	RT_SEEN_MAX = 1 + RT_FIRST + RT_GROUPS * RT_GROUP, /* stacks with more links are not remembered */
};

struct rt_link {
	const uintptr_t *outer; /* the next frame out */
	uintptr_t returns;      /* where this one returns to */
} __attribute__((aligned(16)));

struct rt_seen {
	const uintptr_t *frame; /* the innermost; NULL: nothing is remembered here */
	uint64_t sum;           /* of the return addresses, as rt_frames() makes it */
	__m128i mixed;          /* that with which rt_seen_mix() is 0 */
	uint64_t beyond;        /* bytes of `links` that are in use beyond the first, whole groups */
	uint32_t nframe;        /* rt.nframe of then */
	uint32_t misses;        /* since it was remembered */
	/* All but the innermost; where there is none, one that stays as it is. */
	const struct rt_link *links[RT_FIRST + RT_GROUPS * RT_GROUP];
} __attribute__((aligned(512)));
_Static_assert(sizeof(struct rt_seen) == 512, "a row is found by adding what is left of a hash");

struct rt_stacks {
	struct rt_seen rows[1 << RT_STACKS_BITS];
	uintptr_t filler; /* where the stack of who fills a row ends; 0 nobody does */
	uint32_t wait;    /* so many walks, until the thread's own stack is looked for again */
};

/* Whether a link at @frame would lie in the thread's own stack, and so can be read. */
RT_INLINE int rt_is_in_stack(const struct rt_thread *thread, const uintptr_t *frame)
{
	return (uintptr_t)frame - thread->stack_low < thread->stack_size;
}

/* One instruction a line. The innermost frame's address is in %rbp: it is the program's, as frames.h has it. */
/* clang-format off */

/*
 * The row for stacks with the innermost frame, which lies in the thread's own. Two calls in the same function have different rows, and so
 * have two in the one that calls it: what is further out seldom changes from one allocation to the next.
 */
RT_INLINE struct rt_seen *rt_seen_row(const struct rt_thread *thread)
{
	uintptr_t outer, offset;
	struct rt_seen *row;

	__asm__ volatile("mov (%%rbp), %[outer]\n\t"
	                 "mov %%rbp, %[row]\n\t"
	                 "crc32q 8(%%rbp), %[row]\n\t"
	                 "mov %[outer], %[offset]\n\t"
	                 "sub %[low], %[offset]\n\t"
	                 "cmp %[size], %[offset]\n\t"
	                 "jae 1f\n\t"
	                 "crc32q 8(%[outer]), %[row]\n"
	                 "1:\n\t"
	                 "and %[mask], %k[row]\n\t"
	                 "add %[rows], %[row]"
	                 : [outer] "=&r"(outer), [offset] "=&r"(offset), [row] "=&r"(row)
	                 : [low] "m"(thread->stack_low), [size] "m"(thread->stack_size), [rows] "m"(thread->stacks),
	                   [mask] "i"(sizeof thread->stacks->rows - sizeof *row)
	                 : "cc");
	return row;
}

/* Mixes the link at the @i-th address from @from on into @mixed. */
#define SEEN_LINK(from, i, mixed) \
	"mov " #i "*8+" from ", %[link]\n\t" \
	"aesenc (%[link]), %[" #mixed "]\n\t"

/*
 * Mixes the links from the innermost frame on, of which the others lie where @row says, @sum, and how many frames are wanted, with what
 * makes it 0 if all is as it was. If one link is not, it never is 0; that several make up for each other is a matter of chance: at worst,
 * of one byte of one and four of another, one in 2^32. Half of the links are mixed apart, to be quicker, and then turned by a column:
 * what the same change of two links has become after as many rounds is never the same, then.
 */
RT_INLINE __m128i rt_seen_mix(const struct rt_seen *row, uint64_t sum)
{
	__m128i a, b, c = _mm_cvtsi64_si128((long long)sum);
	uintptr_t link, rest;

	__asm__ volatile("movdqu (%%rbp), %[a]\n\t"
	                 "mov %c[links](%[row]), %[link]\n\t"
	                 "movdqa (%[link]), %[b]\n\t"
	                 SEEN_LINK("%c[links](%[row])", 1, a)
	                 SEEN_LINK("%c[links](%[row])", 2, b)
	                 SEEN_LINK("%c[links](%[row])", 3, a)
	                 "mov %c[beyond](%[row]), %[rest]\n\t"
	                 "test %[rest], %[rest]\n\t"
	                 "je 2f\n\t"
	                 ".p2align 4\n"
	                 "1:\n\t"
	                 SEEN_LINK("%c[group](%[row],%[rest])", 0, b)
	                 SEEN_LINK("%c[group](%[row],%[rest])", 1, a)
	                 SEEN_LINK("%c[group](%[row],%[rest])", 2, b)
	                 SEEN_LINK("%c[group](%[row],%[rest])", 3, a)
	                 SEEN_LINK("%c[group](%[row],%[rest])", 4, b)
	                 "sub %[size], %[rest]\n\t"
	                 "jne 1b\n"
	                 "2:\n\t"
	                 "pshufd $0x93, %[b], %[b]\n\t"
	                 "aesenc %[b], %[a]\n\t"
	                 "aesenc %[c], %[a]\n\t"
	                 "aesenc %[nframe], %[a]\n\t"
	                 "pxor %c[mixed](%[row]), %[a]"
	                 : [a] "=&x"(a), [b] "=&x"(b), [link] "=&r"(link), [rest] "=&r"(rest)
	                 : [row] "r"(row), [c] "x"(c), [links] "i"(offsetof(struct rt_seen, links)),
	                   [mixed] "i"(offsetof(struct rt_seen, mixed)), [beyond] "i"(offsetof(struct rt_seen, beyond)),
	                   [group] "i"((ptrdiff_t)offsetof(struct rt_seen, links) + (RT_FIRST - RT_GROUP) * (ptrdiff_t)sizeof *row->links),
	                   [size] "i"(RT_GROUP * sizeof *row->links), [nframe] "m"(*(const __m128i *)(const void *)&rt.nframe)
	                 : "cc", "memory");
	return a;
}

/* Whether the stack is @row's, which has @sum. */
RT_INLINE int rt_seen_stands(const struct rt_seen *row, uint64_t sum)
{
	__asm__ volatile goto("cmp %0, %%rbp\n\tjne %l[differs]" : : "m"(row->frame) : "cc" : differs);
	__asm__ volatile goto("ptest %0, %0\n\tjne %l[differs]" : : "x"(rt_seen_mix(row, sum)) : "cc" : differs);
	return 1;
differs: __attribute__((cold));
	return 0;
}

/* Sets *@sum to what rt_frames() would, if that can be told without a walk. */
RT_INLINE int rt_seen_sum(const struct rt_thread *thread, uint64_t *sum)
{
	const uintptr_t *frame, *below;
	const struct rt_seen *row;
	uintptr_t offset;

	__asm__ volatile goto("cmp %%rsp, %%rbp\n\t"
	                      "jbe %l[elsewhere]\n\t"
	                      "mov %%rbp, %[offset]\n\t"
	                      "sub %[low], %[offset]\n\t"
	                      "cmp %[size], %[offset]\n\t"
	                      "jae %l[elsewhere]"
	                      : [offset] "=&r"(offset)
	                      : [low] "m"(thread->stack_low), [size] "m"(thread->stack_size)
	                      : "cc"
	                      : elsewhere);
	row = rt_seen_row(thread);
	*sum = RT_LOAD(row->sum);
	return rt_seen_stands(row, *sum);
elsewhere: __attribute__((cold));
	rt_frame_pointers(&frame, &below);
	*sum = 0;
	return !rt_is_frame_address(frame, below, thread->stack_top);
}

/* clang-format on */

/* The place of the trace that the thread's cache knows by @hash; 0 if it does not. */
RT_INLINE size_t rt_hashed_place(const struct rt_thread *thread, uint64_t hash)
{
	const struct rt_cached *const cached = rt_hashed_slot(thread, hash);
	struct rt_cached known = rt_recall(cached);

	if (RT_LIKELY(known.key == hash))
		return known.place;
	known = rt_recall(rt_neighbour_of(thread, cached));
	return known.key == hash ? known.place : 0;
}

/* Finds out where @thread, the calling one, has its stack, and sets its stack_top. */
void rt_stacks_begin(struct rt_thread *thread);
/* What was walked a moment ago, @n return addresses and their @sum, is remembered. */
void rt_stacks_remember(struct rt_thread *thread, uint32_t n, uint64_t sum);
void rt_stacks_clear(struct rt_thread *thread);

#endif
