/* SPDX-License-Identifier: MIT */
/* The runtime in the test's own process, with the hand-made module attached. Each test runs in a process of its own. */
#ifndef RUNTIME_HERE_H
#define RUNTIME_HERE_H

#include "memlint/memlint.h"
#include "runtime/rt.h"

extern const struct memlint_api *here_api;

/* Attaches, and traces with one frame. */
void here_begin(void);
/* What module_unit's @site counted, all threads together. */
struct rt_totals here_sum(int site);
size_t here_current(void);
size_t here_peak(void);

#endif
