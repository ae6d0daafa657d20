// SPDX-License-Identifier: MIT
// A chat server's rooms and members: each message goes to all members of the sender's room.
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <vector>

class Room;

class Member
{
      public:
	Member(std::string name, std::shared_ptr<Room> room) : name_(std::move(name)), room_(std::move(room))
	{
	}
	void say(const std::string &text);
	void deliver(const std::string &text)
	{
		inbox_.push_back(text);
	}
	const std::string &name() const
	{
		return name_;
	}
	size_t unread() const
	{
		return inbox_.size();
	}

      private:
	std::string name_;
	std::shared_ptr<Room> room_; // defect: strong-cycle
	std::vector<std::string> inbox_;
};

class Room : public std::enable_shared_from_this<Room>
{
      public:
	explicit Room(std::string topic) : topic_(std::move(topic))
	{
	}
	std::shared_ptr<Member> join(const std::string &name)
	{
		auto member = std::make_shared<Member>(name, shared_from_this());
		members_[name] = member;
		return member;
	}
	void broadcast(const std::string &from, const std::string &text)
	{
		for (auto &entry : members_) {
			if (entry.first != from)
				entry.second->deliver("[" + topic_ + "] " + from + ": " + text);
		}
	}
	size_t size() const
	{
		return members_.size();
	}

      private:
	std::string topic_;
	std::map<std::string, std::shared_ptr<Member>> members_;
};

void Member::say(const std::string &text)
{
	room_->broadcast(name_, text);
}

int main()
{
	for (int day = 0; day < 3; day++) {
		auto room = std::make_shared<Room>("day " + std::to_string(day));
		auto ann = room->join("ann");
		auto bob = room->join("bob");

		ann->say("hello");
		bob->say("hello yourself");
		std::cout << room->size() << " members, ann has " << ann->unread() << " messages\n";
	}
}
