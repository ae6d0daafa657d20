// SPDX-License-Identifier: MIT
/* File names put together. */
#include "runtime/snapshot/path.h"

#include <string.h>

/* Takes the last part of @path[@length] away; 0 if there is none, or it is ".." itself. */
static int drop_last(const char *path, size_t *length)
{
	size_t start = *length;

	while (start > 0 && path[start - 1] != '/')
		start--;
	if (start == *length || (*length - start == 2 && !memcmp(path + start, "..", 2)))
		return 0;
	*length = start > 1 ? start - 1 : start;
	return 1;
}

static size_t append(char *path, size_t length, size_t capacity, const char *part, size_t size)
{
	if (length && path[length - 1] != '/' && length + 1 < capacity)
		path[length++] = '/';
	if (size > capacity - 1 - length)
		size = capacity - 1 - length;
	memcpy(path + length, part, size);
	return length + size;
}

static size_t append_parts(char *path, size_t length, size_t capacity, const char *name)
{
	for (const char *part = name; *part;) {
		const size_t size = strcspn(part, "/");
		const int up = size == 2 && part[0] == '.' && part[1] == '.';

		if (up && length == 1 && path[0] == '/')
			; /* the root is its own parent */
		else if (size && !(size == 1 && part[0] == '.') && !(up && drop_last(path, &length)))
			length = append(path, length, capacity, part, size);
		part += size;
		part += *part == '/';
	}
	return length;
}

size_t path_join(const char *directory, const char *name, char *path, size_t capacity)
{
	size_t length = 0;

	if (!capacity)
		return 0;
	if (capacity > 1 && (name[0] == '/' || directory[0] == '/'))
		path[length++] = '/';
	if (name[0] != '/')
		length = append_parts(path, length, capacity, directory);
	length = append_parts(path, length, capacity, name);
	path[length] = 0;
	return length;
}
