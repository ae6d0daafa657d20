/* SPDX-License-Identifier: MIT */
/*
 * The line profiler: for functions marked for it, what each line left allocated, in exact bytes.
 *
 * Bytes are the calling thread's: allocated minus released. A line's increment is what they changed by while control was on it,
 * calls included. Of a function that calls itself, what the inner run does counts for the inner run's lines only: so the sum over a
 * function's lines is what its outermost runs changed.
 */
#ifndef MEMLINT_LINES_H
#define MEMLINT_LINES_H

#include "runtime/rt.h"

struct profile_writer;

/* What the slot MEMLINT_SLOT_LINE calls. */
void rt_lines_event(struct memlint_line_table *table, uint32_t event, const void *activation);

/* longjmp is about to go back to a frame whose stack pointer is @target: this thread's runs below it are over. */
void rt_lines_unwound(const void *target);
/* @thread's live bytes are about to change by @change without any line's doing. */
void rt_lines_rebase(struct rt_thread *thread, int64_t change);
/* The thread ends, or its struct gets another owner. */
void rt_lines_drop(struct rt_thread *thread);
/* The calling thread's runs are over with what they did up to now: the program ends inside them. */
void rt_lines_finish(void);

/* Hardly any program has lines that are counted: that code is not brought in for a question. */
static inline void rt_lines_thread_ended(struct rt_thread *thread)
{
	if (thread->lines)
		rt_lines_drop(thread);
}

static inline void rt_lines_end(void)
{
	if (rt_self->lines)
		rt_lines_finish();
}

/* Writes the chunk PROFILE_LINES for snapshot @sequence, if any marked function ever ran; with single calls if @calls, which are
 * much of it. 0 or an errno value. Under rt.lock. */
int rt_lines_put(struct profile_writer *writer, uint64_t sequence, int calls);

#endif
