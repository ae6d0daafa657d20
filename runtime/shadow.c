// SPDX-License-Identifier: MIT
/* The shadow's leaves, made on demand and kept while tracing. */
#include "runtime/shadow.h"

#include <errno.h>
#include <sys/mman.h>

RT_SPARSE uintptr_t rt_shadow_top[SHADOW_REGIONS];
RT_SPARSE uintptr_t rt_shadow_large[SHADOW_REGIONS];
static struct table {
	uintptr_t *top;
	unsigned shift; /* log2 of the granule */
	unsigned bytes; /* of an entry */
} tables[SHADOW_KINDS] = {
        [SHADOW_SMALL] = {rt_shadow_top, 5, sizeof(uint32_t)},
        [SHADOW_LARGE] = {rt_shadow_large, SHADOW_LARGE_SHIFT, sizeof(struct shadow_large)},
};

void shadow_init(unsigned shift)
{
	tables[SHADOW_SMALL].shift = shift;
}

unsigned shadow_shift(void)
{
	return tables[SHADOW_SMALL].shift;
}

/* The leaves in the order they were made, for those who want all; beyond these nobody looks. */
enum { LEAVES = 4096 };
static RT_SPARSE struct leaf {
	struct rt_range range;
	uintptr_t region;
} leaves[LEAVES];
static uint32_t nleaves;

uint32_t shadow_leaves(void)
{
	const uint32_t n = RT_LOAD(nleaves);

	return n < LEAVES ? n : LEAVES;
}

struct rt_range shadow_leaf_at(uint32_t index)
{
	const struct rt_range *range = &leaves[index].range;
	const uintptr_t end = __atomic_load_n(&range->end, __ATOMIC_ACQUIRE);

	return (struct rt_range){end ? range->start : 0, end};
}

/* The tables are not read for it: they are large, and hardly any of their pages are there. */
uintptr_t shadow_next_region(uintptr_t region)
{
	uintptr_t next = SHADOW_REGIONS;

	for (uint32_t i = 0; i < shadow_leaves(); i++)
		if (leaves[i].region >= region && leaves[i].region < next && shadow_leaf_at(i).end)
			next = leaves[i].region;
	return RT_LOAD(nleaves) > LEAVES && region < SHADOW_REGIONS ? region : next;
}

static size_t leaf_bytes(const struct table *table)
{
	return ((size_t)1 << (SHADOW_REGION_BITS - table->shift)) * table->bytes;
}

/* How far the base of @region lies below its leaf. */
static uintptr_t leaf_offset(const struct table *table, uintptr_t region)
{
	return region * leaf_bytes(table);
}

/* 0: there is no leaf. */
static uintptr_t base_of(const struct table *table, uintptr_t address)
{
	return address >> 47 ? 0 : __atomic_load_n(&table->top[address >> SHADOW_REGION_BITS], __ATOMIC_ACQUIRE);
}

static uint32_t *entry_at(const struct table *table, uintptr_t base, uintptr_t address)
{
	return (uint32_t *)(base + (address >> table->shift) * table->bytes);
}

struct rt_range shadow_leaf_of(enum shadow_kind kind, uintptr_t region)
{
	const struct table *table = tables + kind;
	const uintptr_t base = base_of(table, region << SHADOW_REGION_BITS);
	const uintptr_t start = base + leaf_offset(table, region);

	return base ? (struct rt_range){start, start + leaf_bytes(table)} : (struct rt_range){0, 0};
}

uintptr_t shadow_start(enum shadow_kind kind, uintptr_t region, uintptr_t leaf, const uint32_t *entry)
{
	const uintptr_t first = region << SHADOW_REGION_BITS, granule = ((uintptr_t)entry - leaf) / sizeof *entry;
	const unsigned shift = shadow_shift();

	if (kind == SHADOW_LARGE)
		return first | (RT_LOAD(entry[1]) & (((uintptr_t)1 << SHADOW_REGION_BITS) - 1));
	return first + (granule << shift) + (shift == 5 ? RT_LOAD(*entry) >> 31 << 4 : 0);
}

static void add_leaf(uintptr_t region, uintptr_t start, size_t size)
{
	const uint32_t index = __atomic_fetch_add(&nleaves, 1, __ATOMIC_RELAXED);

	if (index >= LEAVES)
		return;
	leaves[index].region = region;
	leaves[index].range.start = start;
	__atomic_store_n(&leaves[index].range.end, start + size, __ATOMIC_RELEASE);
}

static uintptr_t make_leaf(struct table *table, uintptr_t region)
{
	const size_t size = leaf_bytes(table);
	/* A base of shadow_leaf_word()'s has no lowest bits. */
	void *leaf = table == tables + SHADOW_SMALL ? rt_map_aligned(size) : rt_map(size);
	const uintptr_t base = (uintptr_t)leaf - leaf_offset(table, region);
	uintptr_t none = 0;

	/* A base of 0 would mean that there is none. */
	if (!leaf || !base)
		return 0;
	if (!__atomic_compare_exchange_n(&table->top[region], &none, base, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE)) {
		rt_unmap(leaf, size);
		return none;
	}
	add_leaf(region, (uintptr_t)leaf, size);
	return base;
}

uint32_t *shadow_make(const void *block, size_t usable)
{
	const int is_large = shadow_shift() == 5 && usable + RT_OVER_MIN >= SHADOW_LARGE_CHUNK;
	struct table *table = tables + (is_large ? SHADOW_LARGE : SHADOW_SMALL);
	const uintptr_t address = (uintptr_t)block;
	uintptr_t base = base_of(table, address);
	uint32_t *entry;

	if (address >> 47 || (!base && !(base = make_leaf(table, address >> SHADOW_REGION_BITS))))
		return NULL;
	entry = entry_at(table, base, address);
	if (is_large)
		RT_STORE(entry[1], (uint32_t)address);
	return entry;
}

uint32_t *shadow_find(const void *block)
{
	const uintptr_t address = (uintptr_t)block;
	const unsigned shift = shadow_shift();
	uintptr_t base = base_of(tables + SHADOW_SMALL, address);
	uint32_t *entry;

	if (address & (shift == 5 ? 15 : 7))
		return NULL;
	if (base) {
		entry = entry_at(tables + SHADOW_SMALL, base, address);
		if (RT_LOAD(*entry) && (shift != 5 || (RT_LOAD(*entry) & SHADOW_ODD) == shadow_address_bit(block)))
			return entry;
	}
	base = base_of(tables + SHADOW_LARGE, address);
	if (!base)
		return NULL;
	entry = entry_at(tables + SHADOW_LARGE, base, address);
	return RT_LOAD(*entry) && RT_LOAD(entry[1]) == (uint32_t)address ? entry : NULL;
}

uint32_t shadow_get(const void *block)
{
	const uint32_t *entry = shadow_find(block);

	return entry ? RT_LOAD(*entry) : 0;
}

int shadow_covers(uintptr_t address)
{
	return base_of(tables + SHADOW_SMALL, address) || base_of(tables + SHADOW_LARGE, address);
}

/* The start of the last block of @kind that starts from @window, in @region, up to @address; 0 if there is none. */
static uintptr_t last_of(enum shadow_kind kind, uintptr_t region, uintptr_t window, uintptr_t address)
{
	const struct table *table = tables + kind;
	const uintptr_t base = base_of(table, window), leaf = base + leaf_offset(table, region);
	const uint32_t *const first = entry_at(table, base, window);
	const uint32_t *entry = entry_at(table, base, address);

	for (; base && entry >= first; entry -= table->bytes / sizeof *entry) {
		const uintptr_t start = RT_LOAD(*entry) ? shadow_start(kind, region, leaf, entry) : 0;

		if (start && start <= address)
			return start;
	}
	return 0;
}

uintptr_t shadow_before(uintptr_t address, uintptr_t least)
{
	const uintptr_t granule = (uintptr_t)1 << SHADOW_LARGE_SHIFT;

	while (address >= least && address) {
		const uintptr_t region = address >> SHADOW_REGION_BITS, window = address & ~(granule - 1);
		uintptr_t small, large;

		if (!shadow_covers(address)) {
			address = (region << SHADOW_REGION_BITS) - 1;
			continue;
		}
		small = last_of(SHADOW_SMALL, region, window, address);
		large = last_of(SHADOW_LARGE, region, window, address);
		if (small | large)
			return small > large ? small : large;
		address = window - 1;
	}
	return 0;
}

void shadow_clear(void)
{
	const int saved = errno;

	for (uint32_t i = 0; i < shadow_leaves(); i++) {
		const struct rt_range leaf = shadow_leaf_at(i);

		if (leaf.end)
			madvise((void *)leaf.start, leaf.end - leaf.start, MADV_DONTNEED);
	}
	aside_clear();
	errno = saved;
}
