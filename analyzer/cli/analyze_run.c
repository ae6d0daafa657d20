// SPDX-License-Identifier: MIT
/* A whole run: units, facts, findings, and what is done with them. */
#include "analyzer/cli/analyze.h"
#include "analyzer/config/baseline.h"
#include "analyzer/facts/blob.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

static enum status load_config(const struct analyze_options *options, struct config *config, const char *start)
{
	enum status status = STATUS_OK;

	config_init(config, NULL);
	if (options->config)
		status = config_load(config, options->config);
	else if (!options->no_config)
		status = config_load_upwards(config, start);
	for (size_t i = 0; status == STATUS_OK && i < options->overrides.count; i++)
		if (!config_override(config, options->overrides.items[i].what, options->overrides.items[i].value))
			status = STATUS_ERROR;
	return status;
}

/* The second half: every blob in order, then the rules' reports. */
static void merge(const struct gather *gather, const struct config *config, bool whole_program,
                  struct findings *findings)
{
	struct rules_run *run = rules_run_new(config, findings);

	for (size_t i = 0; i < gather->count; i++) {
		struct arena scratch = {0};
		struct blob blob;

		if (gather->units[i].bytes &&
		    blob_read(gather->units[i].bytes, gather->units[i].size, &scratch, &blob) &&
		    !rules_add_unit(run, blob.facts, blob.facts_size))
			BUG("facts of %s were read and are not understood", gather->units[i].unit);
		arena_clear(&scratch);
	}
	rules_finish(run, whole_program);
	rules_run_free(run);
}

/* From the cache where nothing has changed. */
static void find(const struct gather *gather, const struct config *config, bool whole_program, const char *root,
                 struct findings *findings)
{
	struct hash128 key = {0};

	if (gather->cache) {
		key = known_key(gather, config, whole_program, root);
		if (known_find(gather->cache, key, findings))
			return;
	}
	merge(gather, config, whole_program, findings);
	if (gather->cache)
		known_put(gather->cache, key, findings);
}

/* What the processor was busy with, in this process and its workers. */
static void say_timings(const struct gather *gather, uint64_t program)
{
	const struct gather_times *times = &gather->times;
	const double second = 1e9, parsed = (double)(times->parse + times->tree);

	diag_note("seconds of processor time: %.2f parsing, %.2f copying syntax trees, %.2f rules on units, %.2f rules "
	          "on "
	          "the program",
	          (double)times->parse / second, (double)times->tree / second, (double)times->rules / second,
	          (double)program / second);
	if (parsed > 0)
		diag_note("rules take %.1f %% of what parsing and copying do",
		          100 * (double)(times->rules + program) / parsed);
}

static enum status filter(const struct analyze_options *options, struct findings *findings, const char *root)
{
	if (options->baseline && baseline_apply(findings, options->baseline, NULL) != STATUS_OK)
		return STATUS_ERROR;
	if (options->diff_base && diff_base_apply(findings, root, options->diff_base) != STATUS_OK)
		return STATUS_ERROR;
	return STATUS_OK;
}

static FILE *open_output(const struct analyze_options *options)
{
	FILE *stream = options->output ? fopen(options->output, "w") : stdout;

	if (!stream)
		diag_error("%s: %s", options->output, strerror(errno));
	return stream;
}

static enum status close_output(const struct analyze_options *options, FILE *stream, enum status status)
{
	const bool bad = ferror(stream) != 0;

	if (!options->output)
		return status;
	if (fclose(stream) || bad)
		return diag_error("%s: could not be written: %s", options->output, strerror(errno));
	return status;
}

static void summarise(const struct analyze_options *options, const struct findings *findings,
                      const struct gather *gather)
{
	if (options->quiet || !terminal_of(stderr, COLOR_AUTO).is_terminal)
		return;
	diag_note("%zu finding%s in %zu unit%s (%zu from the cache)", findings->count, findings->count == 1 ? "" : "s",
	          gather->count, gather->count == 1 ? "" : "s", gather->ncached);
}

static enum status report(struct analyze_options *options, struct findings *findings, const struct commands *commands,
                          const struct gather *gather)
{
	FILE *stream = open_output(options);
	struct out_options out = {.warnings = gather->warnings, .nwarnings = gather->nwarnings};
	enum status status = findings->count ? STATUS_FINDINGS : STATUS_OK;
	bool changed = false;

	if (!stream)
		return STATUS_ERROR;
	out.color = terminal_of(stream, options->color).color;
	if (options->diff || options->fix) {
		const enum status fixed = analyze_fix(options, findings, commands, gather, stream, &changed);

		status = fixed != STATUS_OK ? fixed
		         : options->diff    ? changed ? STATUS_FINDINGS : STATUS_OK
		         : findings->count  ? STATUS_FINDINGS
		                            : STATUS_OK;
	}
	if (options->statistics)
		out_statistics(stream, findings, &out);
	else if (!options->diff)
		options->format->write(stream, findings, &out);
	summarise(options, findings, gather);
	return close_output(options, stream, status);
}

static enum status judge(struct analyze_options *options, const struct commands *commands, const struct gather *gather,
                         const struct config *config, bool whole_program, const char *root)
{
	struct findings findings;
	const uint64_t begin = ast_clock();
	enum status status;

	findings_init(&findings, root);
	find(gather, config, whole_program, root, &findings);
	if (options->timings)
		say_timings(gather, ast_clock() - begin);
	status = filter(options, &findings, root);
	if (status == STATUS_OK && options->profile)
		status = analyze_measure(&findings, config, options->profile);
	if (status == STATUS_OK && options->write_baseline)
		status = baseline_write(&findings, options->write_baseline);
	else if (status == STATUS_OK)
		status = report(options, &findings, commands, gather);
	findings_release(&findings);
	return status;
}

enum status analyze_run(struct analyze_options *options)
{
	struct commands commands = {0};
	struct gather gather = {0};
	struct config config = {0};
	char here[PATH_MAX];
	const char *root = getcwd(here, sizeof here) ? here : "/";
	enum status status = STATUS_OK;
	bool complete = true;

	options->gather.root = root;
	options->gather.progress = !options->quiet && terminal_of(stderr, COLOR_AUTO).is_terminal;
	if (!options->merge) {
		status = commands_find(&commands, &options->commands);
		complete = commands.complete && !commands.lost;
	}
	if (status == STATUS_OK)
		status = load_config(options, &config, commands.root ? commands.root : root);
	if (status == STATUS_OK)
		options->gather.rules = rules_needed(&config);
	if (status == STATUS_OK)
		status = options->merge ? gather_read(&gather, options->commands.paths, options->commands.npaths, root)
		                        : gather_run(&gather, &commands, &options->gather);
	if (status == STATUS_OK) {
		complete &= !gather.nlost && !gather.nbroken;
		status = judge(options, &commands, &gather, &config, complete, root);
		if (gather.nlost || gather.nbroken || commands.lost)
			status = STATUS_ERROR;
	}
	config_release(&config);
	gather_release(&gather);
	commands_release(&commands);
	return status;
}

static void write_escaped(FILE *stream, const char *path)
{
	for (; *path; path++) {
		if (strchr(" #\\", *path))
			fputc('\\', stream);
		else if (*path == '$')
			fputc('$', stream);
		fputc(*path, stream);
	}
}

/* "facts: every file" as compilers write it, for Make and Ninja. */
static enum status write_depfile(const struct analyze_options *options, const struct gathered *unit)
{
	FILE *stream = fopen(options->depfile, "w");
	struct arena scratch = {0};
	struct blob blob;
	bool bad;

	if (!stream)
		return diag_error("%s: %s", options->depfile, strerror(errno));
	write_escaped(stream, options->output);
	fputc(':', stream);
	if (blob_read(unit->bytes, unit->size, &scratch, &blob))
		for (uint32_t i = 0; i < blob.nfiles; i++) {
			fputs(" \\\n  ", stream);
			write_escaped(stream, blob.files[i].path);
		}
	fputc('\n', stream);
	arena_clear(&scratch);
	bad = ferror(stream) != 0;
	if (fclose(stream) || bad)
		return diag_error("%s: could not be written: %s", options->depfile, strerror(errno));
	return STATUS_OK;
}

enum status analyze_facts_only(struct analyze_options *options)
{
	struct commands commands = {0};
	struct gather gather = {0};
	char here[PATH_MAX];
	enum status status;
	FILE *stream;

	options->gather.root = getcwd(here, sizeof here);
	options->commands.paths = &options->facts_only;
	options->commands.npaths = 1;
	options->gather.no_cache = true;
	options->gather.rules = RULES_ALL; /* what will be asked of them is not known */
	options->gather.jobs = 1;
	status = commands_find(&commands, &options->commands);
	if (status == STATUS_OK)
		status = gather_run(&gather, &commands, &options->gather);
	if (status == STATUS_OK && !gather.units[0].bytes)
		status = STATUS_ERROR;
	if (status == STATUS_OK) {
		stream = open_output(options);
		if (stream) {
			fwrite(gather.units[0].bytes, 1, gather.units[0].size, stream);
			status = close_output(options, stream, STATUS_OK);
		} else {
			status = STATUS_ERROR;
		}
	}
	if (status == STATUS_OK && options->depfile)
		status = write_depfile(options, &gather.units[0]);
	gather_release(&gather);
	commands_release(&commands);
	return status;
}
