/* SPDX-License-Identifier: MIT */
/*
 * The parts of memlint-analyze's command line.
 */
#ifndef MEMLINT_CLI_ANALYZE_H
#define MEMLINT_CLI_ANALYZE_H

#include "analyzer/base/terminal.h"
#include "analyzer/config/config.h"
#include "analyzer/facts/gather.h"
#include "analyzer/out/out.h"

struct analyze_options {
	struct commands_options commands;
	struct gather_options gather;
	const struct out_format *format;
	enum color_choice color;
	const char *config, *baseline, *write_baseline, *diff_base, *profile, *output, *facts_only, *depfile, *explain;
	bool no_config, statistics, timings, diff, fix, unsafe_fixes, quiet, merge, lsp, list_rules, help, version;
	/* For config_override(), in the order given; value NULL for switches. */
	VEC(struct {
		const char *what;
		const char *value;
	})
	overrides;
	VEC(const char *) extra;
};

/* What is wrong was said. The options point into @argv. */
enum status analyze_options_parse(struct analyze_options *options, int argc, char **argv);
void analyze_options_release(struct analyze_options *options);
void analyze_help(FILE *stream);

/* analyze_run.c: everything but help and single steps; the status is the command's exit status. */
enum status analyze_run(struct analyze_options *options);

/* analyze_known.c: findings of an earlier run over the same facts, under the same settings. */
struct hash128 known_key(const struct gather *gather, const struct config *config, bool whole_program,
                         const char *root);
/* Fills *findings, which is empty; false when there are none. */
bool known_find(struct cache *cache, struct hash128 key, struct findings *findings);
void known_put(struct cache *cache, struct hash128 key, const struct findings *findings);
enum status analyze_facts_only(struct analyze_options *options);

/* analyze_measure.c: what @findings cost in the run whose profile is at @path; the dearest come first then. What is wrong was
 * said. */
enum status analyze_measure(struct findings *findings, const struct config *config, const char *path);

/* analyze_fix.c: prints the patch or changes the files; @changed when at least one edit was or would be made. */
enum status analyze_fix(const struct analyze_options *options, struct findings *findings,
                        const struct commands *commands, const struct gather *gather, FILE *stream, bool *changed);

#endif
