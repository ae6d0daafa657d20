// SPDX-License-Identifier: MIT
/* Starts git. */
#include "analyzer/base/git.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

pid_t git_start(char *const *arguments, int *output)
{
	posix_spawn_file_actions_t actions;
	pid_t child;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	const int error = posix_spawnp(&child, "git", &actions, NULL, arguments, environ);

	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (error) {
		close(ends[0]);
		errno = error;
		return -1;
	}
	*output = ends[0];
	return child;
}
