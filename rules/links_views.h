/* SPDX-License-Identifier: MIT */
/*
 * links: what a function does, its callees' doing included.
 */
#ifndef MEMLINT_RULES_LINKS_VIEWS_H
#define MEMLINT_RULES_LINKS_VIEWS_H

#include "rules/links.h"
#include "rules/links_known.h"

/* One object holds another. */
struct link_edge {
	uint32_t from, to;
	uint64_t field; /* 0: a capture */
	struct link_place place;
	bool counted;   /* a reference was counted for it */
	bool inherited; /* stored by a callee */
	bool implicit;  /* the value was found there, not stored here */
};

/* Something done to an object's reference count or memory. */
struct link_mark {
	uint32_t object;
	uint8_t kind;    /* COUNT, DISCOUNT, REF, UNREF, FREE, or an event of containers */
	bool inherited;  /* a callee does it */
	uint32_t origin; /* view of the function that does it */
	uint32_t extra;  /* of containers: as in struct link_event; LINK_CONSTANT also when a caller passes constants */
	uint64_t field;  /* of containers: aux */
	struct link_place place;
};

struct link_view {
	const struct link_function *function;
	VEC(struct link_object) objects; /* the function's own come first */
	VEC(struct link_edge) edges;
	VEC(struct link_mark) marks;
	uint32_t returned;                  /* the one object it returns; LINK_NONE for several or none */
	uint32_t *callees;                  /* of calls: the views they run, + 1; 0 not known */
	uint32_t *resolved;                 /* of own objects: what they are, seen through calls */
	VEC(uint32_t) edges_out, marks_out; /* those that concern callers */
	bool changed, was_changed;          /* in this round, in the last one */
	bool indexed;                       /* own objects are in views->known */
	uint32_t looked, differs;           /* when: looked at last; what concerns callers was another before */
};

struct link_caller {
	uint32_t view, call, next; /* next + 1 of the same callee; 0 ends */
};

/* The caller's object for a callee's. */
struct link_mapped {
	uint32_t call, object; /* valid if `call` is the one looked into */
};

struct link_views {
	struct link_state *state;
	struct arena arena;
	struct link_view *items;
	uint32_t count;
	VEC(struct link_caller) callers;
	uint32_t *first_caller;       /* of each view, + 1 */
	struct hash_map by_key;       /* function key -> index + 1 */
	uint32_t *next_same;          /* of each view: the next one of its key, + 1 */
	bool *with_main;              /* units */
	struct hash_map constructors; /* record and number of parameters -> index + 1 */
	struct hash_map counters, released, broken, erased, counted;
	/* of the function that is looked at */
	struct link_view next;
	struct link_known known; /* objects, edges and inherited marks by what they say -> index + 1 */
	VEC(struct link_mapped) mapped;
	uint32_t looks, calls; /* so far */
};

/* Groups of views, callees' before callers'; within a group, whose members call each other, as views->items. */
struct link_order {
	uint32_t *views, *ends; /* of each group: the end of its part of views */
	uint32_t nviews, ngroups;
};

void link_order_find(struct link_order *order, const struct link_views *views, struct arena *arena);

/* The program's, made when first asked for. */
struct link_views *link_views_of(struct link_state *state);
void link_views_init(struct link_views *views, struct link_state *state);
void link_views_release(struct link_views *views);

/* links_look.c: makes @view anew of what its function does and of its callees' views. */
void link_look(struct link_views *views, struct link_view *view);

/* The function that call @c of @view runs; NULL when it is not known. */
struct link_view *link_callee(const struct link_views *views, const struct link_view *view, uint32_t c);

/* The view of function @key as unit @unit sees it; NULL when it is not known. */
struct link_view *link_view_named(const struct link_views *views, uint64_t key, uint32_t unit);

/* True if @object stands for any element of a container. */
bool link_is_some_element(const struct link_views *views, const struct link_view *view, uint32_t object);

/* Which fields count references, which are let go of, where by finalisers only. */
void link_find_releases(struct link_views *views);

#endif
