// SPDX-License-Identifier: MIT
/*
 * Memory by the program's own rules: standard allocators, pmr, class-level new, placement, aligned and nothrow forms.
 * style: C++17 custom allocators, pmr, class-level and placement new, CRTP
 * flags: -std=c++17
 */
#include "pool.hpp"

#include <map>
#include <memory_resource>
#include <string>
#include <vector>

struct Event : Recycled<Event> {
	long when;
	int what;
	Event(long w, int x) : when(w), what(x)
	{
	}
};

struct alignas(64) Line {
	char bytes[128];
};

struct Tracked {
	int data[5] = {};

	static void *operator new[](std::size_t size)
	{
		return std::malloc(size);
	}
	static void operator delete[](void *block)
	{
		std::free(block);
	}
	~Tracked()
	{
		data[0] = 0;
	}
};

static long events()
{
	long sum = 0;

	for (int round = 0; round < 3; round++) {
		Event *first = new Event(round, 1);  // bytes: 16; count: 1; type: Event
		Event *second = new Event(round, 2); // bytes: 16; count: 1; type: Event

		sum += first->when + second->what;
		delete first;
		delete second;
	}
	Event::drain();
	return sum;
}

static std::size_t counted()
{
	std::size_t total = 0;
	CountingAllocator<int> allocator(total);
	std::vector<int, CountingAllocator<int>> numbers(allocator);
	std::map<int, int, std::less<int>, CountingAllocator<std::pair<const int, int>>> squares(allocator);

	numbers.reserve(100); // bytes: 400; count: 1; type: int[]
	for (int i = 0; i < 10; i++) {
		numbers.push_back(i);
		squares[i] = i * i; // bytes: 10*40; count: 10; type: *_Rb_tree_node<*
	}
	return total;
}

static std::size_t monotonic()
{
	std::pmr::monotonic_buffer_resource pool(4096);
	std::pmr::vector<std::pmr::string> names(&pool);

	names.reserve(20); // bytes: any; count: 1
	for (int i = 0; i < 20; i++)
		names.emplace_back("a name that is longer than the small buffer");
	return names.size();
}

static int placed()
{
	void *room = ::operator new(sizeof(Line) * 2, std::align_val_t(64)); // bytes: 256; count: 1
	Line *first = new (room) Line();
	Line *alone = new Line();                  // bytes: 128; count: 1; type: Line
	Line *maybe = new (std::nothrow) Line();   // bytes: 128; count: 1; type: Line
	int *plain = new (std::nothrow) int[50](); // bytes: 200; count: 1; type: int[]
	// bytes: 8+7*20; count: 1; type: Tracked[]
	Tracked *tracked = new Tracked[7];
	int sum = first->bytes[0] + alone->bytes[127] + maybe->bytes[0] + plain[49] + tracked[6].data[4];

	sum += int(reinterpret_cast<std::size_t>(alone) % 64);
	delete[] tracked;
	delete[] plain;
	delete maybe;
	delete alone;
	::operator delete(room, std::align_val_t(64));
	return sum;
}

int main()
{
	bool ok = events() == 9 && counted() == 800 && monotonic() == 20 && placed() == 0;

	return ok ? 0 : 1;
}
