// SPDX-License-Identifier: MIT
/* struct-padding: the facts of one unit as bytes, and what all units together say of each record. */
#include "rules/struct_padding_facts.h"
#include "rules/struct_padding.h"

#include <string.h>

static void pack_range(struct packer *facts, struct ast_range range)
{
	pack_number(facts, range.begin);
	pack_number(facts, range.end);
}

static struct ast_range unpack_range(struct unpacker *facts)
{
	struct ast_range range = {0};

	range.begin = unpack_u32(facts);
	range.end = unpack_u32(facts);
	return range;
}

enum {
	FIELD_RECORD = 1u << 0,
	FIELD_SCALAR = 1u << 1,
	FIELD_NONTRIVIAL = 1u << 2,
	FIELD_READS = 1u << 3,
	FIELD_MACRO = 1u << 4,
	FIELD_ANCHORED = 1u << 5,
};

enum {
	RECORD_CPLUSPLUS = 1u << 0,
	RECORD_EXTERN_C = 1u << 1,
	RECORD_MACRO = 1u << 2,
	RECORD_DELIBERATE = 1u << 3,
	RECORD_UNEXPLAINED = 1u << 4,
	RECORD_VERSIONED = 1u << 5,
};

static unsigned field_bits(const struct pad_field *field)
{
	return (field->record ? FIELD_RECORD : 0) | (field->scalar ? FIELD_SCALAR : 0) |
	       (field->nontrivial ? FIELD_NONTRIVIAL : 0) | (field->reads_field ? FIELD_READS : 0) |
	       (field->macro ? FIELD_MACRO : 0) | (field->anchored ? FIELD_ANCHORED : 0);
}

static void pack_field(struct packer *facts, const struct pad_field *field)
{
	pack_string(facts, field->name);
	pack_string(facts, field->type);
	pack_signed(facts, field->offset);
	pack_number(facts, field->size);
	pack_number(facts, field->align);
	pack_number(facts, field->width);
	pack_number(facts, field->aligned);
	pack_number(facts, field->flags);
	pack_number(facts, field->access);
	pack_number(facts, field_bits(field));
	pack_number(facts, field->section);
	pack_number(facts, field->zone);
	pack_range(facts, field->declaration);
}

static void unpack_field(struct unpacker *facts, struct pad_field *field, struct arena *arena)
{
	field->name = unpack_string(facts, arena);
	field->type = unpack_string(facts, arena);
	field->offset = unpack_signed(facts);
	field->size = unpack_number(facts);
	field->align = unpack_u32(facts);
	field->width = unpack_u32(facts);
	field->aligned = unpack_u32(facts);
	field->flags = (uint16_t)unpack_u32(facts);
	field->access = (uint8_t)unpack_u32(facts);
	const uint32_t bits = unpack_u32(facts);

	field->record = bits & FIELD_RECORD;
	field->scalar = bits & FIELD_SCALAR;
	field->nontrivial = bits & FIELD_NONTRIVIAL;
	field->reads_field = bits & FIELD_READS;
	field->macro = bits & FIELD_MACRO;
	field->anchored = bits & FIELD_ANCHORED;
	field->section = unpack_u32(facts);
	field->zone = unpack_u32(facts);
	field->declaration = unpack_range(facts);
}

/* Differs where units lay the record out differently: by macros, options or types that they define themselves. */
static uint64_t layout_hash(const struct pad_record *record)
{
	uint64_t hash = hash_bytes(&record->size, sizeof record->size, record->nfields);

	for (uint32_t i = 0; i < record->nfields; i++) {
		hash = hash_bytes(&record->fields[i].offset, sizeof record->fields[i].offset, hash);
		hash = hash_bytes(record->fields[i].name, strlen(record->fields[i].name), hash);
	}
	return hash;
}

void pad_pack_record(struct packer *facts, const struct pad_record *record)
{
	struct packer body = {0};

	pack_string(&body, record->printed);
	pack_string(&body, record->path);
	pack_number(&body, record->line);
	pack_number(&body, record->column);
	pack_number(&body, record->end_line);
	pack_number(&body, record->name_length);
	pack_number(&body, record->flags);
	pack_number(&body, (record->cplusplus ? RECORD_CPLUSPLUS : 0) | (record->extern_c ? RECORD_EXTERN_C : 0) |
	                           (record->macro ? RECORD_MACRO : 0) | (record->deliberate ? RECORD_DELIBERATE : 0) |
	                           (record->unexplained ? RECORD_UNEXPLAINED : 0) |
	                           (record->versioned ? RECORD_VERSIONED : 0));
	pack_number(&body, record->kind);
	pack_number(&body, record->size);
	pack_number(&body, record->start);
	pack_number(&body, record->align);
	pack_number(&body, record->aligned);
	pack_number(&body, record->pack);
	pack_range(&body, record->braces);
	pack_number(&body, record->nfields);
	for (uint32_t i = 0; i < record->nfields; i++)
		pack_field(&body, &record->fields[i]);
	pack_number(facts, record->key);
	pack_number(facts, layout_hash(record));
	pack_bytes(facts, body.bytes, body.size);
	pack_release(&body);
}

static struct pad_record *unpack_record(struct unpacker *body, struct arena *arena)
{
	struct pad_record *record = arena_new(arena, struct pad_record);

	record->printed = unpack_string(body, arena);
	record->path = unpack_string(body, arena);
	record->line = unpack_u32(body);
	record->column = unpack_u32(body);
	record->end_line = unpack_u32(body);
	record->name_length = unpack_u32(body);
	record->flags = unpack_u32(body);
	const uint32_t bits = unpack_u32(body);

	record->cplusplus = bits & RECORD_CPLUSPLUS;
	record->extern_c = bits & RECORD_EXTERN_C;
	record->macro = bits & RECORD_MACRO;
	record->deliberate = bits & RECORD_DELIBERATE;
	record->unexplained = bits & RECORD_UNEXPLAINED;
	record->versioned = bits & RECORD_VERSIONED;
	record->kind = (uint8_t)unpack_u32(body);
	record->size = unpack_number(body);
	record->start = unpack_number(body);
	record->align = unpack_u32(body);
	record->aligned = unpack_u32(body);
	record->pack = unpack_u32(body);
	record->braces = unpack_range(body);
	record->nfields = unpack_count(body);
	record->fields = arena_array(arena, record->nfields + 1, struct pad_field);
	for (uint32_t i = 0; i < record->nfields; i++)
		unpack_field(body, &record->fields[i], arena);
	return body->bad ? NULL : record;
}

/* Zero is no key of the maps. */
static const void *as_key(uint64_t key)
{
	return (const void *)(uintptr_t)(key | 1);
}

bool pad_is_defined(const struct pad_state *state, uint64_t hash)
{
	return hash_map_find(&state->defined, as_key(hash));
}

struct pad_record *pad_find(const struct pad_state *state, uint64_t key)
{
	return hash_map_find(&state->records, as_key(key));
}

/* True the first time that @hash comes. */
static bool first_time(struct pad_state *state, uint64_t hash)
{
	if (hash_map_find(&state->seen, as_key(hash)))
		return false;
	hash_map_put(&state->seen, as_key(hash), state);
	return true;
}

static bool unpack_records(struct pad_state *state, struct unpacker *facts)
{
	const uint32_t count = unpack_u32(facts);

	for (uint32_t i = 0; i < count && !facts->bad; i++) {
		const uint64_t key = unpack_number(facts);
		const uint64_t hash = unpack_number(facts);
		size_t size;
		const void *bytes = unpack_bytes(facts, &size);
		struct pad_record *known = pad_find(state, key);

		if (known)
			known->varies |= known->layout_hash != hash;
		if (!bytes || known)
			continue;
		struct unpacker body = unpack_from(bytes, size);
		struct pad_record *record = unpack_record(&body, state->arena);

		if (!record)
			return false;
		record->key = key;
		record->layout_hash = hash;
		hash_map_put(&state->records, as_key(key), record);
		vec_push(&state->order, record);
	}
	return !facts->bad;
}

/* ---- uses ---- */

static struct pad_place unpack_place(struct unpacker *facts, const char *const *paths, uint32_t npaths)
{
	const uint32_t index = unpack_u32(facts);
	struct pad_place place = {0};

	place.line = unpack_u32(facts);
	place.column = unpack_u32(facts);
	place.path = index < npaths ? paths[index] : "";
	return place;
}

void pad_pack_place(struct packer *facts, uint32_t path, uint32_t line, uint32_t column)
{
	pack_number(facts, path);
	pack_number(facts, line);
	pack_number(facts, column);
}

static uint64_t place_hash(const struct pad_place *place, uint64_t key, uint32_t kind)
{
	const uint64_t numbers[] = {key, kind, place->line, place->column};

	return hash_bytes(place->path, strlen(place->path), hash_bytes(numbers, sizeof numbers, 0));
}

static void take_risk(struct pad_record *record, uint32_t risk, const struct pad_place *place)
{
	if (risk >= PAD_RISKS || record->risks & 1u << risk)
		return;
	record->risks |= 1u << risk;
	record->risk_place[risk] = *place;
}

static void take_use(struct pad_state *state, struct pad_record *record, uint32_t use, const struct pad_place *place,
                     uint64_t count, const char *name)
{
	if (use >= PAD_USES || !first_time(state, place_hash(place, record->key, use)))
		return;
	if (!record->uses[use]++)
		record->use_place[use] = *place;
	if (use == PAD_ALLOCATED || use == PAD_ALLOCATED_MANY) {
		vec_push(&record->makers, count);
	} else if (count > record->elements) {
		record->elements = count;
		record->array_name = name;
	}
}

static struct pad_list *unpack_list(struct pad_state *state, struct unpacker *facts)
{
	struct pad_list *list = arena_new(state->arena, struct pad_list);

	list->line = unpack_u32(facts);
	list->flags = unpack_u32(facts);
	list->cplusplus = unpack_u32(facts);
	list->nelements = unpack_count(facts);
	list->elements = arena_array(state->arena, list->nelements + 1, struct pad_element);
	for (uint32_t i = 0; i < list->nelements; i++) {
		struct pad_element *element = &list->elements[i];

		element->begin = unpack_u32(facts);
		element->end = unpack_u32(facts);
		element->field = unpack_u32(facts) - 1;
		const uint32_t bits = unpack_u32(facts);

		element->macro = bits & PAD_ELEMENT_MACRO;
		element->call = bits & PAD_ELEMENT_CALL;
		element->designated = bits & PAD_ELEMENT_DESIGNATED;
		element->braced = bits & PAD_ELEMENT_BRACED;
		element->zero = bits & PAD_ELEMENT_ZERO;
	}
	return facts->bad ? NULL : list;
}

static void take_list(struct pad_state *state, struct pad_record *record, const char *path, const void *bytes,
                      size_t size)
{
	const uint64_t hash = hash_bytes(path, strlen(path), hash_bytes(bytes, size, record->key));
	struct unpacker body = unpack_from(bytes, size);

	if (!first_time(state, hash))
		return;
	struct pad_list *list = unpack_list(state, &body);

	if (!list)
		return;
	list->path = path;
	vec_push(&record->lists, list);
}

static void take_container(struct pad_record *record, uint64_t container)
{
	for (size_t i = 0; i < record->containers.count; i++) {
		if (record->containers.items[i] == container)
			return;
	}
	vec_push(&record->containers, container);
}

static struct pad_header *header_of(struct pad_state *state, const char *path)
{
	const char *name = intern_string(&state->paths, path);
	struct pad_header *header = hash_map_find(&state->headers, name);

	if (!header) {
		header = arena_new(state->arena, struct pad_header);
		hash_map_put(&state->headers, name, header);
		vec_push(&state->all_headers, header);
	}
	return header;
}

static void take_functions(struct pad_state *state, const char *path, const void *bytes, size_t size)
{
	struct unpacker body = unpack_from(bytes, size);
	struct pad_header *header = header_of(state, path);
	const uint64_t file = hash_bytes(path, strlen(path), 0);

	if (!first_time(state, hash_bytes(bytes, size, file)))
		return;
	while (!unpack_end(&body)) {
		const uint64_t function = unpack_number(&body);

		if (unpack_number(&body))
			hash_map_put(&state->defined, as_key(function), state);
		if (first_time(state, hash_bytes(&function, sizeof function, file)))
			vec_push(&header->functions, function);
	}
}

bool pad_is_library(struct pad_state *state, const char *path)
{
	const struct pad_header *header = hash_map_find(&state->headers, intern_string(&state->paths, path));
	size_t missing = 0;

	for (size_t i = 0; header && i < header->functions.count; i++)
		missing += !hash_map_find(&state->defined, as_key(header->functions.items[i]));
	return header && 2 * missing > header->functions.count;
}

static void unpack_use(struct pad_state *state, struct unpacker *facts, const char *const *paths, uint32_t npaths)
{
	const uint32_t tag = unpack_u32(facts);
	const uint64_t key = unpack_number(facts);
	struct pad_record *record = pad_find(state, key);
	const struct pad_place place = unpack_place(facts, paths, npaths);
	const uint32_t detail = unpack_u32(facts);
	const uint64_t count = unpack_number(facts);
	size_t size;
	const void *bytes = unpack_bytes(facts, &size);

	if (bytes && tag == PAD_FACT_FUNCTIONS)
		take_functions(state, place.path, bytes, size);
	if (bytes && tag == PAD_FACT_CALLS)
		pad_once_take(state, bytes, size);
	if (bytes && tag == PAD_FACT_TAKEN)
		pad_hidden_take(state, bytes, size);
	if (bytes && tag == PAD_FACT_DEFINED)
		hash_map_put(&state->defined, as_key(count), state);
	if (!record || !bytes)
		return;
	switch (tag) {
	case PAD_FACT_RISK:
		take_risk(record, detail, &place);
		break;
	case PAD_FACT_PIN:
		record->pin_first = true;
		break;
	case PAD_FACT_USE:
		take_use(state, record, detail, &place, count, arena_strndup(state->arena, bytes, size));
		break;
	case PAD_FACT_LIST:
		take_list(state, record, place.path, bytes, size);
		break;
	case PAD_FACT_CONTAINER:
		take_container(record, count);
		break;
	case PAD_FACT_TRAILER:
		record->trailer = true;
		record->trailer_place = place;
		break;
	case PAD_FACT_PASSED:
		if (first_time(state, place_hash(&place, record->key ^ count, PAD_USES)))
			vec_push(&record->passed, ((struct pad_passed){count, place}));
		break;
	case PAD_FACT_EXTERN:
		if (first_time(state, place_hash(&place, record->key ^ count, PAD_USES)))
			vec_push(&record->externs, ((struct pad_passed){count, place}));
		break;
	default:
		break;
	}
}

void pad_unpack(struct pad_state *state, struct unpacker *facts)
{
	const uint32_t npaths = unpack_count(facts);
	const char **paths = arena_array(state->arena, npaths + 1, const char *);

	for (uint32_t i = 0; i < npaths; i++)
		paths[i] = unpack_string(facts, state->arena);
	if (!unpack_records(state, facts))
		return;
	while (!unpack_end(facts))
		unpack_use(state, facts, paths, npaths);
}
