// SPDX-License-Identifier: MIT
/* unnecessary-copy: locals, loop variables and lambdas' parameters that copy an object only to look at it. */
#include "analyzer/flow/places.h"
#include "rules/unnecessary_copy_params.h"

#include <ctype.h>
#include <string.h>

bool cxx_is_dear(const struct copy_cost *cost, enum finding_level *level)
{
	*level = cost->shares ? LEVEL_STRICT : LEVEL_DEFAULT; /* no bytes, only time */
	if (cost->kind == COPY_DEEP)
		return true;
	if (cost->kind != COPY_PLAIN || cost->size <= COPY_BYTES_STRICT)
		return false;
	if (cost->size <= COPY_BYTES_DEFAULT)
		*level = LEVEL_STRICT;
	return true;
}

static bool contains(const char *text, const char *word)
{
	const size_t length = strlen(word);

	for (; *text; text++)
		if (strncasecmp(text, word, length) == 0)
			return true;
	return false;
}

bool cxx_name_asks(const char *name)
{
	static const char *const words[] = {"copy",   "copied", "clone", "snapshot", "backup", "saved",
	                                    "before", "orig",   "dup",   "keep",     "hold"};
	static const char *const first[] = {"old", "prev", "previous", "last", "save"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (contains(name, words[i]))
			return true;
	for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
		const size_t length = strlen(first[i]);

		if (!strncasecmp(name, first[i], length) &&
		    (!name[length] || name[length] == '_' || isupper((unsigned char)name[length])))
			return true;
	}
	return false;
}

/* ---- locks: a copy made under one is meant to outlive it ---- */

static bool find_lock(struct ast_node *node, void *context)
{
	bool *found = context;
	const struct ast_type *type = node->kind == AST_VAR ? node->u.decl->type : NULL;
	const char *name = "";

	if (type && type->kind == AST_TYPE_RECORD)
		name = type->name;
	else if (node->kind == AST_CALL && node->u.decl)
		name = node->u.decl->name;
	if (*name && ((contains(name, "lock") && !contains(name, "block") && !contains(name, "clock")) ||
	              contains(name, "mutex") || contains(name, "guard")))
		*found = true;
	return !*found;
}

bool cxx_has_locks(struct cxx_look *look)
{
	if (!look->lock_known)
		ast_walk(look->function->body, find_lock, &look->locks);
	look->lock_known = true;
	return look->locks;
}

/* ---- code that is compiled elsewhere only ---- */

static bool has_conditionals(const char *text)
{
	for (const char *line = strchr(text, '\n'); line; line = strchr(line + 1, '\n')) {
		const char *at = line + 1 + strspn(line + 1, " \t");

		if (*at == '#' && !strncmp(at + 1 + strspn(at + 1, " \t"), "if", 2))
			return true;
	}
	return false;
}

static bool is_use_at(struct cxx_look *look, const struct ast_var *var, uint32_t offset)
{
	for (const struct copy_ref *ref = copy_refs(&look->index, var); ref; ref = ref->next)
		if (ref->node->range.begin == offset)
			return true;
	return var->decl.name_range.begin == offset;
}

bool cxx_has_hidden_uses(struct cxx_look *look, const struct ast_var *var)
{
	const struct ast_range range = look->function->body->range;
	const char *text = ast_text(look->run->unit, range, &look->run->scratch), *name = var->decl.name;
	const size_t length = strlen(name);

	if (!length || !has_conditionals(text))
		return false;
	for (const char *at = strstr(text, name); at; at = strstr(at + 1, name)) {
		const bool word = (at == text || (!isalnum((unsigned char)at[-1]) && at[-1] != '_')) &&
		                  !isalnum((unsigned char)at[length]) && at[length] != '_';

		if (word && !is_use_at(look, var, range.begin + (uint32_t)(at - text)))
			return true;
	}
	return false;
}

/* ---- where a copy comes from ---- */

static bool is_reference(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_REFERENCE || type->kind == AST_TYPE_RVALUE_REFERENCE);
}

static const struct ast_function *called(const struct ast_node *node)
{
	const struct ast_decl *decl = node->kind == AST_CALL ? node->u.decl : NULL;

	return decl && decl->kind == AST_DECL_FUNCTION ? (const struct ast_function *)decl : NULL;
}

/* An object that exists before the expression and after it. */
bool cxx_is_lvalue(const struct ast_node *node)
{
	const struct ast_function *callee;

	switch (node->kind) {
	case AST_REF:
		return node->u.decl && node->u.decl->kind == AST_DECL_VAR;
	case AST_SUBSCRIPT:
		return true;
	case AST_MEMBER:
		return node->u.decl && node->u.decl->kind == AST_DECL_FIELD;
	case AST_UNARY:
		return node->op == AST_OP_DEREF;
	case AST_CALL:
		callee = called(node);
		return callee && callee->result && callee->result->kind == AST_TYPE_REFERENCE;
	default:
		return false;
	}
}

struct temporary {
	const struct ast_type *type;
	bool found;
};

/* A temporary that the result may be part of: it dies at the semicolon. */
static bool find_temporary(struct ast_node *node, void *context)
{
	struct temporary *temporary = context;
	const struct ast_function *callee = called(node);
	const bool made = node->kind == AST_CONSTRUCT || (callee && callee->result && !is_reference(callee->result));

	if (node->kind == AST_LAMBDA)
		return false;
	if (made && node->type && node->type->kind == AST_TYPE_RECORD && copy_may_hold(node->type, temporary->type))
		temporary->found = true;
	return !temporary->found;
}

/* The key given to a container's at() is no part of what comes back. */
static bool is_lookup(const struct ast_node *node)
{
	const struct ast_function *callee = called(node);

	return callee && callee->decl.flags & AST_SYSTEM && callee->parent &&
	       (!strcmp(callee->decl.name, "at") || !strcmp(callee->decl.name, "operator[]"));
}

bool cxx_comes_from_temporary(const struct ast_node *source, const struct ast_type *type)
{
	struct temporary temporary = {.type = ast_bare_type(type)};
	bool followed = false;
	const struct ast_node *root = copy_root_of(source, &followed);

	if (root->kind != AST_NONE && root->kind != AST_THIS && !cxx_is_lvalue(root))
		return true;
	if (!is_lookup(source))
		ast_walk((struct ast_node *)(uintptr_t)source, find_temporary, &temporary);
	return temporary.found;
}

/* ---- what becomes of the source while the copy is in use ---- */

static bool is_within(const struct ast_node *node, struct ast_range range)
{
	return node->range.file == range.file && node->range.begin >= range.begin && node->range.begin < range.end;
}

static bool in_lambda(const struct ast_node *node)
{
	for (; node; node = node->parent)
		if (node->kind == AST_LAMBDA)
			return true;
	return false;
}

/* A variable of the function's own that is changed in @range, or may be through another name. */
static bool own_changes(struct cxx_look *look, const struct ast_var *var, struct ast_range range)
{
	for (const struct copy_ref *ref = copy_refs(&look->index, var); ref; ref = ref->next) {
		const struct ast_node *up = flow_lvalue_top(ref->node)->parent;

		if (copy_use_of(ref->node) != COPY_CHANGED)
			continue;
		if (is_within(ref->node, range) || in_lambda(ref->node))
			return true;
		if (up && (up->kind == AST_VAR || (up->kind == AST_UNARY && up->op == AST_OP_ADDRESS)))
			return true;
	}
	return false;
}

/* What may happen to @source in @range; LIKELY where it surely is in the way. */
struct copy_hazard cxx_source_hazard(struct cxx_look *look, const struct ast_node *source, const struct ast_type *type,
                                     struct ast_range range)
{
	bool followed = false;
	const struct ast_node *root = copy_root_of(source, &followed);
	const struct flow_place place = flow_place_of(root);

	if (copy_is_own(source, NULL))
		return (struct copy_hazard){own_changes(look, place.var, range) ? HAZARD_LIKELY : HAZARD_NONE, root};
	if (place.var && (place.var->local || place.var->parameter) && own_changes(look, place.var, range))
		return (struct copy_hazard){HAZARD_LIKELY, root};
	return copy_hazard_within(look->run->flow, look->function->body, range.begin, range.end, type, NULL);
}

/* ---- reports ---- */

static const char *short_text(struct cxx_look *look, const struct ast_node *node)
{
	const char *text = ast_text(look->run->unit, node->range, &look->run->scratch);

	if (!*text || strlen(text) > 60 || strchr(text, '\n'))
		return "";
	return arena_printf(&look->run->scratch, " of '%s'", text);
}

static bool is_macro(const struct ast_decl *decl)
{
	return decl->flags & (AST_MACRO | AST_SYSTEM_MACRO);
}

/* `const T &` in the one place where @var is declared. */
static void offer_reference(struct cxx_look *look, struct rule_found *found, const struct ast_var *var,
                            const struct copy_hazard *hazard)
{
	struct copy_edit edits[2];
	uint32_t count;
	const char *title = arena_printf(&look->run->scratch, "make '%s' a reference to const", var->decl.name);

	if (var->shares_declaration ||
	    !copy_edit_declaration(look->run->unit, var->decl.range, var->decl.name_range, false, edits, &count))
		return;
	if (look->run->unit->broken)
		rule_found_fix(found, FIX_UNSAFE, title, "the file has errors");
	else if (hazard->level != HAZARD_NONE)
		rule_found_fix(found, FIX_UNSAFE, title, "code that is run meanwhile may change the original");
	else
		rule_found_fix(found, FIX_SAFE, title, "");
	for (uint32_t i = 0; i < count; i++)
		rule_found_edit(found, edits[i].range, edits[i].text);
	if (hazard->level != HAZARD_NONE && hazard->at && !look->run->unit->broken)
		rule_found_note(found, hazard->at->range, "this may change the original");
}

struct ast_range cxx_scope_after(const struct ast_node *var)
{
	const struct ast_node *scope = var->parent;

	while (scope && scope->kind != AST_COMPOUND && scope->kind != AST_FOR && scope->kind != AST_IF &&
	       scope->kind != AST_WHILE && scope->kind != AST_SWITCH)
		scope = scope->parent;
	if (!scope)
		return var->range;
	return (struct ast_range){scope->range.file, var->range.end, scope->range.end};
}

/* Where the copy has been used for the last time; the end of its scope when something may still point to it. */
static uint32_t end_of_life(struct cxx_look *look, const struct ast_node *node, struct ast_range scope)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;
	uint32_t end = scope.begin;

	for (const struct copy_ref *ref = copy_refs(&look->index, var); ref; ref = ref->next) {
		uint32_t at = ref->node->range.begin;

		if (!copy_leaves_nothing(ref->node))
			return scope.end;
		for (const struct ast_node *up = ref->node->parent; up && up->range.begin >= scope.begin;
		     up = up->parent) {
			if (up->kind == AST_LAMBDA)
				return scope.end;
			if (up->kind == AST_FOR || up->kind == AST_WHILE || up->kind == AST_DO ||
			    up->kind == AST_RANGE_FOR)
				at = up->range.end;
		}
		end = at > end ? at : end;
	}
	return end;
}

/* What a std::function runs may replace the one that it was copied from: the copy keeps it alive. */
static bool runs_code(const struct ast_type *type)
{
	static const char name[] = "std::function<";

	type = ast_bare_type(type);
	return type && type->canonical && type->canonical->name &&
	       !strncmp(type->canonical->name, name, sizeof name - 1);
}

static void look_at_local(struct cxx_look *look, const struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;
	const struct ast_node *init = node->children[0], *source;
	const struct ast_function *maker;
	const struct copy_cost cost = copy_cost_of(var->decl.type);
	struct ast_range life;
	struct copy_hazard hazard;
	struct copy_uses uses;
	enum finding_level level;

	if (init->kind != AST_CONSTRUCT || init->nchildren != 1 || !init->u.decl || is_macro(&var->decl) ||
	    var->decl.flags & AST_STATIC || !var->local || !cxx_is_dear(&cost, &level))
		return;
	maker = (const struct ast_function *)init->u.decl;
	source = flow_strip_casts(init->children[0]);
	if (!(maker->flags & AST_FUNCTION_COPY) || !cxx_is_lvalue(source) || source->flags & AST_MACRO ||
	    ast_bare_type(source->type) != ast_bare_type(var->decl.type) || cxx_name_asks(var->decl.name) ||
	    runs_code(var->decl.type))
		return;
	uses = copy_uses_of(&look->index, var);
	if (!uses.count || uses.changed || cxx_has_hidden_uses(look, var) ||
	    cxx_comes_from_temporary(source, var->decl.type) || cxx_has_locks(look))
		return;
	vec_clear(&look->run->conditions);
	life = cxx_scope_after(node);
	life.end = end_of_life(look, node, life);
	hazard = cxx_source_hazard(look, source, var->decl.type, life);
	if (hazard.level != HAZARD_NONE)
		return;

	struct rule_found *found =
	        rule_found(look->run, var->decl.name_range, var->decl.name, "'%s' is a copy%s that is only read: %s",
	                   var->decl.name, short_text(look, source), copy_cost_text(&look->run->scratch, &cost));

	rule_found_level(found, level);
	rule_found_bytes(found, cost.size);
	rule_found_note(found, uses.last->range, "last used here");
	offer_reference(look, found, var, &hazard);
	rule_found_send(found);
}

/* Whether the elements of what is iterated belong to it. */
static bool owns_elements(const struct ast_node *range)
{
	const struct ast_type *type = ast_bare_type(range->type);

	return type && (type->kind == AST_TYPE_ARRAY || copy_cost_of(type).kind == COPY_DEEP);
}

static void look_at_loop(struct cxx_look *look, const struct ast_node *loop)
{
	const struct ast_node *range = loop->children[1];
	const struct ast_var *var = (const struct ast_var *)loop->children[0]->u.decl;
	const struct copy_cost cost = copy_cost_of(var->decl.type);
	struct copy_hazard hazard = {0};
	struct copy_uses uses;
	enum finding_level level;

	if (!var->copies_element || is_macro(&var->decl) || !cxx_is_dear(&cost, &level) ||
	    cxx_name_asks(var->decl.name))
		return;
	uses = copy_uses_of(&look->index, var);
	if (!uses.count || uses.changed || cxx_has_hidden_uses(look, var))
		return;
	vec_clear(&look->run->conditions);
	if (range->flags & AST_MACRO)
		hazard.level = HAZARD_MAYBE;
	else if (cxx_is_lvalue(range) && owns_elements(range))
		hazard = cxx_source_hazard(look, range, var->decl.type, loop->children[2]->range);
	else if (cxx_is_lvalue(range))
		hazard = copy_hazard_within(look->run->flow, look->function->body, loop->children[2]->range.begin,
		                            loop->children[2]->range.end, var->decl.type, NULL);
	if (hazard.level == HAZARD_LIKELY)
		return;
	if (hazard.level != HAZARD_NONE)
		vec_clear(&look->run->conditions); /* nothing is claimed that hangs on them */

	struct rule_found *found = rule_found(look->run, var->decl.name_range, var->decl.name,
	                                      "'%s' copies each element and is only read: %s each time", var->decl.name,
	                                      copy_cost_text(&look->run->scratch, &cost));

	rule_found_level(found, level);
	rule_found_bytes(found, cost.size);
	offer_reference(look, found, var, &hazard);
	rule_found_send(found);
}

/* ---- lambdas' parameters ---- */

static const struct ast_node *innermost(const struct ast_node *a, const struct ast_node *b)
{
	return !a || a->range.begin < b->range.begin ? b : a;
}

struct lambda_search {
	struct ast_range at;
	const struct ast_node *found;
};

static bool find_lambda(struct ast_node *node, void *context)
{
	struct lambda_search *search = context;

	if (node->kind == AST_LAMBDA && node->range.file == search->at.file && node->range.begin <= search->at.begin &&
	    node->range.end >= search->at.end)
		search->found = innermost(search->found, node);
	return true;
}

static void look_at_lambda_param(struct cxx_look *look, const struct ast_var *var)
{
	const struct copy_cost cost = copy_cost_of(var->decl.type);
	struct lambda_search search = {.at = var->decl.range};
	struct copy_hazard hazard;
	struct copy_uses uses;
	enum finding_level level;

	if (is_macro(&var->decl) || !cxx_is_dear(&cost, &level) || cxx_name_asks(var->decl.name))
		return;
	ast_walk(look->function->body, find_lambda, &search);
	uses = copy_uses_of(&look->index, var);
	if (!search.found || !uses.count || uses.changed || uses.copies || cxx_has_hidden_uses(look, var))
		return;
	vec_clear(&look->run->conditions);
	hazard = copy_hazard_within(look->run->flow, look->function->body, search.found->range.begin,
	                            uses.last->range.begin, var->decl.type, NULL);
	if (hazard.level == HAZARD_LIKELY)
		return;
	if (hazard.level != HAZARD_NONE)
		vec_clear(&look->run->conditions);

	struct rule_found *found = rule_found(look->run, var->decl.name_range, var->decl.name,
	                                      "parameter '%s' of the lambda is copied for each call and only read: %s",
	                                      var->decl.name, copy_cost_text(&look->run->scratch, &cost));

	rule_found_level(found, level);
	rule_found_bytes(found, cost.size);
	offer_reference(look, found, var, &hazard);
	rule_found_send(found);
}

/* ---- one function ---- */

static bool visit(struct ast_node *node, void *context)
{
	struct cxx_look *look = context;

	if (node->kind == AST_VAR && node->children[0]->kind != AST_NONE)
		look_at_local(look, node);
	if (node->kind == AST_RANGE_FOR && node->children[0]->kind == AST_VAR)
		look_at_loop(look, node);
	if (node->kind == AST_RANGE_FOR)
		cxx_binding_loop(look, node);
	if (node->kind == AST_OTHER_STMT)
		cxx_binding_local(look, node);
	return true;
}

static void look_at_function(struct cxx_look *look)
{
	cxx_params_function(look);
	if (!look->run->unit->cplusplus)
		return;
	ast_walk_kinds(look->function->body, AST_HAS(AST_VAR) | AST_HAS(AST_RANGE_FOR) | AST_HAS(AST_OTHER_STMT), visit,
	               look);
	for (uint32_t i = 0; i < look->function->nlocals; i++)
		if (look->function->locals[i]->parameter)
			look_at_lambda_param(look, look->function->locals[i]);
}

void cxx_copy_function(struct rule_collect *run)
{
	struct cxx_look look = {.run = run, .function = rule_function(run)};
	const uint32_t strange = AST_FUNCTION_BROKEN | AST_FUNCTION_COROUTINE | AST_FUNCTION_ASM | AST_FUNCTION_SETJMP |
	                         AST_FUNCTION_GOTO;

	if (look.function->decl.flags & AST_SYSTEM)
		return;
	copy_index_init(&look.index, look.function, &run->scratch);
	param_pack_calls(&look);
	param_pack_results(&look);
	if (!(look.function->decl.flags & AST_SYSTEM_MACRO) && !(look.function->flags & strange))
		look_at_function(&look);
	copy_index_release(&look.index);
}
