// SPDX-License-Identifier: MIT
/* What the tools make of profiles: opened and chosen snapshots, compressed chunks, layouts, sums. */
#include "analyzer/profile/layout.h"
#include "analyzer/profile/load.h"
#include "analyzer/profile/merge.h"
#include "runtime/snapshot/crc32c.h"
#include "snapshot_sample.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

static char directory[] = "/tmp/memlint-test-XXXXXX";
static char path[64];

static void setup(void)
{
	strcpy(directory, "/tmp/memlint-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(directory));
	snprintf(path, sizeof path, "%s/x.memlint", directory);
	/* What is said about a bad file is the command's to test. */
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

static void teardown(void)
{
	unlink(path);
	rmdir(directory);
}

static void write_file(const void *data, size_t size)
{
	FILE *file = fopen(path, "w");

	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(data, 1, size, file), size);
	fclose(file);
}

/* @profile with every chunk compressed. */
static struct pages_buffer compressed(const struct pages_buffer *profile)
{
	struct pages_buffer out = {0};
	struct profile_chunk_header header;

	sample_sink(&out, profile->data, 16);
	for (size_t at = 16; at < profile->size;) {
		memcpy(&header, profile->data + at, sizeof header);
		const uint8_t *payload = profile->data + at + sizeof header;
		const size_t bound = ZSTD_compressBound(header.raw_size);
		uint8_t *packed = malloc(bound);

		at += sizeof header + header.stored_size;
		header.stored_size = (uint32_t)ZSTD_compress(packed, bound, payload, header.raw_size, 3);
		header.codec = PROFILE_CODEC_ZSTD;
		header.payload_crc = crc32c(packed, header.stored_size);
		header.header_crc = crc32c(&header, offsetof(struct profile_chunk_header, header_crc));
		sample_sink(&out, &header, sizeof header);
		sample_sink(&out, packed, header.stored_size);
		free(packed);
	}
	return out;
}

static struct pages_buffer rich_bytes(void)
{
	struct memlint_snapshot *rich = sample_rich();
	struct pages_buffer bytes = sample_profile(rich);

	snapshot_free(rich);
	return bytes;
}

START_TEST(compressed_chunks_are_read)
{
	struct pages_buffer plain = rich_bytes(), packed = compressed(&plain);
	struct loaded_profile loaded;

	write_file(packed.data, packed.size);
	ck_assert_int_eq(loaded_profile_open(&loaded, path, 0), STATUS_OK);
	struct memlint_snapshot *snapshot = loaded_profile_snapshot(&loaded, NULL);

	ck_assert_ptr_nonnull(snapshot);
	ck_assert_uint_eq(snapshot_nrows(snapshot), 3);
	ck_assert_uint_eq(snapshot_rows(snapshot)[0].counts.alloc_bytes, 240);
	snapshot_free(snapshot);
	loaded_profile_close(&loaded);
	pages_release(&plain);
	pages_release(&packed);
}
END_TEST

START_TEST(a_compressed_chunk_that_lies_about_its_size_is_refused)
{
	struct pages_buffer plain = rich_bytes(), packed = compressed(&plain);
	const uint32_t lies[] = {0, 1, 1 << 20, PROFILE_MAX_RAW + 1, UINT32_MAX};
	struct profile_chunk_header header;
	struct loaded_profile loaded;

	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		memcpy(&header, packed.data + 16, sizeof header);
		header.raw_size = lies[i];
		header.header_crc = crc32c(&header, offsetof(struct profile_chunk_header, header_crc));
		memcpy(packed.data + 16, &header, sizeof header);
		write_file(packed.data, packed.size);
		ck_assert_int_eq(loaded_profile_open(&loaded, path, 0), STATUS_ERROR);
	}
	pages_release(&plain);
	pages_release(&packed);
}
END_TEST

START_TEST(snapshots_are_chosen_by_number_and_name)
{
	struct memlint_snapshot *rich = sample_rich();
	static const char *const found[] = {NULL, "1", "-1", "after load"}, *const missing[] = {"0", "2",  "-2",
	                                                                                        "x", "1x", ""};
	struct loaded_profile loaded;

	ck_assert_int_eq(snapshot_dump(rich, path), 0);
	snapshot_free(rich);
	ck_assert_int_eq(loaded_profile_open(&loaded, path, 0), STATUS_OK);
	for (size_t i = 0; i < sizeof found / sizeof *found; i++) {
		struct memlint_snapshot *snapshot = loaded_profile_snapshot(&loaded, found[i]);

		ck_assert_msg(snapshot != NULL, "not found: %s", found[i]);
		snapshot_free(snapshot);
	}
	for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
		ck_assert_msg(!loaded_profile_snapshot(&loaded, missing[i]), "found: %s", missing[i]);
	loaded_profile_close(&loaded);
}
END_TEST

START_TEST(a_profile_without_a_snapshot_is_an_error)
{
	struct pages_buffer bytes = rich_bytes();
	struct loaded_profile loaded;

	write_file(bytes.data, 16);
	ck_assert_int_eq(loaded_profile_open(&loaded, path, 0), STATUS_ERROR);
	pages_release(&bytes);
}
END_TEST

START_TEST(a_sum_has_the_rows_of_its_parts_on_the_same_lines)
{
	struct memlint_snapshot *rich = sample_rich(), *old = sample_old();
	struct merged merged = merged_new();
	struct memlint_statistics *statistics;

	merged_add(&merged, rich);
	merged_add(&merged, rich);
	merged_add(&merged, old);
	snapshot_free(rich);
	snapshot_free(old);
	ck_assert(!snapshot_failed(merged.sum));
	ck_assert_uint_eq(merged.sum->totals.alloc_count, 24);
	ck_assert_uint_eq(snapshot_nlayouts(merged.sum->tables), 1);
	statistics = snapshot_statistics(merged.sum, MEMLINT_BY_LINENO, 0);
	ck_assert_uint_eq(statistics->n, 6);
	ck_assert_str_eq(statistics->rows[0].key, "libfoo.so.1+0x1234");
	ck_assert_uint_eq(statistics->rows[0].size, 2048);
	ck_assert_str_eq(statistics->rows[1].key, "app.c:12");
	ck_assert_uint_eq(statistics->rows[1].size, 288);
	ck_assert_str_eq(statistics->rows[1].type, "struct node");
	snapshot_statistics_free(statistics);
	snapshot_free(merged.sum);
}
END_TEST

static const char node[] = "struct node\t24\t8\tstruct\n"
                           "0\t8\ttag\tchar\t\t0\n"
                           "64\t64\tnext\tstruct node\tp\t0\n"
                           "128\t16\tn\tshort int\t\t0\n";

START_TEST(a_layout_is_taken_apart_and_its_holes_are_counted)
{
	struct arena arena = {0};
	struct layout layout;

	ck_assert_int_eq(layout_parse(&layout, node, &arena), 0);
	ck_assert_str_eq(layout.name, "struct node");
	ck_assert_str_eq(layout.kind, "struct");
	ck_assert_uint_eq(layout.size, 24);
	ck_assert_uint_eq(layout.align, 8);
	ck_assert_uint_eq(layout.nfields, 3);
	ck_assert_str_eq(layout.fields[1].type, "struct node");
	ck_assert_str_eq(layout.fields[1].flags, "p");
	ck_assert_uint_eq(layout.fields[2].offset, 128);
	ck_assert_uint_eq(layout.padding, 56 + 48);
	arena_clear(&arena);
}
END_TEST

START_TEST(what_one_struct_of_a_union_leaves_free_another_covers)
{
	struct arena arena = {0};
	struct layout layout;

	ck_assert_int_eq(
	        layout_parse(&layout,
	                     "struct table\t24\t8\tstruct\n0\t32\ttab.n\tint\t\t0\n64\t64\ttab.key\tint\tp\t0\n"
	                     "0\t64\tview.select\tint\tp\t0\n0\t32\tother\tint\t\t0\n128\t32\tlast\tint\t\t0\n",
	                     &arena),
	        0);
	ck_assert_uint_eq(layout.padding, 32);
	ck_assert_str_eq(layout.fields[1].name, "view.select");
	ck_assert_str_eq(layout.fields[2].name, "other");
	ck_assert_str_eq(layout.fields[3].name, "tab.key");
	arena_clear(&arena);
}
END_TEST

START_TEST(fields_that_overlap_leave_no_hole)
{
	struct arena arena = {0};
	struct layout layout;

	ck_assert_int_eq(
	        layout_parse(&layout, "union u\t8\t8\tunion\n0\t64\tl\tlong\tu\t0\n0\t8\tc\tchar\tu\t0\n", &arena), 0);
	ck_assert_uint_eq(layout.padding, 0);
	arena_clear(&arena);
}
END_TEST

START_TEST(any_damaged_layout_is_refused_or_taken_never_more)
{
	struct arena arena = {0};
	struct layout layout;
	char text[sizeof node];

	ck_assert_int_eq(layout_parse(&layout, "", &arena), -1);
	ck_assert_int_eq(layout_parse(&layout, "x\t-1\t8\tstruct\n", &arena), -1);
	ck_assert_int_eq(layout_parse(&layout, "x\t99999999999999999999\t8\tstruct\n", &arena), -1);
	ck_assert_int_eq(layout_parse(&layout, "x\t8\t8\tstruct\n640\t8\tfar\tint\t\t0\n", &arena), -1);
	for (size_t i = 0; i < sizeof node - 1; i++) {
		for (const char *c = "\t\n09a"; *c; c++) {
			memcpy(text, node, sizeof node);
			text[i] = *c;
			layout_parse(&layout, text, &arena);
		}
		memcpy(text, node, i);
		text[i] = 0;
		layout_parse(&layout, text, &arena);
	}
	arena_clear(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("profiles for the tools");
	TCase *files = tcase_create("files"), *layouts = tcase_create("layouts");

	tcase_add_checked_fixture(files, setup, teardown);
	tcase_add_test(files, compressed_chunks_are_read);
	tcase_add_test(files, a_compressed_chunk_that_lies_about_its_size_is_refused);
	tcase_add_test(files, snapshots_are_chosen_by_number_and_name);
	tcase_add_test(files, a_profile_without_a_snapshot_is_an_error);
	tcase_add_test(files, a_sum_has_the_rows_of_its_parts_on_the_same_lines);
	tcase_add_test(layouts, a_layout_is_taken_apart_and_its_holes_are_counted);
	tcase_add_test(layouts, what_one_struct_of_a_union_leaves_free_another_covers);
	tcase_add_test(layouts, fields_that_overlap_leave_no_hole);
	tcase_add_test(layouts, any_damaged_layout_is_refused_or_taken_never_more);
	suite_add_tcase(suite, files);
	suite_add_tcase(suite, layouts);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
