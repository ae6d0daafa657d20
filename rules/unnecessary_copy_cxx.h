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

/* True if the expression is an object that exists before it is evaluated and after. */
bool cxx_is_lvalue(const struct ast_node *node);

/* True if an object of @type that @source is, or refers to, may end with the statement. */
bool cxx_comes_from_temporary(const struct ast_node *source, const struct ast_type *type);

/* What may happen to @source, an lvalue, in @range of the function; LIKELY where it surely is changed there. */
struct copy_hazard cxx_source_hazard(struct cxx_look *look, const struct ast_node *source, const struct ast_type *type,
                                     struct ast_range range);

/* True if the function takes or leaves a lock anywhere: a copy made under one is meant to outlive it. */
bool cxx_has_locks(struct cxx_look *look);

/* True if code that the preprocessor leaves out here may use @var: its name stands where the tree has no use of it. */
bool cxx_has_hidden_uses(struct cxx_look *look, const struct ast_var *var);

/* From behind the declaration @var, a VAR node, to the end of its scope. */
struct ast_range cxx_scope_after(const struct ast_node *var);

/* unnecessary_copy_binding.c: a RANGE_FOR and an OTHER_STMT that may declare names for parts of a copy. */
void cxx_binding_loop(struct cxx_look *look, const struct ast_node *loop);
void cxx_binding_local(struct cxx_look *look, const struct ast_node *node);

/* slice-copy: parts of strings and vectors. */
void slice_copy_cxx_function(struct rule_collect *run);
/* slice_copy_range.c: @var, a VAR node, when it is a vector made of a part of another. */
void slice_copy_range(struct cxx_look *look, const struct ast_node *var);

/* rule_ops.function: locals, loop variables and lambdas' parameters; packs by-value parameters. */
void cxx_copy_function(struct rule_collect *run);

/* unnecessary_copy_params.c: parameters are reported when all units are known. */
void cxx_params_function(struct cxx_look *look);
void cxx_params_collect(struct rule_collect *run);
void cxx_params_merge(struct rule_program *run, struct unpacker *facts);
void cxx_params_report(struct rule_program *run);
void cxx_params_release(struct rule_program *run);

#endif
