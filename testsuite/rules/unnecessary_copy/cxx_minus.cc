// fixture: strict -std=c++20
// Copies that are needed, or that it is not this function's business to avoid.
#include <coroutine>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

struct record {
	std::string name;
	const std::string &title() const { return name; }
};

struct pair_of_longs {
	long a, b;
};

void take(std::string &&text);
void change(std::string &text);
void look(const std::string &text);
void unknown();
std::vector<std::string> make_lines();

static std::size_t changed(std::string text)
{
	text += "!";
	return text.size();
}

static void moved_from(std::string text)
{
	take(std::move(text));
}

struct sink {
	explicit sink(std::string text) : text_(std::move(text)) {}
	std::string text_;
};

static std::string given_back(std::string text)
{
	look(text);
	return text;
}

static void passed_on(std::string text)
{
	change(text);
}

static long small(pair_of_longs pair)
{
	return pair.a + pair.b;
}

struct base {
	virtual ~base() {}
	virtual std::size_t measure(std::string text) { return text.size(); }
};

struct derived : base {
	std::size_t measure(std::string text) override { return text.size() + 1; }
};

extern "C" std::size_t exported(std::string text)
{
	return text.size();
}

static std::size_t called_back(std::string text)
{
	return text.size();
}

std::size_t (*pointer)(std::string) = called_back;

static int proxies(const std::vector<bool> &bits)
{
	int sum = 0;

	for (auto bit : bits)
		sum += bit;
	return sum;
}

static std::size_t temporaries()
{
	std::size_t sum = 0;

	for (auto &line : make_lines())
		sum += line.size();
	return sum;
}

static std::size_t binding(std::map<std::string, int> &counts)
{
	std::size_t sum = 0;

	for (auto [name, count] : counts) {
		count += 1;
		sum += name.size() + static_cast<std::size_t>(count);
	}
	if (sum > 1000)
		goto done;
done:
	return sum;
}

static std::size_t loop_changes(std::vector<std::string> &lines)
{
	std::size_t sum = 0;

	for (auto line : lines) {
		line += "!";
		sum += line.size();
	}
	return sum;
}

static std::size_t container_changed(std::vector<std::string> &lines)
{
	const std::string head = lines[0];

	lines.clear();
	return head.size();
}

static std::size_t source_changed(record &one)
{
	auto title = one.title();

	one.name = "other";
	return title.size();
}

static void swapped(std::string &a, std::string &b)
{
	const std::string held = a;

	a = b;
	b = held;
}

static std::size_t unknown_between(const record &one)
{
	auto title = one.title();

	unknown();
	return title.size();
}

static char pointed_into(const record &one)
{
	const std::string name = one.name;
	const char *at = name.c_str();

	unknown();
	return at[0];
}

static std::mutex mutex;
static std::vector<std::string> shared;

static std::size_t under_a_lock()
{
	std::vector<std::string> lines;
	{
		std::lock_guard<std::mutex> guard(mutex);
		const std::vector<std::string> all = shared;
		lines = all;
	}
	return lines.size();
}

static std::size_t named(const record &one)
{
	std::string name_copy = one.name;
	std::string snapshot = one.name;

	return name_copy.size() + snapshot.size();
}

static std::size_t of_a_temporary()
{
	auto title = record{"x"}.title();

	return title.size();
}

struct pinned {
	explicit pinned(const char *from) : text(from) {}
	pinned(const pinned &) = default;
	pinned(pinned &&) = delete;
	std::string text;
};

static std::size_t unmovable(pinned one)
{
	return one.text.size();
}

static std::size_t elsewhere(std::string text)
{
#ifdef SHOUTING
	text += "!";
#endif
	return text.size();
}

static void hand_over(std::vector<std::string> &out, std::string text)
{
	out.push_back(std::move(text));
}

static void overwrite(std::string &out, std::string text)
{
	out = "x";
	look(text);
}

struct task {
	struct promise_type {
		task get_return_object() { return {}; }
		std::suspend_never initial_suspend() { return {}; }
		std::suspend_never final_suspend() noexcept { return {}; }
		void return_void() {}
		void unhandled_exception() {}
	};
};

static task coroutine(std::string text)
{
	co_await std::suspend_never{};
	look(text);
}

static std::size_t by_iterator(std::vector<std::string> lines)
{
	for (auto at = lines.begin(); at != lines.end(); ++at)
		at->clear();
	return lines.size();
}

/* What the callback runs may arm the timer again. */
class timer {
      public:
	explicit timer(std::function<void()> then) : then_(std::move(then))
	{
	}
	void fire()
	{
		auto run = then_;
		run();
	}

      private:
	std::function<void()> then_;
};

std::size_t all(std::vector<std::string> &lines, std::map<std::string, int> &counts, record &one)
{
	base thing;
	derived other;
	std::string a = "a", b = "b";

	moved_from("x");
	passed_on("x");
	swapped(a, b);
	hand_over(lines, "x");
	overwrite(a, a);
	coroutine("x");
	timer([&b] { b += "!"; }).fire();
	return static_cast<std::size_t>(pointed_into(one)) + unmovable(pinned{"x"}) + elsewhere("x") + changed("x") + given_back("x").size() + static_cast<std::size_t>(small({1, 2})) + thing.measure("x") +
	       other.measure("x") + static_cast<std::size_t>(proxies({true})) + temporaries() + binding(counts) +
	       loop_changes(lines) + container_changed(lines) + source_changed(one) + unknown_between(one) +
	       under_a_lock() + named(one) + of_a_temporary() + by_iterator(lines) + sink("x").text_.size();
}
