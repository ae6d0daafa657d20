/* SPDX-License-Identifier: MIT */
#include "str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct header {
	size_t length, room;
	char text[];
};

static struct header *header_of(str text)
{
	return (struct header *)(void *)(text - offsetof(struct header, text));
}

str str_new_length(const void *text, size_t length)
{
	struct header *header = malloc(sizeof(*header) + length + 1);

	if (!header)
		return NULL;
	header->length = header->room = length;
	if (text)
		memcpy(header->text, text, length);
	header->text[length] = '\0';
	return header->text;
}

str str_new(const char *text)
{
	return str_new_length(text, strlen(text));
}

str str_copy(str from)
{
	return str_new_length(from, str_length(from));
}

static str make_room(str to, size_t more)
{
	struct header *header = header_of(to);
	size_t needed = header->length + more;

	if (needed <= header->room)
		return to;
	header = realloc(header, sizeof(*header) + 2 * needed + 1);
	if (!header)
		return NULL;
	header->room = 2 * needed;
	return header->text;
}

str str_append(str to, const char *text)
{
	size_t more = strlen(text);
	struct header *header;

	to = make_room(to, more);
	if (!to)
		return NULL;
	header = header_of(to);
	memcpy(to + header->length, text, more + 1);
	header->length += more;
	return to;
}

str str_format(str to, const char *format, ...)
{
	char text[256];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return str_append(to, text);
}

size_t str_length(const str text)
{
	return header_of(text)->length;
}

void str_free(str text)
{
	if (text)
		free(header_of(text));
}
