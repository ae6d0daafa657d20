/* SPDX-License-Identifier: MIT */
/*
 * links: what functions store where, as facts that outlive the syntax tree, and what the whole program makes of them.
 *
 * An object is what a pointer, reference or smart pointer denotes within one function: a parameter, `this`, what a field was
 * loaded from, what a call made. Records, fields
 * and functions are known across units by keys over their places, so that a template and its instances are one.
 */
#ifndef MEMLINT_RULES_LINKS_H
#define MEMLINT_RULES_LINKS_H

#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/rule.h"

#define LINK_NONE UINT32_MAX

/* How a field holds what it points to. */
enum link_hold {
	LINK_HOLD_NOTHING, /* not at all, or weakly */
	LINK_HOLD_RAW,     /* a plain pointer: strong only where references are counted by hand */
	LINK_HOLD_VALUE,   /* a member by value, or elements of a container */
	LINK_HOLD_UNIQUE,
	LINK_HOLD_SHARED,
	LINK_HOLD_FUNCTION, /* std::function: holds what a lambda captured */
};

struct link_place {
	const char *path;
	uint32_t line, column;
};

struct link_field {
	uint64_t key;
	uint64_t record; /* the one that declares it */
	uint64_t target; /* record it leads to; 0 not known */
	const char *name, *type;
	const char *target_name;
	uint8_t hold; /* enum link_hold */
	bool container, macro;
	struct link_place place;
	uint32_t name_length;
	uint32_t type_begin, type_end; /* bytes of the written type in the file; both 0 when it cannot be edited */
};

struct link_record {
	uint64_t key;
	const char *printed;
	uint64_t size;
};

/* ---- one function ---- */

enum link_object_kind {
	LINK_PARAM,  /* index */
	LINK_SELF,   /* this */
	LINK_LOCAL,  /* a variable that holds several things */
	LINK_GLOBAL, /* key of the variable */
	LINK_LOAD,   /* what field `key` of object `index` leads to */
	LINK_FRESH,  /* made here */
	LINK_RESULT, /* of call `index` */
	LINK_HOLDER, /* a lambda or bind object */
};

struct link_object {
	uint64_t key;
	uint32_t index;
	uint8_t kind;
	uint8_t loads; /* fields from the root to it, as many as fit; set when facts are read */
};

/* Of what a field of @base leads to. */
static inline uint8_t link_loads(const struct link_object *base)
{
	return (uint8_t)(base->loads + (base->loads < UINT8_MAX));
}

enum link_event_kind {
	LINK_STORE,   /* object.field = value */
	LINK_CAPTURE, /* object, a HOLDER, keeps value */
	LINK_ALIAS,   /* object, a LOCAL, may be value */
	LINK_RESET,   /* object.field given up: reset(), clear(), = nullptr */
	LINK_ERASE,   /* one element of object.field given up */
	LINK_COUNT,   /* ++object.field */
	LINK_DISCOUNT,
	LINK_REF,   /* a library's ref function on object */
	LINK_UNREF, /* a library's unref function on object */
	LINK_FREE,
	LINK_RETURN, /* object returned */
	/* of containers; object is the place that holds it: a variable or what a field leads to */
	LINK_GROW,        /* gets one more element; aux is the key of the element's record, or 0 */
	LINK_SHRINK,      /* loses one */
	LINK_EMPTY,       /* loses all, or is made new */
	LINK_SEARCH,      /* an element is looked for */
	LINK_WALK,        /* all elements are gone through */
	LINK_RESIZE,      /* its array is reallocated */
	LINK_RAISE,       /* of a counter: one more */
	LINK_LOWER,       /* of a counter: less, or set */
	LINK_LIMIT,       /* of a counter or container: its size is tested */
	LINK_ELEMENT_OFF, /* an element of record aux is unlinked or freed, from which container is not known */
	LINK_EVENTS
};

struct link_event {
	uint8_t kind;
	bool counted; /* of STORE: the value went through a library's ref function; of RESET, ERASE: a library lets go */
	uint32_t object, value;
	uint64_t field;
	uint64_t aux;   /* of containers' events, see above */
	uint32_t extra; /* LINK_LOOP_* and LINK_KEY_*, of containers' events */
	struct link_place place;
};

/* How often something happens in one run of its function. */
enum {
	LINK_LOOP_NONE,
	LINK_LOOP_BOUNDED, /* as often as something that is there already has parts */
	LINK_LOOP_INPUT,   /* as often as there is input */
	LINK_LOOP_SERVER,  /* for ever */
	LINK_LOOP_MASK = 3,
	LINK_CONSTANT = 1u << 2, /* with constants only */
	LINK_ARRAY = 1u << 3,    /* GROW of an array by its counter aux */
	LINK_PART = 1u << 4,     /* SEARCH and GROW in one: map[key] */
	LINK_FEW = 1u << 5,      /* callers pass constants */
	LINK_NAMED = 1u << 6,    /* of a call: with a function by its name, and constants */
	LINK_GIVEN = 1u << 8,    /* GROW by what the function was handed: times 1 + index of the parameter */
};

/* Parameter of the function that GROW adds, + 1; 0 for anything else. */
static inline uint32_t link_given(uint32_t extra)
{
	return extra / LINK_GIVEN;
}

struct link_call {
	uint64_t callee; /* function's key; of `make_shared` and the like 0 */
	uint64_t made;   /* record whose constructor with nargs arguments runs on `self`; 0 none */
	uint32_t self, nargs;
	uint32_t *args; /* objects, LINK_NONE for what is none */
	uint32_t extra; /* LINK_LOOP_*; LINK_CONSTANT when all other arguments are constants */
	struct link_place place;
};

enum {
	LINK_FINALISER = 1u << 0, /* a destructor, or installed as one */
	LINK_CONSTRUCTOR = 1u << 1,
	LINK_MAIN = 1u << 2,
	LINK_EXTERNAL = 1u << 3,
	LINK_SERVES = 1u << 4,  /* has a loop that waits for what comes */
	LINK_ENDLESS = 1u << 6, /* has a loop without a condition: it serves if something in it waits */
	LINK_WAITS = 1u << 7,   /* waits for others: accept(), poll() … */
	LINK_FREES = 1u << 5,   /* frees or deletes something */
};

struct link_function {
	uint64_t key, place_key, record;
	const char *name, *path; /* path: of the file it stands in, set when it is read from the source */
	uint32_t flags, nparams;
	uint32_t unit; /* that defines it, by the order in which units were taken; LINK_NONE: a header */
	uint32_t nobjects, nevents, ncalls;
	struct link_object *objects;
	struct link_event *events;
	struct link_call *calls;
};

/* A use of a shared_ptr field, for the edit that makes it weak. */
struct link_use {
	uint64_t field;
	const char *path;
	uint32_t end; /* byte behind the expression */
	bool target;  /* assigned, reset or otherwise fine on a weak_ptr as it stands */
	bool no_edit; /* in a macro, or a form that is not understood */
};

/* A variable that may be a container. */
struct link_variable {
	uint64_t key;
	const char *name, *type;
	bool internal;    /* no other unit can name it */
	uint32_t element; /* bytes of an element of a C++ container; 0 not known */
	struct link_place place;
};

/* The address of a function is taken somewhere in a unit. */
struct link_reference {
	uint32_t unit;
	uint64_t function;
};

/* Where a container can be kept small: before the statement that lets it grow. */
struct link_edit {
	const char *path, *container, *indent;
	uint32_t offset, line, column;
};

/* ---- collecting ---- */

void link_collect(struct rule_collect *run);

/* What a type holds, and how; *target and *container are set. */
enum link_hold link_hold_of(const struct ast_type *type, const struct ast_record **target, bool *container);
bool link_is_shared(const struct ast_type *type);

/* ---- the program ---- */

struct link_state {
	struct arena *arena;
	struct hash_map records, fields, functions, finalisers, called_back, seen_uses;
	VEC(struct link_function *) order;
	VEC(struct link_use) uses;
	struct hash_map variables; /* key -> struct link_variable; called_back: functions run by others than callers */
	VEC(struct link_edit) edits;
	VEC(struct link_reference) references;
	uint32_t nunits;
	bool several;             /* one name is defined twice: who calls which is not certain */
	struct link_views *views; /* made when first asked for */
};

/* Collects the facts and takes them together. */
extern const struct rule_ops rule_strong_cycle;
/* The program's, taken together by strong-cycle; NULL before any unit was merged. */
struct link_state *link_state_of(struct rule_program *run);
void link_state_release(struct link_state *state);

/* Facts of one unit. */
void link_unpack(struct link_state *state, struct unpacker *facts);
void link_pack_function(struct packer *out, const struct link_function *function);
void link_pack_place(struct packer *out, const struct link_place *place);

/* Sets of keys. */
bool link_set_has(const struct hash_map *set, uint64_t key);
void link_set_add(struct hash_map *set, uint64_t key);

const struct link_field *link_find_field(const struct link_state *state, uint64_t key);
const struct link_record *link_find_record(const struct link_state *state, uint64_t key);

#endif
