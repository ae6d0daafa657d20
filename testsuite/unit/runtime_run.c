// SPDX-License-Identifier: MIT
/* Runs guests and reads what they leave. */
#include "runtime_run.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

char run_directory[64];
char run_stderr[8192];

void run_set_up(void)
{
	strcpy(run_directory, "/tmp/memlint-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(run_directory));
	setenv("GUEST_RUNTIME", RUNTIME_PATH, 1);
	setenv("MEMLINT", "1", 1);
	setenv("MEMLINT_OUTPUT", "p.memlint", 1);
}

void run_tear_down(void)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf %s", run_directory);
	ck_assert_int_eq(system(command), 0);
}

rlim_t run_file_limit = RLIM_INFINITY;

int run(const char *mode)
{
	int status, ends[2];
	size_t size = 0;
	ssize_t n;

	ck_assert_int_eq(pipe(ends), 0);
	const pid_t child = fork();

	if (!child) {
		const struct rlimit limit = {run_file_limit, run_file_limit};

		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		if (chdir(run_directory) || (run_file_limit != RLIM_INFINITY && setrlimit(RLIMIT_FSIZE, &limit)))
			_exit(98);
		if (!freopen("/dev/null", "w", stdout))
			_exit(98);
		execl(GUEST_PATH, "guest", mode, (char *)NULL);
		_exit(97);
	}
	close(ends[1]);
	while (size < sizeof run_stderr - 1 && (n = read(ends[0], run_stderr + size, sizeof run_stderr - 1 - size)) > 0)
		size += (size_t)n;
	run_stderr[size] = 0;
	close(ends[0]);
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	return status;
}

void read_profile(struct read *read, const char *name)
{
	char path[200];

	*read = (struct read){0};
	snprintf(path, sizeof path, "%s/%s", run_directory, name);
	ck_assert_msg(profile_read_file(path, &read->content) == 0, "%s", snapshot_error());
	read->profile = (struct profile){.data = read->content.data, .size = read->content.size};
	ck_assert_int_eq(profile_read(&read->profile), 0);
	ck_assert_int_eq(read->profile.fault, PROFILE_WHOLE);
	if (!profile_nsnapshots(&read->profile))
		return;
	read->last = profile_snapshot(&read->profile, profile_nsnapshots(&read->profile) - 1);
	ck_assert_ptr_nonnull(read->last);
	read->totals = read->last->totals;
}
