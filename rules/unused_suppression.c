// SPDX-License-Identifier: MIT
/*
 * unused-suppression: a comment silences a finding that is not there.
 *
 * Why:    a suppression that outlives its finding hides the next one on that line.
 * Bad:    int a; // memlint: ignore[struct-padding] kept for the wire format, which has changed since
 * Good:   int a;
 * Limits: only comments for rules that ran are judged; one without a rule in brackets counts when none of them
 *         reported there.
 */
#include "rules/suppression.h"

static void report(struct rule_program *run)
{
	suppressions_report_unused(run->suppressions, run);
}

const struct rule_ops rule_unused_suppression = {
        .report = report,
};
