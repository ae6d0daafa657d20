/* SPDX-License-Identifier: MIT */
/*
 * strong-cycle: reading one function of the tree.
 */
#ifndef MEMLINT_RULES_STRONG_CYCLE_COLLECT_H
#define MEMLINT_RULES_STRONG_CYCLE_COLLECT_H

#include "rules/strong_cycle.h"

enum cycle_role {
	CYCLE_ROLE_NONE,
	CYCLE_ROLE_PASS,
	CYCLE_ROLE_ELEMENT,
	CYCLE_ROLE_INSERT,
	CYCLE_ROLE_RESET,
	CYCLE_ROLE_ERASE,
	CYCLE_ROLE_REF,
	CYCLE_ROLE_UNREF,
	CYCLE_ROLE_FREE,
	CYCLE_ROLE_SET,
	CYCLE_ROLE_BIND,
	CYCLE_ROLE_COUNT,
	CYCLE_ROLE_DISCOUNT,
};

/* How often and by what a variable is set in the function. */
struct cycle_variable {
	uint32_t definitions;
	const struct ast_node *value; /* of the last; NULL for none */
	bool element;                 /* value is the range it iterates over */
	bool busy;
};

/* A field's value from this byte on. */
struct cycle_value {
	uint32_t object, value, file, from;
	uint64_t field;
};

struct cycle_reader {
	struct rule_collect *run;
	const struct ast_unit *unit;
	struct arena *arena; /* of the unit's collection */
	struct cycle_function *function;
	const struct ast_function *body; /* whose nodes are read */
	struct hash_map variables;       /* ast_var -> cycle_variable */
	struct hash_map objects;         /* hash -> index + 1 */
	struct hash_map calls;           /* CALL node -> object + 1 */
	struct hash_map records;         /* records already packed */
	VEC(struct cycle_object) object_list;
	VEC(struct cycle_event) event_list;
	VEC(struct cycle_call) call_list;
	VEC(struct cycle_value) value_list;
	struct packer functions, record_bytes, use_bytes;
	uint32_t nfunctions, nrecords, nuses;
};

/* A container or smart pointer in a field: which object's, which field; false for anything else. */
struct cycle_slot {
	uint32_t object;
	uint64_t field;
	const struct ast_field *decl;
};

uint64_t cycle_decl_key(const struct ast_unit *unit, const struct ast_decl *decl);
struct cycle_place cycle_node_place(const struct cycle_reader *reader, const struct ast_node *node);

/* What the call does, and which argument it concerns; *base is its first argument's child index (methods: the object's). */
enum cycle_role cycle_role_of(const struct ast_node *call, uint32_t *index);

/* Casts, moves and conversions taken off. */
const struct ast_node *cycle_strip(const struct ast_node *node);
/* The object of a method or overloaded operator call; NULL when there is none. */
const struct ast_node *cycle_call_object(const struct ast_node *call);
/* Argument @index of a call without its callee or object; NULL when there are fewer. */
const struct ast_node *cycle_call_argument(const struct ast_node *call, uint32_t index);
uint32_t cycle_call_arguments(const struct ast_node *call);

void cycle_find_variables(struct cycle_reader *reader, struct ast_node *body);
uint32_t cycle_object(struct cycle_reader *reader, uint8_t kind, uint32_t index, uint64_t key);
/* The object that a pointer, smart pointer or lvalue of class type denotes; CYCLE_NONE for what is none. */
uint32_t cycle_eval(struct cycle_reader *reader, const struct ast_node *node);
/* The field that an lvalue names, elements of containers and iterators into them included. */
bool cycle_slot_of(struct cycle_reader *reader, const struct ast_node *node, struct cycle_slot *slot);
/* The field a MEMBER names; NULL if it is none. */
const struct ast_field *cycle_field_of(struct cycle_reader *reader, const struct ast_node *node);
bool cycle_is_null(const struct ast_node *node);

#endif
