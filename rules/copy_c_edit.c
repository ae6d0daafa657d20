// SPDX-License-Identifier: MIT
/* Does without a copy on the heap: its source in its place, its releases and tests for NULL gone. */
#include "analyzer/base/vec.h"
#include "rules/copy_c.h"
#include "rules/edit_text.h"

struct rewrite {
	struct rule_collect *run;
	const struct heap_copy *copy;
	struct rule_found *found;
	const struct ast_file *file;
	const char *refused; /* why there is no fix; NULL so far */
	bool replaced;       /* the statement that made the copy is an if that goes with it */
	VEC(const struct ast_node *) deleted;
};

static void refuse(struct rewrite *r, const char *why)
{
	if (!r->refused)
		r->refused = why;
}

static void delete_statement(struct rewrite *r, const struct ast_node *statement)
{
	if (statement->flags & AST_MACRO || statement->range.file != r->file->index)
		refuse(r, "a macro is in the way");
	else
		rule_found_edit(r->found, edit_whole_statement(r->file, statement), "");
	vec_push(&r->deleted, statement);
}

/* ---- tests for NULL ---- */

static bool is_null(const struct ast_node *node)
{
	node = flow_strip_casts(node);
	return node->kind == AST_NULL_POINTER || (node->kind == AST_INTEGER && !node->u.value);
}

static bool is_copy(const struct rewrite *r, const struct ast_node *node)
{
	node = flow_strip_casts(node);
	return node->kind == AST_REF && node->u.decl == &r->copy->owner->var->decl;
}

/* What @condition tests: +1 that the copy is there, -1 that it is not, 0 anything else. @holder: what stands for it. */
static int tests_copy(const struct rewrite *r, const struct ast_node *condition, const struct ast_node **holder)
{
	const struct ast_node *node = flow_strip_casts(condition), *other = NULL;
	int sense = 1;

	if (node->kind == AST_UNARY && node->op == AST_OP_LNOT) {
		node = flow_strip_casts(node->children[0]);
		sense = -1;
	} else if (node->kind == AST_BINARY && (node->op == AST_OP_EQ || node->op == AST_OP_NE)) {
		sense = node->op == AST_OP_EQ ? -1 : 1;
		other = node->children[1];
		node = flow_strip_casts(node->children[0]);
		if (is_null(node)) {
			const struct ast_node *swap = node;

			node = flow_strip_casts(other);
			other = swap;
		}
		if (!is_null(other))
			return 0;
	}
	*holder = node;
	if (is_copy(r, node))
		return sense;
	return node->kind == AST_ASSIGN && node->op == AST_OP_ASSIGN && is_copy(r, node->children[0]) ? sense : 0;
}

static bool has_goto(struct ast_node *node, void *context)
{
	if (node->kind == AST_GOTO || node->kind == AST_LABEL || node->kind == AST_CASE || node->kind == AST_DEFAULT)
		*(bool *)context = true;
	return true;
}

/* Code that runs only without memory: it may go when nothing else depends on it. */
static bool may_go(const struct ast_node *branch)
{
	bool jumps = false;

	ast_walk((struct ast_node *)(uintptr_t)branch, has_goto, &jumps);
	return !jumps;
}

/* ---- parts of the fix ---- */

/* What is around the copying call: the VAR or ASSIGN that takes it, NULL if it is anything else. */
static const struct ast_node *taker(const struct rewrite *r)
{
	const struct ast_node *up = r->copy->call->parent;

	while (up && (up->kind == AST_CAST || up->kind == AST_IMPLICIT_CAST))
		up = up->parent;
	return up && (up->kind == AST_VAR || up->kind == AST_ASSIGN) ? up : NULL;
}

/* The copy is made by a statement of its own, or by an if that tests for it and goes with the copy. */
static void check_call(struct rewrite *r)
{
	const struct ast_node *call = r->copy->call, *up = taker(r), *holder = NULL, *whole;
	const struct ast_function *callee;

	if (r->copy->owner->stored || !up) {
		refuse(r, "the copy is not simply put into a variable");
		return;
	}
	if (call->flags & AST_MACRO || r->copy->source->flags & AST_MACRO || call->range.file != r->file->index ||
	    r->copy->source->range.file != r->file->index) {
		refuse(r, "a macro is in the way");
		return;
	}
	callee = flow_callee(call);
	if (callee && !(callee->decl.flags & AST_EXTERNAL) && !(callee->flags & AST_FUNCTION_INLINE) &&
	    callee->uses < 2)
		refuse(r, "the function that copies would be left unused");
	if (up->kind == AST_VAR || (up->parent && up->parent->kind == AST_COMPOUND))
		return;
	whole = edit_statement_of(up);
	if (!whole || whole->kind != AST_IF || whole->children[0]->kind != AST_NONE ||
	    whole->children[1]->kind != AST_NONE || whole->children[4]->kind != AST_NONE ||
	    tests_copy(r, whole->children[2], &holder) != -1 || holder != up || !may_go(whole->children[3]))
		refuse(r, "the copy is made within an expression");
	else if (whole->flags & AST_MACRO)
		refuse(r, "a macro is in the way");
	else
		r->replaced = true;
}

/* strdup(s) becomes s; (char *)malloc(n) becomes what was copied into it; if (!(p = strdup(s))) return; becomes p = s; */
static void replace_call(struct rewrite *r)
{
	const struct ast_node *call = r->copy->call, *whole;
	const char *text = ast_text(r->run->unit, r->copy->source->range, &r->run->scratch);

	while (call->parent && call->parent->kind == AST_CAST)
		call = call->parent;
	if (r->copy->source->kind == AST_CONDITIONAL)
		text = arena_printf(&r->run->scratch, "(%s)", text);
	if (!r->replaced) {
		rule_found_edit(r->found, call->range, text);
		return;
	}
	whole = edit_statement_of(taker(r));
	text = arena_printf(&r->run->scratch, "%s = %s%s", r->copy->owner->name, text,
	                    r->file->text[whole->range.end - 1] == '}' ? ";" : "");
	rule_found_edit(r->found, whole->range, text);
}

static bool needs_const(const struct rewrite *r)
{
	const struct ast_type *from = r->copy->source->type, *to = r->copy->owner->var->decl.type;

	return from && from->kind == AST_TYPE_POINTER && from->target && from->target->quals & AST_CONST && to &&
	       to->target && !(to->target->quals & AST_CONST);
}

/* `char *end = copy + n`: a second name that does not point to const either. */
static bool check_alias(struct ast_node *node, void *context)
{
	struct rewrite *r = context;
	struct flow_sinks sinks = {0};

	if (node->kind != AST_REF || !is_copy(r, node) || !(node->flags & AST_LOADED))
		return true;
	flow_sinks_of(node, &sinks);
	for (size_t i = 0; i < sinks.count; i++) {
		const struct ast_type *type = sinks.items[i].var ? sinks.items[i].var->decl.type : NULL;

		if (type && type->kind == AST_TYPE_POINTER && type->target && !(type->target->quals & AST_CONST))
			refuse(r, "it points to const, and another pointer to the copy does not");
	}
	vec_release(&sinks);
	return true;
}

/* A pointer to const takes the place of one to what could be written: each use must bear that. */
static void check_const(struct rewrite *r)
{
	const struct ast_type *type = r->copy->owner->var->decl.type;

	if (!type || type->kind != AST_TYPE_POINTER || !type->target)
		refuse(r, "the copy's variable is no plain pointer");
	if (!needs_const(r))
		return;
	for (uint32_t i = 0; i < r->copy->owner->nuses; i++) {
		const struct flow_use *use = &r->copy->owner->uses[i];
		const struct ast_function *callee = use->kind == FLOW_USE_ARGUMENT ? flow_callee(use->node) : NULL;
		const struct ast_type *param =
		        callee && use->index < callee->nparams ? callee->params[use->index]->decl.type : NULL;

		if (use->kind == FLOW_USE_TEST || use->kind == FLOW_USE_RELEASE || use->node == r->copy->fill)
			continue;
		if (param && param->kind == AST_TYPE_POINTER && param->target && !(param->target->quals & AST_CONST))
			refuse(r, "it points to const, and the copy is used where that is not allowed");
	}
	ast_walk(rule_function(r->run)->body, check_alias, r);
}

struct declaration {
	const struct ast_decl *decl;
	const struct ast_node *statement; /* DECL_STMT */
};

static bool find_declaration(struct ast_node *node, void *context)
{
	struct declaration *search = context;

	if (node->kind == AST_VAR && node->u.decl == search->decl)
		search->statement = node->parent;
	return !search->statement;
}

/* The statement that declares the copy's variable and nothing else; NULL if there is none. */
static const struct ast_node *own_declaration(const struct rewrite *r)
{
	struct declaration search = {.decl = &r->copy->owner->var->decl};

	ast_walk(rule_function(r->run)->body, find_declaration, &search);
	if (!search.statement || search.statement->kind != AST_DECL_STMT || search.statement->nchildren != 1)
		return NULL;
	return search.statement;
}

/* The variable is declared to point to const where the source does. */
static void declare_const(struct rewrite *r)
{
	const struct ast_var *var = r->copy->owner->var;

	if (!needs_const(r))
		return;
	if (!own_declaration(r) || var->decl.flags & AST_MACRO || var->decl.type->flags & AST_TYPE_TYPEDEF ||
	    var->decl.range.file != r->file->index)
		refuse(r, "its variable would have to become a pointer to const");
	else
		rule_found_edit(r->found,
		                (struct ast_range){var->decl.range.file, var->decl.range.begin, var->decl.range.begin},
		                "const ");
}

/* free(copy); or if (copy) free(copy); as a statement of its own. */
static void delete_release(struct rewrite *r, const struct ast_node *release)
{
	const struct ast_node *statement = edit_statement_of(release), *holder, *block;
	struct ast_range braces[2];

	if (statement && statement->kind == AST_IF && statement->children[4]->kind == AST_NONE &&
	    statement->children[0]->kind == AST_NONE && statement->children[1]->kind == AST_NONE &&
	    statement->children[3] == release && tests_copy(r, statement->children[2], &holder) == 1) {
		delete_statement(r, statement);
		return;
	}
	block = release->parent;
	if (block && block->kind == AST_COMPOUND && block->nchildren == 1 && block->parent &&
	    block->parent->kind == AST_IF && block->parent->children[4]->kind == AST_NONE &&
	    block->parent->children[3] == block && tests_copy(r, block->parent->children[2], &holder) == 1 &&
	    block->parent->parent && block->parent->parent->kind == AST_COMPOUND) {
		delete_statement(r, block->parent);
		return;
	}
	if (statement != release) {
		refuse(r, "a release is part of a larger statement");
		return;
	}
	delete_statement(r, release);
	if (edit_braces_of(r->run->unit, release, rule_function(r->run)->body, braces))
		for (size_t i = 0; i < 2; i++)
			rule_found_edit(r->found, braces[i], "");
}

/* if (!copy) return: nothing is allocated any more that could be missing. */
static void delete_test(struct rewrite *r, const struct flow_use *use)
{
	const struct ast_node *statement = use->node, *holder;

	while (statement && ast_is_expr(statement))
		statement = statement->parent;
	if (!statement || statement->kind != AST_IF || statement->children[4]->kind != AST_NONE || !statement->parent ||
	    statement->parent->kind != AST_COMPOUND || statement->children[0]->kind != AST_NONE ||
	    statement->children[1]->kind != AST_NONE || tests_copy(r, statement->children[2], &holder) != -1 ||
	    !is_copy(r, holder) || !may_go(statement->children[3]))
		return;
	delete_statement(r, statement);
}

/* The variables that only the size of the copy was computed for would be left over. */
struct usage {
	const struct ast_node *call, *fill;
	const struct ast_decl *decl;
	bool elsewhere, inside;
};

static bool within(const struct ast_node *node, const struct ast_node *whole)
{
	return whole && node->range.begin >= whole->range.begin && node->range.end <= whole->range.end;
}

static bool find_usage(struct ast_node *node, void *context)
{
	struct usage *usage = context;

	if (node->kind == AST_REF && node->u.decl == usage->decl) {
		if (within(node, usage->call) || within(node, usage->fill))
			usage->inside = true;
		else if (node->flags & AST_LOADED)
			usage->elsewhere = true;
	}
	return true;
}

static bool leaves_variables(const struct rewrite *r)
{
	const struct ast_function *function = rule_function(r->run);

	for (uint32_t i = 0; i < function->nlocals; i++) {
		const struct ast_decl *decl = &function->locals[i]->decl;
		struct usage all = {.call = r->copy->call, .fill = r->copy->fill, .decl = decl};
		struct usage kept = {.call = r->copy->source, .decl = decl};

		if (decl == &r->copy->owner->var->decl)
			continue;
		ast_walk(function->body, find_usage, &all);
		ast_walk((struct ast_node *)(uintptr_t)r->copy->source, find_usage, &kept);
		if (all.inside && !all.elsewhere && !kept.inside)
			return true;
	}
	return false;
}

/* ---- the source's name for the copy's ---- */

struct naming {
	struct rewrite *r;
	const struct ast_decl *copy, *source;
	bool apply;
	bool possible;
	const struct ast_node *declaration, *assignment; /* DECL_STMT and ASSIGN that go */
};

/* Code that goes with the copy: names in it need no change. */
static bool goes_away(const struct naming *n, const struct ast_node *node)
{
	const struct heap_copy *copy = n->r->copy;

	if (within(node, n->declaration) || within(node, n->assignment) || within(node, copy->fill))
		return true;
	for (uint32_t i = 0; i < copy->owner->nuses; i++) {
		const struct flow_use *use = &copy->owner->uses[i];

		if (use->kind == FLOW_USE_RELEASE && within(node, use->node))
			return true;
	}
	for (size_t i = 0; i < n->r->deleted.count; i++)
		if (within(node, n->r->deleted.items[i]))
			return true;
	return false;
}

static bool rename_use(struct ast_node *node, void *context)
{
	struct naming *n = context;

	if (node->kind == AST_VAR && node->u.decl != n->source && node->u.decl->name == n->source->name)
		n->possible = false; /* hidden somewhere */
	if (node->kind == AST_REF && node->u.decl == n->source && !(node->flags & AST_LOADED) &&
	    ast_bare_type(node->type)->kind == AST_TYPE_POINTER)
		n->possible = false; /* changed, or its address taken */
	if (node->kind != AST_REF || node->u.decl != n->copy || goes_away(n, node))
		return true;
	if (n->apply)
		rule_found_edit(n->r->found, node->range, n->source->name);
	else if (node->flags & AST_MACRO || node->range.file != n->r->file->index)
		n->possible = false;
	return true;
}

static bool find_copy(struct ast_node *node, void *context)
{
	struct naming *n = context;

	if (node->kind == AST_ASSIGN && is_copy(n->r, node->children[0])) {
		n->possible = n->possible && !n->assignment;
		n->assignment = node;
	}
	return true;
}

/* The copied variable is as good a name: its value never changes, and it points to the same type. */
static bool is_named(const struct rewrite *r)
{
	const struct ast_node *source = r->copy->source;
	const struct ast_type *from = source->type, *to = r->copy->owner->var->decl.type;

	return source->kind == AST_REF && source->u.decl && source->u.decl->kind == AST_DECL_VAR && from && to &&
	       from->target && to->target && ast_bare_type(from->target) == ast_bare_type(to->target) &&
	       flow_local(rule_flow(r->run), (const struct ast_var *)source->u.decl) != FLOW_NONE;
}

/* Takes the copy's variable away and uses the source's; false if that cannot be done, and nothing was. */
static bool use_source_name(struct rewrite *r)
{
	const struct ast_function *function = rule_function(r->run);
	struct naming n = {
	        .r = r, .copy = &r->copy->owner->var->decl, .source = r->copy->source->u.decl, .possible = true};
	const struct ast_node *whole;

	if (!is_named(r))
		return false;
	ast_walk(function->body, find_copy, &n);
	n.declaration = own_declaration(r);
	if (!n.possible || !n.declaration || !n.declaration->parent || n.declaration->parent->kind != AST_COMPOUND)
		return false;
	whole = n.assignment ? edit_statement_of(n.assignment) : n.declaration;
	if (!whole || (n.assignment && whole != n.assignment && (whole->kind != AST_IF || !r->replaced)) ||
	    (n.assignment && n.declaration->children[0]->children[0]->kind != AST_NONE &&
	     !is_null(n.declaration->children[0]->children[0])))
		return false;
	if (n.assignment)
		n.assignment = whole;
	ast_walk(function->body, rename_use, &n);
	if (!n.possible)
		return false;
	n.apply = true;
	ast_walk(function->body, rename_use, &n);
	delete_statement(r, n.declaration);
	if (n.assignment)
		delete_statement(r, n.assignment);
	return true;
}

void heap_copy_fix(struct rule_collect *run, const struct heap_copy *copy, struct rule_found *found)
{
	struct rewrite r = {.run = run, .copy = copy, .found = found};

	r.file = ast_file_of(run->unit, copy->call->range);
	if (!found || !r.file || !r.file->text)
		return;
	if (copy->printed) {
		rule_found_fix(found, FIX_SUGGESTION,
		               arena_printf(&run->scratch, "print '%s' itself", copy_text(run, copy->source)),
		               "a precision, %.*s, must say where it ends");
		return;
	}
	if (leaves_variables(&r))
		refuse(&r, "variables would be left that only the copy needed");
	if (copy->fill && copy->fill->parent && copy->fill->parent->kind == AST_COMPOUND)
		delete_statement(&r, copy->fill);
	else if (copy->fill)
		refuse(&r, "the copy is made within an expression");
	for (uint32_t i = 0; i < copy->owner->nuses; i++) {
		if (copy->owner->uses[i].kind == FLOW_USE_RELEASE)
			delete_release(&r, copy->owner->uses[i].node);
		else if (copy->owner->uses[i].kind == FLOW_USE_TEST)
			delete_test(&r, &copy->owner->uses[i]);
	}
	check_call(&r);
	check_const(&r);
	if (!r.refused && !use_source_name(&r)) {
		replace_call(&r);
		declare_const(&r);
	}
	if (r.refused)
		rule_found_no_edits(found);
	rule_found_fix(found, r.refused ? FIX_SUGGESTION : FIX_SAFE,
	               arena_printf(&run->scratch, "use '%s' itself", copy_text(run, copy->source)),
	               r.refused ? r.refused : "");
	vec_release(&r.deleted);
}
