// SPDX-License-Identifier: MIT
/* Pointers in libstdc++'s types, by their names. */
#include "analyzer/profile/graph_place.h"

#include <string.h>

enum { MAX_DEPTH = 16, MAX_NAME = 512 };

/* "std::__cxx11::list<int>": "list" and its length; NULL for what is not the library's. */
static const char *std_name(const char *type, size_t *length)
{
	size_t scope;

	if (strncmp(type, "std::", 5) != 0)
		return NULL;
	type += 5;
	for (;;) {
		*length = strcspn(type, "<:");
		scope = *length;
		if (type[scope] != ':')
			return type;
		type += scope + 2;
	}
}

/* The first template argument: "std::pair<const int, X>" in "…membuf<std::pair<const int, X> >", and where the next begins. */
static const char *argument(const char *type, const char **next, char name[MAX_NAME])
{
	size_t depth = 0, n = 0;

	while (*type == ' ')
		type++;
	if (!strncmp(type, "const ", 6))
		type += 6;
	for (; type[n]; n++) {
		if (!depth && (type[n] == ',' || type[n] == '>'))
			break;
		depth += strchr("<(", type[n]) != NULL;
		depth -= strchr(">)", type[n]) != NULL;
	}
	*next = type[n] == ',' ? type + n + 1 : NULL;
	while (n && type[n - 1] == ' ')
		n--;
	if (!n || n >= MAX_NAME)
		return NULL;
	memcpy(name, type, n);
	name[n] = 0;
	return name;
}

static uint64_t std_size(const char *name, size_t length)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} sizes[] = {
#define STD_SIZE(name, bytes) {name, bytes},
#define STD(name, offset, kind, path)
#include "analyzer/profile/graph_std.def"
	};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (strlen(sizes[i].name) == length && !strncmp(sizes[i].name, name, length))
			return sizes[i].bytes;
	return 0;
}

static uint64_t scalar_size(const char *name)
{
	static const struct {
		const char *name;
		uint64_t bytes;
	} sizes[] = {
	        {"bool", 1},
	        {"char", 1},
	        {"signed char", 1},
	        {"unsigned char", 1},
	        {"short int", 2},
	        {"char16_t", 2},
	        {"short unsigned int", 2},
	        {"int", 4},
	        {"unsigned int", 4},
	        {"float", 4},
	        {"char32_t", 4},
	        {"wchar_t", 4},
	        {"long int", 8},
	        {"long unsigned int", 8},
	        {"long long int", 8},
	        {"long long unsigned int", 8},
	        {"double", 8},
	};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (!strcmp(sizes[i].name, name))
			return sizes[i].bytes;
	return 0;
}

/* Bytes of the type @name and its alignment; 0 not known. */
static uint64_t size_of(struct place *place, const char *name, uint64_t *align)
{
	const size_t last = strlen(name) - 1;
	size_t length;

	*align = 8;
	if (name[last] == '*' || name[last] == '&')
		return 8;
	const char *std = std_name(name, &length);

	if (std)
		return std_size(std, length);
	const uint64_t scalar = *align = scalar_size(name);
	const struct layout *layout = scalar ? NULL : graph_find_layout(place->graph, name, 0);

	if (layout)
		*align = layout->align;
	return layout ? layout->size : scalar;
}

static void place_in_value(struct place *place, const char *name, uint64_t byte, unsigned depth);

/* std::pair<A, B>: B stands behind A, aligned. */
static void place_in_pair(struct place *place, const char *arguments, uint64_t byte, unsigned depth)
{
	char first[MAX_NAME], second[MAX_NAME];
	const char *next, *end;
	uint64_t align, behind;

	place->kind = GRAPH_CONSERVATIVE;
	if (!argument(arguments, &next, first) || !next || !argument(next, &end, second))
		return;
	const uint64_t size = size_of(place, first, &align);

	size_of(place, second, &behind);
	if (!size || !behind)
		return;
	const uint64_t start = (size + behind - 1) / behind * behind;

	if (byte >= start) {
		place_say(place, ".", "second");
		place_in_value(place, second, byte - start, depth + 1);
	} else {
		place_say(place, ".", "first");
		place_in_value(place, first, byte, depth + 1);
	}
}

/* What stands at @byte of a value whose type is known by name only. */
static void place_in_value(struct place *place, const char *name, uint64_t byte, unsigned depth)
{
	const size_t last = strlen(name) - 1;
	const struct layout *layout;

	place->kind = GRAPH_CONSERVATIVE;
	if (depth > MAX_DEPTH)
		return;
	if (name[last] == '*') {
		place->kind = byte                                               ? GRAPH_NO_POINTER
		              : last > 4 && !strncmp(name + last - 4, "void", 4) ? GRAPH_CONSERVATIVE
		                                                                 : GRAPH_TYPED;
	} else if (!place_in_std(place, name, byte, depth + 1)) {
		if ((layout = graph_find_layout(place->graph, name, 0)))
			place_in_record(place, layout, byte, depth + 1);
		else
			place->kind = place_kind_of_name(name);
	}
}

/* Memory in which a node keeps its value. */
static const char *value_of(const char *type)
{
	static const char *const buffers[] = {"__gnu_cxx::__aligned_membuf<", "__gnu_cxx::__aligned_buffer<"};

	for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
		if (!strncmp(type, buffers[i], strlen(buffers[i])))
			return type + strlen(buffers[i]);
	return NULL;
}

bool place_in_std(struct place *place, const char *type, uint64_t byte, unsigned depth)
{
	static const struct {
		const char *name;
		unsigned offset;
		enum graph_kind kind;
		const char *path;
	} known[] = {
#define STD(name, offset, kind, path) {name, offset, GRAPH_##kind, path},
#define STD_SIZE(name, bytes)
#include "analyzer/profile/graph_std.def"
	};
	const char *value = value_of(type), *next;
	char inner[MAX_NAME];
	bool found = false;
	size_t length;

	if (value && argument(value, &next, inner)) {
		place_in_value(place, inner, byte, depth + 1);
		return true;
	}
	const char *name = std_name(type, &length);

	if (name && length == 4 && !strncmp(name, "pair<", 5)) {
		place_in_pair(place, name + 5, byte, depth);
		return true;
	}
	for (size_t i = 0; name && i < sizeof known / sizeof *known; i++) {
		if (strlen(known[i].name) != length || strncmp(known[i].name, name, length) != 0)
			continue;
		if (!found)
			place->kind = GRAPH_NO_POINTER;
		found = true;
		if (known[i].offset != byte)
			continue;
		place->kind = known[i].kind;
		place_say(place, ".", known[i].path);
		break;
	}
	return found;
}
