/* SPDX-License-Identifier: MIT */
/*
 * .memlint.yaml and the command line's selection: which rules run where, with which thresholds.
 */
#ifndef MEMLINT_CONFIG_CONFIG_H
#define MEMLINT_CONFIG_CONFIG_H

#include "analyzer/base/arena.h"
#include "analyzer/base/diag.h"
#include "analyzer/base/hash.h"
#include "analyzer/finding.h"

#include <stdbool.h>

struct config_globs {
	const char **items;
	size_t count;
};

/* What applies to one path, after all sections and the command line. */
struct settings {
	enum finding_level level;
	bool all;                   /* report also what no one would notice (--all) */
	const char *allocator;      /* size classes: "glibc" … */
	uint32_t min_saved;         /* bytes per object below which struct-padding is silent */
	struct config_globs select; /* rules wanted; none: every rule of the level */
	struct config_globs ignore;
};

struct config_section {
	struct config_globs paths;
	bool has_level, has_all, has_allocator, has_min_saved, has_select, has_ignore;
	struct settings settings;
};

struct config {
	struct arena arena;
	const char *path;                /* of the file read; "" without one */
	const char *root;                /* directory of the file, or the working directory; real path */
	struct settings base;            /* outside of any section */
	struct config_section *sections; /* in file order; later ones win */
	size_t nsections;
	struct config_globs public_headers; /* relative to root */
	struct config_globs exclude;
	struct config_section command_line; /* wins over all */
};

/* Defaults, with @root (NULL: the working directory) as the place that globs start from. */
void config_init(struct config *config, const char *root);
void config_release(struct config *config);

/* Reads @path; what is wrong in it was said with its line. */
enum status config_load(struct config *config, const char *path);

/* Looks for .memlint.yaml in @directory and above and loads it; STATUS_OK also when there is none. */
enum status config_load_upwards(struct config *config, const char *directory);

/*
 * The command line wins over the file. @what is select, ignore, level, allocator, all ("" or NULL as value) or
 * min-saved; lists are comma separated. False, with a line said, for an unknown rule, level or allocator.
 */
bool config_override(struct config *config, const char *what, const char *value);

/* Everything in it that decides what is reported. */
void config_hash(const struct config *config, struct hash_stream *stream);

/* What holds for @path (real). */
struct settings config_settings(const struct config *config, const char *path);
bool config_is_excluded(const struct config *config, const char *path);
bool config_is_public(const struct config *config, const char *path);

/* Whether rule @name of @level is to be reported under @settings. */
bool settings_want(const struct settings *settings, const char *name, enum finding_level level);

/* Whether rule @name may be wanted for some path, whatever the level. */
bool config_may_want(const struct config *config, const char *name);

/* Glob as in .gitignore: * within a name, ** over directories, a pattern without slash matches any file's name. */
bool config_glob(const char *pattern, const char *path);

#endif
