/* SPDX-License-Identifier: MIT */
/*
 * Facts as bytes: numbers of variable length and strings, written in one process and read in another.
 *
 * The reader never goes past its end: after bad input every read gives 0 or "", and pack_bad() tells.
 */
#ifndef MEMLINT_BASE_PACK_H
#define MEMLINT_BASE_PACK_H

#include "analyzer/base/arena.h"

#include <stdbool.h>

struct packer {
	unsigned char *bytes;
	size_t size, capacity;
};

/* `struct packer p = {0}` is empty; memory comes from malloc and belongs to the caller until pack_release(). */
void pack_release(struct packer *packer);
void pack_number(struct packer *packer, uint64_t number);
void pack_signed(struct packer *packer, int64_t number);
void pack_bytes(struct packer *packer, const void *bytes, size_t size); /* length and bytes */
void pack_string(struct packer *packer, const char *text);              /* NULL counts as "" */
void pack_raw(struct packer *packer, const void *bytes, size_t size);   /* bytes alone */

struct unpacker {
	const unsigned char *next, *end;
	bool bad;
};

struct unpacker unpack_from(const void *bytes, size_t size);
uint64_t unpack_number(struct unpacker *unpacker);
uint32_t unpack_u32(struct unpacker *unpacker); /* bad when larger */
int64_t unpack_signed(struct unpacker *unpacker);
/* How many things follow that take a byte each at least; 0 and bad when there cannot be so many. */
uint32_t unpack_count(struct unpacker *unpacker);
/* The bytes in place; NULL and 0 when bad. */
const void *unpack_bytes(struct unpacker *unpacker, size_t *size);
/* A copy with a zero byte behind. */
const char *unpack_string(struct unpacker *unpacker, struct arena *arena);
/* True if nothing is left or the input was bad. */
bool unpack_end(const struct unpacker *unpacker);

#endif
