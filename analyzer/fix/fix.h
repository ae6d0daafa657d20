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
};

struct fix_options {
	bool unsafe;      /* also what a person must confirm */
	const char *root; /* paths of the patch are relative to it; NULL: absolute */
	/*
	 * Parses every unit that includes one of the files with the new texts in place of what is on disk, and
	 * calls fix_reject() for each file in which a new diagnostic arose. Called again after rejections. NULL:
	 * nothing is verified.
	 */
	enum status (*verify)(void *context, struct fix_run *run, const struct fix_file *files, size_t count);
	void *context;
};

/* Gathers the edits of the findings' fixes. Files are read now. Never NULL. */
struct fix_run *fix_run_new(const struct findings *findings, const struct fix_options *options);
void fix_run_free(struct fix_run *run);

/* From within verify(): fixes that touch @path are given up, all of them when none does; @why is said in a line. */
void fix_reject(struct fix_run *run, const char *path, const char *why);

/* Calls verify() until it rejects nothing. What was given up was said. */
enum status fix_verify(struct fix_run *run);

/* A unified patch of what would change, ready for patch -p1 or git apply. */
void fix_write_patch(const struct fix_run *run, FILE *stream);

/* Writes all files, or none when one of them cannot be written or has changed meanwhile, which is said. */
enum status fix_apply(struct fix_run *run);

/* Fixes that are (still) taken, files they change, and whether that of one finding is among them. */
size_t fix_count(const struct fix_run *run);
size_t fix_file_count(const struct fix_run *run);
bool fix_is_taken(const struct fix_run *run, const struct finding *finding);

/* The old text with its edits done, for callers with a single file at hand; NULL when they overlap or run past the end. */
char *fix_edit_text(const char *text, size_t size, const struct edit *edits, size_t nedits, size_t *new_size);

#endif
