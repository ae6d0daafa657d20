// SPDX-License-Identifier: MIT
// A service that tells how far two places are from each other; distances are dear to compute.
// Twin: the distances of a day are forgotten at its end.
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <utility>

struct Place {
	double lat, lon;
};

class Distances
{
      public:
	double between(const std::string &a, const std::string &b)
	{
		const auto key = std::make_pair(a, b);
		auto it = known_.find(key);

		if (it == known_.end())
			it = known_.emplace(key, compute(place(a), place(b))).first;
		return it->second;
	}
	void end_of_day()
	{
		known_.clear();
	}

      private:
	static Place place(const std::string &name)
	{
		unsigned h = 7;

		for (char c : name)
			h = h * 31 + static_cast<unsigned char>(c);
		return {h % 180 - 90.0, h % 360 - 180.0};
	}
	static double compute(Place a, Place b)
	{
		return std::hypot(a.lat - b.lat, a.lon - b.lon) * 111.2;
	}

	std::map<std::pair<std::string, std::string>, double> known_;
};

class Service
{
      public:
	bool step(FILE *in)
	{
		char from[64], to[64];

		if (std::fscanf(in, "%63s %63s", from, to) != 2)
			return false;
		if (std::string(from) == "midnight")
			distances_.end_of_day();
		std::printf("%.1f km\n", distances_.between(from, to));
		return true;
	}

      private:
	Distances distances_;
};

int main()
{
	Service service;

	while (service.step(stdin)) {
	}
}
