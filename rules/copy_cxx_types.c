// SPDX-License-Identifier: MIT
/* What a copy of an object costs, from its type. */
#include "rules/copy_cxx.h"

#include <stdio.h>
#include <string.h>

enum {
	DEPTH_MAX = 6,   /* members within members */
	PARTS_MAX = 300, /* types looked at before anything is taken to be possible */
};

static const char *owned_by(const char *name)
{
	static const struct {
		const char *name, *owned;
	} known[] = {
#define COPY_OWNS(name, what) {name, what},
#define COPY_HOLDS(name)
#include "rules/copy_cxx_types.def"
#undef COPY_OWNS
#undef COPY_HOLDS
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].owned;
	return NULL;
}

static bool holds_arguments(const char *name)
{
	static const char *const known[] = {
#define COPY_OWNS(name, what)
#define COPY_HOLDS(name) name,
#include "rules/copy_cxx_types.def"
#undef COPY_OWNS
#undef COPY_HOLDS
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

/* Iterators and the like stand for a place: they are meant to be passed by value. */
static bool is_handle(const struct ast_record *record)
{
	const size_t length = strlen(record->decl.name);

	return length >= 8 && (!strcmp(record->decl.name + length - 8, "iterator") ||
	                       !strcmp(record->decl.name + length - 8, "Iterator"));
}

static void add_part(struct copy_cost *cost, const struct ast_type *type, unsigned depth);

static void add_arguments(struct copy_cost *cost, const struct ast_type *type, unsigned depth)
{
	for (uint32_t i = 0; i < type->nargs; i++)
		if (type->args[i] && type->args[i]->kind != AST_TYPE_VOID)
			add_part(cost, type->args[i], depth + 1);
}

static void add_members(struct copy_cost *cost, const struct ast_record *record, unsigned depth)
{
	for (uint32_t i = 0; i < record->nbases; i++)
		add_part(cost, record->bases[i].type, depth + 1);
	for (uint32_t i = 0; i < record->nfields; i++)
		add_part(cost, record->fields[i]->decl.type, depth + 1);
}

static void make_deep(struct copy_cost *cost, const char *owned)
{
	if (cost->kind == COPY_PLAIN)
		cost->kind = COPY_DEEP;
	if (!cost->owned)
		cost->owned = owned;
}

static void add_record(struct copy_cost *cost, const struct ast_type *type, unsigned depth)
{
	const struct ast_record *record = type->record;
	const char *name = *type->template_name ? type->template_name : record->printed;
	const char *owned = owned_by(name);

	if (owned) {
		cost->shares = !depth && !strncmp(owned, "one more", 8);
		make_deep(cost, depth ? "what its members own" : owned);
	} else if (holds_arguments(name)) {
		add_arguments(cost, type, depth);
	} else if (is_handle(record)) {
		return;
	} else if (!(record->flags & AST_RECORD_COMPLETE) || !(record->flags & AST_RECORD_SPECIALS) ||
	           record->flags & (AST_RECORD_NO_COPY | AST_RECORD_NO_MOVE)) {
		cost->kind = COPY_UNKNOWN;
	} else if (record->flags & (AST_RECORD_COPY_CTOR | AST_RECORD_DTOR)) {
		make_deep(cost, depth ? "what its members own" : "whatever its copy constructor does");
	} else if (record->flags & AST_RECORD_INCOMPLETE_FIELDS) {
		if (!(type->flags & AST_TYPE_POD) && type->size > 16)
			cost->kind = COPY_UNKNOWN;
	} else {
		add_members(cost, record, depth);
	}
}

static void add_part(struct copy_cost *cost, const struct ast_type *type, unsigned depth)
{
	type = type ? type->canonical : NULL;
	while (type && type->kind == AST_TYPE_ARRAY && type->target)
		type = type->target->canonical;
	if (!type || type->kind == AST_TYPE_UNKNOWN || type->kind == AST_TYPE_DEPENDENT || depth > DEPTH_MAX)
		cost->kind = COPY_UNKNOWN;
	else if (type->kind == AST_TYPE_RECORD && type->record && cost->kind != COPY_UNKNOWN)
		add_record(cost, type, depth);
}

struct copy_cost copy_cost_of(const struct ast_type *type)
{
	struct copy_cost cost = {.kind = COPY_PLAIN, .size = type ? type->size : -1};

	if (!type || type->kind != AST_TYPE_RECORD || type->size < 0)
		cost.kind = COPY_UNKNOWN;
	else
		add_part(&cost, type, 0);
	if (!cost.owned)
		cost.owned = "";
	return cost;
}

const char *copy_cost_text(struct arena *arena, const struct copy_cost *cost)
{
	if (cost->kind == COPY_DEEP)
		return arena_printf(arena, "%lld bytes and %s", (long long)cost->size, cost->owned);
	return arena_printf(arena, "%lld bytes", (long long)cost->size);
}

static bool may_hold(const struct ast_type *whole, const struct ast_type *part, unsigned *budget)
{
	whole = ast_bare_type(whole);
	while (whole && (whole->kind == AST_TYPE_ARRAY || whole->kind == AST_TYPE_POINTER) && whole->target)
		whole = ast_bare_type(whole->target);
	if (!whole || whole->kind == AST_TYPE_UNKNOWN || whole->kind == AST_TYPE_DEPENDENT || !*budget)
		return true;
	--*budget;
	if (whole == part)
		return true;
	if (whole->kind != AST_TYPE_RECORD || !whole->record)
		return false;
	for (uint32_t i = 0; i < whole->nargs; i++)
		if (whole->args[i] && may_hold(whole->args[i], part, budget))
			return true;
	for (uint32_t i = 0; i < whole->record->nbases; i++)
		if (may_hold(whole->record->bases[i].type, part, budget))
			return true;
	for (uint32_t i = 0; i < whole->record->nfields; i++)
		if (may_hold(whole->record->fields[i]->decl.type, part, budget))
			return true;
	return false;
}

bool copy_may_hold(const struct ast_type *whole, const struct ast_type *part)
{
	unsigned budget = PARTS_MAX;

	return may_hold(whole, ast_bare_type(part), &budget);
}
