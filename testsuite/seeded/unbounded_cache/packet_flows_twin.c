/* SPDX-License-Identifier: MIT */
/* A sniffer: a flow for each pair of addresses, in a hash table of its own making. */
/* Twin: flow_close() takes a flow out when the last packet has passed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct flow {
	uint32_t from, to;
	uint64_t packets;
	struct flow *chain;
};

struct flow_table {
	struct flow **slots;
	size_t nslots, used;
};

static struct flow_table *table_new(size_t nslots)
{
	struct flow_table *t = malloc(sizeof *t);

	if (!t || !(t->slots = calloc(nslots, sizeof *t->slots)))
		exit(1);
	t->nslots = nslots;
	t->used = 0;
	return t;
}

static struct flow *flow_get(struct flow_table *t, uint32_t from, uint32_t to)
{
	size_t slot = (from * 31u + to) % t->nslots;
	struct flow *f = t->slots[slot];

	while (f && (f->from != from || f->to != to))
		f = f->chain;
	if (f)
		return f;
	f = calloc(1, sizeof *f);
	if (!f)
		exit(1);
	f->from = from;
	f->to = to;
	f->chain = t->slots[slot];
	t->slots[slot] = f;
	t->used++;
	return f;
}

static void flow_close(struct flow_table *t, uint32_t from, uint32_t to)
{
	struct flow **at = &t->slots[(from * 31u + to) % t->nslots];

	for (; *at; at = &(*at)->chain) {
		struct flow *f = *at;

		if (f->from == from && f->to == to) {
			*at = f->chain;
			t->used--;
			free(f);
			return;
		}
	}
}

static struct flow_table *flows;

static void packet(uint32_t from, uint32_t to, int last)
{
	struct flow *f = flow_get(flows, from, to);

	f->packets++;
	if (last)
		printf("%08x > %08x: %llu packets\n", from, to, (unsigned long long)f->packets);
	if (last)
		flow_close(flows, from, to);
}

int main(void)
{
	unsigned from, to;
	int last;

	flows = table_new(256);
	while (scanf("%x %x %d", &from, &to, &last) == 3)
		packet(from, to, last);
	printf("%zu flows\n", flows->used);
	return 0;
}
