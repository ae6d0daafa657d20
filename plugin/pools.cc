// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Users' own allocators: named by option or in .memlint.yaml, or declared with
 *   __attribute__((memlint_pool("alloc", pool, size[, count])))   returns a block
 *   __attribute__((memlint_pool("free", block)))                  gives it back
 *   __attribute__((memlint_pool("reset", pool)))                  gives all blocks of the pool back
 * where the rest are numbers of arguments, from 1 (a member function's `this` is one), and pool 0 says that there is none.
 */
#include "gcc/compat.h"

#include "instrument.h"

static const char usage[] = "(\"alloc\", pool, size[, count]), (\"free\", block) or (\"reset\", pool)";

/* The attribute's arguments: what it says of calls; false if they are not as above. */
static bool parse_attribute(tree arguments, call_class *what)
{
	tree verb = arguments ? TREE_VALUE(arguments) : NULL_TREE;
	unsigned numbers[3] = {0, 0, 0}, n = 0;

	if (!verb || TREE_CODE(verb) != STRING_CST)
		return false;
	for (tree link = TREE_CHAIN(arguments); link; link = TREE_CHAIN(link)) {
		tree value = TREE_VALUE(link);

		if (n == 3 || TREE_CODE(value) != INTEGER_CST || !tree_fits_uhwi_p(value) || tree_to_uhwi(value) > 9)
			return false;
		numbers[n++] = unsigned(tree_to_uhwi(value));
	}
	*what = call_class();
	if (!strcmp(TREE_STRING_POINTER(verb), "alloc") && n >= 2 && numbers[1]) {
		what->kind = CALL_USER_ALLOCATOR;
		what->allocator = numbers[0] ? MEMLINT_ALLOCATOR_POOL_TRACK : MEMLINT_ALLOCATOR_TRACK;
		what->pool = numbers[0];
		what->size = numbers[1];
		what->count = numbers[2];
		return true;
	}
	if (!strcmp(TREE_STRING_POINTER(verb), "free") && n == 1 && numbers[0]) {
		what->kind = CALL_USER_RELEASE;
		what->allocator = MEMLINT_ALLOCATOR_UNTRACK;
		what->block = numbers[0];
		return true;
	}
	if (!strcmp(TREE_STRING_POINTER(verb), "reset") && n == 1 && numbers[0]) {
		what->kind = CALL_USER_RESET;
		what->allocator = MEMLINT_ALLOCATOR_POOL_UNTRACK;
		what->pool = numbers[0];
		return true;
	}
	return false;
}

static tree handle_attribute(tree *node, tree name, tree arguments, int, bool *no_add)
{
	call_class what;

	if (parse_attribute(arguments, &what) &&
	    (what.kind != CALL_USER_ALLOCATOR || POINTER_TYPE_P(TREE_TYPE(TREE_TYPE(*node)))))
		return NULL_TREE;
	warning(OPT_Wattributes, "%qE attribute ignored on %qD: it takes %s, and %<alloc%> a function that returns a pointer",
		name, *node, usage);
	*no_add = true;
	return NULL_TREE;
}

static struct attribute_spec specification = {
	"memlint_pool", 2, 4, true, false, false, false, handle_attribute, nullptr,
};

static void register_attributes(void *, void *)
{
	register_attribute(&specification);
}

void register_pool_attribute(const char *plugin_name)
{
	register_callback(plugin_name, PLUGIN_ATTRIBUTES, register_attributes, nullptr);
}

static bool find_option(const std::string &name, call_class *what)
{
	for (const user_allocator &allocator : options.allocators) {
		*what = call_class();
		if (allocator.name == name && allocator.size) {
			what->kind = CALL_USER_ALLOCATOR;
			what->allocator = allocator.pool ? MEMLINT_ALLOCATOR_POOL_TRACK : MEMLINT_ALLOCATOR_TRACK;
			what->size = allocator.size;
			what->count = allocator.count;
			what->pool = allocator.pool;
			return true;
		}
		if (allocator.release == name) {
			what->kind = CALL_USER_RELEASE;
			what->allocator = MEMLINT_ALLOCATOR_UNTRACK;
			return true;
		}
		if (allocator.reset == name) {
			what->kind = CALL_USER_RESET;
			what->allocator = MEMLINT_ALLOCATOR_POOL_UNTRACK;
			what->pool = 1;
			return true;
		}
	}
	return false;
}

bool classify_pool_call(tree function, call_class *what)
{
	const_tree attribute = lookup_attribute("memlint_pool", DECL_ATTRIBUTES(function));

	if (attribute)
		return parse_attribute(TREE_VALUE(attribute), what);
	return !options.allocators.empty() && find_option(symbol_name(function), what);
}

/* ---- the calls that tell the runtime ---- */

/* The value of argument @number of @call as @type, computed before it; NULL_TREE if there is no such argument. */
static tree argument_as(gcall *call, unsigned number, tree type)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(call);

	if (!number || number > gimple_call_num_args(call))
		return NULL_TREE;
	tree value = gimple_call_arg(call, number - 1);

	if (!INTEGRAL_TYPE_P(TREE_TYPE(value)) && !POINTER_TYPE_P(TREE_TYPE(value)))
		return NULL_TREE;
	return force_gimple_operand_gsi(&gsi, fold_convert(type, value), true, NULL_TREE, true, GSI_SAME_STMT);
}

static tree requested_size(gcall *call, const call_class &what)
{
	tree size = argument_as(call, what.size, size_type_node);
	tree count = what.count ? argument_as(call, what.count, size_type_node) : NULL_TREE;
	gimple_stmt_iterator gsi = gsi_for_stmt(call);

	if (!size || (what.count && !count))
		return NULL_TREE;
	if (!count)
		return size;
	return force_gimple_operand_gsi(&gsi, fold_build2(MULT_EXPR, size_type_node, size, count), true, NULL_TREE, true,
					GSI_SAME_STMT);
}

static gcall *call_of_stub(memlint_allocator allocator, const std::vector<tree> &arguments, location_t location)
{
	auto_vec<tree> types, values;

	for (tree argument : arguments) {
		types.safe_push(POINTER_TYPE_P(TREE_TYPE(argument)) ? const_ptr_type_node : size_type_node);
		values.safe_push(argument);
	}
	tree type = build_function_type_array(void_type_node, int(types.length()), types.address());
	gcall *call = gimple_build_call_vec(user_stub_declaration(allocator, type), values);

	gimple_set_location(call, location);
	return call;
}

/* The last pointer among the arguments of a release. */
static unsigned last_pointer(const gcall *call)
{
	unsigned number = 0;

	for (unsigned i = 0; i < gimple_call_num_args(call); i++)
		if (POINTER_TYPE_P(TREE_TYPE(gimple_call_arg(call, i))))
			number = i + 1;
	return number;
}

static void tell_allocation(gcall *call, const call_class &what, tree site)
{
	tree size = requested_size(call, what);
	tree pool = what.pool ? argument_as(call, what.pool, ptr_type_node) : NULL_TREE;

	/* A result that nobody wants is a block all the same. */
	if (!gimple_call_lhs(call) && POINTER_TYPE_P(gimple_call_return_type(call))) {
		gimple_call_set_lhs(call, make_ssa_name(gimple_call_return_type(call), call));
		update_stmt(call);
	}
	tree result = gimple_call_lhs(call);
	std::vector<tree> arguments = {result, size};

	if (!result || TREE_CODE(result) != SSA_NAME || !POINTER_TYPE_P(TREE_TYPE(result)) || !size)
		return;
	if (what.pool)
		arguments.push_back(pool ? pool : null_pointer_node);
	arguments.push_back(site);
	insert_after_call(call, call_of_stub(what.allocator, arguments, gimple_location(call)));
}

void tell_pool_call(gcall *call, const call_class &what, tree site)
{
	gimple_stmt_iterator gsi = gsi_for_stmt(call);
	tree taken;

	if (what.kind == CALL_USER_ALLOCATOR) {
		tell_allocation(call, what, site);
		return;
	}
	taken = argument_as(call, what.pool ? what.pool : what.block ? what.block : last_pointer(call), ptr_type_node);
	if (taken)
		gsi_insert_before(&gsi, call_of_stub(what.allocator, {taken}, gimple_location(call)), GSI_SAME_STMT);
}
