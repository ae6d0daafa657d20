// fixture: -std=c++17
// Parts of strings that are copied only to be looked at.
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>

static std::size_t width(std::string_view text)
{
	return text.size();
}

static bool is_blank(const std::string &text)
{
	return text.empty() || text == " ";
}

static bool has_key(const std::string &line, std::size_t at, std::size_t length)
{
	return line.substr(at, length) == "key"; // expect: slice-copy [a part of 'line' is copied only to be compared] (safe)
}

static bool has_tail(const std::string &line, const std::string &tail)
{
	return line.substr(3) != tail; // expect: slice-copy (safe)
}

static std::size_t tail_width(const std::string &line, std::size_t at)
{
	return width(line.substr(at)); // expect: slice-copy [passed as a view] (safe)
}

static std::size_t count_spaces(const std::string &line, std::size_t at)
{
	std::string rest = line.substr(at); // expect: slice-copy ['rest' is a copied part of 'line' that is only read] (safe)
	const std::string body = line.substr(at, line.size() - at); // expect: slice-copy (safe)
	auto again = line.substr(at); // expect: slice-copy (safe)
	std::size_t count = 0;

	for (char c : rest)
		count += c == ' ';
	return count + body.find(' ') + again.size() + (rest == "x");
}

static bool blank_tail(const std::string &line)
{
	return is_blank(line.substr(2)); // expect: slice-copy [copied for 'is_blank', which only looks at it]
}

static bool is_key(const std::string &line, std::size_t at)
{
	const std::string key = line.substr(at); // expect: slice-copy ['key' is a copied part of 'line'] (none)

	return is_blank(key) || key == "key";
}

int main()
{
	const std::string line = "the key of a line";

	std::cout << has_key(line, 4, 3) << has_tail(line, " key of a line") << tail_width(line, 5) << count_spaces(line, 3)
	          << blank_tail(line) << is_key(line, 4) << '\n';
	return 0;
}
