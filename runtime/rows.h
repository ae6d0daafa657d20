/* SPDX-License-Identifier: MIT */
/* Tables whose rows never move, so that readers need no lock: pieces that double, the first ones small enough to share pages. */
#ifndef MEMLINT_ROWS_H
#define MEMLINT_ROWS_H

#include "runtime/rt.h"

enum { RT_ROWS_FIRST = 4, RT_ROWS_PIECES = 28 }; /* log2 of the first piece's rows; no table has more than 2^32 */

/* All zero is an empty table. Its user counts the rows. */
struct rt_rows {
	void *pieces[RT_ROWS_PIECES];
};

RT_INLINE uint32_t rt_rows_piece(uint32_t index)
{
	return 63 - (uint32_t)__builtin_clzll((uint64_t)index + (1u << RT_ROWS_FIRST)) - RT_ROWS_FIRST;
}

/* The row number @index of @size bytes; NULL where none near it was made. */
RT_INLINE void *rt_rows_at(const struct rt_rows *rows, uint32_t index, size_t size)
{
	const uint32_t piece = rt_rows_piece(index);
	const uint64_t first = (1ull << RT_ROWS_FIRST << piece) - (1u << RT_ROWS_FIRST);
	char *memory = __atomic_load_n(&rows->pieces[piece], __ATOMIC_ACQUIRE);

	return memory ? memory + (index - first) * size : NULL;
}

/* The same, and makes it, zeroed; NULL when memory is out. For one thread at a time. */
static inline void *rt_rows_make(struct rt_rows *rows, uint32_t index, size_t size)
{
	const uint32_t piece = rt_rows_piece(index);

	if (!rows->pieces[piece])
		__atomic_store_n(&rows->pieces[piece], rt_keep(size << RT_ROWS_FIRST << piece), __ATOMIC_RELEASE);
	return rt_rows_at(rows, index, size);
}

#endif
