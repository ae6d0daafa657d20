/* SPDX-License-Identifier: MIT */
/* What the commands that look at the heap's graph share. */
#ifndef MEMLINT_GRAPH_VIEW_H
#define MEMLINT_GRAPH_VIEW_H

#include "analyzer/cli/memlint_json.h"
#include "analyzer/cli/memlint_view.h"
#include "analyzer/profile/graph_shapes.h"

struct graph_view {
	struct view view;
	struct loaded_profile loaded;
	struct memlint_snapshot *snapshot;
	struct graph graph;
	struct globals *globals;
};

#define GRAPH_OPTIONS                                                                                     \
	{VIEW_SNAPSHOT, 0, "snapshot", "N|NAME", "which snapshot (default: the last with a heap graph)"}, \
	        VIEW_OPTION_TOP, VIEW_OPTION_JSON, VIEW_OPTION_COLOR

/* Opens the snapshot chosen, or the last that has a graph. STATUS_ERROR after a message; then there is nothing to close. */
enum status graph_view_open(struct graph_view *graph_view, const char *path);
void graph_view_close(struct graph_view *graph_view);

/* Blocks that the user means by an address, a type or a variable. */
struct graph_selection {
	const char *text; /* as given */
	enum { SELECTED_ADDRESS, SELECTED_TYPE, SELECTED_VARIABLE } by;
	uint64_t inside; /* an address: bytes into the block */
	VEC(uint32_t) blocks;
};

enum graph_select {
	GRAPH_SELECT_BLOCKS,    /* by address or type */
	GRAPH_SELECT_VARIABLES, /* also by a variable that points to them */
};

/* STATUS_ERROR after a message when nothing is meant. Release it in any case. */
enum status graph_select(struct graph_selection *selection, struct graph_view *graph_view, const char *text,
                         enum graph_select what);
void graph_selection_release(struct graph_selection *selection);
/* Whether a type is meant by @pattern: as it is written, or without "struct " and "[]"; with wildcards. */
bool graph_type_matches(const struct graph_type *type, const char *pattern);

/* All of a command that takes WHAT and FILE: reads its options, opens the file, finds the blocks, calls @show. */
typedef void graph_show(struct graph_view *graph_view, const struct graph_selection *selection);
enum status graph_view_main(struct cli *cli, const struct cli_option *options, enum graph_select what,
                            graph_show *show);

/* "app.c:9 in grow", "" unknown; in @arena, clean. */
const char *graph_place(const struct graph *graph, uint32_t block, struct arena *arena);
/* "list -> struct node.next", in @arena, clean; @shape GRAPH_NONE gives "nothing". */
const char *graph_shape_text(const struct graph_shapes *shapes, uint32_t shape, struct arena *arena);

#endif
