/* SPDX-License-Identifier: MIT */
/* Inside effects: what the analyzer remembers of all functions. */
#ifndef MEMLINT_FLOW_PROGRAM_H
#define MEMLINT_FLOW_PROGRAM_H

#include "analyzer/base/diag.h"
#include "analyzer/flow/effects.h"

struct function_facts;

struct library_slot {
	const char *name;
	const struct flow_effects *effects;
};

struct flow_program {
	struct arena *arena;
	struct library_slot *slots;  /* the table of libraries, by hash of the name */
	struct hash_map functions;   /* ast_function, or CALL through a pointer -> flow_effects */
	struct flow_effects unknown; /* of what is not even declared */
	const struct ast_unit *unit; /* the unit added, and what its functions do */
	struct function_facts **facts;
	uint32_t nfacts;
};

#endif
