/* SPDX-License-Identifier: MIT */
/* Prints "function number" with the cyclomatic number of every function of one source file; --dump shows the graphs. */
#include "flow_unit.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: %s --list|--dump|--time file [compiler argument...]\n", argv[0]);
		return 2;
	}

	struct ast_unit *unit = flow_parse_file(argv[2], (const char *const *)&argv[3], (uint32_t)argc - 3);
	struct arena arena = {0};
	double start = seconds();
	uint32_t n = 0;

	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct ast_function *function = unit->functions[i];

		if (!function->body)
			continue;

		struct flow_cfg *cfg = flow_cfg_build(&arena, unit, function, function->body, NULL);

		n++;
		if (!strcmp(argv[1], "--dump")) {
			printf("%s\n", function->decl.name);
			flow_cfg_dump(cfg, unit, stdout);
		} else if (!strcmp(argv[1], "--list")) {
			printf("%s %u%s\n", function->decl.name, flow_cyclomatic(cfg),
			       cfg->flags & FLOW_HAS_TRY ? " try" : "");
		}
	}
	if (!strcmp(argv[1], "--time"))
		printf("%u functions %.6f s\n", n, seconds() - start);
	arena_clear(&arena);
	ast_unit_free(unit);
	return 0;
}
