/* SPDX-License-Identifier: MIT */
/* Between graph_types.c and graph_std.c: a word being looked up in what types say. */
#ifndef MEMLINT_GRAPH_PLACE_H
#define MEMLINT_GRAPH_PLACE_H

#include "analyzer/profile/graph.h"

struct place {
	struct graph *graph;
	struct arena *arena; /* NULL: only the kind is wanted */
	bool any_index;
	enum graph_kind kind;
	const char *path;
};

/* Adds @text to the path, behind @before where both need it. */
void place_say(struct place *place, const char *before, const char *text);
/* What stands at @byte of a record; @depth records are around it. */
void place_in_record(struct place *place, const struct layout *layout, uint64_t byte, unsigned depth);
/* The same of a type of libstdc++ (graph_std.def), or of the memory it keeps a value in; false: @type is none. */
bool place_in_std(struct place *place, const char *type, uint64_t byte, unsigned depth);

/* The layout of record @name of @bytes (0 any); NULL when there is none, or several that differ. */
const struct layout *graph_find_layout(struct graph *graph, const char *name, uint64_t bytes);
enum graph_kind place_kind_of_pointer(const char *pointee);
/* What words of a type without a layout hold. */
enum graph_kind place_kind_of_name(const char *name);

#endif
