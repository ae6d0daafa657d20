/* SPDX-License-Identifier: MIT */
/*
 * Reads a profile (runtime/profile_format.h) that lies in memory. Any bytes are accepted: what is wrong is told, never
 * followed. Memory grows with the input only, a compressed chunk is bounded by PROFILE_MAX_RAW.
 */
#ifndef MEMLINT_PROFILE_READER_H
#define MEMLINT_PROFILE_READER_H

#include "runtime/snapshot/snapshot.h"

#define PROFILE_MAX_RAW (256u << 20) /* bytes of one chunk decompressed */

enum profile_fault {
	PROFILE_WHOLE,
	PROFILE_TRUNCATED, /* the file ends within a chunk: what stands before is whole */
	PROFILE_DAMAGED,   /* a checksum or a payload is wrong: what stands before is whole */
	PROFILE_EMPTY,     /* no byte at all */
	PROFILE_FOREIGN,   /* not a profile */
	PROFILE_TEXT_MODE, /* a profile whose line ends were converted */
	PROFILE_NEWER,     /* a version that this reader does not know: `version` */
	PROFILE_CODEC,     /* compressed in a way that this reader cannot undo */
	PROFILE_NO_MEMORY,
};

struct profile_sample {
	uint64_t time_ns;       /* since start */
	uint64_t live, highest; /* bytes: then, and the highest since the sample before */
};

/* A chunk of the line profiler's; analyzer/profile/lines.h takes it apart. */
struct profile_lines {
	uint64_t sequence; /* of the snapshot that it belongs to */
	size_t chunk;      /* offset of its header in the file */
};

struct profile_mark {
	uint64_t time_ns, live;
	const char *name;
};

/* A snapshot's head; its rows are decoded by profile_snapshot(). */
struct profile_snapshot {
	uint64_t sequence, time_ns, nrows;
	uint32_t reason; /* enum profile_reason */
	const char *name;
	struct snapshot_totals totals;
	size_t chunk; /* offset of its header in the file */
};

/* A part of a heap graph; profile_graph_read() decodes it. */
struct profile_graph_chunk {
	uint64_t sequence; /* of the snapshot that it belongs to */
	uint32_t type;     /* enum profile_chunk */
	size_t chunk;      /* offset of its header in the file */
};

/* Ids of the file to indices of the tables. */
struct profile_ids {
	struct pages_buffer dense; /* uint32_t[]: index + 1 by id, for ids that follow each other closely */
	struct pages_buffer slots; /* struct { uint64_t id; uint64_t index; }, hashed, for all others */
	size_t mask, n;
};

/* Undoes zstd: fills @raw[@raw_size] from @stored[@stored_size]; 0, or -1 if that is not what is in there. */
typedef int profile_inflate(void *raw, size_t raw_size, const void *stored, size_t stored_size);

struct profile {
	const uint8_t *data; /* the caller's; stays until profile_release() */
	size_t size;
	profile_inflate *inflate;                                  /* NULL: not able to */
	void (*progress)(void *context, size_t done, size_t size); /* NULL, or called now and then while reading */
	void *context;

	struct snapshot_tables *tables;
	struct pages_buffer snapshots; /* struct profile_snapshot[] */
	struct pages_buffer samples;   /* struct profile_sample[] */
	struct pages_buffer marks;     /* struct profile_mark[] */
	struct pages_buffer graphs;    /* struct profile_graph_chunk[] */
	struct pages_buffer lines;     /* struct profile_lines[] */
	int ended;                     /* there is an end record: */
	uint64_t end_how, end_status, end_time_ns;
	enum profile_fault fault;
	uint64_t fault_at; /* offset of the chunk where reading stopped */
	uint32_t version;
	size_t nchunks;

	struct pages_buffer strings; /* const char *[], by the file's id */
	struct profile_ids sites, traces, modules, threads;
	struct profile_ids addresses; /* frames without a site, by module index << 48 | offset */
	struct pages_buffer raw;      /* the payload in hand, decompressed */
};

/* Reads all chunks. Before: zero the struct, set data, size and what of inflate, progress, context is wanted. 0 when whole or
 * truncated, else -1; `fault` tells. Always profile_release() afterwards. */
int profile_read(struct profile *profile);
void profile_release(struct profile *profile);

/* Snapshot number @index (from 0) with its rows, sharing the profile's tables, which it keeps alive; free with
 * snapshot_free(). NULL with snapshot_error(). */
struct memlint_snapshot *profile_snapshot(struct profile *profile, size_t index);

static inline size_t profile_nsnapshots(const struct profile *profile)
{
	return profile->snapshots.size / sizeof(struct profile_snapshot);
}

static inline const struct profile_snapshot *profile_snapshots(const struct profile *profile)
{
	return (const struct profile_snapshot *)(const void *)profile->snapshots.data;
}

/* All of the regular file @path into @content, which the caller releases. 0, or -1 with snapshot_error(). */
int profile_read_file(const char *path, struct pages_buffer *content);

/* A sentence about what is wrong, for a message "FILE: ..."; "" when whole. Valid until the next call. */
const char *profile_fault_text(const struct profile *profile, char *text, size_t capacity);

/* --- for those who take payloads apart: profile_decode.c and the analyzer --- */

/* A payload being taken apart; `bad` once anything was missing, from then on every value is 0. */
struct profile_cursor {
	const uint8_t *at, *end;
	int bad;
};

uint64_t profile_take(struct profile_cursor *cursor);     /* v */
uint64_t profile_take_u64(struct profile_cursor *cursor); /* u64 */
const uint8_t *profile_take_bytes(struct profile_cursor *cursor, uint64_t size);
/* s, v thread: the text; "" for what is not known. */
const char *profile_take_string(struct profile *profile, struct profile_cursor *cursor);
const char *profile_take_thread(struct profile *profile, struct profile_cursor *cursor);

/* Decodes one payload into the profile. */
void profile_decode(struct profile *profile, uint32_t type, size_t chunk, struct profile_cursor *cursor);
/* The head of a snapshot; the cursor then stands at its first row; *@fields is the number of fields in each. */
void profile_decode_head(struct profile *profile, struct profile_snapshot *head, struct profile_cursor *cursor,
                         uint64_t *fields);
/* Remembers where a part of a graph stands. */
void profile_graph_note(struct profile *profile, uint32_t type, size_t chunk, struct profile_cursor *cursor);
/* The index for the file's @id; 0, the unknown entry, when it was not defined. */
uint32_t profile_index_of(const struct profile_ids *ids, uint64_t id);
/* The payload of the chunk whose header is at @at, read before, once more; -1 when that cannot be. */
int profile_open_again(struct profile *profile, size_t at, struct profile_cursor *cursor);
void profile_decode_rows(struct profile *profile, struct memlint_snapshot *snapshot, struct profile_cursor *cursor,
                         uint64_t nrows, uint64_t fields);

#endif
