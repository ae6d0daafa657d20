// SPDX-License-Identifier: MIT
/* What libclang makes easy to get wrong, one test for each. */
#include "ast_sample.h"

#include "analyzer/base/hash.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(ranges_stay_in_the_file_where_a_macro_is_used)
{
	const struct ast_node *body;

	sample_parse("a.c", "#define TWICE(x) ((x) + (x))\nint f(int long_name) { return TWICE(long_name); }", NULL);
	body = sample_function("f")->body;
	ck_assert_str_eq(sample_text(body->range), "{ return TWICE(long_name); }");
	ck_assert_str_eq(sample_text(body->children[0]->children[0]->children[0]->range), "long_name");
	ck_assert(body->children[0]->children[0]->flags & AST_MACRO);
	ck_assert(!(body->flags & AST_MACRO));
}
END_TEST

START_TEST(macros_of_system_headers_are_told_from_the_projects)
{
	const struct ast_node *body;

	sample_parse("a.c",
	             "#include <stddef.h>\n#define MINE ((void *)0)\nvoid *p;\nvoid f(void) { p = NULL; p = MINE; }",
	             NULL);
	body = sample_function("f")->body;
	ck_assert(body->children[0]->children[1]->flags & AST_SYSTEM_MACRO);
	ck_assert(!(body->children[1]->children[1]->flags & AST_SYSTEM_MACRO));
	ck_assert(body->children[1]->children[1]->flags & AST_MACRO);
}
END_TEST

START_TEST(anonymous_members_are_fields)
{
	const struct ast_record *record;

	sample_parse("a.c",
	             "struct s { char a; struct { int x; char y; }; union { long l; char c; }; char z; } v;\nlong "
	             "f(struct s *s) { return s->x + s->l; }",
	             NULL);
	record = sample_record("struct s");
	ck_assert_uint_eq(record->nfields, 4);
	ck_assert(record->fields[1]->flags & AST_FIELD_ANONYMOUS);
	ck_assert(record->fields[1]->decl.type->record->flags & AST_RECORD_ANONYMOUS);
	ck_assert_int_eq(record->fields[2]->offset, 16 * 8);
	ck_assert_int_eq(record->size, 32);
}
END_TEST

START_TEST(the_second_of_two_variables_is_defined_too)
{
	sample_parse("a.c", "int a, b;\nextern int c;\nint d = 1, e;", NULL);
	ck_assert(sample_global("a")->defined);
	ck_assert(sample_global("b")->defined);
	ck_assert(!sample_global("c")->defined);
	ck_assert(sample_global("e")->defined);
}
END_TEST

START_TEST(offsetof_designators_and_conversions_are_told_apart)
{
	sample_parse("a.c",
	             "#include <stddef.h>\nstruct s { char a; int b[3]; } v = { .b = { [1] = 2 } };\n"
	             "long f(short x) { long l = offsetof(struct s, b[2]); struct s w = { offsetof(struct s, a), { x } "
	             "}; return l + w.a; }",
	             NULL);
	ck_assert_str_eq(sample_shape(sample_global("v")->init),
	                 "(INIT_LIST (DESIGNATED (FIELD_DESIGNATOR b) (INIT_LIST (DESIGNATED (INDEX_DESIGNATOR "
	                 "(INTEGER 1) _) (INTEGER 2)))))");
	ck_assert_str_eq(sample_statement("f", 0),
	                 "(DECL_STMT (VAR l (IMPLICIT_CAST 'long' (OFFSETOF (FIELD_DESIGNATOR b) (INTEGER 2)))))");
	ck_assert_str_eq(sample_statement("f", 1),
	                 "(DECL_STMT (VAR w (INIT_LIST (IMPLICIT_CAST 'char' (OFFSETOF (FIELD_DESIGNATOR a))) "
	                 "(INIT_LIST (IMPLICIT_CAST 'int' (REF! x))))))");
}
END_TEST

START_TEST(a_call_through_a_variable_does_not_make_it_a_function)
{
	sample_parse("a.c",
	             "struct ops { int (*go)(int); };\nstatic int (*p)(int);\nint f(struct ops *o) { return o->go(1) + "
	             "p(2); }",
	             NULL);
	ck_assert_ptr_null(sample_global("p")->init);
	ck_assert_str_eq(sample_statement("f", 0),
	                 "(RETURN (BINARY + (CALL (MEMBER!-> go (REF! o)) (INTEGER 1)) (CALL (REF! p) (INTEGER 2))))");
}
END_TEST

START_TEST(equal_names_in_different_files_have_different_keys)
{
	const struct ast_unit *unit =
	        sample_with_header("a.c", "#include \"sample.h\"\nstruct config { int a; } c;\nstatic int s;\nint e;",
	                           "struct other { int b; };\n");
	const uint64_t config = ast_decl_key(unit, &sample_record("struct config")->decl);
	const uint64_t other = ast_decl_key(unit, &sample_record("struct other")->decl);
	const uint64_t s = ast_decl_key(unit, &sample_global("s")->decl),
	               e = ast_decl_key(unit, &sample_global("e")->decl);

	unit = sample_with_header("b.c",
	                          "#include \"sample.h\"\nstruct config { int a; } c;\nstatic int s;\nextern int e;",
	                          "struct other { int b; };\n");
	ck_assert_uint_ne(ast_decl_key(unit, &sample_record("struct config")->decl), config);
	ck_assert_uint_eq(ast_decl_key(unit, &sample_record("struct other")->decl), other);
	ck_assert_uint_ne(ast_decl_key(unit, &sample_global("s")->decl), s);
	ck_assert_uint_eq(ast_decl_key(unit, &sample_global("e")->decl), e);
}
END_TEST

START_TEST(sizeof_a_record_differs_from_sizeof_a_pointer_to_it)
{
	const struct ast_node *body;

	sample_parse("a.c",
	             "struct s { long a, b; };\nunsigned long f(struct s *p, char a[100]) { return sizeof(struct s) + "
	             "sizeof(struct s *) + sizeof *p + sizeof a; }",
	             NULL);
	body = sample_function("f")->body->children[0]->children[0];
	ck_assert_int_eq(body->children[1]->u.value, 8); /* an array parameter is a pointer */
	body = body->children[0];
	ck_assert_str_eq(body->children[1]->of->name, "struct s");
	body = body->children[0];
	ck_assert_ptr_null(body->children[1]->of);
	ck_assert_int_eq(body->children[1]->u.value, 8);
	ck_assert_str_eq(body->children[0]->of->name, "struct s");
	ck_assert_int_eq(body->children[0]->u.value, 16);
}
END_TEST

START_TEST(attributes_have_their_values)
{
	sample_parse("a.c",
	             "struct __attribute__((packed)) p { char a; int b; };\nstruct q { char a; int b "
	             "__attribute__((aligned(32))); } __attribute__((aligned(64)));\n"
	             "struct p vp; struct q vq;",
	             NULL);
	ck_assert(sample_record("struct p")->flags & AST_RECORD_PACKED);
	ck_assert_uint_eq(sample_record("struct q")->aligned, 64);
	ck_assert_uint_eq(sample_field("struct q", "b")->aligned, 32);
	ck_assert_int_eq(sample_field("struct q", "b")->offset, 32 * 8);
}
END_TEST

START_TEST(pragma_pack_shows_in_the_layout_only)
{
	sample_parse("a.c",
	             "#pragma pack(push, 2)\nstruct p { char a; int b; char c; };\n#pragma pack(pop)\nstruct q { char "
	             "a; int b:3; int c:30; char d; };\nstruct p vp; struct q vq;",
	             NULL);
	ck_assert(sample_record("struct p")->flags & AST_RECORD_PRAGMA_PACK);
	ck_assert(!(sample_record("struct q")->flags & AST_RECORD_PRAGMA_PACK));
}
END_TEST

START_TEST(a_fields_declaration_ends_behind_its_semicolon)
{
	sample_parse("a.c",
	             "struct s {\n\tchar a; /* one; two */\n\t_Alignas(8) int b, c;\n\tstruct { int x; } in;\n\tvoid "
	             "(*fn)(int);\n};\nstruct s v;",
	             NULL);
	ck_assert_str_eq(sample_text(sample_field("struct s", "a")->declaration), "char a;");
	ck_assert_str_eq(sample_text(sample_field("struct s", "b")->declaration), "_Alignas(8) int b, c;");
	ck_assert(sample_field("struct s", "c")->flags & AST_FIELD_SHARES_DECLARATION);
	ck_assert_str_eq(sample_text(sample_field("struct s", "in")->declaration), "struct { int x; } in;");
	ck_assert_str_eq(sample_text(sample_field("struct s", "fn")->declaration), "void (*fn)(int);");
}
END_TEST

START_TEST(a_typedefs_record_is_declared_by_the_whole_statement)
{
	const struct ast_record *record;

	sample_parse("a.c", "typedef struct {\n\tchar a;\n#if 1\n\tint b;\n#endif\n} name_t;\nname_t v;", NULL);
	record = sample_record("name_t");
	ck_assert(record->decl.flags & AST_UNNAMED);
	ck_assert_str_eq(record->typedef_name, "name_t");
	ck_assert(record->flags & AST_RECORD_DIRECTIVES);
	ck_assert_uint_eq(record->declaration.begin, 0);
	ck_assert_int_eq(sample_text(record->declaration)[record->declaration.end - 1], ';');
}
END_TEST

START_TEST(names_of_types_do_not_tell_where_the_tree_lies)
{
	sample_parse("a.c", "struct { int x; } v;", NULL);
	ck_assert_ptr_null(strstr(sample_global("v")->decl.type->name, "/sample"));
}
END_TEST

START_TEST(templates_are_patterns_and_instances)
{
	const struct ast_record *instance;

	sample_parse("a.cc", "template <class T> struct box { char a; T v; char b; };\nbox<double> d; box<int> *p;",
	             NULL);
	instance = sample_record("box<double>");
	ck_assert(instance->flags & AST_RECORD_INSTANCE);
	ck_assert_int_eq(instance->size, 24);
	ck_assert_ptr_eq(instance->pattern, sample_record("box"));
	ck_assert(sample_record("box")->flags & AST_RECORD_PATTERN);
	ck_assert_uint_eq(instance->decl.line, 1);
}
END_TEST

START_TEST(virtual_tables_and_bases_take_their_place)
{
	const struct ast_record *derived;

	sample_parse("a.cc",
	             "struct empty {}; struct base { virtual ~base(); int b; }; struct plain { char c; };\n"
	             "struct derived : base, plain, empty { long d; };\nderived *f(derived *d) { return d; }",
	             NULL);
	derived = sample_record("derived");
	ck_assert(sample_record("base")->flags & AST_RECORD_OWN_VPTR);
	ck_assert(derived->flags & AST_RECORD_DYNAMIC);
	ck_assert(!(derived->flags & AST_RECORD_OWN_VPTR));
	ck_assert_uint_eq(derived->nbases, 3);
	ck_assert_int_eq(derived->bases[0].offset, 0);
	ck_assert_int_eq(derived->bases[1].offset, 12); /* in base's tail padding */
	ck_assert_int_eq(derived->bases[2].offset, 0);
}
END_TEST

START_TEST(a_base_read_while_its_heir_is_met_comes_first_all_the_same)
{
	const struct ast_record *heir;

	sample_parse("a.cc",
	             "struct base {\n"
	             "int use() { struct heir : base { virtual void f() {} int m; } h; return h.m; }\n"
	             "virtual ~base(); long n; };\n",
	             NULL);
	heir = sample_record("heir");
	ck_assert_int_eq(heir->bases[0].offset, 0);
	ck_assert(!(heir->flags & AST_RECORD_OWN_VPTR));
}
END_TEST

START_TEST(cxx_expressions_have_shapes)
{
	sample_parse("a.cc",
	             "struct s { s(int); int m() const; s operator+(const s &) const; int v; };\n"
	             "int f(s a, s b) { s c = a + b; int *p = new int[3]; delete[] p; auto l = [p, &c](int k) { return "
	             "k + c.v; }; "
	             "if (int z = c.m(); z > 1) return z; else return l(2); }",
	             "-std=c++17");
	ck_assert_str_eq(sample_statement("f", 1),
	                 "(DECL_STMT (VAR p (NEW (IMPLICIT_CAST 'unsigned long' (INTEGER 3)))))");
	ck_assert(sample_function("f")->body->children[2]->flags & AST_ARRAY);
	ck_assert_str_eq(sample_statement("f", 3), "(DECL_STMT (VAR l (LAMBDA (REF p) (REF c) (COMPOUND (RETURN "
	                                           "(BINARY + (REF! k) (MEMBER! v (REF c))))))))");
	ck_assert_str_eq(
	        sample_statement("f", 4),
	        "(IF (DECL_STMT (VAR z (CALL (MEMBER m (REF c))))) _ (BINARY > (REF! z) (INTEGER 1)) (RETURN (REF! z)) "
	        "(RETURN (CALL (REF operator()) (REF l) (INTEGER 2))))");
}
END_TEST

START_TEST(a_loop_says_whether_it_copies_its_elements)
{
	const struct ast_unit *unit = sample_parse("a.cc",
	                                           "#include <string>\n#include <vector>\n"
	                                           "int f(const std::vector<std::string> &v, std::vector<bool> &b)\n"
	                                           "{ int n = 0; for (auto x : v) n++; for (auto &y : v) n++;\n"
	                                           "for (auto z : b) n++; return n; }",
	                                           NULL);
	const struct ast_function *f = sample_function("f");

	ck_assert(!unit->broken);
	ck_assert_uint_eq(f->nlocals, 4);
	ck_assert_str_eq(f->locals[1]->decl.name, "x");
	ck_assert(f->locals[1]->copies_element);
	ck_assert(!f->locals[2]->copies_element);
	ck_assert(!f->locals[3]->copies_element); /* the proxy is a temporary */
}
END_TEST

START_TEST(special_members_of_library_types_are_known_where_objects_are_made)
{
	sample_parse("a.cc",
	             "#include <string>\nint f(std::string s) { std::string::iterator i = s.begin(); return *i; }",
	             NULL);
	const struct ast_function *f = sample_function("f");
	const struct ast_record *string = f->params[0]->decl.type->record, *iterator = f->locals[0]->decl.type->record;

	ck_assert(string->flags & AST_RECORD_SPECIALS);
	ck_assert(string->flags & AST_RECORD_COPY_CTOR);
	ck_assert(string->flags & AST_RECORD_DTOR);
	ck_assert(iterator->flags & AST_RECORD_SPECIALS);
	ck_assert(!(iterator->flags & (AST_RECORD_COPY_CTOR | AST_RECORD_DTOR)));
}
END_TEST

START_TEST(parameters_are_named_in_each_declaration)
{
	sample_parse("a.cc",
	             "struct s { int x; };\nint f(s, s second);\nint f(s one, s two) { return one.x + two.x; }\n"
	             "template <class T> int g(T t, s u) { return u.x; }",
	             NULL);
	const struct ast_function *f = sample_function("f"), *g = sample_function("g");

	ck_assert_uint_eq(f->nredeclarations, 2);
	ck_assert_uint_eq(f->redeclarations[0].names[0].file, 0);
	ck_assert_str_eq(sample_text(f->redeclarations[0].names[1]), "second");
	ck_assert_str_eq(sample_text(f->redeclarations[1].names[0]), "one");
	ck_assert_uint_eq(g->nparams, 2);
	ck_assert_str_eq(sample_text(g->redeclarations[0].names[1]), "u");
}
END_TEST

START_TEST(the_standard_is_the_last_one_asked_for)
{
	ck_assert_uint_eq(sample_parse("a.c", "int x;", NULL)->standard, 0);
	sample_free();
	ck_assert_uint_eq(sample_parse("a.cc", "int x;", NULL)->standard, 2017);
	sample_free();
	ck_assert_uint_eq(sample_parse("a.cc", "int x;", "-std=gnu++1y")->standard, 2014);
	sample_free();
	ck_assert_uint_eq(sample_parse("a.cc", "int x;", "--std=c++20")->standard, 2020);
}
END_TEST

START_TEST(broken_code_leaves_what_parsed)
{
	const struct ast_unit *unit = sample_parse(
	        "a.c",
	        "struct s { char a; long b; };\nint f(void) { return nowhere; }\nint g(struct s *s) { return s->a; }",
	        NULL);

	ck_assert(unit->broken);
	ck_assert_uint_gt(unit->ndiagnostics, 0);
	ck_assert_int_eq(sample_record("struct s")->size, 16);
	ck_assert_ptr_nonnull(sample_function("g")->body);
	ck_assert(sample_function("f")->flags & AST_FUNCTION_BROKEN);
	ck_assert(!(sample_function("g")->flags & AST_FUNCTION_BROKEN));
}
END_TEST

START_TEST(every_inclusion_is_listed_with_its_content)
{
	const struct ast_unit *unit =
	        sample_with_header("a.c", "#include \"sample.h\"\n#include \"sample.h\"\n", "int x;\n");
	struct hash_stream stream;

	ck_assert_uint_eq(unit->nfiles, 3);
	ck_assert(unit->files[1]->main);
	hash_stream_init(&stream);
	hash_stream_bytes(&stream, "int x;\n", 7);
	ck_assert_uint_eq(unit->files[2]->hash[0], hash_stream_end(&stream).low);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ast_traps");
	TCase *cases = tcase_create("traps");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(cases, NULL, sample_free);
	tcase_set_timeout(cases, 30);
	tcase_add_test(cases, ranges_stay_in_the_file_where_a_macro_is_used);
	tcase_add_test(cases, macros_of_system_headers_are_told_from_the_projects);
	tcase_add_test(cases, anonymous_members_are_fields);
	tcase_add_test(cases, the_second_of_two_variables_is_defined_too);
	tcase_add_test(cases, offsetof_designators_and_conversions_are_told_apart);
	tcase_add_test(cases, a_call_through_a_variable_does_not_make_it_a_function);
	tcase_add_test(cases, equal_names_in_different_files_have_different_keys);
	tcase_add_test(cases, sizeof_a_record_differs_from_sizeof_a_pointer_to_it);
	tcase_add_test(cases, attributes_have_their_values);
	tcase_add_test(cases, pragma_pack_shows_in_the_layout_only);
	tcase_add_test(cases, a_fields_declaration_ends_behind_its_semicolon);
	tcase_add_test(cases, a_typedefs_record_is_declared_by_the_whole_statement);
	tcase_add_test(cases, names_of_types_do_not_tell_where_the_tree_lies);
	tcase_add_test(cases, templates_are_patterns_and_instances);
	tcase_add_test(cases, virtual_tables_and_bases_take_their_place);
	tcase_add_test(cases, a_base_read_while_its_heir_is_met_comes_first_all_the_same);
	tcase_add_test(cases, cxx_expressions_have_shapes);
	tcase_add_test(cases, a_loop_says_whether_it_copies_its_elements);
	tcase_add_test(cases, special_members_of_library_types_are_known_where_objects_are_made);
	tcase_add_test(cases, parameters_are_named_in_each_declaration);
	tcase_add_test(cases, the_standard_is_the_last_one_asked_for);
	tcase_add_test(cases, broken_code_leaves_what_parsed);
	tcase_add_test(cases, every_inclusion_is_listed_with_its_content);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
