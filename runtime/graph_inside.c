// SPDX-License-Identifier: MIT
/* Pointers into the middle of a block that are all a program ever keeps of it, as memcheck's heuristics have them. */
#include "runtime/graph_inner.h"

enum { LOOKED_AT = 3 /* words of a table of functions */, STRING_HEAD = 24 };

static uintptr_t word_at(uintptr_t address)
{
	return *(const uintptr_t *)address;
}

/* A virtual table: in a file's mapping, its first words are functions. */
static int is_vtable(const struct rt_graph *graph, uintptr_t address)
{
	const struct graph_map *map = address & 7 ? NULL : graph_map_at(graph, address);

	if (!map || !map->file || map->end - address < LOOKED_AT * 8)
		return 0;
	for (uintptr_t at = address; at < address + LOOKED_AT * 8; at += 8) {
		const uintptr_t function = word_at(at);
		const struct graph_map *code = function ? graph_map_at(graph, function) : NULL;

		if (function)
			return code && code->executable;
	}
	return 0;
}

uint8_t graph_is_as_start(const struct rt_graph *graph, const struct graph_node *node, uintptr_t address)
{
	const uint64_t inside = address - node->address, size = node->size;
	const struct graph_map *map;

	if (!inside || inside & 7 || size < inside + 8)
		return 0;
	const uintptr_t first = word_at(node->address);

	/* new T[n] with destructors keeps n in front; some keep a block's size there. */
	if (inside == 8 && first && (size - 8) % first == 0)
		return 1;
	/* The characters of a std::string with a shared representation: length, capacity, references. */
	if (inside == STRING_HEAD && first <= word_at(node->address + 8) &&
	    word_at(node->address + 8) + STRING_HEAD + 1 == size)
		return 1;
	map = graph_map_at(graph, address);
	return map && is_vtable(graph, first) && is_vtable(graph, word_at(address));
}
