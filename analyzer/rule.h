/* SPDX-License-Identifier: MIT */
/*
 * All that a rule may see, and how the front end runs the rules.
 *
 * A run has two halves, perhaps in different processes and at different times. In a worker, rules_collect() lets
 * every rule look at one parsed unit and pack what it learned into a blob; blobs depend on nothing but the unit, so
 * they can be cached and moved between machines. Where all blobs come together, rules_add_unit() takes them in an order that
 * does not depend on the workers and rules_finish() lets each rule report. Settings are known only in the second half.
 */
#ifndef MEMLINT_RULE_H
#define MEMLINT_RULE_H

#include "analyzer/ast/ast.h"
#include "analyzer/base/pack.h"
#include "analyzer/config/config.h"
#include "analyzer/finding.h"

/* ---- first half: one unit ---- */

struct rule_collect {
	const struct ast_unit *unit;
	struct packer *facts; /* what a rule packs here comes back in its merge(), unit by unit */
	uint16_t code;        /* of the rule that runs */
	struct packer *findings;
	struct arena scratch; /* cleared after each rule */
};

/* ---- second half: the program ---- */

struct suppressions;

struct rule_program {
	const struct config *config;
	struct findings *findings;
	struct arena *arena; /* lives as long as the run */
	uint32_t nunits;
	bool whole_program;                      /* every unit of the project was seen and understood */
	const struct suppressions *suppressions; /* comments that silence findings */
	void *state;                             /* of the rule that runs: whatever its merge() made of the facts */
	uint16_t code;
};

struct rule_ops {
	/* Worker: packs facts about the unit. NULL: none. */
	void (*collect)(struct rule_collect *run);
	/* Takes the facts of one unit; bytes are valid only during the call. May be called for no unit at all. */
	void (*merge)(struct rule_program *run, struct unpacker *facts);
	/* Reports from what merge() kept. */
	void (*report)(struct rule_program *run);
	/* Gives back what state holds outside of the arena. NULL: nothing. */
	void (*release)(struct rule_program *run);
};

struct rule {
	uint16_t code;
	const char *name; /* "struct-padding" */
	enum finding_level level;
	const char *brief;
	const struct rule_ops *ops;
};

/* All rules by code; *count is their number. */
const struct rule *rules_all(size_t *count);
/* By name or by code ("101"); NULL when there is none. */
const struct rule *rules_find(const char *name);
/* The page of a rule as --explain prints it: why, bad, good, limits. */
const char *rules_page(const struct rule *rule);

/* A finding of one unit alone, made in the worker: the printf text is its message. Place is that of @range. */
void rule_report_here(struct rule_collect *run, struct ast_range range, const char *identity, const char *format, ...)
        __attribute__((format(printf, 4, 5)));

/* Runs every rule over @unit and appends facts, unit findings and suppression comments to *blob. */
void rules_collect(const struct ast_unit *unit, struct packer *blob);

struct rules_run;

/*
 * Findings go to @findings, which like @config must outlive the run.
 */
struct rules_run *rules_run_new(const struct config *config, struct findings *findings);

/* False when the blob is not one of ours: nothing of it was taken. */
bool rules_add_unit(struct rules_run *run, const void *blob, size_t size);

/*
 * Reports, applies selection, levels, exclusions and suppression comments, finishes the findings.
 * @whole_program: the added units are all of the project's and none was lost or broken.
 */
void rules_finish(struct rules_run *run, bool whole_program);

void rules_run_free(struct rules_run *run);

/* Hash of everything that decides what rules_collect() packs: part of the cache's key. */
uint64_t rules_version(void);

#endif
