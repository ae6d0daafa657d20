// fixture: -std=c++17
// Names for the parts of a copy.
#include <map>
#include <string>
#include <utility>
#include <vector>

struct entry {
	std::string name;
	int count;
};

void look(const std::string &text);

static int by_key(const std::map<std::string, int> &counts)
{
	int sum = 0;

	for (auto [name, count] : counts) // expect: unnecessary-copy ['[name, count]' copies each element and is only read: 40 bytes and what its members own] (safe)
		sum += static_cast<int>(name.size()) + count;
	for (const auto [name, count] : counts) { // expect: unnecessary-copy (safe)
		if (name == "total")
			sum -= count;
	}
	for (const auto &[name, count] : counts)
		sum += count;
	for (auto &&[name, count] : counts)
		sum += count;
	return sum;
}

static std::size_t of_records(const std::vector<entry> &entries, const std::pair<std::string, int> &both)
{
	auto [text, number] = both; // expect: unnecessary-copy ['[text, number]' is a copy that is only read] (safe)
	std::size_t sum = text.size() + static_cast<std::size_t>(number);

	for (auto [name, count] : entries) // expect: unnecessary-copy (safe)
		sum += name.length() * static_cast<std::size_t>(count);
	return sum;
}

static std::size_t changed(std::map<std::string, int> &counts)
{
	std::size_t sum = 0;

	for (auto [name, count] : counts) {
		count += 1;
		sum += name.size() + static_cast<std::size_t>(count);
	}
	return sum;
}

static std::size_t moved_from(const std::vector<entry> &entries)
{
	std::vector<std::string> names;

	for (auto [name, count] : entries)
		if (count)
			names.push_back(std::move(name));
	return names.size();
}

static int of_numbers(const std::map<int, int> &counts)
{
	int sum = 0;

	for (auto [key, count] : counts)
		sum += key * count;
	return sum;
}

static std::map<std::string, int> make()
{
	return {{"a", 1}};
}

static int of_temporaries()
{
	int sum = 0;
	auto [name, count] = *make().begin();

	for (auto &[key, value] : make())
		sum += static_cast<int>(key.size()) + value;
	return sum + static_cast<int>(name.size()) + count;
}

static std::size_t source_changes(std::pair<std::string, int> &both)
{
	auto [text, number] = both;

	both.first = "other";
	return text.size() + static_cast<std::size_t>(number);
}

int main()
{
	std::map<std::string, int> counts = {{"one", 1}, {"total", 2}};
	std::pair<std::string, int> both = {"both", 2};

	return by_key(counts) + static_cast<int>(of_records({{"a", 2}}, both) + changed(counts) + source_changes(both) + moved_from({})) +
	       of_numbers({{1, 2}}) + of_temporaries();
}
