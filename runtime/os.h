/* SPDX-License-Identifier: MIT */
/*
 * The operating system, as far as the runtime needs it: pages, one lock, one-line messages, clocks.
 *
 * Nothing here allocates from the program's heap. errno is left as it was found.
 */
#ifndef MEMLINT_OS_H
#define MEMLINT_OS_H

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

/* A static table most of whose pages are never touched: away from the small variables, which so share a few pages. */
#define RT_SPARSE __attribute__((section(".lbss")))

/* @size zeroed bytes, touched lazily and not reserved; NULL when the system refuses. */
void *rt_map(size_t size);
/* The same, at a multiple of @size, which is a power of two. */
void *rt_map_aligned(size_t size);
/* The same at @address; NULL where something else is. */
void *rt_map_at(uintptr_t address, size_t size);
void rt_unmap(void *memory, size_t size);
/* @size zeroed bytes, 8-aligned, that are kept to the end of the process: small pieces share pages. Takes no lock; NULL
 * when the system refuses. */
void *rt_keep(size_t size);
/* A copy of @size bytes at @data, or of @text, kept the same way; NULL and "" when the system refuses. */
void *rt_keep_copy(const void *data, size_t size);
const char *rt_keep_text(const char *text);

/* The memory that the runtime took for itself, rt_map()'s and its buffers': range number @i from 0, `end` 0 where there is
 * none now; 0 past the last. */
struct rt_range {
	uintptr_t start, end;
};
int rt_own_memory(size_t i, struct rt_range *range);
/* @size bytes at @memory are the runtime's from now on, or no more. */
void rt_own(const void *memory, size_t size, int is_ours);

/* A lock that no signal handler of this thread can interrupt: signals stay blocked while it is held. */
struct rt_lock {
	pthread_mutex_t mutex;
	sigset_t signals; /* to restore; the holder's */
};
#define RT_LOCK_INIT                               \
	{                                          \
		.mutex = PTHREAD_MUTEX_INITIALIZER \
	}
void rt_lock(struct rt_lock *lock);
void rt_unlock(struct rt_lock *lock);

/* "memlint: " and the parts up to a NULL, in one write to stderr, with a newline. */
void rt_say(const char *part, ...) __attribute__((sentinel));
/* Decimal text of @value in @text, which has room for 21 bytes; returns @text. */
char *rt_decimal(uint64_t value, char *text);

typedef int rt_clock(clockid_t clock, struct timespec *now);
/* @clock is asked first from now on, which does as clock_gettime(): that one lies in libc where little else does that a program needs,
 * and brings 64 KiB of it along. */
void rt_clock_use(rt_clock *clock);
uint64_t rt_monotonic_ns(void);
uint64_t rt_unix_ns(void);

/* The calling process and thread, without getpid(): it lies beside clock_gettime(). */
int rt_process(void);
int rt_task(void);
/* Whether the calling process has one thread only. */
int rt_is_one_task(void);

#endif
