// SPDX-License-Identifier: MIT
// A device, its driver, and the driver's channel, which reports errors to the device.
#include <cstdio>
#include <memory>
#include <string>

class Device;

class Channel
{
      public:
	void attach(std::shared_ptr<Device> device)
	{
		device_ = std::move(device);
	}
	bool transfer(int block);

      private:
	std::shared_ptr<Device> device_; // defect: strong-cycle
};

class Driver
{
      public:
	explicit Driver(std::string name) : name_(std::move(name)), channel_(std::make_unique<Channel>())
	{
	}
	Channel &channel()
	{
		return *channel_;
	}
	const std::string &name() const
	{
		return name_;
	}

      private:
	std::string name_;
	std::unique_ptr<Channel> channel_;
};

class Device : public std::enable_shared_from_this<Device>
{
      public:
	void start(const std::string &driver)
	{
		driver_ = std::make_shared<Driver>(driver);
		driver_->channel().attach(shared_from_this());
	}
	void failed(int block)
	{
		errors_++, last_ = block;
	}
	int read(int blocks)
	{
		for (int i = 0; i < blocks; i++)
			driver_->channel().transfer(i);
		return errors_;
	}

      private:
	std::shared_ptr<Driver> driver_;
	int errors_ = 0, last_ = -1;
};

bool Channel::transfer(int block)
{
	if (block % 7 != 6)
		return true;
	device_->failed(block);
	return false;
}

int main()
{
	for (int i = 0; i < 4; i++) {
		auto device = std::make_shared<Device>();

		device->start("ahci");
		std::printf("%d errors\n", device->read(20));
	}
}
