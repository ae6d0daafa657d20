// SPDX-License-Identifier: MIT
/* An object with a virtual base, known by the base. */
namespace
{
struct Base {
	virtual ~Base() = default;
	long value = 1;
};

struct Left : virtual Base {
	long left = 2;
};

struct Right : virtual Base {
	long right = 3;
};

struct Both : Left, Right {
	long both = 4;
};

Base *base;
} // namespace

int main()
{
	base = new Both;
	return base->value != 1;
}
