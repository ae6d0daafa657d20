// fixture: -std=c++17
// Containers that something keeps small: silence.
#include <iostream>
#include <list>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

enum class color { red, green, blue };

/* one erases, one tests its size, one is cleared, one has few keys */
static std::map<std::string, int> sessions;
static std::unordered_map<std::string, int> memo;
static std::vector<std::string> pending;
static std::map<color, int> counts;
static std::list<std::string> recent;

static void handle(const std::string &line)
{
	if (line == "bye")
		sessions.erase(line);
	else
		sessions[line]++;
	if (memo.size() < 1000)
		memo.emplace(line, 1);
	pending.push_back(line);
	if (line.empty())
		pending.clear();
	counts[line.empty() ? color::red : color::blue]++;
	recent.push_front(line);
	if (recent.size() > 20)
		recent.pop_back();
}

/* known names only, put there before the work begins */
class table {
public:
	table()
	{
		names_["one"] = 1;
		names_["two"] = 2;
	}
	void add(const std::string &name) { names_[name] = static_cast<int>(names_.size()); }
	int get(const std::string &name) const
	{
		auto it = names_.find(name);
		return it == names_.end() ? 0 : it->second;
	}

private:
	std::map<std::string, int> names_;
};

static table names;

/* local to a request, and its result */
static std::vector<int> lengths(const std::string &line)
{
	std::vector<int> out;
	for (char c : line)
		out.push_back(c);
	return out;
}

/* all of it is wanted at the end */
static std::map<std::string, int> totals;

int main(int argc, char **argv)
{
	std::string line;

	for (int i = 1; i < argc; i++)
		names.add(argv[i]);
	while (std::getline(std::cin, line)) {
		handle(line);
		totals[line] += names.get(line) + static_cast<int>(lengths(line).size());
	}
	for (const auto &t : totals)
		std::cout << t.first << " " << t.second << "\n";
}
