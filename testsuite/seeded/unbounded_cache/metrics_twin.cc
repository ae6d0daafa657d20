// SPDX-License-Identifier: MIT
// A metrics collector: one series for each name that clients send.
// Twin: a series that nobody has sent to for a while expires.
#include <chrono>
#include <csignal>
#include <iostream>
#include <sstream>
#include <string>
#include <unordered_map>

static volatile std::sig_atomic_t running = 1;

struct Series {
	double sum = 0;
	long count = 0;
	long last_seen = 0;
};

class Collector
{
      public:
	static Collector &instance()
	{
		static Collector collector;
		return collector;
	}
	void add(const std::string &name, double value)
	{
		Series &s = series_[name];

		s.sum += value;
		s.count++;
		s.last_seen = ++now_;
	}
	double mean(const std::string &name) const
	{
		auto it = series_.find(name);

		return it == series_.end() || !it->second.count ? 0 : it->second.sum / it->second.count;
	}
	void expire()
	{
		for (auto it = series_.begin(); it != series_.end();)
			it = now_ - it->second.last_seen > 10000 ? series_.erase(it) : std::next(it);
	}

      private:
	Collector() = default;
	std::unordered_map<std::string, Series> series_;
	long now_ = 0;
};

static void take(const std::string &line)
{
	std::istringstream in(line);
	std::string name;
	double value = 0;

	if (in >> name >> value)
		Collector::instance().add(name, value);
	else
		std::cout << Collector::instance().mean(name) << "\n";
}

int main()
{
	std::string line;

	std::signal(SIGTERM, [](int) { running = 0; });
	while (running && std::getline(std::cin, line)) {
		take(line);
		Collector::instance().expire();
	}
}
