/* SPDX-License-Identifier: MIT */
/* Sets of words: addresses, hashes. */
#ifndef MEMLINT_WORDS_H
#define MEMLINT_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed: an empty one. Its pages grow with what is in it. */
struct rt_words {
	uint64_t *slots; /* 0 free */
	size_t capacity, count;
};

/* Puts @word, not 0, in @words: 1 if it is new, 0 if it was there, -1 when memory is out. */
int rt_words_add(struct rt_words *words, uint64_t word);
/* Empties @words. */
void rt_words_release(struct rt_words *words);

#endif
