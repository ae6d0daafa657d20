// SPDX-License-Identifier: MIT
// Messages of error codes, made when they are first needed.
#include <iostream>
#include <map>
#include <string>

class Messages
{
      public:
	const std::string &text(long code)
	{
		auto it = texts_.find(code);

		if (it == texts_.end())
			it = texts_.emplace(code, "error " + std::to_string(static_cast<long>(code))).first;
		return it->second;
	}

      private:
	std::map<long, std::string> texts_; // defect: unbounded-cache
};

int main()
{
	Messages messages;
	long number;

	while (std::cin >> number)
		std::cout << messages.text(number) << "\n";
}
