/* SPDX-License-Identifier: MIT */
/*
 * Internal to ast/: the copy of one libclang translation unit into a struct ast_unit.
 *
 * libclang cursors and types are recognised by the pointers they carry (data[0]: declaration or type, data[1]:
 * statement), as libclang's own clang_hashCursor() does.
 */
#ifndef MEMLINT_AST_BUILD_H
#define MEMLINT_AST_BUILD_H

#include "analyzer/ast/ast.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"

#include <clang-c/Index.h>

/* A file while it is copied. */
struct build_file {
	struct ast_file ast; /* first */
	const char *raw;     /* libclang's buffer; system headers too */
};

/* Where a location stands in a file. */
struct build_place {
	struct build_file *file; /* NULL: nowhere */
	uint32_t offset, line, column;
};

/* An open node of the tree that is being copied; its children so far are build.nodes from `base` on. */
struct build_frame {
	CXCursor cursor;
	struct ast_node *node;
	uint32_t base;
	const struct ast_type *type_ref; /* the first type named directly below */
	bool has_init;                   /* of VAR */
};

struct build_pending {
	CXCursor cursor;
	struct ast_record *record;
};

/* A function declaration in a project header, wanted only if the function turns out to be used. */
struct build_prototype {
	CXCursor cursor;
	const void *canonical;
};

struct build {
	struct ast_unit *unit;
	struct arena *arena;
	struct intern *names;
	CXTranslationUnit tu;
	int pointer_width; /* bytes */

	struct hash_map files;   /* CXFile -> struct build_file */
	struct hash_map decls;   /* declaration -> our own struct */
	struct hash_map types;   /* QualType -> struct ast_type */
	struct hash_map decayed; /* array -> pointer */
	CXFile last_cxfile;
	struct build_file *last_file, *main_file;

	VEC(struct build_file *) file_list;
	VEC(struct ast_record *) records;
	VEC(struct ast_enum *) enums;
	VEC(struct ast_function *) functions;
	VEC(struct ast_var *) globals;
	VEC(struct ast_static_assert) asserts;
	VEC(struct build_pending) pending;
	VEC(struct build_prototype) prototypes;

	VEC(struct build_frame) frames;
	VEC(struct ast_node *) nodes;
	struct ast_function *function; /* whose body is being copied */
	VEC(struct ast_var *) locals;
};

/* build_files.c */
struct build_file *build_file(struct build *b, CXFile file);
struct build_place build_place(struct build *b, CXSourceLocation location);
/* The range in its file; adds AST_MACRO and AST_SYSTEM_MACRO to *flags. @line may be NULL. */
struct ast_range build_range(struct build *b, CXSourceRange range, uint16_t *flags, uint32_t *line);
/* The text at the place where the token at @location is spelled, up to *size bytes; NULL if it has no file. */
const char *build_spelling(struct build *b, CXSourceLocation location, uint32_t *size);
bool build_is_system(struct build *b, CXCursor cursor);
const char *build_string(struct build *b, CXString string);
/* Places, names and flags of any declaration. */
void build_decl(struct build *b, CXCursor cursor, enum ast_decl_kind kind, struct ast_decl *decl);
uint32_t build_raw(CXSourceLocation location);

/* build_types.c */
const struct ast_type *build_type(struct build *b, CXType type); /* NULL for an invalid one */
/* libclang shows the array that the author wrote for a parameter; it is a pointer. */
const struct ast_type *build_param_type(struct build *b, CXType type);
const struct ast_type *build_decayed(struct build *b, const struct ast_type *array);
/* "ns::C<int>::f", inline namespaces left out. */
const char *build_qualified(struct build *b, CXCursor cursor);

/* build_records.c */
struct ast_record *build_record(struct build *b, CXCursor cursor);
struct ast_field *build_field_use(struct build *b, CXCursor cursor); /* a field's struct, made if need be */
void build_pending_records(struct build *b);
/* How objects of a system header's record are copied and destroyed; @depth of template arguments, 0 to begin with. */
void build_special_members(struct build *b, CXType type, unsigned depth);
void build_place_bases(struct build *b);
/* A typedef, variable or field whose range holds record definitions: extends their `declaration`. */
void build_note_enclosing(struct build *b, CXCursor cursor);

/* build_enums.c */
struct ast_enum *build_enum(struct build *b, CXCursor cursor);
const struct ast_decl *build_enumerator(struct build *b, CXCursor cursor);

/* build_layout.c: what only the text of a record says */
void build_record_text(struct build *b, struct ast_record *record);
bool build_natural_layout(const struct ast_record *record);
uint32_t build_attribute_value(struct build *b, CXCursor attribute);

/* build_decls.c */
struct ast_function *build_function(struct build *b, CXCursor cursor);
struct ast_var *build_var(struct build *b, CXCursor cursor, bool local);
/* Copies a definition's body, in a record or at file scope. */
void build_definition(struct build *b, CXCursor cursor);
void build_unit(struct build *b);

/* build_nodes.c */
struct ast_node *build_tree(struct build *b, CXCursor root);
struct ast_node *build_absent(struct build *b);

/* build_shape.c: gives a node its kind's children, or another node in its place */
struct ast_node *build_shape(struct build *b, struct build_frame *frame, struct ast_node **children, uint32_t count);
struct ast_node *build_statement(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count);
/* Makes them the node's children; returns the node. */
struct ast_node *build_adopt(struct build *b, struct ast_node *node, struct ast_node *const *children, uint32_t count);
/* At most @arity children, absent ones at the end. */
struct ast_node *build_fixed(struct build *b, struct ast_node *node, struct ast_node **children, uint32_t count,
                             uint32_t arity);
struct ast_node *build_or_absent(struct build *b, struct ast_node *node);
const struct build_file *build_file_of(const struct build *b, const struct ast_node *node);
/* True if @text stands between two nodes that do not come from macros. */
bool build_between(const struct build *b, const struct ast_node *left, const struct ast_node *right, const char *text);

/* build_literal.c */
void build_literal(struct build *b, CXCursor cursor, struct ast_node *node);

#endif
