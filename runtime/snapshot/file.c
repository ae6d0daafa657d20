// SPDX-License-Identifier: MIT
/* Snapshots to files and back: snapshot_dump() and snapshot_load(). */
#define _GNU_SOURCE
#include "runtime/snapshot/encode.h"
#include "runtime/snapshot/profile_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void set_file_error(const char *path, const char *what, int error)
{
	const char *text = strerrordesc_np(error);

	snapshot_set_error(path, ": ", what, ": ", text ? text : "unknown error", NULL);
}

int snapshot_dump(const struct memlint_snapshot *snapshot, const char *path)
{
	struct profile_fd file = {0};
	struct profile_writer writer;

	if (!snapshot || !path) {
		snapshot_set_error("no snapshot or path given", NULL);
		return -1;
	}
	file.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (file.fd < 0) {
		set_file_error(path, "cannot create", errno);
		return -1;
	}
	profile_writer_init(&writer, profile_fd_sink, &file);
	int error = profile_put_everything(&writer, snapshot);

	profile_writer_release(&writer);
	if (close(file.fd) < 0 && !error)
		error = errno;
	if (!error)
		return 0;
	set_file_error(path, "cannot write", error);
	return -1;
}

/* The last snapshot of the profile in @data[@size]. */
static struct memlint_snapshot *load(const char *path, const void *data, size_t size)
{
	struct profile profile = {.data = data, .size = size};
	struct memlint_snapshot *snapshot = NULL;
	char text[256];

	if (profile_read(&profile) < 0)
		snapshot_set_error(path, ": ", profile_fault_text(&profile, text, sizeof text), NULL);
	else if (!profile_nsnapshots(&profile))
		snapshot_set_error(path, ": holds no snapshot", NULL);
	else
		snapshot = profile_snapshot(&profile, profile_nsnapshots(&profile) - 1);
	profile_release(&profile);
	return snapshot;
}

int profile_read_file(const char *path, struct pages_buffer *content)
{
	struct stat status;
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t got = 0;

	if (fd < 0) {
		set_file_error(path, "cannot open", errno);
		return -1;
	}
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		snapshot_set_error(path, S_ISDIR(status.st_mode) ? ": is a directory" : ": is not a regular file",
		                   ", not a profile", NULL);
		close(fd);
		return -1;
	}
	/* Read, not mapped: a file that is cut short meanwhile must not be a SIGBUS. */
	const size_t size = (size_t)status.st_size;
	uint8_t *data = pages_push(content, size);
	ssize_t n = 0;

	while (data && got < size && (n = read(fd, data + got, size - got)) != 0) {
		if (n < 0 && errno != EINTR)
			break;
		got += n > 0 ? (size_t)n : 0;
	}
	if (n < 0 || !data)
		set_file_error(path, "cannot read", data ? errno : ENOMEM);
	close(fd);
	content->size = got;
	return n < 0 || !data ? -1 : 0;
}

struct memlint_snapshot *snapshot_load(const char *path)
{
	struct memlint_snapshot *snapshot = NULL;
	struct pages_buffer content = {0};

	if (!path)
		snapshot_set_error("no path given", NULL);
	else if (profile_read_file(path, &content) == 0)
		snapshot = load(path, content.data, content.size);
	pages_release(&content);
	return snapshot;
}
