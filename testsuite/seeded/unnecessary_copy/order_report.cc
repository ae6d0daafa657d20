// SPDX-License-Identifier: MIT
// Sums up orders by customer.
#include <cstdio>
#include <string>
#include <vector>

struct Line {
	std::string article;
	int count;
	double price;
};

struct Order {
	std::string customer;
	std::vector<Line> lines;
};

static double total(const Order &order)
{
	double sum = 0;

	for (auto line : order.lines) { // defect: unnecessary-copy
		sum += line.count * line.price;
	}
	return sum;
}

int main()
{
	const std::vector<Order> orders = {
	        {"Ames", {{"screw, 3 mm, galvanised", 100, 0.02}, {"hammer", 1, 12.5}}},
	        {"Bode", {{"plank, oak, two metres", 4, 19.9}}},
	};

	for (const auto &order : orders)
		std::printf("%s: %.2f\n", order.customer.c_str(), total(order));
}
