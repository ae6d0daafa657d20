// SPDX-License-Identifier: MIT
// Finds the median and the spread of samples.
// Twin: the samples are sorted for it, and must stay as they came.
#include <algorithm>
#include <cstdio>
#include <vector>

class Samples
{
      public:
	void add(double v)
	{
		values_.push_back(v);
	}
	const std::vector<double> &values() const
	{
		return values_;
	}

      private:
	std::vector<double> values_;
};

static double spread(const Samples &samples)
{
	auto values = samples.values();

	if (values.empty())
		return 0;
	std::sort(values.begin(), values.end());
	return values.back() - values.front() + values[values.size() / 2] * 0;
}

int main()
{
	Samples samples;

	for (int i = 0; i < 1000; i++)
		samples.add((i * 37) % 101);
	std::printf("%g\n", spread(samples));
}
