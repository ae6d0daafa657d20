/* SPDX-License-Identifier: MIT */
/* The writers of `memlint export`. */
#ifndef MEMLINT_EXPORT_H
#define MEMLINT_EXPORT_H

#include "analyzer/cli/memlint_graph.h"

/* What a stack weighs. */
enum metric {
	METRIC_LIVE_BYTES,
	METRIC_LIVE_COUNT,
	METRIC_PEAK_BYTES,
	METRIC_ALLOC_BYTES,
	METRIC_ALLOC_COUNT,
	NMETRICS
};

struct export
{
	struct snapshot_groups groups; /* by traceback, by size; of formats made of the graph only the snapshot */
	struct graph_view *graph_view; /* NULL of formats made of rows */
	enum metric metric;
	FILE *out;
	struct arena arena;
};

extern const char *const metric_names[NMETRICS];
/* -1 for an unknown name. */
int metric_parse(const char *name);
/* Live bytes where anything is live, else bytes at the peak. */
enum metric metric_default(const struct snapshot_groups *groups);
uint64_t metric_of(enum metric metric, const struct snapshot_group *group);

/* "main (app.c:12)", "main", "app.c:12" or "libfoo.so+0x12": what a frame is called in a stack. In the arena. */
const char *export_frame_name(struct export *export, const struct snapshot_frame *frame);

#define FORMAT(name, source, brief) enum status export_##name(struct export *export);
#include "analyzer/cli/memlint_formats.def"

#endif
