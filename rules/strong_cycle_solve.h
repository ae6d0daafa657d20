/* SPDX-License-Identifier: MIT */
/*
 * strong-cycle: what a function does, its callees' doing included.
 */
#ifndef MEMLINT_RULES_STRONG_CYCLE_SOLVE_H
#define MEMLINT_RULES_STRONG_CYCLE_SOLVE_H

#include "rules/strong_cycle.h"

/* Something done to an object's reference count or memory. */
struct cycle_mark {
	uint32_t object;
	uint8_t kind; /* COUNT, DISCOUNT, REF, UNREF or FREE */
	uint64_t field;
};

struct cycle_view {
	const struct cycle_function *function;
	VEC(struct cycle_object) objects; /* the function's own come first */
	VEC(struct cycle_edge) edges;
	VEC(struct cycle_mark) marks;
	uint32_t returned;  /* the one object it returns; CYCLE_NONE for several or none */
	uint32_t *resolved; /* of own objects: what they are, seen through calls */
};

struct cycle_caller {
	uint32_t view, call, next; /* next + 1 of the same callee; 0 ends */
};

struct cycle_views {
	struct cycle_state *state;
	struct arena arena;
	struct cycle_view *items;
	uint32_t count;
	VEC(struct cycle_caller) callers;
	uint32_t *first_caller;       /* of each view, + 1 */
	struct hash_map by_key;       /* function key -> index + 1 */
	struct hash_map constructors; /* record and number of parameters -> index + 1 */
	struct hash_map counters, released, broken, erased, counted;
};

void cycle_views_init(struct cycle_views *views, struct cycle_state *state);
void cycle_views_release(struct cycle_views *views);

/* The function that call @c of @view runs; NULL when it is not known. */
struct cycle_view *cycle_callee(const struct cycle_views *views, const struct cycle_view *view, uint32_t c);

/* True if @object stands for any element of a container. */
bool cycle_is_some_element(const struct cycle_views *views, const struct cycle_view *view, uint32_t object);

/* Which fields count references, which are let go of, where by finalisers only. */
void cycle_find_releases(struct cycle_views *views);

bool cycle_set_has(const struct hash_map *set, uint64_t key);
void cycle_set_add(struct hash_map *set, uint64_t key);

#endif
