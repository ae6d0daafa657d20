// SPDX-License-Identifier: MIT
/* links: what a function makes, stores, counts and lets go of, node by node. */
#include "rules/links_collect.h"

#include "analyzer/flow/merge.h"

#include <string.h>

void link_add_event(struct link_reader *reader, enum link_event_kind kind, uint32_t object, uint64_t field,
                    uint32_t value, const struct ast_node *at)
{
	if (object == LINK_NONE || (value == LINK_NONE && (kind == LINK_STORE || kind == LINK_CAPTURE)))
		return;
	vec_push(&reader->event_list, (struct link_event){.kind = (uint8_t)kind,
	                                                  .object = object,
	                                                  .field = field,
	                                                  .value = value,
	                                                  .place = link_node_place(reader, at)});
}

/* ---- first walk: what is made where ---- */

static bool is_project_record(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && bare->kind == AST_TYPE_RECORD && bare->record && !(bare->record->decl.flags & AST_SYSTEM);
}

const struct ast_function *link_called(const struct ast_node *node)
{
	const struct ast_decl *decl = node->u.decl;

	/* (f)(x), as macros of GLib have it */
	if (!decl && node->kind == AST_CALL && node->nchildren && node->children[0]->kind == AST_REF)
		decl = node->children[0]->u.decl;
	return decl && decl->kind == AST_DECL_FUNCTION ? (const struct ast_function *)decl : NULL;
}

static void new_call(struct link_reader *reader, const struct ast_node *node, uint64_t callee, uint64_t made)
{
	const uint32_t index = (uint32_t)reader->call_list.count;
	const uint32_t object = link_object(reader, made ? LINK_FRESH : LINK_RESULT, index, 0);

	vec_push(&reader->call_list,
	         (struct link_call){
	                 .callee = callee, .made = made, .self = LINK_NONE, .place = link_node_place(reader, node)});
	hash_map_put(&reader->calls, node, (void *)(uintptr_t)(object + 1));
}

uint64_t link_record_key(const struct link_reader *reader, const struct ast_record *record)
{
	return record ? link_decl_key(reader->unit, &record->decl) : 0;
}

static const struct ast_record *made_by_library(const struct ast_node *call)
{
	static const char *const makers[] = {"std::make_shared", "std::make_unique", "boost::make_shared",
	                                     "std::allocate_shared"};
	const struct ast_function *function = link_called(call);
	const struct ast_record *target;
	bool container;

	for (size_t i = 0; function && i < sizeof makers / sizeof *makers; i++) {
		if (strcmp(function->qualified, makers[i]) == 0 && link_hold_of(call->type, &target, &container))
			return target;
	}
	return NULL;
}

static void new_holder(struct link_reader *reader, const struct ast_node *node)
{
	hash_map_put(&reader->calls, node,
	             (void *)(uintptr_t)(link_object(reader, LINK_HOLDER, node->range.begin, 0) + 1));
}

bool link_visit_made(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;
	const struct ast_function *function;
	const struct ast_record *made;
	uint32_t index;

	switch (node->kind) {
	case AST_CALL:
		function = link_called(node);
		made = made_by_library(node);
		if (made)
			new_call(reader, node, 0, link_record_key(reader, made));
		else if (link_role_of(node, &index) == LINK_ROLE_BIND)
			new_holder(reader, node);
		else if (link_role_of(node, &index) == LINK_ROLE_NONE && function)
			new_call(reader, node,
			         function->decl.flags & AST_SYSTEM ? 0 : flow_function_key(reader->unit, function), 0);
		break;
	case AST_NEW:
		if (ast_record_of(node->of))
			new_call(reader, node, 0, link_record_key(reader, ast_record_of(node->of)));
		break;
	case AST_CONSTRUCT:
		if (is_project_record(node->type) && (!node->parent || node->parent->kind != AST_NEW))
			new_call(reader, node, 0, link_record_key(reader, ast_bare_type(node->type)->record));
		break;
	case AST_LAMBDA:
		new_holder(reader, node);
		break;
	default:
		break;
	}
	return true;
}

/* ---- second walk: what is done ---- */

static bool is_counted(const struct ast_node *value)
{
	uint32_t index;

	value = link_strip(value);
	if (value && value->kind == AST_CALL && link_role_of(value, &index) == LINK_ROLE_INSERT && index &&
	    !link_call_object(value))
		value = link_strip(link_call_argument(value, index));
	return value && value->kind == AST_CALL && link_role_of(value, &index) == LINK_ROLE_REF;
}

void link_add_store(struct link_reader *reader, const struct link_slot *slot, const struct ast_node *value,
                    const struct ast_node *at)
{
	const struct ast_record *target;
	bool container;
	const enum link_hold hold = link_hold_of(slot->decl->decl.type, &target, &container);

	if (hold == LINK_HOLD_VALUE && !container)
		return; /* copied, not kept */
	if (hold == LINK_HOLD_NOTHING && !(slot->decl->decl.flags & AST_DEPENDENT) &&
	    slot->decl->decl.type->kind != AST_TYPE_DEPENDENT)
		return;
	if (link_is_null(value)) {
		link_add_event(reader, LINK_RESET, slot->object, slot->field, 0, at);
		return;
	}
	const size_t before = reader->event_list.count;

	link_add_event(reader, LINK_STORE, slot->object, slot->field, link_eval(reader, value), at);
	if (reader->event_list.count == before)
		return;
	reader->event_list.items[before].counted = is_counted(value);
	if (!container && reader->value_list.count < LINK_MANY)
		vec_push(&reader->value_list, (struct link_value){.object = slot->object,
		                                                  .field = slot->field,
		                                                  .value = reader->event_list.items[before].value,
		                                                  .file = at->range.file,
		                                                  .from = at->range.end});
}

/* @object is a variable that may be what @value says, here or there. */
static void alias(struct link_reader *reader, uint32_t object, const struct ast_node *value, const struct ast_node *at)
{
	const uint32_t found = link_eval(reader, value);

	value = link_strip(value);
	if (found != LINK_NONE && found != object)
		link_add_event(reader, LINK_ALIAS, object, 0, found, at);
	else if (found == LINK_NONE && value && value->kind == AST_CONDITIONAL) {
		alias(reader, object, value->children[1], at);
		alias(reader, object, value->children[2], at);
	}
}

static void take_assignment(struct link_reader *reader, const struct ast_node *target, const struct ast_node *value,
                            const struct ast_node *at)
{
	struct link_slot slot;

	if (link_slot_of(reader, target, &slot))
		link_add_store(reader, &slot, value, at);
	else if (link_holds_itself(reader, target, value))
		link_add_event(reader, LINK_CAPTURE, link_eval(reader, target), 0, link_eval(reader, value), at);
	else if (target->kind == AST_REF && target->u.decl && target->u.decl->kind == AST_DECL_VAR)
		alias(reader, link_eval(reader, target), value, at);
}

static void insert_all(struct link_reader *reader, const struct ast_node *call, const struct link_slot *slot,
                       uint32_t from)
{
	for (uint32_t i = from; i < link_call_arguments(call); i++) {
		const struct ast_node *value = link_call_argument(call, i);

		if (!link_is_null(value))
			link_add_store(reader, slot, value, call);
	}
}

/* A library lets go of what stands there: of plain pointers, too. */
static void let_go(struct link_reader *reader, enum link_event_kind kind, const struct link_slot *slot,
                   const struct ast_node *call)
{
	const size_t before = reader->event_list.count;

	link_add_event(reader, kind, slot->object, slot->field, 0, call);
	if (reader->event_list.count > before)
		reader->event_list.items[before].counted = true;
}

static void take_model(struct link_reader *reader, const struct ast_node *call, enum link_role role, uint32_t index)
{
	const struct ast_node *object = link_call_object(call);
	const struct ast_node *argument = object ? NULL : link_call_argument(call, index);
	struct link_slot slot;

	if (object && object == call->children[0])
		object = object->children[0];
	switch (role) {
	case LINK_ROLE_INSERT:
		if (link_slot_of(reader, object ? object : link_call_argument(call, 0), &slot))
			insert_all(reader, call, &slot, object ? 0 : index);
		break;
	case LINK_ROLE_RESET:
	case LINK_ROLE_ERASE:
		if (!link_slot_of(reader, object ? object : argument, &slot))
			break;
		if (object && role == LINK_ROLE_RESET && link_call_arguments(call) == 1 && call->u.decl &&
		    strcmp(call->u.decl->name, "reset") == 0 && !link_is_null(link_call_argument(call, 0)))
			link_add_store(reader, &slot, link_call_argument(call, 0), call);
		else
			let_go(reader, role == LINK_ROLE_RESET ? LINK_RESET : LINK_ERASE, &slot, call);
		break;
	case LINK_ROLE_REF:
		link_add_event(reader, LINK_REF, link_eval(reader, argument), 0, 0, call);
		break;
	case LINK_ROLE_UNREF:
		link_add_event(reader, LINK_UNREF, link_eval(reader, argument), 0, 0, call);
		break;
	case LINK_ROLE_FREE:
		link_add_event(reader, LINK_FREE, link_eval(reader, argument), 0, 0, call);
		break;
	case LINK_ROLE_COUNT:
	case LINK_ROLE_DISCOUNT:
		if (link_slot_of(reader, argument, &slot))
			link_add_event(reader, role == LINK_ROLE_COUNT ? LINK_COUNT : LINK_DISCOUNT, slot.object,
			               slot.field, 0, call);
		break;
	case LINK_ROLE_SET:
		if (link_slot_of(reader, link_call_argument(call, 0), &slot)) {
			link_add_store(reader, &slot, argument, call);
			if (reader->event_list.count)
				vec_last(&reader->event_list).counted = true;
		}
		break;
	default:
		break;
	}
}

/* LINK_CONSTANT when what is passed besides objects is known before the program runs; LINK_NAMED with a function in it. */
static uint32_t constant_arguments(const struct ast_node *call, const uint32_t *args, uint32_t nargs)
{
	uint32_t constants = 0, named = 0;
	bool objects = false;

	for (uint32_t i = 0; i < nargs; i++) {
		const struct ast_node *argument = link_strip(link_call_argument(call, i));

		if (argument && argument->kind == AST_REF && argument->u.decl &&
		    argument->u.decl->kind == AST_DECL_FUNCTION)
			named = LINK_NAMED;
		else if (!argument || link_is_constant(argument))
			constants++;
		else if (args[i] == LINK_NONE)
			return 0;
		else
			objects = true;
	}
	return (constants ? (uint32_t)LINK_CONSTANT : 0) | (objects ? 0 : named);
}

static void take_arguments(struct link_reader *reader, const struct ast_node *node)
{
	const uint32_t object = (uint32_t)(uintptr_t)hash_map_find(&reader->calls, node);
	const struct ast_node *made = node, *callee;
	struct link_call *call;

	if (!object)
		return;
	if (node->kind == AST_NEW) {
		made = NULL;
		for (uint32_t i = 0; i < node->nchildren; i++)
			made = node->children[i]->kind == AST_CONSTRUCT ? node->children[i] : made;
	}
	const uint32_t nargs = made ? link_call_arguments(made) : 0;
	uint32_t *args = arena_array(&reader->run->scratch, nargs + 1, uint32_t);
	uint32_t self = LINK_NONE;

	for (uint32_t i = 0; i < nargs; i++)
		args[i] = link_eval(reader, link_call_argument(made, i));
	callee = node->kind == AST_CALL ? link_call_object(node) : NULL;
	if (callee && callee == node->children[0])
		self = callee->children[0]->kind == AST_NONE ? link_object(reader, LINK_SELF, 0, 0)
		                                             : link_eval(reader, callee->children[0]);
	call = &reader->call_list.items[reader->object_list.items[object - 1].index];
	if (call->made && node->kind == AST_CONSTRUCT && node->parent && node->parent->kind == AST_VAR) {
		struct ast_node fake = {.kind = AST_REF, .u = {.decl = node->parent->u.decl}};

		self = link_eval(reader, &fake);
	} else if (call->made) {
		self = object - 1;
	}
	call->self = self;
	call->extra = link_loop_of(reader, node) | constant_arguments(made, args, nargs);
	call->args = args;
	call->nargs = nargs;
	if (made && made->kind == AST_CONSTRUCT && link_called(made))
		call->callee = flow_function_key(reader->unit, link_called(made));
}

/* A thread is a call of what it runs. */
static void take_thread(struct link_reader *reader, const struct ast_node *node)
{
	uint32_t argument, *args;
	const struct ast_function *function = link_thread_of(node, &argument);

	if (!function)
		return;
	args = arena_array(&reader->run->scratch, 1, uint32_t);
	*args = argument < link_call_arguments(node) ? link_eval(reader, link_call_argument(node, argument))
	                                             : LINK_NONE;
	vec_push(&reader->call_list, (struct link_call){.callee = flow_function_key(reader->unit, function),
	                                                .self = LINK_NONE,
	                                                .nargs = 1,
	                                                .args = args,
	                                                .extra = link_loop_of(reader, node),
	                                                .place = link_node_place(reader, node)});
}

/* std::move(x.field): what it held goes elsewhere. */
static bool moves_field(struct link_reader *reader, const struct ast_node *call, struct link_slot *slot)
{
	const struct ast_function *function = link_called(call);
	const struct ast_node *argument = link_call_argument(call, 0);

	return function && strcmp(function->qualified, "std::move") == 0 && argument && argument->kind == AST_MEMBER &&
	       link_slot_of(reader, argument, slot);
}

/* Which operation a builtin is, only its spelling tells. */
static void take_atomic(struct link_reader *reader, const struct ast_node *node)
{
	const char *text = ast_text(reader->unit, node->range, &reader->run->scratch);
	const size_t name = strcspn(text, "(");
	struct link_slot slot;

	if (!node->nchildren || !link_slot_of(reader, node->children[0], &slot))
		return;
	if (memmem(text, name, "add", 3) || memmem(text, name, "inc", 3))
		link_add_event(reader, LINK_COUNT, slot.object, slot.field, 0, node);
	else if (memmem(text, name, "sub", 3) || memmem(text, name, "dec", 3))
		link_add_event(reader, LINK_DISCOUNT, slot.object, slot.field, 0, node);
}

bool link_visit_action(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;
	enum link_role role;
	struct link_slot slot;
	uint32_t index;

	switch (node->kind) {
	case AST_ASSIGN:
		if (node->op == AST_OP_ASSIGN)
			take_assignment(reader, node->children[0], node->children[1], node);
		else if ((node->op == AST_OP_ADD_ASSIGN || node->op == AST_OP_SUB_ASSIGN) &&
		         link_slot_of(reader, node->children[0], &slot))
			link_add_event(reader, node->op == AST_OP_ADD_ASSIGN ? LINK_COUNT : LINK_DISCOUNT, slot.object,
			               slot.field, 0, node);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC &&
		    link_slot_of(reader, node->children[0], &slot))
			link_add_event(reader,
			               node->op == AST_OP_PRE_INC || node->op == AST_OP_POST_INC ? LINK_COUNT
			                                                                         : LINK_DISCOUNT,
			               slot.object, slot.field, 0, node);
		break;
	case AST_ATOMIC:
		take_atomic(reader, node);
		break;
	case AST_VAR:
		if (node->children[0]->kind != AST_NONE && !is_project_record(node->u.decl->type)) {
			struct ast_node fake = {.kind = AST_REF, .u = {.decl = node->u.decl}};
			alias(reader, link_eval(reader, &fake), node->children[0], node);
		}
		break;
	case AST_CALL:
		if (node->flags & AST_OPERATOR_CALL && node->u.decl && strcmp(node->u.decl->name, "operator=") == 0 &&
		    node->nchildren > 2) {
			take_assignment(reader, node->children[1], node->children[2], node);
			break;
		}
		role = link_role_of(node, &index);
		if (moves_field(reader, node, &slot))
			link_add_event(reader, LINK_RESET, slot.object, slot.field, 0, node);
		take_model(reader, node, role, index);
		if (role == LINK_ROLE_BIND) {
			link_take_bind(reader, node);
			break;
		}
		take_arguments(reader, node);
		take_thread(reader, node);
		break;
	case AST_NEW:
	case AST_CONSTRUCT:
		take_arguments(reader, node);
		break;
	case AST_LAMBDA:
		link_take_lambda(reader, node);
		break;
	case AST_RETURN:
		link_add_event(reader, LINK_RETURN, link_eval(reader, node->children[0]), 0, 0, node);
		break;
	default:
		break;
	}
	return true;
}
