// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where a call stands for its author. GCC knows, but for two kinds. To a call that is an argument of another it gives the other's place
 * when it leaves the front end's trees: so places are noted before, in the order in which the calls will come out. And some that the C++
 * front end makes itself have the place of a closing brace.
 */
#include "gcc/compat.h"

#include "instrument.h"

#include <deque>

/* Function, callee, place of the outermost call -> places of the calls, in the order of the code. */
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

struct place_walk {
	tree function;
	location_t outer; /* of the call that the one at hand is an argument of; unknown elsewhere */
	hash_set<tree> *seen; /* trees are shared: what is evaluated once is noted once */
};

static tree note_call_place(tree *node, int *walk_subtrees, void *data)
{
	const place_walk *walk = static_cast<place_walk *>(data);

	if (TREE_CODE(*node) != CALL_EXPR)
		return NULL_TREE;
	const location_t own = LOCATION_LOCUS(EXPR_LOCATION(*node));
	const location_t place = walk->outer != UNKNOWN_LOCATION ? walk->outer : own;
	tree callee = get_callee_fndecl(*node);

	*walk_subtrees = 0;
	/* GCC takes the arguments last to first on this machine. */
	for (int i = call_expr_nargs(*node) - 1; i >= 0; i--) {
		tree *argument = &CALL_EXPR_ARG(*node, i);
		place_walk inner = {walk->function, TREE_CODE(*argument) == CALL_EXPR ? place : UNKNOWN_LOCATION, walk->seen};

		walk_tree(argument, note_call_place, &inner, walk->seen);
	}
	place_walk function = {walk->function, UNKNOWN_LOCATION, walk->seen};

	walk_tree(&CALL_EXPR_FN(*node), note_call_place, &function, walk->seen);
	noted[{DECL_UID(walk->function), callee ? DECL_UID(callee) : 0, place}].push_back(own);
	return NULL_TREE;
}

void note_places(tree function)
{
	static hash_set<tree> seen(1021); /* kept at its size from function to function */
	place_walk walk = {function, UNKNOWN_LOCATION, &seen};

	walk_tree(&DECL_SAVED_TREE(function), note_call_place, &walk, &seen);
	seen.empty();
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
