// SPDX-License-Identifier: MIT
/* release() on a unique_ptr, and the result ignored. */
#include <memory>

namespace
{
struct Tree {
	std::unique_ptr<Tree> left, right;
	int value = 0;
};

std::unique_ptr<Tree> grow(int depth)
{
	auto tree = std::make_unique<Tree>();

	tree->value = depth;
	if (depth) {
		tree->left = grow(depth - 1);
		tree->right = grow(depth - 1);
	}
	return tree;
}

std::unique_ptr<Tree> root;
} // namespace

int main()
{
	root = grow(3);
	root.release();
	return 0;
}
