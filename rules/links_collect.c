// SPDX-License-Identifier: MIT
/* links: what each function of a unit stores, counts and lets go of. */
#include "rules/links_collect.h"

#include "analyzer/flow/merge.h"

#include <ctype.h>
#include <string.h>

static void event(struct link_reader *reader, enum link_event_kind kind, uint32_t object, uint64_t field,
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

static const uint64_t making = AST_HAS_CALLS | AST_HAS(AST_LAMBDA);

static void new_holder(struct link_reader *reader, const struct ast_node *node)
{
	hash_map_put(&reader->calls, node,
	             (void *)(uintptr_t)(link_object(reader, LINK_HOLDER, node->range.begin, 0) + 1));
}

static bool visit_call(struct ast_node *node, void *context)
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

/* ---- lambdas ---- */

static const struct ast_var *local_named(const struct link_reader *reader, const char *name, size_t length)
{
	const struct ast_function *function = reader->body;

	for (uint32_t i = 0; i < function->nparams + function->nlocals; i++) {
		const struct ast_var *var =
		        i < function->nparams ? function->params[i] : function->locals[i - function->nparams];

		if (var && strlen(var->decl.name) == length && strncmp(var->decl.name, name, length) == 0)
			return var;
	}
	return NULL;
}

/* `[s = std::move(self)]`: the tree has no initialiser; its last word before the end is what is captured. */
static uint32_t capture_by_text(struct link_reader *reader, const char *text)
{
	const size_t length = strcspn(text, ",]");
	struct ast_node fake = {.kind = AST_REF};
	size_t begin = 0, end = length;

	if (memmem(text, length, "shared_from_this", 16))
		return memmem(text, length, "->", 2) ? LINK_NONE : link_object(reader, LINK_SELF, 0, 0);
	while (end && !isalnum((unsigned char)text[end - 1]) && text[end - 1] != '_')
		end--;
	begin = end;
	while (begin && (isalnum((unsigned char)text[begin - 1]) || text[begin - 1] == '_'))
		begin--;
	const struct ast_var *var = local_named(reader, text + begin, end - begin);

	fake.u.decl = var ? &var->decl : NULL;
	return var ? link_eval(reader, &fake) : LINK_NONE;
}

static void capture(struct link_reader *reader, uint32_t holder, const struct ast_node *node)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	uint32_t value;

	if (!file || !file->text || node->range.end >= file->size || !link_is_shared(node->type))
		return;
	const char *text = file->text + node->range.end;

	text += strspn(text, " \t\n");
	value = *text == '=' ? capture_by_text(reader, text) : link_eval(reader, node);
	if (node->range.begin && file->text[node->range.begin - 1] != '&')
		event(reader, LINK_CAPTURE, holder, 0, value, node);
}

struct default_capture {
	struct link_reader *reader;
	uint32_t holder;
	const struct ast_node *lambda;
};

static bool visit_captured(struct ast_node *node, void *context)
{
	struct default_capture *default_capture = context;
	const struct ast_var *var = node->kind == AST_REF ? (const struct ast_var *)node->u.decl : NULL;

	if (!var || var->decl.kind != AST_DECL_VAR || (!var->local && !var->parameter))
		return true;
	if (var->decl.range.begin >= default_capture->lambda->range.begin &&
	    var->decl.range.begin < default_capture->lambda->range.end)
		return true;
	if (link_is_shared(node->type))
		event(default_capture->reader, LINK_CAPTURE, default_capture->holder, 0,
		      link_eval(default_capture->reader, node), default_capture->lambda);
	return true;
}

static void take_lambda(struct link_reader *reader, const struct ast_node *node)
{
	const uint32_t holder = link_eval(reader, node);
	const struct ast_file *file = ast_file_of(reader->unit, node->range);

	for (uint32_t i = 0; i + 1 < node->nchildren; i++)
		capture(reader, holder, node->children[i]);
	if (file && file->text && node->range.begin + 2 < file->size &&
	    strncmp(file->text + node->range.begin, "[=", 2) == 0 && node->nchildren) {
		struct default_capture context = {reader, holder, node};

		ast_walk_kinds(node->children[node->nchildren - 1], AST_HAS(AST_REF), visit_captured, &context);
	}
}

static void take_bind(struct link_reader *reader, const struct ast_node *call)
{
	for (uint32_t i = 1; i < link_call_arguments(call); i++) {
		const struct ast_node *argument = link_call_argument(call, i);

		if (link_is_shared(argument->type))
			event(reader, LINK_CAPTURE, link_eval(reader, call), 0, link_eval(reader, argument), call);
	}
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

static void store(struct link_reader *reader, const struct link_slot *slot, const struct ast_node *value,
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
		event(reader, LINK_RESET, slot->object, slot->field, 0, at);
		return;
	}
	const size_t before = reader->event_list.count;

	event(reader, LINK_STORE, slot->object, slot->field, link_eval(reader, value), at);
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
		event(reader, LINK_ALIAS, object, 0, found, at);
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
		store(reader, &slot, value, at);
	else if (link_holds_itself(reader, target, value))
		event(reader, LINK_CAPTURE, link_eval(reader, target), 0, link_eval(reader, value), at);
	else if (target->kind == AST_REF && target->u.decl && target->u.decl->kind == AST_DECL_VAR)
		alias(reader, link_eval(reader, target), value, at);
}

static void insert_all(struct link_reader *reader, const struct ast_node *call, const struct link_slot *slot,
                       uint32_t from)
{
	for (uint32_t i = from; i < link_call_arguments(call); i++) {
		const struct ast_node *value = link_call_argument(call, i);

		if (!link_is_null(value))
			store(reader, slot, value, call);
	}
}

/* A library lets go of what stands there: of plain pointers, too. */
static void let_go(struct link_reader *reader, enum link_event_kind kind, const struct link_slot *slot,
                   const struct ast_node *call)
{
	const size_t before = reader->event_list.count;

	event(reader, kind, slot->object, slot->field, 0, call);
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
			store(reader, &slot, link_call_argument(call, 0), call);
		else
			let_go(reader, role == LINK_ROLE_RESET ? LINK_RESET : LINK_ERASE, &slot, call);
		break;
	case LINK_ROLE_REF:
		event(reader, LINK_REF, link_eval(reader, argument), 0, 0, call);
		break;
	case LINK_ROLE_UNREF:
		event(reader, LINK_UNREF, link_eval(reader, argument), 0, 0, call);
		break;
	case LINK_ROLE_FREE:
		event(reader, LINK_FREE, link_eval(reader, argument), 0, 0, call);
		break;
	case LINK_ROLE_COUNT:
	case LINK_ROLE_DISCOUNT:
		if (link_slot_of(reader, argument, &slot))
			event(reader, role == LINK_ROLE_COUNT ? LINK_COUNT : LINK_DISCOUNT, slot.object, slot.field, 0,
			      call);
		break;
	case LINK_ROLE_SET:
		if (link_slot_of(reader, link_call_argument(call, 0), &slot)) {
			store(reader, &slot, argument, call);
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
		event(reader, LINK_COUNT, slot.object, slot.field, 0, node);
	else if (memmem(text, name, "sub", 3) || memmem(text, name, "dec", 3))
		event(reader, LINK_DISCOUNT, slot.object, slot.field, 0, node);
}

static const uint64_t acting = AST_HAS_CALLS | AST_HAS(AST_ASSIGN) | AST_HAS(AST_UNARY) | AST_HAS(AST_ATOMIC) |
                               AST_HAS(AST_VAR) | AST_HAS(AST_LAMBDA) | AST_HAS(AST_RETURN);

static bool visit_action(struct ast_node *node, void *context)
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
			event(reader, node->op == AST_OP_ADD_ASSIGN ? LINK_COUNT : LINK_DISCOUNT, slot.object,
			      slot.field, 0, node);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC &&
		    link_slot_of(reader, node->children[0], &slot))
			event(reader,
			      node->op == AST_OP_PRE_INC || node->op == AST_OP_POST_INC ? LINK_COUNT : LINK_DISCOUNT,
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
			event(reader, LINK_RESET, slot.object, slot.field, 0, node);
		take_model(reader, node, role, index);
		if (role == LINK_ROLE_BIND) {
			take_bind(reader, node);
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
		take_lambda(reader, node);
		break;
	case AST_RETURN:
		event(reader, LINK_RETURN, link_eval(reader, node->children[0]), 0, 0, node);
		break;
	default:
		break;
	}
	return true;
}

/* ---- functions ---- */

static bool gather_node(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	vec_push(&reader->nodes, node);
	return true;
}

/* One walk for all that look at the body after it. */
static void gather_nodes(struct link_reader *reader)
{
	const uint64_t others = AST_HAS_MACRO | AST_HAS_LOOPS | AST_HAS(AST_DELETE) | AST_HAS(AST_BINARY);

	vec_clear(&reader->nodes);
	ast_walk_kinds(reader->body->body, making | acting | others, gather_node, reader);
}

void link_each_node(struct link_reader *reader, bool (*visit)(struct ast_node *node, void *context))
{
	for (size_t i = 0; i < reader->nodes.count; i++) {
		if (!visit(reader->nodes.items[i], reader))
			return;
	}
}

/* GObject's classes name their finaliser by assignment; what runs at the end is no part of the service. */
static bool visit_installed(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;
	const struct ast_node *value = NULL;
	uint32_t argument;

	if (node->kind == AST_ASSIGN && node->children[0]->kind == AST_MEMBER && node->children[0]->u.decl &&
	    strcmp(node->children[0]->u.decl->name, "finalize") == 0)
		value = link_strip(node->children[1]);
	if (value && value->kind == AST_REF && value->u.decl && value->u.decl->kind == AST_DECL_FUNCTION)
		pack_number(reader->run->facts,
		            flow_function_key(reader->unit, (const struct ast_function *)value->u.decl));
	const struct ast_function *thread = node->kind == AST_CALL ? link_thread_of(node, &argument) : NULL;

	if (thread)
		hash_map_put(&reader->at_exit, thread,
		             (void *)((uintptr_t)hash_map_find(&reader->at_exit, thread) + 1));
	if (node->kind != AST_CALL || !node->u.decl ||
	    (strcmp(node->u.decl->name, "atexit") != 0 && strcmp(node->u.decl->name, "on_exit") != 0))
		return true;
	value = link_strip(link_call_argument(node, 0));
	if (value && value->kind == AST_REF && value->u.decl)
		hash_map_put(&reader->at_exit, value->u.decl,
		             (void *)((uintptr_t)hash_map_find(&reader->at_exit, value->u.decl) + 1));
	return true;
}

static void read_initialisers(struct link_reader *reader, const struct ast_function *function)
{
	for (uint32_t i = 0; i < function->ninits; i++)
		ast_walk_kinds(function->inits[i].value, making, visit_call, reader);
	for (uint32_t i = 0; i < function->ninits; i++) {
		const struct ast_ctor_init *init = &function->inits[i];
		const uint32_t self = link_object(reader, LINK_SELF, 0, 0);

		ast_walk_kinds(init->value, acting, visit_action, reader);
		if (init->field && init->value->kind != AST_NONE && !link_is_null(init->value)) {
			const struct link_slot slot = {self, link_decl_key(reader->unit, &init->field->decl),
			                               init->field};

			store(reader, &slot, init->value, init->value);
		} else if (!init->field && hash_map_find(&reader->calls, init->value)) {
			const uint32_t made = (uint32_t)(uintptr_t)hash_map_find(&reader->calls, init->value) - 1;

			reader->call_list.items[reader->object_list.items[made].index].self = self;
		}
	}
}

static void read_function(struct link_reader *reader, const struct ast_function *function)
{
	struct link_function out = {
	        .key = flow_function_key(reader->unit, function),
	        .place_key = link_decl_key(reader->unit, &function->decl),
	        .record = link_record_key(reader, function->parent),
	        .name = function->qualified,
	        .path = ast_file_of(reader->unit, function->decl.range)->path,
	        .flags = (function->flags & AST_FUNCTION_DTOR ? (uint32_t)LINK_FINALISER : 0) |
	                 (function->flags & AST_FUNCTION_CTOR ? (uint32_t)LINK_CONSTRUCTOR : 0),
	        .nparams = function->nparams,
	};

	reader->body = function;
	vec_clear(&reader->object_list);
	vec_clear(&reader->event_list);
	vec_clear(&reader->call_list);
	vec_clear(&reader->value_list);
	hash_map_release(&reader->objects);
	hash_map_release(&reader->calls);
	hash_map_release(&reader->variables);
	hash_map_release(&reader->loops);
	reader->serves = reader->endless = reader->waits = reader->frees = false;
	reader->files = LINK_FILES_UNASKED;
	gather_nodes(reader);
	link_each_node(reader, visit_installed);
	link_find_variables(reader);
	link_each_node(reader, visit_call);
	read_initialisers(reader, function);
	link_each_node(reader, visit_action);
	link_read_growth(reader);
	out.flags |= (reader->serves ? (uint32_t)LINK_SERVES : 0) | (reader->endless ? (uint32_t)LINK_ENDLESS : 0) |
	             (reader->waits ? (uint32_t)LINK_WAITS : 0) | (reader->frees ? (uint32_t)LINK_FREES : 0) |
	             (strcmp(function->decl.name, "main") == 0 ? (uint32_t)LINK_MAIN : 0) |
	             (function->decl.flags & AST_EXTERNAL ? (uint32_t)LINK_EXTERNAL : 0);
	if (!reader->event_list.count && !reader->call_list.count &&
	    !(reader->names_functions && function->decl.flags & AST_EXTERNAL))
		return; /* nor does calling it bring in what the unit hands out the addresses of */
	out.objects = reader->object_list.items;
	out.nobjects = (uint32_t)reader->object_list.count;
	out.events = reader->event_list.items;
	out.nevents = (uint32_t)reader->event_list.count;
	out.calls = reader->call_list.items;
	out.ncalls = (uint32_t)reader->call_list.count;
	link_pack_function(&reader->functions, &out);
	reader->nfunctions++;
}

/* ---- units ---- */

static void pack_installed(struct link_reader *reader)
{
	const struct ast_unit *unit = reader->unit;

	pack_number(reader->run->facts, 0);
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct ast_function *function = unit->functions[i];
		const uint32_t expected =
		        function->calls + (uint32_t)(uintptr_t)hash_map_find(&reader->at_exit, function);

		if (!(function->decl.flags & AST_SYSTEM) &&
		    (function->uses > expected || function->flags & (AST_FUNCTION_VIRTUAL | AST_FUNCTION_OVERRIDE)))
			pack_number(reader->run->facts, flow_function_key(unit, function));
	}
	pack_number(reader->run->facts, 0);
}

static void pack_section(struct packer *out, uint32_t count, struct packer *section)
{
	pack_number(out, count);
	pack_raw(out, section->bytes, section->size);
	pack_release(section);
}

/* What main() has lives as long as the program, unless a loop makes it anew. */
static bool visit_main_variable(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	if (node->kind == AST_LAMBDA)
		return false;
	if (node->kind == AST_VAR && link_loop_of(reader, node) == LINK_LOOP_NONE)
		link_read_variable(reader, (const struct ast_var *)node->u.decl);
	return true;
}

static bool names_functions(const struct ast_unit *unit)
{
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		if (!(unit->functions[i]->decl.flags & AST_SYSTEM) &&
		    unit->functions[i]->uses > unit->functions[i]->calls)
			return true;
	}
	return false;
}

static void read_functions(struct link_reader *reader)
{
	reader->names_functions = names_functions(reader->unit);
	for (uint32_t i = 0; i < reader->unit->nfunctions; i++) {
		const struct ast_function *function = reader->unit->functions[i];

		if (!function->body || function->decl.flags & AST_SYSTEM)
			continue;
		read_function(reader, function);
		for (uint32_t v = 0; v < function->nlocals; v++) {
			if (function->locals[v] && function->locals[v]->decl.flags & AST_STATIC)
				link_read_variable(reader, function->locals[v]);
		}
		if (strcmp(function->decl.name, "main") == 0)
			ast_walk_kinds(function->body, AST_HAS(AST_VAR) | AST_HAS(AST_LAMBDA), visit_main_variable,
			               reader);
		if (!reader->unit->cplusplus)
			continue;
		ast_walk_kinds(function->body, AST_HAS(AST_MEMBER), link_visit_use, reader);
		for (uint32_t k = 0; k < function->ninits; k++)
			ast_walk_kinds(function->inits[k].value, AST_HAS(AST_MEMBER), link_visit_use, reader);
	}
}

void link_collect(struct rule_collect *run)
{
	struct link_reader reader = {.run = run, .unit = run->unit};
	const struct ast_unit *unit = run->unit;

	link_find_self_links(&reader);
	for (uint32_t i = 0; i < unit->nrecords; i++)
		link_read_record(&reader, unit->records[i]);
	for (uint32_t i = 0; i < unit->nglobals; i++)
		link_read_variable(&reader, unit->globals[i]);
	read_functions(&reader);
	pack_installed(&reader);
	pack_section(run->facts, reader.nrecords, &reader.record_bytes);
	pack_section(run->facts, reader.nvariables, &reader.variable_bytes);
	pack_section(run->facts, reader.nfunctions, &reader.functions);
	pack_section(run->facts, reader.nuses, &reader.use_bytes);
	pack_section(run->facts, reader.nedits, &reader.edit_bytes);
	hash_map_release(&reader.objects);
	hash_map_release(&reader.calls);
	hash_map_release(&reader.variables);
	hash_map_release(&reader.loops);
	hash_map_release(&reader.self_links);
	hash_map_release(&reader.at_exit);
	vec_release(&reader.object_list);
	vec_release(&reader.event_list);
	vec_release(&reader.call_list);
	vec_release(&reader.value_list);
	vec_release(&reader.nodes);
}
