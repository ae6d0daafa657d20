// SPDX-License-Identifier: MIT
/* Reads coded texts. */
#include "runtime/coded.h"

#include "memlint/abi.h"

#include <string.h>

static const struct piece {
	unsigned char length;
	char text[15];
} pieces[] = {
#define TEXT_PIECE(text) {sizeof(text) - 1, text},
#include "memlint/text_pieces.def"
};
_Static_assert(sizeof pieces / sizeof *pieces == 256 - MEMLINT_TEXT_PIECES, "there is a piece for each byte");

/* What one coded byte and maybe the next stand for: a piece of text, or @length bytes that were written @distance before. */
struct step {
	const char *text; /* NULL: a copy */
	size_t length, distance;
};

/* Takes it from *@at; 0 if there is none whole before @end. */
static int take_step(const char **at, const char *end, struct step *step)
{
	const char *start = *at;
	const unsigned char byte = (unsigned char)*start;
	const int two = byte == MEMLINT_TEXT_ESCAPE || MEMLINT_TEXT_COPIED(byte);

	if (end - start < 1 + two)
		return 0;
	*at += 1 + two;
	*step = (struct step){start + (byte == MEMLINT_TEXT_ESCAPE), 1, 0};
	if (byte >= MEMLINT_TEXT_PIECES)
		*step = (struct step){pieces[byte - MEMLINT_TEXT_PIECES].text,
		                      pieces[byte - MEMLINT_TEXT_PIECES].length, 0};
	else if (MEMLINT_TEXT_COPIED(byte))
		*step = (struct step){NULL, MEMLINT_TEXT_COPIED(byte), (unsigned char)start[1]};
	return 1;
}

size_t rt_coded_length(const char *coded, size_t size)
{
	const char *end = coded + size;
	struct step step;
	size_t length = 0;

	while (coded < end && take_step(&coded, end, &step))
		length += step.length;
	return length;
}

void rt_coded_read(const char *coded, size_t size, char *text)
{
	const char *end = coded + size;
	struct step step;
	size_t length = 0;

	while (coded < end && take_step(&coded, end, &step))
		for (size_t i = 0; i < step.length; i++, length++)
			text[length] = step.text                ? step.text[i]
			               : step.distance > length ? 0
			                                        : text[length - step.distance];
}
