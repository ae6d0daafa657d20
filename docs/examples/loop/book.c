/* SPDX-License-Identifier: MIT */
/* An order book: what memlint-analyze finds in it, and what it costs when it runs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct order {
	char side;
	double price;
	char venue;
	long quantity;
	char open;
	struct order *next;
};

struct book {
	struct order *first;
	long volume;
};

static int is_known(const char *symbol)
{
	char *copy = strdup(symbol);
	int known = copy && (!strcmp(copy, "ACME") || !strcmp(copy, "BOLT"));

	free(copy);
	return known;
}

static int add(struct book *book, const char *symbol, long quantity)
{
	struct order *order = is_known(symbol) ? malloc(sizeof *order) : NULL;

	if (!order)
		return 0;
	order->side = quantity < 0 ? 's' : 'b';
	order->price = 1.25 * (double)quantity;
	order->venue = 'x';
	order->quantity = quantity;
	order->open = 1;
	order->next = book->first;
	book->first = order;
	book->volume += quantity;
	return 1;
}

int main(void)
{
	struct book book = {0};
	int orders = 0;

	for (long i = 0; i < 200000; i++)
		orders += add(&book, i % 3 ? "ACME" : "NONE", i % 100 - 40);
	printf("%d orders, volume %ld\n", orders, book.volume);
	while (book.first) {
		struct order *next = book.first->next;

		free(book.first);
		book.first = next;
	}
	return 0;
}
