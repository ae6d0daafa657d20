// SPDX-License-Identifier: MIT
/* The shadow's leaves, made on demand and never given back while tracing. */
#include "runtime/shadow.h"

#include <errno.h>
#include <sys/mman.h>

uintptr_t rt_shadow_top[SHADOW_REGIONS];
static unsigned granule_shift = 5;

void shadow_init(unsigned shift)
{
	granule_shift = shift;
}

unsigned shadow_shift(void)
{
	return granule_shift;
}

/* The leaves in the order they were made, for those who want all; beyond these nobody looks. */
enum { LEAVES = 4096 };
static uint32_t *leaves[LEAVES];
static uint32_t nleaves;

uint32_t shadow_leaves(void)
{
	const uint32_t n = RT_LOAD(nleaves);

	return n < LEAVES ? n : LEAVES;
}

uint32_t *shadow_leaf_at(uint32_t index)
{
	return __atomic_load_n(&leaves[index], __ATOMIC_ACQUIRE);
}

size_t shadow_leaf_bytes(void)
{
	return sizeof(uint32_t) << (SHADOW_REGION_BITS - granule_shift);
}

/* How far the base of @region lies below its leaf. */
static uintptr_t leaf_offset(uintptr_t region)
{
	return region << (SHADOW_REGION_BITS - granule_shift) << 2;
}

uint32_t *shadow_leaf_of(uintptr_t region)
{
	const uintptr_t base = __atomic_load_n(&rt_shadow_top[region], __ATOMIC_ACQUIRE);

	return base ? (uint32_t *)(base + leaf_offset(region)) : NULL;
}

uint32_t *shadow_find(const void *block)
{
	const uintptr_t base = (uintptr_t)block >> 47 ? 0 : shadow_base(block);

	return base ? shadow_entry(base, block, granule_shift) : NULL;
}

uint32_t *shadow_make(const void *block)
{
	const uintptr_t region = (uintptr_t)block >> SHADOW_REGION_BITS;
	uintptr_t base, none = 0;
	uint32_t *leaf;

	if ((uintptr_t)block >> 47)
		return NULL;
	base = shadow_base(block);
	if (base)
		return shadow_entry(base, block, granule_shift);
	leaf = rt_map(shadow_leaf_bytes());
	base = (uintptr_t)leaf - leaf_offset(region);
	/* A base of 0 would mean that there is none. */
	if (!leaf || !base)
		return NULL;
	if (!__atomic_compare_exchange_n(&rt_shadow_top[region], &none, base, 0, __ATOMIC_RELEASE, __ATOMIC_ACQUIRE)) {
		rt_unmap(leaf, shadow_leaf_bytes());
		base = none;
	} else {
		const uint32_t index = __atomic_fetch_add(&nleaves, 1, __ATOMIC_RELAXED);

		if (index < LEAVES)
			__atomic_store_n(&leaves[index], leaf, __ATOMIC_RELEASE);
	}
	return shadow_entry(base, block, granule_shift);
}

uint32_t shadow_get(const void *block)
{
	uint32_t *at = shadow_find(block);
	const uint32_t entry = at ? RT_LOAD(*at) : 0;

	if (granule_shift == 5) {
		if ((uintptr_t)block & 15 || (entry & 1u << 31) != shadow_address_bit(block))
			return 0;
		return entry;
	}
	return (uintptr_t)block & 7 ? 0 : entry;
}

void shadow_clear(void)
{
	const int saved = errno;

	for (uint32_t i = 0; i < shadow_leaves(); i++)
		if (shadow_leaf_at(i))
			madvise(shadow_leaf_at(i), shadow_leaf_bytes(), MADV_DONTNEED);
	aside_clear();
	errno = saved;
}
