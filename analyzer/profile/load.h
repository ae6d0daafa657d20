/* SPDX-License-Identifier: MIT */
/*
 * A profile file opened for the tools: whole in memory, zstd undone, frames without a site turned into functions and lines.
 */
#ifndef MEMLINT_PROFILE_LOAD_H
#define MEMLINT_PROFILE_LOAD_H

#include "analyzer/base/diag.h"
#include "runtime/snapshot/profile_reader.h"

#include <stdbool.h>

struct loaded_profile {
	const char *path;
	struct pages_buffer content;
	struct profile profile;
	int symbolised;
};

/* Opens @path; what is wrong is said on stderr. @progress: show one on a terminal. STATUS_ERROR when nothing can be read;
 * a profile without a snapshot is an error too. Then loaded_profile_close() has nothing to do. */
enum status loaded_profile_open(struct loaded_profile *loaded, const char *path, int progress);
void loaded_profile_close(struct loaded_profile *loaded);

/* The index, from 0, of the snapshot @selector names as below; false after a message. */
bool loaded_profile_find(const struct loaded_profile *loaded, const char *selector, size_t *index);
/* The snapshot @selector names: its number from 1, from the end if negative, or its name; NULL the last. Says what is
 * wrong and returns NULL. Free with snapshot_free(), before or after the profile. */
struct memlint_snapshot *loaded_profile_snapshot(struct loaded_profile *loaded, const char *selector);

/* "at exit", "by call", … */
const char *profile_reason_text(uint32_t reason);

#endif
