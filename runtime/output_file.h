/* SPDX-License-Identifier: MIT */
/* The profile's file on disk: made, kept out of the program's way, found again if the program closed it. */
#ifndef MEMLINT_OUTPUT_FILE_H
#define MEMLINT_OUTPUT_FILE_H

#include "runtime/snapshot/profile_writer.h"

#include <sys/types.h>

struct rt_file {
	struct profile_fd out; /* first: the sink's context */
	dev_t device;
	ino_t inode;
	int reported;
	const char *path; /* absolute where the working directory is known; NULL before the first rt_file_create() */
};

/* Makes the file named by @pattern, empty; a child's name gets the process id if the pattern has none. 0 or errno. */
int rt_file_create(struct rt_file *file, const char *pattern, int is_child);
/* Whether the descriptor is still this file, reopened by name if the program has closed it. 0 or errno. */
int rt_file_check(struct rt_file *file);
/* profile_fd_sink() that no limit's signal gets past. */
int rt_file_sink(void *file, const void *data, size_t size);
/* Closes the descriptor, which is the parent's file. */
void rt_file_abandon(struct rt_file *file);
/* One line on stderr, the first time only. */
void rt_file_report(struct rt_file *file, int error);

#endif
