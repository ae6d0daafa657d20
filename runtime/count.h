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

RT_INLINE void rt_add_alloc(struct rt_counter *counter, size_t size, size_t slack)
{
	RT_ADD(counter->alloc_count, 1u);
	RT_ADD(counter->alloc_bytes, size);
	RT_ADD(counter->alloc_slack, slack);
}

RT_INLINE void rt_add_free(struct rt_counter *counter, size_t size, size_t slack)
{
	RT_ADD(counter->free_count, 1u);
	RT_ADD(counter->free_bytes, size);
	RT_ADD(counter->free_slack, (uint32_t)slack);
}

/* The only thread's. */
RT_INLINE void rt_count_alloc(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t slack)
{
	const int64_t cur = thread->cur + (int64_t)size;

	if (cur > thread->peak) {
		RT_STORE(thread->peak, cur);
		RT_STORE(thread->edge, cur);
	} else if (counter->epoch != thread->epoch) {
		rt_save_peak(counter, thread->epoch);
	}
	RT_STORE(thread->cur, cur);
	rt_add_alloc(counter, size, slack);
}

RT_INLINE void rt_count_free(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t slack)
{
	const int64_t cur = thread->cur;

	if (cur == thread->edge) {
		RT_STORE(thread->edge, RT_NO_EDGE);
		RT_STORE(thread->epoch, thread->epoch + 1);
	}
	if (counter->epoch != thread->epoch)
		rt_save_peak(counter, thread->epoch);
	RT_STORE(thread->cur, cur - (int64_t)size);
	rt_add_free(counter, size, slack);
}

RT_INLINE void rt_save_peak_multi(struct rt_counter *counter)
{
	const uint64_t state = RT_LOAD(rt.peak_state);

	if (!(state & 1) && counter->epoch != (uint32_t)(state >> 1))
		rt_save_peak(counter, (uint32_t)(state >> 1));
}

/* One of several threads'. */
RT_INLINE void rt_count_alloc_multi(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t slack)
{
	rt_save_peak_multi(counter);
	RT_STORE(thread->cur, thread->cur + (int64_t)size);
	rt_add_alloc(counter, size, slack);
	if (RT_UNLIKELY(thread->cur - thread->flushed >= RT_LOAD(rt.batch)))
		rt_flush(thread);
}

RT_INLINE void rt_count_free_multi(struct rt_thread *thread, struct rt_counter *counter, size_t size, size_t slack)
{
	const int64_t cur = thread->cur - (int64_t)size;

	/* First, so that the counter saves what it held at a peak that this release leaves. */
	if (RT_UNLIKELY(cur - thread->flushed <= -RT_LOAD(rt.batch)))
		rt_flush_release(thread, (int64_t)size);
	rt_save_peak_multi(counter);
	RT_STORE(thread->cur, cur);
	rt_add_free(counter, size, slack);
}

RT_INLINE void rt_count_temporary(struct rt_counter *counter, uint32_t id)
{
	const uint32_t count = counter->temporary_count + 1;

	RT_STORE(counter->temporary_count, count);
	if (RT_UNLIKELY(!count))
		rt_temporary_carry(id);
}

#endif
