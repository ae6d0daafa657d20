// SPDX-License-Identifier: MIT
/* Filters with tracemalloc's meaning, and their shell patterns. */
#include "runtime/snapshot/snapshot.h"

#include <string.h>

/* Does @c stand in the class at *@pattern (after the '[')? Moves *@pattern behind the ']'; -1 if there is none. */
static int match_class(const char **pattern, unsigned char c)
{
	const char *p = *pattern;
	const int negated = *p == '!' || *p == '^';
	int found = 0;

	p += negated;
	do {
		const unsigned char low = (unsigned char)*p;
		unsigned char high = low;

		if (!low)
			return -1;
		p++;
		if (p[0] == '-' && p[1] && p[1] != ']') {
			high = (unsigned char)p[1];
			p += 2;
		}
		found |= low <= c && c <= high;
	} while (*p != ']');
	*pattern = p + 1;
	return found != negated;
}

/* One element of the pattern other than '*' against one byte. Moves *@pattern behind it. */
static int match_one(const char **pattern, unsigned char c)
{
	const char *p = (*pattern)++;

	if (*p == '?')
		return 1;
	if (*p == '[') {
		const char *class = p + 1;
		const int in_class = match_class(&class, c);

		if (in_class >= 0) {
			*pattern = class;
			return in_class;
		}
	}
	if (*p == '\\' && p[1])
		p = (*pattern)++;
	return (unsigned char)*p == c;
}

int snapshot_glob(const char *pattern, const char *text)
{
	const char *star = NULL, *retry = NULL; /* behind the last '*', and where its match may still grow */

	while (*text) {
		const char *next = pattern;

		if (*pattern == '*') {
			star = ++pattern;
			retry = text;
		} else if (*pattern && match_one(&next, (unsigned char)*text)) {
			pattern = next;
			text++;
		} else if (star) {
			pattern = star;
			text = ++retry;
		} else {
			return 0;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static int match_frame(const struct snapshot_tables *tables, const struct snapshot_frame *frame,
                       const struct memlint_filter *filter)
{
	const char *file = frame->file;

	if (filter->lineno && filter->lineno != frame->line)
		return 0;
	if (!filter->filename_pattern)
		return 1;
	if (!file[0])
		file = frame->foreign && frame->module ? snapshot_modules(tables)[frame->module].path : "<unknown>";
	return snapshot_glob(filter->filename_pattern, file) || snapshot_glob(filter->filename_pattern, frame->path);
}

/* Does the row meet every condition of @filter, whichever way it filters? */
static int match_row(const struct snapshot_tables *tables, const struct snapshot_row *row,
                     const struct memlint_filter *filter)
{
	const struct snapshot_trace *trace = snapshot_traces(tables) + row->trace;
	const uint32_t first = filter->all_frames ? 0 : trace->author;
	const uint32_t end = filter->all_frames ? trace->nframe : first + 1;
	int matched = 0;

	if (filter->type_pattern && !snapshot_glob(filter->type_pattern, snapshot_frames(tables)[trace->typed].type))
		return 0;
	if (filter->thread_pattern &&
	    !snapshot_glob(filter->thread_pattern, snapshot_threads(tables)[row->thread].name))
		return 0;
	for (uint32_t i = first; i < end && !matched; i++)
		matched = match_frame(tables, snapshot_frame_of(tables, trace, i), filter);
	return matched;
}

static int is_kept(const struct snapshot_tables *tables, const struct snapshot_row *row,
                   const struct memlint_filter *filters, size_t n)
{
	int wanted = 0, included = 0;

	for (size_t i = 0; i < n; i++) {
		const int matched = match_row(tables, row, filters + i);

		if (!filters[i].inclusive && matched)
			return 0;
		wanted |= filters[i].inclusive;
		included |= filters[i].inclusive && matched;
	}
	return included || !wanted;
}

struct memlint_snapshot *snapshot_filter(const struct memlint_snapshot *snapshot, const struct memlint_filter *filters,
                                         size_t n)
{
	if (!snapshot || (n && !filters)) {
		snapshot_set_error("no snapshot or filter given", NULL);
		return NULL;
	}
	struct memlint_snapshot *kept = snapshot_new_shared(snapshot->tables);

	if (!kept)
		return NULL;
	kept->totals = snapshot->totals;
	kept->sequence = snapshot->sequence;
	kept->time_ns = snapshot->time_ns;
	kept->reason = snapshot->reason;
	kept->name = snapshot->name;
	for (size_t i = 0; i < snapshot_nrows(snapshot); i++) {
		const struct snapshot_row *row = snapshot_rows(snapshot) + i;
		struct snapshot_row *copy;

		if (!is_kept(snapshot->tables, row, filters, n))
			continue;
		copy = snapshot_add_row(kept, row->trace, row->thread);
		if (copy)
			copy->counts = row->counts;
	}
	if (!kept->rows.failed)
		return kept;
	snapshot_set_error("out of memory", NULL);
	snapshot_free(kept);
	return NULL;
}
