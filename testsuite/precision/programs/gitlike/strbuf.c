/* SPDX-License-Identifier: MIT */
#include "wrapper.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char strbuf_slopbuf[1];

void strbuf_grow(struct strbuf *sb, size_t extra)
{
	int new_buf = !sb->alloc;

	if (new_buf)
		sb->buf = NULL;
	/* bytes: 3*24+24+60+114+195; count: 7; type: char[]; name: grow */
	ALLOC_GROW(sb->buf, sb->len + extra + 1, sb->alloc);
	if (new_buf)
		sb->buf[0] = '\0';
}

void strbuf_addstr(struct strbuf *sb, const char *text)
{
	size_t length = strlen(text);

	strbuf_grow(sb, length);
	memcpy(sb->buf + sb->len, text, length + 1);
	sb->len += length;
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	strbuf_grow(sb, (size_t)length);
	va_start(arguments, format);
	vsnprintf(sb->buf + sb->len, sb->alloc - sb->len, format, arguments);
	va_end(arguments);
	sb->len += (size_t)length;
}

char *strbuf_detach(struct strbuf *sb)
{
	char *text = sb->buf;

	*sb = (struct strbuf)STRBUF_INIT;
	return text;
}
