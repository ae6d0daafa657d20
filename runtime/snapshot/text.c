// SPDX-License-Identifier: MIT
/* Numbers and sizes as text; a statistic as tracemalloc prints it. */
#include "runtime/snapshot/text.h"

#include "runtime/snapshot/snapshot.h"

#include <string.h>

void text_put_bytes(struct text *text, const char *more, size_t size)
{
	if (text->length + 1 < text->capacity) {
		const size_t room = text->capacity - 1 - text->length;
		const size_t kept = size < room ? size : room;

		memcpy(text->data + text->length, more, kept);
		text->data[text->length + kept] = 0;
	} else if (text->capacity && !text->length) {
		text->data[0] = 0;
	}
	text->length += size;
}

void text_put(struct text *text, const char *more)
{
	text_put_bytes(text, more, strlen(more));
}

static void put_digits(struct text *text, uint64_t value, unsigned base)
{
	char digits[24];
	size_t at = sizeof digits;

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	text_put_bytes(text, digits + at, sizeof digits - at);
}

void text_put_unsigned(struct text *text, uint64_t value)
{
	put_digits(text, value, 10);
}

void text_put_signed(struct text *text, int64_t value)
{
	text_put(text, value < 0 ? "-" : "+");
	put_digits(text, value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

void text_put_hex(struct text *text, uint64_t value)
{
	text_put(text, "0x");
	put_digits(text, value, 16);
}

/* @value times @scale to the nearest integer, half to even, computed exactly. @value is below 2^53, @scale 1 or 10. */
static uint64_t round_scaled(double value, unsigned scale)
{
	uint64_t bits, mantissa;

	memcpy(&bits, &value, sizeof bits);
	const int shift = 1075 - (int)(bits >> 52 & 0x7ff); /* value = mantissa / 2^shift */

	mantissa = ((bits & 0xfffffffffffffu) | 0x10000000000000u) * scale;
	if (shift >= 60)
		return 0;
	if (shift <= 0)
		return (uint64_t)value * scale;
	const uint64_t whole = mantissa >> shift;
	const uint64_t rest = mantissa & ((1ull << shift) - 1), half = 1ull << (shift - 1);

	return whole + (rest > half || (rest == half && (whole & 1)));
}

void text_put_decimal(struct text *text, double value, unsigned digits)
{
	const uint64_t scaled = round_scaled(value < 0 ? -value : value, digits ? 10 : 1);

	if (value < 0)
		text_put(text, "-");
	text_put_unsigned(text, digits ? scaled / 10 : scaled);
	if (digits) {
		text_put(text, ".");
		text_put_unsigned(text, scaled % 10);
	}
}

static void put_size(struct text *text, double size, int sign)
{
	static const char *const units[] = {" B", " KiB", " MiB", " GiB", " TiB"};
	const double bytes = size < 0 ? -size : size;
	double value = bytes;
	unsigned unit = 0;

	while (unit < 4 && !(value < 100 && unit > 0) && !(value < 10 * 1024)) {
		value /= 1024;
		unit++;
	}
	if (size < 0 || sign)
		text_put(text, size < 0 ? "-" : "+");
	text_put_decimal(text, value, value < 100 && unit > 0);
	text_put(text, units[unit]);
}

size_t snapshot_size_text(double size, int sign, char *data, size_t capacity)
{
	struct text text = {.data = data, .capacity = capacity};

	put_size(&text, size, sign);
	return text.length;
}

size_t snapshot_statistic_text(const struct memlint_statistic *row, int is_diff, char *data, size_t capacity)
{
	struct text text = {.data = data, .capacity = capacity};

	text_put(&text, row->key);
	text_put(&text, ": size=");
	put_size(&text, (double)row->size, 0);
	if (is_diff) {
		text_put(&text, " (");
		put_size(&text, (double)row->size_diff, 1);
		text_put(&text, ")");
	}
	text_put(&text, ", count=");
	text_put_unsigned(&text, row->count);
	if (is_diff) {
		text_put(&text, " (");
		text_put_signed(&text, row->count_diff);
		text_put(&text, ")");
	}
	if (row->count) {
		text_put(&text, ", average=");
		put_size(&text, (double)row->size / (double)row->count, 0);
	}
	return text.length;
}
