// SPDX-License-Identifier: MIT
/* Orders of groups, and a merge sort that needs no heap. */
#include "runtime/snapshot/group.h"

#include <string.h>

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static uint64_t magnitude(int64_t value)
{
	return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

int snapshot_by_place(const struct snapshot_group *a, const struct snapshot_group *b)
{
	int order = strcmp(a->frame->file, b->frame->file);

	if (!order)
		order = COMPARE(a->frame->line, b->frame->line);
	if (!order)
		order = COMPARE(a->frame->column, b->frame->column);
	if (!order)
		order = strcmp(a->stat.type, b->stat.type);
	return order ? order : strcmp(a->thread, b->thread);
}

int snapshot_by_size(const struct snapshot_group *a, const struct snapshot_group *b)
{
	int order = COMPARE(b->stat.size, a->stat.size);

	if (!order)
		order = COMPARE(b->stat.count, a->stat.count);
	return order ? order : snapshot_by_place(a, b);
}

int snapshot_by_diff(const struct snapshot_group *a, const struct snapshot_group *b)
{
	int order = COMPARE(magnitude(b->stat.size_diff), magnitude(a->stat.size_diff));

	if (!order)
		order = COMPARE(b->stat.size, a->stat.size);
	if (!order)
		order = COMPARE(magnitude(b->stat.count_diff), magnitude(a->stat.count_diff));
	if (!order)
		order = COMPARE(b->stat.count, a->stat.count);
	return order ? order : snapshot_by_place(a, b);
}

static void merge(struct snapshot_group **to, struct snapshot_group **from, size_t start, size_t middle, size_t end,
                  snapshot_order *order)
{
	size_t left = start, right = middle;

	for (size_t i = start; i < end; i++) {
		const int take_left = left < middle && (right >= end || order(from[left], from[right]) <= 0);

		to[i] = take_left ? from[left++] : from[right++];
	}
}

/* @n of @all in order; 0 or -1. */
static int sort(struct snapshot_group **all, size_t n, snapshot_order *order)
{
	struct pages_buffer scratch = {0};
	struct snapshot_group **from = all, **to = n ? pages_push(&scratch, n * sizeof *to) : NULL;

	if (n && !to)
		return -1;
	for (size_t width = 1; width < n; width *= 2) {
		for (size_t start = 0; start < n; start += 2 * width) {
			const size_t middle = start + width < n ? start + width : n;
			const size_t end = start + 2 * width < n ? start + 2 * width : n;

			merge(to, from, start, middle, end, order);
		}
		struct snapshot_group **swap = from;

		from = to;
		to = swap;
	}
	if (n && from != all)
		memcpy(all, from, n * sizeof *from);
	pages_release(&scratch);
	return 0;
}

/* Moves the @n first ones in order before the others: each later one goes where it belongs among the best so far. */
static void select_first(struct snapshot_group **all, size_t total, size_t n, snapshot_order *order)
{
	for (size_t i = n; i < total; i++) {
		struct snapshot_group *group = all[i];
		size_t at = n;

		if (order(group, all[n - 1]) >= 0)
			continue;
		all[i] = all[n - 1];
		while (--at > 0 && order(group, all[at - 1]) < 0)
			all[at] = all[at - 1];
		all[at] = group;
	}
}

int snapshot_sort(struct snapshot_groups *groups, snapshot_order *order, size_t limit)
{
	enum { FEW = 64 };
	const size_t n = limit && limit <= FEW && limit < groups->n ? limit : groups->n;

	if (sort(groups->order, n, order) < 0) {
		snapshot_set_error("out of memory", NULL);
		return -1;
	}
	if (n < groups->n)
		select_first(groups->order, groups->n, n, order);
	return 0;
}
