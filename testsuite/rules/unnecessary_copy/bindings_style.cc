// fixture: -std=c++17
// In a file that writes references so.
#include <map>
#include <string>

static std::size_t size_of(const std::string& text)
{
	return text.size();
}

std::size_t sum(const std::map<std::string, int>& counts)
{
	std::size_t sum = 0;

	for (auto [name, count] : counts) // expect: unnecessary-copy (safe)
		sum += size_of(name) + static_cast<std::size_t>(count);
	return sum;
}
