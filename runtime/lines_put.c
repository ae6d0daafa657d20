// SPDX-License-Identifier: MIT
/* Writes what the line profiler counted to the profile. */
#include "runtime/lines_inner.h"
#include "runtime/snapshot/profile_writer.h"

static void put_signed(struct profile_writer *writer, int64_t value)
{
	profile_put(writer, ((uint64_t)value << 1) ^ (value < 0 ? ~0ull : 0));
}

static void put_count(struct profile_writer *writer, const struct line_count *line)
{
	profile_put(writer, RT_LOAD(line->occurrences));
	put_signed(writer, RT_LOAD(line->increment));
	profile_put(writer, RT_LOAD(line->usage));
}

static void put_call(struct profile_writer *writer, const struct line_function *function, const struct line_call *call)
{
	const uint32_t *numbers = (const uint32_t *)(function->table + 1);

	profile_put(writer, call->number);
	profile_put(writer, call->thread + 1);
	profile_put(writer, call->time_ns > rt.started_ns ? call->time_ns - rt.started_ns : 0);
	profile_put(writer, call->live);
	for (uint32_t i = 0; i < function->table->nlines; i++)
		put_count(writer, call->lines + (numbers[i] - function->table->first));
}

static void put_function(struct profile_writer *writer, const struct line_function *function, int with_calls)
{
	const struct memlint_line_table *table = function->table;
	const uint32_t *numbers = (const uint32_t *)(table + 1);
	const struct line_call *calls[LINES_CALLS];
	uint32_t ncalls = 0, before = table->first;

	profile_put_string(writer, line_text(table, table->name));
	profile_put_string(writer, line_text(table, table->file));
	profile_put_string(writer, line_text(table, table->directory));
	profile_put(writer, table->first);
	profile_put(writer, table->last);
	profile_put(writer, RT_LOAD(function->calls));
	profile_put(writer, RT_LOAD(function->inner_calls));
	profile_put(writer, table->nlines);
	for (uint32_t i = 0; i < table->nlines; i++) {
		profile_put(writer, numbers[i] - before);
		put_count(writer, function->lines + (numbers[i] - table->first));
		before = numbers[i];
	}
	for (uint32_t i = 0; with_calls && i < LINES_CALLS; i++)
		if ((calls[ncalls] = __atomic_load_n(&function->recorded[i], __ATOMIC_ACQUIRE)))
			ncalls++;
	profile_put(writer, ncalls);
	for (uint32_t i = 0; i < ncalls; i++)
		put_call(writer, function, calls[i]);
}

int rt_lines_put(struct profile_writer *writer, uint64_t sequence, int calls)
{
	const uint32_t n = __atomic_load_n(&rt_lines_nfunctions, __ATOMIC_ACQUIRE);
	const struct line_function *functions;

	if (!n)
		return 0;
	functions = rt_lines_functions();
	/* Lines that other threads are on get theirs when those leave them. */
	rt_lines_settle();
	profile_begin(writer, PROFILE_LINES);
	profile_put(writer, sequence);
	profile_put(writer, n);
	for (uint32_t i = 0; i < n; i++)
		put_function(writer, functions + i, calls);
	return profile_end(writer);
}
