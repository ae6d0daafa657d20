// SPDX-License-Identifier: MIT
/* What the type of a block says about each of its words: is it a pointer, and which field. */
#include "analyzer/profile/graph_place.h"

#include "analyzer/base/one_of.h"
#include "analyzer/profile/type_name.h"

#include <string.h>

enum {
	MAX_DEPTH = 16,      /* records within records */
	MAX_KINDS = 1 << 17, /* words of an element that are remembered */
	BITS = 8 * GRAPH_WORD,
};

/* Layouts of one name: several units may each have a `struct config` of their own. */
struct layout_list {
	const struct layout *layout;
	struct layout_list *next;
};

static void remember_layouts(struct graph *graph)
{
	const struct snapshot_tables *tables = graph->tables;

	for (size_t i = 0; i < snapshot_nlayouts(tables); i++) {
		struct layout *layout = arena_new(&graph->arena, struct layout);

		if (layout_parse(layout, snapshot_layouts(tables)[i].text, &graph->arena) < 0)
			continue;
		const char *name = intern_string(&graph->names, layout->name);
		struct layout_list *entry = arena_new(&graph->arena, struct layout_list);

		*entry = (struct layout_list){layout, hash_map_find(&graph->layouts, name)};
		hash_map_put(&graph->layouts, name, entry);
	}
	/* Never asked again, also where there is none. */
	hash_map_put(&graph->layouts, graph, graph);
}

/* The layout of record @name of @bytes (0 any); NULL when there is none, or several that differ. */
const struct layout *graph_find_layout(struct graph *graph, const char *name, uint64_t bytes)
{
	const struct layout *found = NULL;

	if (!hash_map_find(&graph->layouts, graph))
		remember_layouts(graph);
	const struct layout_list *all = hash_map_find(&graph->layouts, intern_string(&graph->names, name));

	if (!all) {
		found = records_find(graph->records, name);
		return found && (!bytes || found->size == bytes) ? found : NULL;
	}
	for (const struct layout_list *at = all; at; at = at->next) {
		if (bytes && at->layout->size != bytes)
			continue;
		if (found)
			return NULL;
		found = at->layout;
	}
	return found;
}

static const struct layout *layout_by_hash(struct graph *graph, uint64_t hash)
{
	const struct snapshot_tables *tables = graph->tables;

	for (size_t i = 0; hash && i < snapshot_nlayouts(tables); i++) {
		if (snapshot_layouts(tables)[i].hash != hash)
			continue;
		struct layout *layout = arena_new(&graph->arena, struct layout);

		return layout_parse(layout, snapshot_layouts(tables)[i].text, &graph->arena) == 0 ? layout : NULL;
	}
	return NULL;
}

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), n = strlen(end);

	return length >= n && !strcmp(text + length - n, end);
}

/* Arrays of these are also plain memory, in which anything may lie. */
static bool is_raw(const char *name)
{
	static const char *const raw[] = {"char", "unsigned char", "signed char", "uint8_t", "std::byte", "void"};

	return IS_ONE_OF(name, raw);
}

/* C++ knows uintptr_t only as the integer it is. */
static bool may_hold_address(const char *name, bool cplusplus)
{
	static const char *const longs[] = {"long unsigned int", "unsigned long", "long int", "long"};

	return strstr(name, "intptr") || (cplusplus && IS_ONE_OF(name, longs));
}

enum graph_kind place_kind_of_pointer(const char *pointee)
{
	return !strcmp(pointee, "void") || !strcmp(pointee, "const void") ? GRAPH_CONSERVATIVE : GRAPH_TYPED;
}

static bool is_void_pointer(const char *type)
{
	return !strcmp(type, "void *") || !strcmp(type, "const void *");
}

void place_say(struct place *place, const char *before, const char *text)
{
	if (place->arena)
		place->path = arena_printf(place->arena, "%s%s%s", place->path,
		                           place->path[0] && text[0] && !strchr(".[+(", text[0]) ? before : "", text);
}

static void say_index(struct place *place, uint64_t index)
{
	if (place->arena && place->any_index)
		place_say(place, "", "[]");
	else if (place->arena)
		place_say(place, "", arena_printf(place->arena, "[%llu]", (unsigned long long)index));
}

/* What stands @bit bits into one element of @field, an element being @bits long (0 unknown). */
static void look_in_element(struct place *place, const struct layout_field *field, uint64_t bit, uint64_t bits,
                            bool cplusplus, unsigned depth)
{
	if (strchr(field->flags, 'p')) {
		place->kind = bit ? GRAPH_NO_POINTER : place_kind_of_pointer(field->type);
		return;
	}
	if (strpbrk(field->flags, "rs")) {
		const struct layout *record = graph_find_layout(place->graph, field->type, bits / 8);

		if (place_in_std(place, field->type, bit / 8, depth))
			return;
		place->kind = GRAPH_CONSERVATIVE;
		if (record && depth < MAX_DEPTH)
			place_in_record(place, record, bit / 8, depth + 1);
		else if (bit)
			place_say(place, "",
			          place->arena ? arena_printf(place->arena, "+%llu", (unsigned long long)(bit / 8))
			                       : "");
		return;
	}
	if (may_hold_address(field->type, cplusplus) && bits >= BITS)
		place->kind = GRAPH_CONSERVATIVE;
}

/* The library's own names tell the author nothing. */
static bool is_private(const char *name)
{
	return !strncmp(name, "_M_", 3) || !strcmp(name, "__data");
}

static void look_in_field(struct place *place, const struct layout_field *field, uint64_t bit, bool cplusplus,
                          unsigned depth)
{
	uint64_t bits = field->size;

	place->kind = GRAPH_NO_POINTER;
	if (!is_private(field->name))
		place_say(place, ".", field->name);
	if (strpbrk(field->flags, "bv"))
		return;
	if (strchr(field->flags, 'a')) {
		if (is_raw(field->type)) {
			place->kind = field->size >= BITS ? GRAPH_CONSERVATIVE : GRAPH_NO_POINTER;
			return;
		}
		bits = field->count ? field->size / field->count : 0;
		if (!bits)
			return;
		say_index(place, bit / bits);
		bit %= bits;
	}
	look_in_element(place, field, bit, bits, cplusplus, depth);
	if (strchr(field->flags, 'u') && place->kind == GRAPH_TYPED)
		place->kind = GRAPH_CONSERVATIVE;
}

static bool covers(const struct layout_field *field, uint64_t bit)
{
	return field->offset <= bit && bit - field->offset < field->size;
}

/* Members of unions lie over each other; a field may lie in a base's tail padding. */
void place_in_record(struct place *place, const struct layout *layout, uint64_t byte, unsigned depth)
{
	const bool cplusplus = !strcmp(layout->kind, "class");
	const char *path = place->path;
	struct place best = *place;
	unsigned found = 0;

	best.kind = GRAPH_NO_POINTER;
	for (size_t i = 0; i < layout->nfields; i++) {
		const struct layout_field *field = layout->fields + i;
		struct place here = *place;

		if (field->offset > byte * 8)
			break;
		if (!covers(field, byte * 8))
			continue;
		here.path = path;
		look_in_field(&here, field, byte * 8 - field->offset, cplusplus, depth);
		const bool better = !found || here.kind > best.kind;
		const bool both = found && best.kind != GRAPH_NO_POINTER && here.kind != GRAPH_NO_POINTER;

		if (better)
			best = here;
		if (both)
			best.kind = GRAPH_CONSERVATIVE;
		found++;
	}
	*place = best;
	if (!found && place->arena)
		place_say(place, "", arena_printf(place->arena, "+%llu", (unsigned long long)byte));
}

/* The array that goes on behind the record: [] or the old [1]. */
static const struct layout_field *flexible_of(const struct layout *layout)
{
	const struct layout_field *last = layout->nfields ? layout->fields + layout->nfields - 1 : NULL;

	return last && (strchr(last->flags, 'm') || (strchr(last->flags, 'a') && last->count <= 1)) ? last : NULL;
}

/* What words of a type without a layout hold. */
enum graph_kind place_kind_of_name(const char *name)
{
	static const char *const numbers[] = {
	        "bool",
	        "_Bool",
	        "short int",
	        "short unsigned int",
	        "int",
	        "unsigned int",
	        "long long int",
	        "float",
	        "double",
	        "long double",
	        "long long unsigned int",
	        "int16_t",
	        "uint16_t",
	        "int32_t",
	        "uint32_t",
	        "int64_t",
	        "uint64_t",
	        "size_t",
	        "wchar_t",
	        "char16_t",
	        "char32_t",
	        "off_t",
	        "time_t",
	};

	return IS_ONE_OF(name, numbers) ? GRAPH_NO_POINTER : GRAPH_CONSERVATIVE;
}

static struct graph_type describe_type(struct graph *graph, const struct snapshot_frame *frame)
{
	const char *name = intern_string(&graph->names, frame->type);
	const size_t length = strlen(name);
	struct graph_type type = {.name = name, .element = name, .hash = frame->layout, .other = GRAPH_CONSERVATIVE};

	if (ends_with(name, "[]"))
		type.element = intern_bytes(&graph->names, name, length - 2);
	type.shown = intern_string(&graph->names, type_shown_object(&graph->arena, type.element));
	type.label = intern_string(&graph->names, type_shown(&graph->arena, name));
	type.element_size = frame->element_size;
	type.layout = layout_by_hash(graph, frame->layout);
	if (type.layout && type.layout->size) {
		type.element_size = type.layout->size;
		type.flexible = flexible_of(type.layout);
	} else if (ends_with(type.element, "*")) {
		type.other = (uint8_t)(is_void_pointer(type.element) ? GRAPH_CONSERVATIVE : GRAPH_TYPED);
		type.element_size = GRAPH_WORD;
		type.layout = NULL;
	} else {
		type.other = (uint8_t)place_kind_of_name(type.element);
		type.layout = NULL;
	}
	if (type.layout && type.element_size % GRAPH_WORD == 0 && type.element_size / GRAPH_WORD <= MAX_KINDS) {
		type.nkinds = (uint32_t)(type.element_size / GRAPH_WORD);
		type.kinds = arena_array(&graph->arena, type.nkinds, uint8_t);
	}
	return type;
}

uint32_t graph_type_of_trace(struct graph *graph, uint32_t trace)
{
	const struct snapshot_frame *frame =
	        snapshot_frames(graph->tables) + snapshot_traces(graph->tables)[trace].typed;
	uint32_t *known = graph->type_of_trace + trace;

	if (*known)
		return *known - 1;
	const char *name = intern_string(&graph->names, frame->type);
	const uintptr_t first = (uintptr_t)hash_map_find(&graph->types_by_name, name);

	if (!name[0])
		*known = 1;
	for (uint32_t i = (uint32_t)first; i && !*known; i = graph->types.items[i].next)
		if (graph->types.items[i].hash == frame->layout)
			*known = i + 1;
	if (*known)
		return *known - 1;
	struct graph_type type = describe_type(graph, frame);

	type.next = (uint32_t)first;
	hash_map_put(&graph->types_by_name, name, (void *)(uintptr_t)graph->types.count);
	vec_push(&graph->types, type);
	*known = (uint32_t)graph->types.count;
	return *known - 1;
}

/* Where in its block a word lies. */
struct spot {
	uint64_t index, byte; /* element, and byte in it */
	bool many;            /* the block holds several elements */
	bool behind;          /* after the last whole element */
	bool in_flexible;
};

static struct spot find_spot(const struct graph_type *type, uint64_t size, uint64_t byte)
{
	const uint64_t element = type->element_size;
	struct spot spot = {.byte = byte};

	if (!element)
		return spot;
	const bool whole = size % element == 0 && !(type->flexible && strchr(type->flexible->flags, 'm'));

	if (!whole && type->flexible) {
		spot.in_flexible = byte * 8 >= type->flexible->offset;
		return spot;
	}
	spot.many = size / element > 1;
	spot.behind = byte >= size / element * element;
	if (!spot.behind) {
		spot.index = byte / element;
		spot.byte = byte % element;
	}
	return spot;
}

static void look_in_flexible(struct place *place, const struct layout_field *field, uint64_t byte, bool cplusplus)
{
	const uint64_t into = byte - field->offset / 8;
	uint64_t bytes = field->count ? field->size / 8 / field->count : 0;

	place_say(place, ".", field->name);
	place->kind = GRAPH_CONSERVATIVE;
	if (strchr(field->flags, 'p')) {
		bytes = GRAPH_WORD;
	} else if (!bytes && strchr(field->flags, 'r')) {
		const struct layout *record = graph_find_layout(place->graph, field->type, 0);

		bytes = record ? record->size : 0;
	}
	if (is_raw(field->type) || !bytes) {
		place_say(place, "", place->arena ? arena_printf(place->arena, "+%llu", (unsigned long long)into) : "");
		return;
	}
	say_index(place, into / bytes);
	place->kind = GRAPH_NO_POINTER;
	look_in_element(place, field, into % bytes * 8, bytes * 8, cplusplus, 0);
}

static void look_in_block(struct place *place, const struct graph_type *type, uint64_t size, uint64_t byte)
{
	const struct spot spot = find_spot(type, size, byte);

	place->kind = type->other;
	if (spot.in_flexible) {
		look_in_flexible(place, type->flexible, byte, !strcmp(type->layout->kind, "class"));
		return;
	}
	if (type->layout && !spot.behind) {
		if (spot.many)
			say_index(place, spot.index);
		if (!place_in_std(place, type->element, spot.byte, 0))
			place_in_record(place, type->layout, spot.byte, 0);
		return;
	}
	if (type->element_size == GRAPH_WORD && !type->layout) {
		if (spot.many)
			say_index(place, spot.index);
		return;
	}
	place->kind = type->layout ? GRAPH_CONSERVATIVE : type->other;
	if (place->arena)
		place_say(place, "",
		          place->any_index ? "[]" : arena_printf(place->arena, "+%llu", (unsigned long long)byte));
}

enum graph_kind graph_kind_of(struct graph *graph, uint32_t block, uint32_t word)
{
	const struct graph_type *type = graph_type_of(graph, block);
	const uint64_t size = graph->blocks.items[block].size, byte = (uint64_t)word * GRAPH_WORD;
	struct place place = {.graph = graph, .path = ""};
	uint8_t *known = NULL;

	if (!type->layout)
		return type->other;
	if (type->kinds) {
		const struct spot spot = find_spot(type, size, byte);

		if (!spot.behind && !spot.in_flexible)
			known = type->kinds + spot.byte / GRAPH_WORD;
	}
	if (known && *known)
		return *known - 1;
	look_in_block(&place, type, size, byte);
	if (known)
		*known = (uint8_t)(place.kind + 1);
	return place.kind;
}

const char *graph_field(struct graph *graph, uint32_t block, uint32_t word, bool any_index, struct arena *arena)
{
	struct place place = {.graph = graph, .arena = arena, .any_index = any_index, .path = ""};

	look_in_block(&place, graph_type_of(graph, block), graph->blocks.items[block].size,
	              (uint64_t)word * GRAPH_WORD);
	return place.path;
}

uint32_t graph_class_of(const struct graph *graph, uint32_t block, uint32_t word)
{
	const struct graph_type *type = graph_type_of(graph, block);
	const struct spot spot = find_spot(type, graph->blocks.items[block].size, (uint64_t)word * GRAPH_WORD);

	if (!type->layout)
		return spot.many;
	if (!type->kinds || spot.in_flexible)
		return GRAPH_NONE;
	return spot.behind ? type->nkinds * 2 : (uint32_t)(spot.byte / GRAPH_WORD) * 2 + spot.many;
}

const char *graph_holder_name(const struct graph_type *type, const char *field)
{
	if (!type->name[0])
		return "unknown type";
	return type->layout || field[0] == '[' ? type->shown : type->name;
}

const char *graph_type_name(const struct graph *graph, uint32_t block)
{
	const char *name = graph_type_of(graph, block)->label;

	return name[0] ? name : "unknown type";
}
