/* SPDX-License-Identifier: MIT */
#include "wrapper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die_default(const char *reason)
{
	fprintf(stderr, "fatal: %s\n", reason);
	exit(128);
}

void (*die_routine)(const char *reason) = die_default;

void *do_malloc(size_t size, int gentle)
{
	void *block = malloc(size);

	if (!block && !size)
		block = malloc(1);
	if (!block && !gentle)
		die_routine("out of memory");
	return block;
}

void *xmalloc(size_t size)
{
	return do_malloc(size, 0);
}

void *xmallocz(size_t size)
{
	char *block = xmalloc(size + 1);

	block[size] = '\0';
	return block;
}

void *xmemdupz(const void *data, size_t size)
{
	return memcpy(xmallocz(size), data, size);
}

char *xstrdup(const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		die_routine("out of memory, strdup failed");
	return copy;
}

void *xrealloc(void *block, size_t size)
{
	if (!size) {
		free(block);
		return xmalloc(0);
	}
	block = realloc(block, size);
	if (!block)
		die_routine("out of memory, realloc failed");
	return block;
}

void *xcalloc(size_t n, size_t size)
{
	void *block = calloc(n, size);

	if (!block)
		die_routine("out of memory, calloc failed");
	return block;
}

char *xstrfmt(const char *format, ...)
{
	struct strbuf sb = STRBUF_INIT;
	va_list arguments;
	char text[128];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	strbuf_addstr(&sb, text); /* or: grow */
	return strbuf_detach(&sb);
}
