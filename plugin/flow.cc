// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Allocation wrappers: functions whose result is an allocation of a size that their caller chose.
 *
 * From what a function returns, values are followed backwards to the calls that made them; where such a call allocates
 * and its size comes from a parameter, the function is a wrapper and the call is wrapped: its line is the
 * caller's. Repeated until nothing changes, so wrappers of wrappers are found. Functions that store their block
 * through a pointer parameter count when only this unit calls them.
 *
 * Between units only declarations are seen, so a wrapper must also look like one: signature.cc decides for definition and
 * caller alike.
 */
#include "gcc/compat.h"

#include "instrument.h"

static std::set<tree> wrappers;
static std::map<tree, unsigned> storing_wrappers; /* function -> 1-based parameter it stores the block through */
static std::map<tree, unsigned> passing_functions; /* function -> 1-based parameter that it may return as it came */
static std::set<const gcall *> wrapped_calls;

/* ---- does a size come from a parameter? ---- */

struct size_origin {
	bool parameter = false; /* an integer parameter takes part */
	unsigned lengths = 0;	/* functions like strlen() of parameters */
	std::set<tree> seen;
};

static void find_size_origin(tree value, size_origin *origin);

static bool is_parameter(const_tree value)
{
	if (TREE_CODE(value) == PARM_DECL)
		return true;
	return TREE_CODE(value) == SSA_NAME && SSA_NAME_IS_DEFAULT_DEF(value) && SSA_NAME_VAR(value) &&
	       TREE_CODE(SSA_NAME_VAR(value)) == PARM_DECL;
}

static void find_call_size_origin(const gcall *call, size_origin *origin)
{
	tree function = gimple_call_fndecl(call);

	/* strlen(text), or the program's own sdslen(text). */
	if (function && gimple_call_num_args(call) == 1 && POINTER_TYPE_P(TREE_TYPE(gimple_call_arg(call, 0)))) {
		if (is_parameter(gimple_call_arg(call, 0)) && is_character(TREE_TYPE(TREE_TYPE(gimple_call_arg(call, 0)))))
			origin->lengths++;
		return;
	}
	/* A helper that computes with numbers alone: round_up(n). */
	for (unsigned i = 0; i < gimple_call_num_args(call); i++)
		if (!INTEGRAL_TYPE_P(TREE_TYPE(gimple_call_arg(call, i))))
			return;
	for (unsigned i = 0; i < gimple_call_num_args(call); i++)
		find_size_origin(gimple_call_arg(call, i), origin);
}

static void find_size_origin(tree value, size_origin *origin)
{
	if (is_parameter(value) && INTEGRAL_TYPE_P(TREE_TYPE(value)))
		origin->parameter = true;
	if (TREE_CODE(value) != SSA_NAME || !origin->seen.insert(value).second)
		return;
	gimple *definition = SSA_NAME_DEF_STMT(value);

	if (gassign *assign = dyn_cast<gassign *>(definition)) {
		for (unsigned i = 1; i < gimple_num_ops(assign); i++)
			if (gimple_op(assign, i))
				find_size_origin(gimple_op(assign, i), origin);
	} else if (gphi *phi = dyn_cast<gphi *>(definition)) {
		for (unsigned i = 0; i < gimple_phi_num_args(phi); i++)
			find_size_origin(gimple_phi_arg_def(phi, i), origin);
	} else if (gcall *call = dyn_cast<gcall *>(definition)) {
		find_call_size_origin(call, origin);
	}
}

static bool size_is_callers(tree value)
{
	size_origin origin;

	find_size_origin(value, &origin);
	return origin.parameter || origin.lengths == 1;
}

/* ---- where a returned block comes from ---- */

/* One function under examination. */
struct block_search {
	tree function;
	std::set<tree> seen;
	std::set<const gcall *> *found;
	unsigned passed; /* 1-based parameter found at the origin; 0 none */
};

static void find_block_origin(tree value, block_search *search);

/* Does the size, or the text, that @call allocates by come from its function's caller? */
static bool allocates_for_caller(const gcall *call)
{
	const memlint_allocator allocator = call_allocator(call);

	if (allocator != MEMLINT_ALLOCATOR_NONE) {
		const allocator_row &row = allocator_row_of(allocator);

		if (row.releases)
			return false;
		if (!row.size)
			return is_parameter(gimple_call_arg(call, 0));
		return size_is_callers(gimple_call_arg(call, row.size - 1)) ||
		       (row.count && size_is_callers(gimple_call_arg(call, row.count - 1)));
	}
	for (unsigned i = 0; i < gimple_call_num_args(call); i++) {
		tree argument = gimple_call_arg(call, i);

		if (INTEGRAL_TYPE_P(TREE_TYPE(argument)) ? size_is_callers(argument) :
							   is_parameter(argument) &&
								   POINTER_TYPE_P(TREE_TYPE(argument)) &&
								   is_character(TREE_TYPE(TREE_TYPE(argument))))
			return true;
	}
	return false;
}

static unsigned parameter_number(tree function, const_tree value)
{
	unsigned number = 1;

	if (TREE_CODE(value) != SSA_NAME || !is_parameter(value))
		return 0;
	for (tree parameter = DECL_ARGUMENTS(function); parameter; parameter = DECL_CHAIN(parameter), number++)
		if (SSA_NAME_VAR(value) == parameter)
			return number;
	return 0;
}

tree returned_argument(const gcall *call)
{
	tree function = gimple_call_fndecl(call);
	static const std::set<std::string> names = {"memcpy",  "memmove", "memset",	  "strcpy",	  "strncpy",
						    "strcat",  "strncat", "__memcpy_chk", "__memset_chk", "__memmove_chk",
						    "__strcpy_chk"};

	if (!function)
		return NULL_TREE;
	const auto passing = passing_functions.find(function);
	const unsigned number = passing != passing_functions.end() ? passing->second : names.count(symbol_name(function));

	return number && number <= gimple_call_num_args(call) ? gimple_call_arg(call, number - 1) : NULL_TREE;
}

static bool may_be_wrapper_call(const gcall *call)
{
	tree function = gimple_call_fndecl(call);

	if (!function)
		return calls_wrapper_signature(call);
	call_class what;

	if (options.wrappers.count(symbol_name(function)))
		return true;
	if (classify_pool_call(function, &what))
		return what.kind == CALL_USER_ALLOCATOR;
	const cgraph_node *node = cgraph_node::get(function);

	if (node && node->definition)
		return wrappers.count(function) || storing_wrappers.count(function);
	return !is_library_code(function) && !fndecl_built_in_p(function) && calls_wrapper_signature(call);
}

static void find_call_origin(gcall *call, block_search *search)
{
	if (gimple_call_internal_p(call))
		return;
	if (tree returned = returned_argument(call))
		find_block_origin(returned, search);
	if ((call_allocator(call) != MEMLINT_ALLOCATOR_NONE || may_be_wrapper_call(call)) && allocates_for_caller(call))
		search->found->insert(call);
}

/* A variable in memory: whatever the function stores in it, or has stored through its address. */
static void find_variable_origin(tree variable, block_search *search)
{
	basic_block block;

	if (!auto_var_in_fn_p(variable, search->function) || !search->seen.insert(variable).second)
		return;
	FOR_EACH_BB_FN (block, DECL_STRUCT_FUNCTION(search->function)) {
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
			gimple *statement = gsi_stmt(gsi);

			if (gimple_assign_single_p(statement) && gimple_assign_lhs(statement) == variable)
				find_block_origin(gimple_assign_rhs1(statement), search);
			gcall *call = dyn_cast<gcall *>(statement);

			if (!call || gimple_call_internal_p(call))
				continue;
			if (gimple_call_lhs(call) == variable)
				find_call_origin(call, search);
			tree function = gimple_call_fndecl(call);

			for (unsigned i = 0; function && i < gimple_call_num_args(call); i++) {
				tree argument = gimple_call_arg(call, i);

				if (TREE_CODE(argument) != ADDR_EXPR || TREE_OPERAND(argument, 0) != variable)
					continue;
				const auto storing = storing_wrappers.find(function);
				const bool stores = (storing != storing_wrappers.end() && storing->second == i + 1) ||
						    call_allocator(call) == MEMLINT_ALLOCATOR_POSIX_MEMALIGN ||
						    strstr(symbol_name(function), "asprintf");

				if (stores && allocates_for_caller(call))
					search->found->insert(call);
			}
		}
	}
}

/* An offset read from memory: a pool that cuts pieces off its chunk, whose next chunk is nobody's in particular. */
static bool is_offset_in_memory(tree offset)
{
	for (unsigned step = 0; step < 8 && TREE_CODE(offset) == SSA_NAME; step++) {
		const gassign *assign = dyn_cast<gassign *>(SSA_NAME_DEF_STMT(offset));

		if (!assign)
			return false;
		if (gimple_assign_load_p(assign))
			return true;
		offset = gimple_assign_rhs1(assign);
	}
	return false;
}

static void find_block_origin(tree value, block_search *search)
{
	if (TREE_CODE(value) == ADDR_EXPR) {
		tree object = TREE_OPERAND(value, 0);
		tree base = get_base_address(object);

		if (TREE_CODE(object) == ARRAY_REF && is_offset_in_memory(TREE_OPERAND(object, 1)))
			return;
		if (base && TREE_CODE(base) == MEM_REF)
			find_block_origin(TREE_OPERAND(base, 0), search);
		return;
	}
	if (TREE_CODE(value) == VAR_DECL || TREE_CODE(value) == RESULT_DECL) {
		find_variable_origin(value, search);
		return;
	}
	if (TREE_CODE(value) != SSA_NAME || !search->seen.insert(value).second)
		return;
	if (is_parameter(value))
		search->passed = parameter_number(search->function, value);
	gimple *definition = SSA_NAME_DEF_STMT(value);

	if (gassign *assign = dyn_cast<gassign *>(definition)) {
		switch (gimple_assign_rhs_code(assign)) {
		case COND_EXPR:
			find_block_origin(gimple_assign_rhs2(assign), search);
			find_block_origin(gimple_assign_rhs3(assign), search);
			break;
		case POINTER_PLUS_EXPR:
			if (is_offset_in_memory(gimple_assign_rhs2(assign)))
				break;
			find_block_origin(gimple_assign_rhs1(assign), search);
			break;
		case SSA_NAME:
		case VAR_DECL:
		case ADDR_EXPR:
		CASE_CONVERT:
		case PLUS_EXPR:
		case MINUS_EXPR:
		case BIT_AND_EXPR:
			find_block_origin(gimple_assign_rhs1(assign), search);
			break;
		default:
			break;
		}
	} else if (gphi *phi = dyn_cast<gphi *>(definition)) {
		for (unsigned i = 0; i < gimple_phi_num_args(phi); i++)
			find_block_origin(gimple_phi_arg_def(phi, i), search);
	} else if (gcall *call = dyn_cast<gcall *>(definition)) {
		find_call_origin(call, search);
	}
}

/* ---- functions ---- */

/* The 1-based number of the parameter that @place is the target of: *parameter. 0 if it is none. */
static unsigned parameter_target(tree function, tree place)
{
	if (TREE_CODE(place) != MEM_REF || !integer_zerop(TREE_OPERAND(place, 1)))
		return 0;
	return parameter_number(function, TREE_OPERAND(place, 0));
}

static void examine_returns(tree function, block_search *search)
{
	edge exit;
	edge_iterator ei;

	FOR_EACH_EDGE (exit, ei, EXIT_BLOCK_PTR_FOR_FN(DECL_STRUCT_FUNCTION(function))->preds) {
		greturn *statement = safe_dyn_cast<greturn *>(block_last_statement(exit->src));

		if (statement && gimple_return_retval(statement))
			find_block_origin(gimple_return_retval(statement), search);
	}
}

/* Stores of an allocation through a parameter; the parameter's number, 0 if there is none. */
static unsigned examine_stores(tree function, block_search *search)
{
	unsigned result = 0;
	basic_block block;

	FOR_EACH_BB_FN (block, DECL_STRUCT_FUNCTION(function)) {
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
			gimple *statement = gsi_stmt(gsi);

			if (!gimple_assign_single_p(statement) || !POINTER_TYPE_P(TREE_TYPE(gimple_assign_lhs(statement))))
				continue;
			const unsigned number = parameter_target(function, gimple_assign_lhs(statement));
			const size_t before = search->found->size();

			if (!number)
				continue;
			find_block_origin(gimple_assign_rhs1(statement), search);
			if (search->found->size() > before)
				result = number;
		}
	}
	return result;
}

static size_t known_facts()
{
	return wrapped_calls.size() + wrappers.size() + storing_wrappers.size() + passing_functions.size();
}

/* Calls that get the function's own first parameter as the place for their text. */
static void examine_formatting(tree function, block_search *search)
{
	basic_block block;

	FOR_EACH_BB_FN (block, DECL_STRUCT_FUNCTION(function)) {
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
			const gcall *call = dyn_cast<const gcall *>(gsi_stmt(gsi));
			tree callee = call ? gimple_call_fndecl(call) : NULL_TREE;

			if (callee && gimple_call_num_args(call) > 1 && has_asprintf_signature(TREE_TYPE(callee)) &&
			    parameter_number(function, gimple_call_arg(call, 0)) == 1)
				search->found->insert(call);
		}
	}
}

/* A function that does more than to get memory is no wrapper: its author looks for the line inside it. */
static bool is_long(tree function)
{
	const unsigned limit = 150;
	unsigned statements = 0;
	basic_block block;

	FOR_EACH_BB_FN (block, DECL_STRUCT_FUNCTION(function))
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next_nondebug(&gsi))
			if (++statements > limit)
				return true;
	return false;
}

/* True if something new was learned. */
static bool examine(tree function)
{
	const size_t known = known_facts();
	const char *name = symbol_name(function);
	std::set<const gcall *> found;
	block_search search = {function, {}, &found, 0};

	call_class pool;

	if (options.no_wrappers.count(name) || MAIN_NAME_P(DECL_NAME(function)) || classify_pool_call(function, &pool))
		return false;
	if (POINTER_TYPE_P(TREE_TYPE(TREE_TYPE(function)))) {
		examine_returns(function, &search);
		if (search.passed)
			passing_functions[function] = search.passed;
		if (!options.wrappers.count(name) && (!defines_wrapper_signature(function) || is_long(function)))
			found.clear();
		if (!found.empty())
			wrappers.insert(function);
	} else if (has_asprintf_signature(TREE_TYPE(function))) {
		examine_formatting(function, &search);
		if (!found.empty())
			wrappers.insert(function);
	} else if (!TREE_PUBLIC(function) && VOID_TYPE_P(TREE_TYPE(TREE_TYPE(function)))) {
		const unsigned number = examine_stores(function, &search);

		if (number)
			storing_wrappers[function] = number;
	}
	wrapped_calls.insert(found.begin(), found.end());
	return known_facts() != known;
}

void find_wrappers()
{
	bool changed = true;
	cgraph_node *node;

	while (changed) {
		changed = false;
		FOR_EACH_FUNCTION_WITH_GIMPLE_BODY(node)
			if (!node->alias && !node->thunk && DECL_NAME(node->decl) && examine(node->decl))
				changed = true;
	}
}

bool is_wrapper(tree function)
{
	return wrappers.count(function) || storing_wrappers.count(function) || options.wrappers.count(symbol_name(function));
}

bool is_wrapped_call(const gcall *call)
{
	return wrapped_calls.count(call);
}

/* Whether the call may run code of the program that announces sites of its own. Wrapped calls hand on what they find. */
static bool may_announce(const gimple *statement)
{
	const gcall *call = dyn_cast<const gcall *>(statement);
	tree function = call ? gimple_call_fndecl(call) : NULL_TREE;

	if (!call || gimple_call_internal_p(call) || gimple_call_noreturn_p(call) || is_wrapped_call(call))
		return false;
	return !function || (!fndecl_built_in_p(function) && call_allocator(call) == MEMLINT_ALLOCATOR_NONE);
}

static bool block_may_announce(basic_block block, const gimple *end)
{
	for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi) && gsi_stmt(gsi) != end; gsi_next(&gsi))
		if (may_announce(gsi_stmt(gsi)))
			return true;
	return false;
}

bool may_follow_announcing_call(gcall *call)
{
	std::vector<basic_block> pending = {gimple_bb(call)};
	std::set<basic_block> seen;
	edge e;
	edge_iterator ei;

	if (block_may_announce(gimple_bb(call), call))
		return true;
	while (!pending.empty()) {
		basic_block block = pending.back();

		pending.pop_back();
		FOR_EACH_EDGE (e, ei, block->preds) {
			if (e->src->index < NUM_FIXED_BLOCKS || !seen.insert(e->src).second)
				continue;
			if (block_may_announce(e->src, nullptr))
				return true;
			pending.push_back(e->src);
		}
	}
	return false;
}
