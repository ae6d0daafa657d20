/* SPDX-License-Identifier: MIT */
/* Call stacks seen lately: where one stands again, comparing it is cheaper than walking it. */
#ifndef MEMLINT_STACKS_H
#define MEMLINT_STACKS_H

#include "runtime/rt.h"

/* @trace is what @key has with this stack of @n return addresses. */
void rt_stacks_remember(struct rt_thread *thread, uint64_t key, uintptr_t called_from, uint32_t n, uint32_t trace);
void rt_stacks_clear(struct rt_thread *thread);

#endif
