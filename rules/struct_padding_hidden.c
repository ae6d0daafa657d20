// SPDX-License-Identifier: MIT
/*
 * struct-padding: what depends on a layout though no single expression says so: an address and a size that are handed on
 * side by side, offsets made by hand, what lies right behind a record, and functions that see another type in a void *.
 */
#include "rules/struct_padding_collect.h"

#include <ctype.h>
#include <string.h>

enum { ANY_PARAMETER = 0xffff };

/* ---- an address and a size, handed on side by side ---- */

static bool is_void_pointer(const struct ast_type *type)
{
	const struct ast_type *to = pad_pointee(type);

	return to && to->kind == AST_TYPE_VOID;
}

const struct ast_record *pad_seen_record(const struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *bare = pad_strip_casts(node);
	const struct ast_record *record = pad_address_of_record(node);

	if (record || bare->kind != AST_REF || !bare->u.decl)
		return record;
	return hash_map_find(&collector->aliases, bare->u.decl);
}

/* void *p = &record: from here on p is another name of it. */
static void note_alias(struct pad_collector *collector, const struct ast_decl *variable, const struct ast_node *value)
{
	const struct ast_record *record =
	        variable && is_void_pointer(variable->type) ? pad_address_of_record(value) : NULL;

	if (pad_candidate(collector, record))
		hash_map_put(&collector->aliases, variable, (void *)record);
}

/* int *p = &s->first: p[1] and p++ reach the fields behind it. */
static void note_field_alias(struct pad_collector *collector, const struct ast_decl *variable,
                             const struct ast_node *value)
{
	const struct ast_node *bare = pad_strip_casts(value);
	const struct ast_field *field = variable && bare->kind == AST_UNARY ? pad_address_of_field(bare) : NULL;

	if (field && bare->children[0]->kind == AST_MEMBER && pad_candidate(collector, field->record))
		hash_map_put(&collector->field_aliases, variable, (void *)field->record);
}

void pad_hidden_step(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *pointer = pad_strip_casts(node->children[0]);
	int64_t index;

	if (pointer->kind != AST_REF || !pointer->u.decl)
		return;
	if (node->kind == AST_SUBSCRIPT && ast_constant(node->children[1], &index) && index == 0)
		return;
	pad_risk(collector, hash_map_find(&collector->field_aliases, pointer->u.decl), pad_at_node(collector, node),
	         PAD_FIELD_ARITHMETIC);
}

/* Operands of inline assembler, which knows offsets. */
void pad_hidden_asm(struct pad_collector *collector, const struct ast_node *node)
{
	for (uint32_t i = 0; i < node->nchildren; i++) {
		const struct ast_type *type = node->children[i]->type;

		pad_risk(collector, type ? ast_record_of(type) : NULL, pad_at_node(collector, node), PAD_BYTES);
	}
}

void pad_hidden_alias(struct pad_collector *collector, const struct ast_node *node)
{
	if (node->kind == AST_VAR && node->nchildren)
		note_field_alias(collector, node->u.decl, node->children[0]);
	else if (node->kind == AST_ASSIGN && node->op == AST_OP_ASSIGN && node->children[0]->kind == AST_REF)
		note_field_alias(collector, node->children[0]->u.decl, node->children[1]);
	if (node->kind == AST_VAR && node->nchildren)
		note_alias(collector, node->u.decl, node->children[0]);
	else if (node->kind == AST_ASSIGN && node->op == AST_OP_ASSIGN && node->children[0]->kind == AST_REF)
		note_alias(collector, node->children[0]->u.decl, node->children[1]);
}

/* One half of such a pair, a field of @holder: the other may be elsewhere in the function. */
static void note_half(struct pad_collector *collector, const struct ast_record *holder, const struct ast_record *record,
                      bool is_size, const struct ast_node *node)
{
	const struct pad_half half = {.holder = holder, .record = record, .is_size = is_size};

	for (size_t i = 0; i < collector->halves.count; i++) {
		const struct pad_half *other = &collector->halves.items[i];

		if (other->holder == holder && other->record == record && other->is_size != is_size)
			pad_risk(collector, record, pad_at_node(collector, node), PAD_BYTES);
	}
	vec_push(&collector->halves, half);
}

static void note_value(struct pad_collector *collector, const struct ast_record *holder, struct ast_node *value,
                       const struct ast_node *node)
{
	const struct ast_type *type = value->type ? ast_bare_type(value->type) : NULL;
	const struct ast_record *record = NULL;

	if (type && type->kind == AST_TYPE_INTEGER) {
		record = pad_size_within(value, NULL);
		if (pad_candidate(collector, record))
			note_half(collector, holder, record, true, node);
		return;
	}
	if (is_void_pointer(type))
		record = pad_seen_record(collector, value);
	if (pad_candidate(collector, record))
		note_half(collector, holder, record, false, node);
}

void pad_hidden_assignment(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *target = node->children[0];

	if (target->kind != AST_MEMBER || !target->u.decl || target->u.decl->kind != AST_DECL_FIELD)
		return;
	note_value(collector, ((const struct ast_field *)target->u.decl)->record, node->children[1], node);
}

void pad_hidden_list(struct pad_collector *collector, const struct ast_node *list)
{
	const struct ast_type *type = list->type ? ast_bare_type(list->type) : NULL;

	for (uint32_t i = 0; type && type->kind == AST_TYPE_RECORD && i < list->nchildren; i++) {
		struct ast_node *value = list->children[i];

		if (value->kind == AST_DESIGNATED && value->nchildren)
			value = value->children[value->nchildren - 1];
		note_value(collector, type->record, value, list);
	}
}

/* ---- offsets made by hand ---- */

/* &((struct s *)0)->f, but not sizeof ((struct s *)0)->f. */
static void note_null_member(struct pad_collector *collector, const struct ast_node *cast,
                             const struct ast_record *record)
{
	const struct ast_node *above = cast->parent;

	while (above && (above->kind == AST_CAST || above->kind == AST_IMPLICIT_CAST))
		above = above->parent;
	if (!above || above->kind != AST_MEMBER)
		return;
	for (const struct ast_node *node = above; node; node = node->parent) {
		if (node->kind == AST_SIZEOF || node->kind == AST_ALIGNOF)
			return;
	}
	pad_risk(collector, record, pad_at_node(collector, cast), PAD_OFFSETOF);
}

/* ---- what lies behind a record ---- */

/* The call that @node is an argument of, casts aside. */
static const struct ast_node *call_around(const struct ast_node *node)
{
	const struct ast_node *above = node->parent;

	while (above && (above->kind == AST_CAST || above->kind == AST_IMPLICIT_CAST))
		above = above->parent;
	return above && (above->kind == AST_CALL || above->kind == AST_CONSTRUCT) ? above : NULL;
}

/* The pointer in p + 1 and &p[1], where it is no array's next element; NULL for anything else. */
static const struct ast_node *stepped_over(const struct ast_node *node)
{
	const struct ast_node *index = NULL, *base = NULL;
	int64_t count;

	if (node->kind == AST_BINARY && node->op == AST_OP_ADD) {
		base = pad_strip_casts(node->children[0]);
		index = node->children[1];
	} else if (node->kind == AST_UNARY && node->op == AST_OP_ADDRESS && node->children[0]->kind == AST_SUBSCRIPT) {
		base = pad_strip_casts(node->children[0]->children[0]);
		index = node->children[0]->children[1];
	}
	if (!base || !base->type || !ast_constant(index, &count) || count != 1)
		return NULL;
	return base;
}

/* Bytes right behind it, given away as something else: they are aligned as its size, or the array's offset, is. */
static void note_trailer(struct pad_collector *collector, const struct ast_node *cast, const struct ast_node *operand,
                         const struct ast_type *to)
{
	const struct ast_node *base = stepped_over(operand);
	const struct ast_record *record = base ? pad_pointed_record(base->type) : NULL;

	if (to->kind == AST_TYPE_CHAR || call_around(cast))
		return;
	if (!record && operand->kind == AST_MEMBER && operand->u.decl && operand->u.decl->kind == AST_DECL_FIELD &&
	    ((const struct ast_field *)operand->u.decl)->flags & AST_FIELD_FLEXIBLE)
		record = ((const struct ast_field *)operand->u.decl)->record;
	const struct pad_candidate *candidate = pad_candidate(collector, record);

	if (candidate && to->record != record)
		pad_fact(collector, PAD_FACT_TRAILER, candidate, pad_at_node(collector, cast), 0, 0);
}

/* ---- void * ---- */

static uint64_t argument_key(uint64_t function, uint32_t index)
{
	const uint64_t numbers[] = {function, index};

	return hash_bytes(numbers, sizeof numbers, 0) | 1;
}

/* These know where a block begins and what it is. */
static bool knows_blocks(const char *name)
{
	static const char *const words[] = {"free", "alloc", "size", "release", "destroy"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strcasestr(name, words[i]))
			return true;
	}
	return false;
}

static uint64_t type_key(const struct pad_collector *collector, const struct ast_type *type)
{
	if (type->kind == AST_TYPE_RECORD && type->record)
		return ast_decl_key(collector->unit, &type->record->decl);
	return hash_bytes(type->name, strlen(type->name), 0);
}

/* void f(void *p) { struct other *o = p; … } */
static void note_taken(struct pad_collector *collector, const struct ast_node *operand, const struct ast_type *to)
{
	const struct ast_function *function = collector->function;

	if (!function || operand->kind != AST_REF || !operand->u.decl || operand->u.decl->kind != AST_DECL_VAR ||
	    to->kind == AST_TYPE_VOID || to->kind == AST_TYPE_FUNCTION || knows_blocks(function->decl.name))
		return;
	const struct ast_var *parameter = (const struct ast_var *)operand->u.decl;

	if (!parameter->parameter || parameter->function != function || !is_void_pointer(parameter->decl.type))
		return;
	pack_number(&collector->taken, argument_key(pad_function_key(collector->unit, function), parameter->index));
	pack_number(&collector->taken, type_key(collector, to));
	pack_number(&collector->taken, argument_key(pad_function_key(collector->unit, function), ANY_PARAMETER));
	pack_number(&collector->taken, type_key(collector, to));
}

/* qsort(records, n, size, f): f gets them as void *. */
static void note_passed_on(struct pad_collector *collector, const struct ast_node *call,
                           const struct pad_candidate *candidate)
{
	for (uint32_t i = 1; i < call->nchildren; i++) {
		const struct ast_node *callback = pad_strip_casts(call->children[i]);

		if (callback->kind == AST_UNARY && callback->op == AST_OP_ADDRESS)
			callback = pad_strip_casts(callback->children[0]);
		if (callback->kind != AST_REF || !callback->u.decl || callback->u.decl->kind != AST_DECL_FUNCTION)
			continue;
		pad_fact(collector, PAD_FACT_PASSED, candidate, pad_at_node(collector, call), 0,
		         argument_key(pad_function_key(collector->unit, (const struct ast_function *)callback->u.decl),
		                      ANY_PARAMETER));
	}
}

/* f(&record) where f wants a void *. */
static void note_passed(struct pad_collector *collector, const struct ast_node *cast, const struct ast_record *record)
{
	const struct pad_candidate *candidate = pad_candidate(collector, record);
	const struct ast_node *call = candidate ? call_around(cast) : NULL;

	if (call && call->kind == AST_CALL)
		note_passed_on(collector, call, candidate);
	if (!call || call->kind != AST_CALL || !call->u.decl || call->u.decl->kind != AST_DECL_FUNCTION ||
	    call->u.decl->flags & AST_SYSTEM || knows_blocks(call->u.decl->name))
		return;
	for (uint32_t i = 1; i < call->nchildren; i++) {
		if (pad_strip_casts(call->children[i]) != pad_strip_casts(cast))
			continue;
		const uint64_t function = pad_function_key(collector->unit, (const struct ast_function *)call->u.decl);

		pad_fact(collector, PAD_FACT_PASSED, candidate, pad_at_node(collector, call), 0,
		         argument_key(function, i - 1));
	}
}

void pad_hidden_cast(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *operand = node->nchildren ? node->children[0] : NULL;
	const struct ast_type *from = operand ? pad_pointee(operand->type) : NULL, *to = pad_pointee(node->type);
	int64_t value;

	if (!operand || !to)
		return;
	if (from && from->kind == AST_TYPE_VOID)
		note_taken(collector, pad_strip_casts(operand), to);
	if (!collector->candidates.count)
		return;
	if (!from && ast_constant(operand, &value))
		note_null_member(collector, node, pad_pointed_record(node->type));
	if (to->kind == AST_TYPE_VOID)
		note_passed(collector, node, pad_pointed_record(operand->type));
	if (!from || from != to)
		note_trailer(collector, node, pad_strip_casts(operand), to);
}

void pad_hidden_pack(struct pad_collector *collector)
{
	if (collector->taken.size)
		pad_fact_bytes(collector, PAD_FACT_TAKEN, &collector->taken);
	pack_release(&collector->taken);
	vec_release(&collector->halves);
	vec_release(&collector->nodes);
	hash_map_release(&collector->aliases);
	hash_map_release(&collector->field_aliases);
}

/* ---- all units together ---- */

struct pad_taken {
	VEC(uint64_t) types;
};

void pad_hidden_take(struct pad_state *state, const void *bytes, size_t size)
{
	struct unpacker list = unpack_from(bytes, size);

	while (!unpack_end(&list)) {
		const void *key = (const void *)(uintptr_t)(unpack_number(&list) | 1);
		const uint64_t type = unpack_number(&list);
		struct pad_taken *taken = hash_map_find(&state->taken, key);

		if (!taken) {
			taken = arena_new(state->arena, struct pad_taken);
			hash_map_put(&state->taken, key, taken);
			vec_push(&state->all_taken, taken);
		}
		vec_push(&taken->types, type);
	}
}

/* Some function that is given it takes it for something else; its own first field, where that is a record, apart. */
const struct pad_place *pad_mistaken(const struct pad_state *state, const struct pad_record *record)
{
	if (!record->nfields || record->fields[0].record)
		return NULL;
	for (size_t i = 0; i < record->passed.count; i++) {
		const struct pad_passed *passed = &record->passed.items[i];
		const struct pad_taken *taken = hash_map_find(&state->taken, (const void *)(uintptr_t)passed->argument);
		bool own = !taken;

		for (size_t t = 0; !own && t < taken->types.count; t++)
			own = taken->types.items[t] == record->key;
		if (!own)
			return &passed->place;
	}
	return NULL;
}

void pad_hidden_release(struct pad_state *state)
{
	for (size_t i = 0; i < state->all_taken.count; i++)
		vec_release(&state->all_taken.items[i]->types);
	vec_release(&state->all_taken);
	hash_map_release(&state->taken);
}
