// SPDX-License-Identifier: MIT
/* An arena class: objects at the lines that make them, also through templates. totals: not compared (memcheck sees chunks). */
#include <memlint/memlint.h>

#include <cstddef>
#include <memory>
#include <new>
#include <utility>
#include <vector>

class arena
{
      public:
	MEMLINT_POOL("alloc", 1, 2) void *allocate(std::size_t size);
	MEMLINT_POOL("reset", 1) void clear();

	template <typename T, typename... A> T *make(A &&...arguments)
	{
		return new (allocate(sizeof(T))) T{std::forward<A>(arguments)...};
	}

      private:
	std::vector<std::unique_ptr<char[]>> chunks;
	std::size_t used = 0;
};

__attribute__((noinline)) void *arena::allocate(std::size_t size)
{
	if (chunks.empty() || used + size > 65536) {
		chunks.emplace_back(new char[65536]); /* alloc: some x 0 */
		used = 0;
	}
	used += (size + 15) & ~std::size_t(15);
	return chunks.back().get() + used - ((size + 15) & ~std::size_t(15));
}

__attribute__((noinline)) void arena::clear()
{
	chunks.clear();
	used = 0;
}

struct point {
	double x, y, z;
};

int main()
{
	arena a;
	double sum = 0;

	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 5000; i++) {
			point *p = new (a.allocate(sizeof(point))) point{1.0 * i, 2, 3}; /* alloc: 10000 x 24 */

			sum += p->x;
		}
		a.clear();
	}
	void *rest = a.allocate(100); /* alloc: 1 x 100 */
	return sum > 0 && rest ? 0 : 1;
}
