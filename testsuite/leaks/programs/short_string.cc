// SPDX-License-Identifier: MIT
/* Lost objects that point into themselves: a short std::string does. */
#include <cstdio>
#include <string>

namespace
{
struct Named {
	std::string name;
	int number;
};

Named *named;
} // namespace

int main()
{
	for (int i = 0; i < 3; i++) {
		named = new Named{"short", i};
		std::printf("%s\n", named->name.c_str());
	}
	named = nullptr;
	return 0;
}
