// SPDX-License-Identifier: MIT
/* Layouts and best orders, against all orders of small records. */
#include "rules/allocators.h"
#include "rules/struct_padding_layout.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 7 };

static struct arena arena;

static void setup(void)
{
	arena_init(&arena);
}

static void teardown(void)
{
	arena_clear(&arena);
}

static uint32_t random_below(uint32_t *seed, uint32_t limit)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (*seed >> 8) % limit;
}

static void random_field(uint32_t *seed, struct layout_field *field)
{
	static const uint32_t sizes[] = {1, 2, 4, 8, 16};
	const uint32_t size = sizes[random_below(seed, 5)];
	const uint32_t kind = random_below(seed, 8);

	*field = (struct layout_field){.size = size, .align = size > 8 ? 8 : size};
	if (kind == 0) /* an array */
		field->size = size * (1 + random_below(seed, 5));
	else if (kind == 1 && size <= 4) { /* alignas */
		field->align = 8;
		field->flags = LAYOUT_EXPLICIT;
	} else if (kind == 2 && size <= 8) {
		field->flags = LAYOUT_BIT;
		field->width = 1 + random_below(seed, size * 8);
	}
}

static bool is_run(const struct layout *layout, uint32_t index)
{
	return index && layout->fields[index].flags & LAYOUT_BIT && layout->fields[index - 1].flags & LAYOUT_BIT;
}

/* True if every run of bit-fields is whole and in order. */
static bool keeps_runs(const struct layout *layout, const uint32_t *order)
{
	for (uint32_t i = 0; i < layout->nfields; i++) {
		if (is_run(layout, order[i]) && (!i || order[i - 1] != order[i] - 1))
			return false;
	}
	return true;
}

static uint64_t smallest(const struct layout *layout, uint32_t *order, uint32_t from, uint64_t best)
{
	if (from == layout->nfields) {
		const uint64_t size = keeps_runs(layout, order) ? layout_place(layout, order, NULL) : best;

		return size < best ? size : best;
	}
	for (uint32_t i = from; i < layout->nfields; i++) {
		uint32_t swap = order[from];

		order[from] = order[i];
		order[i] = swap;
		best = smallest(layout, order, from + 1, best);
		swap = order[from];
		order[from] = order[i];
		order[i] = swap;
	}
	return best;
}

START_TEST(the_best_order_is_as_small_as_the_best_of_all_orders)
{
	uint32_t seed = (uint32_t)_i * 7919 + 1;

	for (int round = 0; round < 40; round++) {
		struct layout_field fields[MOST];
		struct layout layout = {.fields = fields, .nfields = 2 + random_below(&seed, MOST - 1)};
		uint32_t order[MOST], all[MOST];
		bool seen[MOST] = {0};

		for (uint32_t i = 0; i < layout.nfields; i++) {
			random_field(&seed, &fields[i]);
			all[i] = i;
		}
		const uint64_t author = layout_place(&layout, NULL, NULL);
		const uint64_t wanted = smallest(&layout, all, 0, author);
		const uint64_t got = layout_best_order(&layout, order, &arena);

		ck_assert_uint_eq(got, wanted);
		ck_assert_uint_eq(layout_place(&layout, order, NULL), got);
		ck_assert(keeps_runs(&layout, order));
		for (uint32_t i = 0; i < layout.nfields; i++) {
			ck_assert(!seen[order[i]]);
			seen[order[i]] = true;
			ck_assert(author != wanted || order[i] == i);
		}
		ck_assert_int_eq(layout_can_shrink(&layout, &arena), wanted < author);
	}
}
END_TEST

struct compiled {
	char a;
	unsigned b : 3;
	unsigned c : 28;
	short d;
	unsigned : 0;
	unsigned e : 1;
	double f;
	char g[3];
	long h : 40;
	char i;
};

START_TEST(placing_gives_what_the_compiler_does)
{
	const struct layout_field fields[] = {
	        {1, 1, 0, 0, 0},
	        {4, 4, 3, LAYOUT_BIT, 0},
	        {4, 4, 28, LAYOUT_BIT, 0},
	        {2, 2, 0, 0, 0},
	        {4, 4, 0, LAYOUT_BIT | LAYOUT_UNNAMED, 0},
	        {4, 4, 1, LAYOUT_BIT, 0},
	        {8, 8, 0, 0, 0},
	        {3, 1, 0, 0, 0},
	        {8, 8, 40, LAYOUT_BIT, 0},
	        {1, 1, 0, 0, 0},
	};
	const struct layout layout = {.fields = fields, .nfields = 10};
	uint64_t offsets[10];

	ck_assert_uint_eq(layout_place(&layout, NULL, offsets), sizeof(struct compiled));
	ck_assert_uint_eq(offsets[3] / 8, offsetof(struct compiled, d));
	ck_assert_uint_eq(offsets[6] / 8, offsetof(struct compiled, f));
	ck_assert_uint_eq(offsets[7] / 8, offsetof(struct compiled, g));
	ck_assert_uint_eq(offsets[9] / 8, offsetof(struct compiled, i));
}
END_TEST

START_TEST(pinned_fields_keep_their_places)
{
	const struct layout_field fields[] = {
	        {1, 1, 0, 0, 0}, {8, 8, 0, 0, 0}, {1, 1, 0, 0, 0}, {8, 8, 0, 0, 0}, {1, 1, 0, 0, 0}};
	const struct layout layout = {.fields = fields, .nfields = 5, .pinned_first = 1, .pinned_last = 1};
	uint32_t order[5];

	ck_assert_uint_eq(layout_best_order(&layout, order, &arena), 32);
	ck_assert_uint_eq(order[0], 0);
	ck_assert_uint_eq(order[4], 4);
}
END_TEST

START_TEST(one_move_is_enough_where_one_is)
{
	/* char double char int: the first char goes behind the double, the rest stays. */
	const struct layout_field fields[] = {{1, 1, 0, 0, 0}, {8, 8, 0, 0, 0}, {1, 1, 0, 0, 0}, {4, 4, 0, 0, 0}};
	const struct layout layout = {.fields = fields, .nfields = 4};
	const uint32_t wanted[] = {1, 0, 2, 3};
	uint32_t order[4];

	ck_assert_uint_eq(layout_best_order(&layout, order, &arena), 16);
	ck_assert_mem_eq(order, wanted, sizeof wanted);
}
END_TEST

START_TEST(a_large_record_is_ordered_quickly)
{
	struct layout_field *fields = arena_array(&arena, 1000, struct layout_field);
	uint32_t *order = arena_array(&arena, 1000, uint32_t);
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 1000; i++) {
		fields[i].size = fields[i].align = i % 2 ? 8 : 1;
		sum += fields[i].size;
	}
	const struct layout layout = {.fields = fields, .nfields = 1000};

	ck_assert_uint_eq(layout_best_order(&layout, order, &arena), (sum + 7) / 8 * 8);
}
END_TEST

START_TEST(glibc_rounds_to_chunks_of_sixteen)
{
	ck_assert_uint_eq(allocator_block_size("glibc", 1), 32);
	ck_assert_uint_eq(allocator_block_size("glibc", 24), 32);
	ck_assert_uint_eq(allocator_block_size("glibc", 25), 48);
	ck_assert_uint_eq(allocator_block_size("jemalloc", 129), 160);
	ck_assert_uint_eq(allocator_block_size("tcmalloc", 129), 144);
	ck_assert_uint_eq(allocator_block_size("mimalloc", 20000), 20480);
	ck_assert_uint_eq(allocator_block_size("none", 1), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("layout");
	TCase *tests = tcase_create("layout");
	SRunner *runner = srunner_create(suite);

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_loop_test(tests, the_best_order_is_as_small_as_the_best_of_all_orders, 0, 10);
	tcase_add_test(tests, placing_gives_what_the_compiler_does);
	tcase_add_test(tests, pinned_fields_keep_their_places);
	tcase_add_test(tests, one_move_is_enough_where_one_is);
	tcase_add_test(tests, a_large_record_is_ordered_quickly);
	tcase_add_test(tests, glibc_rounds_to_chunks_of_sixteen);
	suite_add_tcase(suite, tests);
	srunner_run_all(runner, CK_NORMAL);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed != 0;
}
