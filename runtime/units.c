// SPDX-License-Identifier: MIT
/* The units of attached modules: numbered in place, copied when their module goes. */
#include "runtime/trace.h"

#include <string.h>

/* Rows that never move: readers walk them without a lock. */
enum { UNIT_ROWS = 1024, UNIT_BLOCKS = 4096 };
static struct rt_unit *blocks[UNIT_BLOCKS];
static uint32_t nunits;

enum { MAX_LAYOUTS = 4096 };
static struct rt_layouts layouts[MAX_LAYOUTS];
static uint32_t nlayouts;

struct layout_slot {
	uint64_t hash;
	const char *text; /* NULL free */
};

static struct {
	struct layout_slot *slots;
	size_t capacity; /* a power of two, at most half in use */
	int fresh;
} layout_index;

static struct rt_unit *unit_at(uint32_t index)
{
	return blocks[index / UNIT_ROWS] + index % UNIT_ROWS;
}

static struct rt_unit *unit_push(void)
{
	const uint32_t index = nunits;

	if (index >= UNIT_ROWS * UNIT_BLOCKS)
		return NULL;
	if (!blocks[index / UNIT_ROWS])
		blocks[index / UNIT_ROWS] = rt_map(UNIT_ROWS * sizeof(struct rt_unit));
	return blocks[index / UNIT_ROWS] ? unit_at(index) : NULL;
}

static void unit_publish(struct rt_unit *row, uint32_t nsites)
{
	row->first = rt.next_id;
	row->nsites = nsites;
	RT_STORE(rt.next_id, rt.next_id + nsites);
	__atomic_store_n(&nunits, nunits + 1, __ATOMIC_RELEASE);
}

/* Whether everything that @unit points to lies within it. */
static int is_whole(const struct memlint_unit *unit, size_t room)
{
	const uint64_t sites_end = unit->sites + (uint64_t)unit->nsites * sizeof(struct memlint_site);
	const uint64_t types_end = unit->types + (uint64_t)unit->ntypes * sizeof(struct memlint_type);
	const uint64_t strings_end = (uint64_t)unit->strings + unit->strings_size;

	return unit->size >= sizeof *unit && unit->size <= room && unit->size % 8 == 0 && sites_end <= unit->size &&
	       types_end <= unit->size && strings_end <= unit->size && unit->strings_size &&
	       !((const char *)unit)[strings_end - 1];
}

struct memlint_unit *rt_unit_next(const void *at, const void *end, int *status)
{
	const char *byte = at;

	*status = 0;
	while ((size_t)((const char *)end - byte) >= sizeof(struct memlint_unit)) {
		struct memlint_unit *unit = (struct memlint_unit *)(uintptr_t)byte;

		if (unit->magic == MEMLINT_UNIT_MAGIC) {
			if (unit->abi == MEMLINT_ABI && is_whole(unit, (size_t)((const char *)end - byte)))
				return unit;
			*status = -1;
			return NULL;
		}
		if (unit->magic) {
			*status = -1;
			return NULL;
		}
		byte += 8;
	}
	return NULL;
}

int rt_unit_add(struct memlint_unit *unit)
{
	struct memlint_site *sites = (struct memlint_site *)(void *)((char *)unit + unit->sites);
	struct rt_unit *row = unit_push();
	const uint32_t first = rt.next_id;

	if (!row || unit->nsites > RT_ID_MAX - first)
		return -1;
	for (uint32_t i = 0; i < unit->nsites; i++)
		sites[i].id = (first + i) | (sites[i].flags & MEMLINT_SITE_WRAPPER ? RT_SITE_WRAPPER : 0);
	row->unit = unit;
	row->custom_type = NULL;
	unit_publish(row, unit->nsites);
	return 0;
}

const struct rt_unit *rt_unit_of(uint32_t id)
{
	uint32_t low = 0, high = __atomic_load_n(&nunits, __ATOMIC_ACQUIRE);

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;
		const struct rt_unit *row = unit_at(middle);

		if (id < row->first)
			high = middle;
		else if (id - row->first >= row->nsites)
			low = middle + 1;
		else
			return row;
	}
	return NULL;
}

uint32_t rt_custom_site(const char *type)
{
	struct rt_unit *row;
	char *copy;
	uint32_t id = 0;

	rt_lock(&rt.lock);
	for (uint32_t i = 0; i < nunits && !id; i++) {
		row = unit_at(i);
		if (row->custom_type && !strcmp(row->custom_type, type))
			id = row->first;
	}
	if (!id && rt.next_id < RT_ID_MAX && (row = unit_push()) && (copy = rt_map(strlen(type) + 1))) {
		row->unit = NULL;
		row->custom_type = memcpy(copy, type, strlen(type) + 1);
		id = rt.next_id;
		unit_publish(row, 1);
	}
	rt_unlock(&rt.lock);
	return id;
}

static const void *copy_of(const void *data, size_t size)
{
	void *copy = rt_map(size);

	return copy ? memcpy(copy, data, size) : NULL;
}

void rt_units_detach(const void *first, const void *end)
{
	for (uint32_t i = 0; i < nunits; i++) {
		struct rt_unit *row = unit_at(i);
		const void *copy;

		if (!row->unit || (uintptr_t)row->unit < (uintptr_t)first || (uintptr_t)row->unit >= (uintptr_t)end)
			continue;
		copy = copy_of(row->unit, row->unit->size);
		/* Without memory for the copy its rows stay, without names. */
		__atomic_store_n(&row->unit, copy, __ATOMIC_RELEASE);
	}
}

void rt_layouts_add(const char *first, const char *end)
{
	if (first && first < end && nlayouts < MAX_LAYOUTS)
		layouts[nlayouts++] = (struct rt_layouts){first, end};
	layout_index.fresh = 0;
}

void rt_layouts_detach(const char *first, const char *end)
{
	const size_t size = (size_t)(end - first);

	for (uint32_t i = 0; first < end && i < nlayouts; i++) {
		if (layouts[i].first != first)
			continue;
		layouts[i].first = copy_of(first, size);
		layouts[i].end = layouts[i].first ? layouts[i].first + size : NULL;
	}
	layout_index.fresh = 0;
}

static uint64_t fnv1a(const char *text, size_t length)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
	return hash ? hash : 1;
}

/* The first text of @table at or after @at that is whole, its length in @length; NULL at the end. */
static const char *next_layout(const struct rt_layouts *table, const char *at, size_t *length)
{
	const char *end = at && at < table->end ? memchr(at, 0, (size_t)(table->end - at)) : NULL;

	*length = end ? (size_t)(end - at) : 0;
	return end ? at : NULL;
}

static void index_layout(const char *text, size_t length)
{
	const uint64_t hash = fnv1a(text, length);
	size_t slot = (size_t)hash & (layout_index.capacity - 1);

	while (layout_index.slots[slot].text && layout_index.slots[slot].hash != hash)
		slot = (slot + 1) & (layout_index.capacity - 1);
	layout_index.slots[slot] = (struct layout_slot){hash, text};
}

/* All layouts by their hash, made anew when modules have come or gone. */
static void index_layouts(void)
{
	size_t length, count = 0;
	const char *at;

	for (uint32_t i = 0; i < nlayouts; i++)
		for (at = layouts[i].first; (at = next_layout(&layouts[i], at, &length)); at += length + 1)
			count++;
	rt_unmap(layout_index.slots, layout_index.capacity * sizeof *layout_index.slots);
	for (layout_index.capacity = 64; layout_index.capacity < count * 2;)
		layout_index.capacity *= 2;
	layout_index.slots = rt_map(layout_index.capacity * sizeof *layout_index.slots);
	layout_index.fresh = layout_index.slots != NULL;
	for (uint32_t i = 0; layout_index.fresh && i < nlayouts; i++)
		for (at = layouts[i].first; (at = next_layout(&layouts[i], at, &length)); at += length + 1)
			index_layout(at, length);
}

const char *rt_layout_find(uint64_t hash)
{
	if (!layout_index.fresh)
		index_layouts();
	if (!layout_index.fresh || !hash)
		return NULL;
	for (size_t slot = (size_t)hash & (layout_index.capacity - 1); layout_index.slots[slot].text;
	     slot = (slot + 1) & (layout_index.capacity - 1))
		if (layout_index.slots[slot].hash == hash)
			return layout_index.slots[slot].text;
	return NULL;
}
