/* SPDX-License-Identifier: MIT */
/*
 * One function as a graph: what is evaluated, in which order, and where control may go from there.
 *
 * A point is one evaluation that does something (reads or writes an object, calls, declares, returns …) or the end of
 * a variable's life; pure arithmetic leaves none. Points of a block run in order from its first to its last. The
 * operands of an expression stand before it; where the language leaves the order open, sources come before targets.
 *
 * Edges that cannot be taken because a condition is constant do not exist. A callee that never returns ends its block
 * with an edge to the exit. Exceptions: inside a try block every call ends its block with edges to the handlers;
 * a call outside any try is taken to return (what an exception would skip is not in the graph).
 */
#ifndef MEMLINT_FLOW_CFG_H
#define MEMLINT_FLOW_CFG_H

#include "analyzer/ast/ast.h"

#define FLOW_NONE UINT32_MAX /* no block, no point, no loop */

enum flow_edge_kind {
	FLOW_NEXT,     /* falls through, goto, break, continue, back to a loop's head */
	FLOW_TRUE,     /* the block's condition holds */
	FLOW_FALSE,    /* … does not hold */
	FLOW_CASE,     /* the switch value is `label`'s */
	FLOW_DEFAULT,  /* no case's: to `default:` or behind the switch (label NULL) */
	FLOW_INDIRECT, /* a computed goto */
	FLOW_RETURN,   /* to the exit */
	FLOW_NORETURN, /* to the exit, by a call that does not return */
	FLOW_THROW,    /* to a handler, or out of the function */
};

struct flow_edge {
	uint32_t block; /* the other end */
	uint8_t kind;   /* enum flow_edge_kind */
	const struct ast_node *label;
};

enum flow_point_kind {
	FLOW_EVAL,  /* node has just been evaluated; of a VAR: its life begins, initialised */
	FLOW_DEATH, /* node is a VAR of class type: its scope is left and its destructor runs */
};

struct flow_point {
	const struct ast_node *node;
	uint32_t block;
	uint32_t statement : 31; /* number of the statement it belongs to, in source order */
	uint32_t kind : 1;       /* enum flow_point_kind */
};

struct flow_block {
	uint32_t first, npoints; /* in cfg->points */
	uint32_t first_succ, nsuccs;
	uint32_t first_pred, npreds;
	uint32_t order;      /* position in cfg->order; FLOW_NONE when it cannot be reached */
	uint32_t statements; /* how many statements begin or go on in it */
	const struct ast_node
	        *terminator;              /* the statement or operator that decides where it goes; NULL falls through */
	const struct ast_node *condition; /* what is tested for TRUE and FALSE edges, or the switch value; else NULL */
};

enum {
	FLOW_INCOMPLETE = 1u << 0,    /* nested too deeply: part of the function is missing, conclude nothing */
	FLOW_HAS_TRY = 1u << 1,       /* has exception handlers */
	FLOW_COMPUTED_GOTO = 1u << 2, /* has goto *p */
	FLOW_COROUTINE = 1u << 3,     /* may be suspended: locals live in a heap frame */
	FLOW_HAS_ASM = 1u << 4,
	FLOW_HAS_SETJMP = 1u << 5, /* control may come back to a call that has already returned */
};

struct flow_cfg {
	const struct ast_function *function; /* NULL for a lambda's body */
	const struct ast_node *body;
	struct flow_block *blocks;
	struct flow_edge *succs, *preds; /* of all blocks, grouped by block */
	struct flow_point *points;
	uint32_t *order; /* reachable blocks in reverse postorder: a block before its successors, loops aside */
	uint32_t nblocks, npoints, norder, nedges, nstatements;
	uint32_t entry, exit; /* blocks without points; nothing leaves the exit */
	uint32_t flags;       /* FLOW_INCOMPLETE … */
};

/* What the graph must be told from outside. */
struct flow_oracle {
	/* True if calls to @callee never come back, beyond what its declaration says. May be NULL. */
	bool (*never_returns)(void *context, const struct ast_function *callee);
	void *context;
};

/*
 * The graph of a function with a body; of a lambda's body or any other COMPOUND when @function is NULL. It lives in
 * @arena, never NULL. @oracle may be NULL.
 */
struct flow_cfg *flow_cfg_build(struct arena *arena, const struct ast_unit *unit, const struct ast_function *function,
                                const struct ast_node *body, const struct flow_oracle *oracle);

/* A graph from bare edges, for algorithms and tests: block 0 is the entry, block @nblocks-1 the exit. */
struct flow_cfg *flow_cfg_from_edges(struct arena *arena, uint32_t nblocks, const uint32_t (*edges)[2],
                                     uint32_t nedges);

/* Decisions + 1 over the reachable part: edges - blocks + 2. */
uint32_t flow_cyclomatic(const struct flow_cfg *cfg);

/* "next", "true", … */
const char *flow_edge_name(enum flow_edge_kind kind);

/* A listing for tests and --dump-cfg; @stream is a FILE. */
void flow_cfg_dump(const struct flow_cfg *cfg, const struct ast_unit *unit, void *stream);

#endif
