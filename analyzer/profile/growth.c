// SPDX-License-Identifier: MIT
/* Follows lines and types over snapshots. */
#include "analyzer/profile/growth.h"

bool growth_takes_part(const struct profile_snapshot *head)
{
	return head->reason == PROFILE_BY_INTERVAL || head->reason == PROFILE_BY_CALL ||
	       head->reason == PROFILE_BY_SIGNAL;
}

void growth_init(struct growth *growth, size_t capacity)
{
	*growth = (struct growth){.capacity = capacity};
	intern_init(&growth->names, &growth->arena);
}

static struct growth_row *row_of(struct growth *growth, const struct snapshot_group *group)
{
	const char *key = intern_string(&growth->names, group->stat.key);
	const uintptr_t found = (uintptr_t)hash_map_find(&growth->known, key);

	if (found)
		return growth->rows.items + found - 1;
	vec_push(&growth->rows, (struct growth_row){
	                                .key = key,
	                                .frame = group->frame,
	                                .type = intern_string(&growth->names, group->main_type),
	                                .bytes = arena_array(&growth->arena, growth->capacity, uint64_t),
	                                .counts = arena_array(&growth->arena, growth->capacity, uint64_t),
	                        });
	hash_map_put(&growth->known, key, (void *)(uintptr_t)growth->rows.count);
	return &vec_last(&growth->rows);
}

void growth_add(struct growth *growth, const struct snapshot_groups *groups, uint64_t time_ns)
{
	const size_t at = growth->seconds.count;

	if (at == growth->capacity)
		return;
	for (size_t i = 0; i < groups->n; i++) {
		struct growth_row *row = row_of(growth, groups->order[i]);

		row->bytes[at] = groups->order[i]->stat.size;
		row->counts[at] = groups->order[i]->stat.count;
	}
	vec_push(&growth->seconds, (double)time_ns / 1e9);
}

void growth_finish(struct growth *growth)
{
	for (size_t i = 0; i < growth->rows.count; i++) {
		struct growth_row *row = growth->rows.items + i;

		for (size_t step = 1; step < growth->seconds.count; step++) {
			row->rises += row->counts[step] > row->counts[step - 1];
			row->falls += row->counts[step] < row->counts[step - 1];
		}
	}
}

void growth_release(struct growth *growth)
{
	vec_release(&growth->rows);
	vec_release(&growth->seconds);
	hash_map_release(&growth->known);
	intern_release(&growth->names);
	arena_clear(&growth->arena);
	*growth = (struct growth){0};
}

bool growth_is_steady(const struct growth *growth, const struct growth_row *row)
{
	return growth->seconds.count >= GROWTH_SNAPSHOTS && row->rises == growth->seconds.count - 1;
}

bool growth_only_grows(const struct growth *growth, const struct growth_row *row)
{
	const size_t n = growth->seconds.count;

	return n >= GROWTH_SNAPSHOTS && !row->falls && row->rises >= n / 2 &&
	       row->counts[n - 1] > row->counts[(n - 1) / 2];
}

double growth_slope(const struct growth *growth, const struct growth_row *row)
{
	const size_t n = growth->seconds.count;
	double time = 0, bytes = 0, both = 0, square = 0;

	for (size_t i = 0; i < n; i++) {
		time += growth->seconds.items[i];
		bytes += (double)row->bytes[i];
	}
	for (size_t i = 0; i < n; i++) {
		const double distance = growth->seconds.items[i] - time / (double)n;

		both += distance * ((double)row->bytes[i] - bytes / (double)n);
		square += distance * distance;
	}
	return square > 0 ? both / square : 0;
}
