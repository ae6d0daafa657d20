// SPDX-License-Identifier: MIT
/* links: which object an expression denotes. */
#include "rules/links_collect.h"

#include <ctype.h>
#include <string.h>

uint64_t link_decl_key(const struct ast_unit *unit, const struct ast_decl *decl)
{
	const struct ast_file *file = ast_file_of(unit, decl->range);
	const uint64_t place[] = {decl->line, decl->column};
	uint64_t key = hash_bytes(decl->name, strlen(decl->name), hash_bytes(place, sizeof place, decl->kind));

	if (file)
		key = hash_bytes(file->path, strlen(file->path), key);
	return key ? key : 1;
}

struct link_place link_node_place(const struct link_reader *reader, const struct ast_node *node)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	struct link_place place = {.path = file ? file->path : "", .line = node->line};
	uint32_t line = 0;

	ast_line_column(file, node->range.begin, &line, &place.column);
	return place;
}

/* ---- calls ---- */

struct model {
	const char *name;
	enum link_role role;
	uint32_t index;
};

static const struct model methods[] = {
#define METHOD(name, role, index) {name, LINK_ROLE_##role, index},
#include "rules/links_models.def"
};

static const struct model functions[] = {
#define FUNCTION(name, role, index) {name, LINK_ROLE_##role, index},
#include "rules/links_models.def"
};

/* Names of models begin with few letters, and most functions' with others. */
static bool may_be_model(const char *name, bool method)
{
	const uint64_t methods_begin = 0
#define METHOD(name, role, index) | UINT64_C(1) << (*(name)&63)
#include "rules/links_models.def"
	        ;
	const uint64_t functions_begin = 0
#define FUNCTION(name, role, index) | UINT64_C(1) << (*(name)&63)
#include "rules/links_models.def"
	        ;

	return (method ? methods_begin : functions_begin) >> (*name & 63) & 1;
}

static const struct model *find_model(const struct model *table, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (*table[i].name == *name && strcmp(table[i].name, name) == 0)
			return &table[i];
	}
	return NULL;
}

/* In a template nothing is resolved: the name that stands there has to do. */
static const char *callee_name(const struct ast_node *call, bool *method)
{
	const struct ast_node *callee = call->nchildren ? call->children[0] : NULL;
	const struct ast_function *function = link_called(call);

	*method = false;
	if (function) {
		*method = function->parent != NULL;
		return *method ? function->decl.name : function->qualified;
	}
	if (callee && callee->kind == AST_MEMBER && callee->u.decl) {
		*method = true;
		return callee->u.decl->name;
	}
	return "";
}

static bool ends_in(const char *name, const char *end)
{
	const size_t length = strlen(name), tail = strlen(end);

	return length > tail && strcmp(name + length - tail, end) == 0;
}

/* Functions of which only a declaration is known, by what such functions are called everywhere. */
static enum link_role named_role(const struct ast_function *function)
{
	static const char *const refs[] = {"_ref", "_retain", "_addref", "_add_ref", "_incref", "_ref_sink"};
	static const char *const unrefs[] = {"_unref", "_release", "_decref", "_dec_ref", "_put"};

	if (function->parent || function->body || !function->nparams || !function->params[0]->decl.type ||
	    function->params[0]->decl.type->kind != AST_TYPE_POINTER)
		return LINK_ROLE_NONE;
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		if (ends_in(function->decl.name, refs[i]) && !ends_in(function->decl.name, "_unref"))
			return LINK_ROLE_REF;
	}
	for (size_t i = 0; i < sizeof unrefs / sizeof *unrefs; i++) {
		if (ends_in(function->decl.name, unrefs[i]))
			return LINK_ROLE_UNREF;
	}
	return LINK_ROLE_NONE;
}

enum link_role link_role_of(const struct ast_node *call, uint32_t *index)
{
	const struct ast_function *function = link_called(call);
	const struct model *model;
	bool method;
	const char *name = callee_name(call, &method);

	*index = 0;
	if (!*name || (function && function->body))
		return LINK_ROLE_NONE;
	if (method && function && !(function->decl.flags & AST_SYSTEM))
		return LINK_ROLE_NONE;
	model = !may_be_model(name, method) ? NULL
	        : method                    ? find_model(methods, sizeof methods / sizeof *methods, name)
	                                    : find_model(functions, sizeof functions / sizeof *functions, name);
	if (!model)
		return function ? named_role(function) : LINK_ROLE_NONE;
	*index = model->index;
	return model->role;
}

const struct ast_node *link_call_object(const struct ast_node *call)
{
	if (call->kind != AST_CALL || !call->nchildren)
		return NULL;
	if (call->children[0]->kind == AST_MEMBER && call->children[0]->nchildren)
		return call->children[0];
	if (call->flags & AST_OPERATOR_CALL && call->nchildren > 1)
		return call->children[1];
	return NULL;
}

static uint32_t first_argument(const struct ast_node *call)
{
	if (call->kind == AST_CONSTRUCT)
		return 0;
	return call->flags & AST_OPERATOR_CALL && call->children[0]->kind != AST_MEMBER ? 2 : 1;
}

uint32_t link_call_arguments(const struct ast_node *call)
{
	const uint32_t first = first_argument(call);

	return call->nchildren > first ? call->nchildren - first : 0;
}

const struct ast_node *link_call_argument(const struct ast_node *call, uint32_t index)
{
	const uint32_t at = first_argument(call) + index;

	return at < call->nchildren ? call->children[at] : NULL;
}

/* ---- variables ---- */

static struct link_definition *variable(struct link_reader *reader, const struct ast_var *var)
{
	struct link_definition *found = hash_map_find(&reader->variables, var);

	if (!found) {
		found = arena_new(&reader->run->scratch, struct link_definition);
		hash_map_put(&reader->variables, var, found);
	}
	return found;
}

static const struct ast_var *named_variable(const struct ast_node *node)
{
	while (node && (node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST))
		node = node->children[0];
	if (!node || node->kind != AST_REF || !node->u.decl || node->u.decl->kind != AST_DECL_VAR)
		return NULL;
	return (const struct ast_var *)node->u.decl;
}

static void define(struct link_reader *reader, const struct ast_var *var, const struct ast_node *value)
{
	struct link_definition *known;

	if (!var || (!var->local && !var->parameter))
		return;
	known = variable(reader, var);
	if (known->definitions && var->decl.type && var->decl.type->kind == AST_TYPE_REFERENCE)
		return; /* what it refers to is set, not what it is */
	known->definitions++;
	known->value = value;
}

static bool visit_definition(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;
	const struct ast_node *init;

	switch (node->kind) {
	case AST_VAR:
		init = node->children[0];
		if (init->kind != AST_NONE)
			define(reader, (const struct ast_var *)node->u.decl, init);
		break;
	case AST_ASSIGN:
		define(reader, named_variable(node->children[0]), node->children[1]);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC)
			define(reader, named_variable(node->children[0]), NULL);
		else if (node->op == AST_OP_ADDRESS && node->type && node->type->target &&
		         node->type->target->kind == AST_TYPE_POINTER)
			define(reader, named_variable(node->children[0]), NULL);
		break;
	case AST_CALL:
		if (node->flags & AST_OPERATOR_CALL && node->u.decl && strcmp(node->u.decl->name, "operator=") == 0 &&
		    node->nchildren > 2)
			define(reader, named_variable(node->children[1]), node->children[2]);
		break;
	case AST_RANGE_FOR: {
		const struct ast_node *var = node->children[0];

		if (var->kind == AST_VAR) {
			define(reader, (const struct ast_var *)var->u.decl, node->children[1]);
			variable(reader, (const struct ast_var *)var->u.decl)->element = true;
		}
		break;
	}
	default:
		break;
	}
	return true;
}

void link_find_variables(struct link_reader *reader)
{
	link_each_node(reader, visit_definition);
}

/* ---- objects ---- */

uint32_t link_object(struct link_reader *reader, uint8_t kind, uint32_t index, uint64_t key)
{
	const uint64_t parts[] = {kind, index, key};
	const void *hash = (const void *)(uintptr_t)(hash_bytes(parts, sizeof parts, 7) | 1);
	const uint32_t found = (uint32_t)(uintptr_t)hash_map_find(&reader->objects, hash);

	if (found)
		return found - 1;
	vec_push(&reader->object_list, (struct link_object){.kind = kind, .index = index, .key = key});
	hash_map_put(&reader->objects, hash, (void *)(uintptr_t)reader->object_list.count);
	return (uint32_t)reader->object_list.count - 1;
}

bool link_is_null(const struct ast_node *node)
{
	int64_t value;

	node = link_strip(node);
	if (!node || node->kind == AST_NONE || node->kind == AST_NULL_POINTER)
		return true;
	if (node->kind == AST_CONSTRUCT && !node->nchildren)
		return true;
	if (node->kind == AST_INIT_LIST && !node->nchildren)
		return true;
	return ast_constant(node, &value) && value == 0;
}

/* A conversion or copy of what stands in it. */
static bool is_wrapper(const struct ast_node *node)
{
	const struct ast_record *target;
	bool container;

	if (node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST)
		return true;
	if (node->kind == AST_INIT_LIST)
		return node->nchildren == 1 && link_hold_of(node->type, &target, &container) >= LINK_HOLD_UNIQUE;
	return node->kind == AST_CONSTRUCT && node->nchildren && node->type &&
	       link_hold_of(node->type, &target, &container) >= LINK_HOLD_UNIQUE && !container;
}

const struct ast_node *link_strip(const struct ast_node *node)
{
	while (node) {
		uint32_t index;

		if (is_wrapper(node))
			node = node->children[0];
		else if (node->kind == AST_UNARY && (node->op == AST_OP_EXTENSION || node->op == AST_OP_ADDRESS))
			node = node->children[0];
		else if (node->kind == AST_BINARY && node->op == AST_OP_COMMA)
			node = node->children[1];
		else if (node->kind == AST_CALL && link_role_of(node, &index) == LINK_ROLE_PASS &&
		         !link_call_object(node) && link_call_argument(node, index))
			node = (const struct ast_node *)link_call_argument(node, index);
		else if (node->kind == AST_STMT_EXPR && node->children[0]->nchildren)
			node = node->children[0]->children[node->children[0]->nchildren - 1];
		else
			break;
	}
	return node;
}

static bool is_record_value(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && bare->kind == AST_TYPE_RECORD && bare->record && !(bare->record->decl.flags & AST_SYSTEM);
}

/* What the field leads to at @node: what was stored there last before, if this function stores it. */
static uint32_t load(struct link_reader *reader, const struct link_slot *slot, const struct ast_node *node)
{
	const struct link_value *last = NULL;

	for (size_t i = 0; i < reader->value_list.count; i++) {
		const struct link_value *value = &reader->value_list.items[i];

		if (value->object == slot->object && value->field == slot->field && value->file == node->range.file &&
		    value->from < node->range.begin)
			last = value;
	}
	return last ? last->value : link_object(reader, LINK_LOAD, slot->object, slot->field);
}

static uint32_t eval_variable(struct link_reader *reader, const struct ast_var *var)
{
	struct link_definition *known = hash_map_find(&reader->variables, var);
	const uint64_t key = link_decl_key(reader->unit, &var->decl);
	struct link_slot slot;
	uint32_t result = LINK_NONE;

	if ((!var->local && !var->parameter) || (var->local && var->decl.flags & AST_STATIC))
		return link_object(reader, LINK_GLOBAL, 0, key);
	if (var->parameter && !known && var->function == reader->body)
		return link_object(reader, LINK_PARAM, var->index, 0);
	if (known && known->definitions == 1 && !var->parameter && known->value && !known->busy &&
	    (!is_record_value(var->decl.type) || known->value->kind == AST_LAMBDA)) {
		known->busy = true;
		if (!known->element)
			result = link_eval(reader, known->value);
		else if (link_slot_of(reader, known->value, &slot))
			result = load(reader, &slot, known->value);
		known->busy = false;
	}
	return result != LINK_NONE ? result : link_object(reader, LINK_LOCAL, 0, key);
}

/* What a C++ reference was bound to. */
static const struct ast_node *referred(struct link_reader *reader, const struct ast_node *node)
{
	const struct ast_decl *decl = node->kind == AST_REF ? node->u.decl : NULL;
	const struct link_definition *known;

	if (!decl || decl->kind != AST_DECL_VAR || !decl->type || decl->type->kind != AST_TYPE_REFERENCE)
		return NULL;
	known = hash_map_find(&reader->variables, (const struct ast_var *)decl);
	return known && !known->element ? known->value : NULL;
}

/* Within a template nothing may be known of a member but its name: the one field of the unit that is called so. */
static const struct ast_field *field_by_name(struct link_reader *reader, const struct ast_node *node)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	const struct ast_field *found = NULL;

	if (!(reader->body->flags & AST_FUNCTION_PATTERN) || !file || !file->text || node->range.end > file->size)
		return NULL;
	for (uint32_t r = 0; r < reader->unit->nrecords; r++) {
		const struct ast_record *record = reader->unit->records[r];

		for (uint32_t f = 0; f < record->nfields && !(record->decl.flags & AST_SYSTEM); f++) {
			const struct ast_field *field = record->fields[f];
			const size_t length = strlen(field->decl.name);

			if (!length || length > node->range.end - node->range.begin ||
			    strncmp(file->text + node->range.end - length, field->decl.name, length) != 0 ||
			    (length < node->range.end - node->range.begin &&
			     (isalnum((unsigned char)file->text[node->range.end - length - 1]) ||
			      file->text[node->range.end - length - 1] == '_')))
				continue;
			if (found && found->decl.line != field->decl.line)
				return NULL;
			found = field;
		}
	}
	return found;
}

const struct ast_field *link_field_of(struct link_reader *reader, const struct ast_node *node)
{
	if (!node->u.decl)
		return field_by_name(reader, node);
	return node->u.decl->kind == AST_DECL_FIELD ? (const struct ast_field *)node->u.decl : NULL;
}

bool link_slot_of(struct link_reader *reader, const struct ast_node *node, struct link_slot *slot)
{
	unsigned steps = 0;

	for (;;) {
		uint32_t index;

		node = link_strip(node);
		if (!node)
			return false;
		const struct ast_node *object = link_call_object(node);

		if (node->kind == AST_SUBSCRIPT || (node->kind == AST_UNARY && node->op == AST_OP_DEREF))
			node = node->children[0];
		else if (node->kind == AST_CALL && object && link_role_of(node, &index) == LINK_ROLE_ELEMENT)
			node = object == node->children[0] ? object->children[0] : object;
		else if (referred(reader, node) && steps++ < 8)
			node = referred(reader, node);
		else
			break;
	}
	const struct ast_field *field = node->kind == AST_MEMBER ? link_field_of(reader, node) : NULL;

	if (!field)
		return false;
	const uint32_t object = node->children[0]->kind == AST_NONE ? link_object(reader, LINK_SELF, 0, 0)
	                                                            : link_eval(reader, node->children[0]);

	*slot = (struct link_slot){object, link_decl_key(reader->unit, &field->decl), field};
	return object != LINK_NONE;
}

static uint32_t eval_member(struct link_reader *reader, const struct ast_node *node)
{
	const struct ast_node *base = node->children[0];
	struct link_slot slot;

	if (!link_field_of(reader, node))
		return LINK_NONE;
	/* first and second of what an iterator points to */
	if (node->u.decl && node->u.decl->flags & AST_SYSTEM && base->kind != AST_NONE)
		return link_eval(reader, base);
	if (!link_slot_of(reader, node, &slot))
		return LINK_NONE;
	return load(reader, &slot, node);
}

static uint32_t eval_call(struct link_reader *reader, const struct ast_node *node)
{
	const uint32_t known = (uint32_t)(uintptr_t)hash_map_find(&reader->calls, node);
	const struct ast_node *object = link_call_object(node);
	struct link_slot slot;
	uint32_t index;

	switch (link_role_of(node, &index)) {
	case LINK_ROLE_PASS:
		if (!object)
			break;
		if (object != node->children[0])
			return link_eval(reader, object);
		return object->children[0]->kind == AST_NONE ? link_object(reader, LINK_SELF, 0, 0)
		                                             : link_eval(reader, object->children[0]);
	case LINK_ROLE_ELEMENT:
		return link_slot_of(reader, node, &slot) ? load(reader, &slot, node) : LINK_NONE;
	case LINK_ROLE_REF:
		return link_eval(reader, link_call_argument(node, index));
	case LINK_ROLE_INSERT: /* g_list_append() returns the list */
		return object ? LINK_NONE : link_eval(reader, link_call_argument(node, index));
	default:
		break;
	}
	return known ? known - 1 : LINK_NONE;
}

uint32_t link_eval(struct link_reader *reader, const struct ast_node *node)
{
	struct link_slot slot;

	node = link_strip(node);
	if (!node)
		return LINK_NONE;
	switch (node->kind) {
	case AST_THIS:
		return link_object(reader, LINK_SELF, 0, 0);
	case AST_REF:
		if (!node->u.decl || node->u.decl->kind != AST_DECL_VAR)
			return LINK_NONE;
		return eval_variable(reader, (const struct ast_var *)node->u.decl);
	case AST_UNARY:
		return node->op == AST_OP_DEREF ? link_eval(reader, node->children[0]) : LINK_NONE;
	case AST_MEMBER:
		return eval_member(reader, node);
	case AST_SUBSCRIPT:
		return link_slot_of(reader, node, &slot) ? load(reader, &slot, node)
		                                         : link_eval(reader, node->children[0]);
	case AST_CALL:
		return eval_call(reader, node);
	case AST_NEW:
	case AST_CONSTRUCT:
	case AST_LAMBDA: {
		const uint32_t known = (uint32_t)(uintptr_t)hash_map_find(&reader->calls, node);

		return known ? known - 1 : LINK_NONE;
	}
	case AST_ASSIGN:
		return link_eval(reader, node->children[1]);
	case AST_CONDITIONAL:
		if (link_is_null(node->children[1]))
			return link_eval(reader, node->children[2]);
		return link_is_null(node->children[2]) ? link_eval(reader, node->children[1]) : LINK_NONE;
	default:
		return LINK_NONE;
	}
}
