/* SPDX-License-Identifier: MIT */
/*
 * links: reading one function of the tree.
 */
#ifndef MEMLINT_RULES_LINKS_COLLECT_H
#define MEMLINT_RULES_LINKS_COLLECT_H

#include "rules/links.h"

enum { LINK_MANY = 8192 }; /* stores or events of a function that are looked through one by one */

enum link_role {
	LINK_ROLE_NONE,
	LINK_ROLE_PASS,
	LINK_ROLE_ELEMENT,
	LINK_ROLE_INSERT,
	LINK_ROLE_RESET,
	LINK_ROLE_ERASE,
	LINK_ROLE_REF,
	LINK_ROLE_UNREF,
	LINK_ROLE_FREE,
	LINK_ROLE_SET,
	LINK_ROLE_BIND,
	LINK_ROLE_COUNT,
	LINK_ROLE_DISCOUNT,
};

/* How often and by what a variable is set in the function. */
struct link_definition {
	uint32_t definitions;
	const struct ast_node *value; /* of the last; NULL for none */
	bool element;                 /* value is the range it iterates over */
	bool busy;
};

/* A field's value from this byte on. */
struct link_value {
	uint32_t object, value, file, from;
	uint64_t field;
};

/* Whether the function opens files, or is given them. */
enum { LINK_FILES_UNASKED, LINK_FILES_NONE, LINK_FILES };

struct link_reader {
	struct rule_collect *run;
	const struct ast_unit *unit;
	struct arena *arena; /* of the unit's collection */
	struct link_function *function;
	const struct ast_function *body; /* whose nodes are read */
	struct hash_map variables;       /* ast_var -> link_variable */
	struct hash_map objects;         /* hash -> index + 1 */
	struct hash_map calls;           /* CALL node -> object + 1 */
	struct hash_map records;         /* records already packed */
	VEC(struct link_object) object_list;
	VEC(struct link_event) event_list;
	VEC(struct link_call) call_list;
	VEC(struct link_value) value_list;
	VEC(struct ast_node *) nodes; /* of the body, those of kinds that something is looked for in */
	struct packer functions, record_bytes, use_bytes, edit_bytes, variable_bytes;
	uint32_t nfunctions, nrecords, nuses, nedits, nvariables;
	/* of growth */
	struct hash_map loops;      /* loop -> kind */
	struct hash_map self_links; /* keys of fields that lead to another object of their record */
	uint32_t plain_file;
	uint32_t last_macro, plain_macro; /* where the last one began: that was taken, that means nothing here */
	bool names_functions;             /* the unit takes the address of some */
	uint8_t files;                    /* LINK_FILES_* */
	bool reallocs, serves, endless, waits, frees; /* something in this function does */
	struct hash_map at_exit; /* functions named there, or started as threads -> how often, in all of the unit */
};

/* A container or smart pointer in a field: which object's, which field; false for anything else. */
struct link_slot {
	uint32_t object;
	uint64_t field;
	const struct ast_field *decl;
};

uint64_t link_decl_key(const struct ast_unit *unit, const struct ast_decl *decl);
struct link_place link_node_place(const struct link_reader *reader, const struct ast_node *node);

/* What the call does, and which argument it concerns; *base is its first argument's child index (methods: the object's). */
enum link_role link_role_of(const struct ast_node *call, uint32_t *index);

/* Casts, moves and conversions taken off. */
const struct ast_node *link_strip(const struct ast_node *node);
/* The object of a method or overloaded operator call; NULL when there is none. */
const struct ast_node *link_call_object(const struct ast_node *call);
/* Argument @index of a call without its callee or object; NULL when there are fewer. */
const struct ast_node *link_call_argument(const struct ast_node *call, uint32_t index);
uint32_t link_call_arguments(const struct ast_node *call);

uint64_t link_record_key(const struct link_reader *reader, const struct ast_record *record);
/* The function that a CALL starts as a thread, and which argument is given to it; NULL for other calls. */
const struct ast_function *link_thread_of(const struct ast_node *call, uint32_t *argument);
/* The function a CALL or CONSTRUCT names; NULL when not known. */
const struct ast_function *link_called(const struct ast_node *node);
void link_read_record(struct link_reader *reader, const struct ast_record *record);
void link_read_variable(struct link_reader *reader, const struct ast_var *var);
/* For ast_walk() with a reader: notes uses of fields that are shared pointers. */
bool link_visit_use(struct ast_node *node, void *context);

/* True for what is known before the program runs, and for keys of few values: enumerators, bytes. */
bool link_is_constant(const struct ast_node *node);
/* Notes what a call waits for. */
void link_note_waiting(struct link_reader *reader, const struct ast_node *call);
/* LINK_LOOP_* of a loop; notes in the reader what kind of loop the function has. */
uint32_t link_loop_kind(struct link_reader *reader, const struct ast_node *loop);
/* LINK_LOOP_* of the loops around @node. */
uint32_t link_loop_of(struct link_reader *reader, const struct ast_node *node);
void link_find_self_links(struct link_reader *reader);
/* Appends an event of a container. */
void link_emit(struct link_reader *reader, enum link_event_kind kind, uint32_t place, uint64_t aux, uint32_t extra,
               const struct ast_node *at);
/* For the extra of GROW: LINK_GIVEN when @value is a parameter. */
uint32_t link_given_by(const struct link_reader *reader, uint32_t value);
/* The place of a container: a variable, a field, or what a reference or pointer parameter leads to. */
uint32_t link_place_of(struct link_reader *reader, const struct ast_node *node);
/* Lists and trees linked by hand. */
void link_take_node(struct link_reader *reader, const struct ast_node *assign);
void link_take_free(struct link_reader *reader, const struct ast_node *node, const struct ast_node *argument);
void link_take_walks(struct link_reader *reader);
/* True if objects of the record lead to others of it. */
bool link_links_itself(const struct ast_record *record);
const struct ast_record *link_node_record(const struct ast_type *type);
/* What macros of <sys/queue.h>, uthash and the like do. */
void link_take_macro(struct link_reader *reader, struct ast_node *node);
/* A model of the .def by name; *event and *container are set. */
bool link_macro_model(const char *name, size_t length, enum link_event_kind *event, uint32_t *container);
/* Appends events of containers; the other events of the function must be there. */
void link_read_growth(struct link_reader *reader);

/* True for *target = value, a lambda, when nothing in the function could ever let go of it: if it captures target, it stays. */
bool link_holds_itself(struct link_reader *reader, const struct ast_node *target, const struct ast_node *value);

/* ---- links_actions.c ---- */

#define LINK_MAKING (AST_HAS_CALLS | AST_HAS(AST_LAMBDA))
#define LINK_ACTING                                                                                          \
	(AST_HAS_CALLS | AST_HAS(AST_ASSIGN) | AST_HAS(AST_UNARY) | AST_HAS(AST_ATOMIC) | AST_HAS(AST_VAR) | \
	 AST_HAS(AST_LAMBDA) | AST_HAS(AST_RETURN))

/* For nodes of LINK_MAKING, before all others: the objects that calls, new and lambdas make. */
bool link_visit_made(struct ast_node *node, void *context);
/* For nodes of LINK_ACTING: what is done with objects. */
bool link_visit_action(struct ast_node *node, void *context);
/* Appends an event, unless its objects are none. */
void link_add_event(struct link_reader *reader, enum link_event_kind kind, uint32_t object, uint64_t field,
                    uint32_t value, const struct ast_node *at);
/* slot = value. */
void link_add_store(struct link_reader *reader, const struct link_slot *slot, const struct ast_node *value,
                    const struct ast_node *at);

/* ---- links_captures.c ---- */

void link_take_lambda(struct link_reader *reader, const struct ast_node *node);
void link_take_bind(struct link_reader *reader, const struct ast_node *call);

/* ---- the others ---- */

void link_find_variables(struct link_reader *reader);
/* Calls @visit for reader->nodes, in order, until it returns false. */
void link_each_node(struct link_reader *reader, bool (*visit)(struct ast_node *node, void *context));
uint32_t link_object(struct link_reader *reader, uint8_t kind, uint32_t index, uint64_t key);
/* The object that a pointer, smart pointer or lvalue of class type denotes; LINK_NONE for what is none. */
uint32_t link_eval(struct link_reader *reader, const struct ast_node *node);
/* The field that an lvalue names, elements of containers and iterators into them included. */
bool link_slot_of(struct link_reader *reader, const struct ast_node *node, struct link_slot *slot);
/* The field a MEMBER names; NULL if it is none. */
const struct ast_field *link_field_of(struct link_reader *reader, const struct ast_node *node);
bool link_is_null(const struct ast_node *node);

#endif
