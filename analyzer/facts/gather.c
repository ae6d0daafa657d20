// SPDX-License-Identifier: MIT
/* Cache first, then workers; a line for each unit that was lost. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "analyzer/facts/gather.h"

#include "analyzer/base/terminal.h"
#include "analyzer/facts/cache.h"
#include "analyzer/facts/pool.h"
#include "analyzer/rule.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { RETRIES = 5, WORKER_MEGABYTES = 4096 };

struct gather_run {
	struct gather *gather;
	const struct commands *commands;
	const struct gather_options *options;
	size_t total, finished;
	bool progress_shown;
};

unsigned gather_default_jobs(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);

	return count < 1 ? 1 : (unsigned)count;
}

/* ---- in the worker ---- */

struct ast_parser *gather_parser(const char *resource_dir)
{
	char directory[4096];
	const int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	setenv("LIBCLANG_NOTHREADS", "1", 1);
	setenv("LIBCLANG_DISABLE_CRASH_RECOVERY", "1", 1); /* a crash is ours to notice */
	if (ast_find_resource_dir(resource_dir, directory) != STATUS_OK)
		return NULL;
	if (null >= 0)
		dup2(null, STDERR_FILENO); /* libclang's last words are for its developers */
	return ast_parser_new(directory);
}

/* The argument that a driver's message names: unknown argument: '-fx' */
static const char *refused_argument(const struct ast_unit *unit, struct arena *arena)
{
	for (uint32_t i = 0; i < unit->ndiagnostics; i++) {
		const struct ast_diagnostic *diagnostic = &unit->diagnostics[i];
		const char *quote = strchr(diagnostic->text, '\''), *end = quote ? strchr(quote + 1, '\'') : NULL;

		if (diagnostic->error && !diagnostic->range.file && end &&
		    (strstr(diagnostic->text, "argument") || strstr(diagnostic->text, "option") ||
		     strstr(diagnostic->text, "value")))
			return arena_strndup(arena, quote + 1, (size_t)(end - quote - 1));
	}
	return NULL;
}

static uint32_t without(const char **arguments, uint32_t count, const char *refused)
{
	const size_t length = strlen(refused);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		const bool same =
		        !strncmp(arguments[i], refused, length) || (*arguments[i] == '-' && strchr(arguments[i], '=') &&
		                                                    !strcmp(strchr(arguments[i], '=') + 1, refused));

		if (i + 1 == count || !same)
			arguments[kept++] = arguments[i];
	}
	return kept;
}

enum ast_result gather_parse(struct ast_parser *parser, const struct unit_command *command,
                             const struct ast_overlay *overlays, uint32_t noverlays, bool warnings,
                             struct ast_unit **unit)
{
	struct arena scratch = {0};
	struct ast_command parsed = {.directory = command->directory,
	                             .file = command->file,
	                             .overlays = overlays,
	                             .noverlays = noverlays,
	                             .warnings = warnings};
	const char **arguments = arena_memdup(&scratch, command->arguments, command->narguments * sizeof *arguments);
	enum ast_result result;

	parsed.arguments = arguments;
	parsed.narguments = command->narguments;
	for (unsigned attempt = 0;; attempt++) {
		const char *refused;
		uint32_t left;

		result = ast_parse(parser, &parsed, unit);
		refused = result == AST_PARSED && (*unit)->broken ? refused_argument(*unit, &scratch) : NULL;
		left = refused ? without(arguments, parsed.narguments, refused) : parsed.narguments;
		if (left == parsed.narguments || attempt == RETRIES)
			break;
		parsed.narguments = left;
		ast_unit_free(*unit);
	}
	arena_clear(&scratch);
	return result;
}

static void *start(void *context)
{
	const struct gather_run *run = context;

	return gather_parser(run->options->resource_dir);
}

/* The answer: how the parse ended, then times and the blob. */
static void work(void *context, void *state, uint32_t job, struct packer *result)
{
	const struct gather_run *run = context;
	struct ast_unit *unit;
	struct packer facts = {0};
	const enum ast_result parsed = gather_parse(state, &run->commands->units.items[job], NULL, 0, false, &unit);
	const char code = (char)parsed;

	pack_raw(result, &code, 1);
	if (parsed != AST_PARSED)
		return;
	const uint64_t begin = ast_clock();

	rules_collect(unit, run->gather->cache ? RULES_ALL : run->options->rules, &facts);
	pack_number(result, unit->parse_time);
	pack_number(result, unit->tree_time);
	pack_number(result, ast_clock() - begin);
	blob_write(unit, &facts, result);
	pack_release(&facts);
	ast_unit_free(unit);
}

/* ---- in the main process ---- */

static void show_progress(struct gather_run *run, const char *file)
{
	const struct terminal terminal = terminal_of(stderr, COLOR_NEVER);
	const unsigned width = terminal.width > 20 ? terminal.width - 1 : 79;
	char line[512];
	int length;

	if (!run->options->progress)
		return;
	length = snprintf(line, sizeof line, "[%zu/%zu] %s", run->finished, run->total, file);
	if (length > (int)width)
		length = (int)width;
	fprintf(stderr, "\r%.*s\033[K", length, line);
	run->progress_shown = true;
}

static void hide_progress(struct gather_run *run)
{
	if (run->progress_shown)
		fputs("\r\033[K", stderr);
	run->progress_shown = false;
}

static const char *shown_name(const char *root, const char *file)
{
	const size_t length = root ? strlen(root) : 0;

	return length && !strncmp(file, root, length) && file[length] == '/' ? file + length + 1 : file;
}

static void lose(struct gather_run *run, uint32_t job, const char *why)
{
	const char *file = run->commands->units.items[job].file;

	run->gather->nlost++;
	run->gather->units[job].unit = file;
	run->gather->units[job].warning = arena_printf(&run->gather->arena, "%s: lost: %s; nothing in it was analysed",
	                                               shown_name(run->options->root, file), why);
}

/* Errors leave a unit half known: say the first and what it means. */
static void note_broken(struct gather *gather, struct gathered *unit, const struct blob *blob, const char *root)
{
	const struct blob_diagnostic *first = blob->nerrors ? &blob->errors[0] : NULL;
	char place[64] = "";

	gather->nbroken++;
	unit->broken = true;
	if (first && first->line)
		snprintf(place, sizeof place, ":%u:%u", first->line, first->column);
	unit->warning = arena_printf(
	        &gather->arena, "%s: does not compile (%s%s: %s); only what parsed was analysed, no fixes from it",
	        shown_name(root, blob->unit), first && *first->path ? shown_name(root, first->path) : "command line",
	        place, first ? first->text : "unknown error");
}

/* Keeps a blob; false if it is none. */
static bool keep(struct gather *gather, struct gathered *unit, const void *bytes, size_t size, const char *root)
{
	struct arena scratch = {0};
	struct blob blob;
	const bool good = blob_read(bytes, size, &scratch, &blob);

	if (good) {
		unit->bytes = bytes;
		unit->size = size;
		unit->unit = arena_strdup(&gather->arena, blob.unit);
		if (blob.broken)
			note_broken(gather, unit, &blob, root);
	}
	arena_clear(&scratch);
	return good;
}

/* By unit, then content: an order that no worker and no directory listing has a say in. */
static int compare_gathered(const void *left, const void *right)
{
	const struct gathered *a = left, *b = right;
	int order = strcmp(a->unit, b->unit);

	if (!order && a->bytes && b->bytes)
		order = memcmp(a->bytes, b->bytes, a->size < b->size ? a->size : b->size);
	return order ? order : (a->size > b->size) - (a->size < b->size);
}

static void finish(struct gather *gather)
{
	if (gather->count)
		qsort(gather->units, gather->count, sizeof *gather->units, compare_gathered);
	gather->warnings = arena_array(&gather->arena, gather->count, const char *);
	for (size_t i = 0; i < gather->count; i++)
		if (gather->units[i].warning) {
			diag_warn("%s", gather->units[i].warning);
			gather->warnings[gather->nwarnings++] = gather->units[i].warning;
		}
}

static void on_done(void *context, uint32_t job, const void *result, size_t size)
{
	struct gather_run *run = context;
	const struct unit_command *command = &run->commands->units.items[job];
	struct gather_times *times = &run->gather->times;
	struct unpacker in;
	const void *bytes;

	run->finished++;
	show_progress(run, shown_name(run->options->root, command->file));
	if (!size || *(const char *)result != AST_PARSED) {
		lose(run, job, ast_result_text(size ? (enum ast_result) * (const char *)result : AST_FAILED));
		return;
	}
	in = unpack_from((const char *)result + 1, size - 1);
	times->parse += unpack_number(&in);
	times->tree += unpack_number(&in);
	times->rules += unpack_number(&in);
	size = (size_t)(in.end - in.next);
	bytes = arena_memdup(&run->gather->arena, in.next, size);
	if (!keep(run->gather, &run->gather->units[job], bytes, size, run->options->root))
		lose(run, job, "its facts could not be read back");
	else if (run->gather->cache && !run->gather->units[job].broken)
		cache_put(run->gather->cache, cache_key(command, run->options->resource_dir), bytes, size);
}

static void on_lost(void *context, uint32_t job, const char *why)
{
	struct gather_run *run = context;

	run->finished++;
	lose(run, job, why);
}

struct sized_job {
	uint32_t job;
	off_t size;
};

static int largest_first(const void *left, const void *right)
{
	const struct sized_job *a = left, *b = right;

	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	return a->job < b->job ? -1 : 1;
}

/* The largest files first, so that no worker is left alone with one at the end. */
static void sort_jobs(struct gather_run *run, uint32_t *jobs, size_t count)
{
	struct sized_job *sized = arena_array(&run->gather->arena, count, struct sized_job);

	for (size_t i = 0; i < count; i++) {
		struct stat st;

		sized[i].job = jobs[i];
		sized[i].size = stat(run->commands->units.items[jobs[i]].file, &st) ? 0 : st.st_size;
	}
	if (count)
		qsort(sized, count, sizeof *sized, largest_first);
	for (size_t i = 0; i < count; i++)
		jobs[i] = sized[i].job;
}

static uint32_t *jobs_left(struct gather_run *run, size_t *count)
{
	const size_t total = run->commands->units.count;
	uint32_t *jobs = arena_array(&run->gather->arena, total, uint32_t);

	*count = 0;
	for (uint32_t i = 0; i < total; i++) {
		size_t size = 0;
		const void *bytes = NULL;

		if (run->gather->cache)
			bytes = cache_find(run->gather->cache,
			                   cache_key(&run->commands->units.items[i], run->options->resource_dir),
			                   &run->gather->arena, &size);
		if (bytes && keep(run->gather, &run->gather->units[i], bytes, size, run->options->root))
			run->gather->ncached++;
		else
			jobs[(*count)++] = i;
	}
	sort_jobs(run, jobs, *count);
	return jobs;
}

enum status gather_run(struct gather *gather, const struct commands *commands, const struct gather_options *options)
{
	struct gather_run run = {.gather = gather, .commands = commands, .options = options};
	const struct pool pool = {
	        .nworkers = options->jobs ? options->jobs : gather_default_jobs(),
	        .seconds = options->seconds,
	        .megabytes = WORKER_MEGABYTES,
	        .start = start,
	        .work = work,
	        .done = on_done,
	        .lost = on_lost,
	        .context = &run,
	};
	enum status status;
	uint32_t *jobs;

	memset(gather, 0, sizeof *gather);
	gather->count = commands->units.count;
	gather->units = arena_array(&gather->arena, gather->count, struct gathered);
	if (!options->no_cache)
		gather->cache = cache_open(options->cache_dir);
	jobs = jobs_left(&run, &run.total);
	status = pool_run(&pool, jobs, run.total);
	hide_progress(&run);
	cache_commit(gather->cache);
	if (status != STATUS_OK)
		return STATUS_ERROR;
	finish(gather);
	return STATUS_OK;
}

/* ---- blobs from elsewhere ---- */

static void *read_file(struct arena *arena, const char *path, size_t *size)
{
	FILE *stream = fopen(path, "rb");
	VEC(char) bytes = {0};
	void *copy = NULL;

	if (!stream)
		return NULL;
	for (;;) {
		size_t got;

		vec_reserve(&bytes, bytes.count + 65536);
		got = fread(bytes.items + bytes.count, 1, bytes.capacity - bytes.count, stream);
		bytes.count += got;
		if (!got)
			break;
	}
	if (!ferror(stream)) {
		copy = arena_memdup(arena, bytes.items, bytes.count);
		*size = bytes.count;
	}
	fclose(stream);
	vec_release(&bytes);
	return copy;
}

enum status gather_read(struct gather *gather, const char *const *paths, size_t count, const char *root)
{
	enum status status = STATUS_OK;

	memset(gather, 0, sizeof *gather);
	gather->units = arena_array(&gather->arena, count, struct gathered);
	for (size_t i = 0; i < count; i++) {
		size_t size = 0;
		const void *bytes = read_file(&gather->arena, paths[i], &size);

		if (!bytes)
			status = diag_error("%s: %s", paths[i], strerror(errno));
		else if (!keep(gather, &gather->units[gather->count], bytes, size, root))
			status = diag_error("%s: not facts of this version of memlint-analyze, or damaged; make it "
			                    "again with --facts-only",
			                    paths[i]);
		else
			gather->count++;
	}
	finish(gather);
	return status;
}

void gather_release(struct gather *gather)
{
	cache_close(gather->cache);
	gather->cache = NULL;
	arena_clear(&gather->arena);
}
