// SPDX-License-Identifier: MIT
/*
 * What is done to a variable of class type, by the types of what it is passed to: whatever takes a const reference, or
 * is a const method, reads. The climb goes from the name upwards to what consumes it.
 */
#include "analyzer/flow/places.h"
#include "rules/copy_cxx.h"

#include <string.h>

static enum copy_use use_of_lvalue(const struct ast_node *node);

/* ---- the index ---- */

struct index_walk {
	struct copy_index *index;
	struct hash_map last;
};

static bool index_node(struct ast_node *node, void *context)
{
	struct index_walk *walk = context;
	struct copy_ref *ref, *last;

	if (node->kind != AST_REF || !node->u.decl || node->u.decl->kind != AST_DECL_VAR)
		return true;
	ref = arena_new(walk->index->arena, struct copy_ref);
	ref->node = node;
	last = hash_map_find(&walk->last, node->u.decl);
	if (last)
		last->next = ref;
	else
		hash_map_put(&walk->index->first, node->u.decl, ref);
	hash_map_put(&walk->last, node->u.decl, ref);
	return true;
}

void copy_index_init(struct copy_index *index, const struct ast_function *function, struct arena *arena)
{
	*index = (struct copy_index){.function = function, .arena = arena};
}

static void make_index(struct copy_index *index)
{
	const struct ast_function *function = index->function;
	struct index_walk walk = {.index = index};

	index->made = true;
	for (uint32_t i = 0; i < function->ninits; i++)
		ast_walk_kinds(function->inits[i].value, AST_HAS(AST_REF), index_node, &walk);
	if (function->body)
		ast_walk_kinds(function->body, AST_HAS(AST_REF), index_node, &walk);
	hash_map_release(&walk.last);
}

void copy_index_release(struct copy_index *index)
{
	hash_map_release(&index->first);
}

const struct copy_ref *copy_refs(struct copy_index *index, const struct ast_var *var)
{
	if (!index->made && index->function)
		make_index(index);
	return hash_map_find(&index->first, var);
}

/* ---- types ---- */

static bool is_const_reference(const struct ast_type *type)
{
	return type && type->kind == AST_TYPE_REFERENCE && type->target && type->target->quals & AST_CONST;
}

static bool is_const_pointer(const struct ast_type *type)
{
	return type && type->kind == AST_TYPE_POINTER && type->target && type->target->quals & AST_CONST;
}

static bool is_reference(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE);
}

/* What a parameter or variable of @type does to the object that it is given. */
static enum copy_use use_by_type(const struct ast_type *type)
{
	if (!type)
		return COPY_CHANGED;
	if (is_reference(type))
		return is_const_reference(type) ? COPY_READ : COPY_CHANGED;
	return type->kind == AST_TYPE_DEPENDENT || type->kind == AST_TYPE_UNKNOWN ? COPY_CHANGED : COPY_COPIED;
}

/* ---- calls ---- */

static uint32_t child_index(const struct ast_node *parent, const struct ast_node *child)
{
	uint32_t i = 0;

	while (i < parent->nchildren && parent->children[i] != child)
		i++;
	return i;
}

static const struct ast_function *called(const struct ast_node *call)
{
	const struct ast_decl *decl = call->u.decl;

	return decl && decl->kind == AST_DECL_FUNCTION ? (const struct ast_function *)decl : NULL;
}

/* Methods of the library's containers that hand out an element and exist for const objects too. */
static bool is_accessor(const struct ast_function *method)
{
	static const char *const names[] = {"operator[]", "at",    "front",     "back",
	                                    "top",        "value", "operator*", "operator->"};
	static const char *const inserting[] = {"std::map", "std::unordered_map"};

	if (!method->parent || !(method->decl.flags & AST_SYSTEM) || strncmp(method->qualified, "std::", 5) != 0)
		return false;
	for (size_t i = 0; i < sizeof inserting / sizeof *inserting; i++)
		if (!strncmp(method->qualified, inserting[i], strlen(inserting[i])) &&
		    !strcmp(method->decl.name, "operator[]"))
			return false;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(method->decl.name, names[i]) == 0)
			return true;
	return false;
}

static enum copy_use use_as_object(const struct ast_node *call, const struct ast_function *method)
{
	if (!method || method->flags & (AST_FUNCTION_DTOR | AST_FUNCTION_CTOR))
		return COPY_CHANGED;
	if (method->flags & AST_FUNCTION_CONST || method->decl.flags & AST_STATIC)
		return COPY_READ;
	if (is_accessor(method) && method->result && method->result->kind == AST_TYPE_REFERENCE)
		return use_of_lvalue(call);
	return COPY_CHANGED;
}

static const struct ast_type *param_type(const struct ast_node *call, uint32_t index)
{
	const struct ast_function *callee = called(call);
	const struct ast_type *type;

	if (callee)
		return index < callee->nparams ? callee->params[index]->decl.type : NULL;
	if (call->kind != AST_CALL || !call->nchildren)
		return NULL;
	type = ast_bare_type(call->children[0]->type);
	if (type && type->kind == AST_TYPE_POINTER)
		type = ast_bare_type(type->target);
	return type && type->kind == AST_TYPE_FUNCTION && index < type->nparams ? type->params[index] : NULL;
}

/* Which parameter child @child of a call becomes; UINT32_MAX: the object of a method, or what is called. */
static uint32_t param_index(const struct ast_node *call, uint32_t child)
{
	const struct ast_function *callee = called(call);
	uint32_t before = call->kind == AST_CONSTRUCT ? 0 : 1;

	if (call->flags & AST_OPERATOR_CALL && callee && callee->parent && !(callee->decl.flags & AST_STATIC))
		before = 2;
	return child < before ? UINT32_MAX : child - before;
}

static bool takes_more(const struct ast_node *call, uint32_t index)
{
	const struct ast_function *callee = called(call);

	return callee && callee->flags & AST_FUNCTION_VARIADIC && index >= callee->nparams;
}

static enum copy_use use_in_call(const struct ast_node *call, const struct ast_node *node)
{
	const uint32_t child = child_index(call, node), index = param_index(call, child);

	const struct ast_function *callee = called(call);

	if (index == 0 && callee &&
	    callee->flags & AST_FUNCTION_COPY) /* a copy is made, by constructor or assignment */
		return is_const_reference(param_type(call, index)) ? COPY_COPIED : COPY_CHANGED;
	if (index != UINT32_MAX)
		return takes_more(call, index) ? COPY_COPIED : use_by_type(param_type(call, index));
	if (call->flags & AST_OPERATOR_CALL && child == 1)
		return use_as_object(call, callee);
	return COPY_CHANGED;
}

/* ---- pointers into the object ---- */

static enum copy_use use_of_pointer(const struct ast_node *node)
{
	const struct ast_node *up = node->parent;
	uint32_t index;

	if (!up)
		return COPY_CHANGED;
	switch (up->kind) {
	case AST_CAST:
		if (ast_cast_style(up) == AST_CONST_CAST)
			return COPY_CHANGED;
		/* fall through */
	case AST_IMPLICIT_CAST:
		if (!up->type || up->type->kind == AST_TYPE_BOOL)
			return COPY_READ;
		return up->type->kind == AST_TYPE_POINTER ? use_of_pointer(up) : COPY_CHANGED;
	case AST_CALL:
	case AST_CONSTRUCT:
		index = param_index(up, child_index(up, node));
		if (index == UINT32_MAX)
			return COPY_CHANGED;
		if (takes_more(up, index))
			return called(up)->flags & AST_FUNCTION_PRINTF ||
			                       strstr(called(up)->decl.name, "printf") /* declared without attributes */
			               ? COPY_READ
			               : COPY_CHANGED;
		return is_const_pointer(param_type(up, index)) ? COPY_READ : COPY_CHANGED;
	case AST_SUBSCRIPT:
		return up->children[0] == node ? use_of_lvalue(up) : COPY_CHANGED;
	case AST_MEMBER:
		return up->u.decl && up->u.decl->kind == AST_DECL_FIELD ? use_of_lvalue(up) : COPY_CHANGED;
	case AST_UNARY:
		if (up->op == AST_OP_DEREF)
			return use_of_lvalue(up);
		return up->op == AST_OP_LNOT ? COPY_READ : COPY_CHANGED;
	case AST_BINARY:
		if (up->op == AST_OP_ADD || (up->op == AST_OP_SUB && up->type && up->type->kind == AST_TYPE_POINTER))
			return use_of_pointer(up);
		return up->op == AST_OP_COMMA || up->op == AST_OP_PTR_MEM ? COPY_CHANGED : COPY_READ;
	case AST_VAR:
		return is_const_pointer(((const struct ast_var *)up->u.decl)->decl.type) ? COPY_READ : COPY_CHANGED;
	case AST_IF:
	case AST_WHILE:
	case AST_FOR:
	case AST_DO:
	case AST_COMPOUND:
		return COPY_READ;
	default:
		return COPY_CHANGED;
	}
}

/* ---- lvalues ---- */

static enum copy_use use_in_loop(const struct ast_node *loop, const struct ast_node *node)
{
	const struct ast_node *var = loop->children[0];
	const struct ast_type *type;

	if (loop->children[1] != node || var->kind != AST_VAR)
		return COPY_CHANGED; /* auto &[a, b] */
	type = var->u.decl->type;
	return is_reference(type) && !(type->target && type->target->quals & AST_CONST) ? COPY_CHANGED : COPY_READ;
}

static enum copy_use use_in_cast(const struct ast_node *cast, const struct ast_node *node)
{
	const struct ast_type *from = node->type, *to = cast->type;

	if (!to || !from)
		return COPY_CHANGED;
	if (to->kind == AST_TYPE_VOID)
		return COPY_READ;
	if (from->kind == AST_TYPE_ARRAY && to->kind == AST_TYPE_POINTER)
		return is_const_pointer(to) ? COPY_READ : use_of_pointer(cast);
	if (from->kind != AST_TYPE_RECORD || to->kind != AST_TYPE_RECORD)
		return COPY_CHANGED;
	if (cast->kind == AST_CAST && ast_cast_style(cast) != AST_STATIC_CAST)
		return COPY_CHANGED;
	return to->quals & AST_CONST ? COPY_READ : cast->kind == AST_IMPLICIT_CAST ? use_of_lvalue(cast) : COPY_CHANGED;
}

static enum copy_use use_in_list(const struct ast_node *list, const struct ast_node *node)
{
	const struct ast_node *child = node;
	const struct ast_type *type = NULL;

	if (list->kind == AST_DESIGNATED) {
		child = list;
		list = list->parent;
	}
	if (!list || list->kind != AST_INIT_LIST || !ast_init_target(list, child_index(list, child), NULL, &type))
		return COPY_CHANGED;
	return use_by_type(type);
}

/* A number or pointer that an accessor gave as a reference. */
static bool is_scalar_read(const struct ast_node *node, const struct ast_node *up)
{
	if (!node->type || node->type->kind == AST_TYPE_UNKNOWN || node->type->kind > AST_TYPE_POINTER)
		return false;
	switch (up->kind) {
	case AST_IMPLICIT_CAST:
	case AST_CAST:
		return up->type && up->type->kind <= AST_TYPE_POINTER;
	case AST_BINARY:
		return up->op != AST_OP_COMMA && up->op != AST_OP_PTR_MEM;
	case AST_UNARY:
		return up->op >= AST_OP_DEREF && up->op <= AST_OP_LNOT;
	case AST_SUBSCRIPT:
	case AST_IF:
	case AST_WHILE:
	case AST_DO:
	case AST_SWITCH:
	case AST_RETURN:
		return true;
	case AST_ASSIGN:
		return up->children[1] == node;
	case AST_VAR:
		return !is_reference(up->u.decl->type);
	case AST_CALL:
	case AST_CONSTRUCT:
		return use_in_call(up, node) == COPY_COPIED;
	default:
		return false;
	}
}

/* What a template's pattern does to an object of a type not known yet; operators are taken to mean what they usually do. */
static bool is_dependent_read(const struct ast_node *node, const struct ast_node *up)
{
	if (!node->type || node->type->kind != AST_TYPE_DEPENDENT)
		return false;
	if (up->kind == AST_CAST)
		return up->type && !is_reference(up->type);
	if (up->kind != AST_BINARY)
		return false;
	if (up->op == AST_OP_SHL)
		return up->children[1] == node; /* printed */
	return up->op >= AST_OP_MUL && up->op <= AST_OP_LOR && up->op != AST_OP_SHR;
}

static enum copy_use use_by_parent(const struct ast_node *node, const struct ast_node *up)
{
	if (is_scalar_read(node, up) || is_dependent_read(node, up))
		return COPY_READ;
	switch (up->kind) {
	case AST_MEMBER:
		if (!up->u.decl || up->u.decl->kind != AST_DECL_FUNCTION || !up->parent || up->parent->kind != AST_CALL)
			return COPY_CHANGED;
		return use_as_object(up->parent, (const struct ast_function *)up->u.decl);
	case AST_CALL:
	case AST_CONSTRUCT:
		return use_in_call(up, node);
	case AST_VAR:
		return use_by_type(up->u.decl->type);
	case AST_ASSIGN:
		return up->children[1] == node ? COPY_COPIED : COPY_CHANGED;
	case AST_RANGE_FOR:
		return use_in_loop(up, node);
	case AST_IMPLICIT_CAST:
	case AST_CAST:
		return use_in_cast(up, node);
	case AST_UNARY:
		return up->op == AST_OP_ADDRESS ? use_of_pointer(up) : COPY_CHANGED;
	case AST_CONDITIONAL:
		return up->children[0] == node ? COPY_READ : use_of_lvalue(up);
	case AST_BINARY:
		if (up->op != AST_OP_COMMA)
			return COPY_CHANGED;
		return up->children[0] == node ? COPY_READ : use_of_lvalue(up);
	case AST_RETURN:
		return node->type && node->type->kind == AST_TYPE_RECORD ? COPY_COPIED : COPY_CHANGED;
	case AST_INIT_LIST:
	case AST_DESIGNATED:
		return use_in_list(up, node);
	case AST_LAMBDA: /* captured: what its body does is seen too */
	case AST_SIZEOF:
	case AST_ALIGNOF:
	case AST_COMPOUND:
	case AST_IF:
	case AST_FOR:
		return COPY_READ;
	default:
		return COPY_CHANGED;
	}
}

static enum copy_use use_of_lvalue(const struct ast_node *node)
{
	const struct ast_node *top = flow_lvalue_top(node), *up = top->parent;

	if (top->flags & AST_LOADED)
		return COPY_READ;
	if (top != node && top->kind == AST_MEMBER && top->u.decl && is_reference(top->u.decl->type))
		return COPY_READ; /* what a member refers to is not part of the object */
	return up ? use_by_parent(top, up) : COPY_CHANGED;
}

enum copy_use copy_use_of(const struct ast_node *ref)
{
	return use_of_lvalue(ref);
}

bool copy_leaves_nothing(const struct ast_node *ref)
{
	const struct ast_node *top = flow_lvalue_top(ref), *up = top->parent;
	const struct ast_type *result;

	if (top->flags & AST_LOADED)
		return top->type && top->type->kind < AST_TYPE_POINTER;
	while (up && up->kind == AST_IMPLICIT_CAST)
		up = up->parent;
	if (!up || up->kind == AST_CONSTRUCT)
		return up && copy_use_of(ref) == COPY_COPIED;
	if (up->kind == AST_MEMBER)
		up = up->parent;
	if (!up || !called(up) || !(called(up)->decl.flags & AST_SYSTEM))
		return false;
	result = called(up)->result;
	if (!strcmp(called(up)->decl.name, "operator<<"))
		return true;
	return result && !is_reference(result) &&
	       (result->kind < AST_TYPE_POINTER || copy_cost_of(result).kind == COPY_DEEP);
}

const struct ast_node *copy_made_by(const struct ast_node *ref)
{
	const struct ast_node *node = flow_lvalue_top(ref)->parent;

	while (node && (node->kind == AST_CONDITIONAL || node->kind == AST_BINARY || node->kind == AST_IMPLICIT_CAST))
		node = node->parent;
	return node;
}

struct copy_uses copy_uses_of(struct copy_index *index, const struct ast_var *var)
{
	struct copy_uses uses = {0};

	for (const struct copy_ref *ref = copy_refs(index, var); ref; ref = ref->next) {
		const enum copy_use use = copy_use_of(ref->node);

		uses.count++;
		uses.last = ref->node;
		if (use == COPY_CHANGED && !uses.changed)
			uses.changed = ref->node;
		if (use != COPY_COPIED)
			continue;
		if (!uses.copies++)
			uses.copied = copy_made_by(ref->node);
	}
	return uses;
}
