// SPDX-License-Identifier: MIT
/* Sums over threads: totals, the peak and what was live at it. */
#include "runtime/count.h"
#include "runtime/lines.h"
#include "runtime/note.h"

#include <errno.h>
#include <string.h>

struct rt rt = {.lock = RT_LOCK_INIT, .nframe = 1, .next_id = 1, .batch = RT_BATCH_MIN};
struct rt_real rt_real;

/* High halves of temporary counts, by id; few programs ever need one. */
static RT_SPARSE uint32_t *carries[RT_NCHUNKS];

struct rt_counter *rt_counter_far(struct rt_thread *thread, uint32_t id)
{
	struct rt_counter *chunk = NULL, *none = NULL;

	if (id < thread->ndirect)
		return rt_counter_at(thread, rt_place_of(id));
	if (!thread->chunks || id > RT_ID_MAX)
		return NULL;
	struct rt_counter **at = &thread->chunks[id >> RT_CHUNK_BITS];

	chunk = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	if (!chunk) {
		chunk = rt_map(RT_CHUNK * sizeof *chunk);
		if (!chunk)
			return NULL;
		/* A signal handler of this thread may have come in between. */
		if (!__atomic_compare_exchange_n(at, &none, chunk, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
			rt_unmap(chunk, RT_CHUNK * sizeof *chunk);
			chunk = none;
		}
	}
	return chunk + (id & (RT_CHUNK - 1));
}

/* The counter if it exists already. */
static const struct rt_counter *peek(const struct rt_thread *thread, uint32_t id)
{
	const struct rt_counter *chunk;

	if (id < thread->ndirect)
		return rt_counter_at(thread, rt_place_of(id));
	chunk = thread->chunks ? __atomic_load_n(&thread->chunks[id >> RT_CHUNK_BITS], __ATOMIC_ACQUIRE) : NULL;
	return chunk ? chunk + (id & (RT_CHUNK - 1)) : NULL;
}

/* From now on a counter that changes saves what it held, unless another thread has seen to that. */
static void leave_peak(void)
{
	uint64_t state = RT_LOAD(rt.peak_state);
	const uint32_t next = (uint32_t)(state >> 32) + 1;

	if ((uint32_t)state == RT_AT_PEAK)
		__atomic_compare_exchange_n(&rt.peak_state, &state, rt_peak_state(next, next), 0, __ATOMIC_RELAXED,
		                            __ATOMIC_RELAXED);
}

static void widen_batch(int64_t peak)
{
	const int64_t wanted = peak / 64 < RT_BATCH_MAX ? peak / 64 : RT_BATCH_MAX;

	if (wanted > RT_LOAD(rt.batch))
		RT_STORE(rt.batch, wanted);
}

/* Takes the steps for the room that @thread, the only one, has now: whether it need not look at the clock. */
static int take_steps(struct rt_thread *thread)
{
	const uint32_t steps = 1 + (uint32_t)(RT_OWN(thread->room) / RT_STEP_BYTES);

	if (thread->countdown <= steps)
		return 0;
	thread->countdown -= steps;
	return 1;
}

/* The room that @thread, the only one, gets at most. */
static int64_t room_max(const struct rt_thread *thread)
{
	return (int64_t)thread->pace * RT_ROOM_BYTES;
}

/* Whether what was released meanwhile is room enough for @thread, the only one, and it need not look at the clock. */
static int has_room(struct rt_thread *thread)
{
	rt_absorb(thread);
	return (uint64_t)RT_OWN(thread->room) <= (uint64_t)room_max(thread) && take_steps(thread);
}

void rt_settle(struct rt_thread *thread)
{
	const int64_t bytes = rt_thread_bytes(thread), peak = thread->peak, most = room_max(thread);
	const int saved = errno;

	if (has_room(thread))
		return;
	if (bytes > peak)
		RT_STORE(thread->epoch, RT_AT_PEAK);
	rt_set_ceiling(thread, thread->epoch == RT_AT_PEAK || peak - bytes > most ? bytes + most : peak);
	if (!take_steps(thread))
		rt_sample(thread);
	errno = saved;
}

void rt_share_out(struct rt_thread *thread)
{
	const int64_t batch = RT_LOAD(rt.batch);

	rt_absorb(thread);
	rt_set_ceiling(thread, RT_LOAD(thread->flushed) + batch);
	RT_STORE(thread->low, 2 * batch);
}

void rt_flush(struct rt_thread *thread)
{
	const int64_t bytes = rt_thread_bytes(thread), delta = bytes - RT_LOAD(thread->flushed);
	int64_t now, peak = RT_LOAD(rt.peak);

	RT_STORE(thread->flushed, bytes);
	now = __atomic_add_fetch(&rt.cur, delta, __ATOMIC_RELAXED);
	if (now > peak) {
		while (now > peak &&
		       !__atomic_compare_exchange_n(&rt.peak, &peak, now, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
			;
		__atomic_fetch_or(&rt.peak_state, RT_AT_PEAK, __ATOMIC_RELAXED);
	} else if (delta < 0) {
		leave_peak();
	}
	widen_batch(RT_LOAD(rt.peak));
	rt_share_out(thread);
}

void rt_flush_release(struct rt_thread *thread, int64_t size)
{
	rt_flush(thread);
	RT_STORE(thread->flushed, RT_LOAD(thread->flushed) - size);
	rt_share_out(thread);
	__atomic_fetch_sub(&rt.cur, size, __ATOMIC_RELAXED);
	leave_peak();
}

void rt_temporary_carry(uint32_t id)
{
	uint32_t **chunk = &carries[id >> RT_CHUNK_BITS];

	rt_lock(&rt.lock);
	if (!*chunk)
		*chunk = rt_map(RT_CHUNK * sizeof **chunk);
	if (*chunk)
		(*chunk)[id & (RT_CHUNK - 1)]++;
	rt_unlock(&rt.lock);
}

/* Which counters hold a saved peak, and whether any do: at the peak itself what is live is what counts. */
struct peak_view {
	int at_peak;
	uint32_t epoch;
};

static struct peak_view peak_view(void)
{
	const struct rt_thread *first = RT_LOAD(rt.main);
	const uint64_t state = RT_LOAD(rt.peak_state);

	if (RT_LOAD(rt.multi))
		return (struct peak_view){(uint32_t)state == RT_AT_PEAK, (uint32_t)(state >> 32)};
	return first ? (struct peak_view){RT_LOAD(first->epoch) == RT_AT_PEAK, RT_LOAD(first->left)}
	             : (struct peak_view){1, 1};
}

static void add(struct rt_totals *sum, const struct rt_counter *counter, struct peak_view view)
{
	const uint64_t alloc_count = RT_LOAD(counter->alloc_count), alloc_bytes = RT_LOAD(counter->alloc_bytes);
	const uint64_t free_count = RT_LOAD(counter->free_count), free_bytes = RT_LOAD(counter->free_bytes);
	const int saved = !view.at_peak && RT_LOAD(counter->epoch) == view.epoch;

	sum->alloc_count += alloc_count;
	sum->alloc_bytes += alloc_bytes;
	sum->alloc_over += RT_LOAD(counter->alloc_over);
	sum->free_count += free_count;
	sum->free_bytes += free_bytes;
	sum->free_over += RT_LOAD(counter->free_over);
	sum->temporary_count += RT_LOAD(counter->temporary_count);
	sum->peak_bytes += saved ? RT_LOAD(counter->peak_bytes) : alloc_bytes - free_bytes;
	sum->peak_count += saved ? (uint64_t)(int64_t)(int32_t)RT_LOAD(counter->peak_count) : alloc_count - free_count;
}

int rt_sum(uint32_t id, struct rt_totals *totals)
{
	const struct peak_view view = peak_view();
	const uint32_t *carry = carries[id >> RT_CHUNK_BITS];
	const struct rt_counter *counter = peek(&rt.orphan, id);

	*totals = (struct rt_totals){0};
	if (counter)
		add(totals, counter, view);
	for (const struct rt_thread *thread = rt_thread_list(); thread; thread = thread->next)
		if ((counter = peek(thread, id)))
			add(totals, counter, view);
	if (carry)
		totals->temporary_count += (uint64_t)carry[id & (RT_CHUNK - 1)] << 32;
	return totals->alloc_count || totals->free_count;
}

/* Sets the sum over all threads to zero without touching what other threads write: the orphan takes the opposite. */
static void cancel(uint32_t id)
{
	struct rt_totals sum;
	struct rt_counter *counter;
	uint32_t *carry = carries[id >> RT_CHUNK_BITS];

	if (carry)
		carry[id & (RT_CHUNK - 1)] = 0;
	if (!rt_sum(id, &sum) || !(counter = rt_counter_far(&rt.orphan, id)))
		return;
	counter->alloc_count -= sum.alloc_count;
	counter->alloc_bytes -= sum.alloc_bytes;
	counter->alloc_over -= sum.alloc_over;
	counter->free_count -= sum.free_count;
	counter->free_bytes -= sum.free_bytes;
	counter->free_over -= sum.free_over;
	counter->temporary_count -= (uint32_t)sum.temporary_count;
}

void rt_counters_clear(void)
{
	struct rt_thread *first = RT_LOAD(rt.main);
	uint64_t current, peak;

	for (uint32_t id = 1; id < rt.next_id; id++)
		cancel(id);
	rt.missed_frees = rt.untracked = 0;
	if (RT_LOAD(rt.multi)) {
		rt_traced(&current, &peak);
		__atomic_fetch_sub(&rt.cur, (int64_t)current, __ATOMIC_RELAXED);
	} else if (first) {
		rt_lines_rebase(first, -rt_thread_bytes(first));
		RT_STORE(first->released, 0);
		RT_STORE(first->room, RT_LOAD(first->ceiling));
	}
	rt_peak_reset();
}

void rt_peak_reset(void)
{
	struct rt_thread *first = RT_LOAD(rt.main);

	if (RT_LOAD(rt.multi)) {
		RT_STORE(rt.peak, RT_LOAD(rt.cur));
		__atomic_fetch_or(&rt.peak_state, RT_AT_PEAK, __ATOMIC_RELAXED);
	} else if (first) {
		const int64_t bytes = rt_thread_bytes(first);

		RT_STORE(first->released, 0);
		RT_STORE(first->room, 0);
		RT_STORE(first->ceiling, bytes);
		RT_STORE(first->epoch, RT_AT_PEAK);
	}
}

void rt_traced(uint64_t *current, uint64_t *peak)
{
	const struct rt_thread *first = RT_LOAD(rt.main);
	int64_t cur = 0, high = 0;

	if (RT_LOAD(rt.multi)) {
		cur = RT_LOAD(rt.cur) + rt_thread_bytes(&rt.orphan) - RT_LOAD(rt.orphan.flushed);
		for (const struct rt_thread *thread = rt_thread_list(); thread; thread = thread->next)
			cur += rt_thread_bytes(thread) - RT_LOAD(thread->flushed);
		high = RT_LOAD(rt.peak);
	} else if (first) {
		cur = rt_thread_bytes(first);
		high = RT_LOAD(first->epoch) == RT_AT_PEAK ? cur : RT_LOAD(first->peak);
	}
	*current = cur > 0 ? (uint64_t)cur : 0;
	*peak = high > cur ? (uint64_t)high : *current;
}
