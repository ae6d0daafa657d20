// fixture: unsafe
// Structs by value in C.
#include <stdio.h>
#include <string.h>

struct table {
	int cells[40];
	char name[24];
};

struct point {
	double x, y;
};

static size_t name_length(const struct table *one)
{
	return strlen(one->name);
}

static int corner(struct table cells) // expect: unnecessary-copy [parameter 'cells' is copied for each call and only read: 184 bytes] (safe)
{
	return cells.cells[0] + cells.cells[39];
}

static int twice(struct table cells) // expect: unnecessary-copy (safe)
{
	return 2 * corner(cells) + (int)name_length(&cells) + (int)sizeof cells;
}

static void print(struct table cells) // expect: unnecessary-copy (safe)
{
	printf("%s\n", cells.name);
}

static int changed(struct table cells)
{
	cells.cells[0] = 1;
	return cells.cells[0] + cells.cells[1];
}

static double norm(struct point p)
{
	return p.x * p.x + p.y * p.y;
}

static int by_pointer(struct table cells)
{
	return cells.cells[0];
}

int (*callback)(struct table) = by_pointer;

/* A call in a function with labels is a call too. */
static int jumps(const struct table *there)
{
	int sum = 0;

again:
	sum += corner(*there);
	if (sum < 2)
		goto again;
	return sum;
}

int main(void)
{
	struct table here = {{1, 2}, "here"}, *there = &here;

	print(here);
	print(*there);
	return jumps(&here) + corner(here) + twice(*there) + changed(here) + (int)norm((struct point){1, 2});
}
