// SPDX-License-Identifier: MIT
// Every form of operator new and delete.
// flags: -std=c++17
#include <cstdio>
#include <cstdlib>
#include <new>

struct small {
	int a, b, c;
};

struct throws {
	__attribute__((noinline)) throws()
	{
		throw 7; // alloc: some x 0
	}
	char text[40];
};

struct with_destructor {
	~with_destructor()
	{
		count++;
	}
	static int count;
	char c;
};
int with_destructor::count;

struct alignas(64) wide {
	char text[100];
};

template <class T> static void use(T *block)
{
	asm volatile("" : : "r"(block) : "memory");
}

int main()
{
	small *one = new small; // alloc: 1 x 12 of small
	use(one);
	delete one;
	small *many = new small[10]; // alloc: 1 x 120 of small[]
	use(many);
	delete[] many;
	small *quiet = new (std::nothrow) small; // alloc: 1 x 12 of small
	use(quiet);
	delete quiet;
	small *quiet_many = new (std::nothrow) small[3]; // alloc: 1 x 36 of small[]
	use(quiet_many);
	delete[] quiet_many;
	wide *aligned = new wide; // alloc: 1 x 128 of wide
	use(aligned);
	delete aligned;
	wide *aligned_many = new wide[2]; // alloc: 1 x 256 of wide[]
	use(aligned_many);
	delete[] aligned_many;
	wide *aligned_quiet = new (std::nothrow) wide; // alloc: 1 x 128 of wide
	use(aligned_quiet);
	delete aligned_quiet;
	with_destructor *counted = new with_destructor[5]; // alloc: 1 x 13
	use(counted);
	delete[] counted;
	char place[sizeof(small)];
	use(new (place) small);
	try {
		use(new throws); // alloc: 1 x 40 of throws
	} catch (int) {
		std::puts("caught"); // alloc: some x 0
	}
	void *raw = ::operator new(77); // alloc: 1 x 77
	use(raw);
	::operator delete(raw);
	void *volatile null = nullptr;
	::operator delete(null);
	std::printf("%d destroyed\n", with_destructor::count);
	return 0;
}
