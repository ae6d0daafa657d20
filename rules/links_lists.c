// SPDX-License-Identifier: MIT
/* links: lists and trees that are linked by hand. */
#include "rules/links_collect.h"

#include <string.h>

enum { ROOTS = 6, ALIAS_DEPTH = 3 };

const struct ast_record *link_node_record(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && bare->kind == AST_TYPE_POINTER && bare->target && bare->target->kind == AST_TYPE_RECORD
	               ? ast_bare_type(bare->target)->record
	               : NULL;
}

/* A field that leads to another object of the same record: next, left, prev. */
static bool is_link(const struct ast_field *field)
{
	const struct ast_record *target = field ? link_node_record(field->decl.type) : NULL;

	for (const struct ast_record *record = field ? field->record : NULL; target && record; record = record->outer) {
		if (record == target)
			return true;
	}
	return false;
}

bool link_links_itself(const struct ast_record *record)
{
	for (uint32_t i = 0; record && i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];
		const struct ast_type *bare = field->decl.type ? ast_bare_type(field->decl.type) : NULL;

		if (is_link(field) || link_node_record(field->decl.type) == record)
			return true;
		if (bare && bare->kind == AST_TYPE_RECORD && bare->record && bare->record->outer == record &&
		    link_links_itself(bare->record))
			return true;
	}
	return false;
}

static const struct ast_field *field_named_by(struct link_reader *reader, const struct ast_node *node)
{
	node = link_strip(node);
	while (node && node->kind == AST_UNARY && node->op == AST_OP_DEREF)
		node = link_strip(node->children[0]);
	return node && node->kind == AST_MEMBER ? link_field_of(reader, node) : NULL;
}

struct roots {
	uint32_t items[ROOTS], count;
};

static void add_root(struct roots *roots, uint32_t object)
{
	for (uint32_t i = 0; i < roots->count; i++) {
		if (roots->items[i] == object)
			return;
	}
	if (roots->count < ROOTS)
		roots->items[roots->count++] = object;
}

/* The containers that @object may be an element of. */
static void roots_of(struct link_reader *reader, uint32_t object, struct roots *roots, unsigned depth)
{
	const struct link_object at = reader->object_list.items[object];

	if (at.kind == LINK_LOAD && link_set_has(&reader->self_links, at.key)) {
		roots_of(reader, at.index, roots, depth);
		return;
	}
	if (at.kind == LINK_GLOBAL || at.kind == LINK_LOAD || at.kind == LINK_PARAM)
		add_root(roots, object);
	if (at.kind != LINK_LOCAL || depth > ALIAS_DEPTH)
		return;
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event event = reader->event_list.items[i];

		if (event.kind == LINK_ALIAS && event.object == object && event.value != LINK_NONE &&
		    event.value != object)
			roots_of(reader, event.value, roots, depth + 1);
	}
}

static void emit_roots(struct link_reader *reader, enum link_event_kind kind, uint32_t object,
                       const struct ast_record *record, uint32_t extra, const struct ast_node *at)
{
	const uint64_t aux = link_decl_key(reader->unit, &record->decl);
	struct roots roots = {.count = 0};

	if (object != LINK_NONE)
		roots_of(reader, object, &roots, 0);
	for (uint32_t i = 0; i < roots.count; i++)
		link_emit(reader, kind, roots.items[i], aux, extra, at);
	if (!roots.count && kind == LINK_SHRINK)
		link_emit(reader, LINK_ELEMENT_OFF, link_object(reader, LINK_LOCAL, 0, 0), aux, 0, at);
}

/* True if @value is an object of its own, not one found in the list. */
static bool is_new_node(struct link_reader *reader, uint32_t value)
{
	struct roots roots = {.count = 0};
	const uint8_t kind = reader->object_list.items[value].kind;

	if (kind == LINK_FRESH || kind == LINK_RESULT || kind == LINK_PARAM)
		return true;
	if (kind != LINK_LOCAL)
		return false;
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event *event = &reader->event_list.items[i];

		if (event->kind == LINK_ALIAS && event->object == value && event->value != LINK_NONE) {
			const uint8_t source = reader->object_list.items[event->value].kind;

			if (source == LINK_FRESH || source == LINK_RESULT)
				return true;
		}
	}
	roots_of(reader, value, &roots, 0);
	return !roots.count;
}

/* True if the function sets a link of @value, as it does with what it puts into a list. */
static bool sets_link(const struct link_reader *reader, uint32_t value)
{
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event *event = &reader->event_list.items[i];

		if ((event->kind == LINK_STORE || event->kind == LINK_RESET) && event->object == value &&
		    link_set_has(&reader->self_links, event->field))
			return true;
	}
	return false;
}

/* A pointer to links: at = &(*at)->next */
/* Nothing but links, to be a part of others: which list it is in, nobody can tell. */
static bool is_bare_link(const struct ast_record *record)
{
	for (uint32_t i = 0; i < record->nfields; i++) {
		if (!is_link(record->fields[i]))
			return false;
	}
	return true;
}

/* &table[i], &module: not made for the list. */
static bool is_address(const struct ast_node *node)
{
	while (node && (node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST))
		node = node->children[0];
	return node && node->kind == AST_UNARY && node->op == AST_OP_ADDRESS;
}

static bool runs_along(const struct link_reader *reader, uint32_t object)
{
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event *event = &reader->event_list.items[i];

		if (event->kind == LINK_ALIAS && event->object == object && event->value != LINK_NONE &&
		    reader->object_list.items[event->value].kind == LINK_LOAD &&
		    link_set_has(&reader->self_links, reader->object_list.items[event->value].key))
			return true;
	}
	return false;
}

void link_take_node(struct link_reader *reader, const struct ast_node *assign)
{
	const struct ast_node *target = assign->children[0], *value = assign->children[1];
	const struct ast_record *record = link_node_record(target->type);
	const struct ast_field *field = field_named_by(reader, target), *from = field_named_by(reader, value);
	struct link_slot slot;
	uint32_t object;

	if (!record || is_bare_link(record) || !link_links_itself(record) ||
	    (target->kind == AST_REF && target->u.decl && target->u.decl->kind == AST_DECL_VAR &&
	     (((const struct ast_var *)target->u.decl)->local || ((const struct ast_var *)target->u.decl)->parameter) &&
	     !(target->u.decl->flags & AST_STATIC)))
		return;
	if (is_link(field) && link_slot_of(reader, target, &slot)) {
		/* x->next = …: what list x is in */
		if (is_link(from)) {
			if (!is_new_node(reader, slot.object))
				emit_roots(reader, LINK_SHRINK, slot.object, record, 0, assign);
		} else if (!link_is_null(value)) {
			object = link_eval(reader, value);
			if (object != LINK_NONE && is_new_node(reader, object) && !is_new_node(reader, slot.object))
				emit_roots(reader, LINK_GROW, slot.object, record, link_given_by(reader, object),
				           assign);
		}
		return;
	}
	object = link_place_of(reader, target);
	if (object == LINK_NONE) /* *link = …, with link running along a list */
		object = link_eval(reader, target);
	if (object == LINK_NONE)
		return;
	if (link_is_null(value)) {
		link_emit(reader, LINK_EMPTY, object, 0, 0, assign);
	} else if (is_link(from)) {
		emit_roots(reader, LINK_SHRINK, object, record, 0, assign);
	} else {
		const uint32_t node = link_eval(reader, value);

		if (node != LINK_NONE && !is_address(value) && is_new_node(reader, node) &&
		    (sets_link(reader, node) || runs_along(reader, object)))
			emit_roots(reader, LINK_GROW, object, record, link_given_by(reader, node), assign);
	}
}

void link_take_free(struct link_reader *reader, const struct ast_node *node, const struct ast_node *argument)
{
	const struct ast_record *record = argument ? link_node_record(link_strip(argument)->type) : NULL;
	const uint32_t object = record && link_links_itself(record) ? link_eval(reader, argument) : LINK_NONE;

	reader->frees = true;
	if (object == LINK_NONE)
		return;
	const uint8_t kind = reader->object_list.items[object].kind;

	if (kind != LINK_FRESH && kind != LINK_RESULT)
		link_emit(reader, LINK_ELEMENT_OFF, link_object(reader, LINK_LOCAL, 0, 0),
		          link_decl_key(reader->unit, &record->decl), 0, node);
}

/* A list walked along its links: e = e->next in a loop, with e from a container. */
void link_take_walks(struct link_reader *reader)
{
	const size_t count = reader->event_list.count;

	for (size_t i = 0; i < count; i++) {
		const struct link_event event = reader->event_list.items[i];
		struct roots roots = {.count = 0};

		if (event.kind != LINK_ALIAS || event.value == LINK_NONE)
			continue;
		const struct link_object value = reader->object_list.items[event.value];

		if (value.kind != LINK_LOAD || !link_set_has(&reader->self_links, value.key) ||
		    value.index != event.object)
			continue;
		roots_of(reader, event.object, &roots, 0);
		for (uint32_t r = 0; r < roots.count; r++)
			vec_push(
			        &reader->event_list,
			        (struct link_event){.kind = LINK_WALK, .object = roots.items[r], .place = event.place});
	}
}

void link_find_self_links(struct link_reader *reader)
{
	for (uint32_t i = 0; i < reader->unit->nrecords; i++) {
		const struct ast_record *record = reader->unit->records[i];

		for (uint32_t f = 0; f < record->nfields; f++) {
			if (is_link(record->fields[f]))
				link_set_add(&reader->self_links,
				             link_decl_key(reader->unit, &record->fields[f]->decl));
		}
	}
}
