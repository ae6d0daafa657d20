/* SPDX-License-Identifier: MIT */
/*
 * Conclusions about a function that hold if functions of other units behave: what is taken for granted about them is
 * written down as conditions, and tested when all units are known.
 *
 * A callee is open while its unit alone does not say all it does: it is declared here and defined elsewhere, or calls
 * such functions. While flow_assume() is on, flow_arg_effects(), flow_self_effects(), flow_owners() and
 * flow_call_never() take open callees to be harmless (an argument is read, nothing else) and add a condition for
 * each such answer; without it they take them to be capable of everything.
 */
#ifndef MEMLINT_FLOW_ASSUME_H
#define MEMLINT_FLOW_ASSUME_H

#include "analyzer/base/vec.h"
#include "analyzer/flow/effects.h"

enum {
	FLOW_ON_OBJECT = UINT32_MAX - 1, /* the object of a method */
	FLOW_ON_CALL = UINT32_MAX,       /* FLOW_DOES_*: the function as a whole */
};

/* What a callee must be like. */
struct flow_condition {
	uint64_t callee;   /* flow_function_key() */
	uint32_t argument; /* from 0, or FLOW_ON_* */
	uint32_t allowed;  /* effects it may have */
	uint32_t required; /* it must have one of these; 0: none */
};

struct flow_conditions {
	struct flow_condition *items;
	size_t count, capacity;
};

/* From here on answers about open callees are assumptions, added to @conditions (each once); NULL ends that. */
void flow_assume(struct flow_program *program, struct flow_conditions *conditions);

/* True if what @callee does is not known from this unit alone, but may be from all. */
bool flow_is_open(struct flow_program *program, const struct ast_function *callee);

/* True if a CALL, CONSTRUCT, NEW or DELETE does none of @does, perhaps on a condition. */
bool flow_call_never(struct flow_program *program, const struct ast_node *call, uint32_t does);

/* What a call does at least (FLOW_DOES_*), whatever functions of other units do; while assumptions are on or off. */
uint32_t flow_call_least(struct flow_program *program, const struct ast_node *call);

/* Adds a condition of the caller's own, unless it is there already. */
void flow_require(struct flow_conditions *conditions, const struct flow_condition *condition);

void flow_conditions_pack(const struct flow_condition *conditions, size_t count, struct packer *packer);
/* In @arena; on bad input the unpacker says so and there are none. */
struct flow_condition *flow_conditions_unpack(struct unpacker *unpacker, struct arena *arena, uint32_t *count);

struct flow_merged;

/* True if every condition holds; a callee that no unit defines keeps none. After flow_merged_solve(). */
bool flow_conditions_hold(const struct flow_merged *merged, const struct flow_condition *conditions, uint32_t count);

#endif
