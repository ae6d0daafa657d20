/* SPDX-License-Identifier: MIT */
/*
 * From a compile command to a struct ast_unit: the only door to libclang.
 */
#ifndef MEMLINT_AST_PARSE_H
#define MEMLINT_AST_PARSE_H

#include "analyzer/ast/ast.h"
#include "analyzer/base/diag.h"

/* A buffer that stands for a file's content on disk. */
struct ast_overlay {
	const char *path, *text;
	size_t size;
};

struct ast_command {
	const char *directory;        /* the command's working directory, absolute */
	const char *file;             /* the main file, as in the arguments */
	const char *const *arguments; /* cleaned: no compiler name, no output options; the main file included */
	uint32_t narguments;
	const struct ast_overlay *overlays;
	uint32_t noverlays;
	bool warnings; /* also the compiler's warnings in unit->diagnostics; costs time */
};

struct ast_parser;

enum ast_result {
	AST_PARSED,      /* perhaps with errors: see unit->broken */
	AST_NO_FILE,     /* the main file cannot be read */
	AST_BAD_COMMAND, /* the arguments make no compilation */
	AST_FAILED,      /* libclang gave up */
};

/*
 * A parser for many units, one after the other. @resource_dir holds the compiler's own headers, see
 * ast_find_resource_dir(). Not for several threads at once.
 */
struct ast_parser *ast_parser_new(const char *resource_dir);
void ast_parser_free(struct ast_parser *parser);

/* Parses one unit; the caller owns *unit (ast_unit_free), which is NULL unless AST_PARSED is returned. */
enum ast_result ast_parse(struct ast_parser *parser, const struct ast_command *command, struct ast_unit **unit);

/* What a result means, for a message: "the file cannot be read". */
const char *ast_result_text(enum ast_result result);

/*
 * Where the compiler's own headers (stddef.h …) are: @wanted if given, else the path known at build time, beside
 * libclang, or what an installed clang prints. Writes it to @directory and proves that it works by parsing <stddef.h>; on failure
 * says what was tried and how to mend it.
 */
enum status ast_find_resource_dir(const char *wanted, char directory[4096]);

/* "libclang 19.1.7"; static. */
const char *ast_compiler_version(void);

/* Processor time of this process in nanoseconds. */
uint64_t ast_clock(void);

#endif
