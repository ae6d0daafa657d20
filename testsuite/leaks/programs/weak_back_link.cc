// SPDX-License-Identifier: MIT
/* The back link is a weak_ptr: nothing is lost. */
#include <memory>

namespace
{
struct Node {
	std::shared_ptr<Node> child;
	std::weak_ptr<Node> parent;
};

std::shared_ptr<Node> root;
} // namespace

int main()
{
	root = std::make_shared<Node>();
	root->child = std::make_shared<Node>();
	root->child->parent = root;
	root.reset();
	return 0;
}
