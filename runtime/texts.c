// SPDX-License-Identifier: MIT
/* The texts that units share, layouts most of them, by what they are known by. */
#include "runtime/coded.h"
#include "runtime/layout.h"
#include "runtime/rows.h"
#include "runtime/trace.h"

#include <string.h>

enum { MAX_TABLES = 4096 };

struct text_slot {
	uint64_t hash;
	uint64_t at;      /* of the text in its table, behind its first byte; 0 free */
	const char *text; /* once it was asked for */
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

/* The code of the first text at or after @at that is whole, and its @size; NULL at the end. */
static const char *next_text(const char *at, const char *table_end, size_t *size)
{
	const char *end;

	/* Between those of two objects there may be more zero bytes. */
	while (at && at < table_end && *at != MEMLINT_TEXT_START)
		at++;
	end = at && at < table_end ? memchr(at, 0, (size_t)(table_end - at)) : NULL;
	*size = end ? (size_t)(end - at - 1) : 0;
	return end ? at + 1 : NULL;
}

static struct text_slot *slot_of(struct text_index *index, uint64_t hash)
{
	size_t slot = (size_t)hash & (index->capacity - 1);

	while (index->slots[slot].at && index->slots[slot].hash != hash)
		slot = (slot + 1) & (index->capacity - 1);
	return index->slots + slot;
}

/* Of two texts with one key the first is kept: two types may have one name. */
static void index_text(struct text_index *index, uint64_t hash, size_t at)
{
	struct text_slot *slot = slot_of(index, hash);

	if (!slot->at)
		*slot = (struct text_slot){hash, at, NULL};
}

static size_t index_size(size_t capacity)
{
	return sizeof(struct text_index) + capacity * sizeof(struct text_slot);
}

/* Puts all texts of @first up to @end in @index by their hashes, and layouts by those of their names besides; @text has room for any. */
static void index_texts(struct text_index *index, const char *first, const char *end, char *text)
{
	size_t size;

	for (const char *at = first; (at = next_text(at, end, &size)); at += size + 1) {
		const size_t length = rt_coded_length(at, size);

		rt_coded_read(at, size, text);
		index_text(index, rt_layout_hash(text, length), (size_t)(at - first));
		const char *name_end = memchr(text, '\t', length);

		if (name_end)
			index_text(index, rt_layout_hash(text, (size_t)(name_end - text)), (size_t)(at - first));
	}
}

/* NULL when memory is out. */
static struct text_index *make_index(const char *first, const char *end)
{
	size_t size, room = 1, count = 0, capacity = 64;
	struct text_index *index;
	char *text;

	for (const char *at = first; (at = next_text(at, end, &size)); at += size + 1) {
		const size_t length = rt_coded_length(at, size);

		room = length > room ? length : room;
		count++;
	}
	while (capacity < count * 4)
		capacity *= 2;
	if (!(text = rt_map(room)))
		return NULL;
	if ((index = rt_map(index_size(capacity)))) {
		index->capacity = capacity;
		index_texts(index, first, end, text);
	}
	rt_unmap(text, room);
	return index;
}

static struct text_index *index_of(struct text_table *table, const char *first)
{
	struct text_index *known = __atomic_load_n(&table->index, __ATOMIC_ACQUIRE), *index;

	if (known || !(index = make_index(first, table->end)))
		return known;
	if (__atomic_compare_exchange_n(&table->index, &known, index, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return index;
	rt_unmap(index, index_size(index->capacity));
	return known;
}

/* The text that @coded is, kept. */
static const char *text_of(struct text_slot *slot, const char *coded)
{
	const char *known = __atomic_load_n(&slot->text, __ATOMIC_ACQUIRE);

	if (known)
		return known;
	const size_t size = strlen(coded);
	char *text = rt_keep(rt_coded_length(coded, size) + 1);

	if (!text)
		return NULL;
	rt_coded_read(coded, size, text);
	return __atomic_compare_exchange_n(&slot->text, &known, text, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ? text
	                                                                                                     : known;
}

const char *rt_text_find(uint64_t hash)
{
	for (uint32_t i = 0; i < __atomic_load_n(&ntables, __ATOMIC_ACQUIRE); i++) {
		struct text_table *table = table_at(i);
		const char *first = __atomic_load_n(&table->first, __ATOMIC_ACQUIRE);
		struct text_index *index = first ? index_of(table, first) : NULL;
		struct text_slot *slot = index ? slot_of(index, hash) : NULL;

		if (slot && slot->at)
			return text_of(slot, first + slot->at);
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
