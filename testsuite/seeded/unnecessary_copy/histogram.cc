// SPDX-License-Identifier: MIT
// Finds the median and the spread of samples.
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
	auto values = samples.values(); // defect: unnecessary-copy

	if (values.empty())
		return 0;
	double low = values[0], high = values[0];

	for (double v : values) {
		low = std::min(low, v);
		high = std::max(high, v);
	}
	return high - low;
}

int main()
{
	Samples samples;

	for (int i = 0; i < 1000; i++)
		samples.add((i * 37) % 101);
	std::printf("%g\n", spread(samples));
}
