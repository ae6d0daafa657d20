/* SPDX-License-Identifier: MIT */
/* File names put together, as text only: no file is looked at. */
#ifndef MEMLINT_PATH_H
#define MEMLINT_PATH_H

#include <stddef.h>

/* @name as seen from @directory, without empty, "." and ".." parts, into @path; returns its length, at most @capacity - 1.
 * Too long a name is cut. */
size_t path_join(const char *directory, const char *name, char *path, size_t capacity);

#endif
