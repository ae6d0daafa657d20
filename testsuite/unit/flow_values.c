/* SPDX-License-Identifier: MIT */
/* Liveness and reaching definitions against naive searches; owners, last uses and costs against labels. */
#include "analyzer/flow/cost.h"
#include "analyzer/flow/owner.h"
#include "flow_unit.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A unit with its effects, and the functions with bodies one after the other. */
struct subject {
	struct ast_unit *unit;
	struct arena arena;
	struct flow_program *program;
};

static void open_subject(struct subject *s, const char *path)
{
	const char *arguments[] = {"-w"};

	memset(s, 0, sizeof *s);
	s->unit = flow_parse_file(path, arguments, 1);
	s->program = flow_program_new(&s->arena);
	flow_program_add_unit(s->program, s->unit);
}

static void close_subject(struct subject *s)
{
	flow_program_release(s->program);
	arena_clear(&s->arena);
	ast_unit_free(s->unit);
}

/* ---- naive: one access after the other, from a place in a block on ---- */

struct naive {
	const struct flow_function *f;
	uint32_t var;
	bool *seen;
};

/* True if a read of the variable is met before it is defined anew. */
static bool naive_live(struct naive *n, uint32_t block, uint32_t from)
{
	const struct flow_block *at = &n->f->cfg->blocks[block];

	for (uint32_t a = from; a < n->f->end_access[block]; a++) {
		if (n->f->accesses[a].var != n->var)
			continue;
		if (n->f->accesses[a].mode & FLOW_ACCESS_READ)
			return true;
		if (n->f->accesses[a].mode & FLOW_ACCESS_DEFINE)
			return false;
	}
	for (uint32_t i = 0; i < at->nsuccs; i++) {
		uint32_t to = n->f->cfg->succs[at->first_succ + i].block;

		if (n->seen[to])
			continue;
		n->seen[to] = true;
		if (naive_live(n, to, n->f->first_access[to]))
			return true;
	}
	return false;
}

static uint32_t check_liveness(struct flow_function *f)
{
	uint32_t checked = 0;

	for (uint32_t point = 0; point < f->cfg->npoints; point++) {
		uint32_t block = f->cfg->points[point].block, from = f->first_access[block];

		if (f->cfg->blocks[block].order == FLOW_NONE)
			continue;
		while (from < f->end_access[block] && f->accesses[from].point <= point)
			from++;
		for (uint32_t var = 0; var < f->nvars; var++) {
			struct naive naive = {f, var, NULL};
			bool live;

			if (!f->vars[var] || f->locals[var] & (FLOW_LOCAL_ADDRESS_TAKEN | FLOW_LOCAL_STATIC))
				continue;
			naive.seen = calloc(f->cfg->nblocks, 1);
			live = naive_live(&naive, block, from);
			free(naive.seen);
			ck_assert_int_eq(flow_live(f, var, point, false), live);
			checked++;
		}
	}
	return checked;
}

static uint32_t for_all(const char *name, uint32_t (*check)(struct flow_function *f))
{
	char path[4096];
	struct subject s;
	uint32_t n = 0;

	snprintf(path, sizeof path, "%s/%s", FLOW_FIXTURES, name);
	open_subject(&s, path);
	for (uint32_t i = 0; i < s.unit->nfunctions; i++) {
		struct flow_function *f;

		if (!s.unit->functions[i]->body || s.unit->functions[i]->decl.flags & AST_SYSTEM)
			continue;
		f = flow_function_new(&s.arena, s.unit, s.unit->functions[i], s.program);
		n += check(f);
		flow_function_release(f);
	}
	close_subject(&s);
	return n;
}

START_TEST(a_local_is_live_while_a_read_can_be_reached)
{
	ck_assert_uint_gt(for_all("graphs.c", check_liveness), 300);
	ck_assert_uint_gt(for_all("effects.c", check_liveness), 300);
	ck_assert_uint_gt(for_all("owners.c", check_liveness), 200);
}
END_TEST

/* ---- a use sees a definition exactly when the definition reaches the use ---- */

struct wanted {
	const struct flow_access *access;
	bool found;
};

static bool note_use(const struct flow_access *access, void *context)
{
	struct wanted *wanted = context;

	wanted->found = wanted->found || access == wanted->access;
	return true;
}

static uint32_t check_duality(struct flow_function *f)
{
	uint32_t checked = 0, found[64];

	for (uint32_t use = 0; use < f->naccesses; use++) {
		const struct flow_access *access = &f->accesses[use];
		uint32_t n;

		if (!(access->mode & FLOW_ACCESS_READ) || access->point == FLOW_NONE ||
		    f->cfg->blocks[f->cfg->points[access->point].block].order == FLOW_NONE)
			continue;
		n = flow_reaching(f, access->var, access->point, found, 64);
		ck_assert_uint_le(n, 64);
		for (uint32_t d = 0; d < f->naccesses; d++) {
			const struct flow_access *definition = &f->accesses[d];
			struct wanted wanted = {access, false};
			bool reaches = false;

			if (definition->var != access->var || !(definition->mode & FLOW_ACCESS_DEFINE) ||
			    (definition->point != FLOW_NONE &&
			     f->cfg->blocks[f->cfg->points[definition->point].block].order == FLOW_NONE))
				continue;
			for (uint32_t i = 0; i < n; i++)
				reaches = reaches || found[i] == d;
			flow_uses_after(f, access->var, definition->point, note_use, &wanted);
			ck_assert_int_eq(wanted.found, reaches);
			checked++;
		}
	}
	return checked;
}

START_TEST(a_definition_reaches_a_use_exactly_when_the_use_sees_it)
{
	ck_assert_uint_gt(for_all("graphs.c", check_duality), 100);
	ck_assert_uint_gt(for_all("effects.c", check_duality), 50);
	ck_assert_uint_gt(for_all("owners.c", check_duality), 50);
}
END_TEST

/* ---- owners ---- */

static const char *label_of(struct arena *arena, const struct ast_unit *unit, const struct ast_function *function)
{
	const struct ast_file *file = ast_file_of(unit, function->decl.range);
	uint32_t line, column, start;

	ast_line_column(file, function->decl.range.begin, &line, &column);
	if (line < 3)
		return NULL;
	start = file->lines[line - 2];
	return strstr(arena_strndup(arena, file->text + start, file->lines[line - 1] - start), "owner: ");
}

static void describe(struct subject *s, struct flow_function *f, const struct flow_owner *owner, char *text,
                     size_t size)
{
	const struct flow_use *release = flow_released_at(owner);
	const struct flow_use *last = release ? flow_last_use(f, owner, release) : NULL;
	size_t n = (size_t)snprintf(text, size, "owner: %s; released %u%s", owner->name, owner->nreleases,
	                            owner->escapes ? "; escapes" : "");

	if (last)
		n += (size_t)snprintf(text + n, size - n, "; last \"%s\"; cost %s; distance %u",
		                      ast_text(s->unit, last->node->range, &s->arena),
		                      flow_cost_name(flow_cost_between(f, last->at, release->at, NULL)),
		                      flow_distance(f, last->at, release->at));
	snprintf(text + n, size - n, " */\n");
}

START_TEST(owners_end_as_labelled)
{
	struct subject s;
	unsigned checked = 0, wrong = 0;

	open_subject(&s, FLOW_FIXTURES "/owners.c");
	for (uint32_t i = 0; i < s.unit->nfunctions; i++) {
		const struct ast_function *function = s.unit->functions[i];
		const char *label = function->body ? label_of(&s.arena, s.unit, function) : NULL;
		struct flow_function *f;
		struct flow_owner *owners;
		uint32_t count;
		char text[500];

		if (!label)
			continue;
		f = flow_function_new(&s.arena, s.unit, function, s.program);
		owners = flow_owners(f, &count);
		ck_assert_uint_ge(count, 1);
		describe(&s, f, &owners[0], text, sizeof text);
		if (strcmp(text, label)) {
			fprintf(stderr, "%s: found %swanted %s", function->decl.name, text, label);
			wrong++;
		}
		checked++;
		flow_function_release(f);
	}
	close_subject(&s);
	ck_assert_uint_ge(checked, 20);
	ck_assert_uint_eq(wrong, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flow_values");
	TCase *tests = tcase_create("values");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, a_local_is_live_while_a_read_can_be_reached);
	tcase_add_test(tests, a_definition_reaches_a_use_exactly_when_the_use_sees_it);
	tcase_add_test(tests, owners_end_as_labelled);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
