/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void die(const char *what)
{
	fprintf(stderr, "daemon: out of memory in %s\n", what);
	exit(3);
}

void *xmalloc(size_t size)
{
	void *block = malloc(size ? size : 1);

	if (!block)
		die("xmalloc");
	return block;
}

void *xzalloc(size_t size)
{
	void *block = xmalloc(size);

	memset(block, 0, size);
	return block;
}

void *xrealloc(void *block, size_t size)
{
	void *grown = realloc(block, size);

	if (!grown)
		die("xrealloc");
	return grown;
}

char *xstrdup(const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(xmalloc(size), text, size);
}

char *xasprintf(const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		die("xasprintf");
	va_end(arguments);
	return text;
}
