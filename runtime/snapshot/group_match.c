// SPDX-License-Identifier: MIT
/* Pairs the groups of two snapshots by the texts of their keys. */
#include "runtime/snapshot/group.h"

#include <string.h>

static uint64_t hash_text(uint64_t hash, const char *text)
{
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3u;
	return (hash ^ 0xff) * 0x100000001b3u;
}

/* The file's name that must be equal: its path, or only what the compiler was given. */
static const char *file_of(const struct snapshot_frame *frame, int by_path)
{
	return by_path ? frame->path : frame->file;
}

static int has_place(enum memlint_key key)
{
	return key != MEMLINT_BY_TYPE && key != MEMLINT_BY_THREAD;
}

static uint64_t hash_group(const struct snapshot_groups *groups, const struct snapshot_group *group, int by_path)
{
	const struct snapshot_tables *tables = groups->snapshot->tables;
	uint64_t hash = hash_text(0xcbf29ce484222325u, group->stat.key);

	if (has_place(groups->key))
		hash = hash_text(hash, file_of(group->frame, by_path));
	for (uint32_t i = 0; groups->key == MEMLINT_BY_TRACEBACK && i < group->trace->nframe; i++) {
		const struct snapshot_frame *frame = snapshot_frame_of(tables, group->trace, i);

		hash = hash_text(hash + frame->line + frame->address, file_of(frame, by_path));
	}
	return hash ^ hash >> 32;
}

static int equal_frames(const struct snapshot_frame *a, const struct snapshot_frame *b, int by_path)
{
	return a->line == b->line && a->foreign == b->foreign && a->address == b->address &&
	       !strcmp(file_of(a, by_path), file_of(b, by_path));
}

static int equal_groups(const struct snapshot_groups *now, const struct snapshot_group *a,
                        const struct snapshot_groups *old, const struct snapshot_group *b, int by_path)
{
	if (strcmp(a->stat.key, b->stat.key))
		return 0;
	if (has_place(now->key) && strcmp(file_of(a->frame, by_path), file_of(b->frame, by_path)))
		return 0;
	if (now->key != MEMLINT_BY_TRACEBACK)
		return 1;
	if (a->trace->nframe != b->trace->nframe)
		return 0;
	for (uint32_t i = 0; i < a->trace->nframe; i++)
		if (!equal_frames(snapshot_frame_of(now->snapshot->tables, a->trace, i),
		                  snapshot_frame_of(old->snapshot->tables, b->trace, i), by_path))
			return 0;
	return 1;
}

static void pair(struct snapshot_group *now, struct snapshot_group *old)
{
	now->stat.size_diff = (int64_t)(now->stat.size - old->stat.size);
	now->stat.count_diff = (int64_t)(now->stat.count - old->stat.count);
	now->matched = old->matched = 1;
}

static int match_pass(struct snapshot_groups *now, struct snapshot_groups *old, int by_path)
{
	struct pages_buffer table = {0};
	size_t nslots = 1024;

	while (nslots < old->n * 2)
		nslots *= 2;
	struct snapshot_group **slots = pages_push(&table, nslots * sizeof *slots);

	if (!slots)
		return -1;
	for (size_t i = 0; i < old->n; i++) {
		size_t at = hash_group(old, old->order[i], by_path) & (nslots - 1);

		while (slots[at])
			at = (at + 1) & (nslots - 1);
		if (!old->order[i]->matched)
			slots[at] = old->order[i];
	}
	for (size_t i = 0; i < now->n; i++) {
		struct snapshot_group *group = now->order[i];
		size_t at = hash_group(now, group, by_path) & (nslots - 1);

		while (!group->matched && slots[at]) {
			if (!slots[at]->matched && equal_groups(now, group, old, slots[at], by_path))
				pair(group, slots[at]);
			at = (at + 1) & (nslots - 1);
		}
	}
	pages_release(&table);
	return 0;
}

static const char *keep(struct pages_arena *arena, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *copy = pages_alloc(arena, size);

	if (copy)
		memcpy(copy, text, size);
	return copy ? copy : "";
}

/* A group of @now for one of @old that is gone; it keeps nothing of the old snapshot. */
static struct snapshot_group *vanished(struct snapshot_groups *now, const struct snapshot_group *old)
{
	struct pages_arena *arena = &now->arena;
	struct snapshot_group *group = pages_alloc(arena, sizeof *group);
	struct snapshot_frame *frame = pages_alloc(arena, sizeof *frame);
	struct snapshot_trace *trace = pages_alloc(arena, sizeof *trace);
	struct memlint_frame *frames = pages_alloc(arena, old->stat.traceback.nframe * sizeof *frames);

	if (!group || !frame || !trace || !frames)
		return NULL;
	*frame = *old->frame;
	frame->file = keep(arena, frame->file);
	frame->function = keep(arena, frame->function);
	frame->type = frame->macro = frame->directory = "";
	frame->path = frame->file;
	*trace = *old->trace;
	for (size_t i = 0; i < old->stat.traceback.nframe; i++) {
		frames[i] = old->stat.traceback.frames[i];
		frames[i].file = keep(arena, frames[i].file);
		frames[i].function = keep(arena, frames[i].function);
	}
	group->frame = frame;
	group->trace = trace;
	group->thread = "";
	group->main_type = keep(arena, old->main_type);
	group->several = old->several;
	group->stat = (struct memlint_statistic){
	        .key = keep(arena, old->stat.key),
	        .traceback = {.nframe = old->stat.traceback.nframe,
	                      .total_nframe = old->stat.traceback.total_nframe,
	                      .frames = frames},
	        .type = keep(arena, old->stat.type),
	        .size_diff = -(int64_t)old->stat.size,
	        .count_diff = -(int64_t)old->stat.count,
	};
	return group;
}

static int add_vanished(struct snapshot_groups *now, const struct snapshot_groups *old)
{
	struct snapshot_group **order = pages_alloc(&now->arena, (now->n + old->n) * sizeof *order);

	if (!order)
		return -1;
	if (now->n)
		memcpy(order, now->order, now->n * sizeof *order);
	now->order = order;
	for (size_t i = 0; i < old->n; i++) {
		if (old->order[i]->matched)
			continue;
		order[now->n] = vanished(now, old->order[i]);
		if (!order[now->n])
			return -1;
		now->n++;
	}
	return 0;
}

int snapshot_match(struct snapshot_groups *now, struct snapshot_groups *old)
{
	for (size_t i = 0; i < now->n; i++) {
		now->order[i]->matched = 0;
		now->order[i]->stat.size_diff = (int64_t)now->order[i]->stat.size;
		now->order[i]->stat.count_diff = (int64_t)now->order[i]->stat.count;
	}
	for (size_t i = 0; i < old->n; i++)
		old->order[i]->matched = 0;
	if (match_pass(now, old, 1) < 0 || match_pass(now, old, 0) < 0 || add_vanished(now, old) < 0) {
		snapshot_set_error("out of memory", NULL);
		return -1;
	}
	return 0;
}
