// SPDX-License-Identifier: MIT
/* A walk by the types' layouts with a list of its own: depth is no danger, cycles end. */
#include "runtime/reach.h"

#include "runtime/note.h"
#include "runtime/os.h"
#include "runtime/shadow.h"
#include "runtime/shape.h"

/* Blocks found, in a hash set and as a list in the order of finding. */
struct walk {
	uintptr_t *seen; /* capacity entries, 0 free */
	size_t capacity, count;
	struct pages_buffer found; /* uintptr_t[] */
	struct rt_shapes shapes;
	uintptr_t last, last_end; /* the block that was pointed into last */
	struct memlint_deep deep;
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

/* The start of the known block around @word, @word itself mostly; 0 none. */
static uintptr_t block_of(struct walk *walk, uintptr_t word)
{
	uintptr_t block;

	if (word < 4096 || !shadow_find((const void *)word))
		return 0;
	if (!(word & 7) && rt_look((const void *)word).id)
		return word;
	if (word - walk->last < walk->last_end - walk->last)
		return walk->last;
	block = rt_block_before(word);
	if (!block || word - block >= rt_look_block((const void *)block).size.requested)
		return 0;
	walk->last = block;
	walk->last_end = block + rt_look_block((const void *)block).size.requested;
	return block;
}

static void reach(struct walk *walk, uintptr_t block, int perhaps)
{
	const struct rt_taken known = block ? rt_look((const void *)block) : (struct rt_taken){0};
	uintptr_t *slot, *entry;

	if (!known.id)
		return;
	if (walk->count >= walk->capacity / 2 && grow(walk) < 0) {
		walk->failed = 1;
		return;
	}
	slot = slot_of(walk, block);
	if (*slot)
		return;
	entry = pages_push(&walk->found, sizeof *entry);
	if (!entry) {
		walk->failed = 1;
		return;
	}
	*slot = *entry = block;
	walk->count++;
	walk->deep.bytes += known.size.requested;
	walk->deep.blocks++;
	walk->deep.perhaps_bytes += perhaps ? known.size.requested : 0;
	walk->deep.perhaps_blocks += perhaps != 0;
}

/* Follows the words of @block that are at least @least. */
static void scan(struct walk *walk, uintptr_t block, enum rt_word least)
{
	const struct rt_taken known = rt_look((const void *)block);
	const struct rt_shape *shape = rt_shape_of(&walk->shapes, known.id);
	const uintptr_t first = (block + 7) & ~(uintptr_t)7;

	for (uintptr_t at = first; at + sizeof at <= block + known.size.requested && !walk->failed; at += sizeof at) {
		if (rt_shape_word(shape, (at - first) / sizeof at) >= least)
			reach(walk, block_of(walk, *(const uintptr_t *)at), least < RT_WORD_POINTER);
	}
}

/* Scans everything found, and what is found by that. */
static void scan_all(struct walk *walk, enum rt_word least)
{
	for (size_t i = 0; i < walk->count && !walk->failed; i++)
		scan(walk, ((const uintptr_t *)(const void *)walk->found.data)[i], least);
}

struct memlint_deep rt_deep(const void *block)
{
	struct walk walk = {0};

	reach(&walk, (uintptr_t)block, 0);
	scan_all(&walk, RT_WORD_POINTER);
	scan_all(&walk, RT_WORD_PERHAPS);
	rt_unmap(walk.seen, walk.capacity * sizeof *walk.seen);
	pages_release(&walk.found);
	rt_shapes_release(&walk.shapes);
	return walk.deep;
}

size_t rt_deep_sizeof(const void *block)
{
	return rt_deep(block).bytes;
}
