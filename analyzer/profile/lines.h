/* SPDX-License-Identifier: MIT */
/* The line profiler's record in a profile: what each line of the functions marked for it did. */
#ifndef MEMLINT_PROFILE_LINES_H
#define MEMLINT_PROFILE_LINES_H

#include "analyzer/base/arena.h"
#include "runtime/snapshot/profile_reader.h"

struct line_counts {
	uint64_t occurrences;
	int64_t increment; /* bytes */
	uint64_t usage;    /* the most live bytes when the line was left */
};

/* One call, not from within the function itself. */
struct line_call {
	uint64_t number;  /* from 1 */
	uint64_t time_ns; /* since start */
	uint64_t live;    /* bytes, before */
	const char *thread;
	const struct line_counts *counts; /* by line, as the function's */
};

struct line_function {
	const char *name, *file, *path; /* path: the file as seen from the compiler's working directory */
	uint32_t first, last;           /* lines of the function in its file */
	uint64_t calls, inner_calls;    /* the second from within itself */
	size_t nlines;
	const uint32_t *lines; /* those with code, ascending */
	const struct line_counts *counts;
	size_t ncalls; /* kept one by one: the first ones */
	const struct line_call *calls_kept;
};

struct line_record {
	const struct line_function *functions;
	size_t n;
};

/* The record for the snapshot of that @sequence, the last one's for 0, in @arena. 0; 1 if there is none; -1 when it is malformed. */
int line_record_read(struct profile *profile, uint64_t sequence, struct arena *arena, struct line_record *record);

/* What all calls of @function together left allocated; @counts: its own, or those of one call. */
int64_t line_increments(const struct line_function *function, const struct line_counts *counts);

#endif
