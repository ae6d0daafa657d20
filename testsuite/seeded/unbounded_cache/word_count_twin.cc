// SPDX-License-Identifier: MIT
// Counts: how often clients ask for which word.
// Twin: how often each word stands in the input, which is printed when it ends.
#include <algorithm>
#include <iostream>
#include <map>
#include <string>

static std::map<std::string, long> counts;

static void ask(std::string word)
{
	std::transform(word.begin(), word.end(), word.begin(), ::tolower);
	++counts[word];
}

int main()
{
	std::string word;
	long total = 0;

	while (std::cin >> word) {
		ask(word);
		total++;
	}
	for (const auto &entry : counts)
		std::cout << entry.second << " " << entry.first << "\n";
	std::cout << total << " words\n";
}
