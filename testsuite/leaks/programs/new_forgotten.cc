// SPDX-License-Identifier: MIT
/* new without delete. */
#include <cstdio>
#include <string>

namespace
{
struct Order {
	long id;
	double price;
	std::string customer;
};

double total(int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++) {
		auto *order = new Order{i, i * 1.5, "a customer with a long name, number " + std::to_string(i)};
		sum += order->price;
	}
	return sum;
}
} // namespace

int main()
{
	std::printf("%.1f\n", total(6));
	std::fflush(stdout);
	return 0;
}
