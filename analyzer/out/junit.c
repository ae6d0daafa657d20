// SPDX-License-Identifier: MIT
/* JUnit XML: one failed test per finding, a test that passed when there is none. */
#include "analyzer/out/out_internal.h"

static void put_case(FILE *stream, const struct findings *findings, const struct finding *finding)
{
	fputs("    <testcase classname=\"", stream);
	out_xml(stream, findings_relative(findings, finding->place.path));
	fprintf(stream, "\" name=\"%s:%u:%u\">\n      <failure type=\"%s\" message=\"", finding->rule,
	        finding->place.line, finding->place.column, finding->rule);
	out_xml(stream, finding->message);
	fputs("\">", stream);
	out_xml(stream, finding->details);
	fputs("</failure>\n    </testcase>\n", stream);
}

void out_junit(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	const size_t tests = findings->count ? findings->count : 1;

	(void)options;
	fprintf(stream,
	        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
	        "  <testsuite name=\"memlint-analyze\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
	        tests, findings->count);
	for (size_t i = 0; i < findings->count; i++)
		put_case(stream, findings, &findings->items[i]);
	if (!findings->count)
		fputs("    <testcase classname=\"memlint-analyze\" name=\"no findings\"/>\n", stream);
	fputs("  </testsuite>\n</testsuites>\n", stream);
}
