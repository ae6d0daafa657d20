// SPDX-License-Identifier: MIT
/* struct-padding: casts, byte uses, allocations and field addresses in functions' bodies. */
#include "rules/struct_padding_collect.h"

#include <string.h>

enum { SENTINEL = 4096 }; /* integers below are marks, not addresses */

static const struct ast_type *pointee(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && bare->kind == AST_TYPE_POINTER && bare->target ? ast_bare_type(bare->target) : NULL;
}

/* The record that a pointer, or an array's decay, of this type leads to. */
static const struct ast_record *pointed_record(const struct ast_type *type)
{
	const struct ast_type *to = pointee(type);

	while (to && to->kind == AST_TYPE_ARRAY && to->target)
		to = ast_bare_type(to->target);
	return to && to->kind == AST_TYPE_RECORD ? to->record : NULL;
}

static const struct ast_node *strip_casts(const struct ast_node *node)
{
	while ((node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST) && node->nchildren)
		node = node->children[0];
	return node;
}

/* The record whose address an argument is, whatever it was cast to on the way. */
static const struct ast_record *address_of_record(const struct ast_node *node)
{
	const struct ast_node *bare = strip_casts(node);
	const struct ast_type *type = bare->type ? ast_bare_type(bare->type) : NULL;

	if (!type)
		return NULL;
	if (type->kind == AST_TYPE_ARRAY)
		return ast_record_of(type);
	return pointed_record(type);
}

/* The field in &s->f; NULL for anything else. */
static const struct ast_field *address_of_field(const struct ast_node *node)
{
	const struct ast_node *bare = strip_casts(node);

	if (bare->kind == AST_UNARY && bare->op == AST_OP_ADDRESS)
		bare = bare->children[0];
	else if (!bare->type || ast_bare_type(bare->type)->kind != AST_TYPE_ARRAY)
		return NULL;
	if (bare->kind == AST_SUBSCRIPT)
		bare = strip_casts(bare->children[0]);
	if (bare->kind != AST_MEMBER || !bare->u.decl || bare->u.decl->kind != AST_DECL_FIELD)
		return NULL;
	return (const struct ast_field *)bare->u.decl;
}

static const char *callee_name(const struct ast_node *call)
{
	return call->u.decl ? call->u.decl->name : "";
}

static const struct ast_function *callee(const struct ast_node *call)
{
	return call->u.decl && call->u.decl->kind == AST_DECL_FUNCTION ? (const struct ast_function *)call->u.decl
	                                                               : NULL;
}

/* ---- sizeof ---- */

struct sizeof_search {
	const struct ast_record *record;
	bool found;
};

static const struct ast_record *measured_record(const struct ast_node *node)
{
	const struct ast_type *of = node->of;

	if (!of && node->nchildren)
		of = node->children[0]->type;
	of = of ? ast_bare_type(of) : NULL;
	while (of && of->kind == AST_TYPE_ARRAY && of->target)
		of = ast_bare_type(of->target);
	return of && of->kind == AST_TYPE_RECORD ? of->record : NULL;
}

static bool visit_sizeof(struct ast_node *node, void *context)
{
	struct sizeof_search *search = context;
	const struct ast_record *record = node->kind == AST_SIZEOF ? measured_record(node) : NULL;

	if (record && (!search->record || search->record == record)) {
		search->record = record;
		search->found = true;
	}
	return !search->found;
}

/* The record whose size is somewhere in @node; with @wanted only that one. */
static const struct ast_record *size_within(struct ast_node *node, const struct ast_record *wanted)
{
	struct sizeof_search search = {.record = wanted};

	ast_walk(node, visit_sizeof, &search);
	return search.found ? search.record : NULL;
}

/* ---- calls ---- */

static bool one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Bytes in, the same record's bytes out, or all zero: no order shows. */
static bool is_blind(const char *name)
{
	static const char *const names[] = {
	        "memset",  "bzero", "explicit_bzero", "__builtin_memset", "malloc",        "calloc",
	        "realloc", "free",  "qsort",          "bsearch",          "qsort_r",       "reallocarray",
	        "lfind",   "tfind", "posix_memalign", "aligned_alloc",    "__memset_chk",  "__builtin___memset_chk",
	};

	return one_of(name, names, sizeof names / sizeof *names);
}

static bool copies_bytes(const char *name)
{
	static const char *const names[] = {
	        "memcpy",          "memmove",          "mempcpy",      "__builtin_memcpy",
	        "__builtin_memmove", "__memcpy_chk", "__memmove_chk", "__builtin___memcpy_chk",
	        "__builtin___memmove_chk",
	};

	return one_of(name, names, sizeof names / sizeof *names);
}

static bool within_loop(const struct ast_node *node)
{
	for (; node; node = node->parent) {
		if (node->kind == AST_WHILE || node->kind == AST_DO || node->kind == AST_FOR || node->kind == AST_RANGE_FOR)
			return true;
	}
	return false;
}

static bool is_allocator(const struct ast_node *call)
{
	const struct ast_function *function = callee(call);
	const char *name = callee_name(call);

	if (function && function->flags & AST_FUNCTION_MALLOC)
		return true;
	return strstr(name, "alloc") || strstr(name, "Alloc") || strstr(name, "ALLOC") || strstr(name, "new");
}

/* n * sizeof(x), or calloc(n, sizeof(x)). */
static bool asks_for_many(const struct ast_node *call, uint32_t with_size)
{
	const struct ast_node *size = strip_casts(call->children[with_size]);
	int64_t count;

	if (size->kind == AST_BINARY && size->op == AST_OP_MUL)
		return true;
	for (uint32_t i = 1; i < call->nchildren; i++) {
		const struct ast_type *type = call->children[i]->type;

		if (i == with_size || !type || ast_bare_type(type)->kind != AST_TYPE_INTEGER)
			continue;
		if (!ast_constant(call->children[i], &count) || count > 1)
			return strstr(callee_name(call), "calloc") || strstr(callee_name(call), "array");
	}
	return false;
}

static void note_allocation(struct pad_collector *collector, struct ast_node *call)
{
	for (uint32_t i = 1; i < call->nchildren; i++) {
		const struct ast_record *record = size_within(call->children[i], NULL);

		if (!pad_candidate(collector, record))
			continue;
		const bool many = within_loop(call) || asks_for_many(call, i);

		pad_use(collector, record, pad_at_node(collector, call), many ? PAD_ALLOCATED_MANY : PAD_ALLOCATED, 0);
	}
}

enum { ANY_ARGUMENT = -2, NO_ARGUMENT = -3 };

/* The argument of @name that is a buffer of bytes; see struct_padding_bytes.def. */
static int bytes_argument(const char *name)
{
	static const struct {
		const char *name;
		int argument;
	} known[] = {
#define BYTES(name, argument) {name, argument},
#include "rules/struct_padding_bytes.def"
#undef BYTES
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strcmp(known[i].name, name) == 0)
			return known[i].argument;
	}
	return NO_ARGUMENT;
}

/* A record given as bytes to a function that is known for it. */
static void note_bytes(struct pad_collector *collector, struct ast_node *call)
{
	const int wanted = bytes_argument(callee_name(call));

	for (uint32_t i = 1; wanted != NO_ARGUMENT && i < call->nchildren; i++) {
		if (wanted == ANY_ARGUMENT || wanted == (int)i - 1)
			pad_risk(collector, address_of_record(call->children[i]), pad_at_node(collector, call), PAD_BYTES);
	}
}

/* Before all else: which variables are buffers. What is cast from them later, or was before, came as bytes. */
static bool visit_buffer(struct ast_node *node, void *context)
{
	struct pad_collector *collector = context;
	const int wanted = node->kind == AST_CALL ? bytes_argument(callee_name(node)) : NO_ARGUMENT;

	for (uint32_t i = 1; wanted != NO_ARGUMENT && i < node->nchildren; i++) {
		const struct ast_node *bare = strip_casts(node->children[i]);

		if ((wanted == ANY_ARGUMENT || wanted == (int)i - 1) && bare->kind == AST_REF && bare->u.decl)
			hash_map_put(&collector->io_variables, bare->u.decl, collector);
	}
	return true;
}

/* f(&x, sizeof x): bytes, unless both sides are the same record or all is zero. */
static void note_sized_bytes(struct pad_collector *collector, struct ast_node *call)
{
	const char *name = callee_name(call);
	const struct ast_record *first = NULL, *second = NULL;

	if (is_blind(name))
		return;
	if (copies_bytes(name) && call->nchildren > 3) {
		first = address_of_record(call->children[1]);
		second = address_of_record(call->children[2]);
		if (first == second)
			return;
		/* Into and out of raw memory that holds nothing but such records: cannot be told apart from foreign. */
		pad_risk(collector, first, pad_at_node(collector, call), PAD_BYTES);
		pad_risk(collector, second, pad_at_node(collector, call), PAD_BYTES);
		return;
	}
	for (uint32_t i = 1; i < call->nchildren; i++) {
		const struct ast_record *record = address_of_record(call->children[i]);
		const struct ast_type *to = pointee(call->children[i]->type);

		if (!pad_candidate(collector, record) || (to && to->kind == AST_TYPE_RECORD))
			continue;
		for (uint32_t j = 1; j < call->nchildren; j++) {
			if (j != i && size_within(call->children[j], record))
				pad_risk(collector, record, pad_at_node(collector, call), PAD_BYTES);
		}
	}
}

/* memset(&s->f, 0, n) reaches beyond f unless n is its size. */
static void note_field_span(struct pad_collector *collector, struct ast_node *call)
{
	const char *name = callee_name(call);
	int64_t size;

	if ((!is_blind(name) && !copies_bytes(name)) || call->nchildren < 3)
		return;
	for (uint32_t i = 1; i < call->nchildren - 1; i++) {
		const struct ast_field *field = address_of_field(call->children[i]);
		struct ast_node *length = call->children[call->nchildren - 1];

		if (!field || !pad_candidate(collector, field->record) || field->flags & AST_FIELD_FLEXIBLE)
			continue;
		if (ast_constant(length, &size) && size <= field->size)
			continue;
		if (strip_casts(length)->kind == AST_SIZEOF && !size_within(length, field->record))
			continue;
		if (ast_bare_type(field->decl.type)->kind == AST_TYPE_ARRAY)
			continue;
		pad_risk(collector, field->record, pad_at_node(collector, call), PAD_FIELD_ARITHMETIC);
	}
}

static void note_call(struct pad_collector *collector, struct ast_node *call)
{
	if (is_allocator(call))
		note_allocation(collector, call);
	note_bytes(collector, call);
	note_sized_bytes(collector, call);
	note_field_span(collector, call);
}

/* ---- casts ---- */

static bool comes_from_bytes(const struct pad_collector *collector, const struct ast_node *node)
{
	const char *name = node->kind == AST_CALL ? callee_name(node) : "";

	if (node->kind == AST_REF && node->u.decl)
		return hash_map_find(&collector->io_variables, node->u.decl);
	return strcmp(name, "mmap") == 0 || strcmp(name, "mmap64") == 0 || strcmp(name, "shmat") == 0;
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
	if (operand->kind == AST_CALL && is_allocator(operand))
		return;
	/* Towards a base class the compiler adjusts the pointer itself. */
	if (other->kind == AST_TYPE_RECORD && collector->unit->cplusplus &&
	    (node->kind == AST_IMPLICIT_CAST || ast_cast_style(node) == AST_STATIC_CAST ||
	     ast_cast_style(node) == AST_DYNAMIC_CAST))
		return;
	pad_risk(collector, record, pad_at_node(collector, node),
	         other->kind == AST_TYPE_CHAR ? PAD_BYTES : PAD_CAST);
}

static void note_cast(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *operand = node->children[0];
	const struct ast_type *from = pointee(operand->type), *to = pointee(node->type);
	const struct ast_record *target = pointed_record(node->type);
	int64_t value;

	if (from && from->kind == AST_TYPE_VOID && target && comes_from_bytes(collector, strip_casts(operand)))
		pad_risk(collector, target, pad_at_node(collector, node), PAD_BYTES);
	if (to && !from && target && operand->type) {
		const uint8_t kind = ast_bare_type(operand->type)->kind;

		if (kind == AST_TYPE_INTEGER && ast_constant(operand, &value) && (value > SENTINEL || value < -SENTINEL))
			pad_risk(collector, target, pad_at_node(collector, node), PAD_CAST);
		if (kind == AST_TYPE_ARRAY) {
			from = ast_bare_type(operand->type)->target;
			from = from ? ast_bare_type(from) : NULL;
		}
	}
	if (!from || !to || from == to)
		return;
	note_cast_pair(collector, pointed_record(operand->type), to, node, operand);
	note_cast_pair(collector, target, from, node, operand);
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
		const struct ast_node *bare = strip_casts(node->children[i]);
		const struct ast_field *field = bare->kind == AST_UNARY ? address_of_field(bare) : NULL;

		if (field && bare->children[0]->kind == AST_MEMBER)
			pad_risk(collector, field->record, pad_at_node(collector, node), PAD_FIELD_ARITHMETIC);
	}
}

/* sizeof(struct s) compared with something: the size matters. */
static void note_compared_size(struct pad_collector *collector, const struct ast_node *node)
{
	for (uint32_t i = 0; i < 2; i++) {
		const struct ast_node *bare = strip_casts(node->children[i]);

		if (bare->kind == AST_SIZEOF && strip_casts(node->children[1 - i])->kind != AST_SIZEOF)
			pad_risk(collector, measured_record(bare), pad_at_node(collector, node), PAD_ASSERTED);
	}
}

/* iov.iov_base = &x */
static void note_assignment(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_node *target = node->children[0];

	if (target->kind == AST_MEMBER && target->u.decl && strcmp(target->u.decl->name, "iov_base") == 0)
		pad_risk(collector, address_of_record(node->children[1]), pad_at_node(collector, node), PAD_BYTES);
}

static void note_new(struct pad_collector *collector, const struct ast_node *node)
{
	const struct ast_type *of = node->of ? ast_bare_type(node->of) : NULL;

	if (of && of->kind == AST_TYPE_RECORD)
		pad_use(collector, of->record, pad_at_node(collector, node),
		        node->flags & AST_ARRAY || within_loop(node) ? PAD_ALLOCATED_MANY : PAD_ALLOCATED, 0);
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
		value = node->children[0]->nchildren ? node->children[0]->children[node->children[0]->nchildren - 1] : node;
	if (!value || !binds(collector, node) || note_bound(collector, value, node))
		return;
	for (uint32_t i = 0; i < collector->unit->nrecords; i++)
		pad_risk(collector, collector->unit->records[i], pad_at_node(collector, node), PAD_BINDING);
}

static bool visit(struct ast_node *node, void *context)
{
	struct pad_collector *collector = context;

	switch (node->kind) {
	case AST_CALL:
		note_call(collector, node);
		break;
	case AST_CAST:
	case AST_IMPLICIT_CAST:
		if (node->nchildren)
			note_cast(collector, node);
		break;
	case AST_OFFSETOF:
		note_offsetof(collector, node);
		break;
	case AST_SUBSCRIPT:
		note_arithmetic(collector, node);
		break;
	case AST_BINARY:
		if (node->op == AST_OP_ADD || node->op == AST_OP_SUB)
			note_arithmetic(collector, node);
		else if (node->op == AST_OP_EQ || node->op == AST_OP_NE)
			note_compared_size(collector, node);
		break;
	case AST_ASSIGN:
		note_assignment(collector, node);
		break;
	case AST_NEW:
		note_new(collector, node);
		break;
	case AST_INIT_LIST:
		pad_collect_list(collector, node);
		break;
	case AST_DECL_STMT:
	case AST_RANGE_FOR:
		note_binding(collector, node);
		break;
	default:
		break;
	}
	return true;
}

void pad_collect_body(struct pad_collector *collector, struct ast_node *body)
{
	ast_walk(body, visit_buffer, collector);
	ast_walk(body, visit, collector);
	arena_clear(&collector->scratch);
}

static bool visit_assert(struct ast_node *node, void *context)
{
	struct pad_collector *collector = context;
	const struct ast_record *record = NULL;

	if (node->kind == AST_SIZEOF || node->kind == AST_ALIGNOF)
		record = measured_record(node);
	else if (node->kind == AST_OFFSETOF && node->of)
		record = ast_record_of(node->of);
	pad_risk(collector, record, pad_at_node(collector, node), PAD_ASSERTED);
	return true;
}

void pad_collect_assert(struct pad_collector *collector, struct ast_node *condition)
{
	ast_walk(condition, visit_assert, collector);
}
