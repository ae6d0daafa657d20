/* SPDX-License-Identifier: MIT */
/*
 * The shadow: for each block its trace id and overhead, 4 bytes found by two loads from the block's address.
 *
 * The address space is cut in regions of 128 MiB; a region with blocks in it has a leaf with an entry for each granule.
 * A granule holds one block's start at most: 32 bytes with glibc's malloc, whose chunks are no smaller, else 8.
 * Entry, from its lowest bit: overhead (6 bits), the trace's place (25 bits, of which the highest is 0 if the sizes stand aside), and bit
 * 4 of the address so that an interior pointer is no block. 0: no block.
 * Large blocks of glibc's have leaves of their own, with coarse granules: memory that only they lie in needs little shadow.
 * Lock-free: an entry is written only by the thread that was just given the block or is about to give it back.
 */
#ifndef MEMLINT_SHADOW_H
#define MEMLINT_SHADOW_H

#include "runtime/rt.h"

enum {
	SHADOW_REGION_BITS = 27,
	SHADOW_REGIONS = 1 << (47 - SHADOW_REGION_BITS),
	SHADOW_OVER_MAX = 63,
	SHADOW_LARGE_SHIFT = 10, /* log2 of the granule of large blocks */
	SHADOW_LARGE_CHUNK =
	        1056, /* bytes of the least chunk that is large: the first that threads' caches do not keep */
};

enum shadow_kind { SHADOW_SMALL, SHADOW_LARGE, SHADOW_KINDS };
#define SHADOW_ODD (1u << 31) /* the address is an odd multiple of 16 */
_Static_assert(RT_PLACE >> RT_PLACE_SHIFT == RT_ID_MAX + 1, "an entry has room for any place");
_Static_assert(SHADOW_OVER_MAX < 1 << RT_PLACE_SHIFT, "an entry has room for the overhead beside it");

/* Of small blocks: by region, where the entry of address 0 would stand if the leaf went on down to it; 0: there is no leaf. */
extern uintptr_t rt_shadow_top[SHADOW_REGIONS] __attribute__((visibility("hidden")));

/* Of large blocks, the same; an entry, which also says where in its granule the block starts. */
extern uintptr_t rt_shadow_large[SHADOW_REGIONS] __attribute__((visibility("hidden")));
struct shadow_large {
	uint32_t entry, address; /* the lower half */
};

RT_INLINE uintptr_t shadow_base(const void *block)
{
	return __atomic_load_n(&rt_shadow_top[(uintptr_t)block >> SHADOW_REGION_BITS & (SHADOW_REGIONS - 1)],
	                       __ATOMIC_ACQUIRE);
}

/* The entry of @block from its region's @base; @shift is log2 of the granule. */
RT_INLINE uint32_t *shadow_entry(uintptr_t base, const void *block, unsigned shift)
{
	return (uint32_t *)(base + ((uintptr_t)block >> shift) * sizeof(uint32_t));
}

/* Where large block @block, which may be any address, has its entry; NULL if its region has no leaf. */
RT_INLINE struct shadow_large *shadow_large_at(const void *block)
{
	const uintptr_t address = (uintptr_t)block, region = address >> SHADOW_REGION_BITS;
	const uintptr_t base =
	        region < SHADOW_REGIONS ? __atomic_load_n(&rt_shadow_large[region], __ATOMIC_ACQUIRE) : 0;

	return base ? (struct shadow_large *)base + (address >> SHADOW_LARGE_SHIFT) : NULL;
}

/*
 * The leaf that small block @block lies in, as a thread keeps it, with glibc's malloc: the region's base, whose lowest bits are 0, and its
 * number. One word: a signal's handler cannot tear it. RT_NO_LEAF where there is none; and for the first region, where NULL lies.
 */
RT_INLINE uintptr_t shadow_leaf_word(const void *block)
{
	const uintptr_t base = shadow_base(block), region = (uintptr_t)block >> SHADOW_REGION_BITS;

	return base && region ? base | region : RT_NO_LEAF;
}

/* Whether @block lies in the leaf of @word. */
RT_INLINE int shadow_leaf_has(uintptr_t word, const void *block)
{
	return !(((uintptr_t)block >> SHADOW_REGION_BITS ^ word) & RT_NO_LEAF);
}
_Static_assert(SHADOW_REGIONS <= RT_NO_LEAF, "that is no region's number");
_Static_assert(sizeof(uint32_t) << (SHADOW_REGION_BITS - 5) == RT_NO_LEAF + 1,
               "a leaf's base has room for a number below it");

RT_INLINE uint32_t shadow_address_bit(const void *block)
{
	/* Blocks are 16-aligned: what is shifted out and what is shifted in is zero. */
	return (uint32_t)(uintptr_t)block << 27;
}

RT_INLINE uint32_t shadow_id(uint32_t entry)
{
	return entry ? rt_place_id(entry) : 0;
}

/* The trace's place; less than any limit if the sizes stand aside. */
RT_INLINE uint32_t shadow_place(uint32_t entry)
{
	return entry & RT_PLACE_MASK;
}

/* Whether the sizes stand in the side table. */
RT_INLINE int shadow_is_aside(uint32_t entry)
{
	return !(entry & RT_PLACE);
}

RT_INLINE uint32_t shadow_over(uint32_t entry)
{
	return entry & SHADOW_OVER_MAX;
}

/* log2 of the granule in use: fixed by the first call, before any entry is made. */
void shadow_init(unsigned shift);
unsigned shadow_shift(void);
/* The entry for @block of @usable bytes, its leaf made if need be; NULL when there is no room for a leaf or the address is out of
 * range. Not 0: the release of what stood there was missed. */
uint32_t *shadow_make(const void *block, size_t usable);
/* The entry of the known block that starts at @block; NULL if none does. */
uint32_t *shadow_find(const void *block);
/* Its value; 0 if none does. */
uint32_t shadow_get(const void *block);
/* Whether known blocks can lie near @address. */
int shadow_covers(uintptr_t address);
/* The start of the nearest known block from @least up to @address; 0 if there is none. */
uintptr_t shadow_before(uintptr_t address, uintptr_t least);
/* How many leaves there are; one's range, empty where it is still being made. */
uint32_t shadow_leaves(void);
struct rt_range shadow_leaf_at(uint32_t index);
/* The number of the first region from @region on that has leaves; SHADOW_REGIONS: none. */
uintptr_t shadow_next_region(uintptr_t region);
/* The leaf of the region with this number; empty if it has none. */
struct rt_range shadow_leaf_of(enum shadow_kind kind, uintptr_t region);
/* The start of the block that the entry at @entry tells of, in @region's leaf, which starts at @leaf. */
uintptr_t shadow_start(enum shadow_kind kind, uintptr_t region, uintptr_t leaf, const uint32_t *entry);
/* Forgets all blocks. */
void shadow_clear(void);
/* Now and then, as the program's @peak grows: gives back what of small blocks' shadow tells of no block any more. By the program's only
 * thread; does nothing where there are several. Takes the lock. errno may change. */
void shadow_trim(uint64_t peak);

/* Sizes of the blocks whose overhead does not fit. */
struct shadow_aside {
	uintptr_t block; /* 0 free, 1 removed */
	uint64_t requested, usable;
	uint64_t is_chunk; /* objects of a user's pool lie in it */
};
/* Adds or replaces; -1 when memory is out. */
int aside_put(const struct shadow_aside *entry);
/* Copies @block's entry to @entry and removes it if @take; 0 if there is none. */
int aside_get(const void *block, struct shadow_aside *entry, int take);
void aside_clear(void);
/* While nobody else runs: @block's entry, 0 if there is none. */
int aside_peek(const void *block, struct shadow_aside *entry);
/* For the fork handlers. */
void aside_lock(void);
void aside_unlock(void);

#endif
