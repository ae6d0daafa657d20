/* SPDX-License-Identifier: MIT */
/*
 * Encodes profile files (runtime/profile_format.h), chunk by chunk.
 *
 * It uses no heap, no stdio and no locks; one thread at a time. Strings are given as text: the writer numbers them and
 * puts a strings chunk before the first chunk that names them. A chunk reaches the sink in one call, together with the
 * strings it needs: the sink writes all of it or nothing. After a failed call the same chunk may be built again.
 *
 *	profile_begin(w, PROFILE_MARK);
 *	profile_put(w, time);
 *	profile_put_string(w, name);
 *	profile_put(w, live);
 *	error = profile_end(w);
 */
#ifndef MEMLINT_PROFILE_WRITER_H
#define MEMLINT_PROFILE_WRITER_H

#include "runtime/profile_format.h"
#include "runtime/snapshot/strings.h"

/* Takes all of @data[@size] and returns 0, or keeps nothing of it and returns an errno value. */
typedef int profile_sink(void *context, const void *data, size_t size);

struct profile_writer {
	profile_sink *sink;
	void *context;
	struct strings strings;      /* an id in the file is one here + strings_forgotten, but 0 is 0 */
	uint32_t strings_written;    /* ids below are in the file */
	uint32_t strings_forgotten;  /* so many are in the file that are not here any more */
	struct pages_buffer payload; /* of the chunk being built */
	struct pages_buffer out;     /* framed chunks on their way to the sink */
	size_t count_at;             /* where a list's count stands in payload; 0 none */
	uint32_t count;
	uint16_t type;
};

/* Starts a writer; it owns no memory yet. */
void profile_writer_init(struct profile_writer *writer, profile_sink *sink, void *context);
/* Gives its memory back and forgets its strings. The file stays the caller's. */
void profile_writer_release(struct profile_writer *writer);
/* Gives its memory back until it writes again; then it may write a string a second time. */
void profile_writer_rest(struct profile_writer *writer);
/* Bytes of memory it holds. */
size_t profile_writer_memory(const struct profile_writer *writer);

/* The file's first 16 bytes. 0 or an errno value. */
int profile_write_preface(struct profile_writer *writer);

/* Begins a chunk; what an unfinished one held is dropped. */
void profile_begin(struct profile_writer *writer, enum profile_chunk type);
/* The same for the chunks that are "v n, n times": call profile_item() before each item, the count is filled in. */
void profile_begin_list(struct profile_writer *writer, enum profile_chunk type);
void profile_item(struct profile_writer *writer);
/* A count inside a chunk that is only known later (rows of a snapshot): stands here; profile_item() adds to it. */
void profile_put_count(struct profile_writer *writer);

void profile_put(struct profile_writer *writer, uint64_t value); /* v */
void profile_put_u64(struct profile_writer *writer, uint64_t value);
void profile_put_bytes(struct profile_writer *writer, const void *data, size_t size);
/* s: @text ended by zero, NULL is "". */
void profile_put_string(struct profile_writer *writer, const char *text);

/* Hands the chunk to the sink. 0; ENOMEM; or what the sink returned. */
int profile_end(struct profile_writer *writer);

/*
 * A sink for a file descriptor; the context is a struct profile_fd. Short writes are continued; after a failure the file
 * is cut back to where it ended before, so that what stands in it is whole.
 */
struct profile_fd {
	int fd;
	uint64_t size; /* of what was written completely */
};
int profile_fd_sink(void *profile_fd, const void *data, size_t size);

#endif
