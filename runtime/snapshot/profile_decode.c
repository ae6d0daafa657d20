// SPDX-License-Identifier: MIT
/* Takes the payloads of a profile's chunks apart. */
#include "runtime/snapshot/profile_reader.h"

#include <string.h>

/* Enough for any traceback a runtime writes (MEMLINT_NFRAME_MAX and the two frames of a wrapper's site). */
enum { MAX_FRAMES = MEMLINT_NFRAME_MAX + 16 };

uint64_t profile_take(struct profile_cursor *cursor)
{
	uint64_t value = 0;

	for (unsigned shift = 0; shift < 64 && cursor->at < cursor->end && !cursor->bad; shift += 7) {
		const uint8_t byte = *cursor->at++;

		if (shift == 63 && byte > 1)
			break;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	cursor->bad = 1;
	return 0;
}

const uint8_t *profile_take_bytes(struct profile_cursor *cursor, uint64_t size)
{
	const uint8_t *bytes = cursor->at;

	if (cursor->bad || size > (uint64_t)(cursor->end - cursor->at)) {
		cursor->bad = 1;
		return (const uint8_t *)"";
	}
	cursor->at += size;
	return bytes;
}

uint64_t profile_take_u64(struct profile_cursor *cursor)
{
	const uint8_t *bytes = profile_take_bytes(cursor, 8);
	uint64_t value = 0;

	if (!cursor->bad)
		memcpy(&value, bytes, 8);
	return value;
}

static uint32_t take_u32(struct profile_cursor *cursor)
{
	const uint64_t value = profile_take(cursor);

	if (value > UINT32_MAX)
		cursor->bad = 1;
	return (uint32_t)value;
}

const char *profile_take_string(struct profile *profile, struct profile_cursor *cursor)
{
	const uint64_t id = profile_take(cursor);
	const char *const *strings = (const char *const *)(const void *)profile->strings.data;

	if (!id)
		return "";
	if (id > profile->strings.size / sizeof *strings) {
		cursor->bad = 1;
		return "";
	}
	return strings[id - 1];
}

struct id_slot {
	uint64_t id, index; /* index + 1; 0: free */
};

static struct id_slot *find_id(const struct profile_ids *ids, uint64_t id)
{
	struct id_slot *slots = (struct id_slot *)(void *)ids->slots.data;
	size_t at = (size_t)((id * 0x9e3779b97f4a7c15u) >> 20) & ids->mask;

	while (slots[at].index && slots[at].id != id)
		at = (at + 1) & ids->mask;
	return slots + at;
}

static int grow_ids(struct profile_ids *ids)
{
	const size_t nslots = ids->mask ? (ids->mask + 1) * 2 : 4096;
	struct pages_buffer before = ids->slots, fresh = {0};
	const struct id_slot *old = (const struct id_slot *)(const void *)before.data;

	if (!pages_push(&fresh, nslots * sizeof *old)) {
		pages_release(&fresh);
		return -1;
	}
	ids->slots = fresh;
	ids->mask = nslots - 1;
	for (size_t i = 0; i < before.size / sizeof *old; i++)
		if (old[i].index)
			*find_id(ids, old[i].id) = old[i];
	pages_release(&before);
	return 0;
}

/* Room for @id among the dense ones, if that wastes little; NULL otherwise. Fresh pages are zero. */
static uint32_t *dense_entry(struct profile_ids *ids, uint64_t id)
{
	const uint64_t known = ids->dense.size / sizeof(uint32_t);

	if (id >= known * 2 + 1024)
		return NULL;
	if (id >= known && !pages_push(&ids->dense, (size_t)(id + 1 - known) * sizeof(uint32_t)))
		return NULL;
	return (uint32_t *)(void *)ids->dense.data + id;
}

/* A later definition of an id replaces the earlier one. */
static void define(struct profile *profile, struct profile_ids *ids, uint64_t id, uint32_t index)
{
	uint32_t *dense = dense_entry(ids, id);

	if (dense) {
		*dense = index + 1;
		return;
	}
	if (ids->n >= ids->mask / 2 && grow_ids(ids) < 0) {
		profile->tables->failed = 1;
		return;
	}
	struct id_slot *slot = find_id(ids, id);

	ids->n += !slot->index;
	*slot = (struct id_slot){.id = id, .index = (uint64_t)index + 1};
}

uint32_t profile_index_of(const struct profile_ids *ids, uint64_t id)
{
	const uint32_t *dense = (const uint32_t *)(const void *)ids->dense.data;

	if (id < ids->dense.size / sizeof *dense && dense[id])
		return dense[id] - 1;
	const struct id_slot *slot = ids->mask ? find_id(ids, id) : NULL;

	return slot && slot->index ? (uint32_t)(slot->index - 1) : 0;
}

const char *profile_take_thread(struct profile *profile, struct profile_cursor *cursor)
{
	return snapshot_threads(profile->tables)[profile_index_of(&profile->threads, profile_take(cursor))].name;
}

static void decode_program(struct profile *profile, struct profile_cursor *cursor)
{
	struct snapshot_program program = {.pid = profile_take(cursor)};
	struct pages_buffer argv = {0};

	program.ppid = profile_take(cursor);
	program.start_ns = profile_take(cursor);
	program.nframe = profile_take(cursor);
	program.flags = profile_take(cursor);
	program.page_size = profile_take(cursor);
	program.executable = profile_take_string(profile, cursor);
	program.directory = profile_take_string(profile, cursor);
	program.allocator = profile_take_string(profile, cursor);
	program.runtime = profile_take_string(profile, cursor);
	const uint64_t argc = profile_take(cursor);

	for (uint64_t i = 0; i < argc && !cursor->bad; i++) {
		const char **arg = pages_push(&argv, sizeof *arg);

		if (!arg)
			break;
		*arg = profile_take_string(profile, cursor);
	}
	program.argc = argv.size / sizeof *program.argv;
	program.argv = (const char *const *)(const void *)argv.data;
	if (!cursor->bad)
		snapshot_set_program(profile->tables, &program);
	profile->tables->failed |= argv.failed;
	pages_release(&argv);
}

static void decode_strings(struct profile *profile, struct profile_cursor *cursor)
{
	const uint64_t first = profile_take(cursor), n = profile_take(cursor);

	if (first != profile->strings.size / sizeof(char *) + 1)
		cursor->bad = 1;
	for (uint64_t i = 0; i < n && !cursor->bad; i++) {
		const uint64_t length = profile_take(cursor);
		const char *bytes = (const char *)profile_take_bytes(cursor, length);
		const char **entry = cursor->bad ? NULL : pages_push(&profile->strings, sizeof *entry);

		if (cursor->bad)
			return;
		if (!entry) {
			profile->tables->failed = 1;
			return;
		}
		*entry = snapshot_text(profile->tables, bytes, (size_t)length);
	}
}

static void decode_modules(struct profile *profile, struct profile_cursor *cursor)
{
	for (uint64_t n = profile_take(cursor); n && !cursor->bad; n--) {
		const uint64_t id = profile_take(cursor);
		struct snapshot_module module = {.id = id, .path = profile_take_string(profile, cursor)};

		module.base = profile_take_u64(cursor);
		module.bias = profile_take_u64(cursor);
		module.size = profile_take(cursor);
		const uint64_t length = profile_take(cursor);

		module.build_id = profile_take_bytes(cursor, length);
		module.build_id_size = cursor->bad ? 0 : (size_t)length;
		if (!cursor->bad)
			define(profile, &profile->modules, id, snapshot_add_module(profile->tables, &module));
	}
}

static void decode_sites(struct profile *profile, struct profile_cursor *cursor)
{
	for (uint64_t n = profile_take(cursor); n && !cursor->bad; n--) {
		const uint64_t id = profile_take(cursor);
		struct snapshot_frame frame = {.file = profile_take_string(profile, cursor)};

		frame.directory = profile_take_string(profile, cursor);
		frame.line = take_u32(cursor);
		frame.column = take_u32(cursor);
		frame.function = profile_take_string(profile, cursor);
		frame.macro = profile_take_string(profile, cursor);
		frame.type = profile_take_string(profile, cursor);
		frame.element_size = take_u32(cursor);
		frame.layout = profile_take_u64(cursor);
		frame.allocator = (uint16_t)profile_take(cursor);
		frame.flags = take_u32(cursor);
		if (!cursor->bad)
			define(profile, &profile->sites, id, snapshot_add_frame(profile->tables, &frame));
	}
}

static uint32_t take_frame(struct profile *profile, struct profile_cursor *cursor)
{
	uint64_t code = profile_take(cursor);
	const int is_call = !code;

	if (is_call)
		code = profile_take(cursor);
	if (!(code & 1))
		return profile_index_of(&profile->sites, code >> 1);
	const uint64_t offset = profile_take(cursor);

	if (cursor->bad)
		return 0;
	const uint32_t module = profile_index_of(&profile->modules, code >> 1);
	const uint64_t key = (uint64_t)module << 48 | (uint64_t)is_call << 47 | offset;
	uint32_t frame = offset >> 47 ? 0 : profile_index_of(&profile->addresses, key);

	if (!frame) {
		frame = is_call ? snapshot_add_call(profile->tables, module, offset)
		                : snapshot_add_address(profile->tables, module, offset);
		if (!(offset >> 47))
			define(profile, &profile->addresses, key, frame);
	}
	return frame;
}

static void decode_traces(struct profile *profile, struct profile_cursor *cursor)
{
	struct pages_buffer frames = {0};

	for (uint64_t n = profile_take(cursor); n && !cursor->bad; n--) {
		const uint64_t id = profile_take(cursor), author = profile_take(cursor), total = profile_take(cursor);
		const uint64_t nframes = profile_take(cursor);

		pages_clear(&frames);
		if (!nframes || nframes > MAX_FRAMES || author >= nframes)
			cursor->bad = 1;
		for (uint64_t i = 0; i < nframes && !cursor->bad; i++) {
			uint32_t *frame = pages_push(&frames, sizeof *frame);

			if (!frame)
				break;
			*frame = take_frame(profile, cursor);
		}
		if (cursor->bad || frames.failed)
			break;
		define(profile, &profile->traces, id,
		       snapshot_add_trace(profile->tables, (const uint32_t *)(const void *)frames.data,
		                          (uint32_t)nframes, (uint32_t)author,
		                          total > UINT32_MAX ? UINT32_MAX : (uint32_t)total));
	}
	profile->tables->failed |= frames.failed;
	pages_release(&frames);
}

static void decode_layouts(struct profile *profile, struct profile_cursor *cursor)
{
	for (uint64_t n = profile_take(cursor); n && !cursor->bad; n--) {
		const uint64_t hash = profile_take_u64(cursor);
		const char *text = profile_take_string(profile, cursor);

		if (!cursor->bad)
			snapshot_add_layout(profile->tables, hash, text);
	}
}

static void decode_threads(struct profile *profile, struct profile_cursor *cursor)
{
	for (uint64_t n = profile_take(cursor); n && !cursor->bad; n--) {
		const uint64_t id = profile_take(cursor);
		const char *name = profile_take_string(profile, cursor);

		if (!cursor->bad)
			define(profile, &profile->threads, id, snapshot_add_thread(profile->tables, id, name));
	}
}

void profile_decode_head(struct profile *profile, struct profile_snapshot *head, struct profile_cursor *cursor,
                         uint64_t *fields)
{
	struct snapshot_totals *totals = &head->totals;

	head->sequence = profile_take(cursor);
	head->reason = take_u32(cursor);
	head->name = profile_take_string(profile, cursor);
	head->time_ns = profile_take(cursor);
	totals->live_bytes = profile_take(cursor);
	totals->live_count = profile_take(cursor);
	totals->peak_bytes = profile_take(cursor);
	totals->peak_error = profile_take(cursor);
	totals->peak_time_ns = profile_take(cursor);
	totals->alloc_count = profile_take(cursor);
	totals->alloc_bytes = profile_take(cursor);
	totals->free_count = profile_take(cursor);
	totals->free_bytes = profile_take(cursor);
	totals->tracer_bytes = profile_take(cursor);
	totals->missed_frees = profile_take(cursor);
	*fields = profile_take(cursor);
	head->nrows = profile_take(cursor);
	/* A row has at least a byte for each of its values: a larger count is a lie. */
	const uint64_t room = (uint64_t)(cursor->end - cursor->at);

	if (*fields > room + 9 || (head->nrows && head->nrows > room / (*fields + 2)))
		cursor->bad = 1;
}

static void decode_snapshot(struct profile *profile, size_t chunk, struct profile_cursor *cursor)
{
	struct profile_snapshot head = {.chunk = chunk};
	uint64_t fields;

	profile_decode_head(profile, &head, cursor, &fields);
	if (cursor->bad)
		return;
	struct profile_snapshot *entry = pages_push(&profile->snapshots, sizeof *entry);

	if (entry)
		*entry = head;
	else
		profile->tables->failed = 1;
}

void profile_decode_rows(struct profile *profile, struct memlint_snapshot *snapshot, struct profile_cursor *cursor,
                         uint64_t nrows, uint64_t fields)
{
	uint64_t values[9];

	for (uint64_t i = 0; i < nrows && !cursor->bad; i++) {
		const uint32_t trace = profile_index_of(&profile->traces, profile_take(cursor));
		const uint32_t thread = profile_index_of(&profile->threads, profile_take(cursor));
		struct snapshot_row *row = snapshot_add_row(snapshot, trace, thread);

		if (!row)
			return;
		memset(values, 0, sizeof values);
		for (uint64_t f = 0; f < fields; f++) {
			const uint64_t value = profile_take(cursor);

			if (f < 9)
				values[f] = value;
		}
		row->counts = (struct snapshot_counts){
		        .alloc_count = values[0],
		        .alloc_bytes = values[1],
		        .alloc_usable = values[2],
		        .free_count = values[3],
		        .free_bytes = values[4],
		        .live_usable = values[5],
		        .peak_bytes = values[6],
		        .peak_count = values[7],
		        .temporary_count = values[8],
		};
	}
}

static void decode_samples(struct profile *profile, struct profile_cursor *cursor)
{
	uint64_t time = 0; /* each chunk starts again from the beginning of the program */

	for (uint64_t n = profile_take(cursor); n && !cursor->bad; n--) {
		struct profile_sample sample = {.time_ns = time += profile_take(cursor)};

		sample.live = profile_take(cursor);
		sample.highest = profile_take(cursor);
		struct profile_sample *entry = cursor->bad ? NULL : pages_push(&profile->samples, sizeof *entry);

		if (entry)
			*entry = sample;
		else if (!cursor->bad)
			profile->tables->failed = 1;
		if (!entry)
			return;
	}
}

static void decode_mark(struct profile *profile, struct profile_cursor *cursor)
{
	struct profile_mark mark = {.time_ns = profile_take(cursor)};

	mark.name = profile_take_string(profile, cursor);
	mark.live = profile_take(cursor);
	struct profile_mark *entry = cursor->bad ? NULL : pages_push(&profile->marks, sizeof *entry);

	if (entry)
		*entry = mark;
	else if (!cursor->bad)
		profile->tables->failed = 1;
}

static void decode_lines(struct profile *profile, size_t chunk, struct profile_cursor *cursor)
{
	const struct profile_lines lines = {.sequence = profile_take(cursor), .chunk = chunk};
	struct profile_lines *entry = cursor->bad ? NULL : pages_push(&profile->lines, sizeof *entry);

	if (entry)
		*entry = lines;
	else if (!cursor->bad)
		profile->tables->failed = 1;
}

static void decode_end(struct profile *profile, struct profile_cursor *cursor)
{
	profile->end_how = profile_take(cursor);
	profile->end_status = profile_take(cursor);
	profile->end_time_ns = profile_take(cursor);
	profile->ended = !cursor->bad;
}

void profile_decode(struct profile *profile, uint32_t type, size_t chunk, struct profile_cursor *cursor)
{
	switch (type) {
	case PROFILE_PROGRAM:
		decode_program(profile, cursor);
		break;
	case PROFILE_STRINGS:
		decode_strings(profile, cursor);
		break;
	case PROFILE_MODULES:
		decode_modules(profile, cursor);
		break;
	case PROFILE_SITES:
		decode_sites(profile, cursor);
		break;
	case PROFILE_TRACES:
		decode_traces(profile, cursor);
		break;
	case PROFILE_LAYOUTS:
		decode_layouts(profile, cursor);
		break;
	case PROFILE_THREADS:
		decode_threads(profile, cursor);
		break;
	case PROFILE_SNAPSHOT:
		decode_snapshot(profile, chunk, cursor);
		break;
	case PROFILE_SAMPLES:
		decode_samples(profile, cursor);
		break;
	case PROFILE_MARK:
		decode_mark(profile, cursor);
		break;
	case PROFILE_BLOCKS:
	case PROFILE_EDGES:
	case PROFILE_ROOTS:
		profile_graph_note(profile, type, chunk, cursor);
		break;
	case PROFILE_END:
		decode_end(profile, cursor);
		break;
	case PROFILE_LINES:
		decode_lines(profile, chunk, cursor);
		break;
	default: /* of a later writer */
		break;
	}
}
