// SPDX-License-Identifier: MIT
/* Growing arrays. */
#include "analyzer/base/vec.h"

#include "analyzer/base/diag.h"

void *vec_reserve_bytes(void *items, size_t *capacity, size_t count, size_t size)
{
	size_t wanted = *capacity ? *capacity * 2 : 8, bytes;

	if (count <= *capacity)
		return items;
	if (wanted < count)
		wanted = count;
	if (__builtin_mul_overflow(wanted, size, &bytes))
		diag_die("out of memory: an array of %zu elements was asked for", wanted);
	items = realloc(items, bytes);
	if (!items)
		diag_die("out of memory: %zu bytes could not be allocated", bytes);
	*capacity = wanted;
	return items;
}
