/* SPDX-License-Identifier: MIT */
/* Text put together in a buffer of fixed size, without stdio or locale. */
#ifndef MEMLINT_TEXT_H
#define MEMLINT_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* What does not fit is counted but not kept; the text is ended by zero after every put, when capacity is not 0. */
struct text {
	char *data;
	size_t capacity;
	size_t length; /* as if all had fitted */
};

void text_put(struct text *text, const char *more);
void text_put_bytes(struct text *text, const char *more, size_t size);
void text_put_unsigned(struct text *text, uint64_t value);
void text_put_signed(struct text *text, int64_t value); /* always with + or - */
void text_put_hex(struct text *text, uint64_t value);   /* 0x1f */
/* @value's nearest decimal with 0 or 1 digits after the point, half to even, as printf's %.0f and %.1f in the C
 * locale; @value below 2^53. */
void text_put_decimal(struct text *text, double value, unsigned digits);

/* Bytes kept, the zero not counted. */
static inline size_t text_length(const struct text *text)
{
	return text->length < text->capacity ? text->length : (text->capacity ? text->capacity - 1 : 0);
}

#endif
