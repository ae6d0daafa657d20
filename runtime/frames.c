// SPDX-License-Identifier: MIT
/* Frame-pointer walk that cannot fault. */
#include "runtime/frames.h"

#include "runtime/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/auxv.h>
#include <unistd.h>

/* What is known of a line "start-end …" of the kernel's list, digit by digit. */
struct line {
	uintptr_t bounds[2];
	int field; /* 2: past the addresses */
};

/* Whether @c completes the addresses of a mapping that @address lies in. */
static int take_digit(struct line *line, char c, uintptr_t address)
{
	if (c == '\n') {
		*line = (struct line){0};
		return 0;
	}
	if (line->field > 1)
		return 0;
	if (c == '-' || c == ' ')
		line->field++;
	else
		line->bounds[line->field] =
		        line->bounds[line->field] << 4 | (uintptr_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	return line->field == 2 && address >= line->bounds[0] && address < line->bounds[1];
}

struct rt_stack rt_stack_find(const void *address)
{
	const int saved = errno, fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	struct rt_stack stack = {0};
	struct line line = {0};
	char buffer[1024];
	ssize_t n;

	while (fd >= 0 && !stack.end && (n = read(fd, buffer, sizeof buffer)) > 0)
		for (ssize_t i = 0; i < n && !stack.end; i++)
			if (take_digit(&line, buffer[i], (uintptr_t)address))
				stack = (struct rt_stack){line.bounds[0], line.bounds[1]};
	if (fd >= 0)
		close(fd);
	errno = saved;
	return stack;
}

int rt_stack_here(struct rt_stack *stack)
{
	const uintptr_t here = (uintptr_t)__builtin_frame_address(0);
	uintptr_t mark;

	*stack = rt_stack_find((const void *)here);
	if (getpid() == gettid()) {
		mark = getauxval(AT_RANDOM); /* the kernel puts that at the end of the first stack */
		return mark > here && mark < stack->end;
	}
	mark = (uintptr_t)
	        __builtin_thread_pointer(); /* and libc each other thread's control block at the end of its own */
	if (mark <= here || mark >= stack->end)
		return 0;
	stack->end = mark;
	return 1;
}

RT_INLINE int is_frame(const uintptr_t *frame, const uintptr_t *below, const char *top)
{
	return rt_is_frame_address(frame, below, top) && RT_LIKELY(rt_word_at(frame + 1) >= 4096);
}

uint32_t rt_frames(const struct rt_thread *thread, uintptr_t *frames, uint64_t *sum)
{
	const uint32_t limit = (uint32_t)rt.nframe - 1, wanted = limit < RT_FRAMES_MAX - 1 ? limit : RT_FRAMES_MAX - 1;
	const char *const top = thread->stack_top;
	const uintptr_t *frame, *below;
	uint64_t hash = 0;
	uint32_t n = 0;

	rt_frame_pointers(&frame, &below);
	below = frames + RT_FRAMES_MAX - 1; /* what lies between is ours */
	while (n < wanted && is_frame(frame, below, top)) {
		const uintptr_t address = rt_word_at(frame + 1);

		frames[n++] = address;
		hash = hash * RT_GOLDEN + address;
		below = frame;
		frame = (const uintptr_t *)rt_word_at(frame);
	}
	/* So that no sum of it and other addresses is like that of others. */
	hash = (hash ^ hash >> 32) * RT_GOLDEN;
	*sum = hash ^ hash >> 29;
	return n;
}

uint32_t rt_frames_total(const struct rt_thread *thread, uint64_t key, const uintptr_t *below)
{
	const int has_site = rt_key_has_site(key);
	const uintptr_t *frame, *here;
	uint32_t n = has_site ? key >> 32 ? 3 : 2 : 1;

	rt_frame_pointers(&frame, &here);
	for (; is_frame(frame, below, thread->stack_top); n++) {
		below = frame;
		frame = (const uintptr_t *)rt_word_at(frame);
	}
	return n;
}
