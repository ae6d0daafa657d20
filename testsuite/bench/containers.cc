// SPDX-License-Identifier: MIT
// The C++ containers and strings that programs are made of.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

struct order {
	std::string customer;
	std::vector<int> items;
};

int main()
{
	std::map<std::string, std::vector<std::unique_ptr<order>>> by_customer;
	std::unordered_map<int, int> sold;
	unsigned state = 1;

	for (int i = 0; i < 400000; i++) {
		state = state * 1664525u + 1013904223u;
		auto one = std::make_unique<order>();
		one->customer = "customer number " + std::to_string((state >> 8) % 5000);
		for (unsigned j = 0; j < 1 + (state >> 24) % 6; j++) {
			one->items.push_back(static_cast<int>((state >> j) % 10007));
			sold[one->items.back()]++;
		}
		auto &orders = by_customer[one->customer];
		orders.push_back(std::move(one));
		if (orders.size() > 40)
			orders.clear();
	}
	std::size_t kept = 0;
	for (const auto &entry : by_customer)
		kept += entry.second.size();
	std::printf("%zu orders kept, %zu items sold\n", kept, sold.size());
	return 0;
}
