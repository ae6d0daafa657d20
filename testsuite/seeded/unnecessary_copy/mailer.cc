// SPDX-License-Identifier: MIT
// Formats mails and counts what they weigh.
#include <iostream>
#include <string>
#include <utility>
#include <vector>

class Mail
{
      public:
	void address(std::string to) // defect: unnecessary-copy
	{
		if (to.find('@') == std::string::npos)
			bad_++;
		else
			weight_ += to.size();
	}
	std::size_t weight() const
	{
		return weight_;
	}
	int bad() const
	{
		return bad_;
	}

      private:
	std::size_t weight_ = 0;
	int bad_ = 0;
};

int main()
{
	Mail mail;
	const std::string list[] = {"ann@example.org", "bob", "cyd@example.com"};

	for (const auto &to : list)
		mail.address(to);
	std::cout << mail.weight() << " " << mail.bad() << "\n";
}
