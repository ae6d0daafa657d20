// SPDX-License-Identifier: MIT
/* --statistics, --list-rules and --explain. */
#include "analyzer/out/out_internal.h"

#include <inttypes.h>
#include <string.h>

static const char *bold(const struct out_options *options)
{
	return options->color ? "\033[1m" : "";
}

static const char *normal(const struct out_options *options)
{
	return options->color ? "\033[0m" : "";
}

struct sums {
	size_t findings, safe, unsafe;
	int64_t bytes, measured;
};

static struct sums sum_up(const struct findings *findings, const struct rule *rule)
{
	struct sums sums = {0};

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		const bool edits = finding->fix && finding->fix->nedits;

		if (finding->code != rule->code)
			continue;
		sums.findings++;
		sums.bytes += finding->bytes_saved;
		sums.measured += finding->measured_bytes > 0 ? finding->measured_bytes : 0;
		sums.safe += edits && finding->fix->class == FIX_SAFE;
		sums.unsafe += edits && finding->fix->class == FIX_UNSAFE;
	}
	return sums;
}

static bool is_measured(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		if (findings->items[i].measured_bytes >= 0)
			return true;
	return false;
}

void out_statistics(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	size_t count;
	const struct rule *rules = rules_all(&count);
	const bool measured = is_measured(findings);

	fprintf(stream, "%s%8s %8s %8s %12s%s  %s%s\n", bold(options), "findings", "safe", "unsafe", "bytes/object",
	        measured ? "     measured" : "", "rule", normal(options));
	for (size_t r = 0; r < count; r++) {
		const struct sums sums = sum_up(findings, &rules[r]);

		if (!sums.findings)
			continue;
		fprintf(stream, "%8zu %8zu %8zu %12" PRId64, sums.findings, sums.safe, sums.unsafe, sums.bytes);
		if (measured)
			fprintf(stream, " %12" PRId64, sums.measured);
		fprintf(stream, "  %s\n", rules[r].name);
	}
	if (!findings->count)
		fputs("no findings\n", stream);
}

void out_list_rules(FILE *stream, const struct out_options *options)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	for (size_t i = 0; i < count; i++)
		fprintf(stream, "%u  %s%-20s%s %-8s %s\n", rules[i].code, bold(options), rules[i].name, normal(options),
		        out_level(rules[i].level), rules[i].brief);
}

void out_explain(FILE *stream, const struct rule *rule, const struct out_options *options)
{
	fprintf(stream, "%s%s (%u, %s)%s: %s\n\n", bold(options), rule->name, rule->code, out_level(rule->level),
	        normal(options), rule->brief);
	const char *page = rules_page(rule);
	const char *body = strstr(page, "\n\n"); /* the page's first line is the same in short */

	fputs(body ? body + 2 : page, stream);
}
