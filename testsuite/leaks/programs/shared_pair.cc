// SPDX-License-Identifier: MIT
/* Two objects with control blocks of their own hold each other. */
#include <memory>

namespace
{
struct Peer {
	std::shared_ptr<Peer> other;
	long value = 0;
};

std::shared_ptr<Peer> first, second;
} // namespace

int main()
{
	first = std::shared_ptr<Peer>(new Peer);
	second = std::shared_ptr<Peer>(new Peer);
	first->other = second;
	second->other = first;
	first.reset();
	second.reset();
	return 0;
}
