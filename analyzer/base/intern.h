/* SPDX-License-Identifier: MIT */
/*
 * One copy of every string: two interned strings of one table are equal exactly when their pointers are.
 *
 * The strings live in the arena given at intern_init(); the table itself is freed by intern_release().
 */
#ifndef MEMLINT_BASE_INTERN_H
#define MEMLINT_BASE_INTERN_H

#include "analyzer/base/arena.h"

struct intern_slot;

struct intern {
	struct arena *arena;
	struct intern_slot *slots;
	uint32_t count, capacity; /* capacity is 0 or a power of two */
};

void intern_init(struct intern *table, struct arena *arena);
void intern_release(struct intern *table);

/* The table's copy of @text (of @length bytes, which may hold zeros); never NULL. */
const char *intern_bytes(struct intern *table, const char *text, size_t length) __attribute__((returns_nonnull));

/* The same for a string; NULL gives the empty string. */
const char *intern_string(struct intern *table, const char *text) __attribute__((returns_nonnull));

#endif
