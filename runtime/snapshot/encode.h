/* SPDX-License-Identifier: MIT */
/* One record of each chunk, encoded: for whoever writes a profile from tables of its own. */
#ifndef MEMLINT_ENCODE_H
#define MEMLINT_ENCODE_H

#include "runtime/snapshot/profile_writer.h"
#include "runtime/snapshot/snapshot.h"

/* A whole PROFILE_PROGRAM chunk: between profile_begin() and profile_end(). */
void profile_put_program(struct profile_writer *writer, const struct snapshot_program *program);
/* Items of lists: each calls profile_item(). Texts may be NULL for "". */
void profile_put_site(struct profile_writer *writer, uint64_t id, const struct snapshot_frame *site);
void profile_put_module(struct profile_writer *writer, const struct snapshot_module *module);
void profile_put_thread(struct profile_writer *writer, uint64_t id, const char *name);
void profile_put_layout(struct profile_writer *writer, uint64_t hash, const char *text);
/* A trace's head; then @nframe frames, innermost first, by the two below. */
void profile_put_trace(struct profile_writer *writer, uint64_t id, uint64_t author, uint64_t total, uint64_t nframe);
void profile_put_frame_site(struct profile_writer *writer, uint64_t site);
/* @is_call: see SNAPSHOT_CALL. */
void profile_put_frame_address(struct profile_writer *writer, uint64_t module, uint64_t offset, int is_call);
/* A PROFILE_SNAPSHOT chunk's head; then a profile_put_row() for each row, in any order. */
void profile_put_head(struct profile_writer *writer, uint64_t sequence, enum profile_reason reason, const char *name,
                      uint64_t time_ns, const struct snapshot_totals *totals);
void profile_put_row(struct profile_writer *writer, uint64_t trace, uint64_t thread,
                     const struct snapshot_counts *counts);

/* The chunks of a whole snapshot, from preface to end record, through @writer. 0 or an errno value. */
int profile_put_everything(struct profile_writer *writer, const struct memlint_snapshot *snapshot);

#endif
