// SPDX-License-Identifier: MIT
/* Building and releasing snapshots. */
#include "runtime/snapshot/snapshot.h"

#include "memlint/abi.h"
#include "runtime/snapshot/path.h"

#include <string.h>

static void fail(struct snapshot_tables *tables)
{
	tables->failed = 1;
}

const char *snapshot_text(struct snapshot_tables *tables, const char *text, size_t length)
{
	const uint32_t id = strings_intern(&tables->strings, text, length);

	if (id == STRINGS_NONE) {
		fail(tables);
		return "";
	}
	return strings_text(&tables->strings, id);
}

static const char *intern(struct snapshot_tables *tables, const char *text)
{
	return text ? snapshot_text(tables, text, strlen(text)) : snapshot_text(tables, "", 0);
}

/* A mapping of its own, so that a structure needs no heap. */
static void *new_object(size_t size)
{
	struct pages_buffer buffer = {0};
	void *object = pages_push(&buffer, size);

	return object; /* fresh pages are zero; unmapped by free_object() */
}

static void free_object(void *object)
{
	/* pages_push() maps at least this much, and no object here is larger. */
	struct pages_buffer buffer = {.data = object, .capacity = 64 * 1024};

	pages_release(&buffer);
}

struct snapshot_tables *snapshot_tables_new(void)
{
	struct snapshot_tables *tables = new_object(sizeof *tables);

	if (!tables)
		return NULL;
	tables->references = 1;
	snapshot_add_frame(tables, &(struct snapshot_frame){0});
	snapshot_add_trace(tables, &(uint32_t){0}, 1, 0, 1);
	snapshot_add_thread(tables, 0, "");
	snapshot_add_module(tables, &(struct snapshot_module){0});
	snapshot_set_program(tables, &(struct snapshot_program){0});
	if (tables->failed) {
		snapshot_tables_release(tables);
		return NULL;
	}
	return tables;
}

void snapshot_tables_release(struct snapshot_tables *tables)
{
	if (!tables || __atomic_sub_fetch(&tables->references, 1, __ATOMIC_ACQ_REL))
		return;
	strings_release(&tables->strings);
	pages_release(&tables->frames);
	pages_release(&tables->trace_frames);
	pages_release(&tables->traces);
	pages_release(&tables->threads);
	pages_release(&tables->modules);
	pages_release(&tables->layouts);
	free_object(tables);
}

struct memlint_snapshot *snapshot_new_shared(struct snapshot_tables *tables)
{
	struct memlint_snapshot *snapshot = new_object(sizeof *snapshot);

	if (!snapshot) {
		snapshot_set_error("out of memory", NULL);
		return NULL;
	}
	__atomic_add_fetch(&tables->references, 1, __ATOMIC_RELAXED);
	snapshot->tables = tables;
	snapshot->name = "";
	return snapshot;
}

struct memlint_snapshot *snapshot_new(void)
{
	struct snapshot_tables *tables = snapshot_tables_new();
	struct memlint_snapshot *snapshot = tables ? snapshot_new_shared(tables) : NULL;

	if (!tables)
		snapshot_set_error("out of memory", NULL);
	snapshot_tables_release(tables);
	return snapshot;
}

void snapshot_free(struct memlint_snapshot *snapshot)
{
	if (!snapshot)
		return;
	pages_release(&snapshot->rows);
	snapshot_tables_release(snapshot->tables);
	free_object(snapshot);
}

int snapshot_failed(const struct memlint_snapshot *snapshot)
{
	return snapshot->tables->failed || snapshot->rows.failed;
}

/* A copy of @entry[@size] at the end of @table; its index, 0 when memory is out. */
static uint32_t add(struct snapshot_tables *tables, struct pages_buffer *table, const void *entry, size_t size)
{
	const size_t index = table->size / size;
	void *copy = index < UINT32_MAX ? pages_push(table, size) : NULL;

	if (!copy) {
		fail(tables);
		return 0;
	}
	memcpy(copy, entry, size);
	return (uint32_t)index;
}

static const char *path_of(struct snapshot_tables *tables, const char *file, const char *directory)
{
	char path[4096];

	if (tables->last_path && tables->last_file == file && tables->last_directory == directory)
		return tables->last_path;
	tables->last_file = file;
	tables->last_directory = directory;
	tables->last_path = file;
	if (file[0])
		tables->last_path = snapshot_text(tables, path, path_join(directory, file, path, sizeof path));
	return tables->last_path;
}

uint32_t snapshot_add_frame(struct snapshot_tables *tables, const struct snapshot_frame *frame)
{
	struct snapshot_frame copy = *frame;

	copy.file = intern(tables, frame->file);
	copy.directory = intern(tables, frame->directory);
	copy.function = intern(tables, frame->function);
	copy.macro = intern(tables, frame->macro);
	copy.type = intern(tables, frame->type);
	copy.path = path_of(tables, copy.file, copy.directory);
	return add(tables, &tables->frames, &copy, sizeof copy);
}

uint32_t snapshot_add_address(struct snapshot_tables *tables, uint32_t module, uint64_t offset)
{
	return snapshot_add_frame(
	        tables, &(struct snapshot_frame){.module = module, .address = offset, .foreign = SNAPSHOT_ADDRESS});
}

uint32_t snapshot_add_call(struct snapshot_tables *tables, uint32_t module, uint64_t offset)
{
	return snapshot_add_frame(
	        tables, &(struct snapshot_frame){.module = module, .address = offset, .foreign = SNAPSHOT_CALL});
}

/* The block's type is what the source states, said nearest to the author; else what was inferred there. */
static uint32_t typed_frame(const struct snapshot_tables *tables, const uint32_t *ids, uint32_t author)
{
	const struct snapshot_frame *frames = snapshot_frames(tables);
	uint32_t inferred = ids[author];
	int found = 0;

	for (uint32_t i = author + 1; i-- > 0;) {
		const struct snapshot_frame *frame = frames + ids[i];

		if (!frame->type[0])
			continue;
		if (frame->flags & MEMLINT_SITE_TYPE_CERTAIN)
			return ids[i];
		if (!found)
			inferred = ids[i];
		found = 1;
	}
	return inferred;
}

uint32_t snapshot_add_trace(struct snapshot_tables *tables, const uint32_t *frames, uint32_t nframe, uint32_t author,
                            uint32_t total)
{
	const size_t known = tables->frames.size / sizeof(struct snapshot_frame);
	const size_t first = tables->trace_frames.size / sizeof *frames;
	struct snapshot_trace trace = {
	        .first = (uint32_t)first,
	        .nframe = nframe,
	        .total = total > nframe ? total : nframe,
	        .author = author,
	};

	for (uint32_t i = 0; i < nframe; i++)
		if (frames[i] >= known)
			return 0;
	if (!nframe || author >= nframe || first + nframe > UINT32_MAX)
		return 0;
	uint32_t *copy = pages_push(&tables->trace_frames, nframe * sizeof *frames);

	if (!copy) {
		fail(tables);
		return 0;
	}
	memcpy(copy, frames, nframe * sizeof *frames);
	trace.typed = typed_frame(tables, frames, author);
	return add(tables, &tables->traces, &trace, sizeof trace);
}

uint32_t snapshot_add_thread(struct snapshot_tables *tables, uint64_t id, const char *name)
{
	const struct snapshot_thread thread = {.id = id, .name = intern(tables, name)};

	return add(tables, &tables->threads, &thread, sizeof thread);
}

uint32_t snapshot_add_module(struct snapshot_tables *tables, const struct snapshot_module *module)
{
	struct snapshot_module copy = *module;

	copy.path = intern(tables, module->path);
	copy.build_id = (const uint8_t *)snapshot_text(tables, module->build_id ? (const char *)module->build_id : "",
	                                               module->build_id ? module->build_id_size : 0);
	return add(tables, &tables->modules, &copy, sizeof copy);
}

uint32_t snapshot_add_layout(struct snapshot_tables *tables, uint64_t hash, const char *text)
{
	const struct snapshot_layout layout = {.hash = hash, .text = intern(tables, text)};

	return add(tables, &tables->layouts, &layout, sizeof layout);
}

struct snapshot_row *snapshot_add_row(struct memlint_snapshot *snapshot, uint32_t trace, uint32_t thread)
{
	const struct snapshot_tables *tables = snapshot->tables;
	struct snapshot_row *row = pages_push(&snapshot->rows, sizeof *row);

	if (!row)
		return NULL;
	*row = (struct snapshot_row){
	        .trace = trace < tables->traces.size / sizeof(struct snapshot_trace) ? trace : 0,
	        .thread = thread < tables->threads.size / sizeof(struct snapshot_thread) ? thread : 0,
	};
	return row;
}

void snapshot_set_program(struct snapshot_tables *tables, const struct snapshot_program *program)
{
	struct snapshot_program copy = *program;
	const char **argv = NULL;

	if (program->argc)
		argv = pages_alloc(&tables->strings.arena, program->argc * sizeof *argv);
	if (program->argc && !argv) {
		fail(tables);
		copy.argc = 0;
	}
	for (size_t i = 0; i < copy.argc; i++)
		argv[i] = intern(tables, program->argv[i]);
	copy.argv = argv;
	copy.executable = intern(tables, program->executable);
	copy.directory = intern(tables, program->directory);
	copy.allocator = intern(tables, program->allocator);
	copy.runtime = intern(tables, program->runtime);
	tables->program = copy;
}

void snapshot_set_name(struct memlint_snapshot *snapshot, const char *name)
{
	snapshot->name = intern(snapshot->tables, name);
}
