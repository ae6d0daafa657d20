// SPDX-License-Identifier: MIT
// Finds the names that begin with what was typed.
// Twin: what was typed is brought to the form that names are kept in.
#include <algorithm>
#include <iostream>
#include <string>
#include <vector>

class Index
{
      public:
	void add(const std::string &name)
	{
		names_.push_back(name);
	}
	int count(std::string prefix) const
	{
		int found = 0;

		std::transform(prefix.begin(), prefix.end(), prefix.begin(), ::toupper);
		for (const auto &name : names_)
			found += name.compare(0, prefix.size(), prefix) == 0;
		return found;
	}

      private:
	std::vector<std::string> names_;
};

int main()
{
	Index index;

	for (const char *name : {"ADAM", "ADELE", "BERTA", "CARLA"})
		index.add(name);
	std::cout << index.count("AD") << " " << index.count("B") << " " << index.count("X") << "\n";
}
