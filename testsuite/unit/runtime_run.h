/* SPDX-License-Identifier: MIT */
/* Whole processes under the runtime: runtime_guest.c in a directory of its own, and its profile. */
#ifndef RUNTIME_RUN_H
#define RUNTIME_RUN_H

#include "runtime/snapshot/profile_graph.h"

#include <sys/resource.h>

extern char run_directory[64];
extern char run_stderr[8192];
extern rlim_t run_file_limit; /* of the guests that follow */

/* A test's fixture: makes the directory and the environment; removes it. */
void run_set_up(void);
void run_tear_down(void);

/* Runs the guest in the test's run_directory; its wait status. What it says on stderr stands in run_stderr. */
int run(const char *mode);

struct read {
	struct pages_buffer content;
	struct profile profile;
	struct memlint_snapshot *last;
	struct snapshot_totals totals;
};

/* Profile @name of the directory, which must be whole. */
void read_profile(struct read *read, const char *name);

#endif
