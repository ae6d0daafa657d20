/* SPDX-License-Identifier: MIT */
/* Inside effects: what the analyzer remembers of all functions. */
#ifndef MEMLINT_FLOW_PROGRAM_H
#define MEMLINT_FLOW_PROGRAM_H

#include "analyzer/base/diag.h"
#include "analyzer/flow/assume.h"

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
	struct hash_map least;              /* ast_function that is open -> flow_effects that it has at least */
	struct flow_conditions *conditions; /* of flow_assume(); NULL: nothing is assumed */
};

/* assume.c: fills `least` for the unit's own functions; effects of a callee known to be open, with its condition. */
void flow_program_solve_least(struct flow_program *program);
uint32_t flow_assumed_effects(struct flow_program *program, const struct ast_function *callee, uint32_t index);

#endif
