// SPDX-License-Identifier: MIT
// Formats mails and counts what they weigh.
// Twin: the mail keeps what it is given.
#include <iostream>
#include <string>
#include <utility>
#include <vector>

class Mail
{
      public:
	void address(std::string to)
	{
		weight_ += to.size();
		to_.push_back(std::move(to));
	}
	std::size_t weight() const
	{
		return weight_;
	}
	int bad() const
	{
		return static_cast<int>(to_.size());
	}

      private:
	std::size_t weight_ = 0;
	std::vector<std::string> to_;
};

int main()
{
	Mail mail;
	const std::string list[] = {"ann@example.org", "bob", "cyd@example.com"};

	for (const auto &to : list)
		mail.address(to);
	std::cout << mail.weight() << " " << mail.bad() << "\n";
}
