// SPDX-License-Identifier: MIT
/* memlint-analyze: finds wasteful memory habits in C and C++ sources. */
#include "analyzer/ast/parse.h"
#include "analyzer/cli/analyze.h"
#include "analyzer/cli/lsp.h"
#include "memlint/memlint.h"

#include <stdio.h>

static enum status explain(const struct analyze_options *options, const struct out_options *out)
{
	const struct rule *rule = rules_find(options->explain);

	if (!rule)
		return diag_error("--explain %s: no such rule; --list-rules shows them all", options->explain);
	out_explain(stdout, rule, out);
	return STATUS_OK;
}

static enum status run(struct analyze_options *options)
{
	const struct out_options out = {.color = terminal_of(stdout, options->color).color};

	if (options->help) {
		analyze_help(stdout);
		return STATUS_OK;
	}
	if (options->version) {
		printf("memlint-analyze %s (%s)\n", MEMLINT_VERSION, ast_compiler_version());
		return STATUS_OK;
	}
	if (options->list_rules) {
		out_list_rules(stdout, &out);
		return STATUS_OK;
	}
	if (options->explain)
		return explain(options, &out);
	if (options->lsp)
		return lsp_serve(options);
	if (options->facts_only)
		return analyze_facts_only(options);
	return analyze_run(options);
}

int main(int argc, char **argv)
{
	struct analyze_options options = {0};
	enum status status;

	diag_set_program("memlint-analyze");
	status = analyze_options_parse(&options, argc, argv);
	if (status == STATUS_OK)
		status = run(&options);
	analyze_options_release(&options);
	if (fflush(stdout) || ferror(stdout))
		status = diag_error("standard output could not be written");
	return (int)status;
}
