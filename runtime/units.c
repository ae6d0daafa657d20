// SPDX-License-Identifier: MIT
/* The units of attached modules: numbered in place, copied when their module goes. */
#include "runtime/layout.h"
#include "runtime/rows.h"
#include "runtime/trace.h"

#include <string.h>

enum { MAX_UNITS = 1 << 22, MAX_LAYOUTS = 4096 };
static struct rt_rows units, layouts; /* struct rt_unit, struct rt_layouts */
static uint32_t nunits, nlayouts;

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
	return rt_rows_at(&units, index, sizeof(struct rt_unit));
}

static struct rt_layouts *layouts_at(uint32_t index)
{
	return rt_rows_at(&layouts, index, sizeof(struct rt_layouts));
}

static struct rt_unit *unit_push(void)
{
	return nunits < MAX_UNITS ? rt_rows_make(&units, nunits, sizeof(struct rt_unit)) : NULL;
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
	const uint64_t strings_end = (uint64_t)unit->strings + unit->strings_size;

	return unit->size >= sizeof *unit && unit->size <= room && unit->size % 8 == 0 && sites_end <= unit->size &&
	       unit->ntypes <= unit->size && unit->types <= unit->places && unit->places <= unit->strings &&
	       strings_end <= unit->size && unit->strings_size && !((const char *)unit)[strings_end - 1];
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

/* Calls @visit for each place in turn; -1 if one is cut short. */
static int each_place(const struct memlint_unit *unit, void (*visit)(void *data, uint32_t index, struct rt_place place),
                      void *data)
{
	const unsigned char *at = (const unsigned char *)unit + unit->places;
	const unsigned char *end = (const unsigned char *)unit + unit->strings;
	struct rt_place place = {0};

	for (uint32_t i = 0; i < unit->nsites; i++) {
		if (!(at = rt_place_next(&place, at, end)))
			return -1;
		visit(data, i, place);
	}
	return 0;
}

static void number_site(void *data, uint32_t index, struct rt_place place)
{
	struct memlint_unit *unit = data;
	struct memlint_site *sites = (struct memlint_site *)(void *)((char *)unit + unit->sites);

	sites[index].id = rt_place_of(rt.next_id + index) | (place.flags & MEMLINT_SITE_WRAPPER ? RT_SITE_WRAPPER : 0);
}

static void keep_place(void *data, uint32_t index, struct rt_place place)
{
	((struct rt_unpacked *)data)->places[index] = place;
}

static void unpack_types(const struct memlint_unit *unit, struct rt_type *types)
{
	const unsigned char *at = (const unsigned char *)unit + unit->types;
	const unsigned char *end = (const unsigned char *)unit + unit->places;

	for (uint32_t i = 0; i < unit->ntypes && at; i++)
		at = rt_type_next(types + i, at, end);
}

const struct rt_unpacked *rt_unit_unpack(const struct rt_unit *row)
{
	struct rt_unit *writable = (struct rt_unit *)(uintptr_t)row;
	const struct memlint_unit *unit = row->unit;
	struct rt_unpacked *known = __atomic_load_n(&row->unpacked, __ATOMIC_ACQUIRE), *unpacked;

	if (known || !unit)
		return known;
	const size_t places_size = sizeof *unpacked + unit->nsites * sizeof(struct rt_place);
	const size_t size = places_size + unit->ntypes * sizeof(struct rt_type) + sizeof(struct rt_type);

	if (!(unpacked = rt_keep(size)))
		return NULL;
	struct rt_type *types = (void *)((char *)unpacked + (places_size + 7) / 8 * 8);

	unpack_types(unit, types);
	unpacked->types = types;
	each_place(unit, keep_place, unpacked);
	if (__atomic_compare_exchange_n(&writable->unpacked, &known, unpacked, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return unpacked;
	return known;
}

int rt_unit_add(struct memlint_unit *unit)
{
	struct rt_unit *row = unit_push();

	if (!row || unit->nsites > RT_ID_MAX - rt.next_id)
		return -1;
	if (each_place(unit, number_site, unit)) {
		memset((char *)unit + unit->sites, 0, unit->nsites * sizeof(struct memlint_site));
		return -1;
	}
	row->unit = unit;
	row->custom_type = NULL;
	row->unpacked = NULL;
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
	if (!id && rt.next_id < RT_ID_MAX && (row = unit_push()) && (copy = rt_keep_copy(type, strlen(type) + 1))) {
		row->unit = NULL;
		row->custom_type = copy;
		id = rt.next_id;
		unit_publish(row, 1);
	}
	rt_unlock(&rt.lock);
	return id;
}

void rt_units_detach(const void *first, const void *end)
{
	rt_sites_forget(first, end);
	for (uint32_t i = 0; i < nunits; i++) {
		struct rt_unit *row = unit_at(i);
		const void *copy;

		if (!row->unit || (uintptr_t)row->unit < (uintptr_t)first || (uintptr_t)row->unit >= (uintptr_t)end)
			continue;
		copy = rt_keep_copy(row->unit, row->unit->size);
		/* Without memory for the copy its rows stay, without names. */
		__atomic_store_n(&row->unit, copy, __ATOMIC_RELEASE);
	}
}

void rt_layouts_add(const char *first, const char *end)
{
	struct rt_layouts *row = NULL;

	if (first && first < end && nlayouts < MAX_LAYOUTS)
		row = rt_rows_make(&layouts, nlayouts, sizeof *row);
	if (row) {
		*row = (struct rt_layouts){first, end};
		nlayouts++;
	}
	layout_index.fresh = 0;
}

void rt_layouts_detach(const char *first, const char *end)
{
	const size_t size = (size_t)(end - first);

	for (uint32_t i = 0; first < end && i < nlayouts; i++) {
		struct rt_layouts *row = layouts_at(i);

		if (row->first != first)
			continue;
		row->first = rt_keep_copy(first, size);
		row->end = row->first ? row->first + size : NULL;
	}
	layout_index.fresh = 0;
}

/* The first text of @table at or after @at that is whole, its length in @length; NULL at the end. */
static const char *next_layout(const struct rt_layouts *table, const char *at, size_t *length)
{
	const char *end = at && at < table->end ? memchr(at, 0, (size_t)(table->end - at)) : NULL;

	*length = end ? (size_t)(end - at) : 0;
	return end ? at : NULL;
}

/* Of two texts with one key the first is kept: two types may have one name. */
static void index_layout(uint64_t key, const char *text)
{
	size_t slot = (size_t)key & (layout_index.capacity - 1);

	while (layout_index.slots[slot].text && layout_index.slots[slot].hash != key)
		slot = (slot + 1) & (layout_index.capacity - 1);
	if (!layout_index.slots[slot].text)
		layout_index.slots[slot] = (struct layout_slot){key, text};
}

/* All layouts by the hash of their text and by that of their name, made anew when modules have come or gone. */
static void index_layouts(void)
{
	size_t length, count = 0;
	const char *at;

	for (uint32_t i = 0; i < nlayouts; i++)
		for (at = layouts_at(i)->first; (at = next_layout(layouts_at(i), at, &length)); at += length + 1)
			count++;
	rt_unmap(layout_index.slots, layout_index.capacity * sizeof *layout_index.slots);
	for (layout_index.capacity = 64; layout_index.capacity < count * 4;)
		layout_index.capacity *= 2;
	layout_index.slots = rt_map(layout_index.capacity * sizeof *layout_index.slots);
	layout_index.fresh = layout_index.slots != NULL;
	for (uint32_t i = 0; layout_index.fresh && i < nlayouts; i++)
		for (at = layouts_at(i)->first; (at = next_layout(layouts_at(i), at, &length)); at += length + 1) {
			index_layout(rt_layout_hash(at, length), at);
			index_layout(rt_layout_hash(at, strcspn(at, "\t")), at);
		}
}

const char *rt_layout_named(const char *type, size_t length)
{
	return rt_layout_find(rt_layout_hash(type, length));
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
