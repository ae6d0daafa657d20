/* SPDX-License-Identifier: MIT */
/*
 * A block allocated or released where malloc is glibc's and nothing is out of the ordinary: the instructions that
 * memlint costs a program. So they are written as such: a compiler keeps addresses in registers that have to be saved,
 * and jumps where most go straight on. "Alone" is what the only thread does, "shared" what one of several does.
 */
#ifndef MEMLINT_QUICK_H
#define MEMLINT_QUICK_H

#include "runtime/count.h"
#include "runtime/frames.h"
#include "runtime/shadow.h"

/* One instruction a line. */
/* clang-format off */

/*
 * Makes (%[at],%[granule],4) the entry of %[block], maybe NULL, if the block lies in the thread's leaf; else goes to label
 * @out.
 */
#define QUICK_NEAR(out) \
	"mov %[block], %[at]\n\t" \
	"shr %[region], %[at]\n\t" \
	"xor %[leaf], %[at]\n\t" /* the base, if the numbers are the same */ \
	"test %[numbers], %k[at]\n\t" \
	"jne %l[" out "]\n\t" \
	"mov %[block], %[granule]\n\t" \
	"shr $5, %[granule]\n\t"
#define QUICK_LEAF [region] "i"(SHADOW_REGION_BITS), [leaf] "m"(thread->leaf), [numbers] "i"(RT_NO_LEAF)

/* The same wherever it lies, of a block that was allocated. */
#define QUICK_ANYWHERE(out) \
	"mov %[block], %[granule]\n\t" \
	"shr %[region], %[granule]\n\t" \
	QUICK_FROM_TABLE(out)
/* The same of what a program releases, which may be no address at all. */
#define QUICK_WHATEVER(out) \
	"mov %[block], %[granule]\n\t" \
	"shr %[region], %[granule]\n\t" \
	"cmp %[regions], %[granule]\n\t" \
	"jae %l[" out "]\n\t" \
	QUICK_FROM_TABLE(out)
#define QUICK_FROM_TABLE(out) \
	"lea %[top], %[at]\n\t" \
	"mov (%[at],%[granule],8), %[at]\n\t" \
	"test %[at], %[at]\n\t" \
	"je %l[" out "]\n\t" \
	"mov %[block], %[granule]\n\t" \
	"shr $5, %[granule]\n\t"
#define QUICK_SHADOW \
	[region] "i"(SHADOW_REGION_BITS), [regions] "i"(SHADOW_REGIONS), [top] "m"(rt_shadow_top[0])

/* To @other if the counter at %[place] has another epoch than the total. */
#define QUICK_EPOCH(other) \
	"mov %[epoch], %k[at]\n\t" \
	"cmp %k[at], %c[counter_epoch](%[place])\n\t" \
	"jne %l[" other "]\n\t"

/*
 * The counter of the trace of %[place]. The only thread's counters lie at their places: see rt_thread.origin.
 */
#define QUICK_ALONE
#define QUICK_SHARED "add %[origin], %[place]\n\t"

/*
 * How one of several threads counts what it allocates until the next look at the clock; the only thread's room tells.
 */
#define QUICK_UNTIMED
#define QUICK_TIMED \
	"subl $1, %[countdown]\n\t" \
	"je %l[slow]\n\t"

/*
 * Enters %[block] of %[size] bytes in the shadow for the trace of %[place], which @counter makes its counter; %[over]: what it takes
 * beyond. To label @slow, with nothing done, unless it is a small block with an overhead that fits, nothing stands in its place and
 * @time has it that the clock need not be looked at. To @full if it took more than the thread's room, to @meet if the counter has
 * another epoch.
 */
#define QUICK_ENTER(counter, time) \
	"mov -8(%[block]), %[over]\n\t" \
	"cmp %[large], %[over]\n\t" \
	"jae %l[slow]\n\t" \
	"and $-8, %[over]\n\t" \
	"sub %[size], %[over]\n\t" \
	"cmp %[most], %[over]\n\t" \
	"ja %l[slow]\n\t" \
	"orl $0, (%[at],%[granule],4)\n\t" /* a look that writes: a new page faults once */ \
	"jne %l[slow]\n\t" \
	time \
	"imul $0x8000000, %k[block], %k[entry]\n\t" /* shadow_address_bit() */ \
	"or %k[place], %k[entry]\n\t" \
	"or %k[over], %k[entry]\n\t" \
	"mov %k[entry], (%[at],%[granule],4)\n\t" \
	"mov %[block], %[last]\n\t" \
	counter \
	"sub %[size], %[room]\n\t" \
	"js %l[full]\n\t" \
	QUICK_EPOCH("meet")
#define QUICK_ENTER_OUT \
	[granule] "=&r"(granule), [at] "=&r"(at), [over] "=&r"(over), [entry] "=&r"(entry), [place] "+r"(place), \
	[countdown] "+m"(thread->countdown), [room] "+m"(thread->room), [last] "=m"(thread->last)
#define QUICK_ENTER_IN \
	[block] "a"(block), [size] "r"(size), [origin] "m"(thread->origin), [large] "i"(SHADOW_LARGE_CHUNK), \
	[most] "i"(SHADOW_OVER_MAX), [counter_epoch] "i"(offsetof(struct rt_counter, epoch))

/* The statement, with one of the ways to the entry and its operands, and where the total's epoch stands. */
#define QUICK_NOTE(way, operands, counter, time, its_epoch) \
	__asm__ goto(way("slow") QUICK_ENTER(counter, time) \
	             : QUICK_ENTER_OUT \
	             : QUICK_ENTER_IN, operands, [epoch] "m"(its_epoch) \
	             : "memory", "cc" \
	             : slow, full, meet)

/*
 * Takes %[block] out of the shadow: its trace's counter, which @counter makes, in %[place], what was asked for in
 * %[size] and %[over] beyond. To label @unknown, with nothing done, if its trace has a place below %[limit].
 */
#define QUICK_TAKE(counter) \
	"mov (%[at],%[granule],4), %k[over]\n\t" \
	"mov %k[over], %k[place]\n\t" \
	"and %[places], %k[place]\n\t" \
	"cmp %[limit], %k[place]\n\t" \
	"jl %l[unknown]\n\t" \
	"movl $0, (%[at],%[granule],4)\n\t" \
	"and %[overs], %k[over]\n\t" \
	"mov -8(%[block]), %[size]\n\t" \
	"and $-8, %[size]\n\t" \
	"sub %[over], %[size]\n\t" \
	counter
#define QUICK_TAKE_OUT \
	[granule] "=&r"(granule), [at] "=&r"(at), [over] "=&r"(over), [size] "=&r"(size), [place] "=&r"(place)
#define QUICK_TAKE_IN \
	[block] "r"(block), [origin] "m"(thread->origin), [places] "i"(RT_PLACE_MASK), [overs] "i"(SHADOW_OVER_MAX), \
	[counter_epoch] "i"(offsetof(struct rt_counter, epoch))

/* The statements of the only thread and of one of several. */
#define QUICK_RELEASE_ALONE(way, operands) \
	__asm__ goto(way("unknown") QUICK_TAKE(QUICK_ALONE) QUICK_EPOCH("meet") \
	             : QUICK_TAKE_OUT \
	             : QUICK_TAKE_IN, operands, [limit] "m"(thread->fast), [epoch] "m"(thread->epoch) \
	             : "memory", "cc" \
	             : unknown, meet)
#define QUICK_RELEASE_SHARED(way, operands) \
	__asm__ goto(way("unknown") QUICK_TAKE(QUICK_SHARED) QUICK_LEAVE("low") QUICK_EPOCH("meet") \
	             : QUICK_TAKE_OUT \
	             : QUICK_TAKE_IN, operands, [limit] "m"(thread->multi), [room] "m"(thread->room), \
	               [lowest] "m"(thread->low), [epoch] "m"(rt.peak_state) \
	             : "memory", "cc" \
	             : unknown, low, meet)

/* To @low if one of several threads has something to tell before it releases %[size] bytes: as rt_is_low() has it. */
#define QUICK_LEAVE(low) \
	"mov %[room], %[granule]\n\t" \
	"add %[size], %[granule]\n\t" \
	"cmp %[lowest], %[granule]\n\t" \
	"jge %l[" low "]\n\t"

/* What became of a call. */
enum quick {
	QUICK_COUNTED,
	QUICK_UNKNOWN,   /* nothing: it takes the complete way; its block may be NULL */
	QUICK_FULL,      /* counted; the thread has something to tell */
	QUICK_TEMPORARY, /* counted; it was the block allocated last */
	QUICK_LOW,       /* taken out, but not counted: the thread has something to tell first */
};

/*
 * @block, maybe NULL, of @size bytes was allocated by @thread, and its trace has @place: QUICK_COUNTED, QUICK_FULL or
 * QUICK_UNKNOWN. Unless @anywhere, which is a constant, blocks outside its leaf are not known.
 */
RT_INLINE enum quick quick_note_alone(struct rt_thread *thread, size_t place, const void *block, size_t size, int anywhere)
{
	size_t granule, over, entry;
	uint32_t *at;

	if (anywhere)
		QUICK_NOTE(QUICK_ANYWHERE, QUICK_SHADOW, QUICK_ALONE, QUICK_UNTIMED, thread->epoch);
	else
		QUICK_NOTE(QUICK_NEAR, QUICK_LEAF, QUICK_ALONE, QUICK_UNTIMED, thread->epoch);
count:
	rt_add_alloc((struct rt_counter *)place, size, over);
	return QUICK_COUNTED;
full:
	if (RT_OWN(((struct rt_counter *)place)->epoch) != thread->epoch)
		rt_meet_epoch(thread, (struct rt_counter *)place);
	rt_add_alloc((struct rt_counter *)place, size, over);
	return QUICK_FULL;
meet:
	rt_meet_epoch(thread, (struct rt_counter *)place);
	goto count;
slow:
	return QUICK_UNKNOWN;
}

/* The same by one of several threads. */
RT_INLINE enum quick quick_note_shared(struct rt_thread *thread, size_t place, const void *block, size_t size, int anywhere)
{
	size_t granule, over, entry;
	uint32_t *at;

	if (anywhere)
		QUICK_NOTE(QUICK_ANYWHERE, QUICK_SHADOW, QUICK_SHARED, QUICK_TIMED, rt.peak_state);
	else
		QUICK_NOTE(QUICK_NEAR, QUICK_LEAF, QUICK_SHARED, QUICK_TIMED, rt.peak_state);
count:
	rt_add_alloc((struct rt_counter *)place, size, over);
	return QUICK_COUNTED;
meet:
	rt_save_peak_multi((struct rt_counter *)place);
	goto count;
full:
	rt_save_peak_multi((struct rt_counter *)place);
	rt_add_alloc((struct rt_counter *)place, size, over);
	return QUICK_FULL;
slow:
	return QUICK_UNKNOWN;
}

/* A block that was taken out: its trace's counter, the size that was asked for, and what it took beyond. */
struct quick_block {
	struct rt_counter *counter;
	size_t size, over;
};

/*
 * @block, maybe NULL, is about to be released by @thread: QUICK_COUNTED, QUICK_TEMPORARY or QUICK_UNKNOWN. @anywhere
 * as above.
 */
RT_INLINE enum quick quick_release_alone(struct rt_thread *thread, const void *block, struct quick_block *taken, int anywhere)
{
	size_t granule, over, size, place;
	uint32_t *at;

	if (anywhere)
		QUICK_RELEASE_ALONE(QUICK_WHATEVER, QUICK_SHADOW);
	else
		QUICK_RELEASE_ALONE(QUICK_NEAR, QUICK_LEAF);
count:
	*taken = (struct quick_block){(struct rt_counter *)place, size, over};
	RT_ADD(thread->released, (int64_t)size);
	rt_add_free(taken->counter, size, over);
	return RT_UNLIKELY(block == thread->last) ? QUICK_TEMPORARY : QUICK_COUNTED;
meet:
	rt_leave_peak(thread);
	rt_meet_epoch(thread, (struct rt_counter *)place);
	goto count;
unknown:
	return QUICK_UNKNOWN;
}

/* The same by one of several threads; or QUICK_LOW. */
RT_INLINE enum quick quick_release_shared(struct rt_thread *thread, const void *block, struct quick_block *taken, int anywhere)
{
	size_t granule, over, size, place;
	uint32_t *at;

	if (anywhere)
		QUICK_RELEASE_SHARED(QUICK_WHATEVER, QUICK_SHADOW);
	else
		QUICK_RELEASE_SHARED(QUICK_NEAR, QUICK_LEAF);
count:
	*taken = (struct quick_block){(struct rt_counter *)place, size, over};
	RT_ADD(thread->room, (int64_t)size);
	rt_add_free(taken->counter, size, over);
	return RT_UNLIKELY(block == thread->last) ? QUICK_TEMPORARY : QUICK_COUNTED;
meet:
	rt_save_peak_multi((struct rt_counter *)place);
	goto count;
low:
	*taken = (struct quick_block){(struct rt_counter *)place, size, over};
	return QUICK_LOW;
unknown:
	return QUICK_UNKNOWN;
}

/*
 * The same of large blocks by the only thread, in C: there are fewer, and what is done with them costs more. @place is at least
 * thread->fast.
 */
RT_INLINE enum quick quick_note_large(struct rt_thread *thread, size_t place, const void *block, size_t size)
{
	const size_t chunk = ((const size_t *)block)[-1], over = (chunk & ~(size_t)7) - size;
	struct shadow_large *at;
	uintptr_t small;

	if (chunk < SHADOW_LARGE_CHUNK || chunk & 2 || over > SHADOW_OVER_MAX)
		return QUICK_UNKNOWN;
	at = shadow_large_at(block);
	small = shadow_base(block);
	if (!at || RT_LOAD(at->entry) || (small && RT_LOAD(*shadow_entry(small, block, 5))))
		return QUICK_UNKNOWN;
	RT_STORE(at->address, (uint32_t)(uintptr_t)block);
	RT_STORE(at->entry, (uint32_t)(place | over) | shadow_address_bit(block));
	thread->last = block;
	return rt_count_alloc(thread, (struct rt_counter *)place, size, over) ? QUICK_FULL : QUICK_COUNTED;
}

RT_INLINE enum quick quick_release_large(struct rt_thread *thread, const void *block, struct quick_block *taken)
{
	struct shadow_large *const at = shadow_large_at(block);
	uint32_t entry, place;

	if (!at || RT_LOAD(at->address) != (uint32_t)(uintptr_t)block)
		return QUICK_UNKNOWN;
	entry = RT_LOAD(at->entry);
	place = shadow_place(entry);
	if ((int32_t)place < RT_OWN(thread->fast))
		return QUICK_UNKNOWN;
	RT_STORE(at->entry, 0);
	taken->counter = (struct rt_counter *)(uintptr_t)place;
	taken->over = shadow_over(entry);
	taken->size = (((const size_t *)block)[-1] & ~(size_t)7) - taken->over;
	rt_count_free(thread, taken->counter, taken->size, taken->over);
	return block == thread->last ? QUICK_TEMPORARY : QUICK_COUNTED;
}

/*
 * @place: of the trace that @cache has for the wrapper's site numbered @id and the site that is announced for it; 0 if it has none. As
 * rt_site_slot() and rt_caller() have it.
 */
RT_INLINE int quick_place(struct rt_cached *const *cache, size_t id, size_t *place)
{
	size_t caller, slot;

	__asm__ goto("mov %[offset], %[caller]\n\t"
	             "mov %%fs:(%[caller]), %[caller]\n\t"
	             "lea (%[id],%[caller],4), %[slot]\n\t"
	             "and %[mask], %k[slot]\n\t"
	             "add %[cache], %[slot]\n\t"
	             "cmp %[caller], (%[slot])\n\t"
	             "jne %l[none]\n\t"
	             "cmp %k[id], %c[site](%[slot])\n\t"
	             "jne %l[none]\n\t"
	             "mov %c[at](%[slot]), %k[place]\n\t"
	             : [caller] "=&r"(caller), [slot] "=&r"(slot), [place] "=r"(*place)
	             : [id] "r"(id), [offset] "m"(rt.caller_offset), [cache] "m"(*cache),
	               [mask] "i"((RT_CACHE - 1) * sizeof(struct rt_cached)), [site] "i"(offsetof(struct rt_cached, site)),
	               [at] "i"(offsetof(struct rt_cached, place))
	             : "memory", "cc"
	             : none);
	return 1;
none:
	return 0;
}

/* clang-format on */

#endif
