// SPDX-License-Identifier: MIT
/* An object that stored shared_from_this() in itself. */
#include <memory>

namespace
{
struct Task : std::enable_shared_from_this<Task> {
	std::shared_ptr<Task> self;
	char work[100] = {};
	void start()
	{
		self = shared_from_this();
	}
};

std::shared_ptr<Task> task;
} // namespace

int main()
{
	task = std::make_shared<Task>();
	task->start();
	task.reset();
	return 0;
}
