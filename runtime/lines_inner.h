/* SPDX-License-Identifier: MIT */
/* What the line profiler keeps, between lines.c, which counts, and lines_put.c, which writes it to the profile. */
#ifndef MEMLINT_LINES_INNER_H
#define MEMLINT_LINES_INNER_H

#include "runtime/lines.h"

enum { LINES_CALLS = 16 /* of a function, that are kept one by one */ };

struct line_count {
	uint64_t occurrences;
	int64_t increment;
	uint64_t usage; /* the most that was live when the line was left */
};

/* One outermost run of a function. */
struct line_call {
	uint64_t number; /* from 1 */
	uint64_t time_ns, live;
	uint32_t thread;
	struct line_count lines[]; /* as the function's */
};

struct line_function {
	const struct memlint_line_table *table; /* a copy: its module may go */
	uint64_t calls, inner_calls;
	struct line_count *lines; /* one for each line from first to last */
	struct line_call *recorded[LINES_CALLS];
};

static inline uint32_t line_span(const struct memlint_line_table *table)
{
	return table->last - table->first + 1;
}

static inline const char *line_text(const struct memlint_line_table *table, uint32_t offset)
{
	return (const char *)table + offset;
}

/* All functions that ever ran, and their number. They never move. */
const struct line_function *rt_lines_functions(void);
extern uint32_t rt_lines_nfunctions;
/* The lines that the calling thread is on get what they did so far. */
void rt_lines_settle(void);

#endif
