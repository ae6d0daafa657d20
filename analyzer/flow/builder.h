/* SPDX-License-Identifier: MIT */
/*
 * Inside cfg: the graph while it grows. A block is created, opened once, filled, and closed by its edges.
 */
#ifndef MEMLINT_FLOW_BUILDER_H
#define MEMLINT_FLOW_BUILDER_H

#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/flow/cfg.h"

enum { FLOW_MAX_DEPTH = 4000 }; /* nested statements and expressions; deeper ones make the graph incomplete */

struct builder_edge {
	uint32_t from, to;
	uint8_t kind;
	const struct ast_node *label;
};

/* A VAR whose destructor runs when `scope` (a statement node) is left. */
struct builder_local {
	const struct ast_node *var, *scope;
};

/* Where break and continue go; innermost first. */
struct builder_jump {
	struct builder_jump *outer;
	uint32_t break_to, continue_to; /* FLOW_NONE: this one has none */
	size_t break_locals, continue_locals;
};

/* The switch whose cases are being gathered. */
struct builder_switch {
	struct builder_switch *outer;
	uint32_t dispatch, fallback; /* the block that tests; where `default:` is, or FLOW_NONE */
	const struct ast_node *fallback_label;
	bool known, taken; /* the value is constant; its case was found */
	int64_t value;
};

/* The handlers of the try block around; innermost first. */
struct builder_try {
	struct builder_try *outer;
	const uint32_t *handlers;
	uint32_t nhandlers;
	bool catches_all;
	size_t locals;
};

struct builder {
	struct flow_cfg *cfg;
	const struct ast_unit *unit;
	const struct flow_oracle *oracle;
	VEC(struct flow_block) blocks;
	VEC(struct flow_point) points;
	VEC(struct builder_edge) edges;
	VEC(struct builder_local) locals;
	uint32_t dispatch;      /* where all computed gotos meet, before their labels; 0 none yet */
	struct hash_map labels; /* interned name -> block + 1 */
	struct hash_map places; /* interned name -> LABEL node, for jumps that leave scopes */
	bool places_known;
	struct builder_jump *jump;
	struct builder_switch *select;
	struct builder_try *handlers;
	uint32_t current;   /* the open block; FLOW_NONE after a jump */
	uint32_t statement; /* number of the statement being built */
	uint32_t depth;
};

/* cfg.c */
uint32_t graph_block(struct builder *b);
void graph_open(struct builder *b, uint32_t block);
void graph_edge(struct builder *b, uint32_t to, enum flow_edge_kind kind, const struct ast_node *label);
void graph_edge_from(struct builder *b, uint32_t from, uint32_t to, enum flow_edge_kind kind,
                     const struct ast_node *label);
void graph_point(struct builder *b, const struct ast_node *node, enum flow_point_kind kind);
/* Falls through to @to from the open block, if there is one, and opens it. */
void graph_join(struct builder *b, uint32_t to);
/* Ends the open block by @terminator deciding on @condition; its edges come before or after this. */
void graph_close(struct builder *b, const struct ast_node *terminator, const struct ast_node *condition);

/* graph_stmt.c */
void graph_statement(struct builder *b, const struct ast_node *node);
void graph_throw(struct builder *b);
/* The destructors of all locals beyond the first @kept, last declared first; they stay known. */
void graph_deaths(struct builder *b, size_t kept);

/* graph_expr.c */
void graph_expr(struct builder *b, const struct ast_node *node);
/* Evaluates a condition and leaves to @yes or @no; nothing is open afterwards. */
void graph_condition(struct builder *b, const struct ast_node *node, const struct ast_node *terminator, uint32_t yes,
                     uint32_t no);
void graph_variable(struct builder *b, const struct ast_node *node);

#endif
