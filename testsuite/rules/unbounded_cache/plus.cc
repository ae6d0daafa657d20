// fixture: -std=c++17
// Containers of the C++ library that only grow.
#include <deque>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

static std::set<std::string> seen; // expect: unbounded-cache ['seen']

static bool first_time(const std::string &name)
{
	return seen.insert(name).second;
}

static int cost(const std::string &name)
{
	static std::unordered_map<std::string, int> memo; // expect: unbounded-cache ['memo'] (unsafe)
	auto it = memo.find(name);

	if (it != memo.end())
		return it->second;
	const int result = static_cast<int>(name.size());
	memo[name] = result;
	return result;
}

class log_buffer {
public:
	static log_buffer &get()
	{
		static log_buffer buffer;
		return buffer;
	}
	void add(const std::string &line) { lines_.push_back(line); }

private:
	std::vector<std::string> lines_; // expect: unbounded-cache
};

struct tracker {
	std::map<int, std::deque<int>> history; // expect: unbounded-cache ['tracker.history']
	void hit(int user, int page) { history[user].push_back(page); }
};

int main()
{
	tracker tracker;
	std::string line;

	while (std::getline(std::cin, line)) {
		std::cout << first_time(line) << cost(line) << "\n";
		log_buffer::get().add(line);
		tracker.hit(static_cast<int>(line.size()), 1);
	}
}
