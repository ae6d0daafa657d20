// SPDX-License-Identifier: MIT
/*
 * Generators and tasks: the frame of a coroutine counts for the line of the coroutine or of its caller.
 * style: C++20 coroutines
 * flags: -std=c++20
 */
#include <coroutine>
#include <exception>
#include <string>
#include <utility>
#include <vector>

template <typename T> class Generator
{
      public:
	struct promise_type {
		T value{};

		Generator get_return_object()
		{
			return Generator(Handle::from_promise(*this));
		}
		std::suspend_always initial_suspend() noexcept
		{
			return {};
		}
		std::suspend_always final_suspend() noexcept
		{
			return {};
		}
		std::suspend_always yield_value(T next)
		{
			value = std::move(next);
			return {};
		}
		void return_void()
		{
		}
		void unhandled_exception()
		{
			std::terminate();
		}
	};
	using Handle = std::coroutine_handle<promise_type>;

	explicit Generator(Handle handle) : handle_(handle)
	{
	}
	Generator(Generator &&other) noexcept : handle_(std::exchange(other.handle_, nullptr))
	{
	}
	~Generator()
	{
		if (handle_)
			handle_.destroy();
	}
	bool next()
	{
		handle_.resume();
		return !handle_.done();
	}
	const T &value() const
	{
		return handle_.promise().value;
	}

      private:
	Handle handle_;
};

static Generator<int> numbers(int from, int to) // bytes: any; count: 3; name: numbers
{
	for (int i = from; i < to; i++)
		co_yield i;
}

static Generator<std::string> lines(int n) // bytes: any; count: 1; name: lines
{
	for (int i = 0; i < n; i++)
		co_yield std::string(60, char('a' + i)); // bytes: 5*61; count: 5; type: char[]
}

static int total(int n)
{
	int sum = 0;

	for (auto all = numbers(0, n); all.next();) // or: numbers
		sum += all.value();
	return sum;
}

int main()
{
	std::vector<int> kept;
	auto text = lines(5); // or: lines
	std::size_t length = 0;

	for (auto some = numbers(0, 4); some.next();) // or: numbers
		kept.push_back(some.value());         // bytes: 4*(1+2+4); count: 3; type: int[]
	while (text.next())
		length += text.value().size();
	return total(10) == 45 && total(3) == 3 && length == 300 && kept.size() == 4 ? 0 : 1;
}
