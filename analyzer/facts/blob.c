// SPDX-License-Identifier: MIT
/* Blobs: magic, payload, and a hash over both at the end. */
#include "analyzer/facts/blob.h"

#include "analyzer/rule.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOB_VERSION = 1, ERRORS_MAX = 20 };

static const char MAGIC[8] = "MLFACTS";

static struct hash128 hash_of(const void *bytes, size_t size)
{
	struct hash_stream stream;

	hash_stream_init(&stream);
	hash_stream_bytes(&stream, bytes, size);
	return hash_stream_end(&stream);
}

static void write_errors(const struct ast_unit *unit, struct packer *blob)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < unit->ndiagnostics; i++)
		count += unit->diagnostics[i].error && count < ERRORS_MAX;
	pack_number(blob, count);
	for (uint32_t i = 0; i < unit->ndiagnostics && count; i++) {
		const struct ast_diagnostic *diagnostic = &unit->diagnostics[i];
		const struct ast_file *file = ast_file_of(unit, diagnostic->range);

		if (!diagnostic->error)
			continue;
		count--;
		pack_string(blob, file ? file->path : "");
		pack_number(blob, diagnostic->line);
		pack_number(blob, diagnostic->column);
		pack_string(blob, diagnostic->text);
	}
}

void blob_write(const struct ast_unit *unit, const struct packer *facts, struct packer *blob)
{
	const size_t start = blob->size;
	struct hash128 hash;

	pack_raw(blob, MAGIC, sizeof MAGIC);
	pack_number(blob, BLOB_VERSION);
	pack_number(blob, rules_version());
	pack_string(blob, unit->main_path);
	pack_number(blob, unit->broken);
	pack_number(blob, unit->nfiles - 1);
	for (uint32_t i = 1; i < unit->nfiles; i++) {
		const struct ast_file *file = unit->files[i];

		pack_string(blob, file->path);
		pack_number(blob, file->hash[0]);
		pack_number(blob, file->hash[1]);
		pack_number(blob, file->system);
	}
	write_errors(unit, blob);
	pack_bytes(blob, facts->bytes, facts->size);
	hash = hash_of(blob->bytes + start, blob->size - start);
	pack_raw(blob, &hash, sizeof hash);
}

static bool read_lists(struct unpacker *in, struct arena *arena, struct blob *blob)
{
	blob->nfiles = unpack_count(in);
	blob->files = arena_array(arena, blob->nfiles, struct blob_file);
	for (uint32_t i = 0; i < blob->nfiles; i++) {
		blob->files[i].path = unpack_string(in, arena);
		blob->files[i].hash.low = unpack_number(in);
		blob->files[i].hash.high = unpack_number(in);
		blob->files[i].system = unpack_number(in) != 0;
	}
	blob->nerrors = unpack_u32(in);
	if (in->bad || blob->nerrors > ERRORS_MAX)
		return false;
	blob->errors = arena_array(arena, blob->nerrors, struct blob_diagnostic);
	for (uint32_t i = 0; i < blob->nerrors; i++) {
		blob->errors[i].path = unpack_string(in, arena);
		blob->errors[i].line = unpack_u32(in);
		blob->errors[i].column = unpack_u32(in);
		blob->errors[i].text = unpack_string(in, arena);
	}
	return !in->bad;
}

bool blob_read(const void *bytes, size_t size, struct arena *arena, struct blob *blob)
{
	struct hash128 stored, hash;
	struct unpacker in;

	memset(blob, 0, sizeof *blob);
	if (size < sizeof MAGIC + sizeof stored || memcmp(bytes, MAGIC, sizeof MAGIC))
		return false;
	memcpy(&stored, (const char *)bytes + size - sizeof stored, sizeof stored);
	hash = hash_of(bytes, size - sizeof stored);
	if (hash.low != stored.low || hash.high != stored.high)
		return false;
	in = unpack_from((const char *)bytes + sizeof MAGIC, size - sizeof MAGIC - sizeof stored);
	if (unpack_number(&in) != BLOB_VERSION || unpack_number(&in) != rules_version())
		return false;
	blob->unit = unpack_string(&in, arena);
	blob->broken = unpack_number(&in) != 0;
	if (!read_lists(&in, arena, blob))
		return false;
	blob->facts = unpack_bytes(&in, &blob->facts_size);
	return !in.bad;
}

bool blob_hash_file(const char *path, struct hash128 *hash)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	void *bytes;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return false;
	}
	bytes = st.st_size ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	close(fd);
	if (bytes == MAP_FAILED)
		return false;
	*hash = hash_of(bytes ? bytes : "", (size_t)st.st_size);
	if (bytes)
		munmap(bytes, (size_t)st.st_size);
	return true;
}
