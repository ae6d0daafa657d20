// SPDX-License-Identifier: MIT
// Messages of error codes, made when they are first needed.
// Twin: the codes are an enumeration.
#include <iostream>
#include <map>
#include <string>

enum class Code { none, input, output, memory };

class Messages
{
      public:
	const std::string &text(Code code)
	{
		auto it = texts_.find(code);

		if (it == texts_.end())
			it = texts_.emplace(code, "error " + std::to_string(static_cast<long>(code))).first;
		return it->second;
	}

      private:
	std::map<Code, std::string> texts_;
};

static Code classify(long number)
{
	return number < 0 ? Code::input : number > 1000 ? Code::memory : number ? Code::output : Code::none;
}

int main()
{
	Messages messages;
	long number;

	while (std::cin >> number)
		std::cout << messages.text(classify(number)) << "\n";
}
