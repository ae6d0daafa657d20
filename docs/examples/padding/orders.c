/* SPDX-License-Identifier: MIT */
/* An order book whose records could be a third smaller: memlint-analyze docs/examples/padding/orders.c */
#include <stdlib.h>

struct order {
	char side; /* 'b' or 's' */
	double price;
	char venue;
	long quantity;
	char open;
};

struct order *book_new(size_t n)
{
	struct order *book = calloc(n, sizeof(*book));

	for (size_t i = 0; book && i < n; i++)
		book[i] = (struct order){.side = 'b', .price = 1.0, .quantity = 100, .open = 1};
	return book;
}
