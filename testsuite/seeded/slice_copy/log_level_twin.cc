// SPDX-License-Identifier: MIT
// Filters log lines by their level, which stands in brackets.
// Twin: the level becomes a key of what is counted.
#include <iostream>
#include <map>
#include <string>
#include <vector>

static const std::vector<std::string> lines = {
        "10:00 [warning] disk is filling",
        "10:01 [error] disk is full",
        "10:02 no level here",
        "10:03 [error] again",
};

static bool is_level(const std::string &text, const char *level)
{
	return text.compare(level) == 0;
}

int main()
{
	int errors = 0;
	std::map<std::string, int> levels;

	for (const auto &line : lines) {
		const auto open = line.find('['), close = line.find(']');

		if (open == std::string::npos || close == std::string::npos)
			continue;
		std::string level = line.substr(open + 1, close - open - 1);
		if (is_level(level, "error"))
			errors++;
		levels[std::move(level)]++;
	}
	std::cout << errors << " errors\n";
	std::cout << levels.size() << " levels\n";
}
