// SPDX-License-Identifier: MIT
/* Gathers rows by a key in an open-addressing table of groups. */
#include "runtime/snapshot/group.h"

#include <string.h>

/* A row's key within one snapshot: interned addresses and numbers, so that equal keys have equal words. */
struct group_key {
	const void *text;
	uint64_t number;
	const struct snapshot_trace *trace; /* by traceback only */
};

struct grouping {
	struct snapshot_groups *out;
	struct pages_buffer order; /* struct snapshot_group *[] */
	struct pages_buffer slots; /* struct group_slot[mask + 1] */
	uint32_t mask;
	int cumulative;
};

struct group_slot {
	struct group_key key;
	struct snapshot_group *group; /* NULL: free */
};

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0xff51afd7ed558ccdu;
	return hash ^ hash >> 32;
}

static uint64_t address(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

/* Two frames of one snapshot stand for the same place. */
static int same_place(const struct snapshot_frame *a, const struct snapshot_frame *b)
{
	return a->path == b->path && a->line == b->line && a->address == b->address && a->module == b->module &&
	       a->foreign == b->foreign;
}

static uint64_t hash_key(const struct snapshot_tables *tables, const struct group_key *key)
{
	uint64_t hash = mix(address(key->text), key->number);

	for (uint32_t i = 0; key->trace && i < key->trace->nframe; i++) {
		const struct snapshot_frame *frame = snapshot_frame_of(tables, key->trace, i);

		hash = mix(mix(hash, address(frame->path) + frame->line), frame->address + frame->module);
	}
	return hash ^ hash >> 29;
}

static int same_key(const struct snapshot_tables *tables, const struct group_key *a, const struct group_key *b)
{
	if (a->text != b->text || a->number != b->number)
		return 0;
	if (a->trace == b->trace)
		return 1;
	if (!a->trace || !b->trace || a->trace->nframe != b->trace->nframe)
		return 0;
	for (uint32_t i = 0; i < a->trace->nframe; i++)
		if (!same_place(snapshot_frame_of(tables, a->trace, i), snapshot_frame_of(tables, b->trace, i)))
			return 0;
	return 1;
}

static struct group_key make_key(const struct snapshot_tables *tables, enum memlint_key by,
                                 const struct snapshot_trace *trace, const struct snapshot_frame *frame,
                                 uint32_t thread)
{
	const struct snapshot_module *module = snapshot_modules(tables) + frame->module;

	switch (by) {
	case MEMLINT_BY_LINENO:
		if (frame->foreign && !frame->path[0])
			return (struct group_key){.text = module->path, .number = ~frame->address};
		return (struct group_key){.text = frame->path, .number = frame->line};
	case MEMLINT_BY_FILENAME:
		return (struct group_key){.text = frame->foreign && !frame->path[0] ? module->path : frame->path};
	case MEMLINT_BY_TRACEBACK:
		return (struct group_key){.trace = trace};
	case MEMLINT_BY_TYPE:
		return (struct group_key){.text = snapshot_frames(tables)[trace->typed].type};
	case MEMLINT_BY_FUNCTION:
		return (struct group_key){.text = frame->function, .number = address(frame->path)};
	case MEMLINT_BY_THREAD:
		break;
	}
	return (struct group_key){.text = snapshot_threads(tables)[thread].name};
}

static struct group_slot *find_slot(const struct grouping *grouping, const struct group_key *key)
{
	const struct snapshot_tables *tables = grouping->out->snapshot->tables;
	struct group_slot *slots = (struct group_slot *)(void *)grouping->slots.data;
	uint32_t at = (uint32_t)hash_key(tables, key) & grouping->mask;

	while (slots[at].group && !same_key(tables, &slots[at].key, key))
		at = (at + 1) & grouping->mask;
	return slots + at;
}

static int grow_slots(struct grouping *grouping)
{
	const uint32_t nslots = grouping->mask ? (grouping->mask + 1) * 2 : 1024;
	struct pages_buffer before = grouping->slots, fresh = {0};
	const struct group_slot *old = (const struct group_slot *)(const void *)before.data;
	const size_t nold = before.size / sizeof *old;

	if (!nslots || !pages_push(&fresh, nslots * sizeof *old)) {
		pages_release(&fresh);
		return -1;
	}
	grouping->slots = fresh;
	grouping->mask = nslots - 1;
	for (size_t i = 0; i < nold; i++)
		if (old[i].group)
			*find_slot(grouping, &old[i].key) = old[i];
	pages_release(&before);
	return 0;
}

static struct snapshot_group *find_group(struct grouping *grouping, const struct group_key *key)
{
	if (grouping->out->n >= grouping->mask - grouping->mask / 4 && grow_slots(grouping) < 0)
		return NULL;
	struct group_slot *slot = find_slot(grouping, key);

	if (slot->group)
		return slot->group;
	struct snapshot_group *group = pages_alloc(&grouping->out->arena, sizeof *group);
	struct snapshot_group **entry = group ? pages_push(&grouping->order, sizeof group) : NULL;

	if (!entry)
		return NULL;
	*entry = group;
	*slot = (struct group_slot){.key = *key, .group = group};
	grouping->out->n++;
	return group;
}

static int count_row(struct grouping *grouping, uint32_t number, const struct snapshot_row *row,
                     const struct snapshot_frame *frame)
{
	const struct snapshot_tables *tables = grouping->out->snapshot->tables;
	const struct snapshot_trace *trace = snapshot_traces(tables) + row->trace;
	const struct group_key key = make_key(tables, grouping->out->key, trace, frame, row->thread);
	struct snapshot_group *group = find_group(grouping, &key);
	const char *type = snapshot_frames(tables)[trace->typed].type;

	if (!group)
		return -1;
	if (group->last_row == number)
		return 0; /* recursion */
	group->last_row = number;
	if (!group->frame) {
		group->frame = frame;
		group->trace = trace;
		group->thread = snapshot_threads(tables)[row->thread].name;
		group->thread_index = row->thread;
		group->stat.type = type;
	}
	if (!same_place(group->frame, frame))
		group->several |= SNAPSHOT_SEVERAL_PLACES;
	else if (group->frame->column > frame->column)
		group->frame = frame;
	if (group->frame->function != frame->function)
		group->several |= SNAPSHOT_SEVERAL_FUNCTIONS;
	if (group->stat.type != type)
		group->several |= SNAPSHOT_SEVERAL_TYPES;
	if (!group->main_type || (type[0] && (!group->main_type[0] || row->counts.alloc_bytes > group->main_bytes))) {
		group->main_type = type;
		group->main_bytes = row->counts.alloc_bytes;
	}
	snapshot_counts_add(&group->counts, &row->counts);
	return 0;
}

static int count_rows(struct grouping *grouping)
{
	const struct memlint_snapshot *snapshot = grouping->out->snapshot;
	const struct snapshot_row *rows = snapshot_rows(snapshot);
	const size_t nrows = snapshot_nrows(snapshot);

	for (size_t i = 0; i < nrows; i++) {
		const struct snapshot_trace *trace = snapshot_traces(snapshot->tables) + rows[i].trace;
		uint32_t f = grouping->cumulative ? 0 : trace->author;
		const uint32_t end = grouping->cumulative ? trace->nframe : f + 1;

		for (; f < end; f++)
			if (count_row(grouping, (uint32_t)i + 1, rows + i,
			              snapshot_frame_of(snapshot->tables, trace, f)) < 0)
				return -1;
	}
	return 0;
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static void fill_statistics(struct snapshot_groups *groups)
{
	for (size_t i = 0; i < groups->n; i++) {
		struct snapshot_group *group = groups->order[i];
		const struct snapshot_counts *counts = &group->counts;
		const char *type = group->several & SNAPSHOT_SEVERAL_TYPES ? "" : group->stat.type;

		group->stat = (struct memlint_statistic){
		        .key = "",
		        .type = type,
		        .size = less(counts->alloc_bytes, counts->free_bytes),
		        .count = less(counts->alloc_count, counts->free_count),
		        .alloc_bytes = counts->alloc_bytes,
		        .alloc_count = counts->alloc_count,
		        .usable_bytes = counts->alloc_usable,
		        .peak_bytes = counts->peak_bytes,
		        .temporary_count = counts->temporary_count,
		};
	}
}

int snapshot_group(struct snapshot_groups *groups, const struct memlint_snapshot *snapshot, enum memlint_key key,
                   int cumulative)
{
	struct grouping grouping = {.out = groups, .cumulative = cumulative};

	*groups = (struct snapshot_groups){.snapshot = snapshot, .key = key};
	if ((unsigned)key > MEMLINT_BY_THREAD) {
		snapshot_set_error("unknown key to group by", NULL);
		return -1;
	}
	if (cumulative && key != MEMLINT_BY_LINENO && key != MEMLINT_BY_FILENAME) {
		snapshot_set_error("cumulative statistics are by lineno or filename only", NULL);
		return -1;
	}
	int status = grow_slots(&grouping);

	if (status == 0)
		status = count_rows(&grouping);
	if (status == 0)
		groups->order = pages_alloc(&groups->arena, groups->n * sizeof *groups->order);
	if (status < 0 || !groups->order) {
		snapshot_set_error("out of memory", NULL);
		snapshot_groups_release(groups);
		status = -1;
	} else if (groups->n) {
		memcpy(groups->order, grouping.order.data, groups->n * sizeof *groups->order);
	}
	pages_release(&grouping.order);
	pages_release(&grouping.slots);
	if (status == 0)
		fill_statistics(groups);
	return status;
}
