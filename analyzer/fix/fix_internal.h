/* SPDX-License-Identifier: MIT */
/* Inside of fix/: the files of a run and the fixes taken. */
#ifndef MEMLINT_FIX_FIX_INTERNAL_H
#define MEMLINT_FIX_FIX_INTERNAL_H

#include "analyzer/base/vec.h"
#include "analyzer/fix/fix.h"

struct fix_edits {
	struct edit *items;
	size_t count, capacity;
};

/* One file that some fix wants to change. */
struct fix_target {
	struct fix_file file;   /* file.text NULL: no change (any more) */
	struct fix_edits edits; /* of fixes that are taken, sorted */
	char *new_text;
};

struct fix_taken {
	const struct finding *finding;
	bool rejected;
};

struct fix_run {
	struct arena arena;
	struct fix_options options;
	const struct findings *findings;
	VEC(struct fix_target) targets; /* sorted by path when made */
	VEC(struct fix_taken) taken;
	bool rejected; /* since the verifier was called */
};

/* Renames all changed files into place, or none. */
enum status fix_write_files(struct fix_run *run);

/* Reads a file whole into the arena; NULL with errno set. */
char *fix_read_file(struct arena *arena, const char *path, size_t *size);

#endif
