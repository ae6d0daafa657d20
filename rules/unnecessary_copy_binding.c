// SPDX-License-Identifier: MIT
/*
 * unnecessary-copy: for (auto [key, value] : map) and auto [a, b] = pair, which copy what they take apart. The tree has no
 * variables for the names: their uses are the references to nothing that are spelt like them.
 */
#include "analyzer/flow/places.h"
#include "rules/edit_text.h"
#include "rules/unnecessary_copy_cxx.h"

#include <ctype.h>
#include <string.h>

enum { NAMES_MAX = 8 };

struct binding {
	struct cxx_look *look;
	const struct ast_file *file;
	struct ast_range declaration; /* "const auto [key, value]" */
	uint32_t type_end, bracket;   /* where its auto ends, and where its [ stands */
	struct ast_range scope;       /* in which the names may be used */
	const char *names[NAMES_MAX];
	uint32_t nnames, words, uses;
	bool constant, other;
	const struct ast_node *last;
};

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* ---- the declaration, from its text ---- */

static bool read_names(struct binding *b, uint32_t at, uint32_t end)
{
	const char *text = b->file->text;

	while (at < end && text[at] != ']') {
		const uint32_t begin = at += (uint32_t)strspn(text + at, " \t\n,");

		while (at < end && is_word(text[at]))
			at++;
		if (at == begin)
			return text[at] == ']' && b->nnames;
		if (b->nnames == NAMES_MAX)
			return false;
		b->names[b->nnames++] = arena_strndup(&b->look->run->scratch, text + begin, at - begin);
		at += (uint32_t)strspn(text + at, " \t\n");
	}
	b->declaration.end = at + 1;
	return at < end && b->nnames;
}

/* From @at on: `auto [a, b]` or `const auto [a, b]`, by value. */
static bool read_declaration(struct binding *b, uint32_t at, uint32_t end)
{
	const char *text = b->file->text;

	at += (uint32_t)strspn(text + at, " \t\n");
	b->declaration = (struct ast_range){b->scope.file, at, end};
	b->constant = !strncmp(text + at, "const ", 6);
	at += b->constant ? 6 : 0;
	if (strncmp(text + at, "auto", 4) != 0)
		return false;
	at += 4;
	b->type_end = at;
	at += (uint32_t)strspn(text + at, " \t");
	b->bracket = at;
	return at < end && text[at] == '[' && read_names(b, at + 1, end);
}

/* ---- uses ---- */

static bool is_name(const struct binding *b, const char *text, size_t length)
{
	for (uint32_t i = 0; i < b->nnames; i++)
		if (strlen(b->names[i]) == length && !strncmp(text, b->names[i], length))
			return true;
	return false;
}

static bool find_use(struct ast_node *node, void *context)
{
	struct binding *b = context;

	if (node->kind != AST_REF || node->u.decl || node->range.file != b->scope.file ||
	    node->range.begin < b->scope.begin || node->range.end > b->scope.end ||
	    !is_name(b, b->file->text + node->range.begin, node->range.end - node->range.begin))
		return !b->other;
	b->uses++;
	b->last = node;
	b->other = b->other || copy_use_of(node) == COPY_CHANGED || node->flags & AST_MACRO;
	return !b->other;
}

/* Words like the names, but in comments: there must be no more of them than uses that were seen. */
static uint32_t count_words(const struct binding *b)
{
	const char *text = b->file->text;
	uint32_t count = 0;

	for (uint32_t at = b->scope.begin; at < b->scope.end; at++) {
		uint32_t end = at = edit_skip_comment(text, at);

		while (end < b->scope.end && is_word(text[end]))
			end++;
		count += end > at && is_name(b, text + at, end - at);
		at = end > at ? end - 1 : at;
	}
	return count;
}

static bool is_only_read(struct binding *b)
{
	ast_walk(b->look->function->body, find_use, b);
	return b->uses && !b->other && b->uses == count_words(b);
}

/* ---- what is copied ---- */

static int64_t round_up(int64_t size, int64_t to)
{
	return to > 1 ? (size + to - 1) / to * to : size;
}

static int64_t pair_size(const struct ast_type *first, const struct ast_type *second)
{
	const int64_t align = first->align > second->align ? first->align : second->align;

	return round_up(round_up(first->size, second->align) + second->size, align);
}

/* What each round copies: a pair of a map, the element of any other container that owns its elements. */
static bool element_cost(const struct ast_type *range, struct copy_cost *cost)
{
	struct copy_cost value;

	range = ast_bare_type(range);
	if (range && range->kind == AST_TYPE_ARRAY) {
		*cost = copy_cost_of(ast_bare_type(range->target));
		return true;
	}
	if (!range || copy_cost_of(range).kind != COPY_DEEP || !range->nargs || !range->args[0])
		return false;
	*cost = copy_cost_of(ast_bare_type(range->args[0]));
	if (!strstr(range->template_name, "map"))
		return !strncmp(range->template_name, "std::", 5);
	if (range->nargs < 2 || !range->args[1])
		return false;
	value = copy_cost_of(ast_bare_type(range->args[1]));
	cost->size = pair_size(range->args[0], range->args[1]);
	if (value.kind == COPY_DEEP || cost->kind == COPY_DEEP) {
		cost->kind = COPY_DEEP;
		cost->owned = "what its members own";
		cost->shares = false;
	}
	return true;
}

/* ---- reports ---- */

static void offer_reference(struct binding *b, struct rule_found *found, const struct copy_hazard *hazard)
{
	const struct ast_range begin = {b->scope.file, b->declaration.begin, b->declaration.begin};
	const uint32_t at = copy_sticks_to_type(b->file, '&') ? b->type_end : b->bracket;
	const struct ast_range sign = {b->scope.file, at, at};
	const bool broken = b->look->run->unit->broken;

	if (!b->constant)
		rule_found_edit(found, begin, "const ");
	rule_found_edit(found, sign, at == b->bracket && at == b->type_end ? " &" : "&");
	rule_found_fix(found, broken || hazard->level != HAZARD_NONE ? FIX_UNSAFE : FIX_SAFE,
	               "make it a reference to const",
	               broken                         ? "the file has errors"
	               : hazard->level != HAZARD_NONE ? "code that is run meanwhile may change the original"
	                                              : "");
	if (hazard->level != HAZARD_NONE && hazard->at && !broken)
		rule_found_note(found, hazard->at->range, "this may change the original");
}

static const char *name_list(const struct binding *b)
{
	const char *list = "";

	for (uint32_t i = 0; i < b->nnames; i++)
		list = arena_printf(&b->look->run->scratch, "%s%s%s", list, i ? ", " : "", b->names[i]);
	return list;
}

static void report(struct binding *b, const struct copy_cost *cost, enum finding_level level,
                   const struct copy_hazard *hazard, const char *format)
{
	struct arena *arena = &b->look->run->scratch;
	struct rule_found *found = rule_found(b->look->run, b->declaration, name_list(b), "'[%s]' %s: %s", name_list(b),
	                                      format, copy_cost_text(arena, cost));

	rule_found_level(found, level);
	rule_found_bytes(found, cost->size);
	rule_found_note(found, b->last->range, "last used here");
	offer_reference(b, found, hazard);
	rule_found_send(found);
}

static bool begin(struct binding *b, struct cxx_look *look, const struct ast_node *node, struct ast_range scope)
{
	*b = (struct binding){.look = look, .file = ast_file_of(look->run->unit, node->range), .scope = scope};
	return b->file && b->file->text && !(node->flags & AST_MACRO) && scope.file == node->range.file &&
	       !(look->function->flags & AST_FUNCTION_PATTERN);
}

void cxx_binding_loop(struct cxx_look *look, const struct ast_node *loop)
{
	const struct ast_node *range = loop->children[1];
	struct copy_hazard hazard = {0};
	enum finding_level level;
	struct copy_cost cost;
	struct binding b;

	if (loop->children[0]->kind != AST_NONE || range->flags & AST_MACRO || !cxx_is_lvalue(range) ||
	    !element_cost(range->type, &cost) || !cxx_is_dear(&cost, &level) ||
	    !begin(&b, look, loop, loop->children[2]->range))
		return;
	if (!read_declaration(&b, loop->range.begin + (uint32_t)strcspn(b.file->text + loop->range.begin, "(") + 1,
	                      range->range.begin) ||
	    !is_only_read(&b))
		return;
	vec_clear(&look->run->conditions);
	hazard = cxx_source_hazard(look, range, range->type, loop->children[2]->range);
	if (hazard.level == HAZARD_LIKELY)
		return;
	if (hazard.level != HAZARD_NONE)
		vec_clear(&look->run->conditions);
	report(&b, &cost, level, &hazard, "copies each element and is only read");
}

void cxx_binding_local(struct cxx_look *look, const struct ast_node *node)
{
	const struct ast_node *init = node->nchildren ? node->children[node->nchildren - 1] : NULL, *source;
	const struct ast_function *maker;
	struct copy_hazard hazard;
	enum finding_level level;
	struct copy_cost cost;
	struct binding b;

	if (!init || init->kind != AST_CONSTRUCT || init->nchildren != 1 || !init->u.decl || !node->parent ||
	    node->parent->kind != AST_DECL_STMT)
		return;
	maker = (const struct ast_function *)init->u.decl;
	source = flow_strip_casts(init->children[0]);
	cost = copy_cost_of(init->type);
	if (!(maker->flags & AST_FUNCTION_COPY) || !cxx_is_lvalue(source) || !cxx_is_dear(&cost, &level) ||
	    ast_bare_type(source->type) != ast_bare_type(init->type) || cxx_comes_from_temporary(source, init->type) ||
	    cxx_has_locks(look) || !begin(&b, look, node, cxx_scope_after(node)) ||
	    !read_declaration(&b, node->range.begin, init->range.begin) || !is_only_read(&b))
		return;
	vec_clear(&look->run->conditions);
	hazard = cxx_source_hazard(look, source, init->type, b.scope);
	if (hazard.level == HAZARD_NONE)
		report(&b, &cost, level, &hazard, "is a copy that is only read");
}
