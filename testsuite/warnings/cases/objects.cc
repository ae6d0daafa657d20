// SPDX-License-Identifier: MIT
/* Wrong in ways that GCC sees by knowing what operator new and delete do. */
#include <cstdlib>
#include <cstring>
#include <new>

void sink(void *);

struct item {
	int numbers[4];
};

void delete_of_array()
{
	item *p = new item[3];

	sink(p);
	delete p;
}

void free_of_new()
{
	item *p = new item;

	sink(p);
	free(p);
}

void delete_of_malloc()
{
	item *p = static_cast<item *>(malloc(sizeof(item)));

	sink(p);
	delete p;
}

int use_after_delete()
{
	item *p = new item();

	sink(p);
	delete p;
	return p->numbers[0];
}

void overflow_new()
{
	char *p = new char[4];

	strcpy(p, "longer");
	sink(p);
}

void placement_too_small()
{
	char *p = new char[4];

	sink(new (p) item);
}

void delete_nonheap()
{
	item one;

	sink(&one);
	delete &one;
}
