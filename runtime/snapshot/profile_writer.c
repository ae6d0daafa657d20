// SPDX-License-Identifier: MIT
/* Encodes profile files: LEB128 payloads in a growable buffer, framed and handed to the sink in one piece. */
#define _GNU_SOURCE
#include "runtime/snapshot/profile_writer.h"

#include "runtime/snapshot/crc32c.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { COUNT_BYTES = 5 }; /* a count of 32 bits as LEB128 with leading zeros */

void profile_writer_init(struct profile_writer *writer, profile_sink *sink, void *context)
{
	*writer = (struct profile_writer){.sink = sink, .context = context, .strings_written = 1};
}

void profile_writer_release(struct profile_writer *writer)
{
	profile_writer_rest(writer);
	writer->strings_forgotten = 0;
}

void profile_writer_rest(struct profile_writer *writer)
{
	strings_release(&writer->strings);
	writer->strings_forgotten += writer->strings_written - 1;
	writer->strings_written = 1;
	pages_release(&writer->payload);
	pages_release(&writer->out);
}

size_t profile_writer_memory(const struct profile_writer *writer)
{
	return writer->strings.arena.bytes + writer->strings.entries.capacity + writer->strings.slots.capacity +
	       writer->payload.capacity + writer->out.capacity;
}

int profile_write_preface(struct profile_writer *writer)
{
	const uint32_t version = MEMLINT_PROFILE_VERSION;
	uint8_t preface[16];

	memcpy(preface, MEMLINT_PROFILE_MAGIC, MEMLINT_PROFILE_MAGIC_SIZE);
	memcpy(preface + MEMLINT_PROFILE_MAGIC_SIZE, &version, sizeof version);
	return writer->sink(writer->context, preface, sizeof preface);
}

void profile_begin(struct profile_writer *writer, enum profile_chunk type)
{
	pages_clear(&writer->payload);
	writer->type = (uint16_t)type;
	writer->count_at = 0;
	writer->count = 0;
}

void profile_put_count(struct profile_writer *writer)
{
	writer->count_at = writer->payload.size + 1;
	writer->count = 0;
	pages_push(&writer->payload, COUNT_BYTES);
}

void profile_begin_list(struct profile_writer *writer, enum profile_chunk type)
{
	profile_begin(writer, type);
	profile_put_count(writer);
}

void profile_item(struct profile_writer *writer)
{
	writer->count++;
}

static size_t encode(uint8_t *out, uint64_t value)
{
	size_t n = 0;

	for (; value >= 0x80; value >>= 7)
		out[n++] = (uint8_t)(value | 0x80);
	out[n++] = (uint8_t)value;
	return n;
}

static void push_value(struct pages_buffer *buffer, uint64_t value)
{
	uint8_t *out = pages_push(buffer, 10);

	if (out)
		buffer->size -= 10 - encode(out, value);
}

static void push_bytes(struct pages_buffer *buffer, const void *data, size_t size)
{
	void *out = pages_push(buffer, size);

	if (out && size)
		memcpy(out, data, size);
}

void profile_put(struct profile_writer *writer, uint64_t value)
{
	push_value(&writer->payload, value);
}

void profile_put_u64(struct profile_writer *writer, uint64_t value)
{
	push_bytes(&writer->payload, &value, sizeof value);
}

void profile_put_bytes(struct profile_writer *writer, const void *data, size_t size)
{
	push_bytes(&writer->payload, data, size);
}

void profile_put_string(struct profile_writer *writer, const char *text)
{
	const uint32_t id = text ? strings_intern(&writer->strings, text, strlen(text)) : 0;

	if (id == STRINGS_NONE)
		writer->payload.failed = 1;
	push_value(&writer->payload, id ? id + (uint64_t)writer->strings_forgotten : 0);
}

/* Fills in the header that was left free at @start of @out; the payload is what follows. */
static void seal(struct pages_buffer *out, size_t start, uint16_t type)
{
	struct profile_chunk_header header = {
	        .magic = PROFILE_CHUNK_MAGIC,
	        .type = type,
	        .codec = PROFILE_CODEC_NONE,
	};
	const size_t size = out->failed ? 0 : out->size - start - sizeof header;

	if (out->failed || size > UINT32_MAX) {
		out->failed = 1;
		return;
	}
	header.raw_size = header.stored_size = (uint32_t)size;
	header.payload_crc = crc32c(out->data + start + sizeof header, size);
	header.header_crc = crc32c(&header, offsetof(struct profile_chunk_header, header_crc));
	memcpy(out->data + start, &header, sizeof header);
}

static void frame_strings(struct pages_buffer *out, const struct profile_writer *writer)
{
	const struct strings *strings = &writer->strings;
	const uint32_t first = writer->strings_written, end = strings_count(strings);
	const size_t start = out->size;

	pages_push(out, sizeof(struct profile_chunk_header));
	push_value(out, first + (uint64_t)writer->strings_forgotten);
	push_value(out, end - first);
	for (uint32_t id = first; id < end; id++) {
		push_value(out, strings_length(strings, id));
		push_bytes(out, strings_text(strings, id), strings_length(strings, id));
	}
	seal(out, start, PROFILE_STRINGS);
}

static void fill_count(struct profile_writer *writer)
{
	uint8_t *at = writer->payload.data + writer->count_at - 1;

	for (int i = 0; i < COUNT_BYTES; i++)
		at[i] = (uint8_t)((writer->count >> (7 * i) & 0x7f) | (i < COUNT_BYTES - 1 ? 0x80 : 0));
}

int profile_end(struct profile_writer *writer)
{
	const uint32_t end = strings_count(&writer->strings);

	pages_clear(&writer->out);
	if (writer->payload.failed)
		return ENOMEM;
	if (writer->count_at)
		fill_count(writer);
	if (end > writer->strings_written)
		frame_strings(&writer->out, writer);
	const size_t start = writer->out.size;

	pages_push(&writer->out, sizeof(struct profile_chunk_header));
	push_bytes(&writer->out, writer->payload.data, writer->payload.size);
	seal(&writer->out, start, writer->type);
	if (writer->out.failed)
		return ENOMEM;

	const int error = writer->sink(writer->context, writer->out.data, writer->out.size);

	if (!error && end > writer->strings_written)
		writer->strings_written = end;
	return error;
}

int profile_fd_sink(void *profile_fd, const void *data, size_t size)
{
	struct profile_fd *file = profile_fd;
	const uint8_t *bytes = data;
	size_t done = 0;

	while (done < size) {
		/* write() would bring pages of libc that a small program has no other use for. */
		const ssize_t n = syscall(SYS_write, file->fd, bytes + done, size - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			const int error = n < 0 ? errno : ENOSPC;

			/* A pipe cannot be cut back: its reader sees an unfinished chunk and stops before it. */
			if (done && ftruncate(file->fd, (off_t)file->size) == 0)
				lseek(file->fd, (off_t)file->size, SEEK_SET);
			return error;
		}
		done += (size_t)n;
	}
	file->size += size;
	return 0;
}
