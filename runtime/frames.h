/* SPDX-License-Identifier: MIT */
/* The call stack beyond the site, by frame pointers; and the author's line that a thread is working for. */
#ifndef MEMLINT_FRAMES_H
#define MEMLINT_FRAMES_H

#include "runtime/rt.h"

/* Frames kept beyond the sites; the API's limit is larger, no more are found by frame pointers in practice. */
enum { RT_FRAMES_MAX = 1024 };

/* The thread's memlint_v1_caller; NULL if no module has one. */
RT_INLINE const struct memlint_site *const *rt_caller(void)
{
	const ptrdiff_t offset = rt.caller_offset;
	char *thread_pointer;

	if (!offset)
		return NULL;
	__asm__("mov %%fs:0, %0" : "=r"(thread_pointer));
	return (const struct memlint_site *const *)(void *)(thread_pointer + offset);
}

/*
 * Return addresses of the callers of the function with the site, innermost first, in @frames[RT_FRAMES_MAX]; how many,
 * at most the limit less the frames that @key has itself. *@total: how many there were.
 * Reads only between the stack pointer and the thread's stack top, upwards: code without frame pointers yields few or
 * wrong frames, never a fault. The runtime is compiled with -ffixed-rbp: %rbp is the program's.
 */
uint32_t rt_frames(const struct rt_thread *thread, uint64_t key, uintptr_t *frames, uint32_t *total);

#endif
