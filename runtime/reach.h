/* SPDX-License-Identifier: MIT */
/* What can be reached from a block. */
#ifndef MEMLINT_REACH_H
#define MEMLINT_REACH_H

#include "memlint/memlint.h"

/* The object graph from @block: what pointer fields reach, then what anything that looks like a pointer reaches besides. All
 * zero if @block is not known. */
struct memlint_deep rt_deep(const void *block);
/* Bytes of all of it. */
size_t rt_deep_sizeof(const void *block);

#endif
