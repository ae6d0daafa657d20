// SPDX-License-Identifier: MIT
/*
 * A log parser: std::string in all its ways, string_view, string streams.
 * style: C++17 strings and streams
 * flags: -std=c++17
 */
#include <algorithm>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

struct Entry {
	std::string host;
	std::string message;
	int level;
};

static std::string repeated(std::string_view piece, int times)
{
	std::string out;

	for (int i = 0; i < times; i++)
		out += piece; // bytes: 31+61+121+241; count: 4; type: char[]
	return out;
}

static Entry parse(std::string_view line)
{
	Entry entry;
	std::size_t space = line.find(' ');

	entry.host = line.substr(0, space);                  // bytes: 3*31; count: 3; type: char[]
	entry.message = std::string(line.substr(space + 1)); // bytes: 3*46; count: 3; type: char[]
	entry.level = int(entry.message.size());
	return entry;
}

static std::string formatted(const Entry &entry)
{
	std::ostringstream out;

	out << entry.host << ": " << entry.level << " characters of message"; // bytes: any; type: char[]
	return out.str();                                                     // bytes: any; count: 3; type: char[]
}

static int words(const std::string &text)
{
	std::istringstream in(text); // bytes: any; count: 1; type: char[]
	std::string word;
	int n = 0;

	while (in >> word) // bytes: any
		n++;
	return n;
}

static std::string join(const std::vector<std::string> &parts)
{
	std::string out;

	out.reserve(200); // bytes: 201; count: 1; type: char[]
	for (const std::string &part : parts)
		out.append(part).push_back(',');
	return out;
}

int main()
{
	const char *const lines[] = {
	        "first-of-the-hosts.example.org the quick brown fox jumps over the lazy d0000",
	        "other-of-the-hosts.example.org the quick brown fox jumps over the lazy d1111",
	        "third-of-the-hosts.example.org the quick brown fox jumps over the lazy d2222",
	};
	std::vector<std::string> reports;
	bool ok = true;

	for (const char *line : lines) {
		Entry entry = parse(line);
		reports.push_back(formatted(entry)); // bytes: 32*(1+2+4); count: 3; type: *string*[]
		ok = ok && entry.level == 45;
	}
	// bytes: 31+61; count: 2; type: char[]
	std::string text = "a text of " + std::to_string(1234567) + " letters and more";
	std::string copy = text; // bytes: 35; count: 1; type: char[]
	std::transform(copy.begin(), copy.end(), copy.begin(), [](char c) { return char(c ^ 1); });
	std::wstring wide(100, L'x'); // bytes: 404; count: 1; type: wchar_t[]
	// bytes: 43; count: 1; type: char[]
	ok = ok && repeated("0123456789", 20).size() == 200 && words("one two a-rather-long-word-of-many-letters") == 3;
	ok = ok && join(reports).size() > 150 && copy != text && wide.size() == 100;
	return ok ? 0 : 1;
}
