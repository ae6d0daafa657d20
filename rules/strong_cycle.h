/* SPDX-License-Identifier: MIT */
/*
 * strong-cycle: circles of owners in what the program stores.
 */
#ifndef MEMLINT_RULES_STRONG_CYCLE_H
#define MEMLINT_RULES_STRONG_CYCLE_H

#include "rules/links_views.h"

enum { CYCLE_LENGTH = 8 };

struct cycle_found {
	struct link_edge edges[CYCLE_LENGTH];
	uint32_t nedges;
	bool erased; /* single elements are taken out somewhere */
	const struct link_function *function;
};

/* Calls @found for every cycle of owners that nothing in the program takes apart. */
void cycle_solve(struct link_state *state, void (*found)(const struct cycle_found *cycle, void *context),
                 void *context);

#endif
