// SPDX-License-Identifier: MIT
/*
 * Objects of users' pools. An object that lies in a block of the allocator's takes its bytes over from the block's row, and gives
 * them back when it goes: so each byte is counted once, and the block's row shows what of it is free or overhead.
 */
#include "runtime/note.h"

#include "runtime/count.h"
#include "runtime/shadow.h"
#include "runtime/tracked.h"

#include <errno.h>

enum {
	CHUNK_SEARCH = 64 << 20,  /* bytes before an object in which its chunk must start */
	OBJECT_SEARCH = 1 << 20,  /* bytes before an object in which an object that overlaps it starts */
	SAME_BLOCK_ROUNDING = 64, /* a pool's header and rounding, where it gives each object a block of its own */
};

/* Adds @size live bytes to the counter of @id, or takes them away: the other half of the sum is another's. */
static void move_bytes(struct rt_thread *thread, uint32_t id, int64_t size, int is_object, int is_free)
{
	struct rt_counter *counter = rt_counter_of(thread, id);

	if (!counter)
		return;
	if (thread->mode != RT_SINGLE)
		rt_save_peak_multi(counter);
	else if (counter->epoch != thread->epoch)
		rt_meet_epoch(thread, counter);
	if (is_free) {
		rt_add_free(counter, (uint64_t)size, RT_OVER_MIN);
	} else if (is_object) {
		rt_add_alloc(counter, (uint64_t)size, RT_OVER_MIN);
	} else {
		RT_ADD(counter->alloc_bytes, (uint64_t)size);
	}
}

static void count_object(struct rt_thread *thread, const struct tracked *object)
{
	if (!object->chunk) {
		rt_count_block(thread, object->trace, (struct rt_block_size){object->size, object->size}, 0);
		return;
	}
	move_bytes(thread, object->chunk_trace, -(int64_t)object->size, 0, 0);
	move_bytes(thread, object->trace, (int64_t)object->size, 1, 0);
}

/* @object is gone; its record is removed already. */
static void uncount_object(struct rt_thread *thread, const struct tracked *object)
{
	if (!object->chunk) {
		rt_count_block(thread, object->trace, (struct rt_block_size){object->size, object->size}, 1);
		return;
	}
	move_bytes(thread, object->trace, (int64_t)object->size, 1, 1);
	move_bytes(thread, object->chunk_trace, (int64_t)object->size, 0, 0);
}

/* ---- which block an object lies in ---- */

uintptr_t rt_block_before(uintptr_t address)
{
	return shadow_before(address, address > CHUNK_SEARCH ? address - CHUNK_SEARCH : 1);
}

/* Marks @block as a chunk: its release takes the slow way, which looks for objects in it. */
static int mark_chunk(uintptr_t block, const struct rt_block_size *size)
{
	struct shadow_aside aside;
	uint32_t *entry = shadow_find((const void *)block);

	if (!aside_get((const void *)block, &aside, 0))
		aside = (struct shadow_aside){.block = block, .requested = size->requested, .usable = size->usable};
	if (aside.is_chunk)
		return 0;
	aside.is_chunk = 1;
	if (aside_put(&aside) < 0)
		return -1;
	RT_STORE(*entry, RT_LOAD(*entry) & ~RT_PLACE);
	return 0;
}

/* Fills in the chunk that @object lies in, if any. Its neighbour's is most often its own. */
static void find_chunk(struct tracked *object, const struct tracked *neighbour)
{
	if (neighbour && neighbour->chunk && object->block + object->size <= neighbour->chunk + neighbour->chunk_size) {
		object->chunk = neighbour->chunk;
		object->chunk_size = neighbour->chunk_size;
		object->chunk_trace = neighbour->chunk_trace;
		return;
	}
	/* Beside one that lies in no block, in memory mapped by the pool itself. */
	if (neighbour && !neighbour->chunk && object->block - (neighbour->block + neighbour->size) < 4096)
		return;
	const uintptr_t block = rt_block_before(object->block);
	const struct rt_taken known = block ? rt_look_block((const void *)block) : (struct rt_taken){0};

	if (!known.id || object->block + object->size > block + known.size.usable || mark_chunk(block, &known.size) < 0)
		return;
	object->chunk = block;
	object->chunk_size = known.size.usable;
	object->chunk_trace = known.id;
}

/* ---- tracking ---- */

/* What used to lie where @object lies now is gone: its pool has used the memory again. *@neighbour: the object before it. */
static int make_way(struct rt_thread *thread, const struct tracked *object, struct tracked *neighbour)
{
	struct tracked gone;
	int found = tracked_before(object->block, OBJECT_SEARCH, neighbour);

	while (found && neighbour->block + neighbour->size > object->block) {
		tracked_get(neighbour->block, &gone, 1);
		uncount_object(thread, &gone);
		found = tracked_before(object->block, OBJECT_SEARCH, neighbour);
	}
	while (tracked_take_within(object->block, object->block + (object->size ? object->size : 1), &gone))
		uncount_object(thread, &gone);
	return found;
}

/* Each object has a block of the allocator's own: the block is told of a second time, and counts at @id. */
static int is_whole_block(const struct rt_taken *known, size_t size)
{
	return known->id && known->size.usable >= size &&
	       known->size.requested <= size + size / 8 + SAME_BLOCK_ROUNDING;
}

static int track_whole_block(struct rt_thread *thread, const void *block, size_t size, uint32_t id)
{
	struct rt_taken known = rt_take(block);

	rt_count_block(thread, known.id, known.size, 1);
	known.size.requested = size;
	known.id = id;
	rt_put_back(block, known);
	rt_count_block(thread, known.id, known.size, 0);
	return 0;
}

static int track(struct rt_thread *thread, struct tracked *object)
{
	const struct rt_taken known = rt_look_block((const void *)object->block);
	struct tracked neighbour;
	int has_neighbour;

	if (is_whole_block(&known, object->size))
		return track_whole_block(thread, (const void *)object->block, object->size, object->trace);
	has_neighbour = make_way(thread, object, &neighbour);
	find_chunk(object, has_neighbour ? &neighbour : NULL);
	if (tracked_put(object) < 0) {
		rt_cannot_track();
		return -1;
	}
	count_object(thread, object);
	return 0;
}

int rt_track(const struct rt_pooled *user)
{
	const uintptr_t frame = (uintptr_t)user->address;
	struct rt_thread *thread = rt_counted_thread();
	const int saved = errno;
	int status = -1;

	if (!thread || thread->mode == RT_GONE)
		return -1;
	struct tracked object = {.block = (uintptr_t)user->block,
	                         .size = user->size,
	                         .pool = (uintptr_t)user->pool,
	                         .domain = user->domain};

	object.trace = user->address ? rt_trace_intern(user->key, thread->thread, &frame, 1, 2)
	                             : rt_trace_of(thread, user->key);
	if (object.trace && tracked_lock()) {
		status = track(thread, &object);
		tracked_unlock();
	}
	errno = saved;
	return status;
}

int rt_untrack(const void *block)
{
	struct rt_thread *thread = rt_counted_thread();
	struct tracked object;
	int found;

	if (!thread || thread->mode == RT_GONE || !tracked_lock())
		return -1;
	found = tracked_get((uintptr_t)block, &object, 1);
	if (found)
		uncount_object(thread, &object);
	tracked_unlock();
	if (!found && shadow_get(block)) {
		rt_note_free(block);
		found = 1;
	}
	return found ? 0 : -1;
}

void rt_untrack_pool(const void *pool)
{
	struct rt_thread *thread = rt_counted_thread();
	struct tracked object;

	if (!thread || thread->mode == RT_GONE || !tracked_any() || !tracked_lock())
		return;
	while (tracked_take_of((uintptr_t)pool, &object))
		uncount_object(thread, &object);
	tracked_unlock();
}

void rt_untrack_within(const void *chunk, size_t size)
{
	struct rt_thread *thread = rt_counted_thread();
	struct tracked object;

	if (!thread || thread->mode == RT_GONE || !tracked_any() || !tracked_lock())
		return;
	while (tracked_take_within((uintptr_t)chunk, (uintptr_t)chunk + size, &object))
		uncount_object(thread, &object);
	tracked_unlock();
}

struct rt_taken rt_look(const void *block)
{
	struct rt_taken found = {0};
	struct tracked object;

	if (tracked_any() && tracked_lock()) {
		if (tracked_get((uintptr_t)block, &object, 0))
			found = (struct rt_taken){object.trace, {object.size, object.size}};
		tracked_unlock();
	}
	return found.id ? found : rt_look_block(block);
}
