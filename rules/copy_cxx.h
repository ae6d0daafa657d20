/* SPDX-License-Identifier: MIT */
/*
 * What unnecessary-copy and slice-copy share about objects of class type: what a copy costs, what is done to one, and
 * what might change the original meanwhile.
 */
#ifndef MEMLINT_RULES_COPY_CXX_H
#define MEMLINT_RULES_COPY_CXX_H

#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/rule.h"

/* ---- copy_cxx_types.c: what a copy costs ---- */

enum copy_kind {
	COPY_UNKNOWN, /* not known, or cannot be copied: conclude nothing */
	COPY_PLAIN,   /* bytes alone, as memcpy would */
	COPY_DEEP,    /* runs code: what the object owns is copied too */
};

struct copy_cost {
	uint8_t kind;      /* enum copy_kind */
	bool shares;       /* of DEEP: only a count of owners goes up */
	int64_t size;      /* bytes of the object itself */
	const char *owned; /* of DEEP: "its characters", "its elements"; never NULL */
};

/* Of an object of this type by value; references count as COPY_UNKNOWN. */
struct copy_cost copy_cost_of(const struct ast_type *type);

/* "32 bytes and its characters" */
const char *copy_cost_text(struct arena *arena, const struct copy_cost *cost);

/* True if an object of @whole may hold one of @part: itself, a member, a base, an element. */
bool copy_may_hold(const struct ast_type *whole, const struct ast_type *part);

/* ---- copy_cxx_uses.c: what is done to a variable ---- */

enum copy_use {
	COPY_READ,    /* only looked at, perhaps through a const reference to it */
	COPY_COPIED,  /* another object is made from it */
	COPY_CHANGED, /* changed, moved from, or lost from sight */
};

/* All uses by name of the variables of a function, lambdas included. */
struct copy_index {
	const struct ast_function *function;
	struct hash_map first; /* ast_var -> struct copy_ref */
	struct arena *arena;
	bool made; /* when first asked */
};

struct copy_ref {
	const struct ast_node *node;
	struct copy_ref *next; /* in source order */
};

/* Lives in @arena but for what copy_index_release() gives back. Costs nothing until something is asked. */
void copy_index_init(struct copy_index *index, const struct ast_function *function, struct arena *arena);
void copy_index_release(struct copy_index *index);
const struct copy_ref *copy_refs(struct copy_index *index, const struct ast_var *var);

/* What this use by name does to the object. */
enum copy_use copy_use_of(const struct ast_node *ref);

/* True if nothing points into the object after this use by name: what comes of it is a number or an object of its own. */
bool copy_leaves_nothing(const struct ast_node *ref);

struct copy_uses {
	uint32_t count, copies;
	const struct ast_node *changed; /* the first use that is neither a read nor a copy; NULL none */
	const struct ast_node *copied;  /* the first copy: the CONSTRUCT, CALL or ASSIGN that makes it */
	const struct ast_node *last;    /* in source order */
};

/* All uses of @var at once. */
struct copy_uses copy_uses_of(struct copy_index *index, const struct ast_var *var);

/* The expression that makes another object from what @ref names, when copy_use_of() says COPIED. */
const struct ast_node *copy_made_by(const struct ast_node *ref);

/* ---- copy_cxx_hazard.c: what may change the original ---- */

enum copy_hazard_level {
	HAZARD_NONE,   /* proved: nothing there can */
	HAZARD_MAYBE,  /* code that was not seen through might */
	HAZARD_HOLDER, /* a library's container of such objects is changed */
	HAZARD_LIKELY, /* an object of that type is changed */
};

struct copy_hazard {
	uint8_t level; /* enum copy_hazard_level */
	const struct ast_node *at;
};

/*
 * The variable or expression that @node is part of: v in v[i].name, where [] is an operator too. *followed becomes true
 * where a pointer, an iterator or a method of unknown kind was gone through.
 */
const struct ast_node *copy_root_of(const struct ast_node *node, bool *followed);

/* True if @node is part of an object of the function's own, or of @except. */
bool copy_is_own(const struct ast_node *node, const struct ast_var *except);

/*
 * What within @body may change an object of @type that lives outside of the function. Only what begins in @from..@to,
 * offsets in the file of @body, counts; of library calls only those that end there, since they know about aliases.
 * @except: a variable whose changes are none of it, or NULL. What is taken for granted about callees in other units is
 * added to the conditions that @flow assumes under.
 */
struct copy_hazard copy_hazard_within(struct flow_program *flow, const struct ast_node *body, uint32_t from,
                                      uint32_t to, const struct ast_type *type, const struct ast_var *except);

/* ---- copy_cxx_edit.c ---- */

/* Whether the file writes `T& x` rather than `T &x`, @sign being & or *: what most of its references or pointers do. */
bool copy_sticks_to_type(const struct ast_file *file, char sign);

struct copy_edit {
	struct ast_range range;
	const char *text;
};

/*
 * The two edits that make a declaration of a variable by value, @whole with its name at @name, one of a const reference;
 * with @pointer a pointer to const. False when its text does not allow it. A place of the name with file 0 means that there is none.
 */
bool copy_edit_declaration(const struct ast_unit *unit, struct ast_range whole, struct ast_range name, bool pointer,
                           struct copy_edit edits[2], uint32_t *count);

#endif
