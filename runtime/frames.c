// SPDX-License-Identifier: MIT
/* Frame-pointer walk that cannot fault. */
#include "runtime/frames.h"

#include "runtime/trace.h"

uint32_t rt_frames(const struct rt_thread *thread, uint64_t key, uintptr_t *frames, uint32_t *total)
{
	const uint32_t own = key >> 32 && !(key & RT_KEY_ADDRESS) && (uint32_t)key != RT_KEY_FOREIGN ? 2 : 1;
	const uint32_t limit = (uint32_t)rt.nframe > own ? (uint32_t)rt.nframe - own : 0;
	uint32_t skip = own, n = 0;
	const uintptr_t *frame, *below;

	__asm__ volatile("mov %%rbp, %0" : "=r"(frame));
	__asm__ volatile("mov %%rsp, %0" : "=r"(below));
	*total = own;
	while (thread->stack_top && (uintptr_t)frame > (uintptr_t)below && !((uintptr_t)frame & 7) &&
	       (const char *)(frame + 2) <= thread->stack_top) {
		const uintptr_t address = frame[1];

		if (address < 4096)
			break;
		if (skip) {
			skip--;
		} else {
			if (n < limit && n < RT_FRAMES_MAX)
				frames[n++] = address;
			++*total;
		}
		below = frame;
		frame = (const uintptr_t *)frame[0];
	}
	return n;
}
