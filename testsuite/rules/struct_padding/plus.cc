// fixture: strict -std=c++17
// C++: virtual tables, bases, templates, lambdas, access sections.
struct plain { // expect: struct-padding [24 -> 16 bytes] (safe)
	char a;
	double b;
	char c;
};

plain plains[20];

struct base {
	virtual ~base();
	long value;
	char kind;
};

// Small fields could stand in what the base leaves free at its end.
struct derived : base { // expect: struct-padding [56 -> 40 bytes] (none)
	double x;
	char a;
	double y;
	char b;
};

struct dynamic { // expect: struct-padding [32 -> 24 bytes] (none)
	virtual ~dynamic();
	char a;
	double b;
	char c;
};

template <typename T> struct box { // expect: struct-padding [24 -> 16 bytes] (none)
	char full;
	T value;
	char dirty;
};

box<double> one;
box<long> other;
box<char> fitting;

class secret { // expect: struct-padding [24 -> 16 bytes] (safe)
public:
	char a;
	double get() const
	{
		return b;
	}

private:
	double b;
	char c;
};

class guarded { // expect: struct-padding [24 -> 16 bytes] (none: access section)
public:
	char a;

private:
	double b;

protected:
	char c;
	double get() const
	{
		return b;
	}
};

auto closure(char a, double b, char c)
{
	return [a, b, c] { return a + b + c; };
}
