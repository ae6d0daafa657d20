// SPDX-License-Identifier: MIT
/*
 * Export in heaptrack's text format (version 3), for heaptrack_print and heaptrack_gui.
 *
 * heaptrack's file is a list of events; memlint has counts. So the events here are made up, such that every sum that
 * heaptrack makes of them is the true one: per traceback the number of allocations, of temporary ones, the bytes at the peak and
 * at the end. Blocks of one traceback have one of two sizes next to each other. First comes what was released and not there at the
 * peak, then the peak, then what followed. Where there are more than MAX_EVENTS released blocks, of these only a share is shown.
 */
#include "analyzer/cli/memlint_export.h"

#include <string.h>

enum { MAX_EVENTS = 4000000, HEAPTRACK_VERSION = 0x10400, FILE_VERSION = 3 };

/* Some blocks of a traceback. */
struct lot {
	uint64_t count, bytes;
};

/* Blocks of one traceback, by their fate. */
struct fate {
	struct lot stays;     /* at the peak, and to the end */
	struct lot peak_only; /* at the peak, released then */
	struct lot late;      /* from after the peak to the end */
	struct lot passing;   /* released, not at the peak */
	uint64_t temporary;   /* of these, so many right after they were allocated */
	uint32_t trace;       /* heaptrack's index */
};

struct node {
	uint32_t frame, parent, index; /* index: heaptrack's, 0 free */
};

struct heaptrack {
	struct export *export;
	FILE *out;
	struct strings strings; /* ids are heaptrack's: 1 the first */
	uint32_t strings_written;
	uint32_t *instructions; /* [nframes] heaptrack's index, 0 not written yet */
	uint32_t ninstructions, ntraces, nsizes;
	struct node *nodes; /* hashed by frame and parent */
	uint32_t mask;
	uint64_t waiting; /* size index + 1 of a passing block that is allocated and not yet released */
};

static uint32_t string_index(struct heaptrack *track, const char *text)
{
	struct arena scratch = {0};
	const char *clean = text_clean(&scratch, text);
	const uint32_t id = strings_intern(&track->strings, clean, strlen(clean));

	if (id == STRINGS_NONE)
		diag_die("out of memory");
	for (; track->strings_written < strings_count(&track->strings) - 1; track->strings_written++) {
		const uint32_t next = track->strings_written + 1;

		fprintf(track->out, "s %zx %s\n", strings_length(&track->strings, next),
		        strings_text(&track->strings, next));
	}
	arena_clear(&scratch);
	return id;
}

static uint32_t instruction(struct heaptrack *track, uint32_t index)
{
	const struct snapshot_tables *tables = track->export->groups.snapshot->tables;
	const struct snapshot_frame *frame = snapshot_frames(tables) + index;

	if (track->instructions[index])
		return track->instructions[index];
	const char *path = snapshot_modules(tables)[frame->module].path;
	const uint32_t module = string_index(track, path[0] ? path : tables->program.executable);

	if (frame->function[0] || frame->file[0]) {
		const uint32_t function = string_index(track, frame->function[0] ? frame->function : "??");
		const uint32_t file = string_index(track, frame->file);

		fprintf(track->out, "i %x %x %x %x %x\n", index + 1, module, function, file, frame->line);
	} else {
		fprintf(track->out, "i %llx %x\n", (unsigned long long)frame->address, module);
	}
	return track->instructions[index] = ++track->ninstructions;
}

static uint32_t trace_node(struct heaptrack *track, uint32_t frame, uint32_t parent)
{
	uint32_t at = (uint32_t)((((uint64_t)frame << 32 | parent) * 0x9e3779b97f4a7c15u) >> 32) & track->mask;

	while (track->nodes[at].index && (track->nodes[at].frame != frame || track->nodes[at].parent != parent))
		at = (at + 1) & track->mask;
	if (track->nodes[at].index)
		return track->nodes[at].index;
	fprintf(track->out, "t %x %x\n", instruction(track, frame), parent);
	track->nodes[at] = (struct node){frame, parent, ++track->ntraces};
	return track->ntraces;
}

/* The traceback's node, outermost frames first. */
static uint32_t trace_index(struct heaptrack *track, const struct snapshot_trace *trace)
{
	const struct snapshot_tables *tables = track->export->groups.snapshot->tables;
	uint32_t node = 0;

	for (uint32_t f = trace->nframe; f-- > 0;) {
		const uint32_t frame = (uint32_t)(snapshot_frame_of(tables, trace, f) - snapshot_frames(tables));

		/* The line has to be there before the node that names it. */
		instruction(track, frame);
		node = trace_node(track, frame, node);
	}
	return node;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What became of a traceback's blocks, as far as its sums tell. */
static struct fate fate_of(const struct snapshot_group *group)
{
	const struct lot live = {group->stat.count, group->stat.size};
	const struct lot peak = {group->counts.peak_count, group->stat.peak_bytes};
	const struct lot freed = {group->counts.free_count, group->counts.free_bytes};
	struct fate fate = {.temporary = group->stat.temporary_count};
	const bool all_stay = live.count == peak.count && live.bytes == peak.bytes;

	/* Different bytes in as many blocks: they are others. */
	if (all_stay || live.count != peak.count || freed.count < peak.count)
		fate.stays = (struct lot){least(live.count, peak.count), least(live.bytes, peak.bytes)};
	if (live.count < peak.count)
		fate.stays.bytes = least(live.bytes, peak.bytes);
	fate.peak_only = (struct lot){peak.count - fate.stays.count, peak.bytes - fate.stays.bytes};
	fate.late = (struct lot){live.count - fate.stays.count, live.bytes - fate.stays.bytes};
	/* Counted after the snapshot's peak began: never more than was released. */
	fate.peak_only.count = least(fate.peak_only.count, freed.count);
	fate.passing.count = freed.count - fate.peak_only.count;
	fate.passing.bytes =
	        fate.passing.count && freed.bytes > fate.peak_only.bytes ? freed.bytes - fate.peak_only.bytes : 0;
	fate.temporary = least(fate.temporary, fate.passing.count);
	return fate;
}

/* Writes that @lot is about to be allocated; the index of its smaller size, the larger is the next one. Twice, so that two blocks
 * of one size can be told apart. */
static uint32_t sizes_of(struct heaptrack *track, const struct lot *lot, uint32_t trace)
{
	const uint64_t small = lot->bytes / lot->count;

	for (int i = 0; i < 2; i++)
		fprintf(track->out, "a %llx %x\na %llx %x\n", (unsigned long long)small, trace,
		        (unsigned long long)small + 1, trace);
	track->nsizes += 4;
	return track->nsizes - 4;
}

/* The size index of block @i of @lot: as many larger ones as the bytes need. */
static uint32_t size_at(const struct lot *lot, uint32_t sizes, uint64_t i)
{
	return sizes + (i < lot->bytes % lot->count);
}

static void release_waiting(struct heaptrack *track)
{
	if (track->waiting)
		fprintf(track->out, "- %x\n", (uint32_t)(track->waiting - 1));
	track->waiting = 0;
}

static void put_lot(struct heaptrack *track, char event, const struct lot *lot, uint32_t sizes)
{
	for (uint64_t i = 0; i < lot->count; i++) {
		fprintf(track->out, "%c %x\n", event, size_at(lot, sizes, i));
		release_waiting(track);
	}
}

/* A block that comes and goes. heaptrack takes it for temporary when its release follows its allocation at once: others
 * wait for the next one. */
static void pass(struct heaptrack *track, uint32_t size, bool temporary)
{
	if (temporary) {
		fprintf(track->out, "+ %x\n- %x\n", size, size);
		return;
	}
	fprintf(track->out, "+ %x\n", size);
	if (!track->waiting) {
		track->waiting = size + 1;
		return;
	}
	release_waiting(track);
	fprintf(track->out, "- %x\n", size);
}

static void put_passing(struct heaptrack *track, const struct fate *fate, double share)
{
	const struct lot *lot = &fate->passing;

	if (!lot->count)
		return;
	const uint32_t sizes = sizes_of(track, lot, fate->trace);
	const uint64_t shown = (uint64_t)((double)lot->count * share), step = shown ? lot->count / shown : 0;

	for (uint64_t i = 0; i < lot->count && step; i += step) {
		const uint32_t twin = track->waiting ? 2 : 0;

		pass(track, size_at(lot, sizes, i) + twin, i < fate->temporary);
	}
}

static void put_peak(struct heaptrack *track, const struct fate *fates, size_t n, uint64_t peak_ms, uint64_t end_ms)
{
	uint32_t *sizes = arena_array(&track->export->arena, n, uint32_t);

	fprintf(track->out, "c %llx\n", (unsigned long long)peak_ms);
	for (size_t i = 0; i < n; i++) {
		const struct fate *fate = fates + i;

		if (fate->stays.count)
			put_lot(track, '+', &fate->stays, sizes_of(track, &fate->stays, fate->trace));
		if (!fate->peak_only.count)
			continue;
		sizes[i] = sizes_of(track, &fate->peak_only, fate->trace);
		put_lot(track, '+', &fate->peak_only, sizes[i]);
	}
	fprintf(track->out, "c %llx\n", (unsigned long long)end_ms);
	for (size_t i = 0; i < n; i++)
		if (fates[i].peak_only.count)
			put_lot(track, '-', &fates[i].peak_only, sizes[i]);
	for (size_t i = 0; i < n; i++)
		if (fates[i].late.count)
			put_lot(track, '+', &fates[i].late, sizes_of(track, &fates[i].late, fates[i].trace));
}

static void put_events(struct heaptrack *track, struct fate *fates, size_t n)
{
	const struct memlint_snapshot *snapshot = track->export->groups.snapshot;
	const uint64_t end_ms = snapshot->time_ns / 1000000 + 1;
	uint64_t passing = 0;

	for (size_t i = 0; i < n; i++)
		passing += fates[i].passing.count;
	const double share = passing > MAX_EVENTS ? (double)MAX_EVENTS / (double)passing : 1;

	if (share < 1)
		diag_note("heaptrack's file has an event for each block: of %llu released blocks it shows %d in all "
		          "places "
		          "alike; other numbers are exact",
		          (unsigned long long)passing, MAX_EVENTS);
	for (size_t i = 0; i < n; i++)
		put_passing(track, fates + i, share);
	const uint64_t peak_ms = least(snapshot->totals.peak_time_ns / 1000000, end_ms);

	put_peak(track, fates, n, peak_ms, end_ms);
	release_waiting(track);
}

static void put_head(struct heaptrack *track)
{
	const struct snapshot_program *program = &track->export->groups.snapshot->tables->program;
	struct arena scratch = {0};

	fprintf(track->out, "v %x %x\nX", HEAPTRACK_VERSION, FILE_VERSION);
	for (size_t i = 0; i < program->argc; i++)
		fprintf(track->out, " %s", text_clean(&scratch, program->argv[i]));
	if (!program->argc)
		fprintf(track->out, " %s", text_clean(&scratch, program->executable));
	fprintf(track->out, "\nI %llx 0\n", (unsigned long long)program->page_size);
	arena_clear(&scratch);
}

enum status export_heaptrack(struct export *export)
{
	const struct snapshot_groups *groups = &export->groups;
	const struct snapshot_tables *tables = groups->snapshot->tables;
	struct heaptrack track = {.export = export, .out = export->out, .mask = 1023};
	struct fate *fates = arena_array(&export->arena, groups->n, struct fate);
	size_t nodes = 0;

	for (size_t i = 0; i < groups->n; i++)
		nodes += groups->order[i]->trace->nframe;
	while (track.mask < nodes * 2)
		track.mask = track.mask * 2 + 1;
	track.nodes = arena_array(&export->arena, (size_t)track.mask + 1, struct node);
	track.instructions = arena_array(&export->arena, tables->frames.size / sizeof(struct snapshot_frame), uint32_t);
	put_head(&track);
	string_index(&track, "");
	for (size_t i = 0; i < groups->n; i++) {
		fates[i] = fate_of(groups->order[i]);
		fates[i].trace = trace_index(&track, groups->order[i]->trace);
	}
	/* Index 0 is what heaptrack takes "none" for. */
	if (groups->n) {
		fprintf(track.out, "a 0 %x\n", fates[0].trace);
		track.nsizes++;
	}
	put_events(&track, fates, groups->n);
	strings_release(&track.strings);
	return STATUS_OK;
}
