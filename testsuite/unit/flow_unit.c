/* SPDX-License-Identifier: MIT */
/* Units parsed for the tests of analyzer/flow. */
#include "flow_unit.h"
#include "analyzer/ast/parse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct ast_unit *parse(const char *file, const char *const *arguments, uint32_t narguments,
                              const struct ast_overlay *overlay)
{
	char resources[4096], directory[4096];
	struct ast_unit *unit = NULL;

	if (ast_find_resource_dir(NULL, resources) != STATUS_OK)
		diag_die("no resource directory");
	if (!getcwd(directory, sizeof directory))
		diag_die("no working directory");

	const char **all = calloc(narguments + 2, sizeof *all);

	if (!all)
		diag_die("no memory");
	memcpy(all, arguments, narguments * sizeof *all);
	all[narguments] = file;

	struct ast_parser *parser = ast_parser_new(resources);
	struct ast_command command = {.directory = directory,
	                              .file = file,
	                              .arguments = all,
	                              .narguments = narguments + 1,
	                              .overlays = overlay,
	                              .noverlays = overlay ? 1 : 0};
	enum ast_result result = ast_parse(parser, &command, &unit);

	if (result != AST_PARSED)
		diag_die("%s: %s", file, ast_result_text(result));
	ast_parser_free(parser);
	free(all);
	return unit;
}

struct ast_unit *flow_parse_file(const char *file, const char *const *arguments, uint32_t narguments)
{
	return parse(file, arguments, narguments, NULL);
}

struct ast_unit *flow_parse_text(const char *text, bool cplusplus)
{
	char directory[4096], path[4200];
	const char *arguments[] = {cplusplus ? "-std=c++20" : "-std=gnu11", "-w"};

	if (!getcwd(directory, sizeof directory))
		diag_die("no working directory");
	snprintf(path, sizeof path, "%s/%s", directory, cplusplus ? "test.cc" : "test.c");

	struct ast_overlay overlay = {path, text, strlen(text)};
	struct ast_unit *unit = parse(path, arguments, 2, &overlay);

	for (uint32_t i = 0; i < unit->ndiagnostics; i++)
		if (unit->diagnostics[i].error)
			diag_die("test.c:%u: %s", unit->diagnostics[i].line, unit->diagnostics[i].text);
	return unit;
}

const struct ast_function *flow_find_function(const struct ast_unit *unit, const char *name)
{
	for (uint32_t i = 0; i < unit->nfunctions; i++)
		if (unit->functions[i]->body && !strcmp(unit->functions[i]->decl.name, name))
			return unit->functions[i];
	diag_die("no function %s", name);
}
