/* SPDX-License-Identifier: MIT */
/*
 * Effects over several units: each unit's functions as bytes, and the solution over all of them.
 */
#ifndef MEMLINT_FLOW_MERGE_H
#define MEMLINT_FLOW_MERGE_H

#include "analyzer/flow/effects.h"

/* Appends what the functions of the program's unit do themselves, and what they pass to whom. */
void flow_program_pack(const struct flow_program *program, struct packer *packer);

/* Identity of a function across units: by name where it has external linkage. Never 0. */
uint64_t flow_function_key(const struct ast_unit *unit, const struct ast_function *function);

struct flow_merged;

/* An empty collection of units. It and all it gives out live in @arena; flow_merged_release() before that is cleared. */
struct flow_merged *flow_merged_new(struct arena *arena);
void flow_merged_release(struct flow_merged *merged);

/*
 * Takes what flow_program_pack() wrote; where definitions with one key differ, what any of them does counts for all.
 * False if the bytes are not such: nothing of them is used.
 */
bool flow_merged_add(struct flow_merged *merged, const void *bytes, size_t size);

/* Computes the effects of all functions taken, calls between units included. */
void flow_merged_solve(struct flow_merged *merged);

/* Effects of a function of any unit; NULL if none defines it. Valid after flow_merged_solve(). */
const struct flow_effects *flow_merged_effects(const struct flow_merged *merged, uint64_t key);

#endif
