/* SPDX-License-Identifier: MIT */
/*
 * unbounded-cache: containers that live as long as the program, with what is done to them in the whole of it.
 */
#ifndef MEMLINT_RULES_UNBOUNDED_CACHE_H
#define MEMLINT_RULES_UNBOUNDED_CACHE_H

#include "rules/links_views.h"

enum { CACHE_PATH = 6 };

/* A variable and the fields that lead from it to the container. */
struct cache_place {
	uint64_t root; /* key of the variable; of a record when which of its objects is not known */
	uint64_t path[CACHE_PATH];
	uint32_t length;
	bool by_record, of_main;
};

/* How often a function runs once the program is up: LINK_LOOP_NONE, INPUT or SERVER. */
struct cache_service {
	uint8_t *level; /* by view */
	bool has_main, serves, reads_input;
	uint32_t mains;
};

struct cache_found {
	struct cache_place place;
	const struct link_mark *grow; /* the first one that counts */
	const struct link_function *grower, *origin;
	uint32_t view, level; /* LINK_LOOP_* */
	bool memo;            /* looked up before it is added to */
	bool library;         /* there is no main(): outsiders call */
	bool handed;          /* each entry is handed in from where no call is seen: how often is not known */
	uint32_t sites;
};

void cache_service_find(struct cache_service *service, const struct link_views *views, struct arena *arena);

/* Where the mark's object is; false if it does not outlive its function. */
bool cache_place_of(const struct link_views *views, uint32_t view, uint32_t object, struct cache_place *place);

/* Calls @found for every container that nothing keeps from growing. */
void cache_solve(struct link_state *state, void (*found)(const struct cache_found *cache, void *context),
                 void *context);

#endif
