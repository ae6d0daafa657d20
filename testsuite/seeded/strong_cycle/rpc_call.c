/* SPDX-License-Identifier: MIT */
/* Calls in flight over a transport. The transport remembers the call it is busy with. */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct call;

struct transport {
	atomic_int refs;
	int sent;
	struct call *current;
};

struct call {
	atomic_int refs;
	int id;
	struct transport *transport; /* defect: strong-cycle */
};

static void call_unref(struct call *c);

static void transport_unref(struct transport *t)
{
	if (atomic_fetch_sub(&t->refs, 1) == 1) {
		if (t->current)
			call_unref(t->current);
		free(t);
	}
}

static void call_unref(struct call *c)
{
	if (atomic_fetch_sub(&c->refs, 1) == 1) {
		if (c->transport)
			transport_unref(c->transport);
		free(c);
	}
}

static struct call *call_start(struct transport *t, int id)
{
	struct call *c = calloc(1, sizeof *c);

	if (!c)
		exit(1);
	atomic_init(&c->refs, 1);
	c->id = id;
	atomic_fetch_add(&t->refs, 1);
	c->transport = t;
	atomic_fetch_add(&c->refs, 1);
	t->current = c;
	t->sent++;
	return c;
}

static void call_finish(struct call *c)
{
	printf("call %d answered\n", c->id);
	call_unref(c);
}

int main(void)
{
	for (int i = 0; i < 3; i++) {
		struct transport *t = calloc(1, sizeof *t);

		if (!t)
			return 1;
		atomic_init(&t->refs, 1);
		call_finish(call_start(t, i));
		transport_unref(t);
	}
	return 0;
}
