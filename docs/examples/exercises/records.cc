// SPDX-License-Identifier: MIT
// 200,000 records, each a dictionary, and each a struct: __slots__ for C++.
#include <memlint/memlint.h>

#include <cstdio>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

static const int count = 200000;

using dictionary = std::unordered_map<std::string, double>;

struct record {
	double x, y, weight;
};

static size_t live()
{
	size_t current;

	memlint_get_traced_memory(&current, nullptr);
	return current;
}

static size_t as_dictionaries()
{
	const size_t before = live();
	std::vector<std::unique_ptr<dictionary>> records(count);

	for (int i = 0; i < count; i++)
		records[i] = std::make_unique<dictionary>(dictionary{{"x", i}, {"y", -i}, {"weight", 1}});
	return live() - before - records.capacity() * sizeof records[0];
}

static size_t as_structs()
{
	const size_t before = live();
	std::vector<std::unique_ptr<record>> records(count);

	for (int i = 0; i < count; i++)
		records[i] = std::make_unique<record>(record{double(i), double(-i), 1});
	return live() - before - records.capacity() * sizeof records[0];
}

int main()
{
	const size_t dictionaries = as_dictionaries(), structs = as_structs();

	std::printf("a dictionary: %zu bytes each, %.1f MB in all\n", dictionaries / count, double(dictionaries) / 1e6);
	std::printf("a struct: %zu bytes each, %.1f MB in all\n", structs / count, double(structs) / 1e6);
	std::printf("saved: %.1f MB, %.1f %%\n", double(dictionaries - structs) / 1e6,
	            100 * double(dictionaries - structs) / double(dictionaries));
	return 0;
}
