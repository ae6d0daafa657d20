/* SPDX-License-Identifier: MIT */
/*
 * Comments that silence findings:
 *   memlint: ignore[rule, rule] reason      on the line of the finding or on the line above
 *   memlint: off[rule] reason … memlint: on[rule]   between them
 * Without brackets every rule is meant.
 */
#ifndef MEMLINT_RULES_SUPPRESSION_H
#define MEMLINT_RULES_SUPPRESSION_H

#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/rule.h"

enum suppression_kind { SUPPRESSION_IGNORE, SUPPRESSION_OFF, SUPPRESSION_ON };

struct suppression {
	const char *path;
	uint32_t line, column;
	uint32_t last; /* line up to which OFF holds */
	bool alone;    /* nothing but the comment on its line: it speaks of the next one */
	enum suppression_kind kind;
	const char *rules; /* "struct-padding, late-free"; "" all */
	bool used;
};

struct suppressions {
	struct arena *arena;
	VEC(struct suppression) items; /* sorted by suppressions_finish() */
	struct intern paths;
};

/* Worker: packs the comments of the unit's project files. */
void suppressions_collect(const struct ast_unit *unit, struct packer *facts);

void suppressions_init(struct suppressions *suppressions, struct arena *arena);
void suppressions_merge(struct suppressions *suppressions, struct unpacker *facts);
/* Sorts and pairs off with on. */
void suppressions_finish(struct suppressions *suppressions);
/* Whether a comment silences the finding; remembers that it was of use. */
bool suppressions_match(struct suppressions *suppressions, const struct finding *finding);
/* True if there is one without a rule in brackets. */
bool suppressions_any_for_all(const struct suppressions *suppressions);
void suppressions_report_unused(const struct suppressions *suppressions, struct rule_program *run);
void suppressions_release(struct suppressions *suppressions);

/* The next comment in @text at or after @at: fills all but path, line and column, whose offset it gives; false at the end. */
bool suppression_parse(const char *text, size_t size, size_t *at, struct suppression *out, size_t *offset,
                       struct arena *arena);

#endif
