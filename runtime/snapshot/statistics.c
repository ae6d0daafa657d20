// SPDX-License-Identifier: MIT
/* The public statistics and comparisons: live rows only, as tracemalloc has them. */
#include "runtime/snapshot/group.h"

#include <string.h>

/* What the caller sees, and the memory behind it. */
struct statistics {
	struct memlint_statistics public;
	struct snapshot_groups groups;
};

static int is_shown(const struct memlint_statistic *row)
{
	return row->count || row->size || row->count_diff || row->size_diff;
}

/* Takes @groups over. */
static struct memlint_statistics *publish(struct snapshot_groups *groups)
{
	struct statistics *statistics = pages_alloc(&groups->arena, sizeof *statistics);
	struct memlint_statistic *rows = pages_alloc(&groups->arena, groups->n * sizeof *rows);
	size_t n = 0;

	if (!statistics || !rows) {
		snapshot_set_error("out of memory", NULL);
		snapshot_groups_release(groups);
		return NULL;
	}
	for (size_t i = 0; i < groups->n; i++)
		if (is_shown(&groups->order[i]->stat))
			rows[n++] = groups->order[i]->stat;
	statistics->public = (struct memlint_statistics){.n = n, .rows = rows};
	statistics->groups = *groups;
	return &statistics->public;
}

struct memlint_statistics *snapshot_statistics(const struct memlint_snapshot *snapshot, enum memlint_key key,
                                               int cumulative)
{
	struct snapshot_groups groups;

	if (!snapshot) {
		snapshot_set_error("no snapshot given", NULL);
		return NULL;
	}
	if (snapshot_group(&groups, snapshot, key, cumulative) < 0)
		return NULL;
	if (snapshot_sort(&groups, snapshot_by_size, groups.n) < 0 || snapshot_name(&groups, groups.n) < 0) {
		snapshot_groups_release(&groups);
		return NULL;
	}
	return publish(&groups);
}

struct memlint_statistics *snapshot_compare_to(const struct memlint_snapshot *snapshot,
                                               const struct memlint_snapshot *old, enum memlint_key key, int cumulative)
{
	struct snapshot_groups groups, before;

	if (!snapshot || !old) {
		snapshot_set_error("no snapshot given", NULL);
		return NULL;
	}
	if (snapshot_group(&groups, snapshot, key, cumulative) < 0)
		return NULL;
	if (snapshot_group(&before, old, key, cumulative) < 0) {
		snapshot_groups_release(&groups);
		return NULL;
	}
	const int failed = snapshot_name(&groups, groups.n) < 0 || snapshot_name(&before, before.n) < 0 ||
	                   snapshot_match(&groups, &before) < 0 ||
	                   snapshot_sort(&groups, snapshot_by_diff, groups.n) < 0;

	snapshot_groups_release(&before);
	if (!failed)
		return publish(&groups);
	snapshot_groups_release(&groups);
	return NULL;
}

void snapshot_statistics_free(struct memlint_statistics *statistics)
{
	struct statistics *whole = (struct statistics *)statistics;

	if (!statistics)
		return;
	struct pages_arena arena = whole->groups.arena;

	pages_arena_release(&arena);
}
