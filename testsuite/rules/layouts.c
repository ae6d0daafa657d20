// SPDX-License-Identifier: MIT
/*
 * Compares the layout of every record that the analyzer knows with gcc's debug information: memlint-layouts DIRECTORY
 *
 * DIRECTORY has a compile_commands.json whose objects were built with -g. Prints a line for each record that differs or has no
 * counterpart ("differs<TAB>place<TAB>name<TAB>why"), and at last "total<TAB>same<TAB>differ<TAB>alone<TAB>units<TAB>lost".
 */
#include "testsuite/rules/layouts.h"

#include "analyzer/facts/gather.h"
#include "analyzer/facts/pool.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum verdict { ALONE, SAME, DIFFERS };

struct job {
	struct unit_command command;
	const char *object;
};

/* One record of the program, whatever the number of units that saw it: the worst that was seen, "alone" before all others. */
struct seen {
	enum verdict verdict;
	const char *line; /* to print */
};

struct run {
	struct arena arena;
	VEC(struct job) jobs;
	struct intern names;
	struct hash_map records; /* interned "place\tname" → struct seen */
	VEC(const char *) order;
	unsigned done, lost;
};

/* ---- jobs ---- */

static const char *object_of(struct arena *arena, const char *directory, const char **words, uint32_t count,
                             const char *source)
{
	for (uint32_t i = 0; i + 1 < count; i++) {
		if (strcmp(words[i], "-o") == 0)
			return absolute_path(arena, directory, words[i + 1]);
	}
	const char *name = strrchr(source, '/') ? strrchr(source, '/') + 1 : source;
	const char *dot = strrchr(name, '.');

	return arena_printf(arena, "%s/%.*s.o", directory, dot ? (int)(dot - name) : (int)strlen(name), name);
}

static bool read_job(struct run *run, const json_t *entry)
{
	const char *directory = json_string_value(json_object_get(entry, "directory"));
	const char *file = json_string_value(json_object_get(entry, "file"));
	const char *command = json_string_value(json_object_get(entry, "command"));
	const json_t *arguments = json_object_get(entry, "arguments");
	const char **words = NULL;
	uint32_t count = (uint32_t)json_array_size(arguments);
	struct job job;

	if (!directory || !file)
		return false;
	if (command)
		command_split(&run->arena, command, &words, &count);
	else
		words = arena_array(&run->arena, count + 1, const char *);
	for (uint32_t i = 0; !command && i < count; i++)
		words[i] = json_string_value(json_array_get(arguments, i));
	file = absolute_path(&run->arena, directory, file);
	job.command = command_clean(&run->arena, directory, file, words, count);
	job.object = object_of(&run->arena, directory, words, count, file);
	vec_push(&run->jobs, job);
	return true;
}

static bool read_jobs(struct run *run, const char *directory)
{
	json_error_t error;
	json_t *root = json_load_file(arena_printf(&run->arena, "%s/compile_commands.json", directory), 0, &error);
	size_t index;
	json_t *entry;

	if (!root) {
		diag_error("%s/compile_commands.json: %s", directory, error.text);
		return false;
	}
	json_array_foreach(root, index, entry)
	{
		if (!read_job(run, entry))
			diag_warn("entry %zu of the database names no file", index);
	}
	/* The strings of the entries are used on: root lives as long as the process. */
	return true;
}

/* ---- one unit ---- */

struct unit_run {
	struct dwarf_records dwarf;
	const struct ast_unit *unit;
	struct arena *arena;
	struct packer *result;
};

/* Template arguments and the spaces in them are spelled in many ways: the bare name of the template counts. */
static bool same_name(const char *ours, const char *theirs)
{
	const size_t length = strcspn(ours, "<");

	return strcspn(theirs, "<") == length && strncmp(ours, theirs, length) == 0;
}

static bool is_counted(const struct ast_record *record)
{
	return record->flags & AST_RECORD_COMPLETE && record->size >= 0 &&
	       !(record->flags & (AST_RECORD_PATTERN | AST_RECORD_LAMBDA | AST_RECORD_INCOMPLETE_FIELDS)) &&
	       !(record->decl.flags & (AST_DEPENDENT | AST_SYSTEM));
}

/* What C++ programs spell "(unnamed …)" and unnamed bit-fields have no counterpart among gcc's members. */
static bool is_member(const struct ast_field *field)
{
	return !(field->flags & AST_FIELD_BIT && (!field->width || field->decl.flags & AST_UNNAMED));
}

static const char *compare_members(const struct ast_record *ours, const struct dwarf_record *theirs,
                                   struct arena *arena)
{
	size_t next = 0;

	for (uint32_t i = 0; i < ours->nfields; i++) {
		const struct ast_field *field = ours->fields[i];
		const char *name = field->decl.flags & AST_UNNAMED ? "" : field->decl.name;

		if (!is_member(field))
			continue;
		if (next == theirs->members.count)
			return arena_printf(arena, "other fields: gcc has no '%s'", name);
		const struct dwarf_member *member = &theirs->members.items[next++];

		if (strcmp(name, member->name) != 0)
			return arena_printf(arena, "other fields: '%s', gcc has '%s'", name, member->name);
		if (field->offset != member->offset)
			return arena_printf(arena, "'%s' at bit %lld, gcc has %lld", name, (long long)field->offset,
			                    (long long)member->offset);
		if (field->flags & AST_FIELD_BIT ? field->width != member->width
		                                 : !(field->flags & AST_FIELD_FLEXIBLE) && field->size >= 0 &&
		                                           member->size >= 0 && field->size != member->size)
			return arena_printf(arena, "'%s' has %lld bytes, %u bits, gcc %lld, %u", name,
			                    (long long)field->size, field->width, (long long)member->size,
			                    member->width);
	}
	return next == theirs->members.count
	               ? NULL
	               : arena_printf(arena, "other fields: gcc has '%s' too", theirs->members.items[next].name);
}

static const char *compare_bases(const struct ast_record *ours, const struct dwarf_record *theirs, struct arena *arena)
{
	if (ours->nbases != theirs->bases.count)
		return arena_printf(arena, "%u bases, gcc has %zu", ours->nbases, theirs->bases.count);
	for (uint32_t i = 0; i < ours->nbases; i++) {
		if (!ours->bases[i].virtual_ && ours->bases[i].offset * 8 != theirs->bases.items[i].offset)
			return arena_printf(arena, "base %u at byte %lld, gcc has %lld", i + 1,
			                    (long long)ours->bases[i].offset,
			                    (long long)theirs->bases.items[i].offset / 8);
	}
	return NULL;
}

static const char *compare(const struct ast_record *ours, const struct dwarf_record *theirs, struct arena *arena)
{
	const char *why = compare_bases(ours, theirs, arena);

	if (!why)
		why = compare_members(ours, theirs, arena);
	if (!why && ours->size != theirs->size)
		why = arena_printf(arena, "%lld bytes, gcc has %lld", (long long)ours->size, (long long)theirs->size);
	return why;
}

/* How well a record of gcc's fits by place and name: 0 not at all. */
static unsigned likeness(const struct ast_record *ours, const char *path, const struct dwarf_record *theirs)
{
	const bool here = path == theirs->path;

	if (here && (theirs->line < ours->decl.line || theirs->line > ours->decl.line + 2))
		return 0;
	if (*ours->decl.name ? !same_name(ours->decl.name, theirs->name) : *theirs->name != 0)
		return 0;
	if (here && theirs->line == ours->decl.line)
		return theirs->column == ours->decl.column ? 4 : 3;
	return here ? 2 : 1; /* the place of the brace; #line */
}

/* The best of those that fit best by name and place. */
static enum verdict judge(struct unit_run *run, const struct ast_record *record, const char *path, const char **why)
{
	enum verdict verdict = ALONE;
	unsigned best = 1;

	*why = "gcc wrote no such record";
	for (size_t i = 0; i < run->dwarf.items.count; i++) {
		const struct dwarf_record *theirs = run->dwarf.items.items[i];
		const unsigned like = likeness(record, path, theirs);

		if (like < best || (like == best && verdict == SAME))
			continue;
		const char *difference = compare(record, theirs, run->arena);

		if (like == 1 && difference)
			continue; /* another record, elsewhere */
		best = like;
		verdict = difference ? DIFFERS : SAME;
		*why = difference ? difference : "";
	}
	return verdict;
}

/* Of a unit without code gcc writes no debug information. */
static bool is_bare(const struct ast_unit *unit)
{
	for (uint32_t i = 0; i < unit->nrecords; i++) {
		if (is_counted(unit->records[i]))
			return false;
	}
	return true;
}

static void judge_all(struct unit_run *run)
{
	for (uint32_t i = 0; i < run->unit->nrecords; i++) {
		const struct ast_record *record = run->unit->records[i];
		const struct ast_file *file = ast_file_of(run->unit, record->decl.range);
		const char *why;

		if (!is_counted(record) || !file)
			continue;
		pack_number(run->result, judge(run, record, intern_string(run->dwarf.paths, file->path), &why));
		pack_string(run->result, arena_printf(run->arena, "%s:%u:%u\t%s", file->path, record->decl.line,
		                                      record->decl.column, record->printed));
		pack_string(run->result, why);
	}
}

static void *start(void *context)
{
	(void)context;
	return gather_parser(NULL);
}

static const char *first_error(const struct ast_unit *unit)
{
	for (uint32_t i = 0; i < unit->ndiagnostics; i++) {
		if (unit->diagnostics[i].error)
			return unit->diagnostics[i].text;
	}
	return "does not parse";
}

static void work(void *context, void *state, uint32_t index, struct packer *result)
{
	struct run *run = context;
	const struct job *job = &run->jobs.items[index];
	struct arena arena = {0};
	struct intern paths;
	struct ast_unit *unit = NULL;

	intern_init(&paths, &arena);
	struct unit_run one = {.dwarf = {.arena = &arena, .paths = &paths}, .arena = &arena, .result = result};
	const char *problem = ast_result_text(gather_parse(state, &job->command, NULL, 0, false, &unit));

	if (unit && !unit->broken)
		problem = is_bare(unit) || dwarf_records_read(&one.dwarf, job->object, job->command.file)
		                  ? ""
		                  : "no debug information in the object";
	else if (unit)
		problem = first_error(unit);
	pack_string(result, problem);
	if (!*problem) {
		one.unit = unit;
		judge_all(&one);
	}
	dwarf_records_release(&one.dwarf);
	ast_unit_free(unit);
	intern_release(&paths);
	arena_clear(&arena);
}

/* ---- all of them ---- */

static void note(struct run *run, enum verdict verdict, const char *identity, const char *why)
{
	static const char *const words[] = {"alone", "same", "differs"};
	const char *key = intern_string(&run->names, identity);
	struct seen *seen = hash_map_find(&run->records, key);

	if (!seen) {
		seen = arena_new(&run->arena, struct seen);
		hash_map_put(&run->records, key, seen);
		vec_push(&run->order, key);
	} else if (verdict <= seen->verdict) {
		return;
	}
	seen->verdict = verdict;
	seen->line = arena_printf(&run->arena, "%s\t%s\t%s", words[verdict], identity, why);
}

static void lost(void *context, uint32_t job, const char *why)
{
	struct run *run = context;

	run->lost++;
	diag_warn("%s: %s", run->jobs.items[job].command.file, why);
}

static void done(void *context, uint32_t job, const void *bytes, size_t size)
{
	struct run *run = context;
	struct unpacker result = unpack_from(bytes, size);
	const char *problem = unpack_string(&result, &run->arena);

	if (*problem) {
		lost(context, job, problem);
		return;
	}
	run->done++;
	while (!unpack_end(&result)) {
		const enum verdict verdict = (enum verdict)unpack_number(&result);
		const char *identity = unpack_string(&result, &run->arena);

		note(run, verdict, identity, unpack_string(&result, &run->arena));
	}
}

static int print(const struct run *run)
{
	unsigned counts[3] = {0};

	for (size_t i = 0; i < run->order.count; i++) {
		const struct seen *seen = hash_map_find(&run->records, run->order.items[i]);

		counts[seen->verdict]++;
		if (seen->verdict != SAME)
			puts(seen->line);
	}
	printf("total\t%u\t%u\t%u\t%u\t%u\n", counts[SAME], counts[DIFFERS], counts[ALONE], run->done, run->lost);
	return counts[DIFFERS] > 0;
}

int main(int argc, char **argv)
{
	struct run run = {0};
	struct pool pool = {.seconds = 900, .start = start, .work = work, .done = done, .lost = lost, .context = &run};

	diag_set_program("memlint-layouts");
	if (argc != 2) {
		diag_error("usage: memlint-layouts DIRECTORY, which has a compile_commands.json");
		return 2;
	}
	intern_init(&run.names, &run.arena);
	if (!read_jobs(&run, argv[1]))
		return 2;
	uint32_t *jobs = arena_array(&run.arena, run.jobs.count + 1, uint32_t);

	for (uint32_t i = 0; i < run.jobs.count; i++)
		jobs[i] = i;
	pool.nworkers = gather_default_jobs();
	if (pool_run(&pool, jobs, run.jobs.count) != STATUS_OK)
		return 2;
	return print(&run);
}
