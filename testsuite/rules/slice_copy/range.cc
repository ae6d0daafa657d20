// fixture: -std=c++17
// Parts of vectors that are copied, some of them only to be looked at.
#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

void keep(const std::vector<int> &values);

int sum(const std::vector<int> &all, std::size_t a, std::size_t b)
{
	std::vector<int> part(all.begin() + a, all.begin() + b); // expect: slice-copy ['part' is a copied part of 'all'] (none)
	int total = 0;

	for (int value : part)
		total += value;
	return total + static_cast<int>(part.size());
}

bool any_empty(const std::vector<std::string> &lines)
{
	auto rest = std::vector<std::string>(std::next(lines.begin()), lines.end()); // expect: slice-copy
	const std::vector<std::string> head(lines.cbegin(), lines.cend() - 1); // expect: slice-copy

	return std::any_of(rest.begin(), rest.end(), [](const std::string &line) { return line.empty(); }) ||
	       head.front().empty();
}

int sorted(const std::vector<int> &all)
{
	std::vector<int> part(all.begin() + 1, all.end());

	std::sort(part.begin(), part.end());
	return part[0];
}

std::vector<int> returned(const std::vector<int> &all)
{
	std::vector<int> part(all.begin() + 1, all.end());

	return part;
}

int passed(const std::vector<int> &all)
{
	std::vector<int> part(all.begin() + 1, all.end());

	keep(part);
	return part[0];
}

int source_changes(std::vector<int> &all)
{
	std::vector<int> part(all.begin() + 1, all.end());

	all.clear();
	return part[0];
}

int of_two(const std::vector<int> &one, const std::vector<int> &other)
{
	std::vector<int> part(one.begin() + 1, other.end());

	return part[0];
}

long converted(const std::vector<int> &all)
{
	std::vector<long> part(all.begin() + 1, all.end());

	return part[0];
}

int filled(int n)
{
	std::vector<int> part(10 + n, n);

	return part[0];
}
