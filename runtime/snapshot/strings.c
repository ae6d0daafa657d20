// SPDX-License-Identifier: MIT
/* Interned strings: an open-addressing table of ids over an arena of texts. */
#include "runtime/snapshot/strings.h"

#include <string.h>

enum { FIRST_SLOTS = 1024 };

static uint32_t hash_text(const char *text, size_t length)
{
	uint64_t hash = length * 0x9e3779b97f4a7c15u, word;

	for (; length >= 8; length -= 8, text += 8) {
		memcpy(&word, text, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccdu;
		hash ^= hash >> 32;
	}
	word = 0;
	memcpy(&word, text, length);
	hash = (hash ^ word) * 0xff51afd7ed558ccdu;
	hash ^= hash >> 29;
	return (uint32_t)(hash ^ hash >> 32);
}

static const struct strings_entry *entries_of(const struct strings *strings)
{
	return (const struct strings_entry *)(const void *)strings->entries.data;
}

uint32_t strings_count(const struct strings *strings)
{
	return (uint32_t)(strings->entries.size / sizeof(struct strings_entry));
}

const char *strings_text(const struct strings *strings, uint32_t id)
{
	return id < strings_count(strings) ? entries_of(strings)[id].text : "";
}

size_t strings_length(const struct strings *strings, uint32_t id)
{
	return id < strings_count(strings) ? entries_of(strings)[id].length : 0;
}

static void place(uint32_t *slots, uint32_t mask, uint32_t hash, uint32_t id)
{
	uint32_t at = hash & mask;

	while (slots[at])
		at = (at + 1) & mask;
	slots[at] = id + 1;
}

static int grow_slots(struct strings *strings)
{
	uint32_t nslots = strings->mask ? (strings->mask + 1) * 2 : FIRST_SLOTS;
	struct pages_buffer fresh = {0};
	uint32_t *slots = pages_push(&fresh, nslots * sizeof *slots);

	if (!slots || !nslots) {
		pages_release(&fresh);
		return -1;
	}
	/* Fresh anonymous pages are zero: no slot is taken. */
	for (uint32_t id = 0; id < strings_count(strings); id++)
		place(slots, nslots - 1, entries_of(strings)[id].hash, id);
	pages_release(&strings->slots);
	strings->slots = fresh;
	strings->mask = nslots - 1;
	return 0;
}

static uint32_t append(struct strings *strings, const char *text, size_t length, uint32_t hash)
{
	const uint32_t id = strings_count(strings);
	char *copy = pages_alloc(&strings->arena, length + 1);
	struct strings_entry *entry = copy ? pages_push(&strings->entries, sizeof *entry) : NULL;

	if (!entry)
		return STRINGS_NONE;
	memcpy(copy, text, length);
	*entry = (struct strings_entry){.text = copy, .length = (uint32_t)length, .hash = hash};
	place((uint32_t *)(void *)strings->slots.data, strings->mask, hash, id);
	return id;
}

uint32_t strings_intern(struct strings *strings, const char *text, size_t length)
{
	if (length >= STRINGS_NONE)
		return STRINGS_NONE;
	if (!strings->mask) {
		if (grow_slots(strings) < 0)
			return STRINGS_NONE;
		append(strings, "", 0, hash_text("", 0));
	}
	if (strings_count(strings) >= strings->mask - strings->mask / 4 && grow_slots(strings) < 0)
		return STRINGS_NONE;

	const uint32_t hash = hash_text(text, length);
	const uint32_t *slots = (const uint32_t *)(const void *)strings->slots.data;

	for (uint32_t at = hash & strings->mask; slots[at]; at = (at + 1) & strings->mask) {
		const struct strings_entry *entry = entries_of(strings) + slots[at] - 1;

		if (entry->hash == hash && entry->length == length && !memcmp(entry->text, text, length))
			return slots[at] - 1;
	}
	return append(strings, text, length, hash);
}

void strings_release(struct strings *strings)
{
	pages_arena_release(&strings->arena);
	pages_release(&strings->entries);
	pages_release(&strings->slots);
	strings->mask = 0;
}
