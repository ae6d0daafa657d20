/* SPDX-License-Identifier: MIT */
/*
 * What a call does to its arguments and to the world: effects.def for libraries, computed for the project's functions,
 * and, for what nobody knows, everything.
 *
 * Effects are what a call may do; a flag that is absent is a promise. "Through" an argument means the memory it points
 * (or refers) to; "inside" means memory reached by following a pointer stored there, any number of times.
 */
#ifndef MEMLINT_FLOW_EFFECTS_H
#define MEMLINT_FLOW_EFFECTS_H

#include "analyzer/ast/ast.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/pack.h"

/* Of one argument. The INSIDE flags stand FLOW_INSIDE_SHIFT above those they mirror. */
enum {
	FLOW_READS = 1u << 0,
	FLOW_WRITES = 1u << 1,
	FLOW_KEEPS = 1u << 2,   /* a pointer to it may outlive the call: stored, captured, thrown */
	FLOW_FREES = 1u << 3,   /* releases it, or takes over the duty to */
	FLOW_RETURNS = 1u << 4, /* the result may be the argument or point into it */
	FLOW_CALLS = 1u << 5,   /* calls it */
	FLOW_INSIDE_SHIFT = 8,
	FLOW_READS_INSIDE = FLOW_READS << FLOW_INSIDE_SHIFT,
	FLOW_WRITES_INSIDE = FLOW_WRITES << FLOW_INSIDE_SHIFT,
	FLOW_KEEPS_INSIDE = FLOW_KEEPS << FLOW_INSIDE_SHIFT,
	FLOW_FREES_INSIDE = FLOW_FREES << FLOW_INSIDE_SHIFT,
	FLOW_RETURNS_INSIDE = FLOW_RETURNS << FLOW_INSIDE_SHIFT,
	FLOW_CALLS_INSIDE = FLOW_CALLS << FLOW_INSIDE_SHIFT,
	FLOW_DIRECT = 0x3fu,
	FLOW_INSIDE = FLOW_DIRECT << FLOW_INSIDE_SHIFT,
	FLOW_EVERYTHING = FLOW_DIRECT | FLOW_INSIDE,
	/* facts that are no effects */
	FLOW_STRING = 1u << 6,     /* relies on a terminating zero */
	FLOW_STORES_NEW = 1u << 7, /* a new block that the caller owns is stored through it */
	FLOW_COPIED = 1u << 14,    /* the new block that is the result holds a copy of the string it points to */
	FLOW_GUESSED = 1u << 15,   /* nothing is known: the flags come from the type alone */
};

/* Of a function as a whole. */
enum {
	FLOW_DOES_ALLOCATE = 1u << 0,
	FLOW_DOES_IO = 1u << 1,        /* input, output, waiting, other processes */
	FLOW_DOES_CALL_BACK = 1u << 2, /* calls functions it was given */
	FLOW_DOES_LOOP = 1u << 3,      /* its work grows with its input */
	FLOW_DOES_UNKNOWN = 1u << 4,   /* calls something unknown: any memory that is not private may change */
	FLOW_DOES_WRITE = 1u << 5,     /* writes or frees memory not reached from its arguments */
	FLOW_NEVER_RETURNS = 1u << 6,
	FLOW_RETURNS_NEW = 1u << 7,       /* the result is a new block that the caller owns, or NULL */
	FLOW_RETURNS_SHARED = 1u << 8,    /* the result may be memory that somebody else owns too */
	FLOW_DOES_WAIT = 1u << 9,         /* may wait for as long as others like: input, time, processes, threads */
	FLOW_DOES_WRITE_BYTES = 1u << 10, /* WRITE, and not only to plain numbers and pointers */
	FLOW_DOES_EVERYTHING = FLOW_DOES_WRITE_BYTES | FLOW_DOES_WAIT | FLOW_DOES_ALLOCATE | FLOW_DOES_IO |
	                       FLOW_DOES_CALL_BACK | FLOW_DOES_LOOP | FLOW_DOES_UNKNOWN | FLOW_DOES_WRITE |
	                       FLOW_RETURNS_SHARED,
};

struct flow_effects {
	uint32_t does;  /* FLOW_DOES_* and the like */
	uint16_t nargs; /* arguments described by args[] */
	uint16_t self;  /* effects on the object of a method */
	uint16_t rest;  /* effects on every argument beyond nargs */
	bool known;     /* from the table or computed; false: guessed from the prototype */
	bool complete;  /* computed without any unknown callee, or from the table */
	const uint16_t *args;
};

struct flow_program;

/* The table of libraries, and room for the functions of the project. Lives in @arena; flow_program_release(). */
struct flow_program *flow_program_new(struct arena *arena);

/* Frees what is not in the arena. */
void flow_program_release(struct flow_program *program);

/*
 * Computes the effects of all functions defined in @unit, callees first, and remembers them for calls within it. The
 * unit must outlive the program.
 */
void flow_program_add_unit(struct flow_program *program, const struct ast_unit *unit);

/* Effects of a function of the added unit or of a library; never NULL. @callee NULL: a call through a pointer. */
const struct flow_effects *flow_effects_of(struct flow_program *program, const struct ast_function *callee);

/* True unless the result of a CALL or CONSTRUCT node is a plain number, which leads nowhere. */
bool flow_result_points(const struct ast_node *call);

/* Effects on argument @index (from 0) of a CALL or CONSTRUCT node; 0 when it is a plain number. */
uint32_t flow_arg_effects(struct flow_program *program, const struct ast_node *call, uint32_t index);

/* Effects on the object of a method call; on the new object of a CONSTRUCT. */
uint32_t flow_self_effects(struct flow_program *program, const struct ast_node *call);

/* All effects of a CALL or CONSTRUCT node; never NULL. */
const struct flow_effects *flow_call_effects(struct flow_program *program, const struct ast_node *call);

/* FLOW_DOES_* of a CALL, CONSTRUCT, NEW or DELETE node. */
uint32_t flow_call_does(struct flow_program *program, const struct ast_node *call);

/* The function a CALL or CONSTRUCT node is known to run: NULL through pointers and for virtual methods. */
const struct ast_function *flow_callee(const struct ast_node *call);

/* The entry of effects.def for a name ("strlen", "std::vector::push_back"); NULL if there is none. */
const struct flow_effects *flow_library_effects(const struct flow_program *program, const char *name);

/* "reads writes …" into @text, for dumps and tests. */
void flow_print_effects(uint32_t effects, char *text, size_t size);

#endif
