// SPDX-License-Identifier: MIT
// The three lines that hold most of what a block of code made.
#include <memlint/memlint.h>

#include <cstdio>
#include <map>
#include <set>
#include <string>
#include <vector>

static std::vector<std::string> strings;
static std::map<int, std::string> entries;
static std::set<int> numbers;

static void make_all()
{
	for (int i = 0; i < 100000; i++)
		strings.push_back("this is string number " + std::to_string(i));
	for (int i = 0; i < 50000; i++)
		entries[i] = "value";
	for (int i = 0; i < 80000; i++)
		numbers.insert(i * 7);
}

int main()
{
	memlint_snapshot *before, *after;
	memlint_statistics *rows;
	char text[200];

	if (memlint_start(1) < 0) {
		std::fprintf(stderr, "%s\n", memlint_error());
		return 1;
	}
	before = memlint_take_snapshot();
	make_all();
	after = memlint_take_snapshot();
	rows = memlint_snapshot_compare_to(after, before, MEMLINT_BY_LINENO, 0);
	for (size_t i = 0; rows && i < rows->n && i < 3; i++) {
		memlint_statistic_text(&rows->rows[i], 1, text, sizeof text);
		std::puts(text);
	}
	memlint_statistics_free(rows);
	memlint_snapshot_free(before);
	memlint_snapshot_free(after);
	return 0;
}
