// SPDX-License-Identifier: MIT
/* Start, stop, fork and end. */
#include "runtime/life.h"

#include "runtime/describe.h"
#include "runtime/graph.h"
#include "runtime/lines.h"
#include "runtime/objects.h"
#include "runtime/options.h"
#include "runtime/shadow.h"
#include "runtime/snapshot/pages.h"
#include "runtime/tracked.h"
#include "runtime/trim.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static struct rt_options options;
static uint64_t operations_at_fork; /* UINT64_MAX: this process is nobody's child */
static int ended, aborts;

static uint64_t operations(void)
{
	struct rt_totals sum;
	uint64_t n = 0;

	for (uint32_t id = 1; id < rt.next_id; id++)
		if (rt_sum(id, &sum))
			n += sum.alloc_count + sum.free_count;
	return n;
}

int rt_start(int nframe)
{
	if (nframe < 1 || nframe > MEMLINT_NFRAME_MAX)
		return -1;
	rt_lock(&rt.lock);
	if (!rt.tracing && !rt.finished) {
		rt.nframe = nframe;
		rt.started_ns = rt_monotonic_ns();
		rt_slots_refresh();
		__atomic_store_n(&rt.tracing, 1, __ATOMIC_RELEASE);
		rt_threads_refresh();
	}
	rt_unlock(&rt.lock);
	return 0;
}

static void forget(void)
{
	shadow_clear();
	rt_counters_clear();
}

void rt_stop(void)
{
	if (!rt.tracing)
		return;
	rt_output_snapshot(PROFILE_BY_CALL, "stop", RT_END_STOP, 0);
	tracked_clear();
	rt_lock(&rt.lock);
	rt.tracing = 0;
	rt_threads_refresh();
	forget();
	rt_unlock(&rt.lock);
}

void rt_clear(void)
{
	if (!rt.tracing)
		return;
	tracked_clear();
	rt_lock(&rt.lock);
	forget();
	rt_unlock(&rt.lock);
}

static void finish(void)
{
	rt_lock(&rt.lock);
	rt.finished = 1;
	rt_threads_refresh();
	rt_unlock(&rt.lock);
}

/* A child that only exists to become another program has nothing to tell. */
static int is_idle_child(void)
{
	return operations_at_fork != UINT64_MAX && !rt_output_exists() && operations() == operations_at_fork;
}

void rt_life_ends(enum rt_end how, int status)
{
	static const enum profile_reason reasons[] = {
	        [RT_END_EXIT] = PROFILE_AT_EXIT,   [RT_END_QUICK] = PROFILE_AT_EXIT, [RT_END_ABORT] = PROFILE_AT_ABORT,
	        [RT_END_EXEC] = PROFILE_AT_EXEC,   [RT_END_STOP] = PROFILE_BY_CALL,  [RT_END_NOT] = PROFILE_AT_FORK,
	        [RT_END_CRASH] = PROFILE_AT_CRASH,
	};

	/* A vfork child shares our memory but is not us; so is one made by a bare clone(). */
	if (!rt.tracing || rt.finished || !rt_output_wanted() || rt_process() != rt.pid || is_idle_child())
		return;
	if (__atomic_exchange_n(&ended, 1, __ATOMIC_ACQUIRE))
		return;
	aborts = how == RT_END_ABORT && !status;
	rt_output_snapshot(reasons[how], "", how, status);
	if (how == RT_END_EXIT || how == RT_END_QUICK)
		finish();
	__atomic_store_n(&ended, 0, __ATOMIC_RELEASE);
}

int rt_life_aborts(void)
{
	return RT_LOAD(aborts);
}

static int nothing_lives(void)
{
	struct rt_totals sum;

	for (uint32_t id = 1; id < rt.next_id; id++)
		if (rt_sum(id, &sum) && sum.alloc_count != sum.free_count)
			return 0;
	return 1;
}

/* What libc and libstdc++ keep until the end goes back, so that what is live then is the program's own: as memcheck and
 * heaptrack do. With other threads alive it would be theirs to fall over. */
static void free_libraries_memory(void)
{
	void (*free_cxx)(void), (*free_libc)(void);

	if (nothing_lives() || !rt_is_one_task())
		return;
	free_cxx = (void (*)(void))rt_find_function("_ZN9__gnu_cxx9__freeresEv", NULL);
	free_libc = (void (*)(void))rt_find_function("__libc_freeres", NULL);
	if (free_cxx)
		free_cxx();
	if (free_libc)
		free_libc();
}

static void at_very_end(void *unused)
{
	(void)unused;
	if (!rt.tracing || rt.finished || rt_process() != rt.pid)
		return;
	rt_ticker_stop();
	rt_lines_end();
	if (rt_output_wanted() && !is_idle_child())
		free_libraries_memory();
	rt_graph_at_exit();
	rt_life_ends(RT_END_EXIT, 0);
}

int __cxa_atexit(void (*function)(void *), void *argument, void *dso);

/* Destructors run while objects are being finished, ours not last. What is registered now runs after all of them. This one lies with the
 * code that runs all the time: the pages that are given back here are not joined by those of the code that does it. */
__attribute__((destructor)) static void on_unload(void)
{
	if (rt.tracing && !rt.finished)
		rt_trim_exit();
	__cxa_atexit(at_very_end, NULL, NULL);
}

/* A leak sanitizer ends the process in its own finalizer when it has found something: before that, as much is written as
 * is known then. */
static void before_sanitizer(void *unused)
{
	(void)unused;
	if (rt.tracing && !rt.finished && rt_process() == rt.pid && !is_idle_child())
		rt_output_snapshot(PROFILE_AT_EXIT, "", RT_END_NOT, 0);
}

static void before_fork(void)
{
	tracked_fork_lock();
	rt_output_lock();
	rt_lock(&rt.lock);
	aside_lock();
}

static void after_fork_in_parent(void)
{
	aside_unlock();
	rt_unlock(&rt.lock);
	rt_output_unlock();
	tracked_fork_unlock();
}

/* The forking thread is the only one left: the others' structs wait for new threads, with their counts. */
static void recycle_other_threads(void)
{
	rt.free_threads = NULL;
	for (struct rt_thread *thread = rt_thread_list(); thread; thread = thread->next) {
		if (thread == rt_self)
			continue;
		thread->next_free = rt.free_threads;
		rt.free_threads = thread;
	}
}

static void after_fork_in_child(void)
{
	rt.pid = rt_process();
	recycle_other_threads();
	if (rt_output_wanted())
		rt_output_forked();
	if (rt_output_wanted() && !options.follow_fork) {
		rt.tracing = 0;
		rt_threads_refresh();
	}
	operations_at_fork = operations();
	aside_unlock();
	rt_unlock(&rt.lock);
	rt_output_unlock();
	tracked_fork_unlock();
	rt_ticker_forked();
}

static void on_signal(int number)
{
	(void)number;
	if (rt.tracing && rt_process() == rt.pid)
		rt_output_snapshot(PROFILE_BY_SIGNAL, "", RT_END_NOT, 0);
}

static void install_signal(int number)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

	sigemptyset(&action.sa_mask);
	if (sigaction(number, &action, NULL) < 0)
		rt_say("cannot use the signal given in MEMLINT_SIGNAL; no signal is used", NULL);
}

/* pthread_atfork() itself: libc's copy for shared libraries would lie apart from all other code. */
int __register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void), void *dso);
extern void *__dso_handle __attribute__((visibility("hidden")));

void rt_life_init(void)
{
	operations_at_fork = UINT64_MAX;
	pages_own = rt_own;
	rt_real_init();
	rt_trim_init();
	rt_trim(); /* what loading took */
	rt_trim_begin();
	rt.pid = rt_process();
	rt_clock_use((rt_clock *)rt_kernel_function("__vdso_clock_gettime"));
	options = rt_options_read();
	rt_describe_init();
	rt_threads_init();
	__register_atfork(before_fork, after_fork_in_parent, after_fork_in_child, __dso_handle);
	rt_patch_objects(1);
}

void rt_life_begin(void)
{
	if (!options.trace)
		return;
	rt_graph_reasons = rt.under_valgrind ? 0 : options.graph;
	if (rt_graph_reasons != options.graph)
		rt_say("valgrind's memory cannot be told from the program's: no heap graph is taken", NULL);
	rt_start(options.nframe);
	rt_output_start(rt_keep_text(options.output));
	if (rt_output_wanted())
		rt_crash_init(options.signal);
	if (rt_find_function("__lsan_do_leak_check", NULL))
		__cxa_atexit(before_sanitizer, NULL, NULL);
	if (options.signal)
		install_signal(options.signal);
	if (options.interval_ns)
		rt_ticker_start(options.interval_ns);
}
