/* SPDX-License-Identifier: MIT */
/*
 * The collecting half of struct-padding, within one unit.
 */
#ifndef MEMLINT_RULES_STRUCT_PADDING_COLLECT_H
#define MEMLINT_RULES_STRUCT_PADDING_COLLECT_H

#include "rules/struct_padding_facts.h"

/* A record that can shrink, or that holds one by value. */
struct pad_candidate {
	const struct ast_record *record;
	uint64_t key;
};

/* What a function's name tells, found out once. */
struct pad_name {
	int bytes;          /* the argument, from 0, that is a buffer of bytes, ANY_ARGUMENT or NO_ARGUMENT */
	bool blind, copies; /* no order shows in what it does; copies bytes */
};

/* A field that was given the address, or the size, of a record. */
struct pad_half {
	const struct ast_record *holder, *record;
	bool is_size;
};

struct pad_collector {
	const struct ast_unit *unit;
	struct arena arena, scratch;
	struct hash_map candidates;   /* struct ast_record → struct pad_candidate */
	struct hash_map io_variables; /* struct ast_decl of buffers that bytes are read into or written from */
	struct hash_map
	        field_aliases;    /* struct ast_decl of pointers → struct ast_record, to a field of which they lead */
	struct hash_map patterns; /* struct ast_function of templates → enum pad_risk */
	struct hash_map aliases;  /* struct ast_decl of void * → struct ast_record it is the address of */
	struct packer paths, records, uses, taken;
	struct hash_map names;               /* struct ast_decl that is called → struct pad_name */
	VEC(struct pad_half) halves;         /* of the function that is looked at */
	VEC(struct ast_node *) nodes;        /* of its body, of kinds that something is looked for in */
	struct hash_map callees;             /* keys of functions → struct pad_callee */
	const struct ast_function *function; /* whose body is being looked at; NULL in initialisers of globals */
	bool *holds_candidate;               /* by ast_file.index */
	uint32_t *path_of_file;              /* by ast_file.index: 1 + index among the paths packed; 0 not yet */
	uint32_t npaths, nrecords;
};

struct pad_fact_at {
	struct ast_range range;
	uint32_t line, column;
	const char *name;
};

const struct pad_candidate *pad_candidate(const struct pad_collector *collector, const struct ast_record *record);
uint32_t pad_path_index(struct pad_collector *collector, struct ast_range range);
struct pad_fact_at pad_at_decl(const struct ast_decl *decl);
struct pad_fact_at pad_at_node(const struct pad_collector *collector, const struct ast_node *node);

void pad_fact(struct pad_collector *collector, enum pad_fact tag, const struct pad_candidate *candidate,
              struct pad_fact_at at, uint32_t detail, uint64_t count);
/* A fact about no record and no place. */
void pad_fact_bytes(struct pad_collector *collector, enum pad_fact tag, const struct packer *bytes);
/* Both do nothing when the record is no candidate; it may be NULL. */
void pad_risk(struct pad_collector *collector, const struct ast_record *record, struct pad_fact_at at,
              enum pad_risk risk);
void pad_use(struct pad_collector *collector, const struct ast_record *record, struct pad_fact_at at, enum pad_use use,
             uint64_t count);
void pad_note_variable(struct pad_collector *collector, const struct ast_var *var);

/* What a function's body or a variable's initialiser does with candidates. */
void pad_collect_body(struct pad_collector *collector, struct ast_node *body);
/* Records that a static assertion speaks of. */
void pad_collect_assert(struct pad_collector *collector, struct ast_node *condition);
/* The initialiser list of a constructor, if it is one of a candidate. */
void pad_collect_constructor(struct pad_collector *collector, const struct ast_function *function);
/* An initialiser list of a candidate. */
void pad_collect_list(struct pad_collector *collector, const struct ast_node *list);

/* ---- struct_padding_calls.c ---- */

/* What a pointer of this type points to; NULL if it is none. Then the record, behind arrays as well. */
const struct ast_type *pad_pointee(const struct ast_type *type);
const struct ast_record *pad_pointed_record(const struct ast_type *type);
const struct ast_node *pad_strip_casts(const struct ast_node *node);
/* The record or field whose address an argument is, whatever it was cast to on the way; NULL if none. */
const struct ast_record *pad_address_of_record(const struct ast_node *node);
const struct ast_field *pad_address_of_field(const struct ast_node *node);
/* The record that a sizeof measures, or an array of it. */
const struct ast_record *pad_measured_record(const struct ast_node *node);
/* The record whose size is somewhere in @node; with @wanted only that one. */
const struct ast_record *pad_size_within(struct ast_node *node, const struct ast_record *wanted);
const char *pad_callee_name(const struct ast_node *call);
bool pad_is_allocator(const struct ast_node *call);
/* The key of the function that is looked at; 0 outside of all. */
uint64_t pad_allocating_function(const struct pad_collector *collector);
bool pad_within_loop(const struct ast_node *node);

enum { ANY_ARGUMENT = -2, NO_ARGUMENT = -3 };

/* What the name of @call's callee tells. */
const struct pad_name *pad_name_of(struct pad_collector *collector, const struct ast_node *call);
void pad_note_call(struct pad_collector *collector, struct ast_node *call);

/* ---- struct_padding_once.c ---- */

/* The same in all units that speak of the function; never 0. */
uint64_t pad_function_key(const struct ast_unit *unit, const struct ast_function *function);
void pad_once_call(struct pad_collector *collector, const struct ast_node *call);
/* After all calls. */
void pad_once_pack(struct pad_collector *collector);

/* ---- struct_padding_hidden.c ---- */

/* As pad_address_of_record(), through variables of type void * as well. */
const struct ast_record *pad_seen_record(const struct pad_collector *collector, const struct ast_node *node);
/* Before all else of a body: names that records' addresses get. */
void pad_hidden_alias(struct pad_collector *collector, const struct ast_node *node);
/* Subscripts and steps of a pointer. */
void pad_hidden_step(struct pad_collector *collector, const struct ast_node *node);
void pad_hidden_asm(struct pad_collector *collector, const struct ast_node *node);
void pad_hidden_assignment(struct pad_collector *collector, const struct ast_node *node);
void pad_hidden_list(struct pad_collector *collector, const struct ast_node *list);
/* Of every unit, one without candidates too. */
void pad_hidden_cast(struct pad_collector *collector, const struct ast_node *node);
/* After all bodies. */
void pad_hidden_pack(struct pad_collector *collector);

/* ---- struct_padding_templates.c ---- */

void pad_template_call(struct pad_collector *collector, const struct ast_node *call);
void pad_template_parentheses(struct pad_collector *collector, const struct ast_node *node);

/* ---- struct_padding_said.c ---- */

void pad_note_said(struct pad_collector *collector, const struct ast_record *record);

#endif
