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

/* The programs that the sources make, one for each main(): a unit of which something is called or named is linked whole. */
struct cache_programs {
	const struct link_views *views;
	uint32_t count, *mains; /* views; mains is set for two and more */
	bool *owned;            /* views that some program is known to have; the others may be any program's */
	uint32_t *adopter; /* of units: the program, + 1, that has them, as what they call tells; others may, too */
	uint32_t *first_view, *next_view, *first_reference, *next_reference; /* of units, + 1 */
};

void cache_programs_find(struct cache_programs *programs, const struct link_views *views, struct arena *arena);

/* How often a function runs once one program is up: LINK_LOOP_NONE, INPUT or SERVER. */
struct cache_service {
	uint8_t *level;       /* by view */
	uint8_t *sure;        /* the same, by nothing but views that the program is known to have */
	bool *known, *member; /* by view: the program has it; or may have it */
	bool has_main, serves, reads_input;
};

struct cache_found {
	struct cache_place place;
	const struct link_mark *grow; /* the first one that counts */
	const struct link_function *grower, *origin;
	uint32_t view, level; /* LINK_LOOP_* */
	bool memo;            /* looked up before it is added to */
	bool library;         /* there is no main(): outsiders call */
	bool handed;          /* each entry is handed in from where no call is seen: how often is not known */
	bool vague;           /* which program it is a part of is not known */
	uint32_t sites;
};

/* Of program @program; of all functions when there are not several programs. */
void cache_service_find(struct cache_service *service, const struct cache_programs *programs, uint32_t program,
                        struct arena *arena);

/* Where the mark's object is; false if it does not outlive its function. */
bool cache_place_of(const struct link_views *views, uint32_t view, uint32_t object, struct cache_place *place);

/* Calls @found for every container that nothing keeps from growing. */
void cache_solve(struct link_state *state, void (*found)(const struct cache_found *cache, void *context),
                 void *context);

#endif
