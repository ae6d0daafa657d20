// SPDX-License-Identifier: MIT
// A disk that answers later, and a directory read block by block by a function that comes again.
// Twin: the function knows itself weakly; whoever is to call it next holds it.
#include <cstdio>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

class Disk
{
      public:
	void read(int block, std::function<void(const std::string &)> done)
	{
		pending_.push_back({block, std::move(done)});
	}
	bool step()
	{
		if (pending_.empty())
			return false;
		auto request = std::move(pending_.front());

		pending_.pop_front();
		request.done(request.block < 4 ? "entry" + std::to_string(request.block) : "");
		return true;
	}

      private:
	struct Request {
		int block;
		std::function<void(const std::string &)> done;
	};
	std::deque<Request> pending_;
};

class Directory
{
      public:
	explicit Directory(Disk &disk) : disk_(disk)
	{
	}
	void list(const std::function<void(const std::vector<std::string> &)> &done)
	{
		auto names = std::make_shared<std::vector<std::string>>();
		auto next = std::make_shared<std::function<void(int)>>();
		std::weak_ptr<std::function<void(int)>> weak = next;

		*next = [this, names, weak, done](int block) {
			auto next = weak.lock();

			disk_.read(block, [names, next, done, block](const std::string &text) {
				if (text.empty()) {
					done(*names);
					return;
				}
				names->push_back(text);
				(*next)(block + 1);
			});
		};
		(*next)(0);
	}

      private:
	Disk &disk_;
};

int main()
{
	Disk disk;
	Directory directory(disk);

	for (int i = 0; i < 2; i++)
		directory.list([](const std::vector<std::string> &names) { std::printf("%zu names\n", names.size()); });
	while (disk.step())
		;
}
