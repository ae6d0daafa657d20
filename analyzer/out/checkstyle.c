// SPDX-License-Identifier: MIT
/* Checkstyle XML: one <file> per file, one <error> per finding. */
#include "analyzer/out/out_internal.h"

#include <string.h>

void out_checkstyle(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	const char *path = NULL;

	(void)options;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n", stream);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (!path || strcmp(path, finding->place.path) != 0) {
			fputs(path ? "  </file>\n" : "", stream);
			path = finding->place.path;
			fputs("  <file name=\"", stream);
			out_xml(stream, findings_relative(findings, path));
			fputs("\">\n", stream);
		}
		fprintf(stream, "    <error line=\"%u\" column=\"%u\" severity=\"warning\" message=\"",
		        finding->place.line, finding->place.column);
		out_xml(stream, finding->message);
		fprintf(stream, "\" source=\"memlint.%s\"/>\n", finding->rule);
	}
	fputs(path ? "  </file>\n</checkstyle>\n" : "</checkstyle>\n", stream);
}
