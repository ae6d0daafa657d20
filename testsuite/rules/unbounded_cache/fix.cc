// fixture: unsafe -std=c++17
// A test of the size goes in before the map grows.
#include <iostream>
#include <map>
#include <string>

static long slow(long n)
{
	static std::map<long, long> known; // expect: unbounded-cache (unsafe)
	auto it = known.find(n);

	if (it != known.end())
		return it->second;
	long result = n * n;
	known[n] = result;
	return result;
}

int main()
{
	long n;

	while (std::cin >> n)
		std::cout << slow(n) << "\n";
}
