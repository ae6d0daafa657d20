/* SPDX-License-Identifier: MIT */
/*
 * Layouts of classes from debug information, for those that a profile has none of: what make_shared() or a map puts into its
 * nodes is known to the compiler's debug information, but to no allocation site.
 */
#ifndef MEMLINT_PROFILE_RECORDS_H
#define MEMLINT_PROFILE_RECORDS_H

#include "analyzer/profile/layout.h"
#include "runtime/snapshot/snapshot.h"

struct records;

/* Files are opened when first asked; @tables must outlive it. */
struct records *records_new(const struct snapshot_tables *tables);
void records_free(struct records *records);

/* The layout of class @name, scopes included, as in a profile; lives as long as @records. NULL where nothing is known. */
const struct layout *records_find(struct records *records, const char *name);

#endif
