// SPDX-License-Identifier: MIT
/* struct-padding: what calls do with records: allocations, bytes, spans of fields. */
#include "rules/struct_padding_collect.h"

#include <string.h>

const struct ast_type *pad_pointee(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && bare->kind == AST_TYPE_POINTER && bare->target ? ast_bare_type(bare->target) : NULL;
}

/* The record that a pointer, or an array's decay, of this type leads to. */
const struct ast_record *pad_pointed_record(const struct ast_type *type)
{
	const struct ast_type *to = pad_pointee(type);

	while (to && to->kind == AST_TYPE_ARRAY && to->target)
		to = ast_bare_type(to->target);
	return to && to->kind == AST_TYPE_RECORD ? to->record : NULL;
}

const struct ast_node *pad_strip_casts(const struct ast_node *node)
{
	while ((node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST) && node->nchildren)
		node = node->children[0];
	return node;
}

/* The record whose address an argument is, whatever it was cast to on the way. */
const struct ast_record *pad_address_of_record(const struct ast_node *node)
{
	const struct ast_node *bare = pad_strip_casts(node);
	const struct ast_type *type = bare->type ? ast_bare_type(bare->type) : NULL;

	if (!type)
		return NULL;
	if (type->kind == AST_TYPE_ARRAY)
		return ast_record_of(type);
	return pad_pointed_record(type);
}

/* The field in &s->f; NULL for anything else. */
const struct ast_field *pad_address_of_field(const struct ast_node *node)
{
	const struct ast_node *bare = pad_strip_casts(node);

	if (bare->kind == AST_UNARY && bare->op == AST_OP_ADDRESS)
		bare = bare->children[0];
	else if (!bare->type || ast_bare_type(bare->type)->kind != AST_TYPE_ARRAY)
		return NULL;
	if (bare->kind == AST_SUBSCRIPT)
		bare = pad_strip_casts(bare->children[0]);
	if (bare->kind != AST_MEMBER || !bare->u.decl || bare->u.decl->kind != AST_DECL_FIELD)
		return NULL;
	return (const struct ast_field *)bare->u.decl;
}

const char *pad_callee_name(const struct ast_node *call)
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

const struct ast_record *pad_measured_record(const struct ast_node *node)
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
	const struct ast_record *record = node->kind == AST_SIZEOF ? pad_measured_record(node) : NULL;

	if (record && (!search->record || search->record == record)) {
		search->record = record;
		search->found = true;
	}
	return !search->found;
}

const struct ast_record *pad_size_within(struct ast_node *node, const struct ast_record *wanted)
{
	struct sizeof_search search = {.record = wanted};

	ast_walk_kinds(node, AST_HAS(AST_SIZEOF), visit_sizeof, &search);
	return search.found ? search.record : NULL;
}

/* ---- calls ---- */

static bool one_of(const char *name, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (*name == *names[i] && strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* Bytes in, the same record's bytes out, or all zero: no order shows. */
static bool is_blind(const char *name)
{
	static const char *const names[] = {
	        "memset",  "bzero", "explicit_bzero", "__builtin_memset", "malloc",       "calloc",
	        "realloc", "free",  "qsort",          "bsearch",          "qsort_r",      "reallocarray",
	        "lfind",   "tfind", "posix_memalign", "aligned_alloc",    "__memset_chk", "__builtin___memset_chk",
	};

	return one_of(name, names, sizeof names / sizeof *names);
}

static bool copies_bytes(const char *name)
{
	static const char *const names[] = {
	        "memcpy",
	        "memmove",
	        "mempcpy",
	        "__builtin_memcpy",
	        "__builtin_memmove",
	        "__memcpy_chk",
	        "__memmove_chk",
	        "__builtin___memcpy_chk",
	        "__builtin___memmove_chk",
	};

	return one_of(name, names, sizeof names / sizeof *names);
}

bool pad_within_loop(const struct ast_node *node)
{
	for (; node; node = node->parent) {
		if (node->kind == AST_WHILE || node->kind == AST_DO || node->kind == AST_FOR ||
		    node->kind == AST_RANGE_FOR)
			return true;
	}
	return false;
}

/* The callee's name; of a call through a pointer the pointer's: hooks.malloc_fn(). */
static const char *called_as(const struct ast_node *call)
{
	const struct ast_node *through = call->nchildren ? pad_strip_casts(call->children[0]) : NULL;

	if (call->u.decl || !through)
		return pad_callee_name(call);
	return (through->kind == AST_MEMBER || through->kind == AST_REF) && through->u.decl ? through->u.decl->name
	                                                                                    : "";
}

bool pad_is_allocator(const struct ast_node *call)
{
	const struct ast_function *function = callee(call);
	const char *name = called_as(call);

	if (function && function->flags & AST_FUNCTION_MALLOC)
		return true;
	return strstr(name, "alloc") || strstr(name, "Alloc") || strstr(name, "ALLOC") || strstr(name, "new");
}

/* n * sizeof(x), or calloc(n, sizeof(x)); another number may be the caller's line. */
static bool asks_for_many(const struct ast_node *call, uint32_t with_size)
{
	const struct ast_node *size = pad_strip_casts(call->children[with_size]);
	int64_t count;

	if (size->kind == AST_BINARY && size->op == AST_OP_MUL)
		return true;
	for (uint32_t i = with_size > 1 ? with_size - 1 : 1; i < call->nchildren && i <= with_size + 1; i++) {
		const struct ast_type *type = call->children[i]->type;

		if (i == with_size || !type || ast_bare_type(type)->kind != AST_TYPE_INTEGER)
			continue;
		if (!ast_constant(call->children[i], &count) || count > 1)
			return strstr(called_as(call), "calloc") || strstr(called_as(call), "array");
	}
	return false;
}

/* l_realloc(block, sizeof x, 0) frees. */
static bool is_release(const struct ast_node *call)
{
	const struct ast_node *last = call->children[call->nchildren - 1];
	int64_t size;

	return call->nchildren > 2 && ast_constant(last, &size) && size == 0 && strstr(called_as(call), "realloc");
}

uint64_t pad_allocating_function(const struct pad_collector *collector)
{
	return collector->function ? pad_function_key(collector->unit, collector->function) : 0;
}

static void note_allocation(struct pad_collector *collector, struct ast_node *call)
{
	for (uint32_t i = 1; i < call->nchildren; i++) {
		const struct ast_record *record = pad_size_within(call->children[i], NULL);

		if (!pad_candidate(collector, record))
			continue;
		const bool many = pad_within_loop(call) || asks_for_many(call, i);

		pad_use(collector, record, pad_at_node(collector, call), many ? PAD_ALLOCATED_MANY : PAD_ALLOCATED,
		        pad_allocating_function(collector));
	}
}

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
		if (*known[i].name == *name && strcmp(known[i].name, name) == 0)
			return known[i].argument;
	}
	return NO_ARGUMENT;
}

const struct pad_name *pad_name_of(struct pad_collector *collector, const struct ast_node *call)
{
	static const struct pad_name none = {.bytes = NO_ARGUMENT};
	struct pad_name *known;

	if (!call->u.decl)
		return &none;
	known = hash_map_find(&collector->names, call->u.decl);
	if (!known) {
		const char *name = pad_callee_name(call);

		known = arena_new(&collector->arena, struct pad_name);
		*known = (struct pad_name){bytes_argument(name), is_blind(name), copies_bytes(name)};
		hash_map_put(&collector->names, call->u.decl, known);
	}
	return known;
}

/* A record given as bytes to a function that is known for it. */
static void note_bytes(struct pad_collector *collector, struct ast_node *call)
{
	const int wanted = pad_name_of(collector, call)->bytes;

	for (uint32_t i = 1; wanted != NO_ARGUMENT && i < call->nchildren; i++) {
		if (wanted == ANY_ARGUMENT || wanted == (int)i - 1)
			pad_risk(collector, pad_seen_record(collector, call->children[i]), pad_at_node(collector, call),
			         PAD_BYTES);
	}
}

/* f(&x, sizeof x): bytes, unless both sides are the same record or all is zero. */
static void note_sized_bytes(struct pad_collector *collector, struct ast_node *call)
{
	const struct pad_name *name = pad_name_of(collector, call);
	const struct ast_record *first = NULL, *second = NULL;

	if (call->nchildren < 3 || name->blind || strcasestr(called_as(call), "realloc"))
		return;
	if (name->copies && call->nchildren > 3) {
		first = pad_seen_record(collector, call->children[1]);
		second = pad_seen_record(collector, call->children[2]);
		if (first == second)
			return;
		/* Into and out of raw memory that holds nothing but such records: cannot be told apart from foreign. */
		pad_risk(collector, first, pad_at_node(collector, call), PAD_BYTES);
		pad_risk(collector, second, pad_at_node(collector, call), PAD_BYTES);
		return;
	}
	for (uint32_t i = 1; i < call->nchildren; i++) {
		const struct ast_record *record = pad_seen_record(collector, call->children[i]);
		const struct ast_type *to = pad_pointee(call->children[i]->type);

		if (!pad_candidate(collector, record) || (to && to->kind == AST_TYPE_RECORD))
			continue;
		for (uint32_t j = 1; j < call->nchildren; j++) {
			if (j != i && pad_size_within(call->children[j], record))
				pad_risk(collector, record, pad_at_node(collector, call), PAD_BYTES);
		}
	}
}

/* memset(&s->f, 0, n) reaches beyond f unless n is its size. */
static void note_field_span(struct pad_collector *collector, struct ast_node *call)
{
	const struct pad_name *name = pad_name_of(collector, call);
	int64_t size;

	if ((!name->blind && !name->copies) || call->nchildren < 3)
		return;
	for (uint32_t i = 1; i < call->nchildren - 1; i++) {
		const struct ast_field *field = pad_address_of_field(call->children[i]);
		struct ast_node *length = call->children[call->nchildren - 1];

		if (!field || !pad_candidate(collector, field->record) || field->flags & AST_FIELD_FLEXIBLE)
			continue;
		const bool known = ast_constant(length, &size);

		if (known && size <= field->size)
			continue;
		if (!known && pad_strip_casts(length)->kind == AST_SIZEOF && !pad_size_within(length, field->record))
			continue;
		if (!known && ast_bare_type(field->decl.type)->kind == AST_TYPE_ARRAY)
			continue;
		pad_risk(collector, field->record, pad_at_node(collector, call), PAD_FIELD_ARITHMETIC);
	}
}

void pad_note_call(struct pad_collector *collector, struct ast_node *call)
{
	pad_once_call(collector, call);
	if (pad_is_allocator(call) && !is_release(call))
		note_allocation(collector, call);
	note_bytes(collector, call);
	note_sized_bytes(collector, call);
	note_field_span(collector, call);
}
