// SPDX-License-Identifier: MIT
/* The shadow's leaves, made on demand and never given back while tracing. */
#include "runtime/shadow.h"

#include <errno.h>
#include <sys/mman.h>

uint32_t *rt_shadow_top[SHADOW_REGIONS];
static unsigned granule_shift = 5;

void shadow_init(unsigned shift)
{
	granule_shift = shift;
}

unsigned shadow_shift(void)
{
	return granule_shift;
}

static size_t leaf_bytes(void)
{
	return sizeof(uint32_t) << (SHADOW_REGION_BITS - granule_shift);
}

uint32_t *shadow_find(const void *block)
{
	uint32_t *leaf = (uintptr_t)block >> 47 ? NULL : shadow_leaf(block);

	return leaf ? shadow_entry(leaf, block, granule_shift) : NULL;
}

uint32_t *shadow_make(const void *block)
{
	uint32_t **top = &rt_shadow_top[(uintptr_t)block >> SHADOW_REGION_BITS & (SHADOW_REGIONS - 1)];
	uint32_t *leaf, *none = NULL;

	if ((uintptr_t)block >> 47)
		return NULL;
	leaf = RT_LOAD(*top);
	if (leaf)
		return shadow_entry(leaf, block, granule_shift);
	leaf = rt_map(leaf_bytes());
	if (!leaf)
		return NULL;
	if (!__atomic_compare_exchange_n(top, &none, leaf, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
		rt_unmap(leaf, leaf_bytes());
		leaf = none;
	}
	return shadow_entry(leaf, block, granule_shift);
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

	for (size_t i = 0; i < SHADOW_REGIONS; i++)
		if (rt_shadow_top[i])
			madvise(rt_shadow_top[i], leaf_bytes(), MADV_DONTNEED);
	aside_clear();
	errno = saved;
}
