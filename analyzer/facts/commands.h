/* SPDX-License-Identifier: MIT */
/*
 * Which units there are and how each is compiled: from compile_commands.json, from flags given, or guessed.
 */
#ifndef MEMLINT_FACTS_COMMANDS_H
#define MEMLINT_FACTS_COMMANDS_H

#include "analyzer/base/arena.h"
#include "analyzer/base/diag.h"
#include "analyzer/base/vec.h"

#include <stdbool.h>

/* One translation unit to parse. */
struct unit_command {
	const char *directory;  /* absolute */
	const char *file;       /* absolute; symbolic links resolved where that is possible */
	const char **arguments; /* cleaned, the file last */
	uint32_t narguments;
};

struct commands {
	struct arena arena;
	VEC(struct unit_command) units; /* by file name, then arguments: the order of everything that follows */
	const char *database;           /* path of the compile_commands.json used; NULL without one */
	const char *root;               /* directory of the project: where the database or the sources lie */
	bool complete;                  /* every unit of the database, or of the tree, is among them */
	bool lost;                      /* something named or found could not be read: said already */
};

struct commands_options {
	const char *const
	        *paths; /* files and directories asked for; none: the working directory, or all of a database */
	size_t npaths;
	const char *build;        /* -p: a directory, or a compile_commands.json; NULL: looked for */
	const char *const *flags; /* what stands behind --; NULL unless given: then no database is used */
	size_t nflags;
	const char *const *extra; /* --extra-arg, behind all others */
	size_t nextra;
};

/* Fills *commands. What is wrong was said; on STATUS_ERROR nothing can be analysed. */
enum status commands_find(struct commands *commands, const struct commands_options *options);
void commands_release(struct commands *commands);

/* ---- parts, for tests ---- */

/* Words of a command line as a shell would split it: quotes and backslashes. */
void command_split(struct arena *arena, const char *text, const char ***words, uint32_t *count);

/*
 * What of a compiler's command line is left for libclang: without compiler, launchers (ccache …), outputs,
 * dependency files, linking and plugins; @file files expanded; the main file last. @file absolute.
 */
struct unit_command command_clean(struct arena *arena, const char *directory, const char *file,
                                  const char *const *words, uint32_t count);

/* True for suffixes of C and C++ sources; of headers with @headers. */
bool is_source_name(const char *name, bool headers);
bool is_cplusplus_name(const char *name);

/* @path made absolute against @directory, with . and .. taken out, symbolic links resolved if it exists. */
const char *absolute_path(struct arena *arena, const char *directory, const char *path);

#endif
