/* SPDX-License-Identifier: MIT */
/*
 * From commands to blobs: what the cache has, and the rest parsed by workers.
 */
#ifndef MEMLINT_FACTS_GATHER_H
#define MEMLINT_FACTS_GATHER_H

#include "analyzer/ast/parse.h"
#include "analyzer/facts/commands.h"

struct gather_options {
	const char *resource_dir; /* NULL: looked for */
	const char *cache_dir;    /* NULL: the user's */
	unsigned jobs;            /* workers; 0: one per processor */
	unsigned seconds;         /* per unit; 0: no limit */
	bool no_cache;
	uint64_t rules;   /* whose facts are asked for; without a cache only theirs are collected, with one all */
	bool progress;    /* a line on stderr that is written over */
	const char *root; /* messages name files relative to it; NULL: absolute */
};

/* One unit's result, in the order of commands->units. */
struct gathered {
	const void *bytes; /* a blob; NULL: lost */
	size_t size;
	const char *unit;    /* real path of its main file */
	const char *warning; /* why it is lost or broken; NULL if neither */
	bool broken;
};

/* Processor time in nanoseconds, in all workers. */
struct gather_times {
	uint64_t parse; /* libclang's */
	uint64_t tree;  /* copying its tree */
	uint64_t rules; /* what rules learn from the unit */
};

struct gather {
	struct arena arena;
	struct cache *cache; /* open until gather_release(); NULL: none is used */
	struct gather_times times;
	struct gathered *units;
	size_t count;
	size_t nlost, nbroken, ncached;
	const char **warnings; /* a line for each unit lost or broken, for output formats with a place for it */
	size_t nwarnings;
};

/* STATUS_ERROR: nothing could be parsed at all; said. */
enum status gather_run(struct gather *gather, const struct commands *commands, const struct gather_options *options);
/* Blobs from files, as --facts-only wrote them; one that is none is said and makes it STATUS_ERROR. */
enum status gather_read(struct gather *gather, const char *const *paths, size_t count, const char *root);
void gather_release(struct gather *gather);

/* ---- shared with the verifier of fixes ---- */

/* In a worker: a parser with proven headers, or NULL after saying why not. */
struct ast_parser *gather_parser(const char *resource_dir);
/* Parses, and once more without the flags that libclang refused. */
enum ast_result gather_parse(struct ast_parser *parser, const struct unit_command *command,
                             const struct ast_overlay *overlays, uint32_t noverlays, bool warnings,
                             struct ast_unit **unit);
unsigned gather_default_jobs(void);

#endif
