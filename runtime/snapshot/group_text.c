// SPDX-License-Identifier: MIT
/* A group's statistic in its public form: printable key, traceback, sums. */
#include "runtime/snapshot/group.h"
#include "runtime/snapshot/text.h"

#include <string.h>

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static const char *keep(struct pages_arena *arena, const char *text, size_t length)
{
	char *copy = pages_alloc(arena, length + 1);

	if (copy)
		memcpy(copy, text, length);
	return copy;
}

/* "app.c:12", or "libfoo.so+0x1234" where no source is known. */
static void put_place(struct text *text, const struct snapshot_tables *tables, const struct snapshot_frame *frame)
{
	const struct snapshot_module *module = snapshot_modules(tables) + frame->module;

	if (!frame->foreign || frame->file[0]) {
		text_put(text, frame->file[0] ? frame->file : "<unknown>");
		text_put(text, ":");
		text_put_unsigned(text, frame->line);
		return;
	}
	if (module->path[0]) {
		text_put(text, base_name(module->path));
		text_put(text, "+");
	}
	text_put_hex(text, frame->address);
}

static void put_file(struct text *text, const struct snapshot_tables *tables, const struct snapshot_frame *frame)
{
	if (frame->file[0])
		text_put(text, frame->file);
	else
		text_put(text, frame->module ? snapshot_modules(tables)[frame->module].path : "<unknown>");
}

static void put_function(struct text *text, const struct snapshot_tables *tables, const struct snapshot_frame *frame)
{
	if (frame->function[0]) {
		text_put(text, frame->function);
	} else if (frame->module) {
		text_put(text, "<");
		text_put(text, base_name(snapshot_modules(tables)[frame->module].path));
		text_put(text, ">");
	} else {
		text_put(text, "<unknown>");
	}
}

static const char *key_text(struct snapshot_groups *groups, const struct snapshot_group *group)
{
	const struct snapshot_tables *tables = groups->snapshot->tables;
	char buffer[4096];
	struct text text = {.data = buffer, .capacity = sizeof buffer};

	switch (groups->key) {
	case MEMLINT_BY_LINENO:
	case MEMLINT_BY_TRACEBACK:
		put_place(&text, tables, group->frame);
		break;
	case MEMLINT_BY_FILENAME:
		put_file(&text, tables, group->frame);
		break;
	case MEMLINT_BY_TYPE:
		text_put(&text, group->stat.type[0] ? group->stat.type : "<unknown>");
		break;
	case MEMLINT_BY_FUNCTION:
		put_function(&text, tables, group->frame);
		break;
	case MEMLINT_BY_THREAD:
		text_put(&text, group->thread[0] ? group->thread : "<unknown>");
		break;
	}
	return keep(&groups->arena, buffer, text_length(&text));
}

static void fill_frame(struct memlint_frame *out, const struct snapshot_frame *frame)
{
	*out = (struct memlint_frame){
	        .file = frame->file,
	        .function = frame->function,
	        .line = frame->line,
	        .column = frame->column,
	        .address = frame->foreign ? frame->address : 0,
	};
}

static int fill_traceback(struct snapshot_groups *groups, struct snapshot_group *group)
{
	const int whole = groups->key == MEMLINT_BY_TRACEBACK;
	const uint32_t n = whole ? group->trace->nframe : 1;
	struct memlint_frame *frames = pages_alloc(&groups->arena, n * sizeof *frames);

	if (!frames)
		return -1;
	fill_frame(frames, group->frame);
	for (uint32_t i = 0; whole && i < n; i++)
		fill_frame(frames + i, snapshot_frame_of(groups->snapshot->tables, group->trace, i));
	group->stat.traceback = (struct memlint_traceback){
	        .nframe = n,
	        .total_nframe = group->trace->total,
	        .frames = frames,
	};
	return 0;
}

int snapshot_name(struct snapshot_groups *groups, size_t n)
{
	for (size_t i = 0; i < n && i < groups->n; i++) {
		struct snapshot_group *group = groups->order[i];

		group->stat.key = key_text(groups, group);
		if (group->stat.key && fill_traceback(groups, group) == 0)
			continue;
		group->stat.key = "";
		snapshot_set_error("out of memory", NULL);
		return -1;
	}
	return 0;
}

void snapshot_groups_release(struct snapshot_groups *groups)
{
	pages_arena_release(&groups->arena);
	*groups = (struct snapshot_groups){0};
}
