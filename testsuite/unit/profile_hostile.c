// SPDX-License-Identifier: MIT
/* Profiles that were damaged on purpose: every byte changed, every length, wrong counts behind right checksums. */
#include "runtime/snapshot/crc32c.h"
#include "snapshot_sample.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct pages_buffer bytes;

static void setup(void)
{
	struct memlint_snapshot *rich = sample_rich();

	bytes = sample_profile(rich);
	snapshot_free(rich);
}

static void teardown(void)
{
	pages_release(&bytes);
}

/* Reads @data[@size] as far as it goes and groups every snapshot by every key; the fault. */
static enum profile_fault survive(const uint8_t *data, size_t size)
{
	struct profile profile = {.data = data, .size = size};
	struct snapshot_groups groups;
	struct profile_graph graph;
	char text[200];

	profile_read(&profile);
	const enum profile_fault fault = profile.fault;

	profile_fault_text(&profile, text, sizeof text);
	for (size_t i = 0; i < profile_nsnapshots(&profile); i++) {
		struct memlint_snapshot *snapshot = profile_snapshot(&profile, i);

		if (!snapshot)
			continue;
		for (int key = MEMLINT_BY_LINENO; key <= MEMLINT_BY_THREAD; key++) {
			ck_assert_int_eq(snapshot_group(&groups, snapshot, (enum memlint_key)key, 0), 0);
			snapshot_sort(&groups, snapshot_by_size, groups.n);
			snapshot_name(&groups, groups.n);
			snapshot_groups_release(&groups);
		}
		snapshot_free(snapshot);
	}
	for (uint64_t sequence = 0; sequence < 3; sequence++) {
		profile_graph_read(&profile, sequence, &graph);
		profile_graph_release(&graph);
	}
	profile_release(&profile);
	return fault;
}

START_TEST(no_changed_byte_goes_unnoticed)
{
	for (size_t i = 0; i < bytes.size; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			bytes.data[i] ^= (uint8_t)(1u << bit);
			ck_assert_int_ne(survive(bytes.data, bytes.size), PROFILE_WHOLE);
			bytes.data[i] ^= (uint8_t)(1u << bit);
		}
	}
	ck_assert_int_eq(survive(bytes.data, bytes.size), PROFILE_WHOLE);
}
END_TEST

START_TEST(every_length_is_read_up_to_a_whole_chunk)
{
	size_t whole = 0;

	for (size_t size = 1; size <= bytes.size; size++) {
		/* A copy of exactly this size, so that a sanitizer sees any byte read too many. */
		uint8_t *copy = malloc(size);

		memcpy(copy, bytes.data, size);
		const enum profile_fault fault = survive(copy, size);

		ck_assert(fault == PROFILE_WHOLE || fault == PROFILE_TRUNCATED);
		whole += fault == PROFILE_WHOLE;
		free(copy);
	}
	ck_assert_uint_ge(whole, 10); /* the preface alone, and each chunk's end */
}
END_TEST

/* Makes the checksums of every chunk right again after its payload was changed. */
static void seal(uint8_t *data, size_t size)
{
	struct profile_chunk_header header;
	size_t at = 16;

	while (size - at >= sizeof header) {
		memcpy(&header, data + at, sizeof header);
		if (header.stored_size > size - at - sizeof header)
			return;
		header.payload_crc = crc32c(data + at + sizeof header, header.stored_size);
		header.header_crc = crc32c(&header, offsetof(struct profile_chunk_header, header_crc));
		memcpy(data + at, &header, sizeof header);
		at += sizeof header + header.stored_size;
	}
}

START_TEST(wrong_content_behind_right_checksums_is_survived)
{
	static const uint8_t values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
	uint8_t *copy = malloc(bytes.size);

	for (size_t i = 16 + sizeof(struct profile_chunk_header); i < bytes.size; i++) {
		for (size_t v = 0; v < sizeof values; v++) {
			memcpy(copy, bytes.data, bytes.size);
			copy[i] = values[v];
			seal(copy, bytes.size);
			survive(copy, bytes.size);
		}
	}
	free(copy);
}
END_TEST

START_TEST(random_changes_behind_right_checksums_are_survived)
{
	uint8_t *copy = malloc(bytes.size);
	uint64_t state = 88172645463325252u;

	for (int round = 0; round < 5000; round++) {
		memcpy(copy, bytes.data, bytes.size);
		for (int change = 0; change < 4; change++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			copy[16 + state % (bytes.size - 16)] = (uint8_t)(state >> 32);
		}
		seal(copy, bytes.size);
		survive(copy, bytes.size);
	}
	free(copy);
}
END_TEST

/* A profile with one chunk of @type whose payload is @n values. */
static enum profile_fault one_chunk(enum profile_chunk type, const uint64_t *values, size_t n)
{
	struct pages_buffer out = {0};
	struct profile_writer writer;

	profile_writer_init(&writer, sample_sink, &out);
	profile_write_preface(&writer);
	profile_begin(&writer, type);
	for (size_t i = 0; i < n; i++)
		profile_put(&writer, values[i]);
	profile_end(&writer);
	profile_writer_release(&writer);
	const enum profile_fault fault = survive(out.data, out.size);

	pages_release(&out);
	return fault;
}

START_TEST(huge_counts_take_no_memory_and_no_time)
{
	const uint64_t huge = UINT64_MAX;

	for (int type = PROFILE_PROGRAM; type <= PROFILE_END; type++) {
		const uint64_t values[] = {huge, huge, huge, huge, huge, huge, huge, huge, huge, huge, huge,
		                           huge, huge, huge, huge, huge, huge, huge, huge, huge, huge, huge};
		const uint64_t rows[] = {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, huge};

		ck_assert_int_eq(type == PROFILE_END ? PROFILE_DAMAGED
		                                     : one_chunk((enum profile_chunk)type, values, 22),
		                 PROFILE_DAMAGED);
		if (type == PROFILE_SNAPSHOT)
			ck_assert_int_eq(one_chunk(PROFILE_SNAPSHOT, rows, 17), PROFILE_DAMAGED);
	}
}
END_TEST

START_TEST(a_number_that_does_not_fit_64_bits_is_damage)
{
	struct pages_buffer out = {0};
	struct profile_writer writer;

	profile_writer_init(&writer, sample_sink, &out);
	profile_write_preface(&writer);
	profile_begin(&writer, PROFILE_END);
	profile_put_bytes(&writer, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\0\0", 12);
	profile_end(&writer);
	profile_writer_release(&writer);
	ck_assert_int_eq(survive(out.data, out.size), PROFILE_DAMAGED);
	pages_release(&out);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("hostile profiles");
	TCase *tests = tcase_create("damage");

	tcase_set_timeout(tests, 100);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, no_changed_byte_goes_unnoticed);
	tcase_add_test(tests, every_length_is_read_up_to_a_whole_chunk);
	tcase_add_test(tests, wrong_content_behind_right_checksums_is_survived);
	tcase_add_test(tests, random_changes_behind_right_checksums_are_survived);
	tcase_add_test(tests, huge_counts_take_no_memory_and_no_time);
	tcase_add_test(tests, a_number_that_does_not_fit_64_bits_is_damage);
	suite_add_tcase(suite, tests);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
