// SPDX-License-Identifier: MIT
/*
 * Stacks by site and innermost frame. A walk must wait for each link before it knows where the next one is; a comparison takes the
 * next frame from memory while the link that leads there is still being checked, and reads nothing that no checked link leads to.
 */
#include "runtime/stacks.h"

#include "runtime/frames.h"
#include "runtime/note.h"

enum {
	STACKS = 128,
	FRAMES = 29,    /* deeper stacks are not remembered; a row is 512 bytes */
	MISSES_MAX = 4, /* in a row; then the place rests, */
	REST = 60,      /* for so many calls: remembering costs as much as a walk */
};

struct link {
	const uintptr_t *outer; /* the next frame out */
	uintptr_t returns;      /* where this one returns to */
};

struct stack {
	uint64_t key; /* 0: nothing is remembered here */
	const uintptr_t *frame;
	uintptr_t called_from;
	uint32_t wanted; /* frames that there were to be */
	uint32_t nlinks; /* that must be as they were */
	uintptr_t last;  /* the return address of the frame after them, if the stack is cut there; else 0 */
	uint32_t trace;
	uint16_t misses, rest;
	struct link links[FRAMES];
};

struct rt_stacks {
	struct stack rows[STACKS];
};

static struct stack *row_of(struct rt_stacks *stacks, uint64_t key, const uintptr_t *frame)
{
	return stacks->rows + (((key >> 38) * 31 + (key >> 6) * 613 + ((uintptr_t)frame >> 4)) & (STACKS - 1));
}

RT_INLINE int is_as_it_was(const struct stack *stack, const uintptr_t *frame)
{
#pragma GCC unroll 4
	for (const struct link *link = stack->links, *end = link + stack->nlinks; link < end; link++) {
		const uintptr_t *outer = link->outer;

		if (frame[1] != link->returns || frame[0] != (uintptr_t)outer)
			return 0;
		__asm__(""
		        : "+r"(outer)); /* of the two names that this has now the compiler is to take the one at hand */
		frame = outer;
	}
	return !stack->last || frame[1] == stack->last;
}

/* The trace of @key, if the stack below which the caller runs stands as it was when the trace was remembered; else 0. */
RT_INLINE uint32_t find(const struct rt_thread *thread, uint64_t key, uintptr_t called_from)
{
	struct rt_stacks *stacks = thread->stacks;
	const uintptr_t *frame, *below;
	struct stack *stack;

	rt_frame_pointers(&frame, &below);
	if (RT_UNLIKELY(!stacks || !rt_is_frame_address(frame, below, thread->stack_top)))
		return 0;
	stack = row_of(stacks, key, frame);
	if (RT_UNLIKELY(stack->rest)) {
		stack->rest--;
		return 0;
	}
	/* Once more at the end: a signal's handler may have put another in its place. */
	if (RT_LIKELY(stack->key == key && stack->frame == frame && stack->called_from == called_from &&
	              stack->wanted == (uint32_t)rt.nframe && is_as_it_was(stack, frame) &&
	              RT_LOAD(stack->frame) == frame)) {
		stack->misses = 0;
		return stack->trace;
	}
	if (++stack->misses == MISSES_MAX) {
		stack->misses = 0;
		stack->rest = REST;
	}
	return 0;
}

uint32_t rt_deep_trace(struct rt_thread *thread, uint64_t cache_key, uintptr_t called_from)
{
	const uint32_t id = find(thread, cache_key, called_from);

	return RT_LIKELY(id) ? id : rt_walked_trace(thread, cache_key, called_from);
}

/* Fills in @stack's links; -1 if it is not as it was walked a moment ago. */
static int fill(struct stack *stack, const struct rt_thread *thread, uint32_t n, const uintptr_t *below)
{
	const uint32_t is_cut = n == stack->wanted - 1;
	const uintptr_t *frame = stack->frame;

	stack->nlinks = n - is_cut;
	for (uint32_t i = 0; i < n; i++) {
		if (!rt_is_frame_address(frame, below, thread->stack_top))
			return -1;
		stack->links[i] = (struct link){(const uintptr_t *)frame[0], frame[1]};
		below = frame;
		frame = (const uintptr_t *)frame[0];
	}
	stack->last = is_cut ? stack->links[n - 1].returns : 0;
	/* A stack whose end is told by what stands there, not by where, may end elsewhere the next time. */
	return is_cut || !rt_is_frame_address(frame, below, thread->stack_top) ? 0 : -1;
}

void rt_stacks_remember(struct rt_thread *thread, uint64_t key, uintptr_t called_from, uint32_t n, uint32_t trace)
{
	const uintptr_t *frame, *below;
	struct stack *stack;

	rt_frame_pointers(&frame, &below);
	if (!n || n > FRAMES || (!thread->stacks && !(thread->stacks = rt_map(sizeof *thread->stacks))))
		return;
	stack = row_of(thread->stacks, key, frame);
	if (stack->rest)
		return;
	stack->key = 0;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	stack->frame = frame;
	stack->called_from = called_from;
	stack->wanted = (uint32_t)rt.nframe;
	stack->trace = trace;
	if (fill(stack, thread, n, below) < 0)
		return;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	stack->key = key;
}

void rt_stacks_clear(struct rt_thread *thread)
{
	for (uint32_t i = 0; thread->stacks && i < STACKS; i++)
		if (thread->stacks->rows[i].key)
			thread->stacks->rows[i].key = 0;
}
