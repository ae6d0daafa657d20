// SPDX-License-Identifier: MIT
/* Hashes: a multiply-and-fold mix over eight bytes at a time, and open-addressing pointer maps. */
#include "analyzer/base/hash.h"

#include "analyzer/base/diag.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t MIX_A = 0x9e3779b97f4a7c15u, MIX_B = 0xd6e8feb86659fd93u, MIX_C = 0xa0761d6478bd642fu;

static uint64_t fold(uint64_t a, uint64_t b)
{
	__extension__ const unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t load(const unsigned char *bytes, size_t size)
{
	uint64_t word = 0;

	for (size_t i = 0; i < size; i++)
		word |= (uint64_t)bytes[i] << (8 * i);
	return word;
}

/* Little endian on every machine; compilers make one load of it. */
static uint64_t load8(const unsigned char *b)
{
	return (uint64_t)b[0] | (uint64_t)b[1] << 8 | (uint64_t)b[2] << 16 | (uint64_t)b[3] << 24 |
	       (uint64_t)b[4] << 32 | (uint64_t)b[5] << 40 | (uint64_t)b[6] << 48 | (uint64_t)b[7] << 56;
}

uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed)
{
	const unsigned char *at = bytes;
	uint64_t hash = seed ^ MIX_C;
	size_t left = size;

	for (; left >= 16; left -= 16, at += 16)
		hash = fold(load8(at) ^ MIX_A ^ hash, load8(at + 8) ^ MIX_B);
	if (left > 8)
		hash = fold(load8(at) ^ MIX_A ^ hash, load(at + 8, left - 8) ^ MIX_B);
	else
		hash = fold(load(at, left) ^ MIX_A ^ hash, MIX_B);
	return fold(hash ^ size, MIX_C);
}

void hash_stream_init(struct hash_stream *stream)
{
	*stream = (struct hash_stream){MIX_A, MIX_B, 0};
}

void hash_stream_bytes(struct hash_stream *stream, const void *bytes, size_t size)
{
	stream->low = hash_bytes(bytes, size, stream->low);
	stream->high = hash_bytes(bytes, size, stream->high ^ MIX_C) + stream->low;
	stream->length += size;
}

void hash_stream_string(struct hash_stream *stream, const char *text)
{
	const size_t length = text ? strlen(text) : 0;

	hash_stream_number(stream, length);
	hash_stream_bytes(stream, text ? text : "", length);
}

void hash_stream_number(struct hash_stream *stream, uint64_t number)
{
	stream->low = fold(stream->low ^ number, MIX_A);
	stream->high = fold(stream->high ^ number, MIX_B) + stream->low;
	stream->length += sizeof number;
}

struct hash128 hash_stream_end(const struct hash_stream *stream)
{
	return (struct hash128){fold(stream->low ^ stream->length, MIX_B), fold(stream->high ^ stream->low, MIX_C)};
}

void hash128_print(struct hash128 hash, char text[33])
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned i = 0; i < 16; i++) {
		text[i] = digits[(hash.high >> (60 - 4 * i)) & 15];
		text[16 + i] = digits[(hash.low >> (60 - 4 * i)) & 15];
	}
	text[32] = 0;
}

static uint32_t slot_of(const struct hash_map *map, const void *key)
{
	return (uint32_t)(fold((uint64_t)(uintptr_t)key, MIX_A) & (map->capacity - 1));
}

void *hash_map_find(const struct hash_map *map, const void *key)
{
	if (!map->capacity || !key)
		return NULL;
	for (uint32_t i = slot_of(map, key); map->slots[i].key; i = (i + 1) & (map->capacity - 1))
		if (map->slots[i].key == key)
			return map->slots[i].value;
	return NULL;
}

static void map_insert(struct hash_map *map, const void *key, void *value)
{
	uint32_t i = slot_of(map, key);

	while (map->slots[i].key && map->slots[i].key != key)
		i = (i + 1) & (map->capacity - 1);
	map->count += !map->slots[i].key;
	map->slots[i] = (struct hash_map_slot){key, value};
}

void hash_map_put(struct hash_map *map, const void *key, void *value)
{
	if (!key)
		BUG("NULL is no key");
	if (map->count * 4 >= map->capacity * 3) {
		const struct hash_map old = *map;

		map->capacity = old.capacity ? old.capacity * 2 : 64;
		map->count = 0;
		map->slots = calloc(map->capacity, sizeof *map->slots);
		if (!map->slots)
			diag_die("out of memory: a table of %u entries could not be allocated", map->capacity);
		for (uint32_t i = 0; i < old.capacity; i++)
			if (old.slots[i].key)
				map_insert(map, old.slots[i].key, old.slots[i].value);
		free(old.slots);
	}
	map_insert(map, key, value);
}

void hash_map_release(struct hash_map *map)
{
	free(map->slots);
	memset(map, 0, sizeof *map);
}
