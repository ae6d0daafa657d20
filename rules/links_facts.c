// SPDX-License-Identifier: MIT
/* links: facts as bytes, and the program's records, fields and functions from them. */
#include "rules/links_views.h"

static const void *as_key(uint64_t key)
{
	return (const void *)(uintptr_t)(key | 1);
}

const struct link_field *link_find_field(const struct link_state *state, uint64_t key)
{
	return hash_map_find(&state->fields, as_key(key));
}

const struct link_record *link_find_record(const struct link_state *state, uint64_t key)
{
	return hash_map_find(&state->records, as_key(key));
}

void link_pack_place(struct packer *out, const struct link_place *place)
{
	pack_string(out, place->path);
	pack_number(out, place->line);
	pack_number(out, place->column);
}

static struct link_place unpack_place(struct unpacker *facts, struct arena *arena)
{
	struct link_place place;

	place.path = unpack_string(facts, arena);
	place.line = unpack_u32(facts);
	place.column = unpack_u32(facts);
	return place;
}

/* Places of one function are in one file, but for macros: the path is written once. */
static void pack_near(struct packer *out, const struct link_place *place)
{
	pack_number(out, place->line);
	pack_number(out, place->column);
}

static struct link_place unpack_near(struct unpacker *facts, const char *path)
{
	struct link_place place = {.path = path};

	place.line = unpack_u32(facts);
	place.column = unpack_u32(facts);
	return place;
}

void link_pack_function(struct packer *out, const struct link_function *function)
{
	struct packer body = {0};
	const char *path = function->nevents  ? function->events[0].place.path
	                   : function->ncalls ? function->calls[0].place.path
	                                      : function->path;

	pack_string(&body, path);
	pack_string(&body, function->name);
	pack_number(&body, function->record);
	pack_number(&body, function->flags);
	pack_number(&body, function->nparams);
	pack_number(&body, function->nobjects);
	for (uint32_t i = 0; i < function->nobjects; i++) {
		pack_number(&body, function->objects[i].kind);
		pack_number(&body, function->objects[i].index);
		pack_number(&body, function->objects[i].key);
	}
	pack_number(&body, function->nevents);
	for (uint32_t i = 0; i < function->nevents; i++) {
		const struct link_event *event = &function->events[i];

		pack_number(&body, event->kind | (event->counted ? 128u : 0));
		pack_number(&body, event->object);
		if (event->kind >= LINK_GROW) {
			pack_number(&body, event->extra);
			pack_number(&body, event->aux);
		} else {
			pack_number(&body, event->value);
			pack_number(&body, event->field);
		}
		pack_near(&body, &event->place);
	}
	pack_number(&body, function->ncalls);
	for (uint32_t i = 0; i < function->ncalls; i++) {
		const struct link_call *call = &function->calls[i];

		pack_number(&body, call->callee);
		pack_number(&body, call->made);
		pack_number(&body, call->self + 1u);
		pack_near(&body, &call->place);
		pack_number(&body, call->extra);
		pack_number(&body, call->nargs);
		for (uint32_t a = 0; a < call->nargs; a++)
			pack_number(&body, call->args[a] + 1u);
	}
	pack_number(out, function->key);
	pack_number(out, function->place_key);
	pack_bytes(out, body.bytes, body.size);
	pack_release(&body);
}

static uint32_t unpack_object(struct unpacker *facts, uint32_t nobjects)
{
	const uint32_t object = unpack_u32(facts) - 1u;

	return object < nobjects ? object : LINK_NONE;
}

static void unpack_events(struct link_function *function, struct unpacker *facts, const char *path, struct arena *arena)
{
	function->nevents = unpack_count(facts);
	function->events = arena_array(arena, function->nevents + 1, struct link_event);
	for (uint32_t i = 0; i < function->nevents; i++) {
		struct link_event *event = &function->events[i];
		const uint32_t kind = unpack_u32(facts);

		event->kind = kind & 127u;
		event->counted = kind & 128u;
		event->object = unpack_u32(facts);
		if (event->kind >= LINK_GROW) {
			event->extra = unpack_u32(facts);
			event->aux = unpack_number(facts);
		} else {
			event->value = unpack_u32(facts);
			event->field = unpack_number(facts);
		}
		event->place = unpack_near(facts, path);
		if (event->object >= function->nobjects || event->kind >= LINK_EVENTS)
			facts->bad = true;
		if (event->value >= function->nobjects)
			event->value = LINK_NONE;
	}
}

static void unpack_calls(struct link_function *function, struct unpacker *facts, const char *path, struct arena *arena)
{
	function->ncalls = unpack_count(facts);
	function->calls = arena_array(arena, function->ncalls + 1, struct link_call);
	for (uint32_t i = 0; i < function->ncalls; i++) {
		struct link_call *call = &function->calls[i];

		call->callee = unpack_number(facts);
		call->made = unpack_number(facts);
		call->self = unpack_object(facts, function->nobjects);
		call->place = unpack_near(facts, path);
		call->extra = unpack_u32(facts);
		call->nargs = unpack_count(facts);
		call->args = arena_array(arena, call->nargs + 1, uint32_t);
		for (uint32_t a = 0; a < call->nargs; a++)
			call->args[a] = unpack_object(facts, function->nobjects);
	}
}

static bool is_source(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (dot[1] == 'c' || dot[1] == 'C');
}

static struct link_function *unpack_function(struct unpacker *facts, struct arena *arena)
{
	struct link_function *function = arena_new(arena, struct link_function);
	const char *path = unpack_string(facts, arena);

	function->unit = is_source(path) ? 0 : LINK_NONE;
	function->name = unpack_string(facts, arena);
	function->record = unpack_number(facts);
	function->flags = unpack_u32(facts);
	function->nparams = unpack_u32(facts);
	function->nobjects = unpack_count(facts);
	function->objects = arena_array(arena, function->nobjects + 1, struct link_object);
	for (uint32_t i = 0; i < function->nobjects; i++) {
		struct link_object *object = &function->objects[i];

		object->kind = (uint8_t)unpack_u32(facts);
		object->index = unpack_u32(facts);
		object->key = unpack_number(facts);
		if (object->kind != LINK_LOAD)
			continue;
		if (object->index >= i)
			facts->bad = true; /* bases come first */
		else
			object->loads = link_loads(&function->objects[object->index]);
	}
	unpack_events(function, facts, path, arena);
	unpack_calls(function, facts, path, arena);
	for (uint32_t i = 0; i < function->nobjects; i++) {
		if (function->objects[i].kind == LINK_RESULT && function->objects[i].index >= function->ncalls)
			facts->bad = true;
	}
	return facts->bad ? NULL : function;
}

static void unpack_field(struct link_state *state, struct unpacker *facts, uint64_t record, enum link_hold hold)
{
	struct link_field *field = arena_new(state->arena, struct link_field);
	const struct link_field *known;

	field->key = unpack_number(facts);
	field->target = unpack_number(facts);
	const uint32_t bits = unpack_u32(facts);

	field->name = unpack_string(facts, state->arena);
	field->type = unpack_string(facts, state->arena);
	field->target_name = unpack_string(facts, state->arena);
	field->place = unpack_place(facts, state->arena);
	field->type_begin = unpack_u32(facts);
	field->type_end = unpack_u32(facts);
	field->record = record;
	field->hold = (uint8_t)hold;
	field->container = bits & 1u;
	field->macro = bits & 2u;
	field->name_length = (uint32_t)strlen(field->name);
	known = link_find_field(state, field->key);
	if (!known || known->hold < field->hold)
		hash_map_put(&state->fields, as_key(field->key), field);
}

static void unpack_record(struct link_state *state, struct unpacker *facts)
{
	struct link_record *record = arena_new(state->arena, struct link_record);

	record->key = unpack_number(facts);
	record->printed = unpack_string(facts, state->arena);
	record->size = unpack_number(facts);
	const uint32_t nfields = unpack_count(facts);

	for (uint32_t i = 0; i < nfields && !facts->bad; i++) {
		const uint32_t hold = unpack_u32(facts);

		if (hold)
			unpack_field(state, facts, record->key, (enum link_hold)(hold - 1));
	}
	const struct link_record *known = link_find_record(state, record->key);

	if (!facts->bad && (!known || (!known->size && record->size)))
		hash_map_put(&state->records, as_key(record->key), record);
}

static void unpack_use(struct link_state *state, struct unpacker *facts)
{
	struct link_use use = {.field = unpack_number(facts)};

	use.path = unpack_string(facts, state->arena);
	use.end = unpack_u32(facts);
	const uint32_t bits = unpack_u32(facts);
	const uint64_t hash = hash_bytes(use.path, strlen(use.path), use.end * 31ull + use.field);

	use.target = bits & 1u;
	use.no_edit = bits & 2u;
	if (facts->bad || hash_map_find(&state->seen_uses, as_key(hash)))
		return;
	hash_map_put(&state->seen_uses, as_key(hash), state);
	vec_push(&state->uses, use);
}

static void unpack_variable(struct link_state *state, struct unpacker *facts)
{
	struct link_variable *variable = arena_new(state->arena, struct link_variable);

	variable->key = unpack_number(facts);
	variable->name = unpack_string(facts, state->arena);
	variable->type = unpack_string(facts, state->arena);
	variable->element = unpack_u32(facts);
	variable->internal = unpack_number(facts) != 0;
	variable->place = unpack_place(facts, state->arena);
	if (!facts->bad && !hash_map_find(&state->variables, as_key(variable->key)))
		hash_map_put(&state->variables, as_key(variable->key), variable);
}

static void unpack_edit(struct link_state *state, struct unpacker *facts)
{
	struct link_edit edit = {.path = unpack_string(facts, state->arena)};

	edit.container = unpack_string(facts, state->arena);
	edit.indent = unpack_string(facts, state->arena);
	edit.offset = unpack_u32(facts);
	edit.line = unpack_u32(facts);
	edit.column = unpack_u32(facts);
	if (!facts->bad)
		vec_push(&state->edits, edit);
}

static bool unpack_functions(struct link_state *state, struct unpacker *facts)
{
	for (uint32_t i = unpack_count(facts); i > 0 && !facts->bad; i--) {
		const uint64_t key = unpack_number(facts), place_key = unpack_number(facts);
		size_t size;
		const void *bytes = unpack_bytes(facts, &size);

		const struct link_function *known = hash_map_find(&state->functions, as_key(place_key));

		if (!bytes || (known && known->key == key))
			continue;
		known = hash_map_find(&state->functions, as_key(key));
		state->several |= known && known->key == key;
		struct unpacker body = unpack_from(bytes, size);
		struct link_function *function = unpack_function(&body, state->arena);

		if (!function)
			return false;
		function->key = key;
		function->place_key = place_key;
		function->unit = function->unit == LINK_NONE ? LINK_NONE : state->nunits;
		if (!known)
			hash_map_put(&state->functions, as_key(key), function);
		if (!hash_map_find(&state->functions, as_key(place_key)))
			hash_map_put(&state->functions, as_key(place_key), function);
		vec_push(&state->order, function);
	}
	return !facts->bad;
}

void link_unpack(struct link_state *state, struct unpacker *facts)
{
	uint64_t key;

	state->nunits++;
	while ((key = unpack_number(facts)) != 0)
		hash_map_put(&state->finalisers, as_key(key), state);
	while ((key = unpack_number(facts)) != 0) {
		hash_map_put(&state->called_back, as_key(key), state);
		vec_push(&state->references, (struct link_reference){state->nunits, key});
	}
	for (uint32_t i = unpack_count(facts); i > 0 && !facts->bad; i--)
		unpack_record(state, facts);
	for (uint32_t i = unpack_count(facts); i > 0 && !facts->bad; i--)
		unpack_variable(state, facts);
	if (!unpack_functions(state, facts))
		return;
	for (uint32_t i = unpack_count(facts); i > 0 && !facts->bad; i--)
		unpack_use(state, facts);
	for (uint32_t i = unpack_count(facts); i > 0 && !facts->bad; i--)
		unpack_edit(state, facts);
}

void link_state_release(struct link_state *state)
{
	hash_map_release(&state->records);
	hash_map_release(&state->fields);
	hash_map_release(&state->functions);
	hash_map_release(&state->finalisers);
	hash_map_release(&state->called_back);
	hash_map_release(&state->seen_uses);
	hash_map_release(&state->variables);
	vec_release(&state->order);
	vec_release(&state->references);
	vec_release(&state->uses);
	vec_release(&state->edits);
	if (state->views)
		link_views_release(state->views);
}
