// SPDX-License-Identifier: MIT
// A page server: templates are read and parsed when first asked for.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct Page {
	std::vector<std::string> parts;
};

static std::shared_ptr<Page> parse(const std::string &name)
{
	auto page = std::make_shared<Page>();

	page->parts.push_back("<h1>");
	page->parts.push_back(name);
	page->parts.push_back("</h1>");
	return page;
}

class Templates
{
      public:
	std::shared_ptr<Page> get(const std::string &name)
	{
		auto it = pages_.find(name);

		if (it != pages_.end())
			return it->second;
		auto page = parse(name);
		pages_[name] = page;
		return page;
	}

      private:
	std::map<std::string, std::shared_ptr<Page>> pages_; // defect: unbounded-cache
};

static void answer(Templates &templates, const std::string &path)
{
	for (const auto &part : templates.get(path)->parts)
		std::cout << part;
	std::cout << "\n";
}

int main()
{
	Templates templates;
	std::string path;

	while (std::cin >> path)
		answer(templates, path);
}
