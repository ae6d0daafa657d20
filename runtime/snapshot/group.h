/* SPDX-License-Identifier: MIT */
/*
 * Rows of a snapshot gathered by a key: what statistics, comparisons and every view of the command are made of.
 *
 * A group also holds lines whose blocks are all released; the public statistics leave those out, as tracemalloc does.
 */
#ifndef MEMLINT_GROUP_H
#define MEMLINT_GROUP_H

#include "runtime/snapshot/snapshot.h"

/* What differs between the rows of one group (struct snapshot_group.several). */
enum {
	SNAPSHOT_SEVERAL_PLACES = 1u << 0, /* files or lines */
	SNAPSHOT_SEVERAL_FUNCTIONS = 1u << 1,
	SNAPSHOT_SEVERAL_TYPES = 1u << 2,
};

struct snapshot_group {
	struct memlint_statistic stat;
	struct snapshot_counts counts;
	const struct snapshot_trace *trace; /* of its first row */
	const struct snapshot_frame
	        *frame; /* the place it stands for: the first row's author, or the frame if cumulative */
	const char *thread;
	const char *
	        main_type; /* of several types the known one with most bytes ever allocated by one trace; else stat.type */
	uint64_t main_bytes;
	uint32_t several; /* SNAPSHOT_SEVERAL_* */
	uint32_t thread_index;
	uint32_t last_row; /* cumulative: the row counted last, from 1, so that recursion counts once */
	uint32_t matched;  /* comparison: it has its partner */
};

struct snapshot_groups {
	const struct memlint_snapshot *snapshot;
	enum memlint_key key;
	size_t n;
	struct snapshot_group **order; /* [n], as first met; sort with snapshot_sort() */
	struct pages_arena arena;
};

/* Fills @groups; 0, or -1 with snapshot_error(). The snapshot must outlive them. Keys and tracebacks of the statistics
 * are empty until snapshot_name(). */
int snapshot_group(struct snapshot_groups *groups, const struct memlint_snapshot *snapshot, enum memlint_key key,
                   int cumulative);
/* Makes the printable keys and the tracebacks of the first @n: usually those that are shown. 0 or -1. */
int snapshot_name(struct snapshot_groups *groups, size_t n);
void snapshot_groups_release(struct snapshot_groups *groups);

/* Below 0 when @a comes before @b. */
typedef int snapshot_order(const struct snapshot_group *a, const struct snapshot_group *b);

/* Puts the first @limit in order; what comes behind them is in none. Stable. -1 when memory is out. */
int snapshot_sort(struct snapshot_groups *groups, snapshot_order *order, size_t limit);
snapshot_order snapshot_by_size;  /* live bytes, live blocks, place */
snapshot_order snapshot_by_diff;  /* of the differences, as compare_to */
snapshot_order snapshot_by_place; /* file, line, column, type, thread */

/* Both named. Sets size_diff and count_diff of every group of @now, and adds a group (with zero size and count) for each of @old that
 * vanished. Equal paths match first, then equal names of files. Both by the same key. 0 or -1. */
int snapshot_match(struct snapshot_groups *now, struct snapshot_groups *old);

#endif
