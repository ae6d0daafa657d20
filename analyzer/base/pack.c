// SPDX-License-Identifier: MIT
/* Numbers of variable length and strings as bytes. */
#include "analyzer/base/pack.h"

#include "analyzer/base/diag.h"

#include <stdlib.h>
#include <string.h>

static unsigned char *room(struct packer *packer, size_t size)
{
	if (packer->capacity - packer->size < size) {
		size_t capacity = packer->capacity ? packer->capacity : 4096;

		while (capacity - packer->size < size)
			capacity *= 2;
		unsigned char *bytes = realloc(packer->bytes, capacity);

		if (!bytes)
			diag_die("out of memory");
		packer->bytes = bytes;
		packer->capacity = capacity;
	}
	return packer->bytes + packer->size;
}

void pack_release(struct packer *packer)
{
	free(packer->bytes);
	*packer = (struct packer){0};
}

void pack_number(struct packer *packer, uint64_t number)
{
	unsigned char *at = room(packer, 10);
	unsigned char *const start = at;

	while (number >= 0x80) {
		*at++ = (unsigned char)(number | 0x80);
		number >>= 7;
	}
	*at++ = (unsigned char)number;
	packer->size += (size_t)(at - start);
}

void pack_signed(struct packer *packer, int64_t number)
{
	pack_number(packer, (uint64_t)number << 1 ^ (number < 0 ? UINT64_MAX : 0));
}

void pack_raw(struct packer *packer, const void *bytes, size_t size)
{
	if (!size)
		return;
	memcpy(room(packer, size), bytes, size);
	packer->size += size;
}

void pack_bytes(struct packer *packer, const void *bytes, size_t size)
{
	pack_number(packer, size);
	pack_raw(packer, bytes, size);
}

void pack_string(struct packer *packer, const char *text)
{
	pack_bytes(packer, text, text ? strlen(text) : 0);
}

struct unpacker unpack_from(const void *bytes, size_t size)
{
	return (struct unpacker){.next = bytes, .end = size ? (const unsigned char *)bytes + size : bytes};
}

static uint64_t spoil(struct unpacker *unpacker)
{
	unpacker->bad = true;
	unpacker->next = unpacker->end;
	return 0;
}

uint64_t unpack_number(struct unpacker *unpacker)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64 && unpacker->next < unpacker->end; shift += 7) {
		const unsigned char byte = *unpacker->next++;

		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return number;
	}
	return spoil(unpacker);
}

uint32_t unpack_u32(struct unpacker *unpacker)
{
	const uint64_t number = unpack_number(unpacker);

	return number <= UINT32_MAX ? (uint32_t)number : (uint32_t)spoil(unpacker);
}

int64_t unpack_signed(struct unpacker *unpacker)
{
	const uint64_t number = unpack_number(unpacker);

	return (int64_t)(number >> 1 ^ (number & 1 ? UINT64_MAX : 0));
}

uint32_t unpack_count(struct unpacker *unpacker)
{
	const uint32_t count = unpack_u32(unpacker);

	if (unpacker->bad || count > (size_t)(unpacker->end - unpacker->next))
		return (uint32_t)spoil(unpacker);
	return count;
}

const void *unpack_bytes(struct unpacker *unpacker, size_t *size)
{
	const uint64_t length = unpack_number(unpacker);

	*size = 0;
	if (unpacker->bad || length > (uint64_t)(unpacker->end - unpacker->next)) {
		spoil(unpacker);
		return NULL;
	}
	const void *bytes = unpacker->next;

	unpacker->next += length;
	*size = (size_t)length;
	return bytes;
}

const char *unpack_string(struct unpacker *unpacker, struct arena *arena)
{
	size_t size;
	const char *bytes = unpack_bytes(unpacker, &size);

	return bytes && size ? arena_strndup(arena, bytes, size) : "";
}

bool unpack_end(const struct unpacker *unpacker)
{
	return unpacker->bad || unpacker->next == unpacker->end;
}
