// SPDX-License-Identifier: MIT
/*
 * A configuration reader: files by fstream, paths by filesystem, lines by regex.
 * style: C++17 fstream, filesystem, regex
 * flags: -std=c++17
 * totals: not compared, the directory's name has another length
 */
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>

namespace fs = std::filesystem;

static void write(const fs::path &path)
{
	std::ofstream out(path); // bytes: any

	for (int i = 0; i < 10; i++)
		out << "key-of-some-length-" << i << " = a value of some length " << i << '\n';
}

static std::map<std::string, std::string> read(const fs::path &path)
{
	std::map<std::string, std::string> values;
	std::ifstream in(path);                    // bytes: any
	std::regex pattern("([a-z0-9-]+) = (.*)"); // bytes: any
	std::string line;
	std::smatch match;

	while (std::getline(in, line))                      // bytes: any
		if (std::regex_match(line, match, pattern)) // bytes: any
			values[match[1]] = match[2];        // bytes: any
	return values;
}

int main()
{
	fs::path folder = fs::current_path() / "files"; // bytes: any
	fs::path file = folder / "settings.conf";       // bytes: any
	int n = 0;

	fs::create_directories(folder); // bytes: any
	write(file);
	auto values = read(file);
	for (const auto &entry : fs::directory_iterator(folder)) // bytes: any
		n += entry.path().extension() == ".conf";
	fs::remove_all(folder); // bytes: any
	// bytes: 21; count: 1; type: char[]
	bool same = values.at("key-of-some-length-3").back() == '3';
	return n == 1 && same && values.size() == 10 ? 0 : 1;
}
