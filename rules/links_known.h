/* SPDX-License-Identifier: MIT */
/*
 * links: a table of what was seen while one function is looked at, emptied without touching its memory.
 */
#ifndef MEMLINT_RULES_LINKS_KNOWN_H
#define MEMLINT_RULES_LINKS_KNOWN_H

#include <stdint.h>

struct link_known_slot {
	uint64_t key;
	uint32_t value, round; /* taken if it is of this round */
};

/* Zero-initialised is empty; memory comes from malloc and belongs to the table until link_known_release(). */
struct link_known {
	struct link_known_slot *slots, *spare;
	uint32_t count, capacity, round;
	uint32_t room, spare_room; /* allocated; few keys use few of the slots, which stay in the cache */
};

void link_known_clear(struct link_known *known);
void link_known_release(struct link_known *known);

/* The value that stands for @key, 0 when it is new; valid until the next call. */
uint32_t *link_known_at(struct link_known *known, uint64_t key);

#endif
