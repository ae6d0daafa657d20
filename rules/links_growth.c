// SPDX-License-Identifier: MIT
/* links: what makes containers larger and smaller: library calls, arrays that are reallocated. */
#include "rules/links_collect.h"

#include <string.h>

struct growth {
	const char *name;
	enum link_event_kind event;
	uint32_t container;
};

static const struct growth methods[] = {
#define GROWTH_METHOD(name, event) {name, LINK_##event, 0},
#include "rules/growth_models.def"
};

static const struct growth calls[] = {
#define GROWTH_CALL(name, event, container) {name, LINK_##event, container},
#include "rules/growth_models.def"
};

static const struct growth macros[] = {
#define GROWTH_MACRO(name, event, container) {name, LINK_##event, container},
#include "rules/growth_models.def"
};

static bool matches(const char *pattern, const char *name, size_t length)
{
	if (*pattern != *name)
		return false;
	const size_t size = strlen(pattern);

	if (size && pattern[size - 1] == '*')
		return length >= size - 1 && strncmp(pattern, name, size - 1) == 0;
	return length == size && strncmp(pattern, name, size) == 0;
}

static const struct growth *find(const struct growth *table, size_t count, const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (matches(table[i].name, name, length))
			return &table[i];
	}
	return NULL;
}

#define FIND(table, name, length) find(table, sizeof(table) / sizeof *(table), name, length)

bool link_macro_model(const char *name, size_t length, enum link_event_kind *event, uint32_t *container)
{
	const struct growth *found = FIND(macros, name, length);

	if (!found)
		return false;
	*event = found->event;
	*container = found->container;
	return true;
}

/* ---- places ---- */

/* The place of a container: a variable, a field, or what a reference or pointer parameter leads to. */
uint32_t link_place_of(struct link_reader *reader, const struct ast_node *node)
{
	struct link_slot slot;
	uint32_t object;

	if (!node)
		return LINK_NONE;
	if (link_slot_of(reader, node, &slot))
		return link_object(reader, LINK_LOAD, slot.object, slot.field);
	object = link_eval(reader, node);
	if (object == LINK_NONE)
		return object;
	const uint8_t kind = reader->object_list.items[object].kind;

	return kind == LINK_GLOBAL || kind == LINK_PARAM || kind == LINK_RESULT || kind == LINK_LOAD ? object
	                                                                                             : LINK_NONE;
}

void link_emit(struct link_reader *reader, enum link_event_kind kind, uint32_t place, uint64_t aux, uint32_t extra,
               const struct ast_node *at)
{
	if (place == LINK_NONE)
		return;
	vec_push(&reader->event_list, (struct link_event){.kind = (uint8_t)kind,
	                                                  .object = place,
	                                                  .aux = aux,
	                                                  .extra = extra | link_loop_of(reader, at),
	                                                  .place = link_node_place(reader, at)});
}

uint32_t link_given_by(const struct link_reader *reader, uint32_t value)
{
	const struct link_object *object = value == LINK_NONE ? NULL : &reader->object_list.items[value];

	return object && object->kind == LINK_PARAM && object->index < UINT16_MAX ? (object->index + 1) * LINK_GIVEN
	                                                                          : 0;
}

/* ---- library containers ---- */

bool link_is_constant(const struct ast_node *node)
{
	const struct ast_type *type;
	int64_t value;

	while (node && (node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST ||
	                ((node->kind == AST_CONSTRUCT || node->kind == AST_INIT_LIST) && node->nchildren)))
		node = node->children[0];
	if (!node)
		return false;
	if (node->kind == AST_CONDITIONAL)
		return link_is_constant(node->children[1]) && link_is_constant(node->children[2]);
	type = node->type ? ast_bare_type(node->type) : NULL;
	return node->kind == AST_STRING || ast_constant(node, &value) ||
	       (type && (type->kind == AST_TYPE_ENUM || type->kind == AST_TYPE_BOOL || type->kind == AST_TYPE_CHAR));
}

static bool is_library_container(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && strncmp(bare->template_name, "std::", 5) == 0 && bare->nargs &&
	       strstr(bare->template_name, "_ptr") == NULL && strcmp(bare->template_name, "std::function") != 0 &&
	       strcmp(bare->template_name, "std::atomic") != 0 && strcmp(bare->template_name, "std::array") != 0 &&
	       strcmp(bare->template_name, "std::optional") != 0 && strstr(bare->template_name, "stream") == NULL &&
	       strstr(bare->template_name, "iterator") == NULL && strcmp(bare->template_name, "std::pair") != 0;
}

static bool is_map(const struct ast_type *type)
{
	const char *name = ast_bare_type(type)->template_name;

	return strcmp(name, "std::map") == 0 || strcmp(name, "std::unordered_map") == 0;
}

static const struct ast_node *container_of_call(const struct ast_node *call)
{
	const struct ast_node *object = link_call_object(call);

	return object && object == call->children[0] ? object->children[0] : object;
}

/* The statement that @node is in, when it stands in a block of its own; else NULL. */
static const struct ast_node *statement_of(const struct ast_node *node)
{
	while (node->parent && node->parent->kind != AST_COMPOUND)
		node = node->parent;
	return node->parent ? node : NULL;
}

static void note_edit(struct link_reader *reader, const struct ast_node *call, const struct ast_node *container)
{
	const struct ast_node *statement = statement_of(call);
	const struct ast_file *file = ast_file_of(reader->unit, call->range);
	const struct link_place place = link_node_place(reader, call);
	uint32_t begin;

	if (!statement || !file || !file->text || statement->flags & AST_MACRO || container->flags & AST_MACRO ||
	    statement->range.file != call->range.file || container->kind == AST_NONE || statement->kind == AST_CASE ||
	    statement->kind == AST_DEFAULT || statement->kind == AST_LABEL || statement->kind == AST_IF ||
	    !is_map(container->type))
		return;
	begin = statement->range.begin;
	while (begin && (file->text[begin - 1] == ' ' || file->text[begin - 1] == '\t'))
		begin--;
	pack_string(&reader->edit_bytes, file->path);
	pack_string(&reader->edit_bytes, ast_text(reader->unit, container->range, &reader->run->scratch));
	pack_string(&reader->edit_bytes,
	            ast_text(reader->unit, (struct ast_range){call->range.file, begin, statement->range.begin},
	                     &reader->run->scratch));
	pack_number(&reader->edit_bytes, statement->range.begin);
	pack_number(&reader->edit_bytes, place.line);
	pack_number(&reader->edit_bytes, place.column);
	reader->nedits++;
}

static bool is_compared_as_size(const struct ast_node *call)
{
	const struct ast_node *parent = call->parent;
	const struct ast_node *child = call;
	int64_t value;

	while (parent && (parent->kind == AST_IMPLICIT_CAST || parent->kind == AST_CAST))
		child = parent, parent = parent->parent;
	if (!parent || parent->kind != AST_BINARY || parent->op < AST_OP_LT || parent->op > AST_OP_NE)
		return false;
	const bool left = parent->children[0] == child;
	const struct ast_node *other = parent->children[left ? 1 : 0];

	if (ast_constant(other, &value))
		return value >= 2;
	return left ? parent->op == AST_OP_GT || parent->op == AST_OP_GE || parent->op == AST_OP_EQ
	            : parent->op == AST_OP_LT || parent->op == AST_OP_LE;
}

/* In `cache[key]` and the like the key decides whether it can grow for ever. */
static uint32_t key_flags(const struct ast_node *call)
{
	const struct ast_node *key = link_call_argument(call, 0), *container = container_of_call(call);
	const char *type = ast_bare_type(container->type)->template_name;

	return key && (strstr(type, "map") || strstr(type, "set")) && link_is_constant(key) ? LINK_CONSTANT : 0;
}

static void take_container(struct link_reader *reader, const struct ast_node *call)
{
	const struct ast_node *container = container_of_call(call);
	const char *name = call->u.decl ? call->u.decl->name : "";
	const struct growth *growth;
	uint32_t place;

	if (!container || !is_library_container(container->type))
		return;
	growth = FIND(methods, name, strlen(name));
	place = link_place_of(reader, container);
	if (strcmp(name, "operator[]") == 0 && is_map(container->type)) {
		link_emit(reader, LINK_GROW, place, 0, LINK_PART | key_flags(call), call);
		note_edit(reader, call, container);
	} else if (strcmp(name, "size") == 0 && is_compared_as_size(call)) {
		link_emit(reader, LINK_LIMIT, place, 0, 0, call);
	} else if (growth && growth->event == LINK_GROW) {
		link_emit(reader, LINK_GROW, place, 0, key_flags(call), call);
		note_edit(reader, call, container);
	} else if (growth) {
		link_emit(reader, growth->event, place, 0, 0, call);
	}
}

static uint32_t other_constants(const struct ast_node *call, uint32_t container)
{
	uint32_t constants = 0, others = 0;

	for (uint32_t i = 0; i < link_call_arguments(call); i++) {
		if (i != container)
			link_is_constant(link_call_argument(call, i)) ? constants++ : others++;
	}
	return constants && !others ? LINK_CONSTANT : 0;
}

static void take_function(struct link_reader *reader, const struct ast_node *call)
{
	const struct ast_function *function = link_called(call);
	const struct growth *growth;

	if (!function || function->parent)
		return;
	growth = FIND(calls, function->qualified, strlen(function->qualified));
	if (!growth || growth->container >= link_call_arguments(call))
		return;
	const struct ast_node *container = link_call_argument(call, growth->container);

	if (strncmp(function->qualified, "std::", 5) == 0 && !is_library_container(container->type))
		return;
	link_emit(reader, growth->event, link_place_of(reader, container), 0, other_constants(call, growth->container),
	          call);
}

/* ---- arrays that grow ---- */

static const struct ast_node *realloc_in(const struct ast_node *value)
{
	value = link_strip(value);
	if (!value || value->kind != AST_CALL || !value->u.decl || !strstr(value->u.decl->name, "realloc"))
		return NULL;
	return link_call_argument(value, 0);
}

static bool is_counter_type(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_INTEGER);
}

static bool is_local(const struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;

	return node->kind == AST_REF && var && var->decl.kind == AST_DECL_VAR && (var->local || var->parameter) &&
	       !(var->decl.flags & AST_STATIC);
}

static uint32_t counter_of(struct link_reader *reader, const struct ast_node *node)
{
	while (node && (node->kind == AST_IMPLICIT_CAST || node->kind == AST_CAST))
		node = node->children[0];
	if (!node || !is_counter_type(node->type) || is_local(node) ||
	    (node->kind != AST_REF && node->kind != AST_MEMBER))
		return LINK_NONE;
	return link_place_of(reader, node);
}

/* array[count++] = x, array[count] = x */
static void take_element(struct link_reader *reader, const struct ast_node *assign)
{
	const struct ast_node *target = assign->children[0], *index;

	while (target->kind == AST_MEMBER && !(target->flags & AST_ARROW) && target->nchildren)
		target = target->children[0];
	if (target->kind != AST_SUBSCRIPT)
		return;
	index = target->children[1];
	while (index->kind == AST_IMPLICIT_CAST || index->kind == AST_CAST)
		index = index->children[0];
	if (index->kind == AST_UNARY && (index->op == AST_OP_POST_INC || index->op == AST_OP_PRE_INC))
		index = index->children[0];
	const uint32_t counter = counter_of(reader, index), array = link_place_of(reader, target->children[0]);
	const struct ast_type *type = assign->children[1]->type;
	const bool pointer = type && ast_bare_type(type)->kind == AST_TYPE_POINTER;

	if (counter != LINK_NONE && array != LINK_NONE)
		link_emit(reader, LINK_GROW, array, reader->object_list.items[counter].key,
		          LINK_ARRAY | (pointer ? link_given_by(reader, link_eval(reader, assign->children[1])) : 0),
		          assign);
}

static void take_counter(struct link_reader *reader, const struct ast_node *node)
{
	const uint32_t place = counter_of(reader, node->children[0]);
	const bool up = node->kind == AST_UNARY ? node->op == AST_OP_PRE_INC || node->op == AST_OP_POST_INC
	                                        : node->op == AST_OP_ADD_ASSIGN;

	if (place != LINK_NONE)
		link_emit(reader, up ? LINK_RAISE : LINK_LOWER, place, 0, 0, node);
}

static void take_assign(struct link_reader *reader, const struct ast_node *node)
{
	const struct ast_node *old = realloc_in(node->children[1]);

	if (node->op != AST_OP_ASSIGN) {
		if (node->op == AST_OP_ADD_ASSIGN || node->op == AST_OP_SUB_ASSIGN)
			take_counter(reader, node);
		return;
	}
	if (old)
		link_emit(reader, LINK_RESIZE, link_place_of(reader, old), 0, 0, node);
	if (is_counter_type(node->children[0]->type))
		take_counter(reader, node);
	take_element(reader, node);
	link_take_node(reader, node);
	if (node->children[0]->type && node->children[0]->type->kind == AST_TYPE_POINTER &&
	    !is_local(node->children[0]) && link_is_null(node->children[1]) &&
	    !link_links_itself(link_node_record(node->children[0]->type)))
		link_emit(reader, LINK_EMPTY, link_place_of(reader, node->children[0]), 0, 0, node);
}

/* A comparison that asks whether a counter is large, and not for room to grow into. */
static void take_comparison(struct link_reader *reader, const struct ast_node *node)
{
	for (uint32_t side = 0; side < 2; side++) {
		const struct ast_node *other = node->children[1 - side];
		const uint32_t counter = counter_of(reader, node->children[side]);
		int64_t value;

		while (other->kind == AST_IMPLICIT_CAST || other->kind == AST_CAST)
			other = other->children[0];
		if (counter == LINK_NONE || reader->reallocs)
			continue;
		if (ast_constant(other, &value)
		            ? value >= 2
		            : !is_local(other) || (side == 0 && (node->op == AST_OP_GE || node->op == AST_OP_GT)))
			link_emit(reader, LINK_LIMIT, counter, 0, 0, node);
	}
}

/* ---- the walk ---- */

static bool visit_realloc(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	if (node->kind == AST_CALL && node->u.decl && strstr(node->u.decl->name, "realloc"))
		reader->reallocs = true;
	return !reader->reallocs;
}

static bool visit_growth(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	if (reader->event_list.count > LINK_MANY)
		return false; /* tables and generated code: every look at them costs too much */
	if (node->flags & AST_MACRO)
		link_take_macro(reader, node);
	switch (node->kind) {
	case AST_CALL:
		link_note_waiting(reader, node);
		take_container(reader, node);
		take_function(reader, node);
		if (node->u.decl && (strcmp(node->u.decl->name, "free") == 0 || strstr(node->u.decl->name, "_free") ||
		                     strcmp(node->u.decl->name, "zfree") == 0))
			link_take_free(reader, node, link_call_argument(node, 0));
		if (realloc_in(node) && node->parent && node->parent->kind != AST_ASSIGN)
			link_emit(reader, LINK_RESIZE, link_place_of(reader, link_call_argument(node, 0)), 0, 0, node);
		break;
	case AST_DELETE:
		link_take_free(reader, node, node->children[0]);
		break;
	case AST_ASSIGN:
		take_assign(reader, node);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC)
			take_counter(reader, node);
		break;
	case AST_BINARY:
		if (node->op >= AST_OP_LT && node->op <= AST_OP_EQ)
			take_comparison(reader, node);
		break;
	case AST_RANGE_FOR:
		if (is_library_container(node->children[1]->type))
			link_emit(reader, LINK_WALK, link_place_of(reader, node->children[1]), 0, 0, node);
		break;
	case AST_WHILE:
	case AST_DO:
	case AST_FOR:
		link_loop_kind(reader, node);
		break;
	default:
		break;
	}
	return true;
}

void link_read_growth(struct link_reader *reader)
{
	reader->reallocs = false;
	reader->last_macro = reader->plain_macro = UINT32_MAX;
	link_each_node(reader, visit_realloc);
	link_each_node(reader, visit_growth);
	link_take_walks(reader);
}
