// SPDX-License-Identifier: MIT
/* Unpacks what sites say of themselves. */
#include "runtime/places.h"

#include "memlint/abi.h"

#include <stddef.h>

/* LEB128; *at becomes NULL when the number is cut short or has more than 32 bits. */
static uint32_t take(const unsigned char **at, const unsigned char *end)
{
	uint64_t number = 0;

	for (unsigned shift = 0; *at && *at < end && shift < 35; shift += 7) {
		const unsigned char byte = *(*at)++;

		number |= (uint64_t)(byte & 127) << shift;
		if (byte < 128 && number <= UINT32_MAX)
			return (uint32_t)number;
	}
	*at = NULL;
	return 0;
}

/* Modulo 2^32. */
static uint32_t take_difference(const unsigned char **at, const unsigned char *end)
{
	const uint32_t zigzag = take(at, end);

	return zigzag & 1 ? ~(zigzag >> 1) : zigzag >> 1;
}

const unsigned char *rt_place_next(struct rt_place *place, const unsigned char *at, const unsigned char *end)
{
	if (end - at < 2)
		return NULL;
	const unsigned char what = *at++;
	const uint8_t allocator = what & MEMLINT_SITE_CALLER ? 0 : *at++;
	const uint32_t step = take_difference(&at, end);

	place->allocator = allocator;
	place->flags = what & MEMLINT_SITE_FLAGS;
	place->line += step;
	place->column = take(&at, end);
	if (what & MEMLINT_PLACE_FILE)
		place->file = take(&at, end);
	if (what & MEMLINT_PLACE_FUNCTION)
		place->function += take_difference(&at, end);
	if (!(what & MEMLINT_PLACE_SAME_TYPE))
		place->type = what & MEMLINT_PLACE_TYPE ? take(&at, end) : 0;
	place->macro = what & MEMLINT_PLACE_MACRO ? take(&at, end) : 0;
	return at;
}

const unsigned char *rt_type_next(struct rt_type *type, const unsigned char *at, const unsigned char *end)
{
	*type = (struct rt_type){.name = take(&at, end)};
	if (at && type->name > 1) {
		type->size = take(&at, end);
		return at;
	}
	if (!at || end - at < 8)
		return NULL;
	for (int i = 0; i < 8; i++)
		type->layout |= (uint64_t)*at++ << 8 * i;
	return at;
}
