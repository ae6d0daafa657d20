// SPDX-License-Identifier: MIT
/* struct-padding: casts, field addresses and objects made in functions' bodies. */
#include "rules/struct_padding_collect.h"

#include <string.h>

enum { SENTINEL = 4096 }; /* integers below are marks, not addresses */

/* ---- casts ---- */

static bool comes_from_bytes(const struct pad_collector *collector, const struct ast_node *node)
{
	const char *name = node->kind == AST_CALL ? pad_callee_name(node) : "";

	if (node->kind == AST_REF && node->u.decl)
		return hash_map_find(&collector->io_variables, node->u.decl);
	return strcmp(name, "dlsym") == 0 || strcmp(name, "mmap") == 0 || strcmp(name, "mmap64") == 0 ||
	       strcmp(name, "shmat") == 0;
}

static bool is_first_field_type(const struct ast_record *record, const struct ast_type *type)
{
	const struct ast_type *first = record->nfields ? record->fields[0]->decl.type : NULL;

	return first && ast_bare_type(first) == type;
}

static void note_pin(struct pad_collector *collector, const struct ast_record *record, const struct ast_node *node)
{
	const struct pad_candidate *candidate = pad_candidate(collector, record);

	if (candidate)
		pad_fact(collector, PAD_FACT_PIN, candidate, pad_at_node(collector, node), 0, 0);
}

static void note_cast_pair(struct pad_collector *collector, const struct ast_record *record,
                           const struct ast_type *other, const struct ast_node *node, const struct ast_node *operand)
{
	if (!pad_candidate(collector, record) || !other || other->kind == AST_TYPE_VOID ||
	    other->kind == AST_TYPE_FUNCTION || (other->kind == AST_TYPE_RECORD && other->record == record))
		return;
	if (is_first_field_type(record, other)) {
		note_pin(collector, record, node);
		return;
	}
	if (operand->kind == AST_CALL && pad_is_allocator(operand))
		return;
	/* Towards a base class the compiler adjusts the pointer itself. */
	if (other->kind == AST_TYPE_RECORD && collector->unit->cplusplus &&
	    (node->kind == AST_IMPLICIT_CAST || ast_cast_style(node) == AST_STATIC_CAST ||
	     ast_cast_style(node) == AST_DYNAMIC_CAST))
		return;
	pad_risk(collector, record, pad_at_node(collector, node), other->kind == AST_TYPE_CHAR ? PAD_BYTES : PAD_CAST);
}

static void note_cast(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *operand = node->children[0];
	const struct ast_type *from = pad_pointee(operand->type), *to = pad_pointee(node->type);
	const struct ast_record *target = pad_pointed_record(node->type);
	int64_t value;

	if (from && from->kind == AST_TYPE_VOID && target && comes_from_bytes(collector, pad_strip_casts(operand)))
		pad_risk(collector, target, pad_at_node(collector, node), PAD_BYTES);
	if (to && !from && target && operand->type) {
		const uint8_t kind = ast_bare_type(operand->type)->kind;

		if (kind == AST_TYPE_INTEGER && ast_constant(operand, &value) &&
		    (value > SENTINEL || value < -SENTINEL))
			pad_risk(collector, target, pad_at_node(collector, node), PAD_CAST);
		if (kind == AST_TYPE_ARRAY) {
			from = ast_bare_type(operand->type)->target;
			from = from ? ast_bare_type(from) : NULL;
		}
	}
	if (!from || !to || from == to)
		return;
	note_cast_pair(collector, pad_pointed_record(operand->type), to, node, operand);
	note_cast_pair(collector, target, from, node, operand);
}

/* Before all else: which variables are buffers. What is cast from them later, or was before, came as bytes. */
static void look_for_buffers(struct pad_collector *collector, const struct ast_node *node)
{
	pad_hidden_alias(collector, node);
	const int wanted = node->kind == AST_CALL ? pad_name_of(collector, node)->bytes : NO_ARGUMENT;

	for (uint32_t i = 1; wanted != NO_ARGUMENT && i < node->nchildren; i++) {
		const struct ast_node *bare = pad_strip_casts(node->children[i]);

		if ((wanted == ANY_ARGUMENT || wanted == (int)i - 1) && bare->kind == AST_REF && bare->u.decl)
			hash_map_put(&collector->io_variables, bare->u.decl, collector);
	}
}

/* ---- the rest ---- */

static void note_offsetof(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_type *of = node->of ? ast_bare_type(node->of) : NULL;
	const struct ast_record *record = of && of->kind == AST_TYPE_RECORD ? of->record : NULL;
	const struct ast_node *step = node->nchildren ? node->children[0] : NULL;

	if (!pad_candidate(collector, record))
		return;
	pad_risk(collector, record, pad_at_node(collector, node), PAD_OFFSETOF);
	if (step && step->kind == AST_FIELD_DESIGNATOR && step->u.decl && record->nfields &&
	    step->u.decl == &record->fields[0]->decl)
		note_pin(collector, record, node);
}

/* &s->f + n, (&s->f)[n], &s->f - base. */
static void note_arithmetic(struct pad_collector *collector, const struct ast_node *node)
{
	const uint32_t operands = node->kind == AST_SUBSCRIPT ? 1 : 2;

	for (uint32_t i = 0; i < operands && i < node->nchildren; i++) {
		const struct ast_node *bare = pad_strip_casts(node->children[i]);
		const struct ast_field *field = bare->kind == AST_UNARY ? pad_address_of_field(bare) : NULL;

		if (field && bare->children[0]->kind == AST_MEMBER)
			pad_risk(collector, field->record, pad_at_node(collector, node), PAD_FIELD_ARITHMETIC);
	}
}

/* sizeof(struct s) compared with something: the size matters. */
static void note_compared_size(struct pad_collector *collector, const struct ast_node *node)
{
	for (uint32_t i = 0; i < 2; i++) {
		const struct ast_node *bare = pad_strip_casts(node->children[i]);

		if (bare->kind == AST_SIZEOF && pad_strip_casts(node->children[1 - i])->kind != AST_SIZEOF)
			pad_risk(collector, pad_measured_record(bare), pad_at_node(collector, node), PAD_ASSERTED);
	}
}

/* iov.iov_base = &x */
static void note_assignment(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *target = node->children[0];

	if (target->kind == AST_MEMBER && target->u.decl && strcmp(target->u.decl->name, "iov_base") == 0)
		pad_risk(collector, pad_address_of_record(node->children[1]), pad_at_node(collector, node), PAD_BYTES);
}

static void note_new(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_type *of = node->of ? ast_bare_type(node->of) : NULL;

	if (of && of->kind == AST_TYPE_RECORD)
		pad_use(collector, of->record, pad_at_node(collector, node),
		        node->flags & AST_ARRAY || pad_within_loop(node) ? PAD_ALLOCATED_MANY : PAD_ALLOCATED,
		        pad_allocating_function(collector));
}

/* `auto [` or `auto &[` at the head of a declaration. */
static bool binds(struct pad_collector *collector, const struct ast_node *node)
{
	const char *text = ast_text(collector->unit, node->range, &collector->scratch);
	const char *bracket = strchr(text, '['), *word = strstr(text, "auto");

	if (!word || !bracket || bracket < word)
		return false;
	word += 4;
	return word + strspn(word, " \t\n&") == bracket;
}

/* The record taken apart, or those that what is gone through holds; false when the type does not tell. */
static bool note_bound(struct pad_collector *collector, const struct ast_node *value, const struct ast_node *node)
{
	const struct ast_type *type = value->type ? ast_bare_type(value->type) : NULL;

	while (type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE ||
	                type->kind == AST_TYPE_ARRAY))
		type = type->target ? ast_bare_type(type->target) : NULL;
	if (!type || type->kind != AST_TYPE_RECORD)
		return false;
	pad_risk(collector, type->record, pad_at_node(collector, node), PAD_BINDING);
	for (uint32_t i = 0; i < type->nargs; i++) {
		const struct ast_type *argument = type->args[i] ? ast_bare_type(type->args[i]) : NULL;

		if (argument && argument->kind == AST_TYPE_RECORD)
			pad_risk(collector, argument->record, pad_at_node(collector, node), PAD_BINDING);
	}
	return true;
}

/* auto [a, b] = s; and for (auto [a, b] : list): they leave no variable, so the text tells. */
static void note_binding(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *value = NULL;

	if (!collector->unit->cplusplus)
		return;
	if (node->kind == AST_RANGE_FOR && node->children[0]->kind == AST_NONE)
		value = node->children[1];
	else if (node->kind == AST_DECL_STMT && node->nchildren && node->children[0]->kind == AST_OTHER_STMT)
		value = node->children[0]->nchildren ? node->children[0]->children[node->children[0]->nchildren - 1]
		                                     : node;
	if (!value || !binds(collector, node) || note_bound(collector, value, node))
		return;
	for (uint32_t i = 0; i < collector->unit->nrecords; i++)
		pad_risk(collector, collector->unit->records[i], pad_at_node(collector, node), PAD_BINDING);
}

static const uint64_t visited = AST_HAS_CASTS | AST_HAS(AST_CALL) | AST_HAS(AST_OTHER) | AST_HAS(AST_OFFSETOF) |
                                AST_HAS(AST_SUBSCRIPT) | AST_HAS(AST_UNARY) | AST_HAS(AST_ASM) | AST_HAS(AST_BINARY) |
                                AST_HAS(AST_ASSIGN) | AST_HAS(AST_NEW) | AST_HAS(AST_INIT_LIST) |
                                AST_HAS(AST_DECL_STMT) | AST_HAS(AST_RANGE_FOR);

static void look_at_node(struct pad_collector *collector, struct ast_node *node)
{
	switch (node->kind) {
	case AST_CALL:
		pad_note_call(collector, node);
		pad_template_call(collector, node);
		break;
	case AST_OTHER:
		pad_template_parentheses(collector, node);
		break;
	case AST_CAST:
	case AST_IMPLICIT_CAST:
		pad_hidden_cast(collector, node);
		if (node->nchildren)
			note_cast(collector, node);
		break;
	case AST_OFFSETOF:
		note_offsetof(collector, node);
		break;
	case AST_SUBSCRIPT:
		note_arithmetic(collector, node);
		pad_hidden_step(collector, node);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC)
			pad_hidden_step(collector, node);
		break;
	case AST_ASM:
		pad_hidden_asm(collector, node);
		break;
	case AST_BINARY:
		if (node->op == AST_OP_ADD || node->op == AST_OP_SUB) {
			note_arithmetic(collector, node);
			pad_hidden_step(collector, node);
		} else if (node->op == AST_OP_EQ || node->op == AST_OP_NE)
			note_compared_size(collector, node);
		break;
	case AST_ASSIGN:
		note_assignment(collector, node);
		pad_hidden_assignment(collector, node);
		if (node->op == AST_OP_ADD_ASSIGN || node->op == AST_OP_SUB_ASSIGN)
			pad_hidden_step(collector, node);
		break;
	case AST_NEW:
		note_new(collector, node);
		break;
	case AST_INIT_LIST:
		pad_collect_list(collector, node);
		pad_hidden_list(collector, node);
		break;
	case AST_DECL_STMT:
	case AST_RANGE_FOR:
		note_binding(collector, node);
		break;
	default:
		break;
	}
}

static bool gather_node(struct ast_node *node, void *context)
{
	struct pad_collector *collector = context;

	vec_push(&collector->nodes, node);
	return true;
}

static bool visit_call(struct ast_node *node, void *context)
{
	if (node->kind == AST_CALL)
		pad_once_call(context, node);
	else if (node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST)
		pad_hidden_cast(context, node);
	return true;
}

void pad_collect_body(struct pad_collector *collector, struct ast_node *body)
{
	if (!collector->candidates.count) {
		ast_walk_kinds(body, AST_HAS(AST_CALL) | AST_HAS_CASTS, visit_call, collector);
		return;
	}
	vec_clear(&collector->halves);
	vec_clear(&collector->nodes);
	ast_walk_kinds(body, visited | AST_HAS(AST_VAR), gather_node, collector);
	for (size_t i = 0; i < collector->nodes.count; i++)
		look_for_buffers(collector, collector->nodes.items[i]);
	for (size_t i = 0; i < collector->nodes.count; i++)
		look_at_node(collector, collector->nodes.items[i]);
	arena_clear(&collector->scratch);
}

static bool visit_assert(struct ast_node *node, void *context)
{
	struct pad_collector *collector = context;
	const struct ast_record *record = NULL;

	if (node->kind == AST_SIZEOF || node->kind == AST_ALIGNOF)
		record = pad_measured_record(node);
	else if (node->kind == AST_OFFSETOF && node->of)
		record = ast_record_of(node->of);
	pad_risk(collector, record, pad_at_node(collector, node), PAD_ASSERTED);
	return true;
}

void pad_collect_assert(struct pad_collector *collector, struct ast_node *condition)
{
	ast_walk_kinds(condition, AST_HAS(AST_SIZEOF) | AST_HAS(AST_ALIGNOF) | AST_HAS(AST_OFFSETOF), visit_assert,
	               collector);
}
