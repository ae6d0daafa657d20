// SPDX-License-Identifier: MIT
/* Frame-pointer walk that cannot fault. */
#include "runtime/frames.h"

#include "runtime/trace.h"

#include <errno.h>
#include <fcntl.h>
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

const char *rt_stack_top(void)
{
	const int saved = errno, fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	const char *top = NULL;
	struct line line = {0};
	char buffer[1024];
	ssize_t n;

	while (fd >= 0 && !top && (n = read(fd, buffer, sizeof buffer)) > 0)
		for (ssize_t i = 0; i < n && !top; i++)
			if (take_digit(&line, buffer[i], (uintptr_t)buffer))
				top = (const char *)line.bounds[1];
	if (fd >= 0)
		close(fd);
	errno = saved;
	return top;
}

uint32_t rt_frames(const struct rt_thread *thread, uint64_t key, uintptr_t *frames, uint32_t *total)
{
	const int has_site = rt_key_has_site(key);
	const uint32_t own = has_site && key >> 32 ? 2 : 1, limit = (uint32_t)rt.nframe - 1;
	uint32_t n = 0;
	const uintptr_t *frame, *below;

	__asm__ volatile("mov %%rbp, %0" : "=r"(frame));
	__asm__ volatile("mov %%rsp, %0" : "=r"(below));
	/* What the site's function was inlined into stands at the call itself. */
	if (has_site)
		frames[n++] = rt_called_from;
	rt_called_from = 0;
	*total = own + n;
	while (thread->stack_top && (uintptr_t)frame > (uintptr_t)below && !((uintptr_t)frame & 7) &&
	       (const char *)(frame + 2) <= thread->stack_top) {
		const uintptr_t address = frame[1];

		if (address < 4096)
			break;
		if (n < limit + (uint32_t)has_site && n < RT_FRAMES_MAX)
			frames[n++] = address;
		++*total;
		below = frame;
		frame = (const uintptr_t *)frame[0];
	}
	return n;
}
