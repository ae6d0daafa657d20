/* SPDX-License-Identifier: MIT */
/*
 * What is kept of one unit: a self-contained piece of bytes that depends on nothing but the unit, made in a worker
 * or by --facts-only, kept in the cache, and merged in any process on any machine.
 */
#ifndef MEMLINT_FACTS_BLOB_H
#define MEMLINT_FACTS_BLOB_H

#include "analyzer/ast/ast.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/pack.h"

struct blob_file {
	const char *path; /* real */
	struct hash128 hash;
	bool system;
};

struct blob_diagnostic {
	const char *path; /* "" none */
	uint32_t line, column;
	const char *text;
};

struct blob {
	const char *unit;        /* real path of the main file */
	bool broken;             /* errors: facts are those of what parsed */
	struct blob_file *files; /* read by the unit, itself included */
	struct blob_diagnostic *errors;
	uint32_t nfiles, nerrors;
	const void *facts; /* for rules_add_unit() */
	size_t facts_size;
};

/* Appends the unit and what the rules collected about it. */
void blob_write(const struct ast_unit *unit, const struct packer *facts, struct packer *blob);

/* A view on @bytes, which must outlive it; false if they are no blob, damaged or of another version. */
bool blob_read(const void *bytes, size_t size, struct arena *arena, struct blob *blob);

/* The content's hash of a file on disk; false if it cannot be read. */
bool blob_hash_file(const char *path, struct hash128 *hash);

#endif
