/* SPDX-License-Identifier: MIT */
/*
 * Units without a database: every source file below the paths, with flags after -- or guessed ones.
 */
#ifndef MEMLINT_FACTS_GUESS_H
#define MEMLINT_FACTS_GUESS_H

#include "analyzer/facts/commands.h"

/* Adds units to *commands; says in one line which flags it guessed. */
enum status guess_units(struct commands *commands, const struct commands_options *options, const char *const *paths,
                        const bool *is_dir, size_t count);

#endif
