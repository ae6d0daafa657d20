// SPDX-License-Identifier: MIT
/* --statistics, --list-rules and --explain. */
#include "analyzer/out/out_internal.h"

#include <string.h>

static const char *bold(const struct out_options *options)
{
	return options->color ? "\033[1m" : "";
}

static const char *normal(const struct out_options *options)
{
	return options->color ? "\033[0m" : "";
}

void out_statistics(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	fprintf(stream, "%s%8s %8s %8s %12s  %s%s\n", bold(options), "findings", "safe", "unsafe", "bytes/object",
	        "rule", normal(options));
	for (size_t r = 0; r < count; r++) {
		size_t number = 0, safe = 0, unsafe = 0;
		long long bytes = 0;

		for (size_t i = 0; i < findings->count; i++) {
			const struct finding *finding = &findings->items[i];
			const bool edits = finding->fix && finding->fix->nedits;

			if (finding->code != rules[r].code)
				continue;
			number++;
			bytes += finding->bytes_saved;
			safe += edits && finding->fix->class == FIX_SAFE;
			unsafe += edits && finding->fix->class == FIX_UNSAFE;
		}
		if (number)
			fprintf(stream, "%8zu %8zu %8zu %12lld  %s\n", number, safe, unsafe, bytes, rules[r].name);
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
