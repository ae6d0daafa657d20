// SPDX-License-Identifier: MIT
/* Records of tracked objects: slabs that do not move, a hash index over them, a bitmap of where objects start. */
#include "runtime/tracked.h"

#include "runtime/shadow.h"

#include <string.h>

enum {
	SLAB_BITS = 14,
	SLAB = 1 << SLAB_BITS,
	SLABS = 1 << 12,
	INDEX_FIRST = 1 << 14,
	UNIT_SHIFT = 3, /* a bit stands for 8 bytes */
	MAP_WORDS = 1 << (SHADOW_REGION_BITS - UNIT_SHIFT - 6),
};

/* An index of record numbers, from 1; 0 free. */
struct table {
	uint32_t *slots;
	size_t capacity, used;
};

static struct {
	pthread_mutex_t mutex;
	struct tracked *slabs[SLABS];
	uint32_t nrecords, free; /* free: a list by next */
	uint32_t live;
	struct table blocks, pools; /* by block; by pool: the first of its list */
} tracked RT_SPARSE = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static RT_SPARSE uint64_t *maps[SHADOW_REGIONS];
static __thread int holds __attribute__((tls_model("initial-exec")));

int tracked_lock(void)
{
	if (holds)
		return 0;
	holds = 1;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	pthread_mutex_lock(&tracked.mutex);
	return 1;
}

void tracked_unlock(void)
{
	pthread_mutex_unlock(&tracked.mutex);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	holds = 0;
}

void tracked_fork_lock(void)
{
	pthread_mutex_lock(&tracked.mutex);
}

void tracked_fork_unlock(void)
{
	pthread_mutex_unlock(&tracked.mutex);
}

int tracked_any(void)
{
	return RT_LOAD(tracked.live) != 0;
}

/* ---- records ---- */

static struct tracked *record(uint32_t number)
{
	return tracked.slabs[(number - 1) >> SLAB_BITS] + ((number - 1) & (SLAB - 1));
}

static uint32_t new_record(void)
{
	const uint32_t number = tracked.free ? tracked.free : tracked.nrecords + 1;
	struct tracked **slab = &tracked.slabs[(number - 1) >> SLAB_BITS];

	if (tracked.free) {
		tracked.free = record(number)->next;
		return number;
	}
	if (number > (uint32_t)SLAB * SLABS)
		return 0;
	if (!*slab)
		*slab = rt_map(SLAB * sizeof **slab);
	if (!*slab)
		return 0;
	tracked.nrecords = number;
	return number;
}

static void free_record(uint32_t number)
{
	record(number)->next = tracked.free;
	tracked.free = number;
}

/* ---- the two indexes ---- */

static uintptr_t key_of(const struct table *table, uint32_t number)
{
	return table == &tracked.blocks ? record(number)->block : record(number)->pool;
}

static size_t hash(const struct table *table, uintptr_t key)
{
	return (size_t)(((uint64_t)key >> 3) * 0x9e3779b97f4a7c15u >> 20) & (table->capacity - 1);
}

/* The slot of @key, or the free one where it would go; there always is one. */
static size_t slot_of(const struct table *table, uintptr_t key)
{
	size_t i = hash(table, key);

	while (table->slots[i] && key_of(table, table->slots[i]) != key)
		i = (i + 1) & (table->capacity - 1);
	return i;
}

static int make_room(struct table *table)
{
	const struct table old = *table;

	if (old.capacity && old.used < old.capacity / 2)
		return 0;
	table->capacity = old.capacity ? old.capacity * 2 : INDEX_FIRST;
	table->slots = rt_map(table->capacity * sizeof *table->slots);
	if (!table->slots) {
		*table = old;
		return old.used + 1 < old.capacity ? 0 : -1;
	}
	for (size_t i = 0; i < old.capacity; i++)
		if (old.slots[i])
			table->slots[slot_of(table, key_of(table, old.slots[i]))] = old.slots[i];
	rt_unmap(old.slots, old.capacity * sizeof *old.slots);
	return 0;
}

static uint32_t find(const struct table *table, uintptr_t key)
{
	return table->capacity ? table->slots[slot_of(table, key)] : 0;
}

/* Frees slot @i and moves up what was placed after it only because it was taken. */
static void remove_slot(struct table *table, size_t i)
{
	const size_t mask = table->capacity - 1;

	table->slots[i] = 0;
	table->used--;
	for (size_t at = (i + 1) & mask; table->slots[at]; at = (at + 1) & mask) {
		const size_t home = hash(table, key_of(table, table->slots[at]));

		if (((at - home) & mask) < ((at - i) & mask))
			continue;
		table->slots[i] = table->slots[at];
		table->slots[at] = 0;
		i = at;
	}
}

/* ---- the bitmap ---- */

static uint64_t *map_word(uintptr_t block, int make)
{
	uint64_t **map = &maps[block >> SHADOW_REGION_BITS];

	if (!*map && make)
		*map = rt_map(MAP_WORDS * sizeof **map);
	return *map ? *map + (block >> (UNIT_SHIFT + 6) & (MAP_WORDS - 1)) : NULL;
}

static uint64_t bit_of(uintptr_t block)
{
	return 1ull << (block >> UNIT_SHIFT & 63);
}

/* The first unit with a bit from @first on and before @end; 0 none. A region without a map is skipped. */
static uintptr_t next_unit(uintptr_t first, uintptr_t end)
{
	for (uintptr_t at = first & ~(uintptr_t)7; at < end;) {
		const uint64_t *word = map_word(at, 0);
		const uint64_t bits = word ? *word & ~(bit_of(at) - 1) : 0;

		if (bits) {
			at = (at & ~(uintptr_t)511) + ((uintptr_t)__builtin_ctzll(bits) << UNIT_SHIFT);
			return at < end ? at : 0;
		}
		at = word ? (at | 511) + 1 : (at | (((uintptr_t)1 << SHADOW_REGION_BITS) - 1)) + 1;
	}
	return 0;
}

/* The last unit with a bit before @end and from @first on; 0 none. */
static uintptr_t last_unit(uintptr_t first, uintptr_t end)
{
	for (uintptr_t at = end; at > first;) {
		const uintptr_t unit = at - 8;
		const uint64_t *word = map_word(unit, 0);
		const uint64_t bits = word ? *word & (bit_of(unit) | (bit_of(unit) - 1)) : 0;

		if (bits) {
			at = (unit & ~(uintptr_t)511) + ((uintptr_t)(63 - __builtin_clzll(bits)) << UNIT_SHIFT);
			return at >= first ? at : 0;
		}
		at = word ? unit & ~(uintptr_t)511 : unit & ~(((uintptr_t)1 << SHADOW_REGION_BITS) - 1);
	}
	return 0;
}

/* ---- objects ---- */

static void link_pool(uint32_t number)
{
	struct tracked *object = record(number);
	uint32_t *first;

	object->next = object->prev = 0;
	if (!object->pool || make_room(&tracked.pools) < 0) {
		object->pool = 0;
		return;
	}
	first = &tracked.pools.slots[slot_of(&tracked.pools, object->pool)];
	tracked.pools.used += *first == 0;
	object->next = *first;
	if (*first)
		record(*first)->prev = number;
	*first = number;
}

static void unlink_pool(uint32_t number)
{
	const struct tracked *object = record(number);
	const size_t slot = object->pool && !object->prev ? slot_of(&tracked.pools, object->pool) : 0;

	if (!object->pool)
		return;
	if (object->next)
		record(object->next)->prev = object->prev;
	if (object->prev)
		record(object->prev)->next = object->next;
	else if (object->next)
		tracked.pools.slots[slot] = object->next;
	else
		remove_slot(&tracked.pools, slot);
}

int tracked_put(const struct tracked *object)
{
	uint64_t *word = object->block >> 47 ? NULL : map_word(object->block, 1);
	uint32_t number;

	if (!word || make_room(&tracked.blocks) < 0 || !(number = new_record()))
		return -1;
	*record(number) = *object;
	tracked.blocks.slots[slot_of(&tracked.blocks, object->block)] = number;
	tracked.blocks.used++;
	link_pool(number);
	*word |= bit_of(object->block);
	RT_STORE(tracked.live, tracked.live + 1);
	return 0;
}

/* Two objects may start in one unit; the bit stays while one does. */
static void clear_bit(uintptr_t block)
{
	const uintptr_t unit = block & ~(uintptr_t)7;
	uint64_t *word = map_word(block, 0);

	for (uintptr_t at = unit; at < unit + 8; at++)
		if (find(&tracked.blocks, at))
			return;
	*word &= ~bit_of(block);
}

static void remove_object(uint32_t number)
{
	const uintptr_t block = record(number)->block;

	unlink_pool(number);
	remove_slot(&tracked.blocks, slot_of(&tracked.blocks, block));
	free_record(number);
	clear_bit(block);
	RT_STORE(tracked.live, tracked.live - 1);
}

int tracked_get(uintptr_t block, struct tracked *object, int take)
{
	const uint32_t number = find(&tracked.blocks, block);

	if (!number)
		return 0;
	*object = *record(number);
	if (take)
		remove_object(number);
	return 1;
}

int tracked_at(size_t i, struct tracked *object)
{
	if (i >= tracked.blocks.capacity)
		return 0;
	*object = tracked.blocks.slots[i] ? *record(tracked.blocks.slots[i]) : (struct tracked){0};
	return 1;
}

int tracked_take_within(uintptr_t first, uintptr_t end, struct tracked *object)
{
	for (uintptr_t unit = first & ~(uintptr_t)7; (unit = next_unit(unit, end)); unit += 8)
		for (uintptr_t block = unit; block < unit + 8; block++)
			if (block >= first && block < end && tracked_get(block, object, 1))
				return 1;
	return 0;
}

int tracked_before(uintptr_t block, uintptr_t reach, struct tracked *object)
{
	const uintptr_t first = block > reach ? block - reach : 0;

	for (uintptr_t end = (block + 7) & ~(uintptr_t)7; (end = last_unit(first, end));)
		for (uintptr_t at = end + 7; at >= end; at--)
			if (at < block && tracked_get(at, object, 0))
				return 1;
	return 0;
}

int tracked_take_of(uintptr_t pool, struct tracked *object)
{
	const uint32_t number = find(&tracked.pools, pool);

	if (!number)
		return 0;
	*object = *record(number);
	remove_object(number);
	return 1;
}

static void release(struct table *table)
{
	rt_unmap(table->slots, table->capacity * sizeof *table->slots);
	*table = (struct table){0};
}

void tracked_clear(void)
{
	if (!tracked_lock())
		return;
	for (size_t i = 0; i < SHADOW_REGIONS && tracked.nrecords; i++) {
		rt_unmap(maps[i], maps[i] ? MAP_WORDS * sizeof *maps[i] : 0);
		maps[i] = NULL;
	}
	for (uint32_t i = 0; i < SLABS && tracked.slabs[i]; i++) {
		rt_unmap(tracked.slabs[i], SLAB * sizeof *tracked.slabs[i]);
		tracked.slabs[i] = NULL;
	}
	release(&tracked.blocks);
	release(&tracked.pools);
	tracked.nrecords = tracked.free = 0;
	RT_STORE(tracked.live, 0);
	tracked_unlock();
}
