/* SPDX-License-Identifier: MIT */
/*
 * An event loop: objects with tables of functions, callbacks with user data, timers in a heap that grows, ring buffers.
 * style: C, vtables, callbacks, binary heap
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct loop;
struct source;

struct source_ops {
	size_t size;
	int (*poll)(struct source *source, struct loop *loop);
	void (*release)(struct source *source);
};

struct source {
	const struct source_ops *ops;
	struct source *next;
};

struct timer {
	uint64_t due;
	void (*call)(struct loop *loop, void *user);
	void *user;
};

struct loop {
	struct source *sources;
	struct timer *heap;
	size_t n, room;
	uint64_t now;
	int fired;
};

struct ring {
	struct source source;
	unsigned head, tail;
	uint8_t *bytes;
};

struct counter {
	struct source source;
	int left;
};

struct request {
	int id;
	char text[28];
};

static struct source *source_new(struct loop *loop, const struct source_ops *ops)
{
	struct source *source = calloc(1, ops->size); /* bytes: 3*32+24; count: 4; name: source */

	source->ops = ops;
	source->next = loop->sources;
	loop->sources = source;
	return source;
}

static int ring_poll(struct source *source, struct loop *loop)
{
	struct ring *ring = (struct ring *)source;

	(void)loop;
	ring->bytes[ring->head++ % 256] = 1;
	return ring->head < 300;
}

static void ring_release(struct source *source)
{
	free(((struct ring *)source)->bytes);
	free(source);
}

static int counter_poll(struct source *source, struct loop *loop)
{
	loop->now++;
	return --((struct counter *)source)->left > 0;
}

static void counter_release(struct source *source)
{
	free(source);
}

static const struct source_ops ring_ops = {sizeof(struct ring), ring_poll, ring_release};
static const struct source_ops counter_ops = {sizeof(struct counter), counter_poll, counter_release};

static void add_ring(struct loop *loop)
{
	struct ring *ring = (struct ring *)source_new(loop, &ring_ops); /* or: source */

	ring->bytes = malloc(256); /* bytes: 3*256; count: 3; type: uint8_t[] or unsigned char[] or __uint8_t[] */
}

static void add_timer(struct loop *loop, uint64_t due, void (*call)(struct loop *, void *), void *user)
{
	size_t at = loop->n++;

	if (loop->n > loop->room) {
		loop->room = loop->room ? loop->room * 2 : 8;
		/* bytes: 24*(8+16+32+64); count: 4; type: struct timer[] */
		loop->heap = realloc(loop->heap, loop->room * sizeof(struct timer));
	}
	for (; at && loop->heap[(at - 1) / 2].due > due; at = (at - 1) / 2)
		loop->heap[at] = loop->heap[(at - 1) / 2];
	loop->heap[at] = (struct timer){due, call, user};
}

static void on_request(struct loop *loop, void *user)
{
	struct request *request = user;

	loop->fired += request->text[0] == 'r';
	free(request);
}

static void run(struct loop *loop)
{
	for (int busy = 1; busy;) {
		busy = 0;
		for (struct source *source = loop->sources; source; source = source->next)
			busy |= source->ops->poll(source, loop);
	}
	for (size_t i = 0; i < loop->n; i++)
		loop->heap[i].call(loop, loop->heap[i].user);
}

int main(void)
{
	struct loop loop = {0};
	int ok;

	for (int i = 0; i < 3; i++)
		add_ring(&loop);
	((struct counter *)source_new(&loop, &counter_ops))->left = 10; /* or: source */
	for (int i = 0; i < 50; i++) {
		struct request *request = malloc(sizeof *request); /* bytes: 50*32; count: 50; type: struct request */

		request->id = i;
		strcpy(request->text, "request");
		add_timer(&loop, (uint64_t)(i * 7 % 50), on_request, request);
	}
	run(&loop);
	ok = loop.fired == 50 && loop.now == 300;
	for (struct source *source = loop.sources, *next; source; source = next) {
		next = source->next;
		source->ops->release(source);
	}
	free(loop.heap);
	return ok ? 0 : 1;
}
