/* SPDX-License-Identifier: MIT */
/* Hooks that are no allocators: a process that ends or changes, objects that come, threads that are renamed. */
#ifndef MEMLINT_HOOKS_H
#define MEMLINT_HOOKS_H

enum rt_other {
#define OTHER(name) RT_OTHER_##name,
#include "runtime/foreign.def"
	RT_NOTHER
};

extern void *const rt_other_hooks[RT_NOTHER];
extern void *rt_other_real[RT_NOTHER];

#endif
