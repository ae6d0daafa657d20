// SPDX-License-Identifier: MIT
/* A hash table with linear probing, at most half full. */
#include "runtime/words.h"

#include "runtime/os.h"

enum { WORDS_FIRST = 512 };

static uint64_t *slot_of(const struct rt_words *words, uint64_t word)
{
	size_t i = (size_t)(word * 0x9e3779b97f4a7c15u >> 32) & (words->capacity - 1);

	while (words->slots[i] && words->slots[i] != word)
		i = (i + 1) & (words->capacity - 1);
	return words->slots + i;
}

static int grow(struct rt_words *words)
{
	struct rt_words larger = *words;

	larger.capacity = words->capacity ? words->capacity * 2 : WORDS_FIRST;
	larger.slots = rt_map(larger.capacity * sizeof *larger.slots);
	if (!larger.slots)
		return -1;
	for (size_t i = 0; i < words->capacity; i++)
		if (words->slots[i])
			*slot_of(&larger, words->slots[i]) = words->slots[i];
	rt_unmap(words->slots, words->capacity * sizeof *words->slots);
	*words = larger;
	return 0;
}

int rt_words_add(struct rt_words *words, uint64_t word)
{
	uint64_t *slot;

	if (words->count >= words->capacity / 2 && grow(words) < 0)
		return -1;
	slot = slot_of(words, word);
	if (*slot)
		return 0;
	*slot = word;
	words->count++;
	return 1;
}

void rt_words_release(struct rt_words *words)
{
	rt_unmap(words->slots, words->capacity * sizeof *words->slots);
	*words = (struct rt_words){0};
}
