/* SPDX-License-Identifier: MIT */
/*
 * Content hashes and a map from pointers to pointers.
 */
#ifndef MEMLINT_BASE_HASH_H
#define MEMLINT_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* A 64-bit hash of @size bytes; the same on every machine and in every run. */
uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed);

/* 128 bits, for content addressing: collisions are not expected in practice. Feed it in pieces. */
struct hash128 {
	uint64_t low, high;
};

struct hash_stream {
	uint64_t low, high, length;
};

void hash_stream_init(struct hash_stream *stream);
void hash_stream_bytes(struct hash_stream *stream, const void *bytes, size_t size);
/* The string with its length, so that ("ab","c") and ("a","bc") differ; NULL counts as "". */
void hash_stream_string(struct hash_stream *stream, const char *text);
void hash_stream_number(struct hash_stream *stream, uint64_t number);
struct hash128 hash_stream_end(const struct hash_stream *stream);

/* 32 hexadecimal digits and a zero byte. */
void hash128_print(struct hash128 hash, char text[33]);

/* Pointers to pointers, open addressing; NULL is no key. Zero-initialised is empty. */
struct hash_map {
	struct hash_map_slot *slots;
	uint32_t count, capacity;
};

struct hash_map_slot {
	const void *key;
	void *value;
};

void *hash_map_find(const struct hash_map *map, const void *key); /* NULL when absent */
void hash_map_put(struct hash_map *map, const void *key, void *value);
void hash_map_release(struct hash_map *map);

#endif
