// fixture: strict -std=c++20
// Constructor lists follow; aggregates change the order of their elements.
#include <string>

class counter { // expect: struct-padding (safe)
public:
	counter(char kind, double value) : kind_(kind), value_(value), last_(0)
	{
	}

	double value() const
	{
		return value_;
	}

private:
	char kind_;    // what it counts
	double value_; // how many
	char last_;
};

counter *make()
{
	return new counter(1, 2.0);
}

class depends { // expect: struct-padding (none: from other fields)
public:
	explicit depends(char a) : a_(a), b_(a_ + 1.0), c_(0)
	{
	}

private:
	char a_;
	double b_;
	char c_;
};

struct aggregate { // expect: struct-padding (safe)
	char kind;
	double weight;
	char last;
};

aggregate whole{1, 2.0, 3};
aggregate named{.kind = 1, .weight = 2.0, .last = 3};
aggregate skips{.kind = 1, .last = 3};
aggregate none{};

struct partly { // expect: struct-padding (none: leaves out)
	char kind;
	double weight;
	char last;
};

partly first{1};

struct guard {
	~guard();
	char state;
};

// What is made and destroyed in order may depend on it.
struct ordered { // expect: struct-padding (unsafe: order)
	guard first;
	std::string name;
	guard last;
};

// Here the order of the two stays.
struct kept { // expect: struct-padding (safe)
	char kind;
	std::string name;
	std::string other;
	char end;
};

struct bound { // expect: struct-padding (none: bindings)
	char a;
	double b;
	char c;
};

double sum(const bound &x)
{
	const auto &[a, b, c] = x;
	return a + b + c;
}
