// SPDX-License-Identifier: MIT
/*
 * Word counting by threads: std::thread, async, futures, a mutexed queue.
 * style: C++17 threads and futures
 * flags: -std=c++17 -pthread
 * totals: not compared, the C library allocates for threads as their timing goes
 */
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <queue>
#include <string>
#include <thread>
#include <vector>

struct Task {
	int id;
	std::vector<int> input;
};

class Queue
{
      public:
	void push(Task task)
	{
		std::lock_guard<std::mutex> lock(mutex_);
		tasks_.push(std::move(task)); // bytes: any
		ready_.notify_one();
	}

	Task pop()
	{
		std::unique_lock<std::mutex> lock(mutex_);
		ready_.wait(lock, [this] { return !tasks_.empty(); });
		Task task = std::move(tasks_.front());
		tasks_.pop();
		return task;
	}

      private:
	std::mutex mutex_;
	std::condition_variable ready_;
	std::queue<Task, std::deque<Task>> tasks_;
};

static long summed(const std::vector<int> &numbers)
{
	std::vector<long> partial(numbers.size()); // bytes: 4*8000; count: 4; type: long[] or long int[]
	long sum = 0;

	for (std::size_t i = 0; i < numbers.size(); i++)
		partial[i] = sum += numbers[i];
	return partial.back();
}

int main()
{
	Queue queue;                       // bytes: any
	std::vector<int> numbers(1000, 2); // bytes: 4000; count: 1; type: int[]
	std::vector<std::thread> workers;
	std::vector<std::future<long>> sums;
	long total = 0;
	std::mutex guard;

	workers.reserve(3); // bytes: 24; count: 1; type: std::thread[] or thread[]
	for (int i = 0; i < 3; i++)
		workers.emplace_back([&queue, &guard, &total] { // bytes: any
			for (int n = 0; n < 10; n++) {
				Task task = queue.pop();
				std::lock_guard<std::mutex> lock(guard);
				total += task.input.back();
			}
		});
	for (int i = 0; i < 30; i++)
		queue.push({i, std::vector<int>(25, i)}); // bytes: 30*100; count: 30; type: int[]
	for (std::thread &worker : workers)
		worker.join();
	sums.reserve(4); // bytes: 64; count: 1
	for (int i = 0; i < 4; i++)
		sums.push_back(std::async(std::launch::async, summed, std::cref(numbers))); // bytes: any
	for (auto &sum : sums)
		total += sum.get();
	return total == 435 + 4 * 2000 ? 0 : 1;
}
