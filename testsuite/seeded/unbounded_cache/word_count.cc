// SPDX-License-Identifier: MIT
// Counts: how often clients ask for which word.
#include <algorithm>
#include <iostream>
#include <map>
#include <string>

static std::map<std::string, long> counts; // defect: unbounded-cache

static void ask(std::string word)
{
	std::transform(word.begin(), word.end(), word.begin(), ::tolower);
	std::cout << ++counts[word] << "\n";
}

int main()
{
	std::string word;
	long total = 0;

	while (std::cin >> word) {
		ask(word);
		total++;
	}
	std::cout << total << " words\n";
}
