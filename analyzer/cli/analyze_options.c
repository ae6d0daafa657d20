// SPDX-License-Identifier: MIT
/* Options of memlint-analyze: the table expands into the parser and --help. */
#include "analyzer/cli/analyze.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum option_id {
	OPTION_NONE = 255, /* above every character */
#define GROUP(heading)
#define OPTION(id, name, letter, argument, help) OPTION_##id,
#include "analyzer/cli/analyze_options.def"
#undef OPTION
#undef GROUP
};

struct option_line {
	const char *heading; /* of a group; the rest is empty then */
	const char *name, *argument, *help;
	int letter, id;
};

static const struct option_line lines[] = {
#define GROUP(heading) {heading, NULL, NULL, NULL, 0, 0},
#define OPTION(id, name, letter, argument, help) {NULL, name, argument, help, letter, OPTION_##id},
#include "analyzer/cli/analyze_options.def"
#undef OPTION
#undef GROUP
};

enum { LINES = sizeof lines / sizeof *lines };

void analyze_help(FILE *stream)
{
	fputs("Usage: memlint-analyze [OPTION...] [FILE or DIRECTORY...] [-- COMPILER FLAG...]\n"
	      "Finds wasteful memory habits in C and C++ code, prices them in bytes, and fixes them.\n",
	      stream);
	for (int i = 0; i < LINES; i++) {
		const struct option_line *line = &lines[i];
		char left[64];

		if (line->heading) {
			fprintf(stream, "\n%s:\n", line->heading);
			continue;
		}
		snprintf(left, sizeof left, "%s%c%s--%s%s%s", line->letter ? "-" : "  ",
		         line->letter ? line->letter : ' ', line->letter ? ", " : " ", line->name,
		         line->argument ? "=" : "", line->argument ? line->argument : "");
		fprintf(stream, "  %-26s %s\n", left, line->help);
	}
	fputs("\nExit status: 0 nothing found, 1 findings, 2 the work could not be done or not all of it.\n"
	      "Examples:\n"
	      "  memlint-analyze src/                 report on everything below src/\n"
	      "  memlint-analyze --fix                apply the safe fixes\n"
	      "  memlint-analyze a.c -- -DX -Iinc     one file, with these flags\n",
	      stream);
}

static bool parse_number(const char *name, const char *text, unsigned least, unsigned most, unsigned *number)
{
	char *end;
	const unsigned long value = strtoul(text, &end, 10);

	if (!*text || *end || *text == '-' || value < least || value > most) {
		diag_error("--%s %s: not a number from %u to %u", name, text, least, most);
		return false;
	}
	*number = (unsigned)value;
	return true;
}

static bool override(struct analyze_options *options, const char *what, const char *value)
{
	vec_reserve(&options->overrides, options->overrides.count + 1);
	options->overrides.items[options->overrides.count].what = what;
	options->overrides.items[options->overrides.count++].value = value;
	return true;
}

static bool set_format(struct analyze_options *options, const char *name)
{
	options->format = out_format_find(name);
	if (!options->format)
		diag_error("--format %s: unknown; one of text, json, sarif, github, junit, checkstyle", name);
	return options->format != NULL;
}

static bool set_color(struct analyze_options *options, const char *name)
{
	if (color_choice_parse(name, &options->color))
		return true;
	diag_error("--color %s: must be auto, always or never", name);
	return false;
}

static bool set_where(struct analyze_options *options, int id, const char *value)
{
	switch (id) {
	case OPTION_BUILD:
		options->commands.build = value;
		return true;
	case OPTION_EXTRA_ARG:
		vec_push(&options->extra, value);
		return true;
	case OPTION_RESOURCE_DIR:
		options->gather.resource_dir = value;
		return true;
	case OPTION_JOBS:
		return parse_number("jobs", value, 1, 256, &options->gather.jobs);
	case OPTION_TIMEOUT:
		return parse_number("timeout", value, 0, 86400, &options->gather.seconds);
	case OPTION_CACHE_DIR:
		options->gather.cache_dir = value;
		return true;
	case OPTION_NO_CACHE:
		options->gather.no_cache = true;
		return true;
	case OPTION_FACTS_ONLY:
		options->facts_only = value;
		return true;
	case OPTION_DEPFILE:
		options->depfile = value;
		return true;
	case OPTION_LSP:
		options->lsp = true;
		return true;
	case OPTION_MERGE:
		options->merge = true;
		return true;
	default:
		return false;
	}
}

static bool set_what(struct analyze_options *options, int id, const char *value)
{
	switch (id) {
	case OPTION_SELECT:
		return override(options, "select", value);
	case OPTION_IGNORE:
		return override(options, "ignore", value);
	case OPTION_LEVEL:
		return override(options, "level", value);
	case OPTION_ALL:
		return override(options, "all", NULL);
	case OPTION_ALLOCATOR:
		return override(options, "allocator", value);
	case OPTION_MIN_SAVED:
		return override(options, "min-saved", value);
	case OPTION_CONFIG:
		options->config = value;
		return true;
	case OPTION_NO_CONFIG:
		options->no_config = true;
		return true;
	case OPTION_BASELINE:
		options->baseline = value;
		return true;
	case OPTION_WRITE_BASELINE:
		options->write_baseline = value;
		return true;
	case OPTION_PROFILE:
		options->profile = value;
		return true;
	case OPTION_DIFF_BASE:
		options->diff_base = value;
		return true;
	default:
		return set_where(options, id, value);
	}
}

static bool set(struct analyze_options *options, int id, const char *value)
{
	switch (id) {
	case OPTION_FORMAT:
		return set_format(options, value);
	case OPTION_COLOR:
		return set_color(options, value);
	case OPTION_OUTPUT:
		options->output = value;
		return true;
	case OPTION_STATISTICS:
		return options->statistics = true;
	case OPTION_TIMINGS:
		return options->timings = true;
	case OPTION_DIFF:
		return options->diff = true;
	case OPTION_FIX:
		return options->fix = true;
	case OPTION_UNSAFE_FIXES:
		return options->unsafe_fixes = true;
	case OPTION_QUIET:
		return options->quiet = true;
	case OPTION_LIST_RULES:
		return options->list_rules = true;
	case OPTION_EXPLAIN:
		options->explain = value;
		return true;
	case OPTION_HELP:
		return options->help = true;
	case OPTION_VERSION:
		return options->version = true;
	default:
		return set_what(options, id, value);
	}
}

static enum status check(const struct analyze_options *options)
{
	if (options->unsafe_fixes && !options->fix && !options->diff)
		return diag_error("--unsafe-fixes goes with --fix or --diff");
	if (options->fix && options->diff)
		return diag_error("--fix and --diff exclude each other: --diff shows what --fix would do");
	if (options->facts_only && !options->output)
		return diag_error("--facts-only needs -o FILE for the facts");
	if (options->facts_only && options->commands.npaths)
		return diag_error("--facts-only takes one unit, and no other paths");
	if (options->depfile && !options->facts_only)
		return diag_error("--depfile goes with --facts-only");
	if (options->merge && !options->commands.npaths)
		return diag_error("--merge needs the files that --facts-only wrote");
	if (options->merge && (options->fix || options->facts_only))
		return diag_error("--merge only reports: --fix and --facts-only need the sources");
	if (options->config && options->no_config)
		return diag_error("--config and --no-config exclude each other");
	return STATUS_OK;
}

enum status analyze_options_parse(struct analyze_options *options, int argc, char **argv)
{
	struct option longs[LINES + 1];
	char shorts[LINES * 2 + 2] = ":";
	size_t nlongs = 0, nshorts = 1;
	int count = argc, id;

	for (int i = 0; i < LINES; i++) {
		if (lines[i].heading)
			continue;
		longs[nlongs++] = (struct option){lines[i].name, lines[i].argument ? required_argument : no_argument,
		                                  NULL, lines[i].id};
		if (!lines[i].letter)
			continue;
		shorts[nshorts++] = (char)lines[i].letter;
		if (lines[i].argument)
			shorts[nshorts++] = ':';
	}
	memset(&longs[nlongs], 0, sizeof longs[nlongs]);
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], "--")) {
			count = i;
			options->commands.flags = (const char *const *)(argv + i + 1);
			options->commands.nflags = (size_t)(argc - i - 1);
			break;
		}
	options->gather.seconds = 60;
	options->format = out_format_find("text");
	opterr = 0;
	while ((id = getopt_long(count, argv, shorts, longs, NULL)) != -1) {
		if (id == '?' || id == ':')
			return diag_error("%s: %s; see memlint-analyze --help", argv[optind - 1],
			                  id == ':' ? "needs an argument" : "unknown or ambiguous option");
		for (int i = 0; i < LINES && id <= OPTION_NONE; i++)
			if (lines[i].letter == id && lines[i].id)
				id = lines[i].id;
		if (!set(options, id, optarg))
			return STATUS_ERROR;
	}
	options->commands.paths = (const char *const *)(argv + optind);
	options->commands.npaths = (size_t)(count - optind);
	options->commands.extra = options->extra.items;
	options->commands.nextra = options->extra.count;
	return check(options);
}

void analyze_options_release(struct analyze_options *options)
{
	vec_release(&options->overrides);
	vec_release(&options->extra);
}
