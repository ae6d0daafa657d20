/* SPDX-License-Identifier: MIT */
/* Follows parameters and results of calls through a body, without regard to order: what may happen to them. */
#include "analyzer/flow/facts.h"
#include "analyzer/base/vec.h"

#include <string.h>

/* A value being followed: which, and whether it is the value or something reached from it. */
struct carried {
	uint32_t value;
	uint8_t level; /* FACT_DIRECT or FACT_INSIDE */
};

struct work {
	struct carried carried;
	uint32_t var; /* a local that holds it */
};

struct collector {
	struct arena scratch;
	struct flow_program *program;
	struct function_facts *facts;
	const struct ast_unit *unit;
	const struct ast_function *function;
	uint32_t nvars;
	VEC(const struct ast_node *) uses;    /* REF nodes of locals, all of them */
	VEC(const struct ast_node *) globals; /* lvalues of variables that are not ours */
	VEC(const struct ast_node *) selves;  /* THIS, and MEMBER with an implicit this */
	VEC(const struct ast_node *) returns;
	VEC(const struct ast_node *) calls;
	uint32_t *first_use; /* of each local, in sorted */
	const struct ast_node **sorted;
	VEC(struct fact_value) values;
	VEC(struct fact_edge) edges;
	VEC(struct fact_call) fact_calls;
	VEC(const struct ast_node *) call_nodes; /* of fact_calls */
	VEC(struct work) work;
	uint8_t *held; /* of value * nvars + var: levels already followed, as bits */
	size_t held_values;
	struct hash_map call_numbers; /* CALL node -> number + 1 */
};

static uint32_t local_number(const struct collector *c, const struct ast_decl *decl)
{
	const struct ast_var *var = (const struct ast_var *)decl;

	if (!decl || decl->kind != AST_DECL_VAR || !(var->parameter || var->local) || var->function != c->function)
		return FLOW_NONE;
	return var->index < c->nvars ? var->index : FLOW_NONE;
}

static bool is_reference(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE);
}

/* ---- first walk: who is used where ---- */

static bool gather(struct ast_node *node, void *context)
{
	struct collector *c = context;

	switch (node->kind) {
	case AST_REF:
		if (local_number(c, node->u.decl) != FLOW_NONE && !(node->u.decl->flags & AST_STATIC))
			vec_push(&c->uses, node);
		else if (!node->u.decl || node->u.decl->kind == AST_DECL_VAR)
			vec_push(&c->globals, node);
		return false;
	case AST_THIS:
		vec_push(&c->selves, node);
		return false;
	case AST_MEMBER:
		if (node->children[0]->kind == AST_NONE)
			vec_push(&c->selves, node);
		return true;
	case AST_RETURN:
		vec_push(&c->returns, node);
		return true;
	case AST_CALL:
	case AST_CONSTRUCT:
	case AST_NEW:
		vec_push(&c->calls, node);
		return true;
	case AST_ASM:
	case AST_OTHER:
	case AST_OTHER_STMT:
	case AST_AWAIT:
		c->facts->does |= FLOW_DOES_UNKNOWN | FLOW_DOES_WRITE | FLOW_DOES_WRITE_BYTES;
		return true;
	case AST_WHILE:
	case AST_DO:
	case AST_FOR:
	case AST_RANGE_FOR:
		c->facts->does |= FLOW_DOES_LOOP;
		return true;
	case AST_SIZEOF:
	case AST_ALIGNOF:
	case AST_OFFSETOF:
		return false;
	default:
		return true;
	}
}

static void sort_uses(struct collector *c)
{
	c->first_use = arena_array(&c->scratch, c->nvars + 2, uint32_t);
	c->sorted = arena_array(&c->scratch, c->uses.count, const struct ast_node *);
	for (size_t i = 0; i < c->uses.count; i++)
		c->first_use[local_number(c, c->uses.items[i]->u.decl) + 2]++;
	for (uint32_t i = 2; i < c->nvars + 2; i++)
		c->first_use[i] += c->first_use[i - 1];
	for (size_t i = 0; i < c->uses.count; i++)
		c->sorted[c->first_use[local_number(c, c->uses.items[i]->u.decl) + 1]++] = c->uses.items[i];
}

/* ---- following values ---- */

static uint32_t new_value(struct collector *c)
{
	vec_push(&c->values, (struct fact_value){0, 0, FLOW_NONE});
	return (uint32_t)c->values.count - 1;
}

static void mark(struct collector *c, struct carried v, uint32_t effects)
{
	effects &= FLOW_EVERYTHING;
	if (v.level == FACT_INSIDE)
		effects = (effects | effects >> FLOW_INSIDE_SHIFT) << FLOW_INSIDE_SHIFT & FLOW_INSIDE;
	c->values.items[v.value].effects |= effects;
}

static void link_call(struct collector *c, struct carried v, const struct ast_node *call, uint16_t arg, uint8_t level)
{
	uint32_t number = (uint32_t)(uintptr_t)hash_map_find(&c->call_numbers, call);
	struct fact_value *value = &c->values.items[v.value];

	if (!number) {
		mark(c, v, FLOW_EVERYTHING);
		return;
	}
	for (uint32_t i = value->edges; i != FLOW_NONE; i = c->edges.items[i].next)
		if (c->edges.items[i].call == number - 1 && c->edges.items[i].arg == arg &&
		    c->edges.items[i].level == level)
			return;
	vec_push(&c->edges, (struct fact_edge){value->edges, number - 1, arg, level});
	value->edges = (uint32_t)c->edges.count - 1;
}

static void hold(struct collector *c, struct carried v, const struct ast_var *var)
{
	uint32_t number = local_number(c, &var->decl);
	uint8_t bit = (uint8_t)(1u << v.level);

	if (number == FLOW_NONE || v.value >= c->held_values) {
		mark(c, v, FLOW_EVERYTHING);
		return;
	}

	uint8_t *held = &c->held[v.value * c->nvars + number];

	if (*held & bit)
		return;
	*held |= bit;
	vec_push(&c->work, (struct work){v, number});
}

/* The number an argument has for the callee: an operator's first operand is its object. */
static uint16_t argument_of(const struct ast_node *call, uint32_t index)
{
	bool object = call->kind == AST_CALL && call->flags & AST_OPERATOR_CALL && call->u.decl &&
	              call->u.decl->kind == AST_DECL_FUNCTION && ((const struct ast_function *)call->u.decl)->parent;

	if (object)
		return index ? (uint16_t)(index - 1) : FACT_SELF;
	return (uint16_t)(index < FACT_SELF ? index : FACT_SELF - 1u);
}

/* The variable that an initialiser list fills, or NULL. */
static const struct ast_var *listed_variable(const struct ast_node *list)
{
	while (list && (list->kind == AST_INIT_LIST || list->kind == AST_DESIGNATED))
		list = list->parent;
	if (!list || list->kind != AST_VAR || !list->u.decl || list->u.decl->flags & AST_STATIC)
		return NULL;
	return (const struct ast_var *)list->u.decl;
}

static void follow_stored(struct collector *c, struct carried v, const struct flow_sink *sink)
{
	const struct ast_var *var = NULL;

	if (sink->node->kind == AST_ASSIGN) {
		struct flow_place place = flow_place_of(sink->node->children[0]);

		if (!place.derefs && place.var && local_number(c, &place.var->decl) != FLOW_NONE &&
		    !(place.var->decl.flags & AST_STATIC))
			var = place.var;
	} else {
		var = listed_variable(sink->node);
	}
	if (var)
		hold(c, v, var);
	else
		mark(c, v, FLOW_KEEPS);
}

static void follow_sinks(struct collector *c, struct carried v, struct flow_sinks *sinks, uint8_t call_level);

static void follow_value(struct collector *c, struct carried v, const struct ast_node *node)
{
	struct flow_sinks sinks = {0};

	flow_sinks_of(node, &sinks);
	follow_sinks(c, v, &sinks, v.level);
	vec_release(&sinks);
}

static void follow_sink(struct collector *c, struct carried v, const struct flow_sink *sink, uint8_t call_level)
{
	switch (sink->kind) {
	case FLOW_SINK_NOTHING:
		break;
	case FLOW_SINK_VARIABLE:
		if (call_level == FACT_HELD)
			mark(c, v, FLOW_EVERYTHING); /* two names for one variable */
		else
			hold(c, v, sink->var);
		break;
	case FLOW_SINK_STORED:
		if (call_level == FACT_HELD)
			mark(c, v, FLOW_EVERYTHING);
		else
			follow_stored(c, v, sink);
		break;
	case FLOW_SINK_ARGUMENT:
		link_call(c, v, sink->node, argument_of(sink->node, sink->index), call_level);
		break;
	case FLOW_SINK_OBJECT:
		link_call(c, v, sink->node, FACT_SELF, call_level);
		break;
	case FLOW_SINK_CALLED:
		mark(c, v, FLOW_CALLS);
		break;
	case FLOW_SINK_READ:
		mark(c, v, FLOW_READS);
		break;
	case FLOW_SINK_WRITTEN:
		mark(c, v, FLOW_WRITES);
		break;
	case FLOW_SINK_INSIDE:
		follow_value(c, (struct carried){v.value, FACT_INSIDE}, sink->node);
		break;
	case FLOW_SINK_RETURNED:
		mark(c, v, FLOW_RETURNS);
		break;
	case FLOW_SINK_FREED:
		mark(c, v, FLOW_FREES);
		break;
	default:
		mark(c, v, FLOW_EVERYTHING);
	}
}

static void follow_sinks(struct collector *c, struct carried v, struct flow_sinks *sinks, uint8_t call_level)
{
	for (size_t i = 0; i < sinks->count; i++)
		follow_sink(c, v, &sinks->items[i], call_level);
}

/* One use of a variable that holds the value. */
static void follow_use(struct collector *c, struct carried v, const struct ast_node *use)
{
	const struct ast_var *var = (const struct ast_var *)use->u.decl;
	const struct ast_node *top = flow_lvalue_top(use), *up = top->parent;
	struct flow_sinks sinks = {0};

	if (is_reference(var->decl.type)) {
		flow_through_sinks(use, &sinks);
		follow_sinks(c, v, &sinks, v.level);
	} else if (top->flags & AST_LOADED) {
		flow_sinks_of(top, &sinks);
		follow_sinks(c, v, &sinks, v.level);
	} else if (up && up->kind == AST_UNARY && up->op >= AST_OP_PRE_INC && up->op <= AST_OP_POST_DEC) {
		flow_sinks_of(up, &sinks);
		follow_sinks(c, v, &sinks, v.level);
	} else {
		flow_address_sinks(use, &sinks);
		/* The variable's address goes there; what is behind it is the value. An inner value in a variable whose
		 * address is passed is inner still. */
		follow_sinks(c, v, &sinks, v.level == FACT_INSIDE ? FACT_INSIDE : FACT_HELD);
	}
	vec_release(&sinks);
}

static void drain(struct collector *c)
{
	while (c->work.count) {
		struct work work = vec_pop(&c->work);

		for (uint32_t i = c->first_use[work.var]; i < c->first_use[work.var + 1]; i++)
			follow_use(c, work.carried, c->sorted[i]);
	}
}

/* ---- what is done to memory that is nobody's argument ---- */

/* Numbers and pointers: no string lies there, and nothing is freed by a store. */
static bool is_plain(const struct ast_type *type)
{
	return type && ((type->kind >= AST_TYPE_BOOL && type->kind <= AST_TYPE_ENUM && type->size != 1) ||
	                type->kind == AST_TYPE_POINTER);
}

static void note_store(struct collector *c, const struct ast_type *type)
{
	c->facts->does |= FLOW_DOES_WRITE | (is_plain(type) ? 0u : FLOW_DOES_WRITE_BYTES);
}

/* Memory that is not ours is one value more: what becomes of it, here and in callees, is done to anything. */
static void follow_global(struct collector *c, const struct ast_node *use)
{
	const struct carried world = {c->facts->nparams + 1, FACT_DIRECT};
	const struct ast_node *top = flow_lvalue_top(use), *up = top->parent;
	struct flow_sinks sinks = {0};

	if (up && ((up->kind == AST_ASSIGN && up->children[0] == top) ||
	           (up->kind == AST_UNARY && up->op >= AST_OP_PRE_INC && up->op <= AST_OP_POST_DEC)))
		note_store(c, top->type);
	if (top->flags & AST_LOADED)
		flow_sinks_of(top, &sinks);
	else
		flow_address_sinks(top, &sinks);
	for (size_t i = 0; i < sinks.count; i++) {
		const struct flow_sink *sink = &sinks.items[i];

		if (sink->kind == FLOW_SINK_WRITTEN && sink->node->nchildren && is_plain(sink->node->children[0]->type))
			note_store(c, sink->node->children[0]->type);
		else
			follow_sink(c, world, sink, FACT_DIRECT);
	}
	vec_release(&sinks);
}

static void note_calls(struct collector *c)
{
	for (size_t i = 0; i < c->calls.count; i++) {
		const struct ast_node *node = c->calls.items[i];
		struct fact_call call = {.callee = flow_callee(node), .result = FLOW_NONE};

		if (node->kind == AST_NEW) {
			c->facts->does |= FLOW_DOES_ALLOCATE;
			continue;
		}
		call.effects = flow_call_effects(c->program, node);
		if (!node->type || node->type->kind == AST_TYPE_POINTER || node->type->kind == AST_TYPE_RECORD ||
		    is_reference(node->type) || (call.callee && is_reference(call.callee->result)))
			call.result = new_value(c);
		vec_push(&c->fact_calls, call);
		vec_push(&c->call_nodes, node);
		hash_map_put(&c->call_numbers, node, (void *)(uintptr_t)c->fact_calls.count);
	}
}

/* ---- is what it returns new? ---- */

static void note_returned(struct collector *c, const struct ast_node *node, unsigned depth);

/* A parameter that holds what the caller gave, wherever it is used. */
static bool is_never_changed(const struct collector *c, uint32_t param)
{
	for (uint32_t i = c->first_use[param]; i < c->first_use[param + 1]; i++)
		if (!(c->sorted[i]->flags & AST_LOADED))
			return false;
	return true;
}

static uint32_t pointer_param(struct collector *c, const struct ast_node *node)
{
	uint32_t param;

	node = flow_strip_casts(node);
	param = node->kind == AST_REF ? local_number(c, node->u.decl) : FLOW_NONE;
	if (param >= c->facts->nparams || !node->type || node->type->kind != AST_TYPE_POINTER ||
	    !is_never_changed(c, param))
		return FLOW_NONE;
	return param;
}

/* strlen(param) + 1, or a local that was given that. */
static bool is_whole_length(struct collector *c, const struct ast_node *node, uint32_t param, bool one)
{
	const struct ast_node *left, *right;

	node = flow_strip_casts(node);
	if (node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_VAR && !one) {
		const struct ast_var *var = (const struct ast_var *)node->u.decl;

		return var->init && local_number(c, &var->decl) != FLOW_NONE &&
		       is_never_changed(c, local_number(c, &var->decl)) && is_whole_length(c, var->init, param, true);
	}
	if (node->kind != AST_BINARY || node->op != AST_OP_ADD)
		return false;
	right = flow_strip_casts(node->children[1]);
	if (right->kind != AST_INTEGER || right->u.value != 1)
		return false;
	left = flow_strip_casts(node->children[0]);
	return left->kind == AST_CALL && left->nchildren == 2 && left->u.decl &&
	       !strcmp(left->u.decl->name, "strlen") && pointer_param(c, left->children[1]) == param;
}

/* The parameter that a use of @var copies into it: strcpy(var, param), memcpy(var, param, strlen(param) + 1). */
static uint32_t copied_into(struct collector *c, const struct ast_node *use)
{
	const struct ast_node *call = use->parent;
	const char *name;
	uint32_t param;

	while (call && (call->kind == AST_CAST || call->kind == AST_IMPLICIT_CAST))
		call = call->parent;
	if (!call || call->kind != AST_CALL || !call->u.decl || call->nchildren < 3 ||
	    flow_strip_casts(call->children[1]) != use)
		return FLOW_NONE;
	name = call->u.decl->name;
	if (!strncmp(name, "__builtin_", 10))
		name += 10;
	param = pointer_param(c, call->children[2]);
	if (param == FLOW_NONE || (strcmp(name, "strcpy") && (strcmp(name, "memcpy") || call->nchildren < 4 ||
	                                                      !is_whole_length(c, call->children[3], param, false))))
		return FLOW_NONE;
	return param;
}

/* A block that is returned after a string was copied into it, and nothing else done to it, is a copy of the string. */
static void note_hand_copy(struct collector *c, uint32_t var)
{
	uint32_t copied = FLOW_NONE;
	struct flow_sinks sinks = {0};

	for (uint32_t i = c->first_use[var]; i < c->first_use[var + 1]; i++) {
		uint32_t param = copied_into(c, c->sorted[i]);
		bool harmless = true;

		if (!(c->sorted[i]->flags & AST_LOADED))
			continue;
		if (param != FLOW_NONE && (copied == FLOW_NONE || copied == param)) {
			copied = param;
			continue;
		}
		vec_clear(&sinks);
		flow_sinks_of(c->sorted[i], &sinks);
		for (size_t j = 0; j < sinks.count; j++)
			harmless = harmless && (sinks.items[j].kind == FLOW_SINK_NOTHING ||
			                        sinks.items[j].kind == FLOW_SINK_RETURNED);
		if (!harmless) {
			copied = FLOW_NONE;
			break;
		}
	}
	vec_release(&sinks);
	if (c->facts->copied == FLOW_NONE)
		c->facts->copied = copied;
}

/* All that is ever assigned to a local whose value is returned. */
static void note_returned_local(struct collector *c, const struct ast_node *use, unsigned depth)
{
	uint32_t var = local_number(c, use->u.decl);

	if (var == FLOW_NONE || ((const struct ast_var *)use->u.decl)->parameter || depth > 4) {
		c->facts->flags |= FACT_RETURNS_OTHER;
		return;
	}

	const struct ast_node *init = ((const struct ast_var *)use->u.decl)->init;

	note_hand_copy(c, var);
	if (init)
		note_returned(c, init, depth + 1);
	for (uint32_t i = c->first_use[var]; i < c->first_use[var + 1]; i++) {
		const struct ast_node *up = c->sorted[i]->parent;

		if (c->sorted[i]->flags & AST_LOADED || !up)
			continue;
		if (up->kind == AST_ASSIGN && up->op == AST_OP_ASSIGN && up->children[0] == c->sorted[i])
			note_returned(c, up->children[1], depth + 1);
		else if (up->kind == AST_ASSIGN || up->kind == AST_UNARY)
			c->facts->flags |= FACT_RETURNS_OTHER;
	}
}

/* The argument that a library function such as memcpy hands back as its result; NULL if it has none. */
static const struct ast_node *returned_argument(struct collector *c, const struct ast_node *call)
{
	const struct flow_effects *effects = flow_call_effects(c->program, call);
	const struct ast_node *found = NULL;

	if (!effects->known || call->flags & AST_OPERATOR_CALL)
		return NULL;
	for (uint32_t i = 0; i < effects->nargs && i + 1 < call->nchildren; i++)
		if (effects->args[i] & FLOW_RETURNS)
			found = found ? call : call->children[i + 1];
	return found == call ? NULL : found;
}

/* `return strdup(param)`, or what amounts to it: if the callee copies, so does the function. */
static void note_copier(struct collector *c, const struct ast_node *call, uint32_t number)
{
	for (uint32_t i = 1; i < call->nchildren && c->facts->copied == FLOW_NONE; i++) {
		uint32_t param = pointer_param(c, call->children[i]);

		if (param == FLOW_NONE)
			continue;
		c->facts->copied = param;
		c->facts->copier = number;
		c->facts->copier_arg = i - 1;
	}
}

static void note_returned(struct collector *c, const struct ast_node *node, unsigned depth)
{
	const struct ast_node *passed_on;
	uint32_t number;

	if (depth > 8) {
		c->facts->flags |= FACT_RETURNS_OTHER;
		return;
	}

	node = flow_strip_casts(node);
	switch (node->kind) {
	case AST_NULL_POINTER:
		return;
	case AST_INTEGER:
		if (node->u.value)
			break;
		return;
	case AST_CONDITIONAL:
		if (node->children[1]->kind != AST_NONE)
			note_returned(c, node->children[1], depth);
		note_returned(c, node->children[2], depth);
		return;
	case AST_NEW:
		c->facts->flags |= FACT_RETURNS_FRESH;
		return;
	case AST_CALL:
		passed_on = returned_argument(c, node);
		if (passed_on) {
			note_returned(c, passed_on, depth + 1);
			return;
		}
		number = (uint32_t)(uintptr_t)hash_map_find(&c->call_numbers, node);
		if (!number)
			break;
		for (uint32_t i = 0; i < c->facts->nreturned; i++)
			if (c->facts->returned[i] == number - 1)
				return;
		c->facts->returned[c->facts->nreturned++] = number - 1;
		note_copier(c, node, number - 1);
		return;
	case AST_REF:
		note_returned_local(c, node, depth);
		return;
	default:
		break;
	}
	c->facts->flags |= FACT_RETURNS_OTHER;
}

/* ---- all of it ---- */

static void follow_all(struct collector *c)
{
	uint32_t self = c->facts->nparams;
	struct flow_sinks sinks = {0};

	c->held_values = c->values.count;
	c->held = arena_calloc(&c->scratch, c->held_values * c->nvars + 1, 1);
	for (uint32_t i = 0; i < c->facts->nparams; i++) {
		if (!c->facts->possible[i])
			continue;

		const struct ast_type *type = c->function->params[i]->decl.type;

		/* A record by value is the callee's own copy: only what it points to is the caller's. */
		hold(c, (struct carried){i, type && type->kind == AST_TYPE_RECORD ? FACT_INSIDE : FACT_DIRECT},
		     c->function->params[i]);
	}
	for (size_t i = 0; i < c->selves.count; i++) {
		vec_clear(&sinks);
		if (c->selves.items[i]->kind == AST_THIS) {
			flow_sinks_of(c->selves.items[i], &sinks);
		} else if (c->selves.items[i]->u.decl && c->selves.items[i]->u.decl->kind == AST_DECL_FUNCTION) {
			link_call(c, (struct carried){self, FACT_DIRECT}, c->selves.items[i]->parent, FACT_SELF,
			          FACT_DIRECT);
		} else {
			flow_through_sinks(c->selves.items[i], &sinks);
		}
		follow_sinks(c, (struct carried){self, FACT_DIRECT}, &sinks, FACT_DIRECT);
	}
	for (size_t i = 0; i < c->globals.count; i++)
		follow_global(c, c->globals.items[i]);
	for (size_t i = 0; i < c->fact_calls.count; i++)
		if (c->fact_calls.items[i].result != FLOW_NONE)
			follow_value(c, (struct carried){c->fact_calls.items[i].result, FACT_DIRECT},
			             c->call_nodes.items[i]);
	drain(c);
	vec_release(&sinks);
}

static void keep(struct collector *c, struct arena *arena)
{
	struct function_facts *facts = c->facts;

	facts->nvalues = (uint32_t)c->values.count;
	facts->nedges = (uint32_t)c->edges.count;
	facts->ncalls = (uint32_t)c->fact_calls.count;
	facts->values = arena_memdup(arena, c->values.items, c->values.count * sizeof *c->values.items);
	facts->edges = arena_memdup(arena, c->edges.items, c->edges.count * sizeof *c->edges.items);
	facts->calls = arena_memdup(arena, c->fact_calls.items, c->fact_calls.count * sizeof *c->fact_calls.items);
	vec_release(&c->values);
	vec_release(&c->edges);
	vec_release(&c->fact_calls);
	vec_release(&c->uses);
	vec_release(&c->globals);
	vec_release(&c->selves);
	vec_release(&c->returns);
	vec_release(&c->calls);
	vec_release(&c->call_nodes);
	vec_release(&c->work);
	hash_map_release(&c->call_numbers);
	arena_clear(&c->scratch);
}

/* Plain numbers have no memory to do things to. */
static uint16_t possible(const struct ast_type *type)
{
	return type && type->kind >= AST_TYPE_VOID && type->kind <= AST_TYPE_ENUM ? 0 : FLOW_EVERYTHING;
}

struct function_facts *flow_facts_collect(struct arena *arena, struct flow_program *program,
                                          const struct ast_unit *unit, const struct ast_function *function)
{
	struct function_facts *facts = arena_new(arena, struct function_facts);
	struct collector c = {.program = program, .facts = facts, .unit = unit, .function = function};

	facts->function = function;
	facts->nparams = function->nparams;
	facts->copied = facts->copier = FLOW_NONE;
	facts->possible = arena_array(arena, function->nparams, uint16_t);
	for (uint32_t i = 0; i < function->nparams; i++)
		facts->possible[i] = possible(function->params[i]->decl.type);
	c.nvars = function->nparams + function->nlocals;
	for (uint32_t i = 0; i < function->nparams + 2; i++)
		new_value(&c);
	ast_walk(function->body, gather, &c);
	for (uint32_t i = 0; i < function->ninits; i++)
		ast_walk(function->inits[i].value, gather, &c);
	if (function->flags & (AST_FUNCTION_BROKEN | AST_FUNCTION_ASM | AST_FUNCTION_COROUTINE))
		facts->does |= FLOW_DOES_EVERYTHING;
	if (!function->result || function->result->kind > AST_TYPE_ENUM)
		facts->flags |= FACT_RETURNS_POINTER;
	sort_uses(&c);
	note_calls(&c);
	facts->returned = arena_array(arena, c.fact_calls.count, uint32_t);
	follow_all(&c);
	for (size_t i = 0; i < c.returns.count; i++)
		if (c.returns.items[i]->children[0]->kind != AST_NONE)
			note_returned(&c, c.returns.items[i]->children[0], 0);
	keep(&c, arena);
	return facts;
}
