// SPDX-License-Identifier: MIT
/* Threads as the runtime knows them: entered at their first allocation, recycled after their last destructor. */
#include "runtime/life.h"
#include "runtime/lines.h"
#include "runtime/rows.h"
#include "runtime/rt.h"
#include "runtime/snapshot/snapshot.h"
#include "runtime/stacks.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum {
	MAIN_DIRECT = 1 << 18,  /* ids with a directly indexed counter: 16 MiB of address space */
	OTHER_DIRECT = 1 << 13, /* 512 KiB */
};

/* Stand-ins share an empty cache: no number is 0, so nothing is found there. */
static RT_SPARSE struct rt_cached no_cache[RT_CACHE];
#define NOBODY(is)                                                                                             \
	{                                                                                                      \
		.mode = (is), .site = RT_NOWHERE, .fast = RT_NOWHERE, .multi = RT_NOWHERE, .leaf = RT_NO_LEAF, \
		.cache = no_cache, .alone = no_cache, .shared = no_cache                                       \
	}
static struct rt_thread nobody = NOBODY(RT_NEW);
struct rt_thread rt_busy = NOBODY(RT_OFF);
static struct rt_thread gone = NOBODY(RT_GONE);
__thread struct rt_thread *rt_self __attribute__((tls_model("initial-exec"))) = &nobody;

enum { NAME = 16 };
static struct rt_rows names; /* char[NAME], of the second name on: the first is the main thread's */
static uint32_t nnames = 1;
static char program_name[16];
static pthread_key_t exit_key;
static int exit_key_works;

static const char *name_at(uint32_t index)
{
	return index ? rt_rows_at(&names, index - 1, NAME) : "main";
}

const char *rt_thread_name(uint32_t index)
{
	return index < RT_LOAD(nnames) ? name_at(index) : "";
}

uint32_t rt_thread_names(void)
{
	return __atomic_load_n(&nnames, __ATOMIC_ACQUIRE);
}

/* The index of @given, or of the calling thread's name. A thread that was given none bears the program's: it is "thread". */
static uint32_t name_index(const char *given)
{
	char name[NAME] = "", *row;

	if (given)
		strncpy(name, given, sizeof name - 1);
	else
		prctl(PR_GET_NAME, name);
	name[NAME - 1] = 0;
	if (!strcmp(name, program_name) || !*name)
		strcpy(name, "thread");
	for (uint32_t i = 1; i < nnames; i++)
		if (!strcmp(name_at(i), name))
			return i;
	row = nnames < RT_NAMES ? rt_rows_make(&names, nnames - 1, NAME) : NULL;
	if (!row)
		return nnames - 1;
	strcpy(row, name);
	__atomic_store_n(&nnames, nnames + 1, __ATOMIC_RELEASE);
	return nnames - 1;
}

uint32_t rt_thread_id_of(int is_main, const char *name)
{
	if (is_main)
		return 1;
	if (!strcmp(name, program_name) || !*name)
		name = "thread";
	for (uint32_t i = 1; i < rt_thread_names(); i++)
		if (!strcmp(name_at(i), name))
			return i + 1;
	return 0;
}

static void cache_clear(struct rt_thread *thread)
{
	memset(thread->cache, 0, RT_CACHE * sizeof *thread->cache);
	rt_stacks_clear(thread);
}

_Static_assert(sizeof(struct rt_thread) % sizeof(struct rt_cached) == 0, "a thread's cache stands behind it");

/* Counters of @thread's that have a place, as many as ndirect says or fewer, and says then; 0 when there is no memory. The main
 * thread's lie at their places if that can be. */
static int map_direct(struct rt_thread *thread, int is_main)
{
	void *counters = NULL;

	for (; !counters && thread->ndirect >= 64; thread->ndirect = counters ? thread->ndirect : thread->ndirect / 4) {
		const size_t size = thread->ndirect * sizeof(struct rt_counter);
		const uint32_t first = rt_place_of(thread->ndirect - 1);

		counters = is_main ? rt_map_at(first, size) : NULL;
		if (!counters)
			counters = rt_map(size);
		thread->origin = (uintptr_t)counters - first;
	}
	return counters != NULL;
}

/* Memory for a thread; it never goes back, a later thread takes it over with its counts. */
static struct rt_thread *thread_new(int is_main)
{
	const size_t chunks = RT_NCHUNKS * sizeof(struct rt_counter *), cache = RT_CACHE * sizeof(struct rt_cached);
	struct rt_thread *thread = rt_map(sizeof *thread + chunks + cache);

	if (!thread)
		return NULL;
	thread->cache = (void *)(thread + 1);
	thread->chunks = (void *)((char *)thread->cache + cache);
	thread->ndirect = is_main ? MAIN_DIRECT : OTHER_DIRECT;
	if (!map_direct(thread, is_main)) {
		rt_unmap(thread, sizeof *thread + chunks + cache);
		return NULL;
	}
	thread->leaf = RT_NO_LEAF;
	thread->epoch = RT_AT_PEAK;
	thread->left = 1;
	thread->countdown = thread->pace = RT_PACE_MIN;
	thread->next = rt.threads;
	__atomic_store_n(&rt.threads, thread, __ATOMIC_RELEASE);
	return thread;
}

/* Which events of @thread take the fast path: those of the only thread, or of one of several; if @is_flat also those that look for
 * their trace by the site alone. */
static void set_ways(struct rt_thread *thread, int is_alone, int is_shared, int is_flat)
{
	const int32_t limit = (int32_t)rt_place_of(thread->ndirect - 1);

	RT_STORE(thread->fast, is_alone ? limit : RT_NOWHERE);
	RT_STORE(thread->multi, is_shared ? limit : RT_NOWHERE);
	RT_STORE(thread->site, is_alone && is_flat ? limit : RT_NOWHERE);
	RT_STORE(thread->alone, is_alone && is_flat ? thread->cache : no_cache);
	RT_STORE(thread->shared, is_shared && is_flat ? thread->cache : no_cache);
}

void rt_thread_refresh(struct rt_thread *thread)
{
	const uint32_t mode = !rt.tracing || rt.finished ? RT_OFF : rt.multi ? RT_MULTI : RT_SINGLE;

	RT_STORE(thread->mode, mode);
	RT_STORE(thread->deep, rt.nframe > 1);
	set_ways(thread, mode == RT_SINGLE && !thread->origin && !thread->outer,
	         mode == RT_MULTI && thread->settled && !thread->outer, rt.nframe == 1);
}

void rt_thread_divert(struct rt_thread *thread)
{
	set_ways(thread, 0, 0, 0);
}

void rt_sites_forget(const void *first, const void *end)
{
	for (struct rt_thread *thread = rt_thread_list(); thread; thread = thread->next)
		for (struct rt_cached *cached = thread->cache; cached < thread->cache + RT_CACHE; cached++)
			if (RT_LOAD(cached->site) &&
			    RT_LOAD(cached->key) - (uintptr_t)first < (uintptr_t)end - (uintptr_t)first)
				RT_STORE(cached->site, 0);
}

void rt_thread_settle(struct rt_thread *thread)
{
	rt_share_out(thread);
	rt_lock(&rt.lock);
	thread->settled = 1;
	rt_thread_refresh(thread);
	rt_unlock(&rt.lock);
}

void rt_threads_refresh(void)
{
	for (struct rt_thread *thread = rt_thread_list(); thread; thread = thread->next)
		rt_thread_refresh(thread);
}

/* From here on several threads allocate: the first one's private totals become the program's. What it has by itself it changes at
 * its next event: it may be in the middle of one. */
static void go_multi(void)
{
	struct rt_thread *first = RT_LOAD(rt.main);

	if (first) {
		const int64_t bytes = rt_thread_bytes(first);

		RT_STORE(first->flushed, bytes);
		RT_STORE(rt.cur, bytes);
		RT_STORE(rt.peak, RT_LOAD(first->epoch) == RT_AT_PEAK ? bytes : RT_LOAD(first->peak));
		RT_STORE(rt.peak_state, rt_peak_state(first->left, first->epoch));
	} else {
		RT_STORE(rt.peak_state, rt_peak_state(1, 1));
	}
	__atomic_store_n(&rt.multi, 1, __ATOMIC_RELEASE);
	rt_threads_refresh();
	rt_slots_refresh();
}

static void arm_exit(struct rt_thread *thread)
{
	if (exit_key_works)
		pthread_setspecific(exit_key, thread);
}

static struct rt_thread *enter_locked(int is_main)
{
	struct rt_thread *thread = rt.free_threads;

	if (!is_main && !RT_LOAD(rt.multi))
		go_multi();
	if (thread) {
		rt.free_threads = thread->next_free;
		cache_clear(thread);
	} else {
		thread = thread_new(is_main);
	}
	if (!thread)
		return NULL;
	if (RT_LOAD(rt.multi) && !thread->settled) {
		rt_share_out(thread);
		thread->settled = 1;
	}
	thread->thread = is_main ? 0 : name_index(NULL);
	thread->stack_top = NULL;
	thread->last = NULL;
	thread->outer = NULL;
	rt_lines_thread_ended(thread);
	thread->tls_rounds = PTHREAD_DESTRUCTOR_ITERATIONS - 1;
	if (is_main)
		RT_STORE(rt.main, thread);
	rt_thread_refresh(thread);
	return thread;
}

struct rt_thread *rt_thread_enter(void)
{
	const int saved = errno, is_main = !RT_LOAD(rt.main) && rt_process() == rt_task();
	struct rt_thread *thread;

	/* What libc allocates for our key is not the program's. */
	rt_self = &rt_busy;
	rt_lock(&rt.lock);
	thread = enter_locked(is_main);
	rt_unlock(&rt.lock);
	if (thread && !is_main)
		arm_exit(thread);
	if (!thread) {
		thread = &gone;
		__atomic_fetch_add(&rt.untracked, 1, __ATOMIC_RELAXED);
	}
	rt_self = thread;
	errno = saved;
	return thread;
}

/* The key's destructor: other destructors may still allocate, so it comes back in each round until the last. */
static void on_thread_exit(void *data)
{
	struct rt_thread *thread = data;
	const int saved = errno;

	if (thread->tls_rounds-- > 1) {
		rt_self = &rt_busy;
		arm_exit(thread);
		rt_self = thread;
		errno = saved;
		return;
	}
	rt_lines_end();
	rt_self = &gone;
	snapshot_error_forget();
	rt_flush(thread);
	rt_lock(&rt.lock);
	thread->next_free = rt.free_threads;
	rt.free_threads = thread;
	rt_unlock(&rt.lock);
	errno = saved;
}

void rt_thread_renamed(const char *name)
{
	struct rt_thread *thread = rt_self;

	if (!name || thread == RT_LOAD(rt.main) || (thread->mode != RT_MULTI && thread->mode != RT_SINGLE))
		return;
	rt_lock(&rt.lock);
	thread->thread = name_index(name);
	cache_clear(thread);
	rt_unlock(&rt.lock);
}

void rt_threads_init(void)
{
	prctl(PR_GET_NAME, program_name);
	program_name[15] = 0;
	rt.orphan.chunks = rt_map(RT_NCHUNKS * sizeof(struct rt_counter *));
	rt_share_out(&rt.orphan);
	exit_key_works = pthread_key_create(&exit_key, on_thread_exit) == 0;
}
