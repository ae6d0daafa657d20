/* SPDX-License-Identifier: MIT */
/*
 * strong-cycle: what functions store where, as facts that outlive the syntax tree, and what the whole program makes of them.
 *
 * An object is what a pointer, reference or smart pointer denotes within one function: a parameter, `this`, what a field was
 * loaded from, what a call made. A part of an object (a member by value) counts as the object itself. Records, fields
 * and functions are known across units by keys over their places, so that a template and its instances are one.
 */
#ifndef MEMLINT_RULES_STRONG_CYCLE_H
#define MEMLINT_RULES_STRONG_CYCLE_H

#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/rule.h"

#define CYCLE_NONE UINT32_MAX

/* How a field holds what it points to. */
enum cycle_hold {
	CYCLE_HOLD_NOTHING, /* not at all, or weakly */
	CYCLE_HOLD_RAW,     /* a plain pointer: strong only where references are counted by hand */
	CYCLE_HOLD_VALUE,   /* elements of a container */
	CYCLE_HOLD_UNIQUE,
	CYCLE_HOLD_SHARED,
	CYCLE_HOLD_FUNCTION, /* std::function: holds what a lambda captured */
};

struct cycle_place {
	const char *path;
	uint32_t line, column;
};

struct cycle_field {
	uint64_t key;
	uint64_t record; /* the one that declares it */
	uint64_t target; /* record it leads to; 0 not known */
	const char *name, *type;
	const char *target_name;
	uint8_t hold; /* enum cycle_hold */
	bool container, macro;
	struct cycle_place place;
	uint32_t name_length;
	uint32_t type_begin, type_end; /* bytes of the written type in the file; both 0 when it cannot be edited */
};

struct cycle_record {
	uint64_t key;
	const char *printed;
	uint64_t size;
};

/* ---- one function ---- */

enum cycle_object_kind {
	CYCLE_PARAM,  /* index */
	CYCLE_SELF,   /* this */
	CYCLE_LOCAL,  /* a variable that holds several things */
	CYCLE_GLOBAL, /* key of the variable */
	CYCLE_LOAD,   /* what field `key` of object `index` leads to */
	CYCLE_FRESH,  /* made here */
	CYCLE_RESULT, /* of call `index` */
	CYCLE_HOLDER, /* a lambda or bind object */
};

struct cycle_object {
	uint8_t kind;
	uint32_t index;
	uint64_t key;
};

enum cycle_event_kind {
	CYCLE_STORE,   /* object.field = value */
	CYCLE_CAPTURE, /* object, a HOLDER, keeps value */
	CYCLE_ALIAS,   /* object, a LOCAL, may be value */
	CYCLE_RESET,   /* object.field given up: reset(), clear(), = nullptr */
	CYCLE_ERASE,   /* one element of object.field given up */
	CYCLE_COUNT,   /* ++object.field */
	CYCLE_DISCOUNT,
	CYCLE_REF,   /* a library's ref function on object */
	CYCLE_UNREF, /* a library's unref function on object */
	CYCLE_FREE,
	CYCLE_RETURN, /* object returned */
	CYCLE_EVENTS
};

struct cycle_event {
	uint8_t kind;
	bool counted; /* of STORE: the value went through a library's ref function */
	uint32_t object, value;
	uint64_t field;
	struct cycle_place place;
};

struct cycle_call {
	uint64_t callee; /* function's key; of `make_shared` and the like 0 */
	uint64_t made;   /* record whose constructor with nargs arguments runs on `self`; 0 none */
	uint32_t self, nargs;
	uint32_t *args; /* objects, CYCLE_NONE for what is none */
	struct cycle_place place;
};

enum {
	CYCLE_FINALISER = 1u << 0, /* a destructor, or installed as one */
	CYCLE_CONSTRUCTOR = 1u << 1,
	CYCLE_NAMED_REF = 1u << 2, /* of functions without a body */
};

struct cycle_function {
	uint64_t key, place_key, record;
	const char *name;
	uint32_t flags, nparams;
	uint32_t nobjects, nevents, ncalls;
	struct cycle_object *objects;
	struct cycle_event *events;
	struct cycle_call *calls;
};

/* A use of a shared_ptr field, for the edit that makes it weak. */
struct cycle_use {
	uint64_t field;
	const char *path;
	uint32_t end; /* byte behind the expression */
	bool target;  /* assigned, reset or otherwise fine on a weak_ptr as it stands */
	bool no_edit; /* in a macro, or a form that is not understood */
};

/* ---- collecting ---- */

void cycle_collect(struct rule_collect *run);

/* What a type holds, and how; *target and *container are set. */
enum cycle_hold cycle_hold_of(const struct ast_type *type, const struct ast_record **target, bool *container);
bool cycle_is_shared(const struct ast_type *type);

/* ---- the program ---- */

struct cycle_state {
	struct arena *arena;
	struct hash_map records, fields, functions, finalisers, seen_uses;
	VEC(struct cycle_function *) order;
	VEC(struct cycle_use) uses;
};

void cycle_unpack(struct cycle_state *state, struct unpacker *facts);
void cycle_pack_function(struct packer *out, const struct cycle_function *function);
void cycle_pack_place(struct packer *out, const struct cycle_place *place);

const struct cycle_field *cycle_find_field(const struct cycle_state *state, uint64_t key);
const struct cycle_record *cycle_find_record(const struct cycle_state *state, uint64_t key);

/* ---- solving ---- */

struct cycle_edge {
	uint32_t from, to;
	uint64_t field; /* 0: a capture */
	struct cycle_place place;
	bool counted;   /* a reference was counted for it */
	bool inherited; /* stored by a callee */
	bool implicit;  /* the value was found there, not stored here */
};

enum { CYCLE_LENGTH = 8 };

struct cycle_found {
	struct cycle_edge edges[CYCLE_LENGTH];
	uint32_t nedges;
	bool erased; /* single elements are taken out somewhere */
	const struct cycle_function *function;
};

/* Calls @found for every cycle of owners that nothing in the program takes apart. */
void cycle_solve(struct cycle_state *state, void (*found)(const struct cycle_found *cycle, void *context),
                 void *context);

#endif
