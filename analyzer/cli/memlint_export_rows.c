// SPDX-License-Identifier: MIT
/* Exports that keep all rows: JSON and CSV. */
#include "analyzer/cli/memlint_export.h"
#include "analyzer/cli/memlint_json.h"

#include <string.h>

static void dump(FILE *out, json_t *value)
{
	json_dumpf(value, out, JSON_ENCODE_ANY);
	json_decref(value);
}

enum status export_json(struct export *export)
{
	const struct memlint_snapshot *snapshot = export->groups.snapshot;
	FILE *out = export->out;

	fputs("{\"schema\": \"memlint-stat/1\",\n\"program\": ", out);
	dump(out, json_program(snapshot));
	fputs(",\n\"snapshot\": ", out);
	dump(out, json_snapshot(snapshot));
	fputs(",\n\"by\": \"traceback\",\n\"cumulative\": false,\n\"totals\": ", out);
	dump(out, json_totals(&snapshot->totals));
	fputs(",\n\"rows\": [", out);
	for (size_t i = 0; i < export->groups.n; i++) {
		fputs(i ? ",\n" : "\n", out);
		dump(out, json_row(&export->groups, export->groups.order[i]));
	}
	fputs("\n]}\n", out);
	return STATUS_OK;
}

/* RFC 4180: quoted where needed. */
static void put_field(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	putc('"', out);
}

enum status export_csv(struct export *export)
{
	FILE *out = export->out;

	fputs("file,line,column,function,type,alloc_bytes,alloc_count,live_bytes,live_count,peak_bytes,usable_bytes,"
	      "temporary_count\r\n",
	      out);
	for (size_t i = 0; i < export->groups.n; i++) {
		const struct snapshot_group *group = export->groups.order[i];
		const struct memlint_statistic *row = &group->stat;

		put_field(out, group->frame->file);
		fprintf(out, ",%u,%u,", group->frame->line, group->frame->column);
		put_field(out, group->frame->function);
		putc(',', out);
		put_field(out, group->main_type);
		fprintf(out, ",%llu,%llu,%llu,%llu,%llu,%llu,%llu\r\n", (unsigned long long)row->alloc_bytes,
		        (unsigned long long)row->alloc_count, (unsigned long long)row->size,
		        (unsigned long long)row->count, (unsigned long long)row->peak_bytes,
		        (unsigned long long)row->usable_bytes, (unsigned long long)row->temporary_count);
	}
	return STATUS_OK;
}
