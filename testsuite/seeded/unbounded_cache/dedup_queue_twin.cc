// SPDX-License-Identifier: MIT
// A message relay drops what it has relayed before.
// Twin: it knows the last thousand.
#include <deque>
#include <iostream>
#include <string>
#include <unordered_set>

class Relay
{
      public:
	bool relay(const std::string &message)
	{
		if (seen_.count(message))
			return false;
		seen_.insert(message);
		order_.push_back(message);
		if (order_.size() > 1000) {
			seen_.erase(order_.front());
			order_.pop_front();
		}
		sent_++;
		return true;
	}
	long sent() const
	{
		return sent_;
	}

      private:
	std::unordered_set<std::string> seen_;
	std::deque<std::string> order_;
	long sent_ = 0;
};

static Relay relay;

static void on_message(const std::string &message)
{
	if (relay.relay(message))
		std::cout << relay.sent() << " " << message << "\n";
}

int main()
{
	std::string message;

	while (std::getline(std::cin, message))
		on_message(message);
}
