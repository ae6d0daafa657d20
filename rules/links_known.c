// SPDX-License-Identifier: MIT
/* links: open addressing over keys that are hashes already; a slot of a former round is free. */
#include "rules/links_known.h"

#include "analyzer/base/diag.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST = 1024 };

static void next_round(struct link_known *known)
{
	known->round++;
	if (known->round)
		return;
	/* All numbers were used. */
	if (known->room)
		memset(known->slots, 0, known->room * sizeof *known->slots);
	if (known->spare_room)
		memset(known->spare, 0, known->spare_room * sizeof *known->spare);
	known->round = 1;
}

void link_known_clear(struct link_known *known)
{
	known->count = 0;
	known->capacity = known->room < FIRST ? known->room : FIRST;
	next_round(known);
}

void link_known_release(struct link_known *known)
{
	free(known->slots);
	free(known->spare);
	*known = (struct link_known){0};
}

static struct link_known_slot *slot_of(const struct link_known *known, uint64_t key)
{
	uint32_t i = (uint32_t)(key >> 20) & (known->capacity - 1);

	while (known->slots[i].round == known->round && known->slots[i].key != key)
		i = (i + 1) & (known->capacity - 1);
	return &known->slots[i];
}

/* The spare slots, twice as many as are in use, become the ones in use. */
static void swap_slots(struct link_known *known, uint32_t capacity)
{
	struct link_known_slot *slots = known->spare;
	const uint32_t room = known->spare_room;

	if (room < capacity) {
		free(slots);
		slots = calloc(capacity, sizeof *slots);
		if (!slots)
			diag_die("out of memory: a table of %u entries could not be allocated", capacity);
	}
	known->spare = known->slots;
	known->spare_room = known->room;
	known->slots = slots;
	known->room = room < capacity ? capacity : room;
	known->capacity = capacity;
}

static void grow(struct link_known *known)
{
	const uint32_t old_capacity = known->capacity, old_round = known->round;

	swap_slots(known, old_capacity ? old_capacity * 2 : FIRST);
	next_round(known);
	for (uint32_t i = 0; i < old_capacity; i++) {
		const struct link_known_slot *old = &known->spare[i];

		if (old->round == old_round)
			*slot_of(known, old->key) = (struct link_known_slot){old->key, old->value, known->round};
	}
}

uint32_t *link_known_at(struct link_known *known, uint64_t key)
{
	struct link_known_slot *slot;

	if (known->count * 2 >= known->capacity)
		grow(known);
	slot = slot_of(known, key);
	if (slot->round != known->round) {
		*slot = (struct link_known_slot){.key = key, .round = known->round};
		known->count++;
	}
	return &slot->value;
}
