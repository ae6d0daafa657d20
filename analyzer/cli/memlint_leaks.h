/* SPDX-License-Identifier: MIT */
/* memlint leaks of a snapshot with a heap graph. */
#ifndef MEMLINT_LEAKS_VIEW_H
#define MEMLINT_LEAKS_VIEW_H

#include "analyzer/cli/memlint_graph.h"
#include "analyzer/profile/leaks.h"

/* Blocks of one place, type and verdict. */
struct leak_row {
	enum leak kind;
	uint64_t bytes, count;              /* of the blocks themselves */
	uint64_t followed, following;       /* bytes and number of what was lost with them */
	uint32_t example;                   /* one of the blocks, the first */
	const struct snapshot_frame *frame; /* the author's */
	const char *type;                   /* "" unknown */
};

struct leak_rows {
	struct graph graph;
	struct leaks leaks;
	struct globals *globals;
	struct graph_paths paths;
	struct graph_shapes shapes;
	VEC(struct leak_row) items; /* by verdict, then largest first */
	struct arena arena;
	uint8_t *owners;                               /* by type of the graph: its blocks count references */
	uint64_t bytes[LEAK_KINDS], count[LEAK_KINDS]; /* of what the filters let through */
};

/* Judges the blocks of snapshot number @index of @loaded whose traces are in @filtered. STATUS_ERROR after a message; then there is
 * nothing to release. */
enum status leak_rows_find(struct leak_rows *rows, struct loaded_profile *loaded, size_t index,
                           const struct memlint_snapshot *filtered);
void leak_rows_release(struct leak_rows *rows);

/* The cycle through a row's example, "struct node.next -> struct node.previous", "" if it is in none; and what makes it a strong
 * one: "std::shared_ptr", "a count of references (refs)", NULL. */
const char *leak_cycle_text(struct leak_rows *rows, const struct leak_row *row, const char **strong);
/* What holds a row's example: "global head -> struct node.next". */
const char *leak_holder_text(struct leak_rows *rows, const struct leak_row *row);

void leaks_print_text(const struct view *view, const struct memlint_snapshot *snapshot, struct leak_rows *rows);
void leaks_print_json(const struct view *view, const struct memlint_snapshot *snapshot, struct leak_rows *rows);

#endif
