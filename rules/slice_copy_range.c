// SPDX-License-Identifier: MIT
/* slice-copy: vectors made of a part of another container, and only looked at. */
#include "analyzer/base/one_of.h"
#include "analyzer/flow/places.h"
#include "rules/unnecessary_copy_cxx.h"

#include <string.h>

enum { CXX_20 = 2020 };

static const struct ast_function *called(const struct ast_node *node)
{
	const struct ast_decl *decl = node && node->kind == AST_CALL ? node->u.decl : NULL;

	return decl && decl->kind == AST_DECL_FUNCTION ? (const struct ast_function *)decl : NULL;
}

static bool is_vector(const struct ast_type *type)
{
	type = ast_bare_type(type);
	return type && !strcmp(type->template_name, "std::vector") && type->nargs;
}

/* ---- v.begin() + a ---- */

/* The container that an iterator was taken from in this very expression; NULL if it was not. *offset: it was moved. */
static const struct ast_node *container_of_iterator(const struct ast_node *node, bool *offset)
{
	static const char *const ends[] = {"begin", "cbegin", "end", "cend"};

	for (;;) {
		const struct ast_function *callee;

		node = flow_strip_casts(node);
		callee = called(node);
		if (node->kind == AST_CONSTRUCT && node->nchildren == 1) {
			node = node->children[0];
		} else if (callee && node->nchildren == 3 &&
		           ((node->flags & AST_OPERATOR_CALL &&
		             (!strcmp(callee->decl.name, "operator+") || !strcmp(callee->decl.name, "operator-"))) ||
		            !strcmp(callee->qualified, "std::next"))) {
			*offset = true;
			node = node->children[1];
		} else if (callee && node->flags & AST_METHOD_CALL && node->nchildren == 1 &&
		           node->children[0]->kind == AST_MEMBER && IS_ONE_OF(callee->decl.name, ends)) {
			return node->children[0]->children[0];
		} else {
			return NULL;
		}
	}
}

/* The container that @init, std::vector<T>(first, last), copies a part of; NULL if it does not. */
static const struct ast_node *part_of(const struct ast_node *init)
{
	const struct ast_node *first, *last;
	bool offset = false;

	init = flow_strip_casts(init);
	while (init->kind == AST_CONSTRUCT && init->nchildren == 1)
		init = flow_strip_casts(init->children[0]);
	if (init->kind != AST_CONSTRUCT || init->nchildren < 2 || !is_vector(init->type) || init->flags & AST_MACRO)
		return NULL;
	for (uint32_t i = 2; i < init->nchildren; i++)
		if (init->children[i]->kind != AST_DEFAULT_ARGUMENT && init->children[i]->kind != AST_NONE)
			return NULL;
	first = container_of_iterator(init->children[0], &offset);
	last = container_of_iterator(init->children[1], &offset);
	return first && last && offset && flow_same_place(first, last) ? first : NULL;
}

/* ---- uses that a pair of iterators, or a span, serves as well ---- */

static const struct ast_node *above(const struct ast_node *node)
{
	node = node->parent;
	while (node && (node->kind == AST_IMPLICIT_CAST || (node->kind == AST_CONSTRUCT && node->nchildren == 1)))
		node = node->parent;
	return node;
}

/* std::count(part.begin(), part.end(), 3) */
static bool is_looked_through(const struct ast_node *iterator)
{
	static const char *const names[] = {"std::accumulate",    "std::count",
	                                    "std::count_if",      "std::all_of",
	                                    "std::any_of",        "std::none_of",
	                                    "std::equal",         "std::is_sorted",
	                                    "std::binary_search", "std::lexicographical_compare",
	                                    "std::reduce",        "std::search",
	                                    "std::mismatch",      "std::inner_product",
	                                    "std::adjacent_find"};
	const struct ast_function *callee = called(above(iterator));

	return callee && IS_ONE_OF(callee->qualified, names);
}

static bool is_looked_at(const struct ast_node *ref)
{
	static const char *const names[] = {"size", "empty", "at", "front", "back", "operator[]"};
	static const char *const ends[] = {"begin", "cbegin", "end", "cend"};
	const struct ast_node *up = ref->parent;
	const struct ast_function *callee;

	while (up && up->kind == AST_IMPLICIT_CAST)
		up = up->parent;
	if (!up)
		return false;
	if (up->kind == AST_MEMBER && up->u.decl && up->u.decl->kind == AST_DECL_FUNCTION && up->parent &&
	    up->parent->kind == AST_CALL) {
		if (IS_ONE_OF(up->u.decl->name, ends))
			return is_looked_through(up->parent);
		return IS_ONE_OF(up->u.decl->name, names) && copy_use_of(ref) == COPY_READ;
	}
	callee = called(up);
	if (callee && up->flags & AST_OPERATOR_CALL)
		return IS_ONE_OF(callee->decl.name, names) && copy_use_of(ref) == COPY_READ;
	return up->kind == AST_RANGE_FOR && copy_use_of(ref) == COPY_READ;
}

static const struct ast_node *last_look(struct copy_index *index, const struct ast_var *var)
{
	const struct ast_node *last = NULL;

	for (const struct copy_ref *ref = copy_refs(index, var); ref; ref = ref->next) {
		if (!is_looked_at(ref->node))
			return NULL;
		last = ref->node;
	}
	return last;
}

/* ---- reports ---- */

void slice_copy_range(struct cxx_look *look, const struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;
	const struct ast_unit *unit = look->run->unit;
	const struct ast_node *whole, *last;
	struct rule_found *found;
	const char *text;

	if (!var->local || var->decl.flags & (AST_MACRO | AST_STATIC) || !is_vector(var->decl.type) ||
	    var->decl.type->kind != AST_TYPE_RECORD || node->children[0]->kind == AST_NONE ||
	    cxx_name_asks(var->decl.name))
		return;
	whole = part_of(node->children[0]);
	last = last_look(&look->index, var);
	if (!whole || !last || ast_bare_type(whole->type) != ast_bare_type(var->decl.type) || cxx_has_locks(look) ||
	    cxx_has_hidden_uses(look, var) || !cxx_is_lvalue(whole) || cxx_comes_from_temporary(whole, var->decl.type))
		return;
	vec_clear(&look->run->conditions);
	if (cxx_source_hazard(look, whole, whole->type, cxx_scope_after(node)).level != HAZARD_NONE)
		return;
	text = ast_text(unit, whole->range, &look->run->scratch);
	found = rule_found(look->run, var->decl.name_range, var->decl.name,
	                   "'%s' is a copied part of '%s' that is only read: 24 bytes and its elements", var->decl.name,
	                   strlen(text) < 50 && !strchr(text, '\n') ? text : "a vector");
	rule_found_bytes(found, 24);
	rule_found_note(found, last->range, "last used here");
	rule_found_fix(found, FIX_SUGGESTION,
	               unit->standard >= CXX_20 ? "make it a std::span" : "keep the two iterators instead", "");
	rule_found_send(found);
}
