// fixture: -std=c++17
// Parts of strings that have to be strings of their own.
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>
#include <string_view>

void keep(const std::string &text);
std::string make();

struct options {
	std::string name;
	std::map<std::string, int> counts;
};

static int number(const std::string &line)
{
	std::string digits = line.substr(3);

	return std::atoi(digits.c_str()) + std::stoi(line.substr(5));
}

static std::string upper(const std::string &line)
{
	std::string part = line.substr(1);

	for (char &c : part)
		c = static_cast<char>(c - 32);
	return part;
}

static void stored(options *to, const std::string &line)
{
	to->name = line.substr(2);
	to->counts[line.substr(4)] = 1;
	keep(line.substr(6));
}

static std::size_t source_changes(std::string line)
{
	std::string head = line.substr(0, line.size() / 2);

	line.clear();
	return head.size();
}

static std::size_t of_a_temporary()
{
	std::string part = make().substr(20);

	return part.size();
}

static std::string joined(const std::string &line)
{
	std::string part = line.substr(1);

	return "x" + part;
}

static bool short_one(const std::string &line)
{
	return line.substr(0, 3) == "abc"; /* no allocation: strict */
}

static std::size_t of_a_view(std::string_view line)
{
	auto part = line.substr(3);

	return part.size();
}

static bool opened(const std::string &line)
{
	std::string path = line.substr(4);
	std::ifstream file(path);

	return file.good();
}

std::size_t all(options *to, const std::string &line)
{
	stored(to, line);
	return static_cast<std::size_t>(number(line)) + upper(line).size() + source_changes(line) + of_a_temporary() +
	       joined(line).size() + short_one(line) + of_a_view(line) + opened(line);
}
