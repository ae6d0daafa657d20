/* SPDX-License-Identifier: MIT */
/* Several snapshots as one: the same program run more than once, or its processes. */
#ifndef MEMLINT_PROFILE_MERGE_H
#define MEMLINT_PROFILE_MERGE_H

#include "runtime/snapshot/snapshot.h"

/* A sum being built. */
struct merged {
	struct memlint_snapshot *sum;
};

/* An empty sum; sum is NULL when memory is out. */
struct merged merged_new(void);
/* Adds all rows and totals of @snapshot. The peak of the sum is the sum of the peaks: what the runs would need side by
 * side. */
void merged_add(struct merged *merged, const struct memlint_snapshot *snapshot);

#endif
