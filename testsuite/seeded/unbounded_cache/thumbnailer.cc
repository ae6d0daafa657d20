// SPDX-License-Identifier: MIT
// A thumbnail server keeps small pictures in memory.
#include <cstdint>
#include <iostream>
#include <list>
#include <string>
#include <unordered_map>
#include <vector>

using Pixels = std::vector<std::uint8_t>;

static Pixels scale(const std::string &file)
{
	return Pixels(64 * 64, static_cast<std::uint8_t>(file.size()));
}

class Thumbnails
{
      public:
	const Pixels &get(const std::string &file)
	{
		auto it = cache_.find(file);

		if (it != cache_.end())
			return it->second;
		return cache_.emplace(file, scale(file)).first->second;
	}

      private:
	std::unordered_map<std::string, Pixels> cache_; // defect: unbounded-cache
};

static Thumbnails &thumbnails()
{
	static Thumbnails all;
	return all;
}

static void handle(const std::string &file)
{
	std::cout << file << ": " << thumbnails().get(file).size() << " bytes\n";
}

int main()
{
	std::string file;

	for (;;) {
		std::cout << "> " << std::flush;
		if (!std::getline(std::cin, file))
			break;
		handle(file);
	}
}
