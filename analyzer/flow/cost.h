/* SPDX-License-Identifier: MIT */
/*
 * What may happen between two points, and how far apart they are.
 */
#ifndef MEMLINT_FLOW_COST_H
#define MEMLINT_FLOW_COST_H

#include "analyzer/flow/places.h"

/* From cheap to dear: a class holds the ones before it. */
enum flow_cost {
	FLOW_COST_NOTHING,   /* at most the rest of the two points' own statements */
	FLOW_COST_STATEMENT, /* plain evaluation */
	FLOW_COST_CALL,      /* a call known to be short: no allocation, no waiting, no loop */
	FLOW_COST_LOOP,      /* a loop here, or a callee whose work grows with its input */
	FLOW_COST_ALLOCATION,
	FLOW_COST_IO,      /* input, output, waiting */
	FLOW_COST_UNKNOWN, /* a call nobody knows anything about */
};

/*
 * The dearest thing on any way from @from (itself not counted) to @to (not counted), both points. FLOW_COST_NOTHING also
 * when @to is not reached. @worst, unless NULL, gets the node that made it so.
 */
enum flow_cost flow_cost_between(struct flow_function *f, uint32_t from, uint32_t to, const struct ast_node **worst);

/* Statements begun or gone back to on the shortest way between the points; 0 within one; UINT32_MAX when not reached. */
uint32_t flow_distance(const struct flow_function *f, uint32_t from, uint32_t to);

/* "nothing", "statement", … */
const char *flow_cost_name(enum flow_cost cost);

#endif
