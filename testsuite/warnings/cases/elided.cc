// SPDX-License-Identifier: MIT
/* The same in C++. */
#include <memory>

int pair(int n)
{
	int *p = new int(n);
	const int result = *p + 1;

	delete p;
	return result;
}

int array(int n)
{
	int *p = new int[4]{n, 1, 2, 3};
	const int result = p[0] + p[3];

	delete[] p;
	return result;
}

int owned(int n)
{
	const auto p = std::make_unique<int>(n);

	return *p + 2;
}
