// SPDX-License-Identifier: MIT
// A log filter keeps the patterns it has compiled.
#include <iostream>
#include <regex>
#include <string>
#include <unordered_map>

static const std::regex &compiled(const std::string &pattern)
{
	static std::unordered_map<std::string, std::regex> cache; // defect: unbounded-cache
	auto found = cache.find(pattern);

	if (found != cache.end())
		return found->second;
	return cache.emplace(pattern, std::regex(pattern)).first->second;
}

static bool matches(const std::string &request)
{
	const auto space = request.find(' ');

	if (space == std::string::npos)
		return false;
	return std::regex_search(request.substr(space + 1), compiled(request.substr(0, space)));
}

int main()
{
	std::string line;
	int hits = 0;

	while (std::getline(std::cin, line)) {
		if (matches(line))
			std::cout << ++hits << ": " << line << "\n";
	}
}
