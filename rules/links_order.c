// SPDX-License-Identifier: MIT
/* links: functions in an order in which callees come first; those that call each other in a circle make one group (Tarjan). */
#include "rules/links_views.h"

struct visit {
	uint32_t view, call; /* the next of its calls */
};

struct walk {
	const struct link_views *views;
	struct link_order *order;
	uint32_t *number, *lowest; /* of views: when met, + 1; the earliest that is reached and still open */
	bool *open;
	uint32_t met;
	VEC(struct visit) path;
	VEC(uint32_t) stack;
};

static void meet(struct walk *walk, uint32_t view)
{
	walk->number[view] = walk->lowest[view] = ++walk->met;
	walk->open[view] = true;
	vec_push(&walk->stack, view);
	vec_push(&walk->path, (struct visit){.view = view});
}

static void lower(struct walk *walk, uint32_t view, uint32_t to)
{
	if (to < walk->lowest[view])
		walk->lowest[view] = to;
}

static int compare_views(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* All that was met since @view and is open is one group. */
static void close_group(struct walk *walk, uint32_t view)
{
	struct link_order *order = walk->order;
	const uint32_t first = order->nviews;
	uint32_t member;

	do {
		member = vec_pop(&walk->stack);
		walk->open[member] = false;
		order->views[order->nviews++] = member;
	} while (member != view);
	qsort(order->views + first, order->nviews - first, sizeof *order->views, compare_views);
	order->ends[order->ngroups++] = order->nviews;
}

static void leave(struct walk *walk)
{
	const uint32_t view = vec_pop(&walk->path).view;

	if (walk->path.count)
		lower(walk, vec_last(&walk->path).view, walk->lowest[view]);
	if (walk->lowest[view] == walk->number[view])
		close_group(walk, view);
}

static void step(struct walk *walk)
{
	struct visit *at = &vec_last(&walk->path);
	const struct link_view *view = &walk->views->items[at->view];
	const struct link_view *callee;

	if (at->call == view->function->ncalls) {
		leave(walk);
		return;
	}
	callee = link_callee(walk->views, view, at->call++);
	if (!callee)
		return;
	const uint32_t to = (uint32_t)(callee - walk->views->items);

	if (!walk->number[to])
		meet(walk, to);
	else if (walk->open[to])
		lower(walk, at->view, walk->number[to]);
}

void link_order_find(struct link_order *order, const struct link_views *views, struct arena *arena)
{
	struct walk walk = {.views = views, .order = order};

	order->views = arena_array(arena, views->count, uint32_t);
	order->ends = arena_array(arena, views->count, uint32_t);
	order->nviews = order->ngroups = 0;
	walk.number = arena_array(arena, views->count, uint32_t);
	walk.lowest = arena_array(arena, views->count, uint32_t);
	walk.open = arena_array(arena, views->count, bool);
	for (uint32_t v = 0; v < views->count; v++) {
		if (!walk.number[v])
			meet(&walk, v);
		while (walk.path.count)
			step(&walk);
	}
	vec_release(&walk.path);
	vec_release(&walk.stack);
}
