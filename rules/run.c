// SPDX-License-Identifier: MIT
/*
 * Runs the rules: over a unit in a worker, over all units' facts at the end.
 *
 * A blob is a magic number and chunks of (what, bytes): a rule's code for its facts, or one of the codes below.
 */
#include "analyzer/base/hash.h"
#include "analyzer/base/vec.h"
#include "analyzer/rule.h"
#include "rules/suppression.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAGIC = 0x4d4c46,   /* MLF */
	FORMAT = 1,         /* raise it when what rules pack changes */
	CHUNK_FINDING = 1,  /* one finding made in the worker */
	CHUNK_SUPPRESS = 2, /* suppression comments */
};

struct rules_run {
	struct rule_program program;
	struct arena arena;
	struct suppressions suppressions;
	void **states; /* by rule */
};

uint64_t rules_version(void)
{
	size_t count;
	const struct rule *rules = rules_all(&count);
	uint64_t hash = FORMAT;

	for (size_t i = 0; i < count; i++)
		hash = hash_bytes(rules[i].name, strlen(rules[i].name), hash);
	return hash;
}

/* ---- worker ---- */

static void pack_chunk(struct packer *blob, uint64_t what, struct packer *bytes)
{
	if (bytes->size) {
		pack_number(blob, what);
		pack_bytes(blob, bytes->bytes, bytes->size);
	}
	bytes->size = 0;
}

void rules_collect(const struct ast_unit *unit, struct packer *blob)
{
	struct packer facts = {0}, findings = {0};
	struct rule_collect run = {.unit = unit, .facts = &facts, .findings = &findings};
	size_t count;
	const struct rule *rules = rules_all(&count);

	pack_number(blob, MAGIC);
	pack_number(blob, FORMAT);
	for (size_t i = 0; i < count; i++) {
		if (!rules[i].ops->collect)
			continue;
		run.code = rules[i].code;
		rules[i].ops->collect(&run);
		pack_chunk(blob, rules[i].code, &facts);
		arena_clear(&run.scratch);
	}
	pack_chunk(blob, CHUNK_FINDING, &findings);
	suppressions_collect(unit, &facts);
	pack_chunk(blob, CHUNK_SUPPRESS, &facts);
	pack_release(&facts);
	pack_release(&findings);
}

void rule_report_here(struct rule_collect *run, struct ast_range range, const char *identity, const char *format, ...)
{
	const struct ast_file *file = ast_file_of(run->unit, range);
	uint32_t line = 0, column = 0, end_line = 0, end_column = 0;
	char message[1024];
	va_list arguments;

	if (!file || file->system)
		return;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	ast_line_column(file, range.begin, &line, &column);
	ast_line_column(file, range.end, &end_line, &end_column);
	pack_number(run->findings, run->code);
	pack_string(run->findings, file->path);
	pack_number(run->findings, line);
	pack_number(run->findings, column);
	pack_number(run->findings, end_line);
	pack_number(run->findings, end_column);
	pack_string(run->findings, identity);
	pack_string(run->findings, message);
}

/* ---- program ---- */

struct rules_run *rules_run_new(const struct config *config, struct findings *findings)
{
	struct rules_run *run = calloc(1, sizeof *run);
	size_t count;

	if (!run)
		diag_die("out of memory");
	rules_all(&count);
	run->states = arena_array(&run->arena, count, void *);
	run->program = (struct rule_program){
	        .config = config,
	        .findings = findings,
	        .arena = &findings->arena,
	        .suppressions = &run->suppressions,
	};
	suppressions_init(&run->suppressions, run->program.arena); /* findings point into comments */
	return run;
}

static const struct rule *rule_by_code(uint64_t code, size_t *index)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	for (*index = 0; *index < count; ++*index) {
		if (rules[*index].code == code)
			return &rules[*index];
	}
	return NULL;
}

static void select_rule(struct rules_run *run, const struct rule *rule, size_t index)
{
	run->program.code = rule->code;
	run->program.state = run->states[index];
}

static void add_findings(struct rules_run *run, struct unpacker *bytes)
{
	struct arena *arena = run->program.arena;

	while (!unpack_end(bytes)) {
		size_t index;
		const struct rule *rule = rule_by_code(unpack_number(bytes), &index);
		struct finding finding = {.details = "", .measured_bytes = -1};

		finding.place.path = unpack_string(bytes, arena);
		finding.place.line = unpack_u32(bytes);
		finding.place.column = unpack_u32(bytes);
		finding.place.end_line = unpack_u32(bytes);
		finding.place.end_column = unpack_u32(bytes);
		finding.identity = unpack_string(bytes, arena);
		finding.message = unpack_string(bytes, arena);
		if (!rule || bytes->bad)
			return;
		finding.code = rule->code;
		finding.rule = rule->name;
		finding.level = rule->level;
		findings_add(run->program.findings, &finding);
	}
}

static void add_chunk(struct rules_run *run, uint64_t what, struct unpacker *bytes)
{
	size_t index;
	const struct rule *rule = rule_by_code(what, &index);

	if (what == CHUNK_FINDING) {
		add_findings(run, bytes);
	} else if (what == CHUNK_SUPPRESS) {
		suppressions_merge(&run->suppressions, bytes);
	} else if (rule && rule->ops->merge) {
		select_rule(run, rule, index);
		rule->ops->merge(&run->program, bytes);
		run->states[index] = run->program.state;
	}
}

bool rules_add_unit(struct rules_run *run, const void *blob, size_t size)
{
	struct unpacker in = unpack_from(blob, size);

	if (unpack_number(&in) != MAGIC || unpack_number(&in) != FORMAT)
		return false;
	while (!unpack_end(&in)) {
		const uint64_t what = unpack_number(&in);
		size_t length;
		const void *bytes = unpack_bytes(&in, &length);

		if (bytes) {
			struct unpacker chunk = unpack_from(bytes, length);

			add_chunk(run, what, &chunk);
		}
	}
	run->program.nunits++;
	return !in.bad;
}

static void report(struct rules_run *run, const struct rule *rule, size_t index)
{
	select_rule(run, rule, index);
	if (rule->ops->report)
		rule->ops->report(&run->program);
	run->states[index] = run->program.state;
}

/* Comments are marked as used by whatever they silence, wanted or not; then only what is wanted stays. */
static void filter(struct rules_run *run, size_t from)
{
	struct findings *findings = run->program.findings;
	const struct config *config = run->program.config;
	size_t kept = from;

	for (size_t i = from; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		const struct settings settings = config_settings(config, finding->place.path);
		const bool silenced = suppressions_match(&run->suppressions, finding);

		if (silenced || config_is_excluded(config, finding->place.path) ||
		    !settings_want(&settings, finding->rule, finding->level))
			continue;
		findings->items[kept++] = *finding;
	}
	findings->count = kept;
}

void rules_finish(struct rules_run *run, bool whole_program)
{
	struct findings *findings = run->program.findings;
	size_t count;
	const struct rule *rules = rules_all(&count);

	run->program.whole_program = whole_program;
	suppressions_finish(&run->suppressions);
	for (size_t i = 0; i + 1 < count; i++)
		report(run, &rules[i], i);
	filter(run, 0);
	/* The last rule judges the comments: it comes when all others are done. */
	const size_t before = findings->count;

	report(run, &rules[count - 1], count - 1);
	filter(run, before);
	findings_finish(findings);
}

void rules_run_free(struct rules_run *run)
{
	size_t count;
	const struct rule *rules = rules_all(&count);

	if (!run)
		return;
	for (size_t i = 0; i < count; i++) {
		select_rule(run, &rules[i], i);
		if (rules[i].ops->release)
			rules[i].ops->release(&run->program);
	}
	suppressions_release(&run->suppressions);
	arena_clear(&run->arena);
	free(run);
}
