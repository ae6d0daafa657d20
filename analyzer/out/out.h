/* SPDX-License-Identifier: MIT */
/*
 * Findings as text for people and machines.
 */
#ifndef MEMLINT_OUT_OUT_H
#define MEMLINT_OUT_OUT_H

#include "analyzer/base/diag.h"
#include "analyzer/finding.h"
#include "analyzer/rule.h"

#include <stdio.h>

struct out_options {
	bool color;          /* escape sequences; the caller knows whether it writes to a terminal */
	bool no_source;      /* text: without source line, caret and layouts */
	const char *version; /* of the tool, for formats that carry it; NULL: MEMLINT_VERSION */
	/* Lost or broken units, for formats with a place for it; 0 and NULL when none. */
	const char *const *warnings;
	size_t nwarnings;
};

struct out_format {
	const char *name;
	const char *brief;
	void (*write)(FILE *stream, const struct findings *findings, const struct out_options *options);
};

/* All formats; *count is their number. */
const struct out_format *out_formats(size_t *count);
/* NULL when there is none of that name. */
const struct out_format *out_format_find(const char *name);

/* A table of findings and bytes per rule (--statistics). */
void out_statistics(FILE *stream, const struct findings *findings, const struct out_options *options);
/* One line per rule (--list-rules). */
void out_list_rules(FILE *stream, const struct out_options *options);
/* The page of a rule (--explain). */
void out_explain(FILE *stream, const struct rule *rule, const struct out_options *options);

#endif
