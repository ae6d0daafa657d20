// SPDX-License-Identifier: MIT
// An address book: people, their departments, and the company that has both.
// Twin: the company is known by reference.
#include <cstdio>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

class Company;
class Department;

class Person
{
      public:
	Person(std::string name, std::shared_ptr<Company> employer) : name_(std::move(name)), employer_(employer)
	{
	}
	const std::string &name() const
	{
		return name_;
	}
	std::string address() const;

      private:
	std::string name_;
	std::weak_ptr<Company> employer_;
};

class Department
{
      public:
	void hire(std::shared_ptr<Person> person)
	{
		staff_.push_back(std::move(person));
	}
	const std::vector<std::shared_ptr<Person>> &staff() const
	{
		return staff_;
	}

      private:
	std::vector<std::shared_ptr<Person>> staff_;
};

class Company : public std::enable_shared_from_this<Company>
{
      public:
	explicit Company(std::string city) : city_(std::move(city))
	{
	}
	const std::string &city() const
	{
		return city_;
	}
	void hire(const std::string &department, const std::string &name)
	{
		auto &slot = departments_[department];

		if (!slot)
			slot = std::make_unique<Department>();
		slot->hire(std::make_shared<Person>(name, shared_from_this()));
	}
	void print() const
	{
		for (auto &d : departments_) {
			for (auto &p : d.second->staff())
				std::printf("%s, %s\n", p->name().c_str(), p->address().c_str());
		}
	}

      private:
	std::string city_;
	std::unordered_map<std::string, std::unique_ptr<Department>> departments_;
};

std::string Person::address() const
{
	auto employer = employer_.lock();

	return employer ? employer->city() : "";
}

int main()
{
	auto company = std::make_shared<Company>("Bern");

	company->hire("sales", "Ida");
	company->hire("sales", "Jon");
	company->hire("research", "Kim");
	company->print();
}
