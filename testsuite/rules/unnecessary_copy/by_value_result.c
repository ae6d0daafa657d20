// fixture: -Wall
// Structs that are returned by value in C.
#include <stdio.h>

struct table {
	int cells[40];
};

static struct table tables[4];

static struct table pick(int i) // expect: unnecessary-copy ['pick' returns a copy of 'tables[i]' that its callers only read: 160 bytes] (none)
{
	return tables[i];
}

static struct table from(const struct table *one) // changed by a caller
{
	return *one;
}

static struct table make(int first)
{
	struct table made = {{first}};

	return made;
}

static struct table before_change(int i) // its caller changes the table meanwhile
{
	return tables[i];
}

static int corner(void)
{
	const struct table one = pick(1);

	return one.cells[0] + one.cells[39];
}

static int side(void)
{
	return pick(2).cells[1];
}

int main(void)
{
	struct table mine = from(&tables[0]), other = make(3), earlier = before_change(2);

	mine.cells[0] = corner() + side();
	tables[2] = mine;
	printf("%d\n", mine.cells[0] + other.cells[0] + earlier.cells[0]);
	return 0;
}
