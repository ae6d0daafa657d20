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
	char *verified_text; /* as it last stood the verifier; NULL: as it is on disk */
};

struct fix_taken {
	const struct finding *finding;
	bool rejected;
};

/* What the verifier has against a file. */
struct fix_rejection {
	const char *path, *why;
	uint32_t line; /* 0 unknown */
	bool lost;     /* nobody can tell which fix it was */
};

struct fix_run {
	struct arena arena;
	struct fix_options options;
	const struct findings *findings;
	VEC(struct fix_target) targets; /* sorted by path when made */
	VEC(struct fix_taken) taken;
	VEC(struct fix_rejection) rejections; /* since the verifier was called */
	uint32_t rounds;                      /* that the verifier may still be called */
};

/* The new texts, from the fixes that are not rejected. */
void fix_compose(struct fix_run *run);

/* Renames all changed files into place, or none. */
enum status fix_write_files(struct fix_run *run);

/* Reads a file whole into the arena; NULL with errno set. */
char *fix_read_file(struct arena *arena, const char *path, size_t *size);

#endif
