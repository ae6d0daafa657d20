// SPDX-License-Identifier: MIT
/* What objects carry packed: layouts, places, types and coded texts. */
#include "runtime/coded.h"
#include "runtime/layout.h"
#include "runtime/places.h"

#include "memlint/abi.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const char *unpacked(const char *packed)
{
	static char text[1024];

	return rt_layout_unpack(packed, text, sizeof text) ? text : "";
}

START_TEST(fields_follow_each_other_unless_a_place_is_given)
{
	ck_assert_str_eq(unpacked(".node\t24\ntag=c\nnext/*&\nport@128;=S"),
	                 "struct node\t24\t8\tstruct\n"
	                 "0\t8\ttag\tchar\t\t0\n"
	                 "64\t64\tnext\tstruct node\tp\t0\n"
	                 "128\t16\tport\tshort unsigned int\t\t0\n");
}
END_TEST

START_TEST(members_of_a_union_begin_where_the_one_before_begins)
{
	ck_assert_str_eq(unpacked("!value\tu16/16\nreal|=D\ntext|-c\nsmall|[4=i\nrest=i"),
	                 "union value\t16\t16\tunion\n"
	                 "0\t128\treal\tlong double\tu\t0\n"
	                 "0\t64\ttext\tchar\tup\t0\n"
	                 "0\t128\tsmall\tint\tua\t4\n"
	                 "128\t32\trest\tint\t\t0\n");
}
END_TEST

START_TEST(every_kind_of_field_is_told_apart)
{
	ck_assert_str_eq(unpacked("D\tc96\n<64 Base\n_vptr.D^\nlow:3i\nhigh:5 mode\ncolor=32 %color\ncall*\nat[2{64 "
	                          ".pair\nnames~-c"),
	                 "D\t96\t8\tclass\n"
	                 "0\t64\t\tBase\tsr\t0\n"
	                 "64\t64\t_vptr.D\tfunction *\tv\t0\n"
	                 "128\t3\tlow\tint\tb\t0\n"
	                 "131\t5\thigh\tmode\tb\t0\n"
	                 "136\t32\tcolor\tenum color\t\t0\n"
	                 "168\t64\tcall\t(unnamed)\tp\t0\n"
	                 "232\t128\tat\tstruct pair\tar\t2\n"
	                 "360\t0\tnames\tchar\tmap\t0\n");
}
END_TEST

START_TEST(a_layout_that_is_not_well_formed_is_none)
{
	static const char *const bad[] = {"",
	                                  "name",
	                                  "name\t",
	                                  "name\t8/",
	                                  "name\t8\nx",
	                                  "name\t8\nx=",
	                                  "name\t8\nx@;=i",
	                                  "name\t8\nx@4=i",
	                                  "name\t8\nx[*",
	                                  "name\t8\nx:i",
	                                  "name\t8\nx{ y",
	                                  "name\t8\nx=iy",
	                                  "name\t99999999999999999999",
	                                  "name\t8\nx[9999999999999999[=i"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		ck_assert_msg(!rt_layout_unpack(bad[i], NULL, 0), "%s", bad[i]);
}
END_TEST

START_TEST(a_layout_s_head_is_its_name_and_size)
{
	uint64_t bytes = 0;
	char text[16];

	ck_assert_uint_eq(rt_layout_head(".node\t24/16\ntag=c", &bytes, text, sizeof text), 11);
	ck_assert_str_eq(text, "struct node");
	ck_assert_uint_eq(bytes, 24);
	ck_assert_uint_eq(rt_layout_head("a::very_long_name\tc8", &bytes, text, sizeof text), 17);
	ck_assert_str_eq(text, "a::very_long_na");
	ck_assert_uint_eq(rt_layout_head("/a/directory", &bytes, NULL, 0), 0);
}
END_TEST

START_TEST(a_layout_is_cut_at_the_room_there_is)
{
	char text[8];

	ck_assert_uint_gt(rt_layout_unpack(".node\t24\ntag=c", text, sizeof text), sizeof text);
	ck_assert_str_eq(text, "struct ");
}
END_TEST

START_TEST(the_parts_of_a_layout_are_the_records_in_it)
{
	struct rt_layout_parts parts;

	rt_layout_parts(&parts, ".list\t40\nhead{64 .link\nname-c\nall[2{64 .pair");
	ck_assert_int_eq(rt_layout_next_part(&parts), 1);
	ck_assert_int_eq(strncmp(parts.type, ".link", parts.length), 0);
	ck_assert_int_eq(rt_layout_next_part(&parts), 1);
	ck_assert_int_eq(strncmp(parts.type, ".pair", parts.length), 0);
	ck_assert_int_eq(rt_layout_next_part(&parts), 0);
}
END_TEST

START_TEST(a_place_takes_file_and_function_from_the_one_before)
{
	static const unsigned char packed[] = {MEMLINT_PLACE_FILE | MEMLINT_PLACE_FUNCTION | MEMLINT_PLACE_TYPE,
	                                       MEMLINT_ALLOCATOR_MALLOC,
	                                       200,
	                                       1,
	                                       7,
	                                       1,
	                                       10,
	                                       3,
	                                       MEMLINT_PLACE_MACRO | MEMLINT_PLACE_SAME_TYPE | MEMLINT_SITE_CALLER,
	                                       5,
	                                       9,
	                                       4,
	                                       MEMLINT_SITE_WRAPPER,
	                                       MEMLINT_ALLOCATOR_CALLOC,
	                                       0,
	                                       2};
	const unsigned char *const end = packed + sizeof packed, *at = packed;
	struct rt_place place = {0};

	at = rt_place_next(&place, at, end);
	ck_assert_uint_eq(place.line, 100);
	ck_assert_uint_eq(place.column, 7);
	ck_assert_uint_eq(place.file, 1);
	ck_assert_uint_eq(place.function, 5);
	ck_assert_uint_eq(place.type, 3);
	at = rt_place_next(&place, at, end);
	ck_assert_uint_eq(place.line, 97);
	ck_assert_uint_eq(place.file, 1);
	ck_assert_uint_eq(place.function, 5);
	ck_assert_uint_eq(place.type, 3);
	ck_assert_uint_eq(place.macro, 4);
	ck_assert_uint_eq(place.flags, MEMLINT_SITE_CALLER);
	ck_assert_uint_eq(place.allocator, 0);
	at = rt_place_next(&place, at, end);
	ck_assert_ptr_eq(at, end);
	ck_assert_uint_eq(place.line, 97);
	ck_assert_uint_eq(place.column, 2);
	ck_assert_uint_eq(place.type, 0);
	ck_assert_uint_eq(place.flags, MEMLINT_SITE_WRAPPER);
	ck_assert_uint_eq(place.allocator, MEMLINT_ALLOCATOR_CALLOC);
	for (size_t cut = 1; cut < 8; cut++)
		ck_assert_ptr_null(rt_place_next(&place, packed, packed + cut));
}
END_TEST

START_TEST(a_type_has_its_size_and_perhaps_a_layout)
{
	static const unsigned char packed[] = {5, 4, 1, 1, 2, 3, 4, 5, 6, 7, 8};
	const unsigned char *const end = packed + sizeof packed, *at = packed;
	struct rt_type type;

	at = rt_type_next(&type, at, end);
	ck_assert_uint_eq(type.name, 5);
	ck_assert_uint_eq(type.size, 4);
	ck_assert_uint_eq(type.layout, 0);
	ck_assert_ptr_eq(rt_type_next(&type, at, end), end);
	ck_assert_uint_eq(type.name, 1);
	ck_assert_uint_eq(type.layout, 0x0807060504030201u);
	ck_assert_ptr_null(rt_type_next(&type, at, end - 1));
}
END_TEST

static const char *read_text(const char *coded, size_t size)
{
	static char text[256];
	const size_t length = rt_coded_length(coded, size);

	ck_assert_uint_lt(length, sizeof text);
	rt_coded_read(coded, size, text);
	text[length] = 0;
	return text;
}

START_TEST(a_coded_text_has_pieces_copies_and_bytes_of_its_own)
{
	static const char *const pieces[] = {
#define TEXT_PIECE(text) text,
#include "memlint/text_pieces.def"
	};
	char piece[] = {'<', 0, '>'};

	for (size_t i = 0; i < 256 - MEMLINT_TEXT_PIECES; i++) {
		char wanted[32] = "<";

		piece[1] = (char)(MEMLINT_TEXT_PIECES + i);
		ck_assert_str_eq(read_text(piece, sizeof piece), strcat(strcat(wanted, pieces[i]), ">"));
	}
	ck_assert_str_eq(read_text("a\tb\n", 4), "a\tb\n");
	ck_assert_str_eq(read_text("abcd\x02\x03"
	                           "e",
	                           7),
	                 "abcdbcde");
	ck_assert_str_eq(read_text("ab\x0b\x02", 4), "abababababab");
	ck_assert_str_eq(read_text("\x01\xc3\x01\xb6\x01\x02", 6), "\xc3\xb6\x02");
	for (unsigned byte = 1, length = MEMLINT_TEXT_COPY_MIN; byte < 256; byte++)
		if (MEMLINT_TEXT_COPIED(byte))
			ck_assert_uint_eq(MEMLINT_TEXT_COPIED(byte), length++);
}
END_TEST

START_TEST(a_damaged_code_reads_nothing_beyond_it)
{
	ck_assert_str_eq(read_text("abc\x02", 4), "abc");
	ck_assert_str_eq(read_text("abc\x01", 4), "abc");
	ck_assert_str_eq(read_text("a\x02\x05"
	                           "b",
	                           4),
	                 "a");
	ck_assert_uint_eq(rt_coded_length("a\x02\x05"
	                                  "b",
	                                  4),
	                  5);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("packed");
	TCase *tests = tcase_create("packed");

	tcase_add_test(tests, fields_follow_each_other_unless_a_place_is_given);
	tcase_add_test(tests, members_of_a_union_begin_where_the_one_before_begins);
	tcase_add_test(tests, every_kind_of_field_is_told_apart);
	tcase_add_test(tests, a_layout_that_is_not_well_formed_is_none);
	tcase_add_test(tests, a_layout_s_head_is_its_name_and_size);
	tcase_add_test(tests, a_layout_is_cut_at_the_room_there_is);
	tcase_add_test(tests, the_parts_of_a_layout_are_the_records_in_it);
	tcase_add_test(tests, a_place_takes_file_and_function_from_the_one_before);
	tcase_add_test(tests, a_type_has_its_size_and_perhaps_a_layout);
	tcase_add_test(tests, a_coded_text_has_pieces_copies_and_bytes_of_its_own);
	tcase_add_test(tests, a_damaged_code_reads_nothing_beyond_it);
	suite_add_tcase(suite, tests);
	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
