// SPDX-License-Identifier: MIT
/* The units of attached modules: numbered in place, copied when their module goes. */
#include "runtime/coded.h"
#include "runtime/frames.h"
#include "runtime/layout.h"
#include "runtime/rows.h"
#include "runtime/trace.h"

#include <string.h>

enum { MAX_UNITS = 1 << 22 };

static struct rt_rows units; /* struct rt_unit */
static uint32_t nunits;

static struct rt_unit *unit_at(uint32_t index)
{
	return rt_rows_at(&units, index, sizeof(struct rt_unit));
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
	return unit->size > sizeof *unit && unit->size <= room && unit->size % 8 == 0 && unit->types >= sizeof *unit &&
	       unit->types <= unit->places && unit->places <= unit->strings && unit->strings < unit->size &&
	       unit->ntypes <= unit->size && unit->nsites <= unit->size &&
	       MEMLINT_CALLER_OFFSET(unit->nsites) <= unit->size && !((const char *)unit)[unit->size - 1];
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

/* Unpacks the places into @places; -1 if one is cut short. */
static int unpack_places(const struct memlint_unit *unit, struct rt_place *places)
{
	const unsigned char *at = (const unsigned char *)unit + unit->places;
	const unsigned char *end = (const unsigned char *)unit + unit->strings;
	struct rt_place place = {0};

	for (uint32_t i = 0; i < unit->nsites; i++) {
		if (!(at = rt_place_next(&place, at, end)))
			return -1;
		places[i] = place;
	}
	return 0;
}

/* Gives the sites that have memory their numbers, from @first on; -1 if there are fewer than places of theirs. */
static int number_sites(struct memlint_unit *unit, uint32_t first)
{
	const unsigned char *at = (const unsigned char *)unit + unit->places;
	const unsigned char *end = (const unsigned char *)unit + unit->strings;
	struct memlint_site *site = (struct memlint_site *)(void *)(unit + 1);
	const struct memlint_site *const last = site + (unit->types - sizeof *unit) / sizeof *site;
	struct rt_place place = {0};

	for (uint32_t i = 0; i < unit->nsites; i++) {
		if (!(at = rt_place_next(&place, at, end)) || (!(place.flags & MEMLINT_SITE_CALLER) && site == last))
			return -1;
		if (!(place.flags & MEMLINT_SITE_CALLER))
			site++->id =
			        rt_place_of(first + i) | (place.flags & MEMLINT_SITE_WRAPPER ? RT_SITE_WRAPPER : 0);
	}
	return 0;
}

/* What its layout says of a record or an array of them; with a name that is kept. */
static void name_record(struct rt_type *type)
{
	const char *packed = rt_text_find(type->layout);
	const size_t length = packed ? rt_layout_head(packed, &type->size, NULL, 0) : 0;
	char *name = length ? rt_keep(length + sizeof "[]") : NULL;

	if (!name)
		return;
	rt_layout_head(packed, &type->size, name, length + 1);
	memcpy(name + length, type->name ? "[]" : "", type->name ? sizeof "[]" : 1);
	type->text = name;
}

static void unpack_types(const struct memlint_unit *unit, struct rt_type *types)
{
	const unsigned char *at = (const unsigned char *)unit + unit->types;
	const unsigned char *end = (const unsigned char *)unit + unit->places;

	for (uint32_t i = 0; i < unit->ntypes && (at = rt_type_next(types + i, at, end)); i++)
		if (types[i].layout)
			name_record(types + i);
}

static void unpack_strings(const struct memlint_unit *unit, struct rt_unpacked *unpacked)
{
	const char *coded = (const char *)unit + unit->strings;
	const size_t size = unit->size - unit->strings;
	char *strings;

	unpacked->strings_size = rt_coded_length(coded, size);
	unpacked->strings = strings = rt_keep(unpacked->strings_size + 1);
	if (strings)
		rt_coded_read(coded, size, strings);
	else
		unpacked->strings_size = 0;
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
	unpack_places(unit, unpacked->places);
	unpack_strings(unit, unpacked);
	unpacked->directory = rt_text_find(unit->directory);
	if (__atomic_compare_exchange_n(&writable->unpacked, &known, unpacked, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return unpacked;
	return known;
}

int rt_unit_add(struct memlint_unit *unit)
{
	struct rt_unit *row = unit_push();

	if (!row || unit->nsites > RT_ID_MAX - rt.next_id)
		return -1;
	if (number_sites(unit, rt.next_id) || rt_announced_add(unit, rt.next_id)) {
		memset(unit + 1, 0, unit->types - sizeof *unit);
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
	rt_announced_forget(first, end);
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
