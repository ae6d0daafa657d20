// SPDX-License-Identifier: MIT
/* A unified patch from the edits themselves: blocks of whole lines, joined where their context meets. */
#include "analyzer/fix/fix_internal.h"

#include <string.h>

enum { CONTEXT = 3 };

/* Old lines [first, last) become the text new_begin … new_end of the new file. */
struct block {
	uint32_t first, last;
	size_t new_begin, new_end;
};

struct lines {
	VEC(size_t) starts; /* of each line, and the end */
	const char *text;
};

struct patch {
	const struct fix_file *file;
	struct lines old;
	VEC(struct block) blocks;
	FILE *stream;
};

static void split(struct lines *lines, const char *text, size_t size)
{
	lines->text = text;
	for (size_t at = 0; at < size;) {
		const char *newline = memchr(text + at, '\n', size - at);

		vec_push(&lines->starts, at);
		at = newline ? (size_t)(newline - text) + 1 : size;
	}
	vec_push(&lines->starts, size);
}

/* The line that holds byte @at; the number of lines when it is the end. */
static uint32_t line_of(const struct lines *lines, size_t at)
{
	size_t low = 0, high = lines->starts.count - 1;

	while (low < high) {
		const size_t middle = (low + high + 1) / 2;

		if (lines->starts.items[middle] <= at)
			low = middle;
		else
			high = middle - 1;
	}
	return (uint32_t)low;
}

/* Whole lines around an edit. */
static struct block block_of(const struct lines *lines, const struct edit *edit)
{
	const size_t length = strlen(edit->text);
	struct block block = {.first = line_of(lines, edit->begin), .last = line_of(lines, edit->end)};
	const bool at_line = lines->starts.items[block.last] == edit->end;
	const bool ends_line =
	        !length ? lines->starts.items[block.first] == edit->begin : edit->text[length - 1] == '\n';

	if ((!at_line || !ends_line || lines->starts.items[block.first] != edit->begin) &&
	    block.last + 1 < lines->starts.count)
		block.last++;
	return block;
}

/* Blocks of old lines, then what they become: found by how far the text has grown before each. */
static void find_blocks(struct patch *patch, const struct fix_edits *edits)
{
	const size_t *starts = patch->old.starts.items;
	long long shift = 0, shift_before = 0;

	for (size_t i = 0; i < edits->count; i++) {
		const struct edit *edit = &edits->items[i];
		const struct block block = block_of(&patch->old, edit);
		struct block *last = patch->blocks.count ? &vec_last(&patch->blocks) : NULL;

		if (!last || block.first > last->last) {
			shift_before = shift;
			vec_push(&patch->blocks, block);
			last = &vec_last(&patch->blocks);
			last->new_begin = (size_t)((long long)starts[block.first] + shift_before);
		} else if (block.last > last->last) {
			last->last = block.last;
		}
		shift += (long long)strlen(edit->text) - (long long)(edit->end - edit->begin);
		last->new_end = (size_t)((long long)starts[last->last] + shift);
	}
}

/* Lines that begin or end a block and stay the same are no part of it. */
static void trim(const struct patch *patch, struct block *block)
{
	const size_t *starts = patch->old.starts.items;

	while (block->first < block->last) {
		const size_t length = starts[block->first + 1] - starts[block->first];

		if (block->new_end - block->new_begin < length ||
		    memcmp(patch->old.text + starts[block->first], patch->file->text + block->new_begin, length) != 0)
			break;
		block->first++;
		block->new_begin += length;
	}
	while (block->first < block->last) {
		const size_t length = starts[block->last] - starts[block->last - 1];

		if (block->new_end - block->new_begin < length ||
		    memcmp(patch->old.text + starts[block->last - 1], patch->file->text + block->new_end - length,
		           length) != 0)
			break;
		block->last--;
		block->new_end -= length;
	}
}

static uint32_t put_lines(FILE *stream, char sign, const char *text, size_t begin, size_t end)
{
	uint32_t count = 0;

	while (begin < end) {
		const char *newline = memchr(text + begin, '\n', end - begin);
		const size_t length = newline ? (size_t)(newline - text) + 1 - begin : end - begin;

		if (stream) {
			fputc(sign, stream);
			fwrite(text + begin, 1, length, stream);
			if (!newline)
				fputs("\n\\ No newline at end of file\n", stream);
		}
		begin += length;
		count++;
	}
	return count;
}

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Blocks [from, to) in one hunk; @shift: lines the file has grown by before it. Gives how much this one adds. */
static long put_hunk(const struct patch *patch, size_t from, size_t to, long shift)
{
	const struct block *blocks = patch->blocks.items;
	const size_t *starts = patch->old.starts.items;
	const uint32_t nlines = (uint32_t)patch->old.starts.count - 1;
	const uint32_t first = blocks[from].first > CONTEXT ? blocks[from].first - CONTEXT : 0;
	const uint32_t last = min(blocks[to - 1].last + CONTEXT, nlines);
	uint32_t at = first;
	long growth = 0;

	for (size_t i = from; i < to; i++) {
		growth += put_lines(NULL, '+', patch->file->text, blocks[i].new_begin, blocks[i].new_end);
		growth -= blocks[i].last - blocks[i].first;
	}
	const long new_count = (long)(last - first) + growth;

	fprintf(patch->stream, "@@ -%u,%u +%ld,%ld @@\n", last > first ? first + 1 : first, last - first,
	        (long)first + shift + (new_count ? 1 : 0), new_count);
	for (size_t i = from; i < to; i++) {
		put_lines(patch->stream, ' ', patch->old.text, starts[at], starts[blocks[i].first]);
		put_lines(patch->stream, '-', patch->old.text, starts[blocks[i].first], starts[blocks[i].last]);
		put_lines(patch->stream, '+', patch->file->text, blocks[i].new_begin, blocks[i].new_end);
		at = blocks[i].last;
	}
	put_lines(patch->stream, ' ', patch->old.text, starts[at], starts[last]);
	return growth;
}

static void put_file(struct patch *patch, const char *name)
{
	const char *slash = *name == '/' ? "" : "/";
	long shift = 0;

	for (size_t i = 0; i < patch->blocks.count; i++)
		trim(patch, &patch->blocks.items[i]);
	fprintf(patch->stream, "--- a%s%s\n+++ b%s%s\n", slash, name, slash, name);
	for (size_t from = 0; from < patch->blocks.count;) {
		size_t to = from + 1;

		while (to < patch->blocks.count &&
		       patch->blocks.items[to].first <= patch->blocks.items[to - 1].last + 2 * CONTEXT)
			to++;
		shift += put_hunk(patch, from, to, shift);
		from = to;
	}
}

void fix_write_patch(const struct fix_run *run, FILE *stream)
{
	const size_t root = run->options.root ? strlen(run->options.root) : 0;

	for (size_t i = 0; i < run->targets.count; i++) {
		const struct fix_target *target = &run->targets.items[i];
		struct patch patch = {.file = &target->file, .stream = stream};
		const char *name = target->file.path;

		if (!target->file.text)
			continue;
		if (root && strncmp(name, run->options.root, root) == 0 && name[root] == '/')
			name += root + 1;
		split(&patch.old, target->file.old_text, target->file.old_size);
		find_blocks(&patch, &target->edits);
		put_file(&patch, name);
		vec_release(&patch.old.starts);
		vec_release(&patch.blocks);
	}
}
