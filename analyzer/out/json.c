// SPDX-License-Identifier: MIT
/* One object with everything there is, schema memlint-findings/1. */
#include "analyzer/out/out_internal.h"

#include <inttypes.h>

static json_t *fingerprint(const struct finding *finding)
{
	char text[17];

	snprintf(text, sizeof text, "%016" PRIx64, finding->fingerprint);
	return json_string(text);
}

static void set_place(json_t *object, const struct findings *findings, const struct place *place)
{
	json_object_set_new(object, "file", out_json_string(findings_relative(findings, place->path)));
	json_object_set_new(object, "line", json_integer(place->line));
	json_object_set_new(object, "column", json_integer(place->column));
	if (place->end_line) {
		json_object_set_new(object, "end_line", json_integer(place->end_line));
		json_object_set_new(object, "end_column", json_integer(place->end_column));
	}
}

static json_t *notes_of(const struct findings *findings, const struct finding *finding)
{
	json_t *notes = json_array();

	for (uint32_t i = 0; i < finding->nnotes; i++) {
		json_t *note = json_object();

		if (finding->notes[i].place.path && *finding->notes[i].place.path)
			set_place(note, findings, &finding->notes[i].place);
		json_object_set_new(note, "text", out_json_string(finding->notes[i].text));
		json_array_append_new(notes, note);
	}
	return notes;
}

static json_t *fix_of(const struct findings *findings, const struct fix *fix)
{
	json_t *object, *edits;

	if (!fix)
		return json_null();
	object = json_object();
	edits = json_array();
	for (uint32_t i = 0; i < fix->nedits; i++) {
		json_t *edit = json_object();

		json_object_set_new(edit, "file", out_json_string(findings_relative(findings, fix->edits[i].path)));
		json_object_set_new(edit, "begin", json_integer(fix->edits[i].begin));
		json_object_set_new(edit, "end", json_integer(fix->edits[i].end));
		json_object_set_new(edit, "text", out_json_string(fix->edits[i].text));
		json_array_append_new(edits, edit);
	}
	json_object_set_new(object, "class", json_string(out_fix_class(fix->class)));
	json_object_set_new(object, "title", out_json_string(fix->title));
	json_object_set_new(object, "reason", out_json_string(fix->reason));
	json_object_set_new(object, "edits", edits);
	return object;
}

static json_t *finding_object(const struct findings *findings, const struct finding *finding)
{
	json_t *object = json_object();

	json_object_set_new(object, "rule", json_string(finding->rule));
	json_object_set_new(object, "code", json_integer(finding->code));
	json_object_set_new(object, "level", json_string(out_level(finding->level)));
	set_place(object, findings, &finding->place);
	json_object_set_new(object, "subject", out_json_string(finding->identity));
	json_object_set_new(object, "message", out_json_string(finding->message));
	json_object_set_new(object, "details", out_json_string(finding->details));
	json_object_set_new(object, "bytes_saved", json_integer(finding->bytes_saved));
	if (finding->measured_bytes >= 0)
		json_object_set_new(object, "measured_bytes", json_integer(finding->measured_bytes));
	json_object_set_new(object, "fingerprint", fingerprint(finding));
	json_object_set_new(object, "notes", notes_of(findings, finding));
	json_object_set_new(object, "fix", fix_of(findings, finding->fix));
	return object;
}

void out_json(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	json_t *root = json_object(), *list = json_array(), *warnings = json_array();

	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(list, finding_object(findings, &findings->items[i]));
	for (size_t i = 0; i < options->nwarnings; i++)
		json_array_append_new(warnings, out_json_string(options->warnings[i]));
	json_object_set_new(root, "schema", json_string("memlint-findings/1"));
	json_object_set_new(root, "version", json_string(out_version(options)));
	json_object_set_new(root, "findings", list);
	json_object_set_new(root, "warnings", warnings);
	json_dumpf(root, stream, JSON_INDENT(2));
	fputc('\n', stream);
	json_decref(root);
}
