// SPDX-License-Identifier: MIT
// Parents and children that own each other are never released. With the argument "cured" the way back is a weak one.
#include <cstring>
#include <memory>
#include <string>
#include <thread>
#include <vector>

struct child;

struct parent {
	std::string name;
	std::vector<std::shared_ptr<child>> children;
};

struct child {
	std::shared_ptr<parent> mother;
	std::weak_ptr<parent> mother_seen; // the cure
};

static void one_family(int number, bool cured)
{
	auto mother = std::make_shared<parent>();

	mother->name = "family " + std::to_string(number);
	for (int i = 0; i < 2; i++) {
		auto kid = std::make_shared<child>();

		if (cured)
			kid->mother_seen = mother;
		else
			kid->mother = mother;
		mother->children.push_back(kid);
	}
}

int main(int argc, char **argv)
{
	const bool cured = argc > 1 && !std::strcmp(argv[1], "cured");

	std::thread worker([=] {
		for (int i = 0; i < 1000; i++)
			one_family(i, cured);
	});

	worker.join();
	return 0;
}
