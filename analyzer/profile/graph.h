/* SPDX-License-Identifier: MIT */
/*
 * The heap as a graph: live blocks, the pointers between them, and the roots that hold them.
 *
 * A block is known by its number: the blocks stand in the order of their addresses. Every aligned word of a block that
 * holds an address within a live block is an edge; what the block's type says about that word is its kind. Whoever builds
 * a graph calls graph_init(), adds blocks, edges and roots, then graph_finish(); graph_load() does so from a profile.
 * Numbers that do not fit are refused when they are added, so a finished graph needs no further checks.
 * Memory comes from malloc; the process ends with a message when there is none.
 */
#ifndef MEMLINT_GRAPH_H
#define MEMLINT_GRAPH_H

#include "analyzer/base/arena.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/intern.h"
#include "analyzer/base/vec.h"
#include "analyzer/profile/layout.h"
#include "analyzer/profile/load.h"
#include "analyzer/profile/records.h"
#include "runtime/profile_format.h"

#include <stdbool.h>

#define GRAPH_NONE UINT32_MAX
#define GRAPH_WORD 8u         /* bytes */
#define GRAPH_NODES "(nodes)" /* what graph_field() says of the links between nodes of one container of libstdc++ */

enum graph_kind {
	GRAPH_NO_POINTER, /* the type has no pointer there: a number, a hole, a vtable, a weak link */
	GRAPH_CONSERVATIVE, /* looks like a pointer: untyped block, void *, union, or a record whose layout is not known */
	GRAPH_TYPED,        /* a field that is a pointer */
};

struct graph_block {
	uint64_t address, size, usable; /* bytes requested, bytes the allocator gave */
	uint64_t own;                   /* size without the blocks that lie in it: what sums are made of */
	uint64_t serial;                /* of the allocation: the same in every snapshot */
	uint32_t trace;                 /* index in the tables' traces; 0 unknown */
	uint32_t type;                  /* index in graph->types */
	uint32_t outer;                 /* the block it lies in (a pool's object); GRAPH_NONE */
};

struct graph_edge {
	uint32_t from, to; /* blocks */
	uint32_t word;     /* in `from`, from 0 */
	uint32_t inside;   /* bytes into `to`; UINT32_MAX for that and more */
	uint8_t kind;      /* enum graph_kind */
};

struct graph_root {
	uint32_t kind;   /* enum profile_root_kind */
	uint32_t owner;  /* index of a module or thread in the tables, as the kind says; 0 unknown */
	uint64_t place;  /* as profile_format.h says for the kind */
	uint32_t to;     /* block */
	uint32_t inside; /* as of an edge */
};

/* What blocks of one type hold. Type 0 is the unknown one. */
struct graph_type {
	const char *name;            /* "struct node", "char[]"; "" unknown */
	const char *element;         /* without the [] */
	const char *shown;           /* the element as a person writes it: "std::string" */
	const char *label;           /* the same of the whole: "std::string[]" */
	const struct layout *layout; /* of an element; NULL: none known */
	uint64_t hash;               /* of the layout; 0 none */
	uint64_t element_size;       /* bytes; 0 unknown */
	uint8_t *kinds; /* [nkinds] enum graph_kind + 1 of each word of an element, 0 not looked up yet; or NULL */
	uint32_t nkinds;
	uint32_t next;                       /* type of the same name; 0 none */
	const struct layout_field *flexible; /* the array at its end; NULL none */
	uint8_t other;                       /* without a layout: enum graph_kind of every word */
};

struct graph {
	struct snapshot_tables *tables; /* must outlive the graph */
	struct arena arena;             /* layouts and names */
	struct intern names;

	VEC(struct graph_block) blocks;
	VEC(struct graph_edge) edges; /* in order of (from, word) */
	VEC(struct graph_root) roots;
	VEC(struct graph_type) types;
	uint64_t flags, paused_ns, taken_ns; /* as in struct profile_graph; 0 of a graph made otherwise */
	uint32_t *out;                       /* [nblocks + 1]: edges of block b are out[b] .. out[b + 1] - 1 */
	uint32_t *in;                        /* [nblocks + 1]: the same of `into` */
	uint32_t *into;                      /* [nedges]: indices of edges, by the block they lead to */

	uint32_t *type_of_trace;       /* type + 1; 0 not looked up yet */
	struct hash_map layouts;       /* interned name to struct layout_list */
	struct records *records;       /* where the profile has no layout */
	struct hash_map types_by_name; /* interned name to the latest type of it */
};

void graph_init(struct graph *graph, struct snapshot_tables *tables);
void graph_release(struct graph *graph);
/* Blocks in the order of their addresses; one may lie wholly in another. False, with nothing added, for any other. */
bool graph_add_block(struct graph *graph, uint64_t address, uint64_t size, uint64_t usable, uint32_t trace,
                     uint64_t serial);
/* @offset in bytes into block @from; false for numbers that are not in the graph. In any order. */
bool graph_add_edge(struct graph *graph, uint64_t from, uint64_t offset, uint64_t to, uint64_t inside);
bool graph_add_root(struct graph *graph, uint32_t kind, uint32_t owner, uint64_t place, uint64_t to, uint64_t inside);
/* Sorts and classifies the edges. */
void graph_finish(struct graph *graph);

/* From snapshot number @index (from 0) of @loaded; must be released before it is closed. STATUS_ERROR after a message, also
 * when the snapshot has no graph; then there is nothing to release. */
enum status graph_load(struct graph *graph, struct loaded_profile *loaded, size_t index);

/* The innermost block that @address lies in, its first byte or any other; GRAPH_NONE. */
uint32_t graph_find(const struct graph *graph, uint64_t address);

static inline uint32_t graph_nblocks(const struct graph *graph)
{
	return (uint32_t)graph->blocks.count;
}

static inline const struct graph_type *graph_type_of(const struct graph *graph, uint32_t block)
{
	return graph->types.items + graph->blocks.items[block].type;
}

/* --- graph_types.c: what types say about words --- */

/* The type of the blocks that @trace makes: index in types. */
uint32_t graph_type_of_trace(struct graph *graph, uint32_t trace);
enum graph_kind graph_kind_of(struct graph *graph, uint32_t block, uint32_t word);
/* "next", "children[3]", "[12].stats.head", "+24" where nothing is known; in @arena. @any_index: "[]" for every index, as
 * suits many blocks at once. */
const char *graph_field(struct graph *graph, uint32_t block, uint32_t word, bool any_index, struct arena *arena);
/* Words of a type's blocks that graph_field() with @any_index calls the same have the same number, below
 * graph_nclasses() of the type; GRAPH_NONE for words that have none. */
uint32_t graph_class_of(const struct graph *graph, uint32_t block, uint32_t word);
static inline uint32_t graph_nclasses(const struct graph_type *type)
{
	return type->nkinds * 2 + 2;
}
/* What to write before @field of a block of @type: "struct node", of an array's element without the "[]". */
const char *graph_holder_name(const struct graph_type *type, const char *field);
/* "struct node", "unknown type" */
const char *graph_type_name(const struct graph *graph, uint32_t block);

#endif
