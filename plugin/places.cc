// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a call stands for its author. GCC knows, but for two kinds. To a call that is an argument of another it gives the other's place
 * when it leaves the front end's trees: so places are noted before, in the order in which the calls will come out. And some that the C++
 * front end makes itself have the place of a closing brace.
 */
#include "gcc/compat.h"

#include "instrument.h"

#include <deque>

/* Function, callee, place of the outermost call -> places of the calls that are its arguments, in the order of the code. */
struct noted_key {
	unsigned function, callee;
	location_t place;

	bool operator<(const noted_key &other) const
	{
		if (function != other.function)
			return function < other.function;
		return callee != other.callee ? callee < other.callee : place < other.place;
	}
};

static std::map<noted_key, std::deque<location_t>> noted;

/* One function's body on the search for calls that are arguments. */
class place_walk
{
      public:
	explicit place_walk(tree function) : function(DECL_UID(function))
	{
	}

	void visit(tree node);

      private:
	void visit_call(tree call, location_t place);
	void visit_parts(tree node);

	unsigned function;
	hash_set<tree> seen; /* what the front end shares is evaluated once, so noted once */
};

/* The places of the calls that are arguments of @call, whose own one GCC will give them. */
void place_walk::visit_call(tree call, location_t place)
{
	/* GCC takes the arguments last to first on this machine. */
	for (int i = call_expr_nargs(call) - 1; i >= 0; i--) {
		tree argument = CALL_EXPR_ARG(call, i);

		if (TREE_CODE(argument) != CALL_EXPR) {
			visit(argument);
			continue;
		}
		if (seen.add(argument))
			continue;
		tree callee = get_callee_fndecl(argument);
		const location_t own = LOCATION_LOCUS(EXPR_LOCATION(argument));
		const location_t given = place != UNKNOWN_LOCATION ? place : own;

		visit_call(argument, given);
		noted[{function, callee ? DECL_UID(callee) : 0, given}].push_back(own);
	}
	visit(CALL_EXPR_FN(call));
}

void place_walk::visit_parts(tree node)
{
	const int parts = TREE_OPERAND_LENGTH(node);

	for (int i = 0; i < parts; i++)
		visit(TREE_OPERAND(node, i));
}

void place_walk::visit(tree node)
{
	if (!node)
		return;
	switch (TREE_CODE(node)) {
	case CALL_EXPR:
		visit_call(node, LOCATION_LOCUS(EXPR_LOCATION(node)));
		return;
	case STATEMENT_LIST:
		for (tree_stmt_iterator i = tsi_start(node); !tsi_end_p(i); tsi_next(&i))
			visit(tsi_stmt(i));
		return;
	case BIND_EXPR:
		for (tree variable = BIND_EXPR_VARS(node); variable; variable = DECL_CHAIN(variable))
			if (TREE_CODE(variable) == VAR_DECL)
				visit(DECL_INITIAL(variable));
		visit(BIND_EXPR_BODY(node));
		return;
	case TREE_LIST:
		for (; node; node = TREE_CHAIN(node))
			visit(TREE_VALUE(node));
		return;
	case CONSTRUCTOR: {
		unsigned i;
		tree value;

		FOR_EACH_CONSTRUCTOR_VALUE(CONSTRUCTOR_ELTS(node), i, value)
			visit(value);
		return;
	}
	case SAVE_EXPR:
	case TARGET_EXPR:
		if (!seen.add(node))
			visit_parts(node);
		return;
	default:
		/* What has no effect calls nothing that allocates. */
		if (EXPR_P(node) && (TREE_SIDE_EFFECTS(node) || STATEMENT_CLASS_P(node)))
			visit_parts(node);
		return;
	}
}

void note_places(tree function)
{
	if (DECL_SAVED_TREE(function))
		place_walk(function).visit(DECL_SAVED_TREE(function));
}

/* The next noted place of a call like this; that of the statement if there is none. */
static location_t statement_location(const gcall *call)
{
	tree callee = gimple_call_fndecl(call);
	const location_t location = gimple_location(call);
	const auto found = noted.find({DECL_UID(current_function_decl), callee ? DECL_UID(callee) : 0, LOCATION_LOCUS(location)});

	if (found == noted.end() || found->second.empty())
		return location;
	const location_t own = found->second.front();

	found->second.pop_front();
	return own > BUILTINS_LOCATION ? own : location;
}

/* The outermost macro whose expansion @location lies in; NULL if none. */
const char *macro_of(location_t location)
{
	const char *name = nullptr;

	location = LOCATION_LOCUS(location);
	while (linemap_location_from_macro_expansion_p(line_table, location)) {
		const line_map *map = linemap_lookup(line_table, location);

		if (!map || !linemap_macro_expansion_map_p(map))
			break;
		name = linemap_map_get_macro_name(linemap_check_macro(map));
#if GCCPLUGIN_VERSION >= 15000
		location = linemap_check_macro(map)->get_expansion_point_location();
#else
		location = linemap_check_macro(map)->expansion;
#endif
	}
	return name;
}

static bool is_real(location_t location)
{
	return LOCATION_LOCUS(location) > BUILTINS_LOCATION;
}

static bool is_same_place(location_t a, location_t b)
{
	const expanded_location x = expand_location(a), y = expand_location(b);

	return x.line == y.line && x.column == y.column && x.file == y.file;
}

/* The body of a coroutine has no end of its own: it is the last place in it. */
static location_t last_place()
{
	location_t last = UNKNOWN_LOCATION;
	basic_block block;

	FOR_EACH_BB_FN (block, cfun) {
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi)) {
			const location_t location = gimple_location(gsi_stmt(gsi));

			if (is_real(location) && !in_system_header_at(location) && LOCATION_LINE(location) > LOCATION_LINE(last))
				last = location;
		}
	}
	return last;
}

static bool is_coroutine_body(tree function)
{
	const char *name = symbol_name(function);
	const size_t length = strlen(name);

	return length > 6 && !strcmp(name + length - 6, ".actor");
}

/* The closing brace of the current function, which GCC gives to temporaries in aggregates, to what a lambda captures, and to
 * most of a coroutine. */
static bool is_function_end(location_t location)
{
	static tree function;
	static location_t end;

	if (function != current_function_decl) {
		function = current_function_decl;
		end = is_coroutine_body(function) ? last_place() : cfun->function_end_locus;
	}
	return is_same_place(location, end);
}

static location_t argument_location(const gcall *call)
{
	for (unsigned i = 0; i < gimple_call_num_args(call); i++) {
		const location_t location = EXPR_LOCATION(gimple_call_arg(call, i));

		if (is_real(location) && !is_same_place(location, gimple_location(call)) && !is_function_end(location))
			return location;
	}
	return UNKNOWN_LOCATION;
}

/* What is made is used soon: the first statement after the call that has a place of its own. */
static location_t following_location(gcall *call)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(call);
	basic_block block = gimple_bb(call);

	gsi_next(&gsi);
	for (unsigned blocks = 0; block && blocks < 8; blocks++) {
		for (; !gsi_end_p(gsi); gsi_next(&gsi))
			if (is_real(gimple_location(gsi_stmt(gsi))) && !is_function_end(gimple_location(gsi_stmt(gsi))))
				return gimple_location(gsi_stmt(gsi));
		edge next = find_fallthru_edge(block->succs);

		block = next && next->dest != EXIT_BLOCK_PTR_FOR_FN(cfun) ? next->dest : nullptr;
		if (block)
			gsi = gsi_start_bb(block);
	}
	return UNKNOWN_LOCATION;
}

/* A lambda's copies of what it captures: members of the closure, which have reserved names. */
static bool makes_capture(const gcall *call)
{
	tree object = gimple_call_num_args(call) >= 2 ? gimple_call_arg(call, 0) : NULL_TREE;

	if (!object || TREE_CODE(object) != ADDR_EXPR || TREE_CODE(TREE_OPERAND(object, 0)) != COMPONENT_REF)
		return false;
	tree name = DECL_NAME(TREE_OPERAND(TREE_OPERAND(object, 0), 1));

	return name && !strncmp(IDENTIFIER_POINTER(name), "__", 2);
}

/* A coroutine's frame is made before its first line. */
static bool makes_coroutine_frame(const gcall *call)
{
	tree result = gimple_call_lhs(call);

	return result && TREE_CODE(result) == SSA_NAME && SSA_NAME_IDENTIFIER(result) &&
	       !strncmp(IDENTIFIER_POINTER(SSA_NAME_IDENTIFIER(result)), "_Coro_", 6);
}

location_t call_location(gcall *call)
{
	const location_t location = statement_location(call);
	const location_t function = DECL_SOURCE_LOCATION(current_function_decl);

	if (!is_real(location))
		return function;
	if (!lang_GNU_CXX() || (!is_function_end(location) && !makes_capture(call)))
		return location;
	if (makes_coroutine_frame(call))
		return function;
	location_t better = argument_location(call);

	if (!is_real(better) && is_function_end(location))
		better = following_location(call);
	return is_real(better) ? better : location;
}
