/* SPDX-License-Identifier: MIT */
/*
 * Inside of struct-padding: what is known of one record after all units were seen, and the steps that use it.
 */
#ifndef MEMLINT_RULES_STRUCT_PADDING_H
#define MEMLINT_RULES_STRUCT_PADDING_H

#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/rule.h"
#include "rules/struct_padding_layout.h"

/* What stands against a safe reorder; see struct_padding_risks.def. */
enum pad_risk {
#define RISK(id, text) PAD_##id,
#include "rules/struct_padding_risks.def"
#undef RISK
	PAD_RISKS
};

/* Where something was seen. Path NULL: nowhere. */
struct pad_place {
	const char *path;
	uint32_t line, column;
};

struct pad_field {
	const char *name, *type;
	int64_t offset; /* bits */
	uint64_t size;
	uint32_t align, width, aligned;
	uint16_t flags; /* AST_FIELD_* */
	uint8_t access;
	bool record, scalar, atomic, deliberate, nontrivial, reads_field;
	bool macro;
	bool anchored;    /* a directive follows, perhaps constants for it */
	uint32_t section; /* fields without blank lines or headings between them have the same */
	uint32_t zone;    /* … with no comment between them that speaks of all that is below it */
	struct ast_range declaration;
};

/* How instances come to be. */
enum pad_use {
	PAD_ALLOCATED,      /* one allocation site, once */
	PAD_ALLOCATED_MANY, /* in a loop or many at once */
	PAD_ARRAY,          /* an array of them; count elements if known */
	PAD_BY_VALUE,       /* a field of another record */
	PAD_CONTAINER,      /* argument of a C++ container */
	PAD_VARIABLE,       /* one variable */
	PAD_LINKED, /* not made: a sign that there are many, being a list's element or in an array of pointers */
	PAD_USES
};

/* One element of an initialiser list. */
struct pad_element {
	uint32_t begin, end;
	uint32_t field; /* UINT32_MAX not known */
	bool macro, call, designated, braced, zero;
};

enum {
	PAD_LIST_MACRO = 1u << 0,
	PAD_LIST_ELIDES = 1u << 1,
	PAD_LIST_CTOR = 1u << 2,  /* the list of a constructor */
	PAD_LIST_READS = 1u << 3, /* … one of which reads another field */
};

struct pad_list {
	const char *path;
	uint32_t line;
	uint32_t flags;
	bool cplusplus;
	uint32_t nelements;
	struct pad_element *elements;
};

/* A place with what is spoken of there: the argument of a function, or a variable; by its hash. */
struct pad_passed {
	uint64_t argument;
	struct pad_place place;
};

struct pad_record {
	uint64_t key, layout_hash;
	const char *printed; /* "struct dict" */
	const char *path;
	uint32_t file; /* while in its unit: ast_file.index */
	uint32_t line, column, end_line, name_length;
	uint32_t flags; /* AST_RECORD_* */
	bool cplusplus, extern_c, macro;
	bool versioned;   /* a field says which version or size of it this is: others read it */
	bool deliberate;  /* the padding has a purpose */
	bool varies;      /* units lay it out differently */
	bool unexplained; /* the layout is not understood: nothing is said about it */
	uint8_t kind;
	uint64_t size, start;
	uint32_t align, aligned, pack;
	struct ast_range braces;
	uint32_t nfields;
	struct pad_field *fields;

	/* gathered over units */
	uint32_t risks; /* 1 << enum pad_risk */
	struct pad_place risk_place[PAD_RISKS];
	bool pin_first;
	uint32_t uses[PAD_USES];
	struct pad_place use_place[PAD_USES];
	uint64_t elements; /* of the largest array whose bounds are known */
	const char *array_name;
	VEC(const struct pad_list *) lists;
	VEC(uint64_t) makers;     /* functions that allocate one */
	VEC(uint64_t) containers; /* keys of records that hold it by value */
	VEC(struct pad_passed) passed;
	VEC(struct pad_passed) externs; /* variables that some unit only declares */
	bool trailer;                   /* what lies right behind it is aligned as its size is */
	struct pad_place trailer_place;
	bool visited;
};

/* The functions that a header declares: a library's, when few of them have a body in the seen program. */
struct pad_header {
	VEC(uint64_t) functions;
};

struct pad_state {
	struct arena *arena;
	struct hash_map records; /* key as pointer → struct pad_record */
	struct hash_map defined; /* hashes of functions whose bodies were seen */
	struct hash_map headers; /* interned paths → struct pad_header */
	bool has_main;           /* a program, not a part of one */
	struct hash_map callees; /* keys of functions → struct pad_callee */
	struct hash_map taken;   /* arguments of functions → struct pad_taken */
	struct intern paths;
	VEC(struct pad_header *) all_headers;
	VEC(struct pad_taken *) all_taken;
	struct hash_map seen; /* hashes of lists and uses that were taken already */
	VEC(struct pad_record *) order;
};

/* Layout of the record's fields as declared; false when they do not give what the compiler laid out. */
bool pad_layout(const struct pad_record *record, struct layout *layout, struct arena *arena);

/* What places its fields, and nothing else of it; false as pad_from_tree() is. */
bool pad_shape_from_tree(const struct ast_unit *unit, const struct ast_record *record, struct pad_record *out,
                         struct arena *arena);

/* What the tree says of a record; false for those of system headers, templates, lambdas and incomplete ones. */
bool pad_from_tree(const struct ast_unit *unit, const struct ast_record *record, struct pad_record *out,
                   struct arena *arena);

/* Sets section, zone and anchored of the fields, which lie in @file. */
void pad_note_sections(const struct ast_file *file, struct pad_record *record, struct arena *arena);

/* ---- struct_padding_against.c ---- */

/* Completes every record's risks, before any is judged. */
void pad_gather_risks(struct rule_program *run, struct pad_state *state);
/* Risks, 1 << enum pad_risk, that one order has; places of theirs are set in the record. */
uint32_t pad_order_risks(struct pad_record *record, const struct layout *layout, const uint32_t *order,
                         struct arena *arena);
bool pad_is_header(const char *path);
/* Some object of it is made in the seen program. */
bool pad_is_made_here(const struct pad_record *record);

/* Lines that show both layouts, in the arena. */
const char *pad_draw(const struct pad_record *record, const struct layout *layout, const uint32_t *order,
                     struct arena *arena);

/*
 * The edits that bring the fields into @order and every initialiser along, sorted; in the arena. NULL with *why set when that
 * cannot be done.
 */
const struct edit *pad_edit(const struct pad_record *record, const uint32_t *order, uint32_t *nedits, const char **why,
                            struct arena *arena);

/* The file's head says that a program wrote it. */
bool pad_is_generated_file(const char *path);

#endif
