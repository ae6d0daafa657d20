/* SPDX-License-Identifier: MIT */
/*
 * All that a rule may see, and how the front end runs the rules.
 *
 * A run has two halves, perhaps in different processes and at different times. In a worker, rules_collect() lets
 * every rule look at one parsed unit and pack what it learned into a blob; blobs depend on nothing but the unit, so
 * they can be cached and moved between machines. Where all blobs come together, rules_add_unit() takes them in an order that
 * does not depend on the workers and rules_finish() lets each rule report. Settings are known only in the second half; where
 * nothing is kept for another run, those that nobody selected are left out of the first one too.
 */
#ifndef MEMLINT_RULE_H
#define MEMLINT_RULE_H

#include "analyzer/ast/ast.h"
#include "analyzer/base/pack.h"
#include "analyzer/config/config.h"
#include "analyzer/finding.h"
#include "analyzer/flow/owner.h"

/* ---- first half: one unit ---- */

struct rule_function;

struct rule_collect {
	const struct ast_unit *unit;
	struct packer *facts; /* what a rule packs here comes back in its merge(), unit by unit */
	uint16_t code;        /* of the rule that runs */
	struct packer *found;
	struct arena scratch; /* cleared when collect() or function() returns */
	struct arena arena;   /* lives as long as the unit is looked at */
	void *state;          /* of the rule that runs, for this unit: set by its collect(), in arena */

	struct flow_program *flow;         /* what the unit's functions and libraries do */
	struct flow_conditions conditions; /* what was assumed since it was cleared; see flow_assume() */
	struct rule_function *current;     /* in function(): for the questions below */
};

/* In function(): which one it is. */
const struct ast_function *rule_function(const struct rule_collect *run);
/* Its flow, made when first asked for and shared by the rules; lives until the next function. Never NULL. */
struct flow_function *rule_flow(struct rule_collect *run);
/* Its allocations, with open callees assumed harmless: the conditions stand in each owner. Likewise shared. */
const struct flow_owner *rule_owners(struct rule_collect *run, uint32_t *count);

/* A finding in the making. It lives in run->scratch; nothing is reported before rule_found_send(). */
struct rule_found;

/* printf text is the message; the place is that of @range. NULL when it lies in a system header, or came from one's macro. */
struct rule_found *rule_found(struct rule_collect *run, struct ast_range range, const char *identity,
                              const char *format, ...) __attribute__((format(printf, 4, 5)));
/* All that follow may be given NULL and then do nothing. Texts are copied. */
void rule_found_level(struct rule_found *found, enum finding_level level); /* default: the rule's own */
void rule_found_bytes(struct rule_found *found, int64_t saved);
void rule_found_note(struct rule_found *found, struct ast_range range, const char *format, ...)
        __attribute__((format(printf, 3, 4)));
/* A note "allocated here". */
void rule_found_allocation(struct rule_found *found, struct ast_range range);
void rule_found_fix(struct rule_found *found, enum fix_class class, const char *title, const char *reason);
/* In any order; a finding whose edits overlap, or touch a macro's expansion, has no fix: the caller sees to that. */
void rule_found_edit(struct rule_found *found, struct ast_range range, const char *text);
/* Forgets the edits so far. */
void rule_found_no_edits(struct rule_found *found);
/* Reported only if these hold too, besides run->conditions as they are at rule_found_send(). */
void rule_found_require(struct rule_found *found, const struct flow_condition *conditions, uint32_t count);
void rule_found_send(struct rule_found *found);

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
	struct rule_effects *effects; /* see rule_merged() */
	struct link_state *links;     /* what functions store where: rules/links.h; strong-cycle takes the facts in */
};

/* What the functions of all units do, calls between units included; computed when first asked for, from report() on. */
const struct flow_merged *rule_merged(struct rule_program *run);

/* What of a measured run a finding would save, its measured_bytes. */
enum rule_measure {
	MEASURE_NOTHING, /* cannot be told from a profile */
	MEASURE_OBJECTS, /* finding.bytes_saved of each object of the type that its identity names, live at the peak */
	MEASURE_COPIES,  /* all that was ever allocated on its line */
	MEASURE_PEAK,    /* what its line and the notes' that allocate held at the peak */
	MEASURE_LEFT,    /* what objects of the types that its identity names hold at the end */
};

struct rule_ops {
	enum rule_measure measure;
	/* Another rule, before this one, whose facts this one reports from as well; NULL: none. */
	const struct rule_ops *facts_of;
	/* Worker: packs facts about the unit. NULL: none. */
	void (*collect)(struct rule_collect *run);
	/* Worker, after collect(): looks at one function with a body. NULL: none. */
	void (*function)(struct rule_collect *run);
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

/* Sets of rules: bit i is the rule with index i in rules_all(). */
#define RULES_ALL UINT64_MAX

/* Those whose facts @config asks for: what is selected somewhere, and what that needs of others. */
uint64_t rules_needed(const struct config *config);

/* Runs @rules over @unit and appends facts, unit findings and suppression comments to *blob. */
void rules_collect(const struct ast_unit *unit, uint64_t rules, struct packer *blob);

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
