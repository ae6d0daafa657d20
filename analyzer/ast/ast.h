/* SPDX-License-Identifier: MIT */
/*
 * A translation unit as plain structs: what the rest of the analyzer knows of C and C++.
 *
 * ast_parse() (parse.h) copies the compiler's tree once into nodes that live in the unit's arena; nothing here points
 * into libclang. Everything is const after the parse and dies with ast_unit_free(). Strings are interned in the
 * unit: two names are equal exactly when their pointers are; no string is NULL unless said so.
 *
 * Places: a struct ast_range is half open, in bytes of one file. What comes from a macro expansion stands where the
 * macro is used (an argument of the macro: where it is written there) and carries AST_MACRO: it can be reported and
 * not edited.
 *
 * System headers: their declarations appear only when the project's code uses them, without bodies and, for records, without
 * fields (AST_INCOMPLETE_FIELDS), but with size and alignment.
 */
#ifndef MEMLINT_AST_AST_H
#define MEMLINT_AST_AST_H

#include "analyzer/base/arena.h"
#include "analyzer/base/intern.h"

#include <stdbool.h>

struct ast_type;
struct ast_node;
struct ast_record;
struct ast_field;
struct ast_function;
struct ast_var;
struct ast_enum;

/* ---- files and places ---- */

/* One file of the unit, however many names lead to it. */
struct ast_file {
	const char *path; /* real, absolute, symbolic links resolved; as given when it cannot be resolved */
	const char *name; /* as the compiler found it */
	uint64_t id[3];   /* the file system's identity of it (device, inode, time of change) */
	const char *text; /* content with a zero byte behind; NULL for system headers */
	uint32_t size;    /* bytes */
	uint32_t index;   /* in unit->files, from 1 */
	uint32_t nlines;
	const uint32_t *lines; /* offset of each line's first byte; NULL when text is */
	uint64_t hash[2];      /* of the content */
	bool system, main;
};

struct ast_range {
	uint32_t file;       /* ast_file.index; 0 nowhere */
	uint32_t begin, end; /* bytes, end exclusive */
};

/* ---- types ---- */

enum ast_type_kind {
	AST_TYPE_UNKNOWN, /* nothing is known, perhaps because of an error */
	AST_TYPE_VOID,
	AST_TYPE_BOOL,
	AST_TYPE_CHAR, /* char, signed char, unsigned char, char8_t, wchar_t … */
	AST_TYPE_INTEGER,
	AST_TYPE_FLOATING,
	AST_TYPE_COMPLEX,
	AST_TYPE_ENUM,
	AST_TYPE_POINTER,
	AST_TYPE_REFERENCE,        /* T & */
	AST_TYPE_RVALUE_REFERENCE, /* T && */
	AST_TYPE_MEMBER_POINTER,
	AST_TYPE_ARRAY,            /* count elements */
	AST_TYPE_INCOMPLETE_ARRAY, /* T [] */
	AST_TYPE_VARIABLE_ARRAY,   /* T [n] */
	AST_TYPE_VECTOR,           /* SIMD */
	AST_TYPE_RECORD,
	AST_TYPE_FUNCTION,
	AST_TYPE_ATOMIC,    /* _Atomic T: target */
	AST_TYPE_DEPENDENT, /* inside a template: not known before it is instantiated */
	AST_TYPE_KINDS
};

enum {
	AST_CONST = 1u << 0,
	AST_VOLATILE = 1u << 1,
	AST_RESTRICT = 1u << 2,
};

enum {
	AST_TYPE_SIGNED = 1u << 0,   /* of integers and chars */
	AST_TYPE_POD = 1u << 1,      /* may be copied by memcpy: all of C; in C++ what the standard calls POD */
	AST_TYPE_TYPEDEF = 1u << 2,  /* name is, or goes through, a typedef: see canonical */
	AST_TYPE_VARIADIC = 1u << 3, /* of functions */
};

/* Interned: two uses of one written type share the struct; equal types have the same canonical. */
struct ast_type {
	const char *name;                 /* as the author writes it */
	uint8_t kind;                     /* enum ast_type_kind, of what stands behind typedefs */
	uint8_t quals;                    /* AST_CONST … of this level, those behind typedefs included */
	uint16_t flags;                   /* AST_TYPE_* */
	uint32_t align;                   /* bytes; 0 not known */
	int64_t size;                     /* bytes; -1 not known (incomplete, dependent, variable) */
	uint64_t count;                   /* elements, of ARRAY and VECTOR */
	const struct ast_type *canonical; /* without typedefs and qualifiers; never NULL; may be itself */
	const struct ast_type *target;    /* pointee, element, atomic's value, function's result; else NULL */
	const struct ast_record *record;  /* of RECORD (and of class type behind typedefs) */
	const struct ast_enum *enumeration;
	const struct ast_type **params; /* of FUNCTION */
	const struct ast_type **args;   /* template arguments of a RECORD; NULL where one is no type */
	uint32_t nparams, nargs;
	const char *template_name; /* "std::shared_ptr" for an instance of a template, else "" */
};

/* ---- declarations ---- */

enum ast_decl_kind {
	AST_DECL_VAR, /* variables and parameters */
	AST_DECL_FUNCTION,
	AST_DECL_RECORD,
	AST_DECL_FIELD,
	AST_DECL_ENUM,
	AST_DECL_ENUMERATOR,
};

/* Flags of every declaration, expressions' AST_MACRO included. */
enum {
	AST_MACRO = 1u << 0,        /* some of it comes from a macro expansion: never edit */
	AST_SYSTEM_MACRO = 1u << 1, /* … from a macro of a system header: never report */
	AST_SYSTEM = 1u << 2,       /* declared in a system header */
	AST_EXTERN_C = 1u << 3,     /* in C++: inside extern "C" */
	AST_EXTERNAL = 1u << 4,     /* external linkage: other units may see it */
	AST_STATIC = 1u << 5,       /* static: file, function or class, as its place says */
	AST_DEPENDENT = 1u << 6,    /* inside a template's pattern */
	AST_UNNAMED = 1u << 7,      /* the author gave no name; name is "" */
	AST_IN_FUNCTION = 1u << 8,  /* local to a function */
};

/* The beginning of every declaration's struct. */
struct ast_decl {
	uint8_t kind; /* enum ast_decl_kind */
	uint16_t flags;
	uint32_t line, column;  /* of the name, from 1, columns in bytes; of the range when unnamed */
	struct ast_range range; /* all of it: specifiers to the end of declarator, initialiser or body, no semicolon */
	struct ast_range name_range; /* the name; empty for what is unnamed */
	const char *name;
	const char *usr; /* identity across units; "" for locals. Not unique alone: see ast_decl_key() */
	const struct ast_type *type;
};

/* One variable or parameter. */
struct ast_var {
	struct ast_decl decl;
	bool parameter, local, thread_local_, register_, extern_;
	bool shares_declaration; /* int a, b; */
	bool catches;            /* of a catch or range for: initialised by the language */
	bool copies_element;     /* of a range for: a copy of an element that lives on in the range */
	uint32_t index;          /* of parameters: position; of locals: number within the function, parameters first */
	uint32_t aligned;        /* by attribute or alignas: bytes; 0 none */
	struct ast_node *init;   /* NULL without; for statics and globals too */
	const struct ast_function *function; /* of parameters and locals; NULL for lambdas' parameters */
	const struct ast_record *parent;     /* of static members */
	bool defined;                        /* this unit has the definition (tentative ones count) */
};

enum ast_access { AST_PUBLIC, AST_PROTECTED, AST_PRIVATE };

enum {
	AST_FIELD_BIT = 1u << 0,       /* a bit-field: width says how many bits */
	AST_FIELD_ANONYMOUS = 1u << 1, /* an anonymous struct or union, whose fields count as the outer's */
	AST_FIELD_FLEXIBLE = 1u << 2,  /* T x[], or T x[0] or [1] in the last place */
	AST_FIELD_PACKED = 1u << 3,
	AST_FIELD_ALIGNED = 1u << 4, /* an explicit alignment: `aligned` */
	AST_FIELD_MUTABLE = 1u << 5,
	AST_FIELD_SHARES_DECLARATION = 1u << 6, /* int a, b; the same `declaration` as its neighbour */
	AST_FIELD_DEFAULT_INIT = 1u << 7,       /* int a = 3; in the class */
	AST_FIELD_ATTRIBUTES = 1u << 8,         /* has attributes other than packed and aligned */
	AST_FIELD_OVERLAPPING = 1u << 9,        /* [[no_unique_address]] */
};

struct ast_field {
	struct ast_decl decl;
	const struct ast_record *record; /* the one whose fields[] holds it */
	uint16_t flags;                  /* AST_FIELD_* */
	uint8_t access;                  /* enum ast_access */
	uint32_t index;                  /* in record->fields */
	uint32_t width;                  /* bits, of a bit-field */
	uint32_t aligned;                /* bytes asked for; 0 none */
	int64_t offset;                  /* bits from the start of `record`; -1 not known */
	int64_t size;                    /* bytes of its type, 0 for flexible arrays; -1 not known */
	uint32_t align;                  /* bytes its type and attributes ask for; 0 not known */
	struct ast_range declaration;    /* from the first specifier to behind the semicolon; shared by `int a, b;` */
};

struct ast_base {
	const struct ast_type *type;
	const struct ast_record *record; /* NULL when dependent */
	int64_t offset;                  /* bytes; -1 not known (virtual bases) */
	uint8_t access;
	bool virtual_;
	struct ast_range range;
};

enum ast_record_kind { AST_STRUCT, AST_UNION, AST_CLASS };

enum {
	AST_RECORD_COMPLETE = 1u << 0,
	AST_RECORD_PACKED = 1u << 1,      /* attribute packed */
	AST_RECORD_ALIGNED = 1u << 2,     /* attribute aligned, alignas */
	AST_RECORD_PRAGMA_PACK = 1u << 3, /* the layout differs from the natural one without an attribute saying so */
	AST_RECORD_DYNAMIC = 1u << 4,     /* has a virtual table pointer, its own or a base's */
	AST_RECORD_OWN_VPTR = 1u << 5,    /* … its own, at offset 0 */
	AST_RECORD_VIRTUAL_BASES = 1u << 6,
	AST_RECORD_ANONYMOUS = 1u << 7, /* struct { … }; inside another, not merely unnamed */
	AST_RECORD_PATTERN = 1u << 8,   /* a template; sizes unknown */
	AST_RECORD_INSTANCE = 1u << 9,  /* of a template, whose pattern is `pattern` */
	AST_RECORD_LAMBDA = 1u << 10,
	AST_RECORD_DIRECTIVES = 1u << 11,        /* preprocessor lines between its braces */
	AST_RECORD_FLEXIBLE = 1u << 12,          /* ends in a flexible array, perhaps a nested one */
	AST_RECORD_COPY_CTOR = 1u << 13,         /* user-declared copy constructor or assignment */
	AST_RECORD_MOVE_CTOR = 1u << 14,         /* user-declared move constructor or assignment */
	AST_RECORD_DTOR = 1u << 15,              /* user-declared destructor */
	AST_RECORD_NO_COPY = 1u << 16,           /* copying is deleted */
	AST_RECORD_NO_MOVE = 1u << 17,           /* moving is deleted */
	AST_RECORD_INCOMPLETE_FIELDS = 1u << 18, /* a system header's: fields were not copied */
	AST_RECORD_TRANSPARENT = 1u << 19,       /* attributes other than packed and aligned */
	AST_RECORD_HAS_CTOR = 1u << 20,          /* user-declared constructor other than copy and move */
	AST_RECORD_SPECIALS =
	        1u << 21, /* COPY_CTOR, MOVE_CTOR, DTOR, NO_COPY and NO_MOVE are known: of a system header's
	                                 * only where a parameter or local is of that type */
};

/* A struct, union or class; one per definition, a mere declaration only when there is no definition. */
struct ast_record {
	struct ast_decl decl; /* name "" if unnamed; decl.type is its type */
	uint32_t flags;       /* AST_RECORD_* */
	uint8_t kind;         /* enum ast_record_kind */
	uint32_t align;       /* bytes */
	int64_t size;         /* bytes; -1 not known */
	uint32_t aligned;     /* asked for by attribute: bytes, 0 none */
	uint32_t nfields, nbases, nmethods;
	struct ast_field **fields; /* in order of declaration; anonymous members once, unflattened */
	struct ast_base *bases;
	struct ast_function **methods;    /* declared in it; constructors, destructor and operators included */
	const struct ast_record *outer;   /* the record it is nested in, or NULL */
	const struct ast_record *pattern; /* the template it is an instance of, or NULL */
	const char *typedef_name;         /* typedef struct {…} name: its name; else "" */
	const char *printed;              /* "struct dict", "ns::C<int>", "(unnamed struct at a.h:3)" */
	struct ast_range braces;          /* the { … } */
	struct ast_range
	        declaration; /* the statement that defines it: from `typedef` or `struct` to behind its semicolon */
	struct ast_var **statics; /* static data members */
	uint32_t nstatics;
};

struct ast_enumerator {
	struct ast_decl decl;
	int64_t value;
	const struct ast_enum *enumeration;
};

struct ast_enum {
	struct ast_decl decl;
	struct ast_enumerator **constants;
	uint32_t nconstants;
	const struct ast_type *integer; /* the type beneath */
};

enum {
	AST_FUNCTION_VARIADIC = 1u << 0,
	AST_FUNCTION_INLINE = 1u << 1,
	AST_FUNCTION_NORETURN = 1u << 2,
	AST_FUNCTION_PURE = 1u << 3,       /* attribute pure */
	AST_FUNCTION_CONST_ATTR = 1u << 4, /* attribute const */
	AST_FUNCTION_MALLOC = 1u << 5,     /* attribute malloc or alloc_size */
	AST_FUNCTION_VIRTUAL = 1u << 6,
	AST_FUNCTION_OVERRIDE = 1u << 7, /* overrides a virtual one, whether or not it says so */
	AST_FUNCTION_CONST = 1u << 8,    /* const method */
	AST_FUNCTION_CTOR = 1u << 9,
	AST_FUNCTION_DTOR = 1u << 10,
	AST_FUNCTION_CONVERSION = 1u << 11,
	AST_FUNCTION_OPERATOR = 1u << 12,
	AST_FUNCTION_DELETED = 1u << 13,
	AST_FUNCTION_DEFAULTED = 1u << 14,
	AST_FUNCTION_COPY = 1u << 15, /* copy constructor or copy assignment */
	AST_FUNCTION_MOVE = 1u << 16,
	AST_FUNCTION_PATTERN = 1u << 17, /* a template, or a member of one */
	AST_FUNCTION_COROUTINE = 1u << 18,
	AST_FUNCTION_ADDRESS_TAKEN = 1u << 19, /* used other than as a callee in this unit */
	AST_FUNCTION_NO_PROTOTYPE = 1u << 20,  /* f() in C, or only implicitly declared */
	AST_FUNCTION_GOTO = 1u << 21,          /* the body has goto or a label's address */
	AST_FUNCTION_ASM = 1u << 22,           /* the body has inline assembler */
	AST_FUNCTION_SETJMP = 1u << 23,        /* the body calls setjmp and the like */
	AST_FUNCTION_PRINTF = 1u << 24,        /* attribute format */
	AST_FUNCTION_NOEXCEPT = 1u << 25,
	AST_FUNCTION_BROKEN = 1u << 26, /* an error within its body: what it does is not known */
};

/* One place where a function is declared; the definition included. */
struct ast_redeclaration {
	struct ast_range range;
	struct ast_range *params; /* of function->nparams, whole parameter declarations */
	struct ast_range *names;  /* of function->nparams, the parameters' names there; file 0 where unnamed */
	uint16_t flags;           /* AST_MACRO, AST_SYSTEM */
	bool definition;
};

/* `member(value)` or `base(value)` in a constructor's list, in the order written. */
struct ast_ctor_init {
	const struct ast_field *field; /* NULL for a base or delegated constructor */
	struct ast_node *value;        /* may be AST_NONE */
	struct ast_range range;        /* member to behind its closing bracket */
};

struct ast_function {
	struct ast_decl decl; /* decl.name as written; range of the definition if there is one in this unit */
	uint32_t flags;       /* AST_FUNCTION_* */
	uint32_t nparams, nlocals;
	uint32_t uses, calls;  /* names of it in this unit; those that are callees: address taken where fewer */
	const char *qualified; /* ns::C::f */
	const struct ast_type *result;
	struct ast_var **params;
	struct ast_var **locals; /* every variable of the body, lambdas' and static ones included; parameters not */
	const struct ast_record *parent; /* of a method */
	struct ast_node *body;           /* a COMPOUND or TRY; NULL without definition here or in a system header */
	struct ast_ctor_init *inits;
	uint32_t ninits;
	const struct ast_function
	        *pattern; /* the project's template, or member of one, that it is an instance of; or NULL */
	struct ast_redeclaration *redeclarations; /* in project files only */
	uint32_t nredeclarations;
};

/* ---- statements and expressions ---- */

enum ast_node_kind {
#define NODE(id, class, arity, children) AST_##id,
#include "analyzer/ast/nodes.def"
#undef NODE
	AST_NODE_KINDS
};

enum ast_op {
	AST_OP_NONE,
	/* unary */
	AST_OP_ADDRESS, /* &x */
	AST_OP_DEREF,   /* *p */
	AST_OP_PLUS,
	AST_OP_MINUS,
	AST_OP_NOT /* ~ */,
	AST_OP_LNOT /* ! */,
	AST_OP_PRE_INC,
	AST_OP_PRE_DEC,
	AST_OP_POST_INC,
	AST_OP_POST_DEC,
	AST_OP_REAL,
	AST_OP_IMAG,
	AST_OP_EXTENSION,
	/* binary */
	AST_OP_MUL,
	AST_OP_DIV,
	AST_OP_REM,
	AST_OP_ADD,
	AST_OP_SUB,
	AST_OP_SHL,
	AST_OP_SHR,
	AST_OP_CMP /* <=> */,
	AST_OP_LT,
	AST_OP_GT,
	AST_OP_LE,
	AST_OP_GE,
	AST_OP_EQ,
	AST_OP_NE,
	AST_OP_AND,
	AST_OP_XOR,
	AST_OP_OR,
	AST_OP_LAND,
	AST_OP_LOR,
	AST_OP_COMMA,
	AST_OP_PTR_MEM, /* .* and ->* */
	/* assignments, in the order of the binary operators they apply */
	AST_OP_ASSIGN,
	AST_OP_MUL_ASSIGN,
	AST_OP_DIV_ASSIGN,
	AST_OP_REM_ASSIGN,
	AST_OP_ADD_ASSIGN,
	AST_OP_SUB_ASSIGN,
	AST_OP_SHL_ASSIGN,
	AST_OP_SHR_ASSIGN,
	AST_OP_AND_ASSIGN,
	AST_OP_XOR_ASSIGN,
	AST_OP_OR_ASSIGN,
	AST_OP_UNKNOWN,
	AST_OPS
};

/* Flags of nodes; AST_MACRO and AST_SYSTEM_MACRO come first, with the same values as for declarations. */
enum {
	AST_LOADED = 1u << 2,         /* this lvalue's value is read here */
	AST_PARENTHESISED = 1u << 3,  /* stands in ( ), which the range leaves out */
	AST_ARROW = 1u << 4,          /* MEMBER through a pointer */
	AST_ARRAY = 1u << 5,          /* NEW or DELETE with [] */
	AST_OPERATOR_CALL = 1u << 6,  /* CALL of an overloaded operator, written as one: a + b */
	AST_METHOD_CALL = 1u << 7,    /* CALL whose callee is a MEMBER */
	AST_IMPLICIT = 1u << 8,       /* CONSTRUCT or conversion the author did not write */
	AST_ERROR = 1u << 9,          /* broken code */
	AST_GUESSED_ROLES = 1u << 10, /* FOR in a macro with missing parts: which ones was inferred */
	AST_CONSTEXPR = 1u << 11,     /* if constexpr */
	AST_LIST_INIT = 1u << 12,     /* CONSTRUCT with { } */
	AST_CAST_STYLE = 7u << 13,    /* of CAST: enum ast_cast_style << 13 */
};

enum ast_cast_style {
	AST_C_CAST,
	AST_FUNCTIONAL_CAST,
	AST_STATIC_CAST,
	AST_CONST_CAST,
	AST_REINTERPRET_CAST,
	AST_DYNAMIC_CAST
};

#define ast_cast_style(node) ((enum ast_cast_style)(((node)->flags >> 13) & 7u))

struct ast_node {
	uint8_t kind; /* enum ast_node_kind */
	uint8_t op;   /* enum ast_op */
	uint16_t flags;
	uint32_t nchildren;
	struct ast_range range;
	uint32_t line;               /* of range.begin, from 1 */
	const struct ast_type *type; /* of expressions; NULL where it was not known */
	union {
		const struct ast_decl *decl;
		const char *text;
		int64_t value;
		double real;
	} u;                       /* see nodes.def */
	const struct ast_type *of; /* NEW, SIZEOF, ALIGNOF, OFFSETOF; may be NULL */
	struct ast_node **children;
	struct ast_node *parent; /* NULL at the top of a body or initialiser */
	uint64_t below;          /* AST_HAS() of all nodes below it */
};

/* Sets of kinds of nodes, and of nodes that come from macros. */
#define AST_HAS(kind) (UINT64_C(1) << (kind))
#define AST_HAS_MACRO (UINT64_C(1) << 63)
#define AST_HAS_CALLS (AST_HAS(AST_CALL) | AST_HAS(AST_CONSTRUCT) | AST_HAS(AST_NEW))
#define AST_HAS_CASTS (AST_HAS(AST_CAST) | AST_HAS(AST_IMPLICIT_CAST))
#define AST_HAS_LOOPS (AST_HAS(AST_WHILE) | AST_HAS(AST_DO) | AST_HAS(AST_FOR) | AST_HAS(AST_RANGE_FOR))

_Static_assert(AST_NODE_KINDS <= 63, "a bit for every kind, and one for macros");

/* What of sets of kinds the node itself is in. */
static inline uint64_t ast_node_has(const struct ast_node *node)
{
	return AST_HAS(node->kind) | (node->flags & AST_MACRO ? AST_HAS_MACRO : 0);
}

/* ---- the unit ---- */

struct ast_diagnostic {
	struct ast_range range; /* file 0 when it has no place */
	uint32_t line, column;
	const char *text;
	bool error, fatal;
};

/* static_assert or _Static_assert; also the array-size idiom is not one. */
struct ast_static_assert {
	struct ast_range range;
	uint32_t line;
	uint16_t flags;
	struct ast_node *condition; /* may be NULL */
};

struct ast_unit {
	struct arena arena;
	struct intern names;
	const char *main_path; /* real path of the main file */
	const char *directory; /* working directory of the command */
	bool cplusplus;
	uint32_t standard; /* of C++: 1998, 2003, 2011 … by the command line, the compiler's own without; 0 in C */
	bool broken;       /* an error: nodes may be missing; no edits from this unit */
	struct ast_file **files;     /* [0] is NULL: indexes start at 1; every file read, system headers too */
	struct ast_record **records; /* of project files, and the system's that were used; in source order */
	struct ast_enum **enums;
	struct ast_function **functions; /* every function defined, declared in a project file or called */
	struct ast_var **globals;        /* file scope and static members, of project files or used */
	struct ast_static_assert *static_asserts;
	struct ast_diagnostic *diagnostics; /* warnings only when asked for */
	uint32_t nfiles, nrecords, nenums, nfunctions, nglobals, nstatic_asserts, ndiagnostics;
	uint64_t nnodes;
	uint64_t parse_time, tree_time; /* of the processor, in nanoseconds: libclang's, and for what is here */
};

/* ---- questions ---- */

/* Names for messages and dumps. */
const char *ast_node_name(enum ast_node_kind kind);
const char *ast_op_text(enum ast_op op);
bool ast_is_expr(const struct ast_node *node);

/* The file of a range; NULL if nowhere. */
const struct ast_file *ast_file_of(const struct ast_unit *unit, struct ast_range range);

/* Line and column, from 1, of an offset; 0 where the file's text was not kept. */
void ast_line_column(const struct ast_file *file, uint32_t offset, uint32_t *line, uint32_t *column);

/* The text of a range in the arena; "" where it was not kept. */
const char *ast_text(const struct ast_unit *unit, struct ast_range range, struct arena *arena);

/*
 * Identity across units: 64 bits over USR, real path, line and, without external linkage, the main file. Two `struct
 * config` of two files differ; one header's seen by fifty units is one.
 */
uint64_t ast_decl_key(const struct ast_unit *unit, const struct ast_decl *decl);

/* Calls @visit for @node and all below it, parents first; it returns false to leave out the children. */
void ast_walk(struct ast_node *node, bool (*visit)(struct ast_node *node, void *context), void *context);

/* The same for nodes of @wanted kinds alone, a set of AST_HAS(); goes nowhere where there are none. */
void ast_walk_kinds(struct ast_node *node, uint64_t wanted, bool (*visit)(struct ast_node *node, void *context),
                    void *context);

/* Typedefs, qualifiers, and with it references taken away. */
const struct ast_type *ast_bare_type(const struct ast_type *type);

/* The record a type is, or points to, or is an array of; NULL if none. */
const struct ast_record *ast_record_of(const struct ast_type *type);

/* The field that child @index of an INIT_LIST initialises, with its type (arrays' elements, fields, brace elision walked
 * as the language does); false if unknown or when braces were left out. Either out pointer may be NULL. */
bool ast_init_target(const struct ast_node *list, uint32_t index, const struct ast_field **field,
                     const struct ast_type **type);

/* True if braces were left out somewhere directly in this list: `struct { int a[2]; } x = { 1, 2 };` */
bool ast_init_elides(const struct ast_node *list);

/* An integer constant expression's value, as far as literals, enumerators, sizeof and operators on them go. */
bool ast_constant(const struct ast_node *node, int64_t *value);

/* Drops every memory of the unit. NULL is nothing. */
void ast_unit_free(struct ast_unit *unit);

#endif
