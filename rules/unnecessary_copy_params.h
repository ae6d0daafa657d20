/* SPDX-License-Identifier: MIT */
/* Facts about by-value parameters, as they travel from the units to where all are known. */
#ifndef MEMLINT_RULES_UNNECESSARY_COPY_PARAMS_H
#define MEMLINT_RULES_UNNECESSARY_COPY_PARAMS_H

#include "rules/found.h"
#include "rules/unnecessary_copy_cxx.h"

enum param_tag {
	PARAM_CANDIDATE = 1, /* a definition that only reads its copy */
	PARAM_TAKEN,         /* a function whose address is used: its type cannot change */
	PARAM_DECLARED,      /* one declaration, with its edits */
	PARAM_CALLED,        /* one call */
};

enum {
	PARAM_MOVE = 1u << 0,      /* copied once more: move it instead */
	PARAM_C = 1u << 1,         /* becomes a pointer, calls change too */
	PARAM_TEMPLATE = 1u << 2,  /* other instances exist */
	PARAM_BROKEN = 1u << 3,    /* the unit has errors */
	PARAM_FIXED = 1u << 4,     /* this declaration or call can be edited */
	PARAM_PRIVATE = 1u << 5,   /* of a call: nobody else can change what is passed */
	PARAM_EXTERNAL = 1u << 6,  /* other units may call it */
	PARAM_VIRTUAL = 1u << 7,   /* of the type: virtual calls would reach the derived class */
	PARAM_UNUSED = 1u << 8,    /* not even read */
	PARAM_DEPENDENT = 1u << 9, /* of a type that instances of the template decide */
	PARAM_INSTANCE = 1u << 10, /* of a call: decides it */
};

#define PARAM_RESULT UINT32_MAX /* in place of a parameter's position: the result */

void param_pack_edit(struct packer *facts, const struct ast_unit *unit, const struct copy_edit *edit);
struct edit param_unpack_edit(struct unpacker *facts, struct arena *arena);

/* Identity across units; of an instance of a template that of its pattern. */
uint64_t param_function_key(const struct ast_unit *unit, const struct ast_function *function);

/* The parameter's cost when a parameter of this type by value is this rule's business. */
bool param_is_dear(const struct ast_var *param, struct copy_cost *cost, enum finding_level *level);

/* unnecessary_copy_calls.c: packs the function's calls of others that take dear parameters. */
void param_pack_calls(struct cxx_look *look);
/* The same for one expression, such as a global's initialiser. */
void param_pack_calls_in(struct cxx_look *look, struct ast_node *node);
/* The edits that make a C parameter's uses those of a pointer; false if one cannot be changed. */
bool param_edit_uses(struct cxx_look *look, const struct ast_var *param, struct packer *edits, uint32_t *count);

/* unnecessary_copy_results.c, C only: what the function does with results of others; its own result by value. */
void param_pack_results(struct cxx_look *look);
void cxx_results_function(struct cxx_look *look);

#endif
