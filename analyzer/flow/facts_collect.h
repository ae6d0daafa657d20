/* SPDX-License-Identifier: MIT */
/* A body while its facts are collected. */
#ifndef MEMLINT_FLOW_FACTS_COLLECT_H
#define MEMLINT_FLOW_FACTS_COLLECT_H

#include "analyzer/base/vec.h"
#include "analyzer/flow/facts.h"

/* A value being followed: which, and whether it is the value or something reached from it. */
struct carried {
	uint32_t value;
	uint8_t level; /* FACT_DIRECT or FACT_INSIDE */
};

struct work {
	struct carried carried;
	uint32_t var; /* a local that holds it */
};

struct collector {
	struct arena scratch;
	struct flow_program *program;
	struct function_facts *facts;
	const struct ast_unit *unit;
	const struct ast_function *function;
	uint32_t nvars;
	VEC(const struct ast_node *) uses;    /* REF nodes of locals, all of them */
	VEC(const struct ast_node *) globals; /* lvalues of variables that are not ours */
	VEC(const struct ast_node *) selves;  /* THIS, and MEMBER with an implicit this */
	VEC(const struct ast_node *) returns;
	VEC(const struct ast_node *) calls;
	uint32_t *first_use; /* of each local, in sorted */
	const struct ast_node **sorted;
	VEC(struct fact_value) values;
	VEC(struct fact_edge) edges;
	VEC(struct fact_call) fact_calls;
	VEC(const struct ast_node *) call_nodes; /* of fact_calls */
	VEC(struct work) work;
	uint8_t *held; /* of value * nvars + var: levels already followed, as bits */
	size_t held_values;
	struct hash_map call_numbers; /* CALL node -> number + 1 */
};

/* The number of a parameter or local of the function; FLOW_NONE for everything else. */
uint32_t facts_local_number(const struct collector *c, const struct ast_decl *decl);

/* facts_returned.c: whether all that is returned is new, and what is a copy of a parameter's string. */
void facts_note_returned(struct collector *c);

#endif
