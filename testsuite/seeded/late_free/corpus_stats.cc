// SPDX-License-Identifier: MIT
// Computes the statistics of a corpus and then runs a long report.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

struct Stats {
	size_t words = 0, longest = 0;
};

static std::vector<std::string> read_words()
{
	std::vector<std::string> words;

	for (int i = 0; i < 20000; i++)
		words.push_back("word" + std::to_string(i * 7919 % 20011));
	return words;
}

static void write_report(const Stats &stats)
{
	std::ofstream out("/dev/null");

	for (size_t i = 0; i < stats.words; i++)
		out << i << " " << stats.longest << "\n";
	out.flush();
}

static Stats run()
{
	Stats stats;
	std::vector<std::string> words = read_words(); // defect: late-free

	stats.words = words.size();
	for (const auto &word : words)
		stats.longest = std::max(stats.longest, word.size());
	write_report(stats);
	return stats;
}

int main()
{
	const Stats stats = run();

	std::printf("%zu words, the longest has %zu letters\n", stats.words, stats.longest);
}
