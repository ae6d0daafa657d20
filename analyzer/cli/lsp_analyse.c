// SPDX-License-Identifier: MIT
/* One open file through the rules, parsed by a worker. */
#include "analyzer/cli/lsp.h"
#include "analyzer/facts/pool.h"

#include <string.h>

enum { SECONDS = 20 };

struct job {
	const struct analyze_options *options;
	const struct commands *commands;
	struct ast_overlay overlay;
	struct rules_run *run;
	uint64_t rules;
};

static void *start(void *context)
{
	const struct job *job = context;

	return gather_parser(job->options->gather.resource_dir);
}

static void work(void *context, void *state, uint32_t index, struct packer *result)
{
	const struct job *job = context;
	struct ast_unit *unit = NULL;

	if (gather_parse(state, &job->commands->units.items[index], &job->overlay, 1, false, &unit) == AST_PARSED)
		rules_collect(unit, job->rules, result);
	ast_unit_free(unit);
}

static void done(void *context, uint32_t index, const void *result, size_t size)
{
	const struct job *job = context;

	(void)index;
	if (size)
		rules_add_unit(job->run, result, size);
}

static void lost(void *context, uint32_t index, const char *why)
{
	const struct job *job = context;

	(void)index;
	diag_warn("%s: %s", job->overlay.path, why);
}

static bool configure(const struct analyze_options *options, struct config *config, const char *start)
{
	enum status status = STATUS_OK;

	config_init(config, start);
	if (options->config)
		status = config_load(config, options->config);
	else if (!options->no_config)
		status = config_load_upwards(config, start);
	for (size_t i = 0; status == STATUS_OK && i < options->overrides.count; i++) {
		if (!config_override(config, options->overrides.items[i].what, options->overrides.items[i].value))
			status = STATUS_ERROR;
	}
	return status == STATUS_OK;
}

static void keep_file(struct findings *findings, const char *path)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++) {
		if (strcmp(findings->items[i].place.path, path) == 0)
			findings->items[kept++] = findings->items[i];
	}
	findings->count = kept;
}

void lsp_analyse(const struct analyze_options *options, const char *path, const char *text, size_t size,
                 struct findings *findings)
{
	struct commands_options wanted = options->commands;
	struct commands commands = {0};
	struct config config = {0};
	struct job job = {.options = options, .commands = &commands, .overlay = {path, text, size}};
	const struct pool pool = {.nworkers = 1,
	                          .seconds = SECONDS,
	                          .start = start,
	                          .work = work,
	                          .done = done,
	                          .lost = lost,
	                          .context = &job};

	wanted.paths = &path;
	wanted.npaths = 1;
	if (commands_find(&commands, &wanted) == STATUS_OK && commands.units.count &&
	    configure(options, &config, commands.root ? commands.root : "/")) {
		const uint32_t first = 0;

		job.rules = rules_needed(&config);
		job.run = rules_run_new(&config, findings);
		pool_run(&pool, &first, 1);
		rules_finish(job.run, false); /* one unit is never all of a program */
		rules_run_free(job.run);
		keep_file(findings, path);
	}
	config_release(&config);
	commands_release(&commands);
}
