// SPDX-License-Identifier: MIT
/*
 * optional, variant, any, function, captures of lambdas, exceptions on the way.
 * style: C++17 vocabulary types, lambdas, exceptions
 * flags: -std=c++17
 */
#include <any>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

struct Big {
	long values[8];
};

using Value = std::variant<int, double, std::vector<int>, Big>;

static Value value_of(int kind)
{
	switch (kind % 4) {
	case 0:
		return kind;
	case 1:
		return 2.5;
	case 2:
		return std::vector<int>(10, kind); // bytes: 3*40; count: 3; type: int[]
	default:
		return Big{{kind}};
	}
}

static std::optional<std::vector<double>> measured(bool good)
{
	if (!good)
		return std::nullopt;
	return std::vector<double>{1, 2, 3, 4}; // bytes: 32; count: 1; type: double[]
}

static std::function<long(int)> adder(const Big &big)
{
	return [big](int i) { return big.values[i] + 1; }; // bytes: 64; count: 1
}

static int checked(int n)
{
	std::vector<int> scratch(100, n); // bytes: 5*400; count: 5; type: int[]

	if (n > 2)
		throw std::runtime_error("more than two is too much for me"); // bytes: any
	return scratch[99];
}

int main()
{
	std::vector<Value> values;
	std::vector<std::function<long(int)>> callbacks;
	std::any anything = Big{{1, 2, 3}}; // bytes: 64; count: 1; type: Big
	int caught = 0, sum = 0;

	values.reserve(12); // bytes: 12*72; count: 1
	for (int i = 0; i < 12; i++)
		values.push_back(value_of(i));
	callbacks.push_back(adder(Big{{5}}));                  // bytes: 32; count: 1
	callbacks.emplace_back([](int i) { return long(i); }); // bytes: 64; count: 1
	for (int i = 0; i < 5; i++) {
		try {
			sum += checked(i);
		} catch (const std::exception &) {
			caught++;
		}
	}
	auto good = measured(true), bad = measured(false);
	bool ok = caught == 2 && sum == 3 && good && !bad && good->at(3) == 4.0;
	ok = ok && std::get<std::vector<int>>(values[2])[9] == 2 && callbacks[0](0) == 6 && callbacks[1](7) == 7;
	anything = std::string("a string that is too long for the small buffer"); // bytes: 32+47; count: 2
	return ok && std::any_cast<std::string>(anything).size() == 46 ? 0 : 1;   // bytes: 47; count: 1; type: char[]
}
