/* SPDX-License-Identifier: MIT */
/*
 * What expressions denote, where values go, and what is done to each local variable.
 *
 * A local is addressed by its number: parameters first, then the locals of the body, as in ast_var.index. Locals of
 * lambdas are numbered, but their accesses are not seen: a lambda counts as reading, writing and keeping the
 * address of every outer variable its body or captures name.
 */
#ifndef MEMLINT_FLOW_PLACES_H
#define MEMLINT_FLOW_PLACES_H

#include "analyzer/flow/dom.h"
#include "analyzer/flow/effects.h"

/* ---- places ---- */

/* An lvalue: a variable or `this`, the fields and elements selected, the pointers followed on the way. */
struct flow_place {
	const struct ast_var *var;      /* NULL: none, or not a plain variable */
	const struct ast_field *field;  /* the last one selected, or NULL */
	uint32_t derefs;                /* pointers and references followed; 0: the variable's own storage */
	bool self;                      /* starts at `this` */
	bool part;                      /* a field or an element, not the whole */
	const struct ast_node *pointer; /* the innermost pointer value followed, or NULL */
};

/* The place an lvalue expression denotes. */
struct flow_place flow_place_of(const struct ast_node *node);

/* The outermost lvalue that selects from @node: `s` in s.a[2].b gives the whole. */
const struct ast_node *flow_lvalue_top(const struct ast_node *node);

/* True if both expressions are spelt from the same variables, fields and constants. */
bool flow_same_place(const struct ast_node *a, const struct ast_node *b);

/* Parentheses are gone already: casts, written or not, are taken off. */
const struct ast_node *flow_strip_casts(const struct ast_node *node);

/* ---- where a value goes ---- */

enum flow_sink_kind {
	FLOW_SINK_NOTHING,  /* discarded, compared, tested, measured */
	FLOW_SINK_VARIABLE, /* becomes the value of local `var`, at `node` (ASSIGN, VAR, or UNARY ++) */
	FLOW_SINK_STORED,   /* stored anywhere else */
	FLOW_SINK_ARGUMENT, /* argument `index` of the CALL or CONSTRUCT `node` */
	FLOW_SINK_OBJECT,   /* the object of a method call */
	FLOW_SINK_CALLED,   /* called */
	FLOW_SINK_READ,     /* memory is read through it */
	FLOW_SINK_WRITTEN,  /* memory is written through it */
	FLOW_SINK_INSIDE,   /* a pointer is loaded through it; `node` is that load, whose value goes on from there */
	FLOW_SINK_RETURNED,
	FLOW_SINK_FREED,   /* delete */
	FLOW_SINK_UNKNOWN, /* anything may happen to it */
};

struct flow_sink {
	uint8_t kind; /* enum flow_sink_kind */
	bool derived; /* not the value itself: moved by arithmetic, or the address of a part */
	uint32_t index;
	const struct ast_var *var;
	const struct ast_node *node; /* the expression or statement that consumes it */
};

struct flow_sinks {
	struct flow_sink *items;
	size_t count, capacity;
};

/* Appends where the value of @node goes, without following variables or results of calls. */
void flow_sinks_of(const struct ast_node *node, struct flow_sinks *sinks);

/* Appends where a reference to, or the address of, the lvalue @node goes; nothing if it is only read or written. */
void flow_address_sinks(const struct ast_node *node, struct flow_sinks *sinks);

/* Appends what is done through @node, an lvalue that a pointer or reference in hand denotes (`*p`, a use of `r`). */
void flow_through_sinks(const struct ast_node *node, struct flow_sinks *sinks);

/* ---- accesses of locals ---- */

enum {
	FLOW_ACCESS_READ = 1u << 0,
	FLOW_ACCESS_WRITE = 1u << 1,   /* a part, or perhaps */
	FLOW_ACCESS_DEFINE = 1u << 2,  /* the whole gets a new value here, whatever it was */
	FLOW_ACCESS_ADDRESS = 1u << 3, /* its address goes where we lose it: any later call or store may use it */
	FLOW_ACCESS_DEATH = 1u << 4,   /* its destructor runs */
};

struct flow_access {
	uint32_t point;               /* in cfg->points; FLOW_NONE: parameters, at entry */
	uint32_t var;                 /* number of the local */
	uint32_t mode;                /* FLOW_ACCESS_* */
	const struct ast_node *node;  /* the lvalue, or the VAR */
	const struct ast_node *value; /* of a DEFINE: the expression assigned; NULL unknown, nothing, or ++ */
};

/* Of a local, over the whole function. */
enum {
	FLOW_LOCAL_ADDRESS_TAKEN = 1u << 0, /* some access has ADDRESS */
	FLOW_LOCAL_STATIC = 1u << 1,
	FLOW_LOCAL_REFERENCE = 1u << 2, /* a C++ reference: it has no value of its own */
	FLOW_LOCAL_VOLATILE = 1u << 3,
};

/* All that is known of one function's body. Everything lives in `arena`. */
struct flow_function {
	struct arena *arena;
	const struct ast_unit *unit;
	const struct ast_function *function;
	struct flow_program *program; /* may be NULL: then every call is unknown */
	struct flow_cfg *cfg;
	const struct ast_var **vars; /* by number; NULL where there is none */
	uint32_t nvars, naccesses;
	struct flow_access *accesses;        /* by point; entry's first */
	uint32_t *first_access, *end_access; /* of each block */
	uint8_t *locals;                     /* FLOW_LOCAL_*, by number */
	/* made when first asked for */
	uint64_t *live;
	struct flow_dominators *dominators, *post_dominators;
	struct flow_loops *loops;
	struct hash_map points;
};

/* Gathers the accesses of a function with a body; @program may be NULL. flow_function_release() afterwards. */
struct flow_function *flow_function_new(struct arena *arena, const struct ast_unit *unit,
                                        const struct ast_function *function, struct flow_program *program);

/* Frees what is not in the arena. */
void flow_function_release(struct flow_function *f);

/* Number of a local or parameter of this function; FLOW_NONE for anything else. */
uint32_t flow_local(const struct flow_function *f, const struct ast_var *var);

/* The point at which @node, or else the nearest expression around it, is evaluated; FLOW_NONE if never. */
uint32_t flow_point_of(struct flow_function *f, const struct ast_node *node);

/* ---- questions over the graph ---- */

/* True if @var's value may still be read after @point (before it with @before). */
bool flow_live(struct flow_function *f, uint32_t var, uint32_t point, bool before);

/* True if @var's value may still be read at the end of @block. */
bool flow_live_out(struct flow_function *f, uint32_t var, uint32_t block);

/* Calls @use for every access of @var that may see the value it has after @point, in no special order; @use returns false
 * to stop. A DEFINE ends a path and is not passed on unless it also reads. */
void flow_uses_after(const struct flow_function *f, uint32_t var, uint32_t point,
                     bool (*use)(const struct flow_access *access, void *context), void *context);

/* Indexes in f->accesses of the definitions of @var that may reach @point; returns how many, writes at most @room. */
uint32_t flow_reaching(const struct flow_function *f, uint32_t var, uint32_t point, uint32_t *found, uint32_t room);

struct flow_dominators *flow_function_dominators(struct flow_function *f);
struct flow_dominators *flow_function_post_dominators(struct flow_function *f);
struct flow_loops *flow_function_loops(struct flow_function *f);

/* True if every way from the entry to @b passes @a / every way from @a to a return passes @b. */
bool flow_point_dominates(struct flow_function *f, uint32_t a, uint32_t b);
bool flow_point_post_dominates(struct flow_function *f, uint32_t b, uint32_t a);

#endif
