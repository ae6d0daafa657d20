// SPDX-License-Identifier: MIT
/* The texts that units share, layouts most of them, by what they are known by. */
#include "runtime/layout.h"
#include "runtime/rows.h"
#include "runtime/trace.h"

#include <string.h>

enum { MAX_TABLES = 4096 };

struct text_slot {
	uint64_t hash;
	uint64_t at; /* of the text in its table, from 1; 0 free */
};

struct text_index {
	size_t capacity; /* a power of two, at most half in use */
	struct text_slot slots[];
};

/* A module's texts, and where each is: an index is made once it is asked for, and stays. */
struct text_table {
	const char *first, *end; /* in the module while it is loaded, then a copy */
	struct text_index *index;
};

static struct rt_rows tables;
static uint32_t ntables;

static struct text_table *table_at(uint32_t i)
{
	return rt_rows_at(&tables, i, sizeof(struct text_table));
}

void rt_texts_add(const char *first, const char *end)
{
	struct text_table *row = NULL;

	if (first && first < end && ntables < MAX_TABLES)
		row = rt_rows_make(&tables, ntables, sizeof *row);
	if (!row)
		return;
	*row = (struct text_table){first, end, NULL};
	__atomic_store_n(&ntables, ntables + 1, __ATOMIC_RELEASE);
}

/* The first text at or after @at that is whole, its length in @length; NULL at the end. */
static const char *next_text(const char *at, const char *table_end, size_t *length)
{
	const char *end = at && at < table_end ? memchr(at, 0, (size_t)(table_end - at)) : NULL;

	*length = end ? (size_t)(end - at) : 0;
	return end ? at : NULL;
}

static const struct text_slot *slot_of(const struct text_index *index, uint64_t hash)
{
	size_t slot = (size_t)hash & (index->capacity - 1);

	while (index->slots[slot].at && index->slots[slot].hash != hash)
		slot = (slot + 1) & (index->capacity - 1);
	return index->slots + slot;
}

/* Of two texts with one key the first is kept: two types may have one name. */
static void index_text(struct text_index *index, uint64_t hash, size_t at)
{
	struct text_slot *slot = (struct text_slot *)(uintptr_t)slot_of(index, hash);

	if (!slot->at)
		*slot = (struct text_slot){hash, at + 1};
}

static size_t index_size(size_t capacity)
{
	return sizeof(struct text_index) + capacity * sizeof(struct text_slot);
}

/* All texts of @first up to @end by their hashes, and layouts by those of their names besides; NULL when memory is out. */
static struct text_index *make_index(const char *first, const char *end)
{
	size_t length, count = 0, capacity = 64;
	struct text_index *index;
	const char *at;

	for (at = first; (at = next_text(at, end, &length)); at += length + 1)
		count++;
	while (capacity < count * 4)
		capacity *= 2;
	if (!(index = rt_map(index_size(capacity))))
		return NULL;
	index->capacity = capacity;
	for (at = first; (at = next_text(at, end, &length)); at += length + 1) {
		index_text(index, rt_layout_hash(at, length), (size_t)(at - first));
		if (memchr(at, '\t', length))
			index_text(index, rt_layout_hash(at, strcspn(at, "\t")), (size_t)(at - first));
	}
	return index;
}

static const struct text_index *index_of(struct text_table *table, const char *first)
{
	struct text_index *known = __atomic_load_n(&table->index, __ATOMIC_ACQUIRE), *index;

	if (known || !(index = make_index(first, table->end)))
		return known;
	if (__atomic_compare_exchange_n(&table->index, &known, index, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return index;
	rt_unmap(index, index_size(index->capacity));
	return known;
}

const char *rt_text_find(uint64_t hash)
{
	for (uint32_t i = 0; i < __atomic_load_n(&ntables, __ATOMIC_ACQUIRE); i++) {
		struct text_table *table = table_at(i);
		const char *first = __atomic_load_n(&table->first, __ATOMIC_ACQUIRE);
		const struct text_index *index = first ? index_of(table, first) : NULL;
		const struct text_slot *slot = index ? slot_of(index, hash) : NULL;

		if (slot && slot->at)
			return first + slot->at - 1;
	}
	return NULL;
}

const char *rt_layout_named(const char *type, size_t length)
{
	return rt_text_find(rt_layout_hash(type, length));
}

void rt_texts_detach(const char *first, const char *end)
{
	for (uint32_t i = 0; first < end && i < ntables; i++) {
		struct text_table *table = table_at(i);
		const size_t size = (size_t)(end - first);

		if (table->first != first)
			continue;
		const char *copy = rt_keep_copy(first, size);

		table->end = copy ? copy + size : NULL;
		__atomic_store_n(&table->first, copy, __ATOMIC_RELEASE);
	}
}
