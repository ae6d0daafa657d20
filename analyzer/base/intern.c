// SPDX-License-Identifier: MIT
/* Interned strings: an open-addressing table of (hash, length, text). */
#include "analyzer/base/intern.h"

#include "analyzer/base/diag.h"
#include "analyzer/base/hash.h"

#include <stdlib.h>
#include <string.h>

struct intern_slot {
	uint32_t hash, length;
	const char *text; /* NULL: free */
};

void intern_init(struct intern *table, struct arena *arena)
{
	*table = (struct intern){.arena = arena};
}

void intern_release(struct intern *table)
{
	free(table->slots);
	memset(table, 0, sizeof *table);
}

static void intern_grow(struct intern *table)
{
	const struct intern old = *table;

	table->capacity = old.capacity ? old.capacity * 2 : 256;
	table->slots = calloc(table->capacity, sizeof *table->slots);
	if (!table->slots)
		diag_die("out of memory: a table of %u strings could not be allocated", table->capacity);
	for (uint32_t i = 0; i < old.capacity; i++) {
		uint32_t at = old.slots[i].hash & (table->capacity - 1);

		if (!old.slots[i].text)
			continue;
		while (table->slots[at].text)
			at = (at + 1) & (table->capacity - 1);
		table->slots[at] = old.slots[i];
	}
	free(old.slots);
}

const char *intern_bytes(struct intern *table, const char *text, size_t length)
{
	const uint32_t hash = (uint32_t)hash_bytes(text, length, 0);
	uint32_t at;

	if (length > UINT32_MAX)
		diag_die("out of memory: a string of %zu bytes cannot be kept", length);
	if (table->count * 2 >= table->capacity)
		intern_grow(table);
	for (at = hash & (table->capacity - 1); table->slots[at].text; at = (at + 1) & (table->capacity - 1)) {
		const struct intern_slot *slot = &table->slots[at];

		if (slot->hash == hash && slot->length == length && !memcmp(slot->text, text, length))
			return slot->text;
	}
	table->slots[at] = (struct intern_slot){hash, (uint32_t)length, arena_strndup(table->arena, text, length)};
	table->count++;
	return table->slots[at].text;
}

const char *intern_string(struct intern *table, const char *text)
{
	return text ? intern_bytes(table, text, strlen(text)) : intern_bytes(table, "", 0);
}
