/* SPDX-License-Identifier: MIT */
/*
 * The wire format between the collecting and the merging half of struct-padding:
 * paths, records (key, bytes), then uses until the end: tag, key, place, detail, count, bytes.
 */
#ifndef MEMLINT_RULES_STRUCT_PADDING_FACTS_H
#define MEMLINT_RULES_STRUCT_PADDING_FACTS_H

#include "rules/struct_padding.h"

enum pad_fact {
	PAD_FACT_RISK = 1, /* detail: enum pad_risk */
	PAD_FACT_PIN,      /* the first field must stay first */
	PAD_FACT_USE,  /* detail: enum pad_use; count: elements, or the allocating function; bytes: name of the array */
	PAD_FACT_LIST, /* bytes: line, flags, language, elements */
	PAD_FACT_CONTAINER, /* count: key of a record that holds this one by value */
	PAD_FACT_FUNCTIONS, /* no key; place: a file; bytes: hashes of the functions it declares, with 1 or 0 for a body */
	PAD_FACT_CALLS,     /* no key, no place; bytes: who calls whom, see struct_padding_once.c */
	PAD_FACT_TRAILER, /* bytes right behind it are given away as something else */
	PAD_FACT_PASSED,  /* count: the argument of a function, a void *, that it is given as */
	PAD_FACT_TAKEN,   /* no key, no place; bytes: arguments with a type they are taken for */
	PAD_FACT_EXTERN,  /* count: hash of a variable of it that the unit only declares */
	PAD_FACT_DEFINED, /* no key; count: hash of a variable that the unit defines */
};

enum {
	PAD_ELEMENT_MACRO = 1u << 0,
	PAD_ELEMENT_CALL = 1u << 1,
	PAD_ELEMENT_DESIGNATED = 1u << 2,
	PAD_ELEMENT_BRACED = 1u << 3,
	PAD_ELEMENT_ZERO = 1u << 4,
};

void pad_pack_record(struct packer *facts, const struct pad_record *record);
void pad_pack_place(struct packer *facts, uint32_t path, uint32_t line, uint32_t column);

/* Takes over what one unit says. Bad bytes end it early. */
void pad_unpack(struct pad_state *state, struct unpacker *facts);

/* NULL when no unit spoke of it. */
struct pad_record *pad_find(const struct pad_state *state, uint64_t key);

/* A function or variable that some unit defines, by the hash of its name. */
bool pad_is_defined(const struct pad_state *state, uint64_t hash);

/* More than half of the functions that the header declares have no body in the seen program. */
bool pad_is_library(struct pad_state *state, const char *path);

/* Every call of the function in the seen program is made once; false when that is not known. */
bool pad_runs_once(struct pad_state *state, uint64_t function);
/* Some call of it stands in a loop. */
bool pad_runs_in_loops(const struct pad_state *state, uint64_t function);

/* True if its address is taken: it runs as often as whoever has it likes. */
bool pad_is_handed_on(const struct pad_state *state, uint64_t function);
void pad_once_take(struct pad_state *state, const void *bytes, size_t size);

/* Where it is given to a function that takes it for something else; NULL nowhere. */
const struct pad_place *pad_mistaken(const struct pad_state *state, const struct pad_record *record);
void pad_hidden_take(struct pad_state *state, const void *bytes, size_t size);
void pad_hidden_release(struct pad_state *state);

/* Packs everything that the unit says of records worth a look. */
void pad_collect(struct rule_collect *run);

#endif
