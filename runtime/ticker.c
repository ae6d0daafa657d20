// SPDX-License-Identifier: MIT
/* Snapshots at an interval, by a thread that blocks all signals and allocates nothing. */
#include "runtime/life.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

static struct {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	uint64_t interval_ns;
	int running, stop;
} ticker = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static struct timespec timespec_of(uint64_t ns)
{
	return (struct timespec){.tv_sec = (time_t)(ns / 1000000000u), .tv_nsec = (long)(ns % 1000000000u)};
}

static void *tick(void *unused)
{
	uint64_t next = rt_monotonic_ns() + ticker.interval_ns;

	(void)unused;
	rt_self = &rt_busy;
	pthread_mutex_lock(&ticker.mutex);
	while (!ticker.stop) {
		const struct timespec until = timespec_of(next);

		if (pthread_cond_timedwait(&ticker.wake, &ticker.mutex, &until) != ETIMEDOUT)
			continue;
		pthread_mutex_unlock(&ticker.mutex);
		if (rt.tracing && !rt.finished)
			rt_output_snapshot(PROFILE_BY_INTERVAL, "", RT_END_NOT, 0);
		next += ticker.interval_ns;
		if (next < rt_monotonic_ns())
			next = rt_monotonic_ns() + ticker.interval_ns;
		pthread_mutex_lock(&ticker.mutex);
	}
	pthread_mutex_unlock(&ticker.mutex);
	return NULL;
}

void rt_ticker_start(uint64_t interval_ns)
{
	struct rt_thread *self = rt_self;
	pthread_condattr_t attributes;
	sigset_t all, before;

	ticker.interval_ns = interval_ns;
	ticker.stop = 0;
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&ticker.wake, &attributes);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rt_self = &rt_busy;
	ticker.running = pthread_create(&ticker.thread, NULL, tick, NULL) == 0;
	rt_self = self;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!ticker.running)
		rt_say("cannot start the thread that MEMLINT_INTERVAL needs; no interval is used", NULL);
}

void rt_ticker_stop(void)
{
	if (!ticker.running || pthread_equal(pthread_self(), ticker.thread))
		return;
	pthread_mutex_lock(&ticker.mutex);
	ticker.stop = 1;
	pthread_cond_signal(&ticker.wake);
	pthread_mutex_unlock(&ticker.mutex);
	/* libc may release what it kept of the program's threads meanwhile: that counts. */
	pthread_join(ticker.thread, NULL);
	ticker.running = 0;
}

void rt_ticker_forked(void)
{
	if (!ticker.running)
		return;
	ticker.running = 0;
	pthread_mutex_init(&ticker.mutex, NULL);
	if (rt.tracing)
		rt_ticker_start(ticker.interval_ns);
}
