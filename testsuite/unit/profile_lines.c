// SPDX-License-Identifier: MIT
/* The line profiler's record in a profile, whole and damaged; type names as they are shown. */
#include "analyzer/profile/lines.h"
#include "analyzer/profile/type_name.h"
#include "runtime/snapshot/encode.h"
#include "runtime/snapshot/profile_writer.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint8_t file[1 << 16];
static size_t file_size;

static int keep(void *context, const void *data, size_t size)
{
	(void)context;
	ck_assert_uint_le(file_size + size, sizeof file);
	memcpy(file + file_size, data, size);
	file_size += size;
	return 0;
}

static void put_counts(struct profile_writer *writer, uint64_t occurrences, int64_t increment, uint64_t usage)
{
	profile_put(writer, occurrences);
	profile_put(writer, (uint64_t)increment << 1 ^ (increment < 0 ? ~0ull : 0));
	profile_put(writer, usage);
}

/* f of f.c, lines 10 to 20, with code in 10, 12 and 19; three calls of which one was kept. */
static void put_function(struct profile_writer *writer)
{
	profile_put_string(writer, "f");
	profile_put_string(writer, "f.c");
	profile_put_string(writer, "/src");
	profile_put(writer, 10);
	profile_put(writer, 20);
	profile_put(writer, 3);
	profile_put(writer, 2);
	profile_put(writer, 3);
	profile_put(writer, 0);
	put_counts(writer, 5, 0, 100);
	profile_put(writer, 2);
	put_counts(writer, 5, 500, 600);
	profile_put(writer, 7);
	put_counts(writer, 5, -200, 400);
	profile_put(writer, 1);
	profile_put(writer, 1);
	profile_put(writer, 1);
	profile_put(writer, 1000);
	profile_put(writer, 64);
	put_counts(writer, 1, 0, 64);
	put_counts(writer, 1, 100, 164);
	put_counts(writer, 1, -1, 163);
}

static void write_file(const uint8_t *payload, size_t size)
{
	struct profile_writer writer;

	file_size = 0;
	profile_writer_init(&writer, keep, NULL);
	ck_assert_int_eq(profile_write_preface(&writer), 0);
	profile_begin_list(&writer, PROFILE_THREADS);
	profile_put_thread(&writer, 1, "main");
	ck_assert_int_eq(profile_end(&writer), 0);
	profile_begin(&writer, PROFILE_LINES);
	profile_put(&writer, 7);
	profile_put(&writer, 1);
	put_function(&writer);
	if (payload) {
		/* The strings stay; the payload is the one given. */
		profile_begin(&writer, PROFILE_LINES);
		profile_put_bytes(&writer, payload, size);
	}
	ck_assert_int_eq(profile_end(&writer), 0);
	profile_writer_release(&writer);
}

static int read_record(struct profile *profile, uint64_t sequence, struct arena *arena, struct line_record *record)
{
	*profile = (struct profile){.data = file, .size = file_size};
	if (profile_read(profile) < 0)
		return -1;
	return line_record_read(profile, sequence, arena, record);
}

START_TEST(a_record_is_read_as_it_was_written)
{
	struct arena arena = {0};
	struct line_record record;
	struct profile profile;

	write_file(NULL, 0);
	ck_assert_int_eq(read_record(&profile, 7, &arena, &record), 0);
	ck_assert_uint_eq(record.n, 1);
	const struct line_function *f = record.functions;

	ck_assert_str_eq(f->name, "f");
	ck_assert_str_eq(f->path, "/src/f.c");
	ck_assert_uint_eq(f->calls, 3);
	ck_assert_uint_eq(f->inner_calls, 2);
	ck_assert_uint_eq(f->nlines, 3);
	ck_assert_uint_eq(f->lines[1], 12);
	ck_assert_uint_eq(f->lines[2], 19);
	ck_assert_int_eq(f->counts[2].increment, -200);
	ck_assert_int_eq(line_increments(f, f->counts), 300);
	ck_assert_uint_eq(f->ncalls, 1);
	ck_assert_str_eq(f->calls_kept[0].thread, "main");
	ck_assert_int_eq(line_increments(f, f->calls_kept[0].counts), 99);
	profile_release(&profile);
	arena_clear(&arena);
}
END_TEST

START_TEST(another_snapshot_has_no_record)
{
	struct arena arena = {0};
	struct line_record record;
	struct profile profile;

	write_file(NULL, 0);
	ck_assert_int_eq(read_record(&profile, 8, &arena, &record), 1);
	profile_release(&profile);
	ck_assert_int_eq(read_record(&profile, 0, &arena, &record), 0);
	profile_release(&profile);
	arena_clear(&arena);
}
END_TEST

/* The payload of the last chunk written. */
static size_t last_payload(uint8_t *payload)
{
	struct profile_chunk_header header = {0};
	size_t at = MEMLINT_PROFILE_MAGIC_SIZE + 4, size = 0;

	for (; at < file_size; at += sizeof header + header.stored_size) {
		memcpy(&header, file + at, sizeof header);
		size = header.stored_size;
		memcpy(payload, file + at + sizeof header, size);
	}
	return size;
}

START_TEST(any_damaged_record_is_refused_or_taken_never_more)
{
	static uint8_t whole[4096], damaged[4096];
	struct line_record record;
	struct profile profile;

	write_file(NULL, 0);
	const size_t size = last_payload(whole);

	for (size_t cut = 0; cut < size; cut++) {
		struct arena arena = {0};

		write_file(whole, cut);
		ck_assert_int_ne(read_record(&profile, 0, &arena, &record), 0);
		profile_release(&profile);
		arena_clear(&arena);
	}
	for (size_t i = 0; i < size; i++)
		for (unsigned value = 0; value < 256; value += 5) {
			struct arena arena = {0};

			memcpy(damaged, whole, size);
			damaged[i] = (uint8_t)value;
			write_file(damaged, size);
			if (read_record(&profile, 0, &arena, &record) == 0 && record.n)
				ck_assert_uint_le(record.functions[0].first, record.functions[0].last);
			profile_release(&profile);
			arena_clear(&arena);
		}
}
END_TEST

START_TEST(names_are_shown_without_what_the_library_adds)
{
	static const char *const names[][2] = {
	        {"struct node", "struct node"},
	        {"char[]", "char[]"},
	        {"std::__cxx11::basic_string<char>[]", "std::string[]"},
	        {"std::vector<std::__cxx11::basic_string<char> >", "std::vector<std::string>"},
	        {"std::_Rb_tree_node<std::pair<const int, std::vector<int> > >[]",
	         "std::_Rb_tree_node<std::pair<const int, std::vector<int>>>"},
	        {"std::_Sp_counted_ptr_inplace<child, std::allocator<void>, __gnu_cxx::_S_atomic>[]",
	         "std::make_shared<child>"},
	        {"std::_Sp_counted_ptr_inplace<std::pair<int, char>, std::allocator<void>, __gnu_cxx::_S_atomic>",
	         "std::make_shared<std::pair<int, char>>"},
	        {"std::_Sp_counted_ptr_inplace<", "std::_Sp_counted_ptr_inplace<"},
	        {"std::shared_ptr<child>[]", "std::shared_ptr<child>[]"},
	};
	struct arena arena = {0};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		ck_assert_str_eq(type_shown(&arena, names[i][0]), names[i][1]);
	arena_clear(&arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("line by line");
	TCase *lines = tcase_create("lines"), *names = tcase_create("names");

	tcase_add_test(lines, a_record_is_read_as_it_was_written);
	tcase_add_test(lines, another_snapshot_has_no_record);
	tcase_add_test(lines, any_damaged_record_is_refused_or_taken_never_more);
	tcase_add_test(names, names_are_shown_without_what_the_library_adds);
	suite_add_tcase(suite, lines);
	suite_add_tcase(suite, names);

	SRunner *runner = srunner_create(suite);

	srunner_run_all(runner, CK_ENV);
	const int failed = srunner_ntests_failed(runner);

	srunner_free(runner);
	return failed ? 1 : 0;
}
