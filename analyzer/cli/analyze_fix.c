// SPDX-License-Identifier: MIT
/* Fixes: a patch, or changed files, after every unit that includes one of them was parsed with the new texts. */
#include "analyzer/cli/analyze.h"
#include "analyzer/facts/blob.h"
#include "analyzer/facts/pool.h"
#include "analyzer/fix/fix.h"

#include <stdlib.h>
#include <string.h>

struct verifier {
	const struct analyze_options *options;
	const struct commands *commands;
	const struct gather *gather;
	const struct findings *findings;
	struct fix_run *run; /* while files are verified */
	const struct fix_file *files;
	size_t nfiles;
};

/* ---- in the worker: what does the compiler say before and after? ---- */

/* Lines move, so they are not compared. */
struct said {
	const char *path, *text;
	uint32_t line;
};

static int compare_said(const void *left, const void *right)
{
	const struct said *a = left, *b = right;
	const int paths = strcmp(a->path, b->path);

	return paths ? paths : strcmp(a->text, b->text);
}

static struct said *diagnostics_of(const struct ast_unit *unit, struct arena *arena)
{
	struct said *said = arena_array(arena, unit->ndiagnostics + 1u, struct said);

	for (uint32_t i = 0; i < unit->ndiagnostics; i++) {
		const struct ast_diagnostic *diagnostic = &unit->diagnostics[i];
		const struct ast_file *file = ast_file_of(unit, diagnostic->range);

		said[i] = (struct said){file ? file->path : "", diagnostic->text, diagnostic->line};
	}
	if (unit->ndiagnostics)
		qsort(said, unit->ndiagnostics, sizeof *said, compare_said);
	return said;
}

static void pack_said(struct packer *result, const struct said *said)
{
	pack_string(result, said->path);
	pack_number(result, said->line);
	pack_string(result, said->text);
}

static void pack_new(const struct ast_unit *before, const struct ast_unit *after, struct packer *result)
{
	struct arena arena = {0};
	const struct said *old = diagnostics_of(before, &arena), *new = diagnostics_of(after, &arena);
	uint32_t i = 0;

	for (uint32_t j = 0; j < after->ndiagnostics; j++) {
		while (i < before->ndiagnostics && compare_said(&old[i], &new[j]) < 0)
			i++;
		if (i < before->ndiagnostics && !compare_said(&old[i], &new[j]))
			i++;
		else
			pack_said(result, &new[j]);
	}
	arena_clear(&arena);
}

static void *start(void *context)
{
	const struct verifier *verifier = context;

	return gather_parser(verifier->options->gather.resource_dir);
}

static void work(void *context, void *state, uint32_t job, struct packer *result)
{
	const struct verifier *verifier = context;
	const struct unit_command *command = &verifier->commands->units.items[job];
	struct ast_overlay *overlays = calloc(verifier->nfiles + 1, sizeof *overlays);
	struct ast_unit *before = NULL, *after = NULL;

	if (!overlays)
		return;
	for (size_t i = 0; i < verifier->nfiles; i++)
		overlays[i] =
		        (struct ast_overlay){verifier->files[i].path, verifier->files[i].text, verifier->files[i].size};
	if (gather_parse(state, command, NULL, 0, true, &before) == AST_PARSED &&
	    gather_parse(state, command, overlays, (uint32_t)verifier->nfiles, true, &after) == AST_PARSED)
		pack_new(before, after, result);
	else
		pack_said(result, &(struct said){"", "it can no longer be parsed", 0});
	ast_unit_free(before);
	ast_unit_free(after);
	free(overlays);
}

/* ---- in the main process ---- */

/* True if @unit is that file, or includes it. */
static bool includes(const struct gathered *unit, const struct fix_file *file)
{
	struct arena scratch = {0};
	struct blob blob;
	bool found = false;

	if (unit->bytes && blob_read(unit->bytes, unit->size, &scratch, &blob))
		for (uint32_t i = 0; i < blob.nfiles && !found; i++)
			found = !strcmp(blob.files[i].path, file->path);
	arena_clear(&scratch);
	return found;
}

/* A unit of which nothing is known any more: which fix it was is not known either. */
static void give_up_unit(const struct verifier *verifier, uint32_t job, const char *why)
{
	const char *unit = verifier->commands->units.items[job].file;

	for (size_t i = 0; i < verifier->gather->count; i++)
		for (size_t j = 0; !strcmp(verifier->gather->units[i].unit, unit) && j < verifier->nfiles; j++)
			if (verifier->files[j].changed && includes(&verifier->gather->units[i], &verifier->files[j]))
				fix_give_up(verifier->run, verifier->files[j].path, why);
}

static void on_done(void *context, uint32_t job, const void *result, size_t size)
{
	const struct verifier *verifier = context;
	struct unpacker in = unpack_from(result, size);
	struct arena arena = {0};

	while (!unpack_end(&in)) {
		const char *path = unpack_string(&in, &arena);
		const uint32_t line = unpack_u32(&in);
		const char *text = unpack_string(&in, &arena);

		if (in.bad)
			break;
		if (*path)
			fix_reject(verifier->run, path, line,
			           arena_printf(&arena, "%s:%u: %s", findings_relative(verifier->findings, path), line,
			                        text));
		else
			give_up_unit(verifier, job, text);
	}
	arena_clear(&arena);
}

static void on_lost(void *context, uint32_t job, const char *why)
{
	give_up_unit(context, job, why);
}

static bool is_affected(const struct verifier *verifier, const struct unit_command *command)
{
	for (size_t i = 0; i < verifier->gather->count; i++)
		for (size_t j = 0; !strcmp(verifier->gather->units[i].unit, command->file) && j < verifier->nfiles; j++)
			if (verifier->files[j].changed && includes(&verifier->gather->units[i], &verifier->files[j]))
				return true;
	return false;
}

static enum status verify(void *context, struct fix_run *run, const struct fix_file *files, size_t count)
{
	struct verifier *verifier = context;
	VEC(uint32_t) jobs = {0};
	enum status status;
	const struct pool pool = {
	        .nworkers = verifier->options->gather.jobs ? verifier->options->gather.jobs : gather_default_jobs(),
	        .seconds = verifier->options->gather.seconds * 2,
	        .start = start,
	        .work = work,
	        .done = on_done,
	        .lost = on_lost,
	        .context = verifier,
	};

	verifier->run = run;
	verifier->files = files;
	verifier->nfiles = count;
	for (size_t i = 0; i < verifier->commands->units.count; i++)
		if (is_affected(verifier, &verifier->commands->units.items[i]))
			vec_push(&jobs, (uint32_t)i);
	status = pool_run(&pool, jobs.items, jobs.count);
	vec_release(&jobs);
	return status;
}

/* What was fixed is no finding any more. */
static void drop_fixed(struct fix_run *run, struct findings *findings)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++)
		if (!fix_is_taken(run, &findings->items[i]))
			findings->items[kept++] = findings->items[i];
	findings->count = kept;
}

/* One line for each: under pre-commit nothing else says what became of the file. */
static void say_what_was_fixed(const struct fix_run *run, const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];

		if (fix_is_taken(run, finding))
			diag_note("%s:%u: fixed: %s", findings_relative(findings, finding->place.path),
			          finding->place.line, finding->fix->title);
	}
	if (fix_count(run))
		diag_note("fixed %zu finding%s in %zu file%s", fix_count(run), fix_count(run) == 1 ? "" : "s",
		          fix_file_count(run), fix_file_count(run) == 1 ? "" : "s");
	else
		diag_note("nothing is fixed");
}

enum status analyze_fix(const struct analyze_options *options, struct findings *findings,
                        const struct commands *commands, const struct gather *gather, FILE *stream, bool *changed)
{
	struct verifier verifier = {.options = options, .commands = commands, .gather = gather, .findings = findings};
	const struct fix_options fix = {
	        .unsafe = options->unsafe_fixes,
	        .root = findings->root,
	        .verify = options->merge ? NULL : verify,
	        .context = &verifier,
	};
	struct fix_run *run = fix_run_new(findings, &fix);
	enum status status = fix_verify(run);

	*changed = status == STATUS_OK && fix_count(run) > 0;
	if (status == STATUS_OK && options->diff) {
		fix_write_patch(run, stream);
	} else if (status == STATUS_OK) {
		status = fix_apply(run);
		if (!options->quiet && status == STATUS_OK)
			say_what_was_fixed(run, findings);
		if (status == STATUS_OK)
			drop_fixed(run, findings);
	}
	fix_run_free(run);
	return status;
}
