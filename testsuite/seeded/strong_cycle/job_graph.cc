// SPDX-License-Identifier: MIT
// A build tool's graph of jobs: each job knows what it needs and what needs it.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

struct Job;
using JobPtr = std::shared_ptr<Job>;

struct Job {
	explicit Job(std::string n) : name(std::move(n))
	{
	}
	std::string name;
	bool done = false;
	std::vector<JobPtr> needs;
	std::vector<JobPtr> dependents; // defect: strong-cycle
};

class Plan
{
      public:
	JobPtr job(const std::string &name)
	{
		auto &slot = jobs_[name];

		if (!slot)
			slot = std::make_shared<Job>(name);
		return slot;
	}
	void depend(const std::string &what, const std::string &on)
	{
		auto target = job(what);
		auto source = job(on);

		target->needs.push_back(source);
		source->dependents.push_back(target);
	}
	int run(const JobPtr &j)
	{
		int count = 0;

		if (j->done)
			return 0;
		for (auto &need : j->needs)
			count += run(need);
		j->done = true;
		return count + 1;
	}

      private:
	std::map<std::string, JobPtr> jobs_;
};

int main()
{
	Plan plan;

	plan.depend("app", "libnet.a");
	plan.depend("app", "main.o");
	plan.depend("libnet.a", "socket.o");
	plan.depend("libnet.a", "dns.o");
	std::printf("%d jobs ran\n", plan.run(plan.job("app")));
}
