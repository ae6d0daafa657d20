// SPDX-License-Identifier: MIT
/* Reads files and puts changed ones into place: all are written beside their old selves first, then renamed. */
#include "analyzer/fix/fix_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

char *fix_read_file(struct arena *arena, const char *path, size_t *size)
{
	struct stat status;
	size_t done = 0;
	const int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return NULL;
	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_size >= INT32_MAX) {
		close(file);
		errno = EFBIG;
		return NULL;
	}
	char *text = arena_alloc(arena, (size_t)status.st_size + 1);

	while (done < (size_t)status.st_size) {
		const ssize_t got = read(file, text + done, (size_t)status.st_size - done);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		done += (size_t)got;
	}
	close(file);
	*size = done;
	return text;
}

static bool write_all(int file, const char *text, size_t size)
{
	while (size) {
		const ssize_t done = write(file, text, size);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		text += done;
		size -= (size_t)done;
	}
	return true;
}

static bool is_unchanged(const struct fix_file *file)
{
	struct arena arena = {0};
	size_t size = 0;
	const char *text = fix_read_file(&arena, file->path, &size);
	const bool same = text && size == file->old_size && memcmp(text, file->old_text, size) == 0;

	arena_clear(&arena);
	return same;
}

/* Writes the new text to a file beside the old one, whose name goes to @temporary. */
static enum status stage(const struct fix_file *file, char temporary[PATH_MAX])
{
	struct stat status;

	if (stat(file->path, &status) != 0 || access(file->path, W_OK) != 0)
		return diag_error("%s: %s; nothing was changed", file->path, strerror(errno));
	if (!is_unchanged(file))
		return diag_error("%s: changed while it was being analysed; nothing was changed, run again",
		                  file->path);
	if (snprintf(temporary, PATH_MAX, "%s.XXXXXX", file->path) >= PATH_MAX)
		return diag_error("%s: the name is too long", file->path);
	const int out = mkostemp(temporary, O_CLOEXEC);

	if (out < 0) {
		*temporary = 0;
		return diag_error("%s: %s; nothing was changed", file->path, strerror(errno));
	}
	bool good = write_all(out, file->text, file->size) && fchmod(out, status.st_mode & 07777) == 0;

	if (good && (status.st_uid != geteuid() || status.st_gid != getegid()))
		good = fchown(out, status.st_uid, status.st_gid) == 0;
	good = good && fsync(out) == 0;
	if (close(out) != 0 || !good)
		return diag_error("%s: %s; nothing was changed", file->path, strerror(errno));
	return STATUS_OK;
}

enum status fix_write_files(struct fix_run *run)
{
	char(*names)[PATH_MAX] = arena_calloc(&run->arena, run->targets.count + 1, sizeof *names);
	enum status status = STATUS_OK;

	for (size_t i = 0; i < run->targets.count && status == STATUS_OK; i++) {
		if (run->targets.items[i].file.text)
			status = stage(&run->targets.items[i].file, names[i]);
	}
	for (size_t i = 0; i < run->targets.count; i++) {
		const char *path = run->targets.items[i].file.path;

		if (!*names[i])
			continue;
		if (status == STATUS_OK && rename(names[i], path) == 0)
			continue;
		if (status == STATUS_OK)
			status = diag_error("%s: %s", path, strerror(errno));
		unlink(names[i]);
	}
	return status;
}
