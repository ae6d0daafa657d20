// SPDX-License-Identifier: MIT
/* Parent and child own each other by shared_ptr. */
#include <memory>
#include <vector>

namespace
{
struct Parent;

struct Child {
	std::shared_ptr<Parent> parent;
	int number = 0;
};

struct Parent {
	std::vector<std::shared_ptr<Child>> children;
};

std::shared_ptr<Parent> make_family(int n)
{
	auto parent = std::make_shared<Parent>();

	for (int i = 0; i < n; i++) {
		auto child = std::make_shared<Child>();

		child->parent = parent;
		child->number = i;
		parent->children.push_back(child);
	}
	return parent;
}

std::shared_ptr<Parent> family;
} // namespace

int main()
{
	family = make_family(3);
	family.reset();
	return 0;
}
