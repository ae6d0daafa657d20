/* SPDX-License-Identifier: MIT */
/* Follows parameters and results of calls through a body, without regard to order: what may happen to them. */
#include "analyzer/flow/facts_collect.h"

uint32_t facts_local_number(const struct collector *c, const struct ast_decl *decl)
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

static const uint64_t gathered = AST_HAS_CALLS | AST_HAS_LOOPS | AST_HAS(AST_REF) | AST_HAS(AST_THIS) |
                                 AST_HAS(AST_MEMBER) | AST_HAS(AST_RETURN) | AST_HAS(AST_ASM) | AST_HAS(AST_OTHER) |
                                 AST_HAS(AST_OTHER_STMT) | AST_HAS(AST_AWAIT) | AST_HAS(AST_SIZEOF) |
                                 AST_HAS(AST_ALIGNOF) | AST_HAS(AST_OFFSETOF);

static bool gather(struct ast_node *node, void *context)
{
	struct collector *c = context;

	switch (node->kind) {
	case AST_REF:
		if (facts_local_number(c, node->u.decl) != FLOW_NONE && !(node->u.decl->flags & AST_STATIC))
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
		c->first_use[facts_local_number(c, c->uses.items[i]->u.decl) + 2]++;
	for (uint32_t i = 2; i < c->nvars + 2; i++)
		c->first_use[i] += c->first_use[i - 1];
	for (size_t i = 0; i < c->uses.count; i++)
		c->sorted[c->first_use[facts_local_number(c, c->uses.items[i]->u.decl) + 1]++] = c->uses.items[i];
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
	uint32_t number = facts_local_number(c, &var->decl);
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

		if (!place.derefs && place.var && facts_local_number(c, &place.var->decl) != FLOW_NONE &&
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
	ast_walk_kinds(function->body, gathered, gather, &c);
	for (uint32_t i = 0; i < function->ninits; i++)
		ast_walk_kinds(function->inits[i].value, gathered, gather, &c);
	if (function->flags & (AST_FUNCTION_BROKEN | AST_FUNCTION_ASM | AST_FUNCTION_COROUTINE))
		facts->does |= FLOW_DOES_EVERYTHING;
	if (!function->result || function->result->kind > AST_TYPE_ENUM)
		facts->flags |= FACT_RETURNS_POINTER;
	sort_uses(&c);
	note_calls(&c);
	facts->returned = arena_array(arena, c.fact_calls.count, uint32_t);
	follow_all(&c);
	facts_note_returned(&c);
	keep(&c, arena);
	return facts;
}
