// SPDX-License-Identifier: MIT
/* The cache: an index in SQLite, blobs as files. */
#include "analyzer/facts/cache.h"

#include "analyzer/ast/parse.h"
#include "analyzer/base/intern.h"
#include "analyzer/rule.h"
#include "memlint/memlint.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CACHE_VERSION = 1, BLOB_MAX = 1 << 30, KEPT_DAYS = 30, KEPT_BYTES = 512 << 20 };

/* A file's hash, found out once per run. */
struct known_file {
	struct hash128 hash;
	bool readable;
};

struct cache {
	struct arena arena;
	struct intern paths;
	struct hash_map files; /* interned path -> struct known_file */
	const char *directory;
	sqlite3 *index;
	sqlite3_stmt *find, *put;
	bool written;
};

/* ---- opening ---- */

static bool make_directories(char *path)
{
	for (char *slash = path + 1; (slash = strchr(slash, '/')); slash++) {
		*slash = 0;
		if (mkdir(path, 0777) && errno != EEXIST) {
			*slash = '/';
			return false;
		}
		*slash = '/';
	}
	return !mkdir(path, 0777) || errno == EEXIST;
}

static const char *default_directory(struct arena *arena)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (xdg && *xdg == '/')
		return arena_printf(arena, "%s/memlint", xdg);
	return home && *home == '/' ? arena_printf(arena, "%s/.cache/memlint", home) : NULL;
}

static bool prepare(struct cache *cache)
{
	static const char schema[] =
	        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
	        "CREATE TABLE IF NOT EXISTS units (key TEXT PRIMARY KEY, content TEXT NOT NULL, size INTEGER NOT NULL,"
	        " used INTEGER NOT NULL) WITHOUT ROWID";

	return sqlite3_exec(cache->index, schema, NULL, NULL, NULL) == SQLITE_OK &&
	       sqlite3_prepare_v2(cache->index, "SELECT content FROM units WHERE key = ?", -1, &cache->find, NULL) ==
	               SQLITE_OK &&
	       sqlite3_prepare_v2(cache->index, "INSERT OR REPLACE INTO units VALUES (?, ?, ?, ?)", -1, &cache->put,
	                          NULL) == SQLITE_OK;
}

static void close_index(struct cache *cache)
{
	sqlite3_finalize(cache->find);
	sqlite3_finalize(cache->put);
	sqlite3_close(cache->index);
	cache->find = cache->put = NULL;
	cache->index = NULL;
}

/* A damaged index is thrown away and begun again. */
static bool open_index(struct cache *cache)
{
	const char *path = arena_printf(&cache->arena, "%s/index-%d.sqlite", cache->directory, CACHE_VERSION);

	for (unsigned attempt = 0; attempt < 2; attempt++) {
		if (sqlite3_open_v2(path, &cache->index,
		                    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
		                    NULL) == SQLITE_OK &&
		    sqlite3_busy_timeout(cache->index, 2000) == SQLITE_OK && prepare(cache)) {
			sqlite3_exec(cache->index, "BEGIN", NULL, NULL, NULL);
			return true;
		}
		close_index(cache);
		unlink(path);
		unlink(arena_printf(&cache->arena, "%s-wal", path));
		unlink(arena_printf(&cache->arena, "%s-shm", path));
	}
	return false;
}

struct cache *cache_open(const char *directory)
{
	struct cache *cache = calloc(1, sizeof *cache);

	if (!cache)
		diag_die("out of memory: the cache could not be set up");
	intern_init(&cache->paths, &cache->arena);
	cache->directory = directory ? arena_strdup(&cache->arena, directory) : default_directory(&cache->arena);
	if (!cache->directory || !*cache->directory ||
	    !make_directories(arena_strdup(&cache->arena, cache->directory)) || !open_index(cache)) {
		cache_close(cache);
		return NULL;
	}
	return cache;
}

/* ---- keeping it small ---- */

static const char *blob_path(struct cache *cache, const char *content)
{
	return arena_printf(&cache->arena, "%s/%.2s/%s.facts", cache->directory, content, content);
}

/* Drops what was not used for long, and the oldest beyond the limit. */
static void trim(struct cache *cache)
{
	static const char list[] = "SELECT key, content, size, used FROM units ORDER BY used DESC";
	const sqlite3_int64 oldest = (sqlite3_int64)time(NULL) - (sqlite3_int64)KEPT_DAYS * 86400;
	sqlite3_stmt *rows = NULL, *drop = NULL;
	sqlite3_int64 total = 0;

	if (sqlite3_prepare_v2(cache->index, list, -1, &rows, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(cache->index, "DELETE FROM units WHERE key = ?", -1, &drop, NULL) == SQLITE_OK)
		while (sqlite3_step(rows) == SQLITE_ROW) {
			total += sqlite3_column_int64(rows, 2);
			if (total <= KEPT_BYTES && sqlite3_column_int64(rows, 3) >= oldest)
				continue;
			unlink(blob_path(cache, (const char *)sqlite3_column_text(rows, 1)));
			sqlite3_bind_text(drop, 1, (const char *)sqlite3_column_text(rows, 0), -1, SQLITE_TRANSIENT);
			sqlite3_step(drop);
			sqlite3_reset(drop);
		}
	sqlite3_finalize(rows);
	sqlite3_finalize(drop);
}

void cache_commit(struct cache *cache)
{
	if (cache && cache->written)
		sqlite3_exec(cache->index, "COMMIT; BEGIN", NULL, NULL, NULL);
}

void cache_close(struct cache *cache)
{
	if (!cache)
		return;
	if (cache->index && cache->written)
		trim(cache);
	if (cache->index)
		sqlite3_exec(cache->index, "COMMIT", NULL, NULL, NULL);
	close_index(cache);
	hash_map_release(&cache->files);
	intern_release(&cache->paths);
	arena_clear(&cache->arena);
	free(cache);
}

/* ---- asking ---- */

struct hash128 cache_key(const struct unit_command *command, const char *resource_dir)
{
	struct hash_stream stream;

	hash_stream_init(&stream);
	hash_stream_string(&stream, MEMLINT_VERSION);
	hash_stream_string(&stream, ast_compiler_version());
	hash_stream_string(&stream, resource_dir);
	hash_stream_number(&stream, rules_version());
	hash_stream_string(&stream, command->directory);
	for (uint32_t i = 0; i < command->narguments; i++)
		hash_stream_string(&stream, command->arguments[i]);
	return hash_stream_end(&stream);
}

static void *read_blob(const char *path, struct arena *arena, size_t *size)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;
	size_t got = 0;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) || st.st_size <= 0 || st.st_size > BLOB_MAX) {
		close(fd);
		return NULL;
	}
	bytes = arena_alloc(arena, (size_t)st.st_size);
	while (got < (size_t)st.st_size) {
		const ssize_t more = read(fd, bytes + got, (size_t)st.st_size - got);

		if (more <= 0)
			break;
		got += (size_t)more;
	}
	close(fd);
	*size = got;
	return bytes;
}

static bool same_content(struct cache *cache, const struct blob_file *file)
{
	const char *path = intern_string(&cache->paths, file->path);
	struct known_file *known = hash_map_find(&cache->files, path);

	if (!known) {
		known = arena_new(&cache->arena, struct known_file);
		known->readable = blob_hash_file(path, &known->hash);
		hash_map_put(&cache->files, path, known);
	}
	return known->readable && known->hash.low == file->hash.low && known->hash.high == file->hash.high;
}

static bool is_current(struct cache *cache, const void *bytes, size_t size)
{
	struct arena scratch = {0};
	struct blob blob;
	bool current = blob_read(bytes, size, &scratch, &blob);

	for (uint32_t i = 0; current && i < blob.nfiles; i++)
		current = same_content(cache, &blob.files[i]);
	arena_clear(&scratch);
	return current;
}

/* Of content: the name of its file. */
static void content_name(const void *bytes, size_t size, char name[33])
{
	struct hash_stream stream;

	hash_stream_init(&stream);
	hash_stream_bytes(&stream, bytes, size);
	hash128_print(hash_stream_end(&stream), name);
}

/* @name is what the content's should be; "" if there is none. */
static const void *find_content(struct cache *cache, struct hash128 key, struct arena *arena, size_t *size,
                                char name[33])
{
	const void *bytes = NULL;
	char text[33];

	*name = 0;

	hash128_print(key, text);
	sqlite3_bind_text(cache->find, 1, text, -1, SQLITE_TRANSIENT);
	if (sqlite3_step(cache->find) == SQLITE_ROW) {
		const char *content = (const char *)sqlite3_column_text(cache->find, 0);

		if (content && strlen(content) == 32) {
			memcpy(name, content, 33);
			bytes = read_blob(blob_path(cache, content), arena, size);
		}
	}
	sqlite3_reset(cache->find);
	return bytes;
}

const void *cache_find(struct cache *cache, struct hash128 key, struct arena *arena, size_t *size)
{
	char name[33];
	const void *bytes = find_content(cache, key, arena, size, name);

	return bytes && is_current(cache, bytes, *size) ? bytes : NULL;
}

const void *cache_find_bytes(struct cache *cache, struct hash128 key, struct arena *arena, size_t *size)
{
	char name[33], real[33];
	const void *bytes = find_content(cache, key, arena, size, name);

	if (!bytes)
		return NULL;
	content_name(bytes, *size, real);
	return strcmp(name, real) ? NULL : bytes;
}

/* By rename, so that another process never reads half a blob. */
static bool write_blob(struct cache *cache, const char *path, const void *blob, size_t size)
{
	char *temporary = arena_printf(&cache->arena, "%s.%ld", path, (long)getpid());
	char *slash = strrchr(temporary, '/');
	FILE *stream;
	bool good;

	*slash = 0;
	mkdir(temporary, 0777);
	*slash = '/';
	stream = fopen(temporary, "wbx");
	if (!stream)
		return false;
	good = fwrite(blob, 1, size, stream) == size;
	good &= !fclose(stream);
	if (!good || rename(temporary, path)) {
		unlink(temporary);
		return false;
	}
	return true;
}

void cache_put(struct cache *cache, struct hash128 key, const void *blob, size_t size)
{
	char text[33], content[33];
	const char *path;

	content_name(blob, size, content);
	hash128_print(key, text);
	path = blob_path(cache, content);
	if (access(path, R_OK) && !write_blob(cache, path, blob, size))
		return;
	sqlite3_bind_text(cache->put, 1, text, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(cache->put, 2, content, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(cache->put, 3, (sqlite3_int64)size);
	sqlite3_bind_int64(cache->put, 4, (sqlite3_int64)time(NULL));
	sqlite3_step(cache->put);
	sqlite3_reset(cache->put);
	cache->written = true;
}
