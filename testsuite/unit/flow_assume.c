/* SPDX-License-Identifier: MIT */
/* What one unit assumes of another, and whether it is so. */
#include "analyzer/flow/merge.h"
#include "analyzer/flow/owner.h"
#include "flow_unit.h"

#include <check.h>
#include <stdlib.h>

static const char user[] =
        "#include <stdlib.h>\n"
        "char *make(unsigned long n); unsigned long look(const char *s); void drop(char *s);\n"
        "void release_it(char *s);\n"
        "static unsigned long through(const char *s) { return look(s) + 1; }\n"
        "unsigned long reads(void) { char *p = malloc(9); unsigned long n = look(p); free(p); return n; }\n"
        "unsigned long deeper(void) { char *p = malloc(9); unsigned long n = through(p); free(p); return n; }\n"
        "unsigned long made(void) { char *p = make(9); unsigned long n = look(p); release_it(p); return n; }\n";

static const char harmless[] =
        "#include <stdlib.h>\n"
        "char *make(unsigned long n) { return malloc(n); }\n"
        "unsigned long look(const char *s) { unsigned long n = 0; while (s[n]) n++; return n; }\n"
        "void release_it(char *s) { free(s); }\n";

static const char keeping[] = "static const char *last; char pool[99];\n"
                              "char *make(unsigned long n) { return pool + n; }\n"
                              "unsigned long look(const char *s) { last = s; return *last; }\n"
                              "void release_it(char *s) { *s = 0; }\n";

/* The first owner in @function with what is assumed for it, in a unit of its own. */
struct looked {
	struct arena arena;
	struct ast_unit *unit;
	struct flow_program *program;
	struct flow_function *flow;
	const struct flow_owner *owner;
};

static void look_at(struct looked *looked, const char *function, bool assume)
{
	struct flow_conditions conditions = {0};
	uint32_t count;

	*looked = (struct looked){.unit = flow_parse_text(user, false)};
	looked->program = flow_program_new(&looked->arena);
	flow_program_add_unit(looked->program, looked->unit);
	looked->flow = flow_function_new(&looked->arena, looked->unit, flow_find_function(looked->unit, function),
	                                 looked->program);
	flow_assume(looked->program, assume ? &conditions : NULL);
	looked->owner = flow_owners(looked->flow, &count);
	flow_assume(looked->program, NULL);
	ck_assert_uint_eq(conditions.count, 0);
	if (assume)
		ck_assert_uint_eq(count, 1);
}

static void leave(struct looked *looked)
{
	flow_function_release(looked->flow);
	flow_program_release(looked->program);
	ast_unit_free(looked->unit);
	arena_clear(&looked->arena);
}

/* True if the conditions of @function's owner hold when its unit is seen with those of @one and @two (NULL: none). */
static bool holds(const char *function, const char *one, const char *two)
{
	const char *const texts[] = {user, one, two};
	struct arena arena = {0};
	struct flow_merged *merged = flow_merged_new(&arena);
	struct packer packed = {0};
	struct flow_condition *conditions;
	struct unpacker unpacker;
	struct looked looked;
	uint32_t count;
	bool answer;

	for (size_t i = 0; i < 3 && texts[i]; i++) {
		struct ast_unit *unit = flow_parse_text(texts[i], false);
		struct flow_program *program = flow_program_new(&arena);
		struct packer facts = {0};

		flow_program_add_unit(program, unit);
		flow_program_pack(program, &facts);
		ck_assert(flow_merged_add(merged, facts.bytes, facts.size));
		flow_program_release(program);
		pack_release(&facts);
		ast_unit_free(unit);
	}
	flow_merged_solve(merged);
	look_at(&looked, function, true);
	ck_assert(!looked.owner->escapes);
	ck_assert_uint_eq(looked.owner->nreleases, 1);
	ck_assert_uint_gt(looked.owner->nconditions, 0);
	flow_conditions_pack(looked.owner->conditions, looked.owner->nconditions, &packed);
	unpacker = unpack_from(packed.bytes, packed.size);
	conditions = flow_conditions_unpack(&unpacker, &arena, &count);
	ck_assert(unpack_end(&unpacker) && !unpacker.bad);
	ck_assert_uint_eq(count, looked.owner->nconditions);
	answer = flow_conditions_hold(merged, conditions, count);
	leave(&looked);
	pack_release(&packed);
	flow_merged_release(merged);
	arena_clear(&arena);
	return answer;
}

START_TEST(without_assumptions_an_open_callee_may_do_anything)
{
	struct looked looked;

	look_at(&looked, "reads", false);
	ck_assert(looked.owner->escapes);
	ck_assert_uint_eq(looked.owner->nconditions, 0);
	leave(&looked);
}
END_TEST

START_TEST(an_assumption_holds_when_the_other_unit_bears_it_out)
{
	ck_assert(holds("reads", harmless, NULL));
	ck_assert(holds("made", harmless, NULL));
	ck_assert(!holds("reads", keeping, NULL));
	ck_assert(!holds("made", keeping, NULL));
}
END_TEST

START_TEST(an_assumption_about_a_caller_covers_what_it_calls)
{
	ck_assert(holds("deeper", harmless, NULL));
	ck_assert(!holds("deeper", keeping, NULL));
}
END_TEST

START_TEST(a_callee_that_nobody_defines_bears_nothing_out)
{
	ck_assert(!holds("reads", NULL, NULL));
}
END_TEST

START_TEST(of_two_definitions_with_one_name_the_worse_counts)
{
	ck_assert(!holds("reads", harmless, keeping));
	ck_assert(!holds("reads", keeping, harmless));
	ck_assert(!holds("made", harmless, keeping));
	ck_assert(holds("reads", harmless, harmless));
}
END_TEST

START_TEST(damaged_conditions_are_none)
{
	struct flow_condition one = {.callee = 0x123456789abcdef, .argument = FLOW_ON_CALL, .allowed = 7};
	struct packer packed = {0};
	struct arena arena = {0};

	flow_conditions_pack(&one, 1, &packed);
	for (size_t size = 0; size < packed.size; size++) {
		struct unpacker unpacker = unpack_from(packed.bytes, size);
		uint32_t count;

		flow_conditions_unpack(&unpacker, &arena, &count);
		ck_assert(unpacker.bad);
	}
	pack_release(&packed);
	arena_clear(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flow_assume");
	TCase *tests = tcase_create("assume");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, without_assumptions_an_open_callee_may_do_anything);
	tcase_add_test(tests, an_assumption_holds_when_the_other_unit_bears_it_out);
	tcase_add_test(tests, an_assumption_about_a_caller_covers_what_it_calls);
	tcase_add_test(tests, a_callee_that_nobody_defines_bears_nothing_out);
	tcase_add_test(tests, of_two_definitions_with_one_name_the_worse_counts);
	tcase_add_test(tests, damaged_conditions_are_none);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
