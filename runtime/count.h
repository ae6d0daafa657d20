/* SPDX-License-Identifier: MIT */
/*
 * Counting one allocation or one release: constant time, and the exact peak with what was live at it.
 *
 * The peak's content costs no copy. While the total stands at a peak just reached, what is live is the content. The first release
 * after that starts a new epoch; from then on each counter, before it changes, saves what it held if it has not yet in
 * this epoch. So the content is the saved value where a counter was touched since, and the live one elsewhere.
 */
#ifndef MEMLINT_COUNT_H
#define MEMLINT_COUNT_H

#include "runtime/rt.h"

RT_INLINE void rt_save_peak(struct rt_counter *counter, uint32_t epoch)
{
	RT_STORE(counter->peak_bytes, counter->alloc_bytes - counter->free_bytes);
	RT_STORE(counter->peak_count, (uint32_t)(counter->alloc_count - counter->free_count));
	RT_STORE(counter->epoch, epoch);
}

RT_INLINE void rt_add_alloc(struct rt_counter *counter, size_t size, size_t over)
{
	RT_ADD(counter->alloc_count, 1u);
	RT_ADD(counter->alloc_bytes, size);
	RT_ADD(counter->alloc_over, over);
}

RT_INLINE void rt_add_free(struct rt_counter *counter, size_t size, size_t over)
{
	RT_ADD(counter->free_count, 1u);
	RT_ADD(counter->free_bytes, size);
	RT_ADD(counter->free_over, (uint32_t)over);
}

/* @counter is about to change, and has another epoch than @thread, the only one. */
RT_INLINE void rt_meet_epoch(const struct rt_thread *thread, struct rt_counter *counter)
{
	if (thread->epoch != RT_AT_PEAK)
		rt_save_peak(counter, thread->epoch);
}

/* What was released is room again. */
RT_INLINE void rt_absorb(struct rt_thread *thread)
{
	const int64_t released = RT_LOAD(thread->released);

	RT_ADD(thread->released, -released);
	RT_ADD(thread->room, released);
}

/* Sets how far @thread may go before it has something to tell; its bytes stay what they are. */
RT_INLINE void rt_set_ceiling(struct rt_thread *thread, int64_t ceiling)
{
	const int64_t raise = ceiling - RT_LOAD(thread->ceiling);

	RT_ADD(thread->ceiling, raise);
	RT_ADD(thread->room, raise);
}

/* A release of the only thread's begins a new epoch, if the total stands at a peak. */
RT_INLINE void rt_leave_peak(struct rt_thread *thread)
{
	if (thread->epoch != RT_AT_PEAK)
		return;
	const int64_t bytes = rt_thread_bytes(thread);

	RT_STORE(thread->peak, bytes);
	rt_set_ceiling(thread, bytes);
	RT_STORE(thread->left, thread->left + 1);
	RT_STORE(thread->epoch, thread->left);
}

/* The only thread's: whether rt_settle() is to follow. */
RT_INLINE int rt_count_alloc(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t over)
{
	RT_ADD(thread->room, -(int64_t)size);
	if (RT_UNLIKELY(RT_OWN(counter->epoch) != thread->epoch))
		rt_meet_epoch(thread, counter);
	rt_add_alloc(counter, size, over);
	return RT_OWN(thread->room) < 0;
}

RT_INLINE void rt_count_free(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t over)
{
	if (RT_UNLIKELY(RT_OWN(counter->epoch) != thread->epoch)) {
		rt_leave_peak(thread);
		rt_meet_epoch(thread, counter);
	}
	RT_ADD(thread->released, (int64_t)size);
	rt_add_free(counter, size, over);
}

/* What was counted as released by the only thread was not: a moment ago, and nothing has happened since. */
RT_INLINE void rt_uncount_free(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t over)
{
	RT_ADD(thread->released, -(int64_t)size);
	RT_ADD(counter->free_count, -(uint64_t)1);
	RT_ADD(counter->free_bytes, -size);
	RT_ADD(counter->free_over, -(uint32_t)over);
}

RT_INLINE void rt_save_peak_multi(struct rt_counter *counter)
{
	const uint32_t epoch = (uint32_t)RT_LOAD(rt.peak_state);

	if (RT_UNLIKELY(counter->epoch != epoch) && epoch != RT_AT_PEAK)
		rt_save_peak(counter, epoch);
}

/* One of several threads'. */
RT_INLINE void rt_count_alloc_multi(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t over)
{
	rt_save_peak_multi(counter);
	rt_add_alloc(counter, size, over);
	RT_ADD(thread->room, -(int64_t)size);
	if (RT_UNLIKELY(thread->room < 0))
		rt_flush(thread);
}

/* Whether the release of @size bytes is to be told first, so that the counter saves what it held at a peak that this leaves. */
RT_INLINE int rt_is_low(const struct rt_thread *thread, size_t size)
{
	return thread->room + (int64_t)size >= RT_OWN(thread->low);
}

RT_INLINE void rt_count_free_multi(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t over)
{
	if (RT_UNLIKELY(rt_is_low(thread, size)))
		rt_flush_release(thread, (int64_t)size);
	rt_save_peak_multi(counter);
	RT_ADD(thread->room, (int64_t)size);
	rt_add_free(counter, size, over);
}

RT_INLINE void rt_count_temporary(struct rt_counter *counter, uint32_t id)
{
	const uint32_t count = counter->temporary_count + 1;

	RT_STORE(counter->temporary_count, count);
	if (RT_UNLIKELY(!count))
		rt_temporary_carry(id);
}

#endif
