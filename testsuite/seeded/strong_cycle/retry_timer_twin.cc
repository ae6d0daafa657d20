// SPDX-License-Identifier: MIT
// Uploads that are tried again by a timer until they work.
// Twin: the timer's callback is dropped when the upload has finished.
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>

class Timer
{
      public:
	void arm(int delay, std::function<void()> callback)
	{
		delay_ = delay;
		callback_ = std::move(callback);
	}
	void disarm()
	{
		callback_ = nullptr;
	}
	bool tick()
	{
		if (delay_ <= 0 || --delay_ > 0 || !callback_)
			return false;
		auto run = callback_;
		run();
		return true;
	}

      private:
	int delay_ = 0;
	std::function<void()> callback_;
};

class Upload : public std::enable_shared_from_this<Upload>
{
      public:
	explicit Upload(std::string file) : file_(std::move(file))
	{
	}
	void start()
	{
		auto self = shared_from_this();

		timer_.arm(2, [self] { self->attempt(); });
	}
	void attempt()
	{
		if (++tries_ < 3)
			start();
		else
			timer_.disarm();
	}
	bool tick()
	{
		return timer_.tick();
	}
	int tries() const
	{
		return tries_;
	}

      private:
	std::string file_;
	Timer timer_;
	int tries_ = 0;
};

int main()
{
	for (const char *name : {"a.log", "b.log"}) {
		auto upload = std::make_shared<Upload>(name);

		upload->start();
		for (int t = 0; t < 12; t++)
			upload->tick();
		std::printf("%s: %d tries\n", name, upload->tries());
	}
}
