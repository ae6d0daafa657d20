/* SPDX-License-Identifier: MIT */
/*
 * Inside effects: what one function does with the values it is given, as constraints that need no syntax tree.
 *
 * A value is a parameter, the object of a method, or the result of a call. Each has effects seen directly and edges to
 * calls it is passed to; what those callees do is filled in by the solver until nothing changes.
 */
#ifndef MEMLINT_FLOW_FACTS_H
#define MEMLINT_FLOW_FACTS_H

#include "analyzer/flow/places.h"

enum { FACT_SELF = UINT16_MAX }; /* argument number of a method's object */

enum fact_level {
	FACT_DIRECT, /* the value itself is passed */
	FACT_INSIDE, /* something reached from it is passed */
	FACT_HELD,   /* the address of a variable that holds it is passed */
};

struct fact_edge {
	uint32_t next; /* the value's next edge; FLOW_NONE ends */
	uint32_t call;
	uint16_t arg;
	uint8_t level; /* enum fact_level */
};

struct fact_value {
	uint32_t effects; /* seen in the body */
	uint32_t solved;  /* with what callees do */
	uint32_t edges;   /* first, FLOW_NONE none */
};

struct fact_call {
	const struct ast_function *callee;  /* NULL through a pointer, and after merging units */
	uint64_t key;                       /* after merging: of the callee; 0 none */
	const struct flow_effects *effects; /* the callee's: a library's, guessed, or being solved */
	const struct flow_effects *sure;    /* put aside while others are solved */
	uint32_t result;                    /* value of its result; FLOW_NONE if nothing looks at it */
};

/* What a function may hand back to its caller. */
enum {
	FACT_RETURNS_OTHER = 1u << 0,   /* something that is neither NULL nor the result of a call */
	FACT_RETURNS_FRESH = 1u << 1,   /* the result of a new expression */
	FACT_RETURNS_POINTER = 1u << 2, /* its type is a pointer, a reference or a record */
};

struct function_facts {
	const struct ast_function *function; /* NULL after merging units */
	struct flow_effects *effects;        /* being solved */
	struct flow_effects *sure;           /* put aside while others are solved */
	uint16_t *args;                      /* effects->args */
	uint16_t *possible;                  /* of each parameter: the effects its type allows */
	struct fact_value *values;           /* parameters, the object, all other memory, results of calls */
	struct fact_edge *edges;
	struct fact_call *calls;
	uint32_t *returned; /* calls whose results are returned as they are */
	uint32_t copied,
	        copier; /* the parameter that is, as it came, an argument of the call `copier`; FLOW_NONE none */
	uint32_t copier_arg;
	uint32_t nvalues, nedges, ncalls, nreturned, nparams;
	uint32_t does, flags;
};

/* Reads the body of @function; callees' effects are looked up in @program. Lives in @arena. */
struct function_facts *flow_facts_collect(struct arena *arena, struct flow_program *program,
                                          const struct ast_unit *unit, const struct ast_function *function);

/* Fills effects of all functions until nothing changes. */
void flow_facts_solve(struct function_facts *const *facts, uint32_t n);

#endif
