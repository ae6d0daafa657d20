// SPDX-License-Identifier: MIT
/* A conservative scan with a stack of its own: depth is no danger, cycles end. */
#include "runtime/reach.h"

#include "runtime/note.h"
#include "runtime/os.h"
#include "runtime/snapshot/pages.h"

#include <string.h>

/* Blocks found, in a hash set; those not yet scanned are also on the stack. */
struct walk {
	uintptr_t *seen; /* capacity entries, 0 free */
	size_t capacity, count;
	struct pages_buffer stack; /* uintptr_t[] */
	size_t bytes;
	int failed;
};

static uintptr_t *slot_of(const struct walk *walk, uintptr_t block)
{
	size_t i = (size_t)((block >> 4) * 0x9e3779b97f4a7c15u >> 16) & (walk->capacity - 1);

	while (walk->seen[i] && walk->seen[i] != block)
		i = (i + 1) & (walk->capacity - 1);
	return walk->seen + i;
}

static int grow(struct walk *walk)
{
	struct walk larger = *walk;

	larger.capacity = walk->capacity ? walk->capacity * 2 : 1024;
	larger.seen = rt_map(larger.capacity * sizeof *larger.seen);
	if (!larger.seen)
		return -1;
	for (size_t i = 0; i < walk->capacity; i++)
		if (walk->seen[i])
			*slot_of(&larger, walk->seen[i]) = walk->seen[i];
	rt_unmap(walk->seen, walk->capacity * sizeof *walk->seen);
	*walk = larger;
	return 0;
}

static void reach(struct walk *walk, uintptr_t block)
{
	const struct rt_taken known = rt_look((const void *)block);
	uintptr_t *slot, *top;

	if (!known.id)
		return;
	if (walk->count >= walk->capacity / 2 && grow(walk) < 0) {
		walk->failed = 1;
		return;
	}
	slot = slot_of(walk, block);
	if (*slot)
		return;
	top = pages_push(&walk->stack, sizeof *top);
	if (!top) {
		walk->failed = 1;
		return;
	}
	*slot = *top = block;
	walk->count++;
	walk->bytes += known.size.requested;
}

static void scan(struct walk *walk, uintptr_t block)
{
	const size_t size = rt_look((const void *)block).size.requested;

	for (size_t at = 0; at + sizeof(uintptr_t) <= size && !walk->failed; at += sizeof(uintptr_t)) {
		uintptr_t word;

		memcpy(&word, (const char *)block + at, sizeof word);
		if (word >= 4096 && !(word & 7))
			reach(walk, word);
	}
}

size_t rt_deep_sizeof(const void *block)
{
	struct walk walk = {0};

	reach(&walk, (uintptr_t)block);
	while (walk.stack.size && !walk.failed) {
		uintptr_t next;

		walk.stack.size -= sizeof next;
		memcpy(&next, walk.stack.data + walk.stack.size, sizeof next);
		scan(&walk, next);
	}
	rt_unmap(walk.seen, walk.capacity * sizeof *walk.seen);
	pages_release(&walk.stack);
	return walk.bytes;
}
