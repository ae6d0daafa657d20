/* SPDX-License-Identifier: MIT */
/* Graphs (--list: cyclomatic numbers, --dump), effects and heap blocks (--owners) of the functions of a source file. */
#include "analyzer/flow/cost.h"
#include "analyzer/flow/owner.h"
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

static void show_effects(struct flow_program *program, const struct ast_function *function)
{
	const struct flow_effects *effects = flow_effects_of(program, function);
	char text[300];

	printf("%s:%s", function->qualified, effects->complete ? "" : " (incomplete)");
	for (uint32_t i = 0; i < effects->nargs; i++) {
		flow_print_effects(effects->args[i], text, sizeof text);
		if (*text)
			printf(" %s=%s;", function->params[i]->decl.name, text);
	}
	printf(" does %x\n", effects->does);
}

static void show_owner(struct flow_function *f, const struct flow_owner *owner)
{
	const struct flow_use *release = flow_released_at(owner);
	const struct flow_use *last = release ? flow_last_use(f, owner, release) : NULL;

	printf("  line %u: '%s' released %u%s", owner->call->line, owner->name, owner->nreleases,
	       owner->escapes ? " escapes" : "");
	if (last)
		printf(" last used line %u, cost %s, distance %u", last->node->line,
		       flow_cost_name(flow_cost_between(f, last->at, release->at, NULL)),
		       flow_distance(f, last->at, release->at));
	printf("\n");
}

static void show_owners(const struct ast_unit *unit)
{
	struct arena arena = {0};
	double start = seconds();
	struct flow_program *program = flow_program_new(&arena);

	flow_program_add_unit(program, unit);
	fprintf(stderr, "effects %.6f s\n", seconds() - start);
	start = seconds();
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		struct flow_function *f;
		struct flow_owner *owners;
		uint32_t count;

		if (!unit->functions[i]->body)
			continue;
		show_effects(program, unit->functions[i]);
		f = flow_function_new(&arena, unit, unit->functions[i], program);
		owners = flow_owners(f, &count);
		for (uint32_t j = 0; j < count; j++)
			show_owner(f, &owners[j]);
		flow_function_release(f);
	}
	fprintf(stderr, "functions %.6f s\n", seconds() - start);
	flow_program_release(program);
	arena_clear(&arena);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: %s --list|--dump|--time|--owners file [compiler argument...]\n", argv[0]);
		return 2;
	}

	struct ast_unit *unit = flow_parse_file(argv[2], (const char *const *)&argv[3], (uint32_t)argc - 3);
	struct arena arena = {0};
	double start = seconds();
	uint32_t n = 0;

	if (!strcmp(argv[1], "--owners"))
		show_owners(unit);
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct ast_function *function = unit->functions[i];

		if (!function->body || !strcmp(argv[1], "--owners"))
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
