/* SPDX-License-Identifier: MIT */
/* Dominators, post-dominators and loops against naive algorithms on random graphs; graphs of small functions. */
#include "analyzer/flow/dom.h"
#include "flow_unit.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_BLOCKS = 24, GRAPHS = 3000 };

static uint32_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}

/* Which blocks are reached from @from without entering @without; backwards along edges if asked. */
static void reach(const struct flow_cfg *cfg, uint32_t from, uint32_t without, bool backwards, bool *seen)
{
	uint32_t stack[MAX_BLOCKS * MAX_BLOCKS], n = 0;

	for (uint32_t i = 0; i < cfg->nblocks; i++)
		seen[i] = false;
	if (from == without)
		return;
	seen[from] = true;
	stack[n++] = from;
	while (n) {
		const struct flow_block *block = &cfg->blocks[stack[--n]];
		uint32_t edges = backwards ? block->npreds : block->nsuccs;

		for (uint32_t i = 0; i < edges; i++) {
			uint32_t to = backwards ? cfg->preds[block->first_pred + i].block
			                        : cfg->succs[block->first_succ + i].block;

			if (seen[to] || to == without)
				continue;
			seen[to] = true;
			stack[n++] = to;
		}
	}
}

static struct flow_cfg *random_graph(struct arena *arena, uint64_t *state)
{
	uint32_t nblocks = 2 + next_random(state) % (MAX_BLOCKS - 2), nedges = 0;
	uint32_t edges[3 * MAX_BLOCKS][2];

	for (uint32_t i = 0; i + 1 < nblocks; i++) {
		uint32_t n = next_random(state) % 3 + (next_random(state) % 8 != 0);

		for (uint32_t j = 0; j < n && j < 3; j++) {
			edges[nedges][0] = i;
			edges[nedges++][1] = 1 + next_random(state) % (nblocks - 1);
		}
	}
	return flow_cfg_from_edges(arena, nblocks, (const uint32_t(*)[2])edges, nedges);
}

/* By definition: a dominates b if b cannot be reached once a is taken out. */
static void check_dominators(const struct flow_cfg *cfg, const struct flow_dominators *tree, bool backwards)
{
	bool all[MAX_BLOCKS], rest[MAX_BLOCKS], alive[MAX_BLOCKS];

	reach(cfg, cfg->entry, FLOW_NONE, false, alive);
	reach(cfg, tree->root, FLOW_NONE, backwards, all);
	for (uint32_t a = 0; a < cfg->nblocks; a++) {
		reach(cfg, tree->root, a, backwards, rest);
		for (uint32_t b = 0; b < cfg->nblocks; b++) {
			/* Backwards, only what the entry reaches is part of the graph; the root always is. */
			bool known =
			        all[a] && all[b] && ((alive[a] || a == tree->root) && (alive[b] || b == tree->root));

			ck_assert_int_eq(flow_dominates(tree, a, b), known && !rest[b]);
		}
	}
}

START_TEST(dominators_are_those_of_the_definition)
{
	uint64_t state = 1;

	for (int i = 0; i < GRAPHS; i++) {
		struct arena arena = {0};
		struct flow_cfg *cfg = random_graph(&arena, &state);

		check_dominators(cfg, flow_dominators(&arena, cfg), false);
		arena_clear(&arena);
	}
}
END_TEST

START_TEST(post_dominators_are_those_of_the_definition)
{
	uint64_t state = 2;

	for (int i = 0; i < GRAPHS; i++) {
		struct arena arena = {0};
		struct flow_cfg *cfg = random_graph(&arena, &state);

		if (cfg->norder == cfg->nblocks) /* unreachable blocks would change what backwards means */
			check_dominators(cfg, flow_post_dominators(&arena, cfg), true);
		arena_clear(&arena);
	}
}
END_TEST

/* By definition: a loop is its head and what leads back to it without passing it, from edges it dominates. */
static bool naive_in_loop(const struct flow_cfg *cfg, const struct flow_dominators *tree, uint32_t head, uint32_t block)
{
	bool seen[MAX_BLOCKS];

	if (block == head)
		return true;
	reach(cfg, block, head, false, seen);
	for (uint32_t i = 0; i < cfg->nblocks; i++) {
		const struct flow_block *from = &cfg->blocks[i];

		for (uint32_t j = 0; seen[i] && j < from->nsuccs; j++)
			if (cfg->succs[from->first_succ + j].block == head && flow_dominates(tree, head, i) &&
			    flow_dominates(tree, head, block))
				return true;
	}
	return false;
}

START_TEST(loops_are_those_of_the_definition)
{
	uint64_t state = 3;
	uint32_t found = 0;

	for (int i = 0; i < GRAPHS; i++) {
		struct arena arena = {0};
		struct flow_cfg *cfg = random_graph(&arena, &state);
		struct flow_dominators *tree = flow_dominators(&arena, cfg);
		struct flow_loops *loops = flow_find_loops(&arena, cfg, tree);

		for (uint32_t loop = 0; loop < loops->nloops && !loops->irreducible; loop++)
			for (uint32_t block = 0; block < cfg->nblocks; block++) {
				bool in = flow_in_loop(loops, block, loop);

				ck_assert_int_eq(in, naive_in_loop(cfg, tree, loops->loops[loop].head, block));
				found += in;
			}
		arena_clear(&arena);
	}
	ck_assert_uint_gt(found, 1000);
}
END_TEST

static uint32_t cyclomatic_of(const char *text, const char *name, uint32_t *flags)
{
	struct ast_unit *unit = flow_parse_text(text, false);
	const struct ast_function *function = flow_find_function(unit, name);
	struct arena arena = {0};
	struct flow_cfg *cfg = flow_cfg_build(&arena, unit, function, function->body, NULL);
	uint32_t number = flow_cyclomatic(cfg);

	if (flags)
		*flags = cfg->flags;
	arena_clear(&arena);
	ast_unit_free(unit);
	return number;
}

START_TEST(unsigned_constants_wrap_as_in_the_language)
{
	ck_assert_uint_eq(cyclomatic_of("int f(int a) { if (~0u > 5 || a) return 1; return 2; }", "f", NULL), 1);
	ck_assert_uint_eq(cyclomatic_of("int f(int a) { if (-1 > 5 || a) return 1; return 2; }", "f", NULL), 2);
	ck_assert_uint_eq(cyclomatic_of("int f(int a) { if ((unsigned char)256) return 1; return 2; }", "f", NULL), 1);
	ck_assert_uint_eq(cyclomatic_of("int f(int a) { if (1 / 0) return 1; return 2; }", "f", NULL), 2);
}
END_TEST

/* libclang needs a large stack for such code, as workers have it. */
static void *parse_deep(void *flags)
{
	enum { LEVELS = 6000 };
	char *text = malloc(LEVELS + 100), *at = text;

	at += sprintf(at, "int f(int a) { return ");
	for (int i = 0; i < LEVELS / 2; i++)
		at += sprintf(at, "-~");
	sprintf(at, "a; }");
	cyclomatic_of(text, "f", flags);
	free(text);
	return NULL;
}

START_TEST(code_nested_too_deeply_is_left_out_and_says_so)
{
	uint32_t flags = 0;
	pthread_attr_t attributes;
	pthread_t thread;

	setenv("LIBCLANG_NOTHREADS", "1", 1);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, (size_t)512 << 20);
	ck_assert_int_eq(pthread_create(&thread, &attributes, parse_deep, &flags), 0);
	pthread_join(thread, NULL);
	pthread_attr_destroy(&attributes);
	ck_assert(flags & FLOW_INCOMPLETE);
}
END_TEST

START_TEST(a_try_block_leads_to_its_handlers_from_each_call)
{
	struct ast_unit *unit = flow_parse_text("void g(); void h();\n"
	                                        "int f() { try { g(); h(); } catch (int) { return 1; } return 2; }",
	                                        true);
	const struct ast_function *function = flow_find_function(unit, "f");
	struct arena arena = {0};
	struct flow_cfg *cfg = flow_cfg_build(&arena, unit, function, function->body, NULL);
	uint32_t thrown = 0;

	for (uint32_t i = 0; i < cfg->nedges; i++)
		thrown += cfg->succs[i].kind == FLOW_THROW && cfg->succs[i].block != cfg->exit;
	ck_assert_uint_eq(thrown, 2);
	ck_assert(cfg->flags & FLOW_HAS_TRY);
	arena_clear(&arena);
	ast_unit_free(unit);
}
END_TEST

/* How many points say that the only local of class type dies. */
static uint32_t deaths(const char *body)
{
	char text[1000];
	struct arena arena = {0};
	uint32_t n = 0;

	snprintf(text, sizeof text, "struct s { int x; ~s(); }; int g(); int f(int a) { %s }", body);

	struct ast_unit *unit = flow_parse_text(text, true);
	const struct ast_function *function = flow_find_function(unit, "f");
	struct flow_cfg *cfg = flow_cfg_build(&arena, unit, function, function->body, NULL);

	for (uint32_t i = 0; i < cfg->npoints; i++)
		n += cfg->points[i].kind == FLOW_DEATH && cfg->blocks[cfg->points[i].block].order != FLOW_NONE;
	arena_clear(&arena);
	ast_unit_free(unit);
	return n;
}

START_TEST(destructors_run_on_every_way_out_of_a_scope)
{
	ck_assert_uint_eq(deaths("{ s x; g(); } return 0;"), 1);
	ck_assert_uint_eq(deaths("s x; if (a) return 1; return 0;"), 2);
	ck_assert_uint_eq(deaths("while (a--) { s x; if (a == 3) break; if (a == 2) continue; g(); } return 0;"), 3);
	ck_assert_uint_eq(deaths("again: { s x; if (a--) goto again; } return 0;"), 2);
	ck_assert_uint_eq(deaths("s x; again: if (a--) goto again; return 0;"), 1);
	ck_assert_uint_eq(deaths("s *x = new s; return x->x;"), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flow_graph");
	TCase *tests = tcase_create("graph");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, dominators_are_those_of_the_definition);
	tcase_add_test(tests, post_dominators_are_those_of_the_definition);
	tcase_add_test(tests, loops_are_those_of_the_definition);
	tcase_add_test(tests, unsigned_constants_wrap_as_in_the_language);
	tcase_add_test(tests, code_nested_too_deeply_is_left_out_and_says_so);
	tcase_add_test(tests, a_try_block_leads_to_its_handlers_from_each_call);
	tcase_add_test(tests, destructors_run_on_every_way_out_of_a_scope);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
