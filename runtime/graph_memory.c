// SPDX-License-Identifier: MIT
/* The address space as the kernel tells it: mappings, and which of their pages were ever touched. */
#include "runtime/graph_inner.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, SMALL_RUN = 16 * PAGE /* below, no page is asked for */ };

static uintptr_t take_hex(const char **at)
{
	uintptr_t value = 0;

	for (;; ++*at) {
		const char c = **at;

		if (c >= '0' && c <= '9')
			value = value << 4 | (uintptr_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			value = value << 4 | (uintptr_t)(c - 'a' + 10);
		else
			return value;
	}
}

/* "start-end perms offset device inode   path" */
static int parse_map(const char *line, struct graph_map *map)
{
	*map = (struct graph_map){.start = take_hex(&line)};
	if (*line++ != '-')
		return -1;
	map->end = take_hex(&line);
	if (*line++ != ' ' || line[0] != 'r')
		return -1;
	map->writable = line[1] == 'w';
	map->executable = line[2] == 'x';
	map->shared = line[3] == 's';
	const char *path = strpbrk(line, "/[");

	map->file = path && *path == '/';
	map->device = map->file && !strncmp(path, "/dev/", 5) && strncmp(path, "/dev/shm/", 9) &&
	              strncmp(path, "/dev/zero", 9);
	map->brk = path && !strncmp(path, "[heap]", 6);
	return path && !strncmp(path, "[v", 2) ? -1 : 0;
}

static void add_map(struct rt_graph *graph, const char *line)
{
	struct graph_map map, *entry;

	if (parse_map(line, &map) < 0)
		return;
	entry = pages_push(&graph->maps, sizeof *entry);
	if (entry)
		*entry = map;
}

static int read_lines(struct rt_graph *graph, int fd)
{
	size_t have = 0;
	ssize_t n;

	while ((n = read(fd, graph->text + have, sizeof graph->text - 1 - have)) > 0) {
		char *line = graph->text, *end;

		have += (size_t)n;
		graph->text[have] = 0;
		while ((end = strchr(line, '\n'))) {
			*end = 0;
			add_map(graph, line);
			line = end + 1;
		}
		have -= (size_t)(line - graph->text);
		/* A path that fills the buffer: what matters stands before it, the rest is read as a line that is none. */
		if (have > sizeof graph->text - 512)
			have = 512;
		memmove(graph->text, line, have);
	}
	return n < 0 || graph->maps.failed ? -1 : 0;
}

int graph_read_maps(struct rt_graph *graph)
{
	const int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	struct rt_range own;
	int status;

	if (fd < 0)
		return -1;
	/* First what is ours: memory taken while we read is not in the list of mappings, or is in both. */
	for (size_t i = 0; rt_own_memory(i, &own); i++)
		if (own.end)
			graph_exclude(graph, own.start, own.end);
	status = read_lines(graph, fd);
	close(fd);
	graph->pagemap = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	return status;
}

const struct graph_map *graph_map_of(const struct rt_graph *graph, uintptr_t address, size_t *hint)
{
	const struct graph_map *maps = graph_maps(graph);
	const size_t n = graph_nmaps(graph);

	while (*hint < n && maps[*hint].end <= address)
		++*hint;
	return *hint < n && maps[*hint].start <= address ? maps + *hint : NULL;
}

const struct graph_map *graph_map_at(const struct rt_graph *graph, uintptr_t address)
{
	const struct graph_map *maps = graph_maps(graph);
	size_t low = 0, high = graph_nmaps(graph);

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (maps[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low < graph_nmaps(graph) && maps[low].start <= address ? maps + low : NULL;
}

void graph_exclude(struct rt_graph *graph, uintptr_t start, uintptr_t end)
{
	struct graph_range *range = start < end ? pages_push(&graph->excluded, sizeof *range) : NULL;

	if (range)
		*range = (struct graph_range){start, end};
}

enum { SORTED_ITEM = 64 };

static uintptr_t key_of(const uint8_t *items, size_t i, size_t size)
{
	uintptr_t key;

	memcpy(&key, items + i * size, sizeof key);
	return key;
}

/* Lets the item in @moving sink from place @at of the heap @items[@n]. */
static void sink(uint8_t *items, size_t at, size_t n, size_t size, const uint8_t *moving)
{
	const uintptr_t key = key_of(moving, 0, size);

	for (;;) {
		size_t child = at * 2 + 1;

		if (child >= n)
			break;
		if (child + 1 < n && key_of(items, child + 1, size) > key_of(items, child, size))
			child++;
		if (key_of(items, child, size) <= key)
			break;
		memcpy(items + at * size, items + child * size, size);
		at = child;
	}
	memcpy(items + at * size, moving, size);
}

void graph_sort(void *data, size_t n, size_t size)
{
	uint8_t moving[SORTED_ITEM], *items = data;

	for (size_t i = n / 2; i-- > 0;) {
		memcpy(moving, items + i * size, size);
		sink(items, i, n, size, moving);
	}
	for (size_t end = n; end-- > 1;) {
		memcpy(moving, items + end * size, size);
		memcpy(items + end * size, items, size);
		sink(items, 0, end, size, moving);
	}
}

/* Whether page @entry was ever touched: in memory, or swapped out. */
static int is_touched(uint64_t entry)
{
	return entry >> 62 != 0;
}

static void each_touched(struct rt_graph *graph, uintptr_t start, uintptr_t end, size_t n, graph_run *run,
                         void *context)
{
	const uintptr_t first = start & ~(uintptr_t)(PAGE - 1);
	size_t i = 0;

	while (i < n) {
		size_t from = i;

		while (from < n && !is_touched(graph->page_entries[from]))
			from++;
		for (i = from; i < n && is_touched(graph->page_entries[i]);)
			i++;
		const uintptr_t low = first + from * PAGE, high = first + i * PAGE;

		if (from < i)
			run(graph, low < start ? start : low, high > end ? end : high, context);
	}
}

void graph_each_run(struct rt_graph *graph, uintptr_t start, uintptr_t end, graph_run *run, void *context)
{
	start = (start + 7) & ~(uintptr_t)7;
	end &= ~(uintptr_t)7;
	while (start < end) {
		const uintptr_t first = start & ~(uintptr_t)(PAGE - 1);
		uintptr_t stop = first + (uintptr_t)GRAPH_PAGEMAP * PAGE;
		ssize_t size = 0;

		if (stop > end)
			stop = end;
		const size_t n = (stop - first + PAGE - 1) / PAGE;

		if (graph->pagemap >= 0 && end - start > SMALL_RUN)
			size = pread(graph->pagemap, graph->page_entries, n * 8, (off_t)(first / PAGE * 8));
		if (size == (ssize_t)(n * 8))
			each_touched(graph, start, stop, n, run, context);
		else
			run(graph, start, stop, context);
		start = stop;
	}
}
