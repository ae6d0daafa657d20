// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a wrapper looks like from outside. The unit that defines a function and those that call it see different things of it,
 * but must agree whether its caller announces itself; they agree on this.
 */
#include "gcc/compat.h"

#include "instrument.h"

bool is_character(const_tree type)
{
	return TREE_CODE(type) == INTEGER_TYPE && TYPE_PRECISION(type) == BITS_PER_UNIT;
}

/* What the parameters of a function offer for a size. */
struct parameters_seen {
	bool number = false, size = false, text = false;

	void add(const_tree type);
};

void parameters_seen::add(const_tree type)
{
	if (TREE_CODE(type) == INTEGER_TYPE && !is_character(type)) {
		number = true;
		size |= TYPE_UNSIGNED(type) && TYPE_PRECISION(type) == POINTER_SIZE;
	} else if (TREE_CODE(type) == POINTER_TYPE && is_character(TREE_TYPE(type))) {
		text = true;
	}
}

static bool looks_like_wrapper(const_tree function_type, const parameters_seen &seen)
{
	const_tree result = TREE_TYPE(function_type);

	if (TREE_CODE(result) != POINTER_TYPE || TYPE_READONLY(TREE_TYPE(result)) || FUNC_OR_METHOD_TYPE_P(TREE_TYPE(result)))
		return false;
	if (VOID_TYPE_P(TREE_TYPE(result)))
		return seen.number;
	return is_character(TREE_TYPE(result)) ? seen.number || seen.text : seen.size;
}

static void add_prototype(const_tree function_type, parameters_seen *seen)
{
	for (const_tree link = TYPE_ARG_TYPES(function_type); link && !VOID_TYPE_P(TREE_VALUE(link)); link = TREE_CHAIN(link))
		seen->add(TREE_VALUE(link));
}

/* By its name: with -flto the type itself is a copy. */
static bool is_va_list(const_tree type)
{
	return POINTER_TYPE_P(type) && TREE_CODE(TREE_TYPE(type)) == RECORD_TYPE &&
	       type_name(TREE_TYPE(type)).find("__va_list_tag") != std::string::npos;
}

bool has_asprintf_signature(const_tree function_type)
{
	const_tree link = TYPE_ARG_TYPES(function_type);
	bool arguments = stdarg_p(function_type);

	if (!link || TREE_CODE(TREE_TYPE(function_type)) == POINTER_TYPE || !POINTER_TYPE_P(TREE_VALUE(link)) ||
	    !POINTER_TYPE_P(TREE_TYPE(TREE_VALUE(link))) || !is_character(TREE_TYPE(TREE_TYPE(TREE_VALUE(link)))))
		return false;
	link = TREE_CHAIN(link);
	if (!link || !POINTER_TYPE_P(TREE_VALUE(link)) || !is_character(TREE_TYPE(TREE_VALUE(link))))
		return false;
	for (; link; link = TREE_CHAIN(link))
		arguments |= is_va_list(TREE_VALUE(link));
	return arguments;
}

bool defines_wrapper_signature(tree function)
{
	parameters_seen seen;

	/* A definition in the old style has no prototype. */
	for (tree parameter = DECL_ARGUMENTS(function); parameter; parameter = DECL_CHAIN(parameter))
		seen.add(TREE_TYPE(parameter));
	return looks_like_wrapper(TREE_TYPE(function), seen);
}

bool calls_wrapper_signature(const gcall *call)
{
	tree function = gimple_call_fndecl(call);
	const_tree type = function ? TREE_TYPE(function) : gimple_call_fntype(call);
	parameters_seen seen;

	add_prototype(type, &seen);
	for (unsigned i = 0; !prototype_p(type) && i < gimple_call_num_args(call); i++)
		seen.add(TREE_TYPE(gimple_call_arg(call, i)));
	return looks_like_wrapper(type, seen);
}
