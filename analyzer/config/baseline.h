/* SPDX-License-Identifier: MIT */
/*
 * Findings known already: a file of fingerprints; and findings outside of a diff, likewise left out.
 */
#ifndef MEMLINT_CONFIG_BASELINE_H
#define MEMLINT_CONFIG_BASELINE_H

#include "analyzer/base/diag.h"
#include "analyzer/finding.h"

/* Drops the findings whose fingerprints @path lists. *dropped (or NULL): how many. */
enum status baseline_apply(struct findings *findings, const char *path, size_t *dropped);

/* Writes the fingerprints of all findings, one line each with rule and place for the reader, by rename. */
enum status baseline_write(const struct findings *findings, const char *path);

/*
 * Keeps only findings that touch a line changed since @revision, as `git diff` in @directory tells; a finding counts as
 * touched when any line of its place is.
 */
enum status diff_base_apply(struct findings *findings, const char *directory, const char *revision);

#endif
