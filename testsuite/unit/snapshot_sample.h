/* SPDX-License-Identifier: MIT */
/* Snapshots that several unit tests look at. */
#ifndef SNAPSHOT_SAMPLE_H
#define SNAPSHOT_SAMPLE_H

#include "runtime/snapshot/encode.h"
#include "runtime/snapshot/group.h"
#include "runtime/snapshot/profile_graph.h"

/* A site in @file:@line with everything else empty; its index. */
uint32_t sample_site(struct snapshot_tables *tables, const char *file, uint32_t line);
/* @count live blocks of @size bytes each in all, allocated at @trace. */
struct snapshot_row *sample_row(struct memlint_snapshot *snapshot, uint32_t trace, uint64_t size, uint64_t count);
/* A trace of @n places given as file, line, innermost first. */
uint32_t sample_trace(struct snapshot_tables *tables, size_t n, const char *const *files, const uint32_t *lines);

/* The two snapshots that tracemalloc's own tests group and compare:
 *   old: 3 blocks of 10 bytes at a.py:2 < b.py:4; 2 at a.py:5 < b.py:4; 66 at b.py:1; 7 at <unknown>:0
 *   new: the same three at a.py:2; 2 and 5000 at a.py:5 < b.py:4; 400 at c.py:578 */
struct memlint_snapshot *sample_old(void);
struct memlint_snapshot *sample_new(void);

/* One with everything a profile can hold: threads, modules, foreign frames, layouts, released rows. */
struct memlint_snapshot *sample_rich(void);

/* A sink that keeps what it is given in a struct pages_buffer. */
int sample_sink(void *buffer, const void *data, size_t size);
/* @snapshot as the bytes of a profile, with a mark, samples and a heap graph too. */
struct pages_buffer sample_profile(const struct memlint_snapshot *snapshot);

#endif
