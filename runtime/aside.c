// SPDX-License-Identifier: MIT
/* The side table: open addressing under a lock of its own, for the few blocks the shadow has no room for. */
#include "runtime/shadow.h"

enum { ASIDE_FIRST = 128 }; /* a page of them */
#define ASIDE_REMOVED ((uintptr_t)1)

static struct {
	struct rt_lock lock;
	struct shadow_aside *entries;
	size_t capacity; /* a power of two */
	size_t used;     /* removed ones included */
	size_t live;
} aside = {.lock = RT_LOCK_INIT};

static size_t first_slot(uintptr_t block)
{
	return (size_t)(((uint64_t)block >> 3) * 0x9e3779b97f4a7c15u >> 20) & (aside.capacity - 1);
}

/* The entry of @block, or where it would go; the table is never full. */
static struct shadow_aside *slot_of(uintptr_t block)
{
	struct shadow_aside *removed = NULL;
	size_t i = first_slot(block);

	for (;; i = (i + 1) & (aside.capacity - 1)) {
		struct shadow_aside *slot = aside.entries + i;

		if (slot->block == block)
			return slot;
		if (!slot->block)
			return removed ? removed : slot;
		if (slot->block == ASIDE_REMOVED && !removed)
			removed = slot;
	}
}

/* Room for one more: a fresh table without the removed ones, larger if they are not many. */
static int make_room(void)
{
	struct shadow_aside *old = aside.entries;
	const size_t old_capacity = aside.capacity;
	size_t capacity = old_capacity ? old_capacity : ASIDE_FIRST;

	if (aside.used < old_capacity - old_capacity / 4)
		return 0;
	if (aside.live >= capacity / 2)
		capacity *= 2;
	struct shadow_aside *fresh = rt_map(capacity * sizeof *fresh);

	if (!fresh)
		return aside.used + 1 < old_capacity ? 0 : -1;
	aside.entries = fresh;
	aside.capacity = capacity;
	aside.used = aside.live;
	for (size_t i = 0; i < old_capacity; i++)
		if (old[i].block > ASIDE_REMOVED)
			*slot_of(old[i].block) = old[i];
	rt_unmap(old, old_capacity * sizeof *old);
	return 0;
}

int aside_put(const struct shadow_aside *entry)
{
	int status = -1;

	rt_lock(&aside.lock);
	if (make_room() == 0) {
		struct shadow_aside *slot = slot_of(entry->block);

		aside.used += slot->block == 0;
		aside.live += slot->block <= ASIDE_REMOVED;
		*slot = *entry;
		status = 0;
	}
	rt_unlock(&aside.lock);
	return status;
}

int aside_get(const void *block, struct shadow_aside *entry, int take)
{
	int found = 0;

	if (!RT_LOAD(aside.live) || (uintptr_t)block <= ASIDE_REMOVED)
		return 0;
	rt_lock(&aside.lock);
	if (aside.capacity) {
		struct shadow_aside *slot = slot_of((uintptr_t)block);

		found = slot->block == (uintptr_t)block;
		if (found) {
			*entry = *slot;
			if (take) {
				slot->block = ASIDE_REMOVED;
				aside.live--;
			}
		}
	}
	rt_unlock(&aside.lock);
	return found;
}

int aside_peek(const void *block, struct shadow_aside *entry)
{
	const struct shadow_aside *slot = aside.capacity ? slot_of((uintptr_t)block) : NULL;

	if (!slot || slot->block != (uintptr_t)block)
		return 0;
	*entry = *slot;
	return 1;
}

void aside_clear(void)
{
	rt_lock(&aside.lock);
	rt_unmap(aside.entries, aside.capacity * sizeof *aside.entries);
	aside.entries = NULL;
	aside.capacity = aside.used = aside.live = 0;
	rt_unlock(&aside.lock);
}

void aside_lock(void)
{
	rt_lock(&aside.lock);
}

void aside_unlock(void)
{
	rt_unlock(&aside.lock);
}
