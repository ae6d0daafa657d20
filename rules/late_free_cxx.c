// SPDX-License-Identifier: MIT
/* Containers and strings of C++ that stay full long after their last use, until their scope ends. */
#include "rules/late_free.h"

#include "analyzer/base/one_of.h"
#include "analyzer/base/vec.h"
#include "analyzer/flow/constant.h"
#include "rules/copy_cxx.h"

#include <string.h>

static const char *const containers[] = {"std::vector",        "std::deque",       "std::list",
                                         "std::map",           "std::set",         "std::unordered_map",
                                         "std::unordered_set", "std::basic_string"};

static bool is_helper(const struct ast_type *type)
{
	static const char *const names[] = {"std::allocator", "std::less", "std::greater", "std::hash",
	                                    "std::char_traits"};

	type = ast_bare_type(type);
	return type && IS_ONE_OF(type->template_name, names);
}

/* Objects whose end gives back memory and does nothing else. */
static bool ends_silently(const struct ast_type *type, unsigned depth)
{
	static const char *const holders[] = {"std::pair", "std::tuple", "std::array", "std::optional"};

	type = ast_bare_type(type);
	if (!type || type->kind == AST_TYPE_UNKNOWN || depth > 4)
		return false;
	if (type->kind < AST_TYPE_RECORD || type->flags & AST_TYPE_POD ||
	    !strcmp(type->template_name, "std::basic_string"))
		return true;
	if (!IS_ONE_OF(type->template_name, containers) && !IS_ONE_OF(type->template_name, holders))
		return false;
	for (uint32_t i = 0; i < type->nargs && i < 2; i++) /* a comparison or an allocator may be the second */
		if (type->args[i] && !is_helper(type->args[i]) && !ends_silently(type->args[i], depth + 1))
			return false;
	return true;
}

/* A local whose elements are on the heap and go silently. */
static bool is_container(const struct ast_var *var)
{
	const struct ast_type *type = ast_bare_type(var->decl.type);

	return var->local && !var->parameter && !(var->decl.flags & AST_STATIC) && type &&
	       type->kind == AST_TYPE_RECORD && var->decl.type->kind == AST_TYPE_RECORD &&
	       IS_ONE_OF(type->template_name, containers) && ends_silently(type, 0);
}

static bool adds_element(const char *name)
{
	static const char *const names[] = {"push_back", "emplace_back", "insert", "emplace", "append"};

	return IS_ONE_OF(name, names);
}

/* Where the local gets its elements: how many bytes, -1 not known, 0 none here. */
static int64_t filled(struct rule_collect *run, const struct ast_var *var, const struct flow_access *access)
{
	const struct ast_node *node = access->node ? access->node->parent : NULL, *call;
	const struct ast_type *type = ast_bare_type(var->decl.type);
	int64_t count, each = type->nargs && type->args[0] ? type->args[0]->size : 1;
	const char *name;

	if (!node || node->kind != AST_MEMBER || !node->parent || node->parent->kind != AST_CALL || !node->u.decl)
		return 0;
	call = node->parent;
	name = node->u.decl->name;
	if ((!strcmp(name, "resize") || !strcmp(name, "reserve") || !strcmp(name, "assign")) && call->nchildren > 1)
		return flow_constant(call->children[1], &count) && each > 0 && count > 0 && count < INT64_MAX / each
		               ? count * each
		               : 0;
	if (!adds_element(name))
		return 0;
	return flow_function_loops(rule_flow(run))->innermost[rule_flow(run)->cfg->points[access->point].block] !=
	                       FLOW_NONE
	               ? -1
	               : 0;
}

/* std::vector<char> v(1 << 20); */
static int64_t constructed(const struct ast_var *var)
{
	const struct ast_type *type = ast_bare_type(var->decl.type);
	const struct ast_node *init = var->init ? flow_strip_casts(var->init) : NULL;
	int64_t count, each = type->nargs && type->args[0] ? type->args[0]->size : 1;

	if (!init || init->kind != AST_CONSTRUCT || !init->nchildren || init->flags & AST_LIST_INIT ||
	    !flow_constant(init->children[0], &count) || each <= 0 || count <= 0 || count > INT64_MAX / each)
		return 0;
	return count * each;
}

struct filling {
	const struct ast_var *var; /* NULL: find the local that is returned */
	bool other, fills;
};

static bool find_returned(struct ast_node *node, void *context)
{
	struct filling *filling = context;
	const struct ast_node *value;

	if (node->kind == AST_LAMBDA)
		return false;
	if (node->kind != AST_RETURN || !node->nchildren)
		return true;
	value = flow_strip_casts(node->children[0]);
	while (value->kind == AST_CONSTRUCT && value->nchildren == 1)
		value = flow_strip_casts(value->children[0]);
	if (value->kind != AST_REF || !value->u.decl || value->u.decl->kind != AST_DECL_VAR ||
	    (filling->var && value->u.decl != &filling->var->decl))
		filling->other = true;
	else
		filling->var = (const struct ast_var *)value->u.decl;
	return true;
}

static bool find_filling(struct ast_node *node, void *context)
{
	struct filling *filling = context;
	const struct ast_node *member = node->kind == AST_CALL ? node->children[0] : NULL, *up;

	if (!member || member->kind != AST_MEMBER || !member->u.decl || !adds_element(member->u.decl->name) ||
	    member->children[0]->kind != AST_REF || member->children[0]->u.decl != &filling->var->decl)
		return !filling->fills;
	for (up = node->parent; up; up = up->parent)
		filling->fills = filling->fills || up->kind == AST_FOR || up->kind == AST_WHILE || up->kind == AST_DO ||
		                 up->kind == AST_RANGE_FOR;
	return !filling->fills;
}

/*
 * std::vector<T> v = read_all(); where that function fills what it returns in a loop. Not of strings: those made character
 * by character are words more often than texts.
 */
static bool is_given_full(const struct ast_var *var)
{
	const struct ast_node *init = var->init ? flow_strip_casts(var->init) : NULL;
	const struct ast_function *callee;
	struct filling filling = {0};

	if (!strcmp(ast_bare_type(var->decl.type)->template_name, "std::basic_string"))
		return false;
	while (init && init->kind == AST_CONSTRUCT && init->nchildren == 1)
		init = flow_strip_casts(init->children[0]);
	callee = init && init->kind == AST_CALL ? flow_callee(init) : NULL;
	if (!callee || !callee->body)
		return false;
	ast_walk(callee->body, find_returned, &filling);
	if (filling.other || !filling.var || !filling.var->local)
		return false;
	ast_walk(callee->body, find_filling, &filling);
	return filling.fills;
}

static void report(struct rule_collect *run, const struct ast_var *var, const struct late_gap *gap, uint32_t cost,
                   int64_t size)
{
	const uint32_t between = gap->release - gap->last - 1;
	const char *name = var->decl.name;
	struct rule_found *found;

	if (size > 0)
		found = rule_found(run, var->decl.name_range, name,
		                   "'%s' (%lld bytes) is kept %u statement%s after its last use", name, (long long)size,
		                   between, between == 1 ? "" : "s");
	else
		found = rule_found(run, var->decl.name_range, name,
		                   "'%s', filled in a loop, is kept %u statement%s after its last use", name, between,
		                   between == 1 ? "" : "s");
	if (gap->needs[cost].callee)
		rule_found_require(found, &gap->needs[cost], 1);
	rule_found_note(found, gap->last_use->range, "last used here");
	rule_found_note(found, gap->costs[cost]->range, "meanwhile %s", late_cost_text(run, gap->costs[cost]));
	rule_found_fix(found, FIX_SUGGESTION,
	               arena_printf(&run->scratch, "end its scope after the last use: { ... '%s' ... }", name), "");
	rule_found_send(found);
}

/* for (const auto &x : v), where nothing of x outlives its round. */
static bool is_only_walked(struct rule_collect *run, const struct ast_node *range)
{
	const struct ast_node *loop = range->parent;
	struct copy_index index;
	bool walked;

	if (!loop || loop->kind != AST_RANGE_FOR || loop->children[1] != range || loop->children[0]->kind != AST_VAR)
		return false;
	copy_index_init(&index, rule_function(run), &run->scratch);
	walked = true;
	for (const struct copy_ref *ref = copy_refs(&index, (const struct ast_var *)loop->children[0]->u.decl);
	     ref && walked; ref = ref->next)
		walked = copy_leaves_nothing(ref->node);
	copy_index_release(&index);
	return walked;
}

static void look(struct rule_collect *run, const struct ast_var *var)
{
	struct flow_function *flow = rule_flow(run);
	const uint32_t number = flow_local(flow, var);
	const struct ast_node *declaration = NULL, *last = NULL, *block;
	int64_t size = is_given_full(var) ? -1 : constructed(var);
	struct late_gap gap = {0};

	if (number == FLOW_NONE || flow->locals[number] & ~(uint32_t)FLOW_LOCAL_ADDRESS_TAKEN)
		return;
	for (uint32_t i = 0; i < flow->naccesses; i++) {
		const struct flow_access *access = &flow->accesses[i];
		int64_t bytes;

		if (access->var != number || access->point == FLOW_NONE || access->mode & FLOW_ACCESS_DEATH)
			continue;
		if (access->mode & FLOW_ACCESS_ADDRESS && !(access->node && is_only_walked(run, access->node)))
			return;
		if (access->node && access->node->kind == AST_VAR)
			declaration = access->node;
		bytes = filled(run, var, access);
		size = bytes < 0 || size < 0 ? -1 : bytes > size ? bytes : size;
		if (access->node && (!last || access->node->range.begin > last->range.begin))
			last = access->node;
	}
	if (!last || !declaration || last == declaration || (size >= 0 && size < LATE_LARGE))
		return;
	for (block = declaration; block && block->kind != AST_COMPOUND; block = block->parent)
		continue;
	if (!block || !late_scope_gap(run, block, last, &gap) || !late_find_costs(run, &gap, size > 0))
		return;
	for (uint32_t i = 0; i < gap.ncosts; i++)
		report(run, var, &gap, i, size);
}

void late_free_cxx(struct rule_collect *run)
{
	const struct ast_function *function = rule_function(run);

	if (function->flags & (AST_FUNCTION_PATTERN | AST_FUNCTION_COROUTINE | AST_FUNCTION_SETJMP))
		return;
	for (uint32_t i = 0; i < function->nlocals; i++) {
		vec_clear(&run->conditions);
		if (is_container(function->locals[i]))
			look(run, function->locals[i]);
	}
}
