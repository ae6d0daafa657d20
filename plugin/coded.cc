// SPDX-License-Identifier: GPL-3.0-or-later
/* Texts made shorter, as abi.h says: the fewest bytes that a piece, a copy of what came before, or a byte at a time can make. */
#include "gcc/compat.h"

#include "instrument.h"

enum { FARTHEST = 255, BUCKETS = 1024 };

static const std::string pieces[] = {
#define TEXT_PIECE(text) text,
#include "memlint/text_pieces.def"
};

/* How to go on from one place in the text. */
struct coded_step {
	unsigned cost = 0; /* coded bytes from here to the end */
	unsigned length = 1;
	unsigned piece = 0;    /* its byte; 0 none */
	unsigned distance = 0; /* of the copy; 0 none */
};

static bool is_plain(char byte)
{
	return byte == '\0' || byte == '\t' || byte == '\n' || (byte >= ' ' && byte <= '~');
}

/* The pieces that begin with each byte, by their numbers. */
static const std::vector<unsigned> &pieces_from(char byte)
{
	static std::vector<unsigned> lists[256];

	if (lists[(unsigned char)pieces[0][0]].empty())
		for (unsigned i = 0; i < ARRAY_SIZE(pieces); i++)
			lists[(unsigned char)pieces[i][0]].push_back(i);
	return lists[(unsigned char)byte];
}

/* For each place in the text one more than the nearest before it from where the least of a copy may be taken; 0 if there is none. */
static std::vector<unsigned> candidates_before(const std::string &text)
{
	std::vector<unsigned> before(text.size()), last(BUCKETS);

	for (size_t at = 0; at + MEMLINT_TEXT_COPY_MIN <= text.size(); at++) {
		unsigned hash = 0;

		for (unsigned i = 0; i < MEMLINT_TEXT_COPY_MIN; i++)
			hash = hash * 37 + (unsigned char)text[at + i];
		before[at] = last[hash % BUCKETS];
		last[hash % BUCKETS] = unsigned(at + 1);
	}
	return before;
}

/* The longest copy for the text from @at on, 0 if none is long enough, and where it begins. */
static unsigned longest_copy(const std::string &text, size_t at, const std::vector<unsigned> &before, size_t *from)
{
	const size_t most = MIN(text.size() - at, size_t(MEMLINT_TEXT_COPY_MAX));
	unsigned longest = MEMLINT_TEXT_COPY_MIN - 1;

	for (unsigned next = before[at]; next && at - (next - 1) <= FARTHEST && most > longest; next = before[next - 1]) {
		const size_t start = next - 1;
		unsigned length = 0;

		if (at - start == MEMLINT_TEXT_START)
			continue;
		while (length < most && text[start + length] == text[at + length])
			length++;
		if (length > longest) {
			longest = length;
			*from = start;
		}
	}
	return longest < MEMLINT_TEXT_COPY_MIN ? 0 : longest;
}

static void choose_step(const std::string &text, size_t at, const std::vector<unsigned> &before,
                        std::vector<coded_step> *steps)
{
	coded_step best;
	size_t from = 0;
	const unsigned copy = longest_copy(text, at, before, &from);

	best.cost = (*steps)[at + 1].cost + (is_plain(text[at]) ? 1 : 2);
	for (const unsigned i : pieces_from(text[at])) {
		const unsigned length = unsigned(pieces[i].size());

		if (at + length <= text.size() && (*steps)[at + length].cost + 1 < best.cost && !text.compare(at, length, pieces[i])) {
			best.cost = (*steps)[at + length].cost + 1;
			best.length = length;
			best.piece = MEMLINT_TEXT_PIECES + i;
		}
	}
	for (unsigned length = MEMLINT_TEXT_COPY_MIN; length <= copy; length++) {
		if ((*steps)[at + length].cost + 2 < best.cost) {
			best.cost = (*steps)[at + length].cost + 2;
			best.length = length;
			best.piece = 0;
			best.distance = unsigned(at - from);
		}
	}
	(*steps)[at] = best;
}

static char copy_byte(unsigned length)
{
	for (unsigned byte = 2; byte < ' '; byte++)
		if (MEMLINT_TEXT_COPIED(byte) == length)
			return char(byte);
	gcc_unreachable();
}

std::string coded_text(const std::string &text)
{
	const std::vector<unsigned> before = candidates_before(text);
	std::vector<coded_step> steps(text.size() + 1);
	std::string coded;

	for (size_t at = text.size(); at-- > 0;)
		choose_step(text, at, before, &steps);
	for (size_t at = 0; at < text.size(); at += steps[at].length) {
		const coded_step &step = steps[at];

		if (step.distance) {
			coded += copy_byte(step.length);
			coded += char(step.distance);
		} else if (step.piece) {
			coded += char(step.piece);
		} else {
			if (!is_plain(text[at]))
				coded += char(MEMLINT_TEXT_ESCAPE);
			coded += text[at];
		}
	}
	return coded;
}
