/* SPDX-License-Identifier: MIT */
/*
 * Heap blocks that a function allocates: by which names it knows them, what it does with them, and how they end.
 */
#ifndef MEMLINT_FLOW_OWNER_H
#define MEMLINT_FLOW_OWNER_H

#include "analyzer/flow/assume.h"
#include "analyzer/flow/places.h"

enum flow_use_kind {
	FLOW_USE_READ,     /* the block is read */
	FLOW_USE_WRITE,    /* the block is written */
	FLOW_USE_ARGUMENT, /* passed to a call that neither keeps nor frees it: see effects */
	FLOW_USE_TEST,     /* only the pointer is looked at: compared, tested, printed */
	FLOW_USE_RELEASE,  /* freed, or handed to a function that frees it */
	FLOW_USE_ESCAPE,   /* stored, returned, captured, kept by a callee: others may use it from here on */
};

struct flow_use {
	uint32_t at;      /* point */
	uint8_t kind;     /* enum flow_use_kind */
	bool alias;       /* through another name or an interior pointer */
	uint32_t effects; /* of ARGUMENT and RELEASE: FLOW_READS … of the callee */
	uint32_t index;   /* of ARGUMENT and RELEASE: which argument; FLOW_NONE the object */
	const struct ast_node *node;
};

/* One allocation in the function. */
struct flow_owner {
	const struct ast_node *call; /* CALL or NEW that allocates */
	uint32_t at;                 /* its point */
	const struct ast_node
	        *stored;           /* the argument &local through which the block was handed out; NULL: the result */
	const struct ast_var *var; /* the first local that holds it; NULL if none does */
	const char *name;          /* of that local, or "" */
	struct flow_use *uses;     /* in order of points */
	uint32_t nuses;
	uint32_t nreleases;
	bool escapes;                      /* some use is an ESCAPE: what else happens to it is not known here */
	bool aliased;                      /* a second local holds it, or points into it */
	bool shared_name;                  /* a local that holds it may hold other things too where it is used */
	struct flow_condition *conditions; /* what of this is so only if callees of other units are as assumed */
	uint32_t nconditions;
};

/*
 * All allocations of the function with what becomes of them; @count is set. In the function's arena. Empty for functions
 * whose flow is not understood (setjmp, coroutines, incomplete graphs). While flow_assume() is on, also the results of
 * open calls put into locals, which may turn out to be new blocks; each owner has its own conditions, and those given to
 * flow_assume() are left alone.
 */
struct flow_owner *flow_owners(struct flow_function *f, uint32_t *count);
/* False when flow_owners() would find none in the function: no graph is needed to tell. */
bool flow_may_own(struct flow_program *program, const struct ast_function *function);

/* The only RELEASE of an owner, NULL if there are none or several. */
const struct flow_use *flow_released_at(const struct flow_owner *owner);

/*
 * The last use before @release on every way to it: a use (no TEST) from which @release is reached without passing another
 * use. NULL when there are several such uses, or none. */
const struct flow_use *flow_last_use(struct flow_function *f, const struct flow_owner *owner,
                                     const struct flow_use *release);

#endif
