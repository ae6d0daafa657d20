// SPDX-License-Identifier: MIT
/*
 * A calculator on templates of its own: the header's line or the line that uses it, the same one at every level.
 * style: C++17 templates in a header
 * flags: -std=c++17
 */
#include "matrix.hpp"

struct Pair {
	double first, second, third;
};

static double diagonal(Matrix<double> matrix)
{
	double sum = 0;

	for (std::size_t i = 0; i < 10; i++)
		sum += matrix.at(i, i);
	return sum;
}

int main()
{
	Matrix<double> identity(10, 10); // or: cells
	Matrix<int> small(4, 4);         // or: cells
	Stack<int> numbers;
	Stack<Pair> pairs;
	int sum = 0, caught = 0;

	for (std::size_t i = 0; i < 10; i++)
		identity.at(i, i) = 1;
	for (int i = 0; i < 20; i++)
		numbers.push(i); // or: push
	for (int i = 0; i < 5; i++)
		pairs.push({1, 2, double(i)}); // or: push
	for (int i = 0; i < 20; i++)
		sum += numbers.pop();
	try {
		small.at(4, 0) = 1;
	} catch (const std::out_of_range &) { // the library allocates at the throw, in the header
		caught++;
	}
	return sum == 190 && caught == 1 && pairs.pop().third == 4 && diagonal(std::move(identity)) == 10 ? 0 : 1;
}
