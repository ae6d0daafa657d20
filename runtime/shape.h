/* SPDX-License-Identifier: MIT */
/* What the words of a block may hold, by the type that its allocation was for. */
#ifndef MEMLINT_SHAPE_H
#define MEMLINT_SHAPE_H

#include "runtime/snapshot/pages.h"

#include <stdint.h>

enum rt_word {
	RT_WORD_NUMBER,  /* no pointer */
	RT_WORD_PERHAPS, /* void *, a union's member, bytes, or a type that is not known */
	RT_WORD_POINTER,
};

/* Of one type: an element's words, and those of each element of a flexible array behind it. */
struct rt_shape {
	const uint8_t *words, *flexible; /* enum rt_word */
	uint32_t nwords, nflexible;      /* nwords 0: every word is `other` */
	uint8_t other;
};

/* Shapes by trace, looked up once. All zero is an empty one. */
struct rt_shapes {
	struct pages_arena arena;
	struct rt_shape **by_trace; /* [ntraces] */
	uint32_t ntraces;
};

/* The shape of the blocks of trace @id; never NULL. Takes rt.lock. */
const struct rt_shape *rt_shape_of(struct rt_shapes *shapes, uint32_t id);
void rt_shapes_release(struct rt_shapes *shapes);

/* The kind of word number @at of a block of @shape. */
static inline enum rt_word rt_shape_word(const struct rt_shape *shape, uint64_t at)
{
	if (!shape->nwords)
		return (enum rt_word)shape->other;
	if (at < shape->nwords)
		return (enum rt_word)shape->words[at];
	if (shape->nflexible)
		return (enum rt_word)shape->flexible[(at - shape->nwords) % shape->nflexible];
	return (enum rt_word)shape->words[at % shape->nwords];
}

#endif
