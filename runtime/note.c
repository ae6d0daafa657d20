// SPDX-License-Identifier: MIT
/* The complete way of counting: wrappers, threads, frames, large blocks, missed frees. */
#include "runtime/note.h"

#include "runtime/count.h"
#include "runtime/frames.h"
#include "runtime/shadow.h"
#include "runtime/stacks.h"

#include <errno.h>

/* Bytes the allocator set aside for @block, or @size where it does not say. */
static size_t usable_size(const void *block, size_t size)
{
	size_t usable = size;

	if (rt.glibc) {
		const size_t head = ((const size_t *)block)[-1];

		usable = (head & ~(size_t)7) - (head & 2 ? 16 : 8);
	} else if (rt_real.usable_size) {
		usable = rt_real.usable_size((void *)(uintptr_t)block);
	}
	return usable;
}

uint64_t rt_foreign_key(const void *address)
{
	const struct memlint_site *caller = rt_caller();
	const uint32_t id = caller ? rt_caller_id(caller) : 0;

	if (id)
		return (uint64_t)id << 32 | RT_KEY_FOREIGN;
	return RT_KEY_ADDRESS | (uint64_t)(uintptr_t)address;
}

uint64_t rt_site_key(const struct memlint_site *site)
{
	return rt_key_of(rt_cache_key(site));
}

/* @id is what @key and @site stand for in the thread's cache from now on; @id 0: there was no room for the trace. */
static uint32_t remember(struct rt_cached *cached, uint64_t key, uint32_t site, uint32_t id)
{
	if (!id) {
		__atomic_fetch_add(&rt.untracked, 1, __ATOMIC_RELAXED);
		return 0;
	}
	/* In one instruction: a signal's handler finds and leaves a whole one. */
	_mm_storeu_si128((__m128i *)(void *)cached,
	                 _mm_set_epi64x((long long)((uint64_t)rt_place_of(id) << 32 | site), (long long)key));
	return id;
}

/* The trace that @known has for @key, which belongs to no site; 0 if it is another's. */
RT_INLINE uint32_t trace_of_key(struct rt_cached known, uint64_t key)
{
	return known.key == key && !known.site && known.place ? rt_place_id(known.place) : 0;
}

/* The trace of @key with @n @frames, which @hash stands for; 0 when there is no room for it. */
static uint32_t trace_of_frames(struct rt_thread *thread, uint64_t key, const uintptr_t *frames, uint32_t n,
                                uint64_t hash)
{
	/* Nothing but the hash tells traces apart here: 64 bits are enough. */
	struct rt_cached *const cached = rt_hashed_slot(thread, hash);
	struct rt_cached *const neighbour = rt_neighbour_of(thread, cached);
	const struct rt_cached known = rt_recall(cached);
	uint32_t id = trace_of_key(known, hash);

	if (RT_LIKELY(id) || (id = trace_of_key(rt_recall(neighbour), hash)))
		return id;
	id = rt_trace_intern(key, thread->thread, frames, n, rt_frames_total(thread, key, frames + RT_FRAMES_MAX - 1));
	if (id && known.key && !known.site)
		remember(neighbour, known.key, 0, rt_place_id(known.place));
	return remember(cached, hash, 0, id);
}

/* Apart, so that nobody else's stack has to have room for the frames. */
uint32_t rt_walked_trace(struct rt_thread *thread, uint64_t cache_key, uintptr_t called_from)
{
	const uint64_t key = rt_key_of(cache_key);
	const uint32_t has_site = rt_key_has_site(key) ? 1 : 0;
	uintptr_t frames[RT_FRAMES_MAX];
	uint64_t sum;
	uint32_t n, id;

	if (RT_UNLIKELY(!thread->stack_top))
		rt_stacks_begin(thread);
	/* What the site's function was inlined into stands at the call itself. */
	frames[0] = called_from;
	n = rt_frames(thread, frames + has_site, &sum);
	id = trace_of_frames(thread, key, frames, n + has_site,
	                     rt_frames_hash(cache_key, has_site ? called_from : 0, sum));
	if (id)
		rt_stacks_remember(thread, n, sum);
	return id;
}

static __attribute__((noinline)) uint32_t trace_miss(struct rt_thread *thread, uint64_t cache_key,
                                                     struct rt_cached *cached)
{
	return remember(cached, cache_key, 0, rt_trace_intern(rt_key_of(cache_key), thread->thread, NULL, 0, 0));
}

static __attribute__((noinline)) uint32_t site_miss(struct rt_thread *thread, const struct memlint_site *site,
                                                    const struct memlint_site *caller, struct rt_cached *cached)
{
	const uint64_t key = rt_site_key(site);
	const uint32_t id = rt_trace_intern(key, thread->thread, NULL, 0, 0), number = RT_LOAD(site->id);

	/* A caller that has no number yet will have one. */
	if (id && caller && !(key >> 32))
		return id;
	return remember(cached, (uintptr_t)caller, id < thread->ndirect ? number : number | RT_SITE_FAR, id);
}

/* A thread past its end has no cache that is its own. */
static uint32_t trace_gone(const struct rt_thread *thread, uint64_t cache_key)
{
	const uint32_t id = rt_trace_intern(rt_key_of(cache_key), thread->thread, NULL, 0, 0);

	if (!id)
		__atomic_fetch_add(&rt.untracked, 1, __ATOMIC_RELAXED);
	return id;
}

/* The trace of @key in @thread; 0 when there can be none. */
RT_INLINE uint32_t trace_of(struct rt_thread *thread, uint64_t key)
{
	struct rt_cached *cached;
	uint32_t id;

	if (RT_UNLIKELY(thread->mode == RT_GONE))
		return trace_gone(thread, key);
	if (RT_UNLIKELY(rt.nframe > 1))
		return rt_deep_trace(thread, key, rt_take_called_from());
	cached = rt_cache_slot(thread, key);
	id = trace_of_key(rt_recall(cached), key);
	return RT_LIKELY(id) ? id : trace_miss(thread, key, cached);
}

/* The same of @site. */
RT_INLINE uint32_t trace_of_site(struct rt_thread *thread, const struct memlint_site *site)
{
	const uint32_t id = RT_LOAD(site->id);
	const struct memlint_site *caller;
	struct rt_cached *cached, known;

	if (RT_UNLIKELY(!id))
		return trace_of(thread, rt_foreign_key(site));
	if (RT_UNLIKELY(thread->mode == RT_GONE || rt.nframe > 1))
		return trace_of(thread, rt_cache_key(site));
	caller = rt_caller_for(id);
	cached = rt_site_slot(thread->cache, caller, id);
	known = rt_recall(cached);
	if (RT_LIKELY(known.key == (uintptr_t)caller && (known.site & ~RT_SITE_FAR) == id))
		return rt_place_id(known.place);
	return site_miss(thread, site, caller, cached);
}

static __attribute__((noinline)) void count_gone(uint32_t id, struct rt_block_size size, int is_free)
{
	const size_t over = rt_over(size.usable, size.requested);
	struct rt_counter *counter;

	rt_lock(&rt.lock);
	counter = rt.tracing && !rt.finished ? rt_counter_of(&rt.orphan, id) : NULL;
	if (counter && is_free)
		rt_count_free_multi(&rt.orphan, counter, size.requested, over);
	else if (counter)
		rt_count_alloc_multi(&rt.orphan, counter, size.requested, over);
	rt_unlock(&rt.lock);
}

RT_INLINE void count_alloc(struct rt_thread *thread, uint32_t id, struct rt_block_size size)
{
	struct rt_counter *counter;
	const size_t over = rt_over(size.usable, size.requested);

	if (RT_UNLIKELY(thread->mode == RT_GONE)) {
		count_gone(id, size, 0);
		return;
	}
	counter = rt_counter_of(thread, id);
	if (RT_UNLIKELY(!counter))
		return;
	if (thread->mode != RT_SINGLE)
		rt_count_alloc_multi(thread, counter, size.requested, over);
	else if (rt_count_alloc(thread, counter, size.requested, over))
		rt_settle(thread);
}

RT_INLINE void count_free(struct rt_thread *thread, uint32_t id, struct rt_block_size size, int is_last)
{
	struct rt_counter *counter;
	const size_t over = rt_over(size.usable, size.requested);

	if (RT_UNLIKELY(thread->mode == RT_GONE)) {
		count_gone(id, size, 1);
		return;
	}
	counter = rt_counter_of(thread, id);
	if (RT_UNLIKELY(!counter))
		return;
	if (thread->mode == RT_SINGLE)
		rt_count_free(thread, counter, size.requested, over);
	else
		rt_count_free_multi(thread, counter, size.requested, over);
	if (is_last)
		rt_count_temporary(counter, id);
}

/* The calling thread if its allocations count, else NULL. */
RT_INLINE struct rt_thread *counted_thread(void)
{
	struct rt_thread *thread = rt_self;

	if (RT_UNLIKELY(thread->mode == RT_NEW))
		thread = rt.tracing && !rt.finished ? rt_thread_enter() : &rt_busy;
	else if (RT_UNLIKELY(thread->mode == RT_MULTI && !thread->settled))
		rt_thread_settle(thread);
	return thread->mode == RT_OFF ? NULL : thread;
}

/* The block that stood where a new one starts was released where we did not see it: its size is its trace's average. */
static __attribute__((noinline)) void count_missed(struct rt_thread *thread, uint32_t entry)
{
	struct rt_totals sum = {0};
	struct rt_block_size size = {0};

	__atomic_fetch_add(&rt.missed_frees, 1, __ATOMIC_RELAXED);
	rt_lock(&rt.lock);
	rt_sum(shadow_id(entry), &sum);
	rt_unlock(&rt.lock);
	const uint64_t live = sum.alloc_count - sum.free_count;

	if ((int64_t)live > 0)
		size.requested = (sum.alloc_bytes - sum.free_bytes) / live;
	size.usable = size.requested;
	if (!shadow_is_aside(entry))
		size.usable += shadow_over(entry) - RT_OVER_MIN;
	count_free(thread, shadow_id(entry), size, 0);
}

void rt_cannot_track(void)
{
	static int said;

	__atomic_fetch_add(&rt.untracked, 1, __ATOMIC_RELAXED);
	if (!__atomic_exchange_n(&said, 1, __ATOMIC_RELAXED))
		rt_say("no memory left to follow more blocks (is `ulimit -v` low?); the program goes on, some blocks "
		       "are not "
		       "counted",
		       NULL);
}

/* Whether usable_size() will tell the same at the block's release; the fast path reads no mmapped chunk's header. */
RT_INLINE int can_measure(const void *block)
{
	return rt.glibc ? !(((const size_t *)block)[-1] & 2) : rt_real.usable_size != NULL;
}

/* Puts @block in the shadow; 0 if that cannot be. */
RT_INLINE int enter_block(struct rt_thread *thread, const void *block, struct rt_block_size size, uint32_t id)
{
	uint32_t over = (uint32_t)rt_over(size.usable, size.requested), place = rt_place_of(id);
	uint32_t *entry = shadow_find(block);

	if (RT_UNLIKELY(entry != NULL)) {
		count_missed(thread, RT_LOAD(*entry));
		RT_STORE(*entry, 0);
	}
	entry = shadow_make(block, size.usable);
	if (RT_UNLIKELY(!entry)) {
		rt_cannot_track();
		return 0;
	}
	if (RT_UNLIKELY(size.usable - size.requested > SHADOW_OVER_MAX - RT_OVER_MIN || !can_measure(block))) {
		const struct shadow_aside aside = {
		        .block = (uintptr_t)block, .requested = size.requested, .usable = size.usable};

		if (aside_put(&aside) < 0) {
			rt_cannot_track();
			return 0;
		}
		over = 0;
		place &= ~RT_PLACE;
	}
	if (RT_UNLIKELY(RT_LOAD(*entry)))
		count_missed(thread, RT_LOAD(*entry));
	RT_STORE(*entry, place | over | (rt.glibc ? shadow_address_bit(block) : 0));
	return 1;
}

/* errno may change. */
static void note(struct rt_thread *thread, void *block, size_t size, uint32_t id)
{
	const struct rt_block_size sizes = {.requested = size, .usable = usable_size(block, size)};

	if (!id || !enter_block(thread, block, sizes, id))
		return;
	count_alloc(thread, id, sizes);
	thread->last = block;
	if (thread->mode != RT_SINGLE && RT_UNLIKELY(--thread->countdown == 0))
		rt_sample(thread);
}

void rt_note_site(void *block, size_t size, const struct memlint_site *site)
{
	struct rt_thread *thread = counted_thread();
	const int saved = errno;

	if (!thread)
		return;
	if (RT_UNLIKELY(thread->outer != NULL))
		site = thread->outer;
	note(thread, block, size, trace_of_site(thread, site));
	errno = saved;
}

void rt_note_foreign(void *block, size_t size, const void *address)
{
	struct rt_thread *thread = counted_thread();
	const int saved = errno;

	if (!thread)
		return;
	if (thread->outer) {
		rt_note_site(block, size, thread->outer);
		return;
	}
	note(thread, block, size, trace_of(thread, rt_foreign_key(address)));
	errno = saved;
}

static struct rt_taken read_entry(const void *block, uint32_t entry, int take)
{
	struct rt_taken taken = {.id = shadow_id(entry)};
	struct shadow_aside aside;

	if (!shadow_is_aside(entry)) {
		taken.size.usable = usable_size(block, 0);
		taken.size.requested = taken.size.usable + RT_OVER_MIN - shadow_over(entry);
	} else if (aside_get(block, &aside, take)) {
		taken.size = (struct rt_block_size){aside.requested, aside.usable};
		/* A pool's chunk takes what lies in it along. */
		if (take && aside.is_chunk)
			rt_untrack_within(block, aside.usable);
	}
	return taken;
}

struct rt_taken rt_take(const void *block)
{
	uint32_t *at = shadow_find(block);
	struct rt_taken taken = {0};

	/* Free of something inside a block, or of what we never saw: the program's own affair. */
	if (!at || !counted_thread())
		return taken;
	taken = read_entry(block, RT_LOAD(*at), 1);
	RT_STORE(*at, 0);
	return taken;
}

void rt_put_back(const void *block, struct rt_taken taken)
{
	if (taken.id)
		enter_block(rt_self, block, taken.size, taken.id);
}

void rt_count_taken(const void *block, struct rt_taken taken)
{
	struct rt_thread *thread = rt_self;

	if (!taken.id || thread->mode == RT_OFF || thread->mode == RT_NEW)
		return;
	count_free(thread, taken.id, taken.size, block == thread->last);
	if (block == thread->last)
		thread->last = NULL;
}

void rt_note_free(const void *block)
{
	const int saved = errno;

	rt_count_taken(block, rt_take(block));
	errno = saved;
}

struct rt_taken rt_look_block(const void *block)
{
	const uint32_t entry = shadow_get(block);

	return entry ? read_entry(block, entry, 0) : (struct rt_taken){0};
}

struct rt_taken rt_look_frozen(const void *block)
{
	const uint32_t entry = shadow_get(block);
	struct rt_taken known = {.id = shadow_id(entry)};
	struct shadow_aside aside;

	if (entry && !shadow_is_aside(entry))
		return read_entry(block, entry, 0);
	if (!entry || !aside_peek(block, &aside))
		return (struct rt_taken){0};
	known.size = (struct rt_block_size){aside.requested, aside.usable};
	return known;
}

struct rt_thread *rt_counted_thread(void)
{
	return counted_thread();
}

uint32_t rt_trace_of(struct rt_thread *thread, uint64_t key)
{
	return trace_of(thread, key);
}

void rt_count_block(struct rt_thread *thread, uint32_t id, struct rt_block_size size, int is_free)
{
	if (is_free)
		count_free(thread, id, size, 0);
	else
		count_alloc(thread, id, size);
}

const struct memlint_site *rt_outer_begin(const struct memlint_site *site)
{
	struct rt_thread *thread = counted_thread();
	const struct memlint_site *before;

	if (!thread || thread->mode == RT_GONE)
		return NULL;
	before = thread->outer;
	if (!before) {
		thread->outer = site;
		rt_thread_divert(thread);
	}
	return before;
}

void rt_outer_end(const struct memlint_site **before)
{
	struct rt_thread *thread = rt_self;

	if (*before || !thread->outer)
		return;
	thread->outer = NULL;
	rt_thread_refresh(thread);
}
