// SPDX-License-Identifier: MIT
/* The shapes of statements and expressions in C. */
#include "ast_sample.h"

#include <check.h>
#include <stdlib.h>

#define STATEMENT(n, shape) ck_assert_str_eq(sample_statement("f", n), shape)

START_TEST(a_for_keeps_its_parts_apart_when_some_are_missing)
{
	sample_parse("a.c",
	             "void f(int v) { for (;;) ; for (; v;) ; for (v = 1;;) ; for (;; v++) ; for (int i = 0; i < v; "
	             "i++) ; }",
	             NULL);
	STATEMENT(0, "(FOR _ _ _ _ (NULL_STMT))");
	STATEMENT(1, "(FOR _ _ (REF! v) _ (NULL_STMT))");
	STATEMENT(2, "(FOR (ASSIGN = (REF v) (INTEGER 1)) _ _ _ (NULL_STMT))");
	STATEMENT(3, "(FOR _ _ _ (UNARY ++ (REF v)) (NULL_STMT))");
	STATEMENT(
	        4,
	        "(FOR (DECL_STMT (VAR i (INTEGER 0))) _ (BINARY < (REF! i) (REF! v)) (UNARY ++ (REF i)) (NULL_STMT))");
}
END_TEST

START_TEST(a_for_in_a_macro_goes_by_what_its_parts_do)
{
	sample_parse("a.c",
	             "#define FOREVER for (;;)\n"
	             "#define EACH(p, h) for (p = (h); p;)\n"
	             "#define STEP(p) for (; *p; p++)\n"
	             "void f(char *p, char *h) { FOREVER ; EACH(p, h) ; STEP(p) ; }",
	             NULL);
	STATEMENT(0, "(FOR _ _ _ _ (NULL_STMT))");
	STATEMENT(1, "(FOR (ASSIGN = (REF p) (REF! h)) _ (REF! p) _ (NULL_STMT))");
	STATEMENT(2, "(FOR _ _ (UNARY! * (REF! p)) (UNARY ++ (REF p)) (NULL_STMT))");
}
END_TEST

START_TEST(conditions_and_branches_have_fixed_places)
{
	sample_parse("a.c",
	             "int f(int a) { if (a) return 1; if (a) a = 2; else a = 3; while (a) break; do a--; while (a); "
	             "return a; }",
	             NULL);
	STATEMENT(0, "(IF _ _ (REF! a) (RETURN (INTEGER 1)) _)");
	STATEMENT(1, "(IF _ _ (REF! a) (ASSIGN = (REF a) (INTEGER 2)) (ASSIGN = (REF a) (INTEGER 3)))");
	STATEMENT(2, "(WHILE _ (REF! a) (BREAK))");
	STATEMENT(3, "(DO (UNARY -- (REF a)) (REF! a))");
}
END_TEST

START_TEST(a_switch_keeps_ranges_and_labels)
{
	sample_parse("a.c",
	             "void f(int a) { switch (a) { case 1: case 2 ... 5: a = 2; break; default: goto out; } out: ; }",
	             NULL);
	STATEMENT(0,
	          "(SWITCH _ _ (REF! a) (COMPOUND (CASE (INTEGER 1) _ (CASE (INTEGER 2) (INTEGER 5) (ASSIGN = (REF a) "
	          "(INTEGER 2)))) (BREAK) (DEFAULT (GOTO out))))");
	STATEMENT(1, "(LABEL out (NULL_STMT))");
	ck_assert(sample_function("f")->flags & AST_FUNCTION_GOTO);
}
END_TEST

START_TEST(a_value_read_differs_from_a_place_written)
{
	sample_parse(
	        "a.c",
	        "struct s { int x; }; void f(int a, int *p, struct s *s) { a = *p; *p = a; p[a] = s->x; s->x += a; }",
	        NULL);
	STATEMENT(0, "(ASSIGN = (REF a) (UNARY! * (REF! p)))");
	STATEMENT(1, "(ASSIGN = (UNARY * (REF! p)) (REF! a))");
	STATEMENT(2, "(ASSIGN = (SUBSCRIPT (REF! p) (REF! a)) (MEMBER!-> x (REF! s)))");
	STATEMENT(3, "(ASSIGN += (MEMBER-> x (REF! s)) (REF! a))");
}
END_TEST

START_TEST(a_call_names_its_function_only_when_it_is_known)
{
	sample_parse("a.c", "int g(int); static int (*p)(int); void f(int a) { g(a); p(a); (*p)(a); p = g; }", NULL);
	STATEMENT(0, "(CALL (REF g) (REF! a))");
	STATEMENT(1, "(CALL (REF! p) (REF! a))");
	ck_assert_ptr_null(sample_function("f")->body->children[1]->u.decl);
	ck_assert_str_eq(sample_function("f")->body->children[0]->u.decl->name, "g");
	ck_assert(sample_function("g")->flags & AST_FUNCTION_ADDRESS_TAKEN);
	ck_assert_uint_eq(sample_function("g")->uses, 2);
	ck_assert_uint_eq(sample_function("g")->calls, 1);
}
END_TEST

START_TEST(gnu_expressions_have_shapes_too)
{
	sample_parse("a.c",
	             "#include <stdarg.h>\nint f(int a, ...) { va_list l; a = a ?: 3; a = ({ int z = 1; z; }); a = "
	             "va_arg(l, int); return a; }",
	             NULL);
	STATEMENT(1, "(ASSIGN = (REF a) (CONDITIONAL (REF! a) _ (INTEGER 3)))");
	STATEMENT(2, "(ASSIGN = (REF a) (STMT_EXPR (COMPOUND (DECL_STMT (VAR z (INTEGER 1))) (REF! z))))");
	ck_assert_int_eq(sample_function("f")->body->children[3]->children[1]->kind, AST_VA_ARG);
}
END_TEST

START_TEST(initialisers_know_what_they_fill)
{
	const struct ast_field *field;
	const struct ast_node *list;
	const struct ast_type *type;

	sample_parse("a.c",
	             "struct p { int x, y; }; struct s { char a; struct p p; int b; };\n"
	             "struct s v[] = { { 1, { 2, 3 }, 4 }, { .b = 1, .p.y = 2 }, [4] = { 0 } };\nstruct s e = { 1, 2, "
	             "3, 4 };",
	             NULL);
	list = sample_global("v")->init;
	ck_assert_str_eq(list->children[0]->type->name, "struct s");
	ck_assert(ast_init_target(list->children[0], 1, &field, &type));
	ck_assert_str_eq(field->decl.name, "p");
	ck_assert_str_eq(sample_shape(list->children[1]->children[0]), "(DESIGNATED (FIELD_DESIGNATOR b) (INTEGER 1))");
	ck_assert_int_eq(list->children[2]->children[0]->kind, AST_INDEX_DESIGNATOR);
	ck_assert_str_eq(list->children[2]->children[1]->type->name, "struct s");
	ck_assert(!ast_init_elides(list->children[0]));
	ck_assert(ast_init_elides(sample_global("e")->init));
}
END_TEST

START_TEST(variables_know_their_function_and_number)
{
	sample_parse("a.c",
	             "int f(int a, int b) { int c = a; { static int d; register int e = b; return c + d + e; } }",
	             NULL);
	ck_assert_uint_eq(sample_function("f")->nparams, 2);
	ck_assert_uint_eq(sample_function("f")->nlocals, 3);
	ck_assert_uint_eq(sample_function("f")->locals[2]->index, 4);
	ck_assert(sample_function("f")->locals[1]->decl.flags & AST_STATIC);
	ck_assert(sample_function("f")->locals[2]->register_);
}
END_TEST

/* Nodes of the kinds in @wanted, by a walk over all children. */
static void find_all(struct ast_node *node, uint64_t wanted, struct ast_node **found, uint32_t *count)
{
	if (ast_node_has(node) & wanted && *count < 100)
		found[(*count)++] = node;
	for (uint32_t i = 0; i < node->nchildren; i++) {
		ck_assert_uint_eq(ast_node_has(node->children[i]) & ~node->below, 0);
		ck_assert_uint_eq(node->children[i]->below & ~node->below, 0);
		find_all(node->children[i], wanted, found, count);
	}
}

struct in_order {
	struct ast_node *wanted[100];
	uint32_t count, at;
};

static bool comes_next(struct ast_node *node, void *context)
{
	struct in_order *order = context;

	ck_assert_uint_lt(order->at, order->count);
	ck_assert_ptr_eq(node, order->wanted[order->at++]);
	return true;
}

START_TEST(a_walk_for_some_kinds_meets_all_of_them_in_order)
{
	static const uint64_t wanted[] = {
	        AST_HAS(AST_REF), AST_HAS(AST_CALL) | AST_HAS(AST_RETURN),
	        AST_HAS_LOOPS,    AST_HAS_MACRO,
	        AST_HAS(AST_NEW), UINT64_MAX,
	};
	struct ast_node *body;

	sample_parse("a.c",
	             "#define TWICE(x) ((x) + (x))\n"
	             "int g(int); struct s { int a[2], b; };\n"
	             "int f(int v) { struct s t = {.b = g(v), .a = {1, [1] = 2}}; for (int i = 0; i < TWICE(v); i++)"
	             " { while (g(i)) t.b += v ? g(t.a[i]) : ({ return 3; 4; }); } switch (v) { case 1 ... 3: break; "
	             "default: return TWICE(g(t.b)); } return -v; }",
	             NULL);
	body = sample_function("f")->body;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		struct in_order order = {.at = 0};

		find_all(body, wanted[i], order.wanted, &order.count);
		ast_walk_kinds(body, wanted[i], comes_next, &order);
		ck_assert_uint_eq(order.at, order.count);
		ck_assert(order.count || wanted[i] == AST_HAS(AST_NEW));
	}
}
END_TEST

static bool enters_no_call(struct ast_node *node, void *context)
{
	++*(unsigned *)context;
	return node->kind != AST_CALL;
}

START_TEST(a_walk_for_some_kinds_leaves_out_what_it_is_told_to)
{
	unsigned met = 0;

	sample_parse("a.c", "int g(int); int f(int v) { return g(g(v)) + g(1 + g(v)); }", NULL);
	ast_walk_kinds(sample_function("f")->body, AST_HAS(AST_CALL), enters_no_call, &met);
	ck_assert_uint_eq(met, 2);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ast_tree");
	TCase *cases = tcase_create("shapes");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(cases, NULL, sample_free);
	tcase_set_timeout(cases, 30);
	tcase_add_test(cases, a_for_keeps_its_parts_apart_when_some_are_missing);
	tcase_add_test(cases, a_for_in_a_macro_goes_by_what_its_parts_do);
	tcase_add_test(cases, conditions_and_branches_have_fixed_places);
	tcase_add_test(cases, a_switch_keeps_ranges_and_labels);
	tcase_add_test(cases, a_value_read_differs_from_a_place_written);
	tcase_add_test(cases, a_call_names_its_function_only_when_it_is_known);
	tcase_add_test(cases, gnu_expressions_have_shapes_too);
	tcase_add_test(cases, initialisers_know_what_they_fill);
	tcase_add_test(cases, variables_know_their_function_and_number);
	tcase_add_test(cases, a_walk_for_some_kinds_meets_all_of_them_in_order);
	tcase_add_test(cases, a_walk_for_some_kinds_leaves_out_what_it_is_told_to);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
