// fixture: -std=c++17
// Copies of objects that are only read.
#include <functional>
#include <map>
#include <string>
#include <vector>

struct record {
	std::string name;
	int values[40];
	const std::string &title() const { return name; }
	std::size_t size() const { return name.size(); }
};

struct table {
	int cells[64];
};

static std::size_t length(const std::string name) // expect: unnecessary-copy [parameter 'name' is copied for each call and only read: 32 bytes and its characters] (safe)
{
	return name.size();
}

static char first(std::string text) // expect: unnecessary-copy (safe)
{
	return text[0];
}

static std::size_t total(std::vector<std::string> lines) // expect: unnecessary-copy [24 bytes and its elements] (safe)
{
	std::size_t sum = 0;

	for (auto line : lines) // expect: unnecessary-copy ['line' copies each element and is only read] (safe)
		sum += line.size();
	for (std::string line : lines) // expect: unnecessary-copy (safe)
		sum += line.size();
	return sum + lines[0].size();
}

static int corner(table cells) // expect: unnecessary-copy [256 bytes] (safe)
{
	return cells.cells[0] + cells.cells[63];
}

static int sum_of(const std::map<std::string, int> &counts)
{
	int sum = 0;

	for (auto entry : counts) // expect: unnecessary-copy (safe)
		sum += entry.second;
	for (const auto entry : counts) // expect: unnecessary-copy (safe)
		sum += entry.second;
	return sum;
}

static std::size_t measure(const record &one)
{
	auto title = one.title(); // expect: unnecessary-copy ['title' is a copy of 'one.title()' that is only read] (safe)
	std::string name = one.name; // expect: unnecessary-copy (safe)
	const record whole = one; // expect: unnecessary-copy (safe)

	return title.size() + name.size() + whole.size();
}

void log_it(const std::string &message);

static void announce(const record *one)
{
	const std::string name(one->name); // expect: unnecessary-copy (safe)
	const std::string message = "about " + name + ": " + std::to_string(name.size());

	log_it(message);
	log_it("done");
}

static std::vector<std::string> logged;

void log_it(const std::string &message)
{
	logged.push_back(message);
}

static std::size_t middle(const std::vector<int> &numbers)
{
	const std::vector<int> local = numbers; // expect: unnecessary-copy (safe)

	return static_cast<std::size_t>(local[local.size() / 2]);
}

class holder {
public:
	explicit holder(std::string name) : name_(name) // expect: unnecessary-copy [could be moved] (safe)
	{
	}

	void rename(std::string name) // expect: unnecessary-copy [could be moved] (safe)
	{
		name_ = name;
	}

	bool is(std::string name) const // expect: unnecessary-copy (safe)
	{
		return name_ == name;
	}

private:
	std::string name_;
};

template <class T> std::size_t both(std::string text, const T &other) // expect: unnecessary-copy (unsafe: template)
{
	return text.size() + other.size();
}

template <class T, class U> bool differ(T a, U b) // expect: unnecessary-copy [parameter 'a' is copied for each call and only read: 32 bytes and its characters where it is std::string] (unsafe: template)
{
	return !(a == b); // a second one is never made of more than a number
}

static int call(std::function<int(int)> twice) // expect: unnecessary-copy (safe)
{
	return twice(twice(1));
}

static std::size_t with_lambda(const std::vector<std::string> &lines)
{
	auto size = [](std::string line) { return line.size(); }; // expect: unnecessary-copy [parameter 'line' of the lambda] (safe)

	return size(lines[0]);
}

static void add_to(std::vector<std::string> *out, std::string line) // expect: unnecessary-copy (safe)
{
	out->push_back(line);
	out->push_back(line + "!");
}

int main()
{
	record one{"one", {1}};
	table cells{};
	std::vector<std::string> lines{"a", "b"};
	holder kept("x");

	announce(&one);
	kept.rename("y");
	add_to(&lines, "c");
	return static_cast<int>(length("x") + total(lines) + measure(one) + both("x", lines) + differ(std::string("a"), "b") + differ(1, 2) + middle({1, 2}) +
	                        with_lambda(lines)) +
	       first("x") + corner(cells) + sum_of({{"a", 1}}) + kept.is("x") + call([](int x) { return x; });
}
