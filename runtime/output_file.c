// SPDX-License-Identifier: MIT
/* The profile's descriptor: high, close-on-exec, checked before use. */
#include "runtime/output_file.h"

#include "runtime/options.h"
#include "runtime/os.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HIGH_DESCRIPTOR = 100, NAME = 4096 };

static int has_pid(const char *pattern)
{
	for (; (pattern = strchr(pattern, '%')); pattern += 2)
		if (pattern[1] == 'p')
			return 1;
	return 0;
}

static int append(char *path, size_t capacity, const char *text)
{
	const size_t size = strlen(path), length = strlen(text);

	if (length >= capacity - size)
		return -1;
	memcpy(path + size, text, length + 1);
	return 0;
}

static int append_pid(char *path, size_t capacity)
{
	char digits[24];

	return append(path, capacity, ".") < 0 || append(path, capacity, rt_decimal((uint64_t)getpid(), digits)) < 0
	               ? -1
	               : 0;
}

/* The whole name in @path, which has room for NAME bytes: absolute, so that chdir() does not matter later. */
static int make_path(char *path, const char *pattern, int is_child)
{
	char program[NAME], name[NAME];
	const ssize_t size = readlink("/proc/self/exe", program, sizeof program - 1);
	const char *base;

	path[0] = 0;
	program[size > 0 ? size : 0] = 0;
	base = strrchr(program, '/');
	if (rt_expand_output(pattern, getpid(), base ? base + 1 : "program", name, sizeof name) < 0)
		return ENAMETOOLONG;
	if (name[0] != '/') {
		if (!getcwd(path, NAME - 1))
			path[0] = 0;
		else
			append(path, NAME, "/");
	}
	if (append(path, NAME, name) < 0)
		return ENAMETOOLONG;
	if (is_child && !has_pid(pattern) && append_pid(path, NAME) < 0)
		return ENAMETOOLONG;
	return 0;
}

/* Programs that close or reuse low descriptors do not meet this one. */
static int move_high(int fd)
{
	const int high = fcntl(fd, F_DUPFD_CLOEXEC, HIGH_DESCRIPTOR);

	if (high < 0)
		return fd;
	close(fd);
	return high;
}

static int adopt(struct rt_file *file, int fd)
{
	struct stat status;

	if (fstat(fd, &status) < 0) {
		const int error = errno;

		close(fd);
		return error;
	}
	file->out.fd = move_high(fd);
	file->device = status.st_dev;
	file->inode = status.st_ino;
	return 0;
}

static int create(struct rt_file *file, char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	/* Another process writes a profile of this name: its parent, or its sibling. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		close(fd);
		if (append_pid(path, NAME) < 0)
			return ENAMETOOLONG;
		fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	}
	if (fd < 0)
		return errno;
	if (ftruncate(fd, 0) < 0 && errno != EINVAL) {
		const int error = errno;

		close(fd);
		return error;
	}
	file->out.size = 0;
	return adopt(file, fd);
}

int rt_file_create(struct rt_file *file, const char *pattern, int is_child)
{
	char path[NAME];
	int error = make_path(path, pattern, is_child);

	if (!error)
		error = create(file, path);
	if (!file->path || strcmp(file->path, path))
		file->path = rt_keep_text(path);
	return error;
}

int rt_file_check(struct rt_file *file)
{
	struct stat status;
	int fd;

	/* fstat() would bring pages of libc that a small program has no other use for. */
	if (syscall(SYS_fstat, file->out.fd, &status) == 0 && status.st_dev == file->device &&
	    status.st_ino == file->inode)
		return 0;
	fd = open(file->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return errno;
	if (fstat(fd, &status) < 0 || status.st_dev != file->device || status.st_ino != file->inode) {
		close(fd);
		return ENOENT;
	}
	if (lseek(fd, (off_t)file->out.size, SEEK_SET) < 0) {
		close(fd);
		return EIO;
	}
	return adopt(file, fd);
}

int rt_file_sink(void *context, const void *data, size_t size)
{
	struct rt_file *file = context;
	const int error = profile_fd_sink(&file->out, data, size);

	/* All signals are blocked while the file's lock is held: take back what the failed write has sent this thread. */
	if (error == EFBIG || error == EPIPE) {
		const struct timespec now = {0};
		sigset_t sent;

		sigemptyset(&sent);
		sigaddset(&sent, error == EFBIG ? SIGXFSZ : SIGPIPE);
		sigtimedwait(&sent, NULL, &now);
	}
	return error;
}

void rt_file_abandon(struct rt_file *file)
{
	struct stat status;

	if (file->inode && fstat(file->out.fd, &status) == 0 && status.st_dev == file->device &&
	    status.st_ino == file->inode)
		close(file->out.fd);
	file->inode = 0;
	file->reported = 0;
}

void rt_file_report(struct rt_file *file, int error)
{
	const char *text = strerrordesc_np(error);

	if (__atomic_exchange_n(&file->reported, 1, __ATOMIC_RELAXED))
		return;
	rt_say("cannot write ", file->path && *file->path ? file->path : "the profile", ": ",
	       text ? text : "unknown error",
	       "; the program goes on, what was written before is kept (set MEMLINT_OUTPUT to another file)", NULL);
}
