// SPDX-License-Identifier: MIT
/* A walk by the types' layouts with a list of its own: depth is no danger, cycles end. */
#include "runtime/reach.h"

#include "runtime/note.h"
#include "runtime/os.h"
#include "runtime/shadow.h"
#include "runtime/shape.h"
#include "runtime/words.h"

/* Blocks found, in a set and as a list in the order of finding. */
struct walk {
	struct rt_words seen;
	struct pages_buffer found; /* uintptr_t[] */
	struct rt_shapes shapes;
	uintptr_t last, last_end; /* the block that was pointed into last */
	struct memlint_deep deep;
	int failed;
};

/* The start of the known block around @word, @word itself mostly; 0 none. */
static uintptr_t block_of(struct walk *walk, uintptr_t word)
{
	uintptr_t block;

	if (word < 4096 || !shadow_covers(word))
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
	uintptr_t *entry;
	int is_new;

	if (!known.id)
		return;
	is_new = rt_words_add(&walk->seen, block);
	if (!is_new)
		return;
	entry = is_new > 0 ? pages_push(&walk->found, sizeof *entry) : NULL;
	if (!entry) {
		walk->failed = 1;
		return;
	}
	*entry = block;
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
	for (size_t i = 0; i < walk->seen.count && !walk->failed; i++)
		scan(walk, ((const uintptr_t *)(const void *)walk->found.data)[i], least);
}

struct memlint_deep rt_deep(const void *block)
{
	struct walk walk = {0};

	reach(&walk, (uintptr_t)block, 0);
	scan_all(&walk, RT_WORD_POINTER);
	scan_all(&walk, RT_WORD_PERHAPS);
	rt_words_release(&walk.seen);
	pages_release(&walk.found);
	rt_shapes_release(&walk.shapes);
	return walk.deep;
}

size_t rt_deep_sizeof(const void *block)
{
	return rt_deep(block).bytes;
}
