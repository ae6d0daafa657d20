// SPDX-License-Identifier: MIT
/* What is remembered of stacks, and where the thread's own lies. */
#include "runtime/stacks.h"

#include "runtime/note.h"

#include <cpuid.h>

enum {
	MISSES_MAX = 8, /* remembering costs as much as a walk: what was remembered has had its chance until then */
	WAIT = 4096,    /* the kernel's list of mappings takes long to read */
};

uint32_t rt_deep_trace(struct rt_thread *thread, uint64_t cache_key, uintptr_t called_from)
{
	const uintptr_t from = rt_key_has_site(rt_key_of(cache_key)) ? called_from : 0;
	size_t place = 0;
	uint64_t sum;

	if (rt_seen_sum(thread, &sum))
		place = rt_hashed_place(thread, rt_frames_hash(cache_key, from, sum));
	return RT_LIKELY(place) ? rt_place_id(place) : rt_walked_trace(thread, cache_key, from);
}

/* Whether the processor has what stacks.h needs. */
static int can_mix(void)
{
	const unsigned wanted = bit_AES | bit_SSE4_1 | bit_SSE4_2;
	unsigned a, b, c, d;

	return __get_cpuid(1, &a, &b, &c, &d) && (c & wanted) == wanted;
}

/* Looks where the thread's own stack is now; 0 if control is not on it. */
static int look(struct rt_thread *thread)
{
	struct rt_stacks *const stacks = thread->stacks;
	struct rt_stack stack;
	const int is_own = rt_stack_here(&stack);

	if (is_own || !thread->stack_top)
		thread->stack_top = (const char *)stack.end;
	if (!stacks)
		return 0;
	stacks->wait = WAIT;
	if (!is_own || !can_mix())
		return 0;
	thread->stack_low = stack.start;
	thread->stack_size = stack.end - stack.start - sizeof(struct rt_link) + 1;
	return 1;
}

void rt_stacks_begin(struct rt_thread *thread)
{
	if (!thread->stacks)
		thread->stacks = rt_map(sizeof *thread->stacks);
	look(thread);
}

/* Whether what lies at @below lies in the thread's own stack, which may have grown. */
static int is_own(struct rt_thread *thread, const uintptr_t *below)
{
	struct rt_stacks *const stacks = thread->stacks;
	const char *const top = thread->stack_top;

	if (rt_is_in_stack(thread, below))
		return 1;
	if (stacks->wait) {
		stacks->wait--;
		return 0;
	}
	return look(thread) && thread->stack_top == top; /* else the walk ended elsewhere than the next will */
}

/* Fills in where @row's links lie: those of @n return addresses, from @frame on, and of what ends them; -1 if that cannot be. */
static int fill(struct rt_seen *row, const struct rt_thread *thread, const uintptr_t *frame, uint32_t n)
{
	static const struct rt_link none;
	const uintptr_t *outer = frame, *below = frame - 1;
	uint32_t room = RT_FIRST;

	/* Where there are fewer than were wanted, there is no frame beyond; or there is one that ends them by what is in it. */
	for (uint32_t i = 0; i < n; i++) {
		below = outer;
		outer = (const uintptr_t *)rt_word_at(outer);
	}
	n += n + 1 < row->nframe && rt_is_frame_address(outer, below, thread->stack_top);
	if (n > RT_SEEN_MAX)
		return -1;
	for (uint32_t i = 0; i < n; i++) {
		if ((uintptr_t)frame % sizeof(struct rt_link) || !rt_is_in_stack(thread, frame))
			return -1;
		if (i)
			row->links[i - 1] = (const struct rt_link *)(const void *)frame;
		frame = (const uintptr_t *)rt_word_at(frame);
	}
	while (room < n - 1)
		room += RT_GROUP;
	for (uint32_t i = n - 1; i < room; i++)
		row->links[i] = &none;
	row->beyond = (room - RT_FIRST) * sizeof *row->links;
	return 0;
}

static void remember(struct rt_thread *thread, const uintptr_t *frame, uint32_t n, uint64_t sum)
{
	struct rt_seen *const row = rt_seen_row(thread);

	if (row->frame &&
	    (rt_seen_stands(row, row->sum) || (row->nframe == (uint32_t)rt.nframe && ++row->misses < MISSES_MAX)))
		return;
	RT_STORE(row->frame, NULL);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	row->sum = sum;
	row->nframe = (uint32_t)rt.nframe;
	row->misses = 0;
	row->mixed = _mm_setzero_si128();
	if (fill(row, thread, frame, n) < 0)
		return;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	row->mixed = rt_seen_mix(row, sum);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	RT_STORE(row->frame, frame);
}

void rt_stacks_remember(struct rt_thread *thread, uint32_t n, uint64_t sum)
{
	struct rt_stacks *const stacks = thread->stacks;
	const uintptr_t *frame, *below;

	rt_frame_pointers(&frame, &below);
	/* A signal's handler leaves the row alone that it interrupts; who is further out than a filler knows that one gone. */
	if (!stacks || (uintptr_t)below < stacks->filler || !is_own(thread, below) || !n || n > RT_SEEN_MAX)
		return;
	stacks->filler = (uintptr_t)below;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	remember(thread, frame, n, sum);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	stacks->filler = 0;
}

void rt_stacks_clear(struct rt_thread *thread)
{
	struct rt_stacks *const stacks = thread->stacks;

	thread->stack_low = thread->stack_size = 0;
	if (!stacks)
		return;
	stacks->filler = 0;
	stacks->wait = 0;
	for (uint32_t i = 0; i < sizeof stacks->rows / sizeof *stacks->rows; i++)
		if (stacks->rows[i].frame)
			stacks->rows[i].frame = NULL;
}
