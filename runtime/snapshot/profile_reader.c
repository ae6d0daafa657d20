// SPDX-License-Identifier: MIT
/* Walks the chunks of a profile: framing, checksums, decompression. */
#include "runtime/snapshot/profile_reader.h"

#include "runtime/snapshot/crc32c.h"
#include "runtime/snapshot/text.h"

#include <string.h>

enum { PREFACE_SIZE = MEMLINT_PROFILE_MAGIC_SIZE + 4 };

static int stop(struct profile *profile, enum profile_fault fault, size_t at)
{
	profile->fault = fault;
	profile->fault_at = at;
	return -1;
}

static int read_preface(struct profile *profile)
{
	static const char magic[] = MEMLINT_PROFILE_MAGIC;
	const size_t known = profile->size < MEMLINT_PROFILE_MAGIC_SIZE ? profile->size : MEMLINT_PROFILE_MAGIC_SIZE;

	if (!profile->size)
		return stop(profile, PROFILE_EMPTY, 0);
	if (memcmp(profile->data, magic, known)) {
		/* "\211memlint" survives a conversion of line ends, the "\r\n" behind it does not. */
		if (known >= 8 && !memcmp(profile->data, magic, 8))
			return stop(profile, PROFILE_TEXT_MODE, 0);
		return stop(profile, PROFILE_FOREIGN, 0);
	}
	if (profile->size < PREFACE_SIZE)
		return stop(profile, PROFILE_TRUNCATED, 0);
	memcpy(&profile->version, profile->data + MEMLINT_PROFILE_MAGIC_SIZE, sizeof profile->version);
	if (profile->version != MEMLINT_PROFILE_VERSION)
		return stop(profile, profile->version > MEMLINT_PROFILE_VERSION ? PROFILE_NEWER : PROFILE_DAMAGED, 0);
	return 0;
}

/* The header at @at, checked together with its payload. 0 or -1 with the fault set. */
static int read_header(struct profile *profile, size_t at, struct profile_chunk_header *header)
{
	const size_t left = profile->size - at;

	if (left < sizeof *header)
		return stop(profile, PROFILE_TRUNCATED, at);
	memcpy(header, profile->data + at, sizeof *header);
	if (header->magic != PROFILE_CHUNK_MAGIC ||
	    header->header_crc != crc32c(header, offsetof(struct profile_chunk_header, header_crc)))
		return stop(profile, PROFILE_DAMAGED, at);
	if (header->stored_size > left - sizeof *header)
		return stop(profile, PROFILE_TRUNCATED, at);
	if (header->payload_crc != crc32c(profile->data + at + sizeof *header, header->stored_size))
		return stop(profile, PROFILE_DAMAGED, at);
	return 0;
}

static int open_payload(struct profile *profile, size_t at, const struct profile_chunk_header *header,
                        struct profile_cursor *cursor)
{
	const uint8_t *stored = profile->data + at + sizeof *header;

	*cursor = (struct profile_cursor){.at = stored, .end = stored + header->stored_size};
	if (header->codec == PROFILE_CODEC_NONE)
		return header->raw_size == header->stored_size ? 0 : stop(profile, PROFILE_DAMAGED, at);
	if (header->codec != PROFILE_CODEC_ZSTD || !profile->inflate)
		return stop(profile, PROFILE_CODEC, at);
	if (header->raw_size > PROFILE_MAX_RAW)
		return stop(profile, PROFILE_DAMAGED, at);
	pages_clear(&profile->raw);
	uint8_t *raw = pages_push(&profile->raw, header->raw_size);

	if (!raw)
		return stop(profile, PROFILE_NO_MEMORY, at);
	if (profile->inflate(raw, header->raw_size, stored, header->stored_size) < 0)
		return stop(profile, PROFILE_DAMAGED, at);
	*cursor = (struct profile_cursor){.at = raw, .end = raw + header->raw_size};
	return 0;
}

static int read_chunks(struct profile *profile)
{
	struct profile_chunk_header header;
	struct profile_cursor cursor;
	size_t at = PREFACE_SIZE;

	while (at < profile->size) {
		if (read_header(profile, at, &header) < 0 || open_payload(profile, at, &header, &cursor) < 0)
			return -1;
		profile_decode(profile, header.type, at, &cursor);
		if (profile->tables->failed)
			return stop(profile, PROFILE_NO_MEMORY, at);
		if (cursor.bad)
			return stop(profile, PROFILE_DAMAGED, at);
		at += sizeof header + header.stored_size;
		profile->nchunks++;
		if (profile->progress)
			profile->progress(profile->context, at, profile->size);
	}
	return 0;
}

int profile_read(struct profile *profile)
{
	profile->tables = snapshot_tables_new();
	if (!profile->tables)
		return stop(profile, PROFILE_NO_MEMORY, 0);
	if (read_preface(profile) < 0 || read_chunks(profile) < 0)
		return profile->fault == PROFILE_TRUNCATED ? 0 : -1;
	return 0;
}

static void release_ids(struct profile_ids *ids)
{
	pages_release(&ids->dense);
	pages_release(&ids->slots);
}

void profile_release(struct profile *profile)
{
	snapshot_tables_release(profile->tables);
	pages_release(&profile->snapshots);
	pages_release(&profile->samples);
	pages_release(&profile->marks);
	pages_release(&profile->graphs);
	pages_release(&profile->lines);
	pages_release(&profile->strings);
	release_ids(&profile->sites);
	release_ids(&profile->traces);
	release_ids(&profile->modules);
	release_ids(&profile->threads);
	release_ids(&profile->addresses);
	pages_release(&profile->raw);
	*profile = (struct profile){0};
}

int profile_open_again(struct profile *profile, size_t at, struct profile_cursor *cursor)
{
	struct profile_chunk_header header;

	memcpy(&header, profile->data + at, sizeof header);
	return open_payload(profile, at, &header, cursor);
}

struct memlint_snapshot *profile_snapshot(struct profile *profile, size_t index)
{
	const struct profile_snapshot *head = profile_snapshots(profile) + index;
	struct profile_snapshot again = {0};
	struct profile_cursor cursor;
	uint64_t fields;

	if (profile_open_again(profile, head->chunk, &cursor) < 0) {
		snapshot_set_error("the snapshot cannot be read again", NULL);
		return NULL;
	}
	struct memlint_snapshot *snapshot = snapshot_new_shared(profile->tables);

	if (!snapshot)
		return NULL;
	profile_decode_head(profile, &again, &cursor, &fields);
	snapshot->sequence = head->sequence;
	snapshot->reason = head->reason;
	snapshot->time_ns = head->time_ns;
	snapshot->name = head->name;
	snapshot->totals = head->totals;
	profile_decode_rows(profile, snapshot, &cursor, head->nrows, fields);
	if (!cursor.bad && !snapshot->rows.failed)
		return snapshot;
	snapshot_set_error(cursor.bad ? "the snapshot's rows are malformed" : "out of memory", NULL);
	snapshot_free(snapshot);
	return NULL;
}

const char *profile_fault_text(const struct profile *profile, char *data, size_t capacity)
{
	static const char *const texts[] = {
	        [PROFILE_WHOLE] = "",
	        [PROFILE_TRUNCATED] = "truncated at byte ",
	        [PROFILE_DAMAGED] = "damaged: wrong checksum or content at byte ",
	        [PROFILE_EMPTY] = "empty, not a memlint profile",
	        [PROFILE_FOREIGN] = "not a memlint profile",
	        [PROFILE_TEXT_MODE] = "damaged: its line ends were converted; copy it in binary mode",
	        [PROFILE_NEWER] = "written in profile format ",
	        [PROFILE_CODEC] = "compressed in a way that cannot be read here, at byte ",
	        [PROFILE_NO_MEMORY] = "out of memory",
	};
	struct text text = {.data = data, .capacity = capacity};

	text_put(&text, texts[profile->fault]);
	if (profile->fault == PROFILE_TRUNCATED || profile->fault == PROFILE_DAMAGED || profile->fault == PROFILE_CODEC)
		text_put_unsigned(&text, profile->fault_at);
	if (profile->fault == PROFILE_NEWER) {
		text_put_unsigned(&text, profile->version);
		text_put(&text, ", this memlint reads format ");
		text_put_unsigned(&text, MEMLINT_PROFILE_VERSION);
		text_put(&text, ": use a newer memlint");
	}
	return data;
}
