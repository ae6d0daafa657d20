/* SPDX-License-Identifier: MIT */
/* What allocators really take for a block. */
#ifndef MEMLINT_RULES_ALLOCATORS_H
#define MEMLINT_RULES_ALLOCATORS_H

#include <stddef.h>
#include <stdint.h>

/* Bytes, header included, that @name ("glibc" …) takes for a block of @size; 0 when the allocator is not known. */
uint64_t allocator_block_size(const char *name, uint64_t size);

#endif
