/* SPDX-License-Identifier: MIT */
/*
 * The profile file of this process.
 *
 * One lock guards it. A write that fails is told once on stderr; the file keeps what was whole, the program goes on.
 */
#ifndef MEMLINT_OUTPUT_H
#define MEMLINT_OUTPUT_H

#include "runtime/profile_format.h"

#include <stdint.h>

struct snapshot_totals;

enum rt_end { RT_END_EXIT, RT_END_QUICK, RT_END_ABORT, RT_END_EXEC, RT_END_STOP, RT_END_NOT, RT_END_CRASH };

/* Opens the file that @pattern names and writes the preface; tells on stderr if that cannot be done. */
void rt_output_start(const char *pattern);
/* In a forked child: the parent's file is the parent's; the child's is made when something is first written. */
void rt_output_forked(void);
/* Whether a profile is written at all, and whether this process' file exists already. */
int rt_output_wanted(void);
int rt_output_exists(void);
/* Everything that is new, and a snapshot; then the end record unless @end is RT_END_NOT. */
void rt_output_snapshot(enum profile_reason reason, const char *name, enum rt_end end, int status);
/* The same with the heap graph, whatever MEMLINT_GRAPH says; -1 when there is no profile or no memory for it. */
int rt_output_graph(enum profile_reason reason, const char *name, enum rt_end end, int status);
void rt_output_mark(const char *name);
/* The program's sums. Under rt.lock. */
void rt_program_totals(struct snapshot_totals *totals);
/* Nanoseconds from the start of tracing to @monotonic_ns. */
uint64_t rt_elapsed(uint64_t monotonic_ns);
/* For the fork handlers. */
void rt_output_lock(void);
void rt_output_unlock(void);
/* Bytes of memory it uses. */
unsigned long rt_output_memory(void);
/* Resident bytes that all of the runtime uses. */
unsigned long rt_tracer_memory(void);

#endif
