// SPDX-License-Identifier: MIT
/* Workflow commands: each finding annotates its line of a pull request. */
#include "analyzer/out/out_internal.h"

#include <string.h>

static void put(FILE *stream, const char *text, const char *special)
{
	for (; *text; text++) {
		if (strchr(special, *text))
			fprintf(stream, "%%%02X", (unsigned char)*text);
		else
			fputc(*text, stream);
	}
}

void out_github(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	static const char property[] = "%\r\n:,", data[] = "%\r\n";

	(void)options;
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		fputs("::warning file=", stream);
		put(stream, findings_relative(findings, finding->place.path), property);
		fprintf(stream, ",line=%u,col=%u,title=", finding->place.line, finding->place.column);
		put(stream, finding->rule, property);
		fputs("::", stream);
		put(stream, finding->message, data);
		fputc('\n', stream);
	}
}
