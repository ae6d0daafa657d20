/* SPDX-License-Identifier: MIT */
/* What can be reached from a block. */
#ifndef MEMLINT_REACH_H
#define MEMLINT_REACH_H

#include <stddef.h>

/* Bytes requested for @block and every live block whose start stands in an aligned word of one already reached, each once;
 * 0 if @block is not known. Conservative: a number that looks like a block's address counts as one. */
size_t rt_deep_sizeof(const void *block);

#endif
