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

void rt_layouts_add(const struct memlint_type_layout *first, const struct memlint_type_layout *end)
{
	if (first && first < end && nlayouts < MAX_LAYOUTS)
		layouts[nlayouts++] = (struct rt_layouts){first, end};
}

void rt_layouts_detach(const struct memlint_type_layout *first, const struct memlint_type_layout *end)
{
	const size_t size = (size_t)((const char *)end - (const char *)first);

	for (uint32_t i = 0; first < end && i < nlayouts; i++) {
		if (layouts[i].first != first)
			continue;
		layouts[i].first = copy_of(first, size);
		layouts[i].end = layouts[i].first ? (const void *)((const char *)layouts[i].first + size) : NULL;
	}
}

static const struct memlint_type_layout *find_in(const struct rt_layouts *table, uint64_t hash)
{
	const char *at = (const char *)table->first, *end = (const char *)table->end;

	while (at && (size_t)(end - at) >= sizeof(struct memlint_type_layout)) {
		const struct memlint_type_layout *layout = (const void *)at;

		if (layout->magic != MEMLINT_LAYOUT_MAGIC || layout->size < sizeof *layout ||
		    layout->size > (size_t)(end - at)) {
			at += 8;
			continue;
		}
		if (layout->hash == hash && memchr(layout->text, 0, layout->size - sizeof *layout))
			return layout;
		at += (layout->size + 7u) & ~7u;
	}
	return NULL;
}

const struct memlint_type_layout *rt_layout_find(uint64_t hash)
{
	const struct memlint_type_layout *found = NULL;

	for (uint32_t i = 0; hash && i < nlayouts && !found; i++)
		found = find_in(&layouts[i], hash);
	return found;
}
