// SPDX-License-Identifier: MIT
/* A map behind a pointer that is never deleted, as singletons are. */
#include <map>
#include <string>
#include <vector>

namespace
{
std::map<std::string, std::vector<int>> &registry()
{
	static auto *map = new std::map<std::string, std::vector<int>>;
	return *map;
}
} // namespace

int main()
{
	for (int i = 0; i < 10; i++)
		registry()["a key that is too long for the string itself, number " + std::to_string(i)].push_back(i);
	return registry().size() != 10;
}
