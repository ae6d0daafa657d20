// SPDX-License-Identifier: MIT
/* Containers that were allocated and dropped: their nodes are lost with them. */
#include <deque>
#include <list>
#include <unordered_map>

namespace
{
std::list<int> *numbers;
std::deque<long> *queue;
std::unordered_map<int, int> *cache;
} // namespace

int main()
{
	numbers = new std::list<int>{1, 2, 3, 4};
	queue = new std::deque<long>(200, 7L);
	cache = new std::unordered_map<int, int>;
	for (int i = 0; i < 20; i++)
		(*cache)[i] = i * i;
	numbers = nullptr;
	queue = nullptr;
	return 0;
}
