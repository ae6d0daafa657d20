// SPDX-License-Identifier: MIT
/* Three marches over the graph: from the roots by starts, from there by anything, then through what is left. */
#include "analyzer/profile/leaks.h"

#include "analyzer/base/diag.h"

#include <stdlib.h>
#include <string.h>

enum { NOT_REACHED = LEAK_KINDS };

struct march {
	struct leaks *leaks;
	const struct profile_graph *graph;
	uint32_t *stack;
	size_t depth;
};

static void *zeroed(size_t n, size_t size)
{
	void *memory = calloc(n + 1, size);

	if (!memory)
		diag_die("out of memory");
	return memory;
}

/* Raises @block to @kind; what it points at is looked at (again). */
static void reach(struct march *march, uint32_t block, uint8_t kind)
{
	march->leaks->kind[block] = kind;
	march->stack[march->depth++] = block;
}

static void reach_from_roots(struct march *march, bool is_start)
{
	const struct profile_root *roots = profile_graph_roots(march->graph);

	for (size_t i = 0; i < profile_graph_nroots(march->graph); i++)
		if ((!roots[i].interior || roots[i].as_start) == is_start &&
		    march->leaks->kind[roots[i].to] == NOT_REACHED)
			reach(march, roots[i].to, is_start ? LEAK_HELD : LEAK_PERHAPS);
}

/* Follows pointers to starts only; blocks that are reached otherwise stay as they are. */
static void march_held(struct march *march)
{
	const struct profile_edge *edges = profile_graph_edges(march->graph);
	const struct leaks *leaks = march->leaks;

	while (march->depth) {
		const uint32_t block = march->stack[--march->depth];

		for (uint32_t i = leaks->out[block]; i < leaks->out[block + 1]; i++)
			if ((!edges[i].interior || edges[i].as_start) && leaks->kind[edges[i].to] == NOT_REACHED)
				reach(march, edges[i].to, LEAK_HELD);
	}
}

static void march_perhaps(struct march *march)
{
	const struct profile_edge *edges = profile_graph_edges(march->graph);
	const struct leaks *leaks = march->leaks;

	reach_from_roots(march, false);
	for (uint32_t block = 0; block < leaks->nblocks; block++)
		if (leaks->kind[block] == LEAK_HELD)
			for (uint32_t i = leaks->out[block]; i < leaks->out[block + 1]; i++)
				if (leaks->kind[edges[i].to] == NOT_REACHED)
					reach(march, edges[i].to, LEAK_PERHAPS);
	while (march->depth) {
		const uint32_t block = march->stack[--march->depth];

		for (uint32_t i = leaks->out[block]; i < leaks->out[block + 1]; i++)
			if (leaks->kind[edges[i].to] == NOT_REACHED)
				reach(march, edges[i].to, LEAK_PERHAPS);
	}
}

/* Everything that @leader leads to was lost with it, also what until now stood for others. */
static void march_followers(struct march *march, uint32_t leader)
{
	const struct profile_edge *edges = profile_graph_edges(march->graph);
	const struct profile_block *blocks = profile_graph_blocks(march->graph);
	struct leaks *leaks = march->leaks;

	leaks->kind[leader] = LEAK_LOST;
	march->stack[march->depth++] = leader;
	while (march->depth) {
		const uint32_t block = march->stack[--march->depth];

		for (uint32_t i = leaks->out[block]; i < leaks->out[block + 1]; i++) {
			const uint32_t to = edges[i].to;

			/* A short std::string and the head of a list point into their own block, which is no cycle. */
			if (to == leader && (block != leader || !edges[i].interior))
				leaks->kind[leader] = LEAK_CYCLE;
			if (to == leader || (leaks->kind[to] != NOT_REACHED && leaks->kind[to] != LEAK_LOST &&
			                     leaks->kind[to] != LEAK_CYCLE))
				continue;
			leaks->followed[leader] += blocks[to].size + leaks->followed[to];
			leaks->following[leader] += 1 + leaks->following[to];
			leaks->followed[to] = leaks->following[to] = 0;
			leaks->leader[to] = leader;
			reach(march, to, LEAK_FOLLOWER);
		}
	}
}

static uint32_t *offsets(const struct profile_graph *graph)
{
	const size_t nblocks = profile_graph_nblocks(graph), nedges = profile_graph_nedges(graph);
	uint32_t *out = zeroed(nblocks + 1, sizeof *out);

	for (size_t i = 0; i < nedges; i++)
		out[profile_graph_edges(graph)[i].from + 1]++;
	for (size_t i = 0; i < nblocks; i++)
		out[i + 1] += out[i];
	return out;
}

/* Followers of a block that became a follower itself belong to the last one. */
static void settle(struct leaks *leaks, const struct profile_graph *graph)
{
	for (uint32_t block = 0; block < leaks->nblocks; block++) {
		uint32_t leader = leaks->leader[block];

		while (leaks->leader[leader] != leader)
			leader = leaks->leader[leader];
		for (uint32_t at = block, next; at != leader; at = next) {
			next = leaks->leader[at];
			leaks->leader[at] = leader;
		}
		leaks->bytes[leaks->kind[block]] += profile_graph_blocks(graph)[block].size;
		leaks->count[leaks->kind[block]]++;
	}
}

void leaks_judge(struct leaks *leaks, const struct profile_graph *graph)
{
	const size_t n = profile_graph_nblocks(graph);
	struct march march = {.leaks = leaks, .graph = graph, .stack = zeroed(n, sizeof *march.stack)};

	*leaks = (struct leaks){.nblocks = n,
	                        .kind = zeroed(n, 1),
	                        .leader = zeroed(n, sizeof *leaks->leader),
	                        .followed = zeroed(n, sizeof *leaks->followed),
	                        .following = zeroed(n, sizeof *leaks->following),
	                        .out = offsets(graph)};
	memset(leaks->kind, NOT_REACHED, n);
	for (uint32_t block = 0; block < n; block++)
		leaks->leader[block] = block;
	reach_from_roots(&march, true);
	march_held(&march);
	march_perhaps(&march);
	for (uint32_t block = 0; block < n; block++)
		if (leaks->kind[block] == NOT_REACHED)
			march_followers(&march, block);
	settle(leaks, graph);
	free(march.stack);
}

void leaks_release(struct leaks *leaks)
{
	free(leaks->kind);
	free(leaks->leader);
	free(leaks->followed);
	free(leaks->following);
	free(leaks->out);
}

enum { MAX_WEAK = 8 };

/* A state is a block and whether another owner was met on the way: block * 2 + met. */
struct search {
	struct graph *graph;
	const struct leaks *leaks;
	const uint8_t *owners; /* NULL: no other owner is asked for */
	uint64_t *by;          /* [2 * nblocks] the edge it was reached by * 2 + met before, + 1 */
	uint64_t *queue;
	enum graph_kind least;   /* edges below are not followed */
	bool selves;             /* pointers of a block into itself count */
	uint32_t weak[MAX_WEAK]; /* edges whose like are not followed */
	size_t nweak;
};

/* Whether @edge is the same field of the same type as one that was found weak. */
static bool is_avoided(const struct search *search, const struct graph_edge *edge)
{
	const struct graph *graph = search->graph;

	for (size_t i = 0; i < search->nweak; i++) {
		const struct graph_edge *weak = graph->edges.items + search->weak[i];

		if (weak->word == edge->word &&
		    graph->blocks.items[weak->from].type == graph->blocks.items[edge->from].type)
			return true;
	}
	return false;
}

/* Whether @edge may be on the cycle, and the state that it leads to. */
static bool may_follow(const struct search *search, const struct graph_edge *edge, uint32_t start, uint64_t met,
                       uint64_t *next)
{
	if (edge->kind < search->least || is_avoided(search, edge) || (edge->to == edge->from && !search->selves) ||
	    search->leaks->leader[edge->to] != search->leaks->leader[start])
		return false;
	if (search->owners && edge->to != start && search->owners[search->graph->blocks.items[edge->to].type])
		met = 1;
	*next = (uint64_t)edge->to * 2 + met;
	return true;
}

/* The edge that closes the shortest cycle through @start, with what was met before it as in search.by; 0 none. */
static uint64_t find_cycle(struct search *search, uint32_t start)
{
	const struct graph *graph = search->graph;
	const uint64_t wanted = search->owners != NULL;
	size_t head = 0, tail = 0;

	memset(search->by, 0, 2 * (size_t)graph_nblocks(graph) * sizeof *search->by);
	search->queue[tail++] = (uint64_t)start * 2;
	while (head < tail) {
		const uint64_t state = search->queue[head++], met = state & 1;

		for (uint32_t i = graph->out[state / 2]; i < graph->out[state / 2 + 1]; i++) {
			const struct graph_edge *edge = graph->edges.items + i;
			uint64_t next;

			if (!may_follow(search, edge, start, met, &next))
				continue;
			if (edge->to == start && met == wanted)
				return (uint64_t)i * 2 + met + 1;
			if (edge->to == start || search->by[next])
				continue;
			search->by[next] = (uint64_t)i * 2 + met + 1;
			search->queue[tail++] = next;
		}
	}
	return 0;
}

/* The edges of the cycle that @last closes. */
static uint32_t *cycle_of(const struct search *search, uint32_t start, uint64_t last, size_t *n, struct arena *arena)
{
	const struct graph_edge *edges = search->graph->edges.items;
	uint32_t *cycle;
	uint64_t by = last;

	for (*n = 1; edges[(by - 1) / 2].from != start; ++*n)
		by = search->by[(uint64_t)edges[(by - 1) / 2].from * 2 + ((by - 1) & 1)];
	cycle = arena_array(arena, *n, uint32_t);
	by = last;
	for (size_t i = *n; i-- > 0;) {
		cycle[i] = (uint32_t)((by - 1) / 2);
		if (i)
			by = search->by[(uint64_t)edges[cycle[i]].from * 2 + ((by - 1) & 1)];
	}
	return cycle;
}

/* The first edge of the cycle that does not own what it points at; GRAPH_NONE. */
static uint32_t weak_edge(const struct search *search, const uint32_t *cycle, size_t n, struct arena *arena)
{
	for (size_t i = 0; i < n; i++) {
		const struct graph_edge *edge = search->graph->edges.items + cycle[i];

		if (strstr(graph_field(search->graph, edge->from, edge->word, true, arena), "(weak"))
			return cycle[i];
	}
	return GRAPH_NONE;
}

/* A cycle through @start by fields that own what they point at; failing that a weak one, or NULL. */
static uint32_t *find_owning(struct search *search, uint32_t start, size_t *n, struct arena *arena)
{
	uint32_t *cycle = NULL;

	for (search->nweak = 0; search->nweak < MAX_WEAK; search->nweak++) {
		const uint64_t last = find_cycle(search, start);

		if (!last)
			break;
		cycle = cycle_of(search, start, last, n, arena);
		search->weak[search->nweak] = weak_edge(search, cycle, *n, arena);
		if (search->weak[search->nweak] == GRAPH_NONE)
			break;
	}
	return cycle;
}

const uint32_t *leaks_cycle(const struct leaks *leaks, struct graph *graph, uint32_t start, const uint8_t *owners,
                            size_t *n, struct arena *arena)
{
	struct search search = {.graph = graph,
	                        .leaks = leaks,
	                        .owners = owners,
	                        .by = zeroed(leaks->nblocks * 2, sizeof *search.by),
	                        .queue = zeroed(leaks->nblocks * 2, sizeof *search.queue),
	                        .least = GRAPH_TYPED};
	uint32_t *cycle = NULL;
	uint64_t last;

	*n = 0;
	if (owners && owners[graph->blocks.items[start].type])
		cycle = find_owning(&search, start, n, arena);
	search.owners = NULL;
	if (!cycle)
		cycle = find_owning(&search, start, n, arena);
	search.selves = true;
	if (!cycle)
		cycle = find_owning(&search, start, n, arena);
	/* None that the types know of. */
	search.nweak = 0;
	while (!cycle && search.least-- > GRAPH_NO_POINTER)
		if ((last = find_cycle(&search, start)))
			cycle = cycle_of(&search, start, last, n, arena);
	free(search.by);
	free(search.queue);
	return cycle;
}
