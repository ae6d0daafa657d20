// SPDX-License-Identifier: MIT
/*
 * The line profiler's state. Each thread has a stack of the marked functions that it is in, told apart by the address of a variable in
 * their frames. A run that ended without saying so (longjmp, an exception through C) is found by that: nothing below the stack
 * pointer is alive.
 */
#include "runtime/lines.h"

#include "runtime/frames.h"
#include "runtime/lines_inner.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

enum {
	LINES_FUNCTIONS = 4096,
	LINES_DEPTH = 1 << 8, /* of a thread's stack at first */
	LINES_DEPTH_MAX = 1 << 22,
	LINES_LEVELS = 4, /* handlers of signals that came while hooks were at work, one upon the other */
};

/* A run of a function. */
struct line_run {
	const void *activation;
	struct line_function *function;
	struct line_call *call; /* NULL: only summed */
	int64_t accounted;      /* the thread's live bytes that lines have got */
	int64_t passed;         /* those that the outer run of the same function was told not to count */
	uint32_t line;          /* index: where control is */
	uint32_t outer;         /* depth of that outer run; 0 none */
};

struct rt_lines {
	struct rt_thread *thread;
	struct rt_lines *above; /* for what a signal's handler does while a hook is at work on this one */
	const void *busy;       /* stack pointer of the hook that is at work; NULL none */
	struct rt_stack stack;  /* the one looked at last */
	uint32_t depth, capacity;
	struct line_run *runs;
	uint32_t innermost[LINES_FUNCTIONS]; /* depth of each function's innermost run; 0 none */
};

static struct line_function *functions; /* LINES_FUNCTIONS of them */
uint32_t rt_lines_nfunctions;
static int full; /* more than that have been met */

/* The program's live bytes, as far as one thread can tell at once. */
static uint64_t live_now(const struct rt_thread *thread)
{
	int64_t live = rt_thread_bytes(thread);

	if (RT_LOAD(rt.multi))
		live += RT_LOAD(rt.cur) - RT_LOAD(thread->flushed);
	return live > 0 ? (uint64_t)live : 0;
}

/* ---- functions ---- */

/* Inline functions and templates have a table in each unit; they are one function. */
static int is_same(const struct memlint_line_table *a, const struct memlint_line_table *b)
{
	return a->first == b->first && a->last == b->last && !strcmp(line_text(a, a->name), line_text(b, b->name)) &&
	       !strcmp(line_text(a, a->file), line_text(b, b->file)) &&
	       !strcmp(line_text(a, a->directory), line_text(b, b->directory));
}

/* The number, from 1, of the function that @table tells of; 0 when there are too many or memory is out. */
static uint32_t register_table(const struct memlint_line_table *table)
{
	struct memlint_line_table *copy = NULL;
	struct line_count *lines = NULL;

	if (!functions)
		functions = rt_map(LINES_FUNCTIONS * sizeof *functions);
	for (uint32_t i = 0; functions && i < rt_lines_nfunctions; i++)
		if (is_same(functions[i].table, table))
			return i + 1;
	if (functions && rt_lines_nfunctions == LINES_FUNCTIONS && !full) {
		full = 1;
		rt_say("too many functions are profiled line by line: those after the first 4096 are left out", NULL);
	}
	if (!functions || full)
		return 0;
	copy = rt_keep(table->size);
	lines = rt_keep(line_span(table) * sizeof *lines);
	if (!copy || !lines)
		return 0;
	memcpy(copy, table, table->size);
	functions[rt_lines_nfunctions].table = copy;
	functions[rt_lines_nfunctions].lines = lines;
	__atomic_store_n(&rt_lines_nfunctions, rt_lines_nfunctions + 1, __ATOMIC_RELEASE);
	return rt_lines_nfunctions;
}

static struct line_function *function_of(struct memlint_line_table *table)
{
	uint32_t id = __atomic_load_n(&table->id, __ATOMIC_ACQUIRE);

	if (RT_UNLIKELY(!id)) {
		rt_lock(&rt.lock);
		id = register_table(table);
		__atomic_store_n(&table->id, id, __ATOMIC_RELEASE);
		rt_unlock(&rt.lock);
	}
	return id ? functions + id - 1 : NULL;
}

/* ---- counting ---- */

/* Threads may be at it at once; where there is one only, a plain addition will do. */
static void add_shared(struct line_count *line, uint64_t occurrences, int64_t increment, uint64_t usage)
{
	uint64_t most = RT_LOAD(line->usage);

	if (!RT_LOAD(rt.multi)) {
		RT_ADD(line->occurrences, occurrences);
		RT_ADD(line->increment, increment);
		if (usage > most)
			RT_STORE(line->usage, usage);
		return;
	}
	if (occurrences)
		__atomic_fetch_add(&line->occurrences, occurrences, __ATOMIC_RELAXED);
	if (increment)
		__atomic_fetch_add(&line->increment, increment, __ATOMIC_RELAXED);
	while (usage > most &&
	       !__atomic_compare_exchange_n(&line->usage, &most, usage, 1, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

/* Counts for the line that @run is on. */
static void add(struct line_run *run, uint64_t occurrences, int64_t increment, uint64_t usage)
{
	add_shared(run->function->lines + run->line, occurrences, increment, usage);
	if (run->call)
		add_shared(run->call->lines + run->line, occurrences, increment, usage);
}

/* Gives the line that @run is on what has changed since control came to it. */
static void account(const struct rt_thread *thread, struct line_run *run)
{
	const int64_t now = rt_thread_bytes(thread);

	add(run, 0, now - run->accounted, live_now(thread));
	run->accounted = now;
}

/* What @run's lines have got is not its outer run's. */
static void pass_on(struct rt_lines *lines, struct line_run *run)
{
	if (run->outer)
		lines->runs[run->outer - 1].accounted += run->accounted - run->passed;
	run->passed = run->accounted;
}

/* ---- runs ---- */

static int grow(struct rt_lines *lines)
{
	const uint32_t capacity = lines->capacity ? lines->capacity * 2 : LINES_DEPTH;
	struct line_run *runs = capacity <= LINES_DEPTH_MAX ? rt_map(capacity * sizeof *runs) : NULL;

	if (!runs)
		return -1;
	if (lines->runs) {
		memcpy(runs, lines->runs, lines->depth * sizeof *runs);
		rt_unmap(lines->runs, lines->capacity * sizeof *runs);
	}
	lines->runs = runs;
	lines->capacity = capacity;
	return 0;
}

static struct line_call *record_call(struct line_function *function, const struct rt_thread *thread)
{
	const uint64_t number = __atomic_add_fetch(&function->calls, 1, __ATOMIC_RELAXED);
	const uint32_t span = line_span(function->table);
	struct line_call *call = NULL;

	if (number <= LINES_CALLS)
		call = rt_keep(sizeof *call + span * sizeof *call->lines);
	if (!call)
		return NULL;
	call->number = number;
	call->time_ns = rt_monotonic_ns();
	call->live = live_now(thread);
	call->thread = thread->thread;
	__atomic_store_n(&function->recorded[number - 1], call, __ATOMIC_RELEASE);
	return call;
}

static void push(struct rt_lines *lines, struct line_function *function, const void *activation)
{
	const struct rt_thread *thread = lines->thread;
	uint32_t *innermost = lines->innermost + (function - functions);
	struct line_run *run;

	if (lines->depth == lines->capacity && grow(lines) < 0)
		return;
	run = lines->runs + lines->depth++;
	*run = (struct line_run){.activation = activation,
	                         .function = function,
	                         .accounted = rt_thread_bytes(thread),
	                         .passed = rt_thread_bytes(thread),
	                         .outer = *innermost};
	if (run->outer) {
		run->call = lines->runs[run->outer - 1].call;
		__atomic_fetch_add(&function->inner_calls, 1, __ATOMIC_RELAXED);
	} else {
		run->call = record_call(function, thread);
	}
	*innermost = lines->depth;
	add(run, 1, 0, live_now(thread));
}

static void pop(struct rt_lines *lines)
{
	struct line_run *run = lines->runs + lines->depth - 1;

	pass_on(lines, run);
	lines->innermost[run->function - functions] = run->outer;
	lines->depth--;
}

static int on_signal_stack(void)
{
	stack_t stack;

	return sigaltstack(NULL, &stack) == 0 && stack.ss_flags & SS_ONSTACK;
}

/* Whether @run's place lies below @stack on the same stack: a sanitizer may keep the variable elsewhere. */
static int is_below(struct rt_lines *lines, const struct line_run *run, uintptr_t stack)
{
	const uintptr_t place = (uintptr_t)run->activation;

	if (RT_LIKELY(place >= stack))
		return 0;
	if (stack < lines->stack.start || stack >= lines->stack.end)
		lines->stack = rt_stack_find((const void *)stack);
	return place >= lines->stack.start;
}

/* A new run begins at @activation while the stack pointer is @stack: what is below that, or was at that, is over. */
static void drop_dead(struct rt_lines *lines, const void *activation, const void *stack)
{
	const struct line_run *top = lines->runs + lines->depth - 1;

	if (!lines->depth || (top->activation != activation && !is_below(lines, top, (uintptr_t)stack)) ||
	    on_signal_stack())
		return;
	for (; lines->depth && (top->activation == activation || is_below(lines, top, (uintptr_t)stack)); top--)
		pop(lines);
}

/* The run at @activation, those above it being over; NULL if it is not known. */
static struct line_run *find(struct rt_lines *lines, const void *activation)
{
	uint32_t depth = lines->depth;

	while (depth && lines->runs[depth - 1].activation != activation)
		depth--;
	while (depth && lines->depth > depth)
		pop(lines);
	return depth ? lines->runs + depth - 1 : NULL;
}

static void take_event(struct rt_lines *lines, struct memlint_line_table *table, uint32_t event, const void *activation,
                       const void *stack)
{
	struct line_run *run = event == MEMLINT_LINE_ENTER ? NULL : find(lines, activation);

	/* Tracing may have started inside the function. */
	if (!run && event != MEMLINT_LINE_LEAVE) {
		struct line_function *function = function_of(table);

		drop_dead(lines, activation, stack);
		if (!function)
			return;
		push(lines, function, activation);
		run = lines->runs + lines->depth - 1;
	}
	if (!run || !lines->depth || event == MEMLINT_LINE_ENTER)
		return;
	if (event == MEMLINT_LINE_LEAVE) {
		account(lines->thread, run);
		pop(lines);
	} else if (run->line != event - table->first) {
		account(lines->thread, run);
		run->line = event - table->first;
		add(run, 1, 0, 0);
	}
}

/* Where @lines are in use below a signal's handler: those above, made if need be. */
static struct rt_lines *free_lines(struct rt_lines *lines, const void *stack)
{
	for (int level = 0; lines && level < LINES_LEVELS; level++) {
		if (!lines->busy || ((uintptr_t)stack > (uintptr_t)lines->busy && !on_signal_stack()))
			return lines;
		if (!lines->above && (lines->above = rt_map(sizeof *lines)))
			lines->above->thread = lines->thread;
		lines = lines->above;
	}
	return NULL;
}

/* The calling thread's state, to be given back with end(); NULL when nothing is to be done. */
static struct rt_lines *begin(const void *stack)
{
	struct rt_thread *thread = rt_self;
	struct rt_lines *lines;

	if (RT_UNLIKELY(thread->mode == RT_NEW))
		thread = rt_thread_enter();
	if (thread->mode != RT_SINGLE && thread->mode != RT_MULTI)
		return NULL;
	if (RT_UNLIKELY(!thread->lines) && (thread->lines = rt_map(sizeof *lines)))
		thread->lines->thread = thread;
	lines = thread->lines;
	if (lines && RT_UNLIKELY(lines->busy != NULL))
		lines = free_lines(lines, stack);
	if (!lines)
		return NULL;
	RT_STORE(lines->busy, stack);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return lines;
}

static void end(struct rt_lines *lines)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	RT_STORE(lines->busy, NULL);
}

/* Control goes from one line to another: the only thread's. */
RT_INLINE void move(struct line_count *lines, uint32_t from, uint32_t to, int64_t increment, uint64_t live)
{
	RT_ADD(lines[from].increment, increment);
	if (live > lines[from].usage)
		RT_STORE(lines[from].usage, live);
	RT_ADD(lines[to].occurrences, 1);
}

/* What most events are: another line of the run on top of the only thread's stack. A handler that comes in between leaves
 * that run as it is. Returns 0 if it is something else. */
RT_INLINE int take_quickly(const struct memlint_line_table *table, uint32_t event, const void *activation)
{
	const struct rt_thread *thread = rt_self;
	const struct rt_lines *lines = thread->lines;
	const uint32_t to = event - table->first;
	const int64_t now = rt_thread_bytes(thread);
	struct line_run *run;

	if (!lines || lines->busy || !lines->depth || thread->mode != RT_SINGLE || now < 0 ||
	    to > table->last - table->first)
		return 0;
	run = lines->runs + lines->depth - 1;
	if (run->activation != activation)
		return 0;
	if (run->line == to)
		return 1;
	move(run->function->lines, run->line, to, now - run->accounted, (uint64_t)now);
	if (run->call)
		move(run->call->lines, run->line, to, now - run->accounted, (uint64_t)now);
	run->accounted = now;
	run->line = to;
	return 1;
}

static __attribute__((noinline)) void take_slowly(struct memlint_line_table *table, uint32_t event,
                                                  const void *activation)
{
	const int saved = errno;
	const void *stack = __builtin_frame_address(0);
	struct rt_lines *lines = begin(stack);

	if (lines) {
		take_event(lines, table, event, activation, stack);
		end(lines);
	}
	errno = saved;
}

void rt_lines_event(struct memlint_line_table *table, uint32_t event, const void *activation)
{
	if (RT_UNLIKELY(!take_quickly(table, event, activation)))
		take_slowly(table, event, activation);
}

/* Gives all lines that the thread is on what they did so far, innermost first. */
static void settle(struct rt_lines *lines)
{
	for (uint32_t i = lines->depth; i > 0; i--) {
		account(lines->thread, lines->runs + i - 1);
		pass_on(lines, lines->runs + i - 1);
	}
}

void rt_lines_unwound(const void *target)
{
	struct rt_lines *lines = rt_self->lines ? begin(__builtin_frame_address(0)) : NULL;

	if (!lines)
		return;
	/* All: a run that was inlined into the frame gone back to is over, too, which shows later. */
	settle(lines);
	while (lines->depth && is_below(lines, lines->runs + lines->depth - 1, (uintptr_t)target))
		pop(lines);
	end(lines);
}

void rt_lines_rebase(struct rt_thread *thread, int64_t change)
{
	for (struct rt_lines *lines = thread->lines; lines; lines = lines->above)
		for (uint32_t i = 0; i < lines->depth; i++) {
			lines->runs[i].accounted += change;
			lines->runs[i].passed += change;
		}
}

void rt_lines_drop(struct rt_thread *thread)
{
	for (struct rt_lines *lines = thread->lines; lines; lines = lines->above) {
		lines->busy = NULL;
		while (lines->depth)
			pop(lines);
	}
}

void rt_lines_finish(void)
{
	struct rt_lines *lines = rt_self->lines ? begin(__builtin_frame_address(0)) : NULL;

	if (!lines)
		return;
	settle(lines);
	while (lines->depth)
		pop(lines);
	end(lines);
}

const struct line_function *rt_lines_functions(void)
{
	return functions;
}

void rt_lines_settle(void)
{
	struct rt_lines *lines = rt_self->lines ? begin(__builtin_frame_address(0)) : NULL;

	if (!lines)
		return;
	settle(lines);
	end(lines);
}
