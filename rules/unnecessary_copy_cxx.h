/* SPDX-License-Identifier: MIT */
/* The half of unnecessary-copy that is about objects copied by the language: by-value parameters, locals, loop variables. */
#ifndef MEMLINT_RULES_UNNECESSARY_COPY_CXX_H
#define MEMLINT_RULES_UNNECESSARY_COPY_CXX_H

#include "rules/copy_cxx.h"

/* Larger objects are reported though a copy is nothing but bytes. */
enum {
	COPY_BYTES_DEFAULT = 64,
	COPY_BYTES_STRICT = 16,
};

/* One function under the glass. */
struct cxx_look {
	struct rule_collect *run;
	const struct ast_function *function;
	struct copy_index index;
	bool lock_known, locks;
};

/* True if a copy of this costs enough to be reported; *level says to whom. */
bool cxx_is_dear(const struct copy_cost *cost, enum finding_level *level);

/* True if the name says that a copy is wanted: copy, clone, snapshot … */
bool cxx_name_asks(const char *name);

/* rule_ops.function: locals, loop variables and lambdas' parameters; packs by-value parameters. */
void cxx_copy_function(struct rule_collect *run);

/* unnecessary_copy_params.c: parameters are reported when all units are known. */
void cxx_params_function(struct cxx_look *look);
void cxx_params_collect(struct rule_collect *run);
void cxx_params_merge(struct rule_program *run, struct unpacker *facts);
void cxx_params_report(struct rule_program *run);
void cxx_params_release(struct rule_program *run);

#endif
