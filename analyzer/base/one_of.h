/* SPDX-License-Identifier: MIT */
/* Names looked up in short lists. */
#ifndef MEMLINT_BASE_ONE_OF_H
#define MEMLINT_BASE_ONE_OF_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

static inline bool is_one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* Of an array of names. */
#define IS_ONE_OF(name, names) is_one_of((name), (names), sizeof(names) / sizeof *(names))

#endif
