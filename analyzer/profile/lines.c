// SPDX-License-Identifier: MIT
/* Takes the line profiler's chunk apart. */
#include "analyzer/profile/lines.h"

#include "runtime/snapshot/path.h"

struct reader {
	struct profile *profile;
	struct profile_cursor *cursor;
	struct arena *arena;
};

static int64_t take_signed(struct profile_cursor *cursor)
{
	const uint64_t value = profile_take(cursor);

	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

static struct line_counts take_counts(struct profile_cursor *cursor)
{
	struct line_counts counts = {.occurrences = profile_take(cursor)};

	counts.increment = take_signed(cursor);
	counts.usage = profile_take(cursor);
	return counts;
}

/* How many items of at least @size bytes each follow; a larger number than there is room for is a lie. */
static size_t take_number(struct profile_cursor *cursor, size_t size)
{
	const uint64_t n = profile_take(cursor);

	if (n > (uint64_t)(cursor->end - cursor->at) / size)
		cursor->bad = 1;
	return cursor->bad ? 0 : (size_t)n;
}

static void take_lines(struct reader *reader, struct line_function *function)
{
	const size_t n = take_number(reader->cursor, 4);
	uint32_t *lines = arena_array(reader->arena, n, uint32_t);
	struct line_counts *counts = arena_array(reader->arena, n, struct line_counts);
	uint64_t line = function->first;

	for (size_t i = 0; i < n && !reader->cursor->bad; i++) {
		const uint64_t step = profile_take(reader->cursor);

		if (step > function->last - line || (i && !step))
			reader->cursor->bad = 1;
		line += step;
		lines[i] = (uint32_t)line;
		counts[i] = take_counts(reader->cursor);
	}
	function->nlines = n;
	function->lines = lines;
	function->counts = counts;
}

static void take_calls(struct reader *reader, struct line_function *function)
{
	const size_t n = take_number(reader->cursor, 4 + 3 * function->nlines);
	struct line_call *calls = arena_array(reader->arena, n, struct line_call);

	for (size_t i = 0; i < n && !reader->cursor->bad; i++) {
		struct line_counts *counts = arena_array(reader->arena, function->nlines, struct line_counts);

		calls[i].number = profile_take(reader->cursor);
		calls[i].thread = profile_take_thread(reader->profile, reader->cursor);
		calls[i].time_ns = profile_take(reader->cursor);
		calls[i].live = profile_take(reader->cursor);
		for (size_t l = 0; l < function->nlines; l++)
			counts[l] = take_counts(reader->cursor);
		calls[i].counts = counts;
	}
	function->ncalls = n;
	function->calls_kept = calls;
}

static struct line_function take_function(struct reader *reader)
{
	struct profile_cursor *cursor = reader->cursor;
	struct line_function function = {.name = profile_take_string(reader->profile, cursor)};
	char path[4096];

	function.file = profile_take_string(reader->profile, cursor);
	path_join(profile_take_string(reader->profile, cursor), function.file, path, sizeof path);
	function.path = arena_strdup(reader->arena, path);
	const uint64_t first = profile_take(cursor), last = profile_take(cursor);

	if (first > last || last > UINT32_MAX)
		cursor->bad = 1;
	function.first = (uint32_t)first;
	function.last = (uint32_t)last;
	function.calls = profile_take(cursor);
	function.inner_calls = profile_take(cursor);
	if (!cursor->bad)
		take_lines(reader, &function);
	if (!cursor->bad)
		take_calls(reader, &function);
	return function;
}

int line_record_read(struct profile *profile, uint64_t sequence, struct arena *arena, struct line_record *record)
{
	const struct profile_lines *known = (const struct profile_lines *)(const void *)profile->lines.data;
	size_t at = profile->lines.size / sizeof *known;
	struct profile_cursor cursor;
	struct reader reader = {profile, &cursor, arena};

	while (at && sequence && known[at - 1].sequence != sequence)
		at--;
	if (!at)
		return 1;
	if (profile_open_again(profile, known[at - 1].chunk, &cursor) < 0)
		return -1;
	profile_take(&cursor);
	const size_t n = take_number(&cursor, 9);
	struct line_function *functions = arena_array(arena, n, struct line_function);

	for (size_t i = 0; i < n && !cursor.bad; i++)
		functions[i] = take_function(&reader);
	*record = (struct line_record){.functions = functions, .n = n};
	return cursor.bad ? -1 : 0;
}

int64_t line_increments(const struct line_function *function, const struct line_counts *counts)
{
	int64_t sum = 0;

	for (size_t i = 0; i < function->nlines; i++)
		sum = (int64_t)((uint64_t)sum + (uint64_t)counts[i].increment);
	return sum;
}
