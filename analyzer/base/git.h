/* SPDX-License-Identifier: MIT */
/* What git is asked. */
#ifndef MEMLINT_BASE_GIT_H
#define MEMLINT_BASE_GIT_H

#include <sys/types.h>

/*
 * Runs git with @arguments, the first of which is "git" and the last NULL; its standard output is to be read from *@output, which
 * the caller closes before it waits for the process returned. Its errors go nowhere. -1 with errno when it cannot be started.
 */
pid_t git_start(char *const *arguments, int *output);

#endif
