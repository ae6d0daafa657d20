// SPDX-License-Identifier: MIT
/* SARIF 2.1.0: rules with their pages, results with related places, fingerprints and fixes. */
#include "analyzer/out/out_internal.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A relative path, or an absolute one as file://, with what URIs forbid as %XX. */
static json_t *uri(const struct findings *findings, const char *path)
{
	const char *relative = findings_relative(findings, path);
	char *text = malloc(3 * strlen(relative) + 8), *at = text;
	json_t *string;

	if (!text)
		diag_die("out of memory");
	if (*relative == '/')
		at += sprintf(at, "file://");
	for (; *relative; relative++) {
		const unsigned char c = (unsigned char)*relative;

		if (isalnum(c) || strchr("/-._~", c))
			*at++ = (char)c;
		else
			at += sprintf(at, "%%%02X", c);
	}
	*at = 0;
	string = json_string(text);
	free(text);
	return string;
}

static json_t *artifact(const struct findings *findings, const char *path)
{
	json_t *location = json_object();

	json_object_set_new(location, "uri", uri(findings, path));
	if (findings_relative(findings, path) != path)
		json_object_set_new(location, "uriBaseId", json_string("SRCROOT"));
	return location;
}

static json_t *message(const char *text)
{
	json_t *object = json_object();

	json_object_set_new(object, "text", out_json_string(text));
	return object;
}

static json_t *location(const struct findings *findings, const struct place *place, const char *text,
                        struct out_source *source)
{
	json_t *physical = json_object(), *result = json_object();

	json_object_set_new(physical, "artifactLocation", artifact(findings, place->path));
	if (place->line) {
		json_t *region = json_object();

		json_object_set_new(region, "startLine", json_integer(place->line));
		if (place->column)
			json_object_set_new(
			        region, "startColumn",
			        json_integer(out_source_column(source, place->path, place->line, place->column)));
		if (place->end_line && place->end_column) {
			json_object_set_new(region, "endLine", json_integer(place->end_line));
			json_object_set_new(region, "endColumn",
			                    json_integer(out_source_column(source, place->path, place->end_line,
			                                                   place->end_column)));
		}
		json_object_set_new(physical, "region", region);
	}
	json_object_set_new(result, "physicalLocation", physical);
	if (text)
		json_object_set_new(result, "message", message(text));
	return result;
}

static json_t *replacement(const struct edit *edit, struct out_source *source)
{
	json_t *object = json_object(), *region = json_object(), *content = json_object();
	uint32_t line, column;

	/* Lines and columns next to bytes: readers differ in which of them they understand. */
	if (out_source_place(source, edit->path, edit->begin, &line, &column)) {
		json_object_set_new(region, "startLine", json_integer(line));
		json_object_set_new(region, "startColumn", json_integer(column));
	}
	if (out_source_place(source, edit->path, edit->end, &line, &column)) {
		json_object_set_new(region, "endLine", json_integer(line));
		json_object_set_new(region, "endColumn", json_integer(column));
	}
	json_object_set_new(region, "byteOffset", json_integer(edit->begin));
	json_object_set_new(region, "byteLength", json_integer(edit->end - edit->begin));
	json_object_set_new(content, "text", out_json_string(edit->text));
	json_object_set_new(object, "deletedRegion", region);
	json_object_set_new(object, "insertedContent", content);
	return object;
}

static json_t *fixes(const struct findings *findings, const struct fix *fix, struct out_source *source)
{
	json_t *changes = json_array(), *object = json_object(), *list = json_array(), *replacements = NULL;
	char title[512];

	for (uint32_t i = 0; i < fix->nedits; i++) {
		if (!i || strcmp(fix->edits[i].path, fix->edits[i - 1].path) != 0) {
			json_t *change = json_object();

			replacements = json_array();
			json_object_set_new(change, "artifactLocation", artifact(findings, fix->edits[i].path));
			json_object_set_new(change, "replacements", replacements);
			json_array_append_new(changes, change);
		}
		json_array_append_new(replacements, replacement(&fix->edits[i], source));
	}
	snprintf(title, sizeof title, "%s (%s)", fix->title, out_fix_class(fix->class));
	json_object_set_new(object, "description", message(title));
	json_object_set_new(object, "artifactChanges", changes);
	json_array_append_new(list, object);
	return list;
}

static size_t rule_index(uint16_t code)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	for (size_t i = 0; i < count; i++) {
		if (rules[i].code == code)
			return i;
	}
	return 0;
}

static json_t *result(const struct findings *findings, const struct finding *finding, struct out_source *source)
{
	json_t *object = json_object(), *places = json_array(), *related = json_array(), *prints = json_object();
	json_t *properties = json_object();
	char text[32];

	json_object_set_new(object, "ruleId", json_string(finding->rule));
	json_object_set_new(object, "ruleIndex", json_integer((json_int_t)rule_index(finding->code)));
	json_object_set_new(object, "level", json_string("warning"));
	json_object_set_new(object, "message", message(finding->message));
	json_array_append_new(places, location(findings, &finding->place, NULL, source));
	json_object_set_new(object, "locations", places);
	for (uint32_t i = 0; i < finding->nnotes; i++) {
		const struct finding_note *note = &finding->notes[i];
		const struct place *place = note->place.path && *note->place.path ? &note->place : &finding->place;

		json_array_append_new(related, location(findings, place, note->text, source));
	}
	if (json_array_size(related))
		json_object_set(object, "relatedLocations", related);
	json_decref(related);
	snprintf(text, sizeof text, "%016" PRIx64, finding->fingerprint);
	json_object_set_new(prints, "memlint/v1", json_string(text));
	json_object_set_new(object, "partialFingerprints", prints);
	json_object_set_new(properties, "bytesSaved", json_integer(finding->bytes_saved));
	if (finding->measured_bytes >= 0)
		json_object_set_new(properties, "measuredBytes", json_integer(finding->measured_bytes));
	json_object_set_new(object, "properties", properties);
	if (finding->fix && finding->fix->nedits)
		json_object_set_new(object, "fixes", fixes(findings, finding->fix, source));
	return object;
}

static json_t *rule_objects(void)
{
	json_t *list = json_array();
	size_t count;
	const struct rule *rules = rules_all(&count);

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object(), *configuration = json_object();
		char id[16];

		snprintf(id, sizeof id, "ML%u", rules[i].code);
		json_object_set_new(object, "id", json_string(rules[i].name));
		json_object_set_new(object, "name", json_string(id));
		json_object_set_new(object, "shortDescription", message(rules[i].brief));
		json_object_set_new(object, "fullDescription", message(rules_page(&rules[i])));
		json_object_set_new(configuration, "level", json_string("warning"));
		json_object_set_new(configuration, "enabled", json_boolean(rules[i].level == LEVEL_DEFAULT));
		json_object_set_new(object, "defaultConfiguration", configuration);
		json_array_append_new(list, object);
	}
	return list;
}

static json_t *tool(const struct out_options *options)
{
	json_t *driver = json_object(), *object = json_object();

	json_object_set_new(driver, "name", json_string("memlint-analyze"));
	json_object_set_new(driver, "version", json_string(out_version(options)));
	json_object_set_new(driver, "rules", rule_objects());
	json_object_set_new(object, "driver", driver);
	return object;
}

static json_t *invocations(const struct out_options *options)
{
	json_t *list = json_array(), *invocation = json_object(), *notes = json_array();

	for (size_t i = 0; i < options->nwarnings; i++) {
		json_t *note = json_object();

		json_object_set_new(note, "message", message(options->warnings[i]));
		json_object_set_new(note, "level", json_string("warning"));
		json_array_append_new(notes, note);
	}
	json_object_set_new(invocation, "executionSuccessful", json_boolean(!options->nwarnings));
	json_object_set_new(invocation, "toolExecutionNotifications", notes);
	json_array_append_new(list, invocation);
	return list;
}

void out_sarif(FILE *stream, const struct findings *findings, const struct out_options *options)
{
	json_t *root = json_object(), *runs = json_array(), *run = json_object(), *results = json_array();
	struct out_source source = {0};

	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(results, result(findings, &findings->items[i], &source));
	json_object_set_new(run, "tool", tool(options));
	json_object_set_new(run, "invocations", invocations(options));
	json_object_set_new(run, "columnKind", json_string("utf16CodeUnits"));
	json_object_set_new(run, "results", results);
	json_array_append_new(runs, run);
	json_object_set_new(root, "$schema", json_string("https://json.schemastore.org/sarif-2.1.0.json"));
	json_object_set_new(root, "version", json_string("2.1.0"));
	json_object_set_new(root, "runs", runs);
	json_dumpf(root, stream, JSON_INDENT(2));
	fputc('\n', stream);
	json_decref(root);
	out_source_release(&source);
}
