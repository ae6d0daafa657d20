// SPDX-License-Identifier: MIT
// Looks up the longest prefix that matches an address.
#include <cstdint>
#include <iostream>
#include <map>
#include <string>

struct Route {
	std::string interface;
	std::string gateway;
	int metric;
};

class Table
{
      public:
	void add(std::uint32_t prefix, const Route &route)
	{
		routes_[prefix] = route;
	}
	const Route &find(std::uint32_t address) const
	{
		for (int bits = 32; bits > 0; bits -= 8) {
			auto it = routes_.find(address & (0xffffffffu << (32 - bits)));

			if (it != routes_.end())
				return it->second;
		}
		return default_;
	}

      private:
	std::map<std::uint32_t, Route> routes_;
	Route default_{"eth0", "10.0.0.1", 100};
};

static int cost(const Table &table, std::uint32_t address)
{
	Route route = table.find(address); // defect: unnecessary-copy

	std::cout << route.interface << " " << route.gateway << "\n";
	return route.metric;
}

int main()
{
	Table table;

	table.add(0x0a010000, {"eth1 (the one in the cellar)", "10.1.0.1", 10});
	table.add(0x0a010200, {"eth2", "", 1});
	std::cout << cost(table, 0x0a010305) + cost(table, 0x0a010203) + cost(table, 0x7f000001) << "\n";
}
