// SPDX-License-Identifier: MIT
/* The building blocks: buffers, arenas, interned strings, paths, checksums, patterns, frames and traces. */
#include "memlint/abi.h"
#include "runtime/snapshot/crc32c.h"
#include "runtime/snapshot/path.h"
#include "snapshot_sample.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

START_TEST(crc32c_is_the_castagnoli_checksum)
{
	char long_text[100];

	ck_assert_uint_eq(crc32c("123456789", 9), 0xe3069283);
	ck_assert_uint_eq(crc32c("", 0), 0);
	memset(long_text, 0, sizeof long_text);
	ck_assert_uint_eq(crc32c(long_text, 32), 0x8a9136aa); /* RFC 3720, B.4 */
}
END_TEST

START_TEST(a_buffer_keeps_its_content_while_it_grows)
{
	struct pages_buffer buffer = {0};

	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t *entry = pages_push(&buffer, sizeof *entry);

		ck_assert_ptr_nonnull(entry);
		*entry = i;
	}
	for (uint32_t i = 0; i < 100000; i++)
		ck_assert_uint_eq(((uint32_t *)(void *)buffer.data)[i], i);
	pages_release(&buffer);
	ck_assert_ptr_null(buffer.data);
}
END_TEST

START_TEST(a_buffer_that_cannot_grow_says_so_and_stays_failed)
{
	struct pages_buffer buffer = {0};

	ck_assert_ptr_null(pages_push(&buffer, SIZE_MAX / 2));
	ck_assert_int_eq(buffer.failed, 1);
	ck_assert_ptr_null(pages_push(&buffer, 1));
	pages_clear(&buffer);
	ck_assert_ptr_nonnull(pages_push(&buffer, 1));
	pages_release(&buffer);
}
END_TEST

START_TEST(arena_memory_is_zeroed_aligned_and_never_moves)
{
	struct pages_arena arena = {0};
	char *first = pages_alloc(&arena, 3);

	int dirty = 0;

	memcpy(first, "ab", 3);
	for (size_t size = 0; size < 100000; size += 977) {
		char *memory = pages_alloc(&arena, size);

		ck_assert_uint_eq((uintptr_t)memory % 16, 0);
		for (size_t i = 0; i < size; i++)
			dirty |= memory[i];
		memset(memory, 0xff, size);
	}
	ck_assert_int_eq(dirty, 0);
	ck_assert_str_eq(first, "ab");
	pages_arena_release(&arena);
}
END_TEST

START_TEST(equal_strings_have_one_id_and_one_address)
{
	struct strings strings = {0};
	char text[32];

	ck_assert_uint_eq(strings_intern(&strings, "x", 1), 1);
	ck_assert_uint_eq(strings_intern(&strings, "", 0), 0);
	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0; i < 5000; i++) {
			const size_t n = (size_t)snprintf(text, sizeof text, "name of number %u", i);

			ck_assert_uint_eq(strings_intern(&strings, text, n), i + 2);
			ck_assert_str_eq(strings_text(&strings, i + 2), text);
		}
	}
	ck_assert_uint_eq(strings_count(&strings), 5002);
	ck_assert_str_eq(strings_text(&strings, 999999), "");
	strings_release(&strings);
}
END_TEST

static const char *join(const char *directory, const char *name)
{
	static char path[64];

	ck_assert_uint_eq(path_join(directory, name, path, sizeof path), strlen(path));
	return path;
}

START_TEST(paths_are_joined_without_dots)
{
	ck_assert_str_eq(join("/src", "app.c"), "/src/app.c");
	ck_assert_str_eq(join("/src/lib/", "../app.c"), "/src/app.c");
	ck_assert_str_eq(join("/src", "./a//b/./c.h"), "/src/a/b/c.h");
	ck_assert_str_eq(join("/src", "/usr/include/x.h"), "/usr/include/x.h");
	ck_assert_str_eq(join("/", "../../x.c"), "/x.c");
	ck_assert_str_eq(join("", "../x.c"), "../x.c");
	ck_assert_str_eq(join("", "../../x.c"), "../../x.c");
	ck_assert_str_eq(join("", "a/../x.c"), "x.c");
	ck_assert_str_eq(join("", "app.c"), "app.c");
}
END_TEST

START_TEST(a_path_that_is_too_long_is_cut)
{
	char path[8];

	ck_assert_uint_eq(path_join("/directory", "file", path, sizeof path), 7);
	ck_assert_str_eq(path, "/direct");
	ck_assert_uint_eq(path_join("/", "file", path, 0), 0);
}
END_TEST

START_TEST(patterns_match_as_in_a_shell)
{
	ck_assert(snapshot_glob("*", ""));
	ck_assert(snapshot_glob("*.c", "src/app.c"));
	ck_assert(snapshot_glob("*/a??.c", "src/lib/app.c"));
	ck_assert(!snapshot_glob("*.c", "app.cc"));
	ck_assert(!snapshot_glob("app", "app.c"));
	ck_assert(snapshot_glob("[a-c]pp.[!h]", "app.c"));
	ck_assert(!snapshot_glob("[a-c]pp.[!c]", "app.c"));
	ck_assert(snapshot_glob("[]x]", "]"));
	ck_assert(snapshot_glob("[x", "[x"));
	ck_assert(snapshot_glob("\\*", "*"));
	ck_assert(!snapshot_glob("\\*", "x"));
	ck_assert(snapshot_glob("*a*b*c", "xxaxxbxxbc"));
	ck_assert(!snapshot_glob("", "x"));
}
END_TEST

START_TEST(a_pattern_of_many_stars_ends_soon)
{
	char text[2000];

	memset(text, 'a', sizeof text - 1);
	text[sizeof text - 1] = 0;
	ck_assert(!snapshot_glob("*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}
END_TEST

START_TEST(the_type_of_a_block_is_what_the_source_states_nearest_to_the_author)
{
	struct memlint_snapshot *snapshot = snapshot_new();
	struct snapshot_tables *tables = snapshot->tables;
	const uint32_t inner = snapshot_add_frame(
	        tables, &(struct snapshot_frame){.type = "Order", .flags = MEMLINT_SITE_TYPE_CERTAIN});
	const uint32_t guess = snapshot_add_frame(tables, &(struct snapshot_frame){.type = "char"});
	const uint32_t none = snapshot_add_frame(tables, &(struct snapshot_frame){.file = "app.cc"});
	const uint32_t cases[3][2] = {{inner, guess}, {guess, none}, {none, guess}};
	const uint32_t expected[3] = {inner, guess, guess};

	for (int i = 0; i < 3; i++) {
		const uint32_t trace = snapshot_add_trace(tables, cases[i], 2, 1, 2);

		ck_assert_uint_eq(snapshot_traces(tables)[trace].typed, expected[i]);
	}
	snapshot_free(snapshot);
}
END_TEST

START_TEST(what_was_never_defined_becomes_the_unknown_entry)
{
	struct memlint_snapshot *snapshot = snapshot_new();

	ck_assert_uint_eq(snapshot_add_trace(snapshot->tables, &(uint32_t){99}, 1, 0, 1), 0);
	ck_assert_uint_eq(snapshot_add_trace(snapshot->tables, &(uint32_t){0}, 1, 1, 1), 0);
	ck_assert_uint_eq(snapshot_add_row(snapshot, 77, 88)->trace, 0);
	ck_assert_uint_eq(snapshot_rows(snapshot)[0].thread, 0);
	ck_assert(!snapshot_failed(snapshot));
	snapshot_free(snapshot);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("snapshot model");
	TCase *blocks = tcase_create("building blocks");
	TCase *model = tcase_create("model");

	tcase_add_test(blocks, crc32c_is_the_castagnoli_checksum);
	tcase_add_test(blocks, a_buffer_keeps_its_content_while_it_grows);
	tcase_add_test(blocks, a_buffer_that_cannot_grow_says_so_and_stays_failed);
	tcase_add_test(blocks, arena_memory_is_zeroed_aligned_and_never_moves);
	tcase_add_test(blocks, equal_strings_have_one_id_and_one_address);
	tcase_add_test(blocks, paths_are_joined_without_dots);
	tcase_add_test(blocks, a_path_that_is_too_long_is_cut);
	tcase_add_test(blocks, patterns_match_as_in_a_shell);
	tcase_add_test(blocks, a_pattern_of_many_stars_ends_soon);
	tcase_add_test(model, the_type_of_a_block_is_what_the_source_states_nearest_to_the_author);
	tcase_add_test(model, what_was_never_defined_becomes_the_unknown_entry);
	suite_add_tcase(suite, blocks);
	suite_add_tcase(suite, model);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
