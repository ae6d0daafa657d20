/* SPDX-License-Identifier: MIT */
/*
 * A block of the only thread's, allocated or released, where malloc is glibc's and nothing is out of the ordinary: the
 * instructions that memlint costs a program. So they are written as such: a compiler keeps addresses in registers that have
 * to be saved, and jumps where most go straight on.
 */
#ifndef MEMLINT_ALONE_H
#define MEMLINT_ALONE_H

#include "runtime/count.h"
#include "runtime/shadow.h"

/* One instruction a line. */
/* clang-format off */

/* Where the window's entries are and how its granules are counted; as operands. */
#define ALONE_WINDOW [start] "m"(rt_window.start), [granules] "m"(rt_window.granules), [entries] "m"(rt_window.entries)

/* The granule of %[block] in %[granule] and its entry's address as (%[at],%[granule],4); to label @out if it is in no window. */
#define ALONE_FIND(out) \
	"mov %[block], %[granule]\n\t" \
	"sub %[start], %[granule]\n\t" \
	"shr $5, %[granule]\n\t" \
	"cmp %[granules], %[granule]\n\t" \
	"jae %l[" out "]\n\t" \
	"mov %[entries], %[at]\n\t"

/* To label @other if the counter at %[place] has another epoch than the thread, which is in %[at] then. */
#define ALONE_EPOCH(other) \
	"mov %[epoch], %k[at]\n\t" \
	"cmp %k[at], %c[counter_epoch](%[place])\n\t" \
	"jne %l[" other "]\n\t"

/*
 * @block, maybe NULL, of @size bytes was allocated by @thread; its trace has @place. 0: it is not counted, and takes the complete way.
 */
RT_INLINE int alone_note(struct rt_thread *thread, size_t place, const void *block, size_t size)
{
	size_t granule, over, entry;
	uint32_t *at;

	/* Small, so that it has an entry of this kind; its overhead fits; nothing stands there; the clock need not be looked at. */
	__asm__ goto(ALONE_FIND("slow")
	             "mov -8(%[block]), %[over]\n\t"
	             "cmp %[large], %[over]\n\t"
	             "jae %l[slow]\n\t"
	             "and $-8, %[over]\n\t"
	             "sub %[size], %[over]\n\t"
	             "cmp %[most], %[over]\n\t"
	             "ja %l[slow]\n\t"
	             "cmpl $0, (%[at],%[granule],4)\n\t"
	             "jne %l[slow]\n\t"
	             "subl $1, %[countdown]\n\t"
	             "je %l[slow]\n\t"
	             /* The entry: shadow_address_bit(), place and overhead. */
	             "mov %k[block], %k[entry]\n\t"
	             "shl $27, %k[entry]\n\t"
	             "or %k[place], %k[entry]\n\t"
	             "or %k[over], %k[entry]\n\t"
	             "mov %k[entry], (%[at],%[granule],4)\n\t"
	             "mov %[block], %[last]\n\t"
	             /* As rt_count_alloc() has it; the place becomes the counter. */
	             "add %[origin], %[place]\n\t"
	             "sub %[size], %[room]\n\t"
	             "js %l[peak]\n\t" ALONE_EPOCH("meet")
	             : [granule] "=&r"(granule), [at] "=&r"(at), [over] "=&r"(over), [entry] "=&r"(entry),
	               [place] "+r"(place), [countdown] "+m"(thread->countdown), [room] "+m"(thread->room),
	               [last] "=m"(thread->last)
	             : [block] "r"(block), [size] "r"(size), [origin] "m"(thread->origin), [epoch] "m"(thread->epoch),
	               ALONE_WINDOW, [large] "i"(SHADOW_LARGE_CHUNK), [most] "i"(SHADOW_OVER_MAX),
	               [counter_epoch] "i"(offsetof(struct rt_counter, epoch))
	             : "memory", "cc"
	             : slow, peak, meet);
count:
	rt_add_alloc((struct rt_counter *)place, size, over);
	return 1;
peak:
	rt_raise_peak(thread);
	goto count;
meet:
	rt_meet_epoch(thread, (struct rt_counter *)place);
	goto count;
slow:
	return 0;
}

/* The place of the trace that @thread's cache has for a wrapper's site, its number being @id, and its caller; 0: it is to be looked
 * for elsewhere. */
RT_INLINE size_t alone_place(const struct rt_thread *thread, size_t id)
{
	size_t caller, slot, place;

	/* As rt_cache_slot_of() has it, and the two halves of rt_cached.key. */
	__asm__ goto(
	             "mov %[offset], %[caller]\n\t"
	             "mov %%fs:(%[caller]), %[caller]\n\t"
	             "test %[caller], %[caller]\n\t"
	             "je %l[none]\n\t"
	             "mov (%[caller]), %k[caller]\n\t"
	             "lea (%[caller],%[id]), %k[slot]\n\t"
	             "shr $2, %k[slot]\n\t"
	             "and %[mask], %k[slot]\n\t"
	             "add %[cache], %[slot]\n\t"
	             "cmp %k[id], (%[slot])\n\t"
	             "jne %l[none]\n\t"
	             "cmp %k[caller], 4(%[slot])\n\t"
	             "jne %l[none]\n\t"
	             "mov %c[at](%[slot]), %k[place]\n\t"
	             "cmp %[site], %k[place]\n\t"
	             "jl %l[none]"
	        : [caller] "=&r"(caller), [slot] "=&r"(slot), [place] "=r"(place)
	        : [id] "r"(id), [offset] "m"(rt.caller_offset), [cache] "m"(thread->cache), [site] "m"(thread->site),
	          [mask] "i"((RT_CACHE - 1) * sizeof(struct rt_cached)), [at] "i"(offsetof(struct rt_cached, place))
	        : "memory", "cc"
	        : none);
	return place;
none:
	return 0;
}

/* What became of a block that is to be released. */
enum alone_release {
	ALONE_COUNTED,
	ALONE_TEMPORARY, /* the same, and it is the block allocated last */
	ALONE_UNKNOWN,   /* not counted: it takes the complete way; or it is NULL */
};

/* A block that was released: its trace's counter, the size that was asked for, and what it took beyond. */
struct alone_block {
	struct rt_counter *counter;
	size_t size, over;
};

/* @block, maybe NULL, is about to be released by @thread. */
RT_INLINE enum alone_release alone_release(struct rt_thread *thread, const void *block, struct alone_block *released)
{
	size_t granule, over, size, place;
	uint32_t *at;

	__asm__ goto(
	        ALONE_FIND("unknown") "mov (%[at],%[granule],4), %k[over]\n\t"
	             "mov %k[over], %k[place]\n\t"
	             "and %[places], %k[place]\n\t"
	             "cmp %[fast], %k[place]\n\t"
	             "jl %l[unknown]\n\t"
	             "movl $0, (%[at],%[granule],4)\n\t"
	             "and %[overs], %k[over]\n\t"
	             "mov -8(%[block]), %[size]\n\t"
	             "and $-8, %[size]\n\t"
	             "sub %[over], %[size]\n\t"
	             "add %[origin], %[place]\n\t" ALONE_EPOCH("meet")
	        : [granule] "=&r"(granule), [at] "=&r"(at), [over] "=&r"(over), [size] "=&r"(size), [place] "=&r"(place)
	        : [block] "r"(block), [fast] "m"(thread->fast), [origin] "m"(thread->origin),
	          [epoch] "m"(thread->epoch), ALONE_WINDOW, [places] "i"(RT_PLACE_MASK), [overs] "i"(SHADOW_OVER_MAX),
	          [counter_epoch] "i"(offsetof(struct rt_counter, epoch))
	        : "memory", "cc"
	        : unknown, meet);
count:
	*released = (struct alone_block){(struct rt_counter *)place, size, over};
	RT_ADD(thread->room, (int64_t)size);
	rt_add_free(released->counter, size, over);
	return RT_UNLIKELY(block == thread->last) ? ALONE_TEMPORARY : ALONE_COUNTED;
meet:
	rt_leave_peak(thread);
	rt_meet_epoch(thread, (struct rt_counter *)place);
	goto count;
unknown:
	return ALONE_UNKNOWN;
}

/* clang-format on */

#endif
