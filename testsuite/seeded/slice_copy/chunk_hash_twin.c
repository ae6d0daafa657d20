/* SPDX-License-Identifier: MIT */
/* Hashes a block in chunks, as a backup program does that looks for what has changed. */
/* Twin: each chunk is turned round before it is hashed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK = 64 };

static uint32_t fnv(const unsigned char *bytes, size_t length)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash;
}

static void reverse(unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length / 2; i++) {
		unsigned char swap = bytes[i];

		bytes[i] = bytes[length - 1 - i];
		bytes[length - 1 - i] = swap;
	}
}

static uint32_t hash_chunk(const unsigned char *block, size_t at, size_t length)
{
	unsigned char *chunk = malloc(length);
	uint32_t hash;

	if (!chunk)
		return 0;
	memcpy(chunk, block + at, length);
	reverse(chunk, length);
	hash = fnv(chunk, length);
	free(chunk);
	return hash;
}

int main(void)
{
	unsigned char block[4 * CHUNK];

	for (size_t i = 0; i < sizeof block; i++)
		block[i] = (unsigned char)(i * i);
	for (size_t at = 0; at < sizeof block; at += CHUNK)
		printf("%zu %08x\n", at, (unsigned)hash_chunk(block, at, CHUNK));
	return 0;
}
