/* SPDX-License-Identifier: MIT */
/*
 * From the fixes of findings to changed files: which edits go together, the patch, and writing what was verified.
 *
 * A fix is taken whole or not at all. Of two that overlap the first wins; the next run finds the other. Files are
 * written by rename, keeping mode and owner, only after the verifier saw the whole new state and had nothing against it.
 */
#ifndef MEMLINT_FIX_FIX_H
#define MEMLINT_FIX_FIX_H

#include "analyzer/base/diag.h"
#include "analyzer/finding.h"

#include <stdio.h>

struct fix_run;

/* A file as it would be. */
struct fix_file {
	const char *path; /* real */
	const char *text; /* new content, zero-terminated behind size */
	size_t size;
	const char *old_text;
	size_t old_size;
	bool changed; /* since the verifier last had nothing against all of them */
};

struct fix_options {
	bool unsafe;      /* also what a person must confirm */
	const char *root; /* paths of the patch are relative to it; NULL: absolute */
	/*
	 * Parses every unit that includes one of the changed files, with the new texts in place of what is on disk, and
	 * calls fix_reject() for each new diagnostic. Called again with other sets of fixes until it has nothing
	 * against one. NULL: nothing is verified.
	 */
	enum status (*verify)(void *context, struct fix_run *run, const struct fix_file *files, size_t count);
	void *context;
};

/* Gathers the edits of the findings' fixes. Files are read now. Never NULL. */
struct fix_run *fix_run_new(const struct findings *findings, const struct fix_options *options);
void fix_run_free(struct fix_run *run);

/* From within verify(): @why is what the compiler says of a line of the new @path, 0 where it has none. Copied. */
void fix_reject(struct fix_run *run, const char *path, uint32_t line, const char *why);

/* From within verify(): all fixes that touch @path are given up without another trial. */
void fix_give_up(struct fix_run *run, const char *path, const char *why);

/* Calls verify() on ever smaller sets of fixes, so that only those that break something are given up; each is said. */
enum status fix_verify(struct fix_run *run);

/* A unified patch of what would change, ready for patch -p1 or git apply. */
void fix_write_patch(const struct fix_run *run, FILE *stream);

/* Writes all files, or none when one of them cannot be written or has changed meanwhile, which is said. */
enum status fix_apply(struct fix_run *run);

/* Fixes that are (still) taken, files they change, and whether that of one finding is among them. */
size_t fix_count(const struct fix_run *run);
size_t fix_file_count(const struct fix_run *run);
bool fix_is_taken(const struct fix_run *run, const struct finding *finding);

/* Sorts the edits of one file and drops repeated insertions of an #include; what is left of @nedits. */
size_t fix_join_edits(struct edit *edits, size_t nedits);

/* The old text with its edits done, for callers with a single file at hand; NULL when they overlap or run past the end. */
char *fix_edit_text(const char *text, size_t size, const struct edit *edits, size_t nedits, size_t *new_size);

#endif
