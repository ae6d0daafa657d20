// SPDX-License-Identifier: MIT
/* Arenas, interned strings, arrays and hashes. */
#include "analyzer/base/arena.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/intern.h"
#include "analyzer/base/vec.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

START_TEST(an_arena_gives_zeroed_aligned_memory_of_any_size)
{
	struct arena arena = {0};
	unsigned dirty = 0;

	for (size_t size = 0; size < 3000000; size = size * 3 + 1) {
		unsigned char *bytes = arena_alloc(&arena, size);

		ck_assert_uint_eq((uintptr_t)bytes % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			dirty |= bytes[i];
		memset(bytes, 0xff, size);
	}
	ck_assert_uint_eq(dirty, 0);
	ck_assert_str_eq(arena_printf(&arena, "%s-%d", "a", 3), "a-3");
	ck_assert_str_eq(arena_strndup(&arena, "abcdef", 3), "abc");
	arena_clear(&arena);
	ck_assert_uint_eq(arena.allocated, 0);
}
END_TEST

START_TEST(equal_strings_are_interned_once)
{
	struct arena arena = {0};
	struct intern table;
	const char *names[5000];
	char text[32];

	intern_init(&table, &arena);
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof text, "name%u", i);
		names[i] = intern_string(&table, text);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(text, sizeof text, "name%u", i);
		ck_assert_ptr_eq(intern_string(&table, text), names[i]);
		ck_assert_str_eq(names[i], text);
	}
	ck_assert_ptr_ne(intern_bytes(&table, "a\0b", 3), intern_bytes(&table, "a\0c", 3));
	ck_assert_str_eq(intern_string(&table, NULL), "");
	intern_release(&table);
	arena_clear(&arena);
}
END_TEST

START_TEST(a_map_finds_what_was_put_last)
{
	struct hash_map map = {0};
	static int keys[2000];

	ck_assert_ptr_null(hash_map_find(&map, keys));
	for (unsigned i = 0; i < 2000; i++)
		hash_map_put(&map, &keys[i], &keys[i]);
	hash_map_put(&map, &keys[7], &keys[8]);
	ck_assert_uint_eq(map.count, 2000);
	ck_assert_ptr_eq(hash_map_find(&map, &keys[7]), &keys[8]);
	ck_assert_ptr_eq(hash_map_find(&map, &keys[1999]), &keys[1999]);
	ck_assert_ptr_null(hash_map_find(&map, &map));
	hash_map_release(&map);
}
END_TEST

START_TEST(every_byte_counts_in_a_hash)
{
	unsigned char bytes[64] = {0};

	for (size_t size = 1; size <= sizeof bytes; size++)
		for (size_t i = 0; i < size; i++) {
			const uint64_t before = hash_bytes(bytes, size, 1);

			bytes[i] ^= 1;
			ck_assert_uint_ne(hash_bytes(bytes, size, 1), before);
			bytes[i] ^= 1;
			ck_assert_uint_ne(hash_bytes(bytes, size, 2), before);
			ck_assert_uint_ne(hash_bytes(bytes, size - 1, 1), before);
		}
}
END_TEST

START_TEST(a_stream_keeps_its_pieces_apart)
{
	struct hash_stream a, b;
	char text[33];

	hash_stream_init(&a);
	hash_stream_init(&b);
	hash_stream_string(&a, "ab");
	hash_stream_string(&a, "c");
	hash_stream_string(&b, "a");
	hash_stream_string(&b, "bc");
	ck_assert_uint_ne(hash_stream_end(&a).low, hash_stream_end(&b).low);
	ck_assert_uint_ne(hash_stream_end(&a).high, hash_stream_end(&b).high);
	hash128_print((struct hash128){0x0123456789abcdef, 0xfedcba9876543210}, text);
	ck_assert_str_eq(text, "fedcba98765432100123456789abcdef");
}
END_TEST

START_TEST(an_array_grows_and_keeps_its_elements)
{
	VEC(int) numbers = {0};

	for (int i = 0; i < 1000; i++)
		vec_push(&numbers, i);
	ck_assert_int_eq(numbers.items[999], 999);
	ck_assert_int_eq(vec_pop(&numbers), 999);
	ck_assert_int_eq(vec_last(&numbers), 998);
	vec_release(&numbers);
	ck_assert_ptr_null(numbers.items);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base_core");
	TCase *cases = tcase_create("core");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(cases, an_arena_gives_zeroed_aligned_memory_of_any_size);
	tcase_add_test(cases, equal_strings_are_interned_once);
	tcase_add_test(cases, a_map_finds_what_was_put_last);
	tcase_add_test(cases, every_byte_counts_in_a_hash);
	tcase_add_test(cases, a_stream_keeps_its_pieces_apart);
	tcase_add_test(cases, an_array_grows_and_keeps_its_elements);
	suite_add_tcase(suite, cases);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
