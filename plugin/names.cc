// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Names and sizes as the language has them.
 *
 * With -flto GCC drops what the C++ front end knows of types before the unit is instrumented. So what may be needed is
 * written down before: under the numbers of types and declarations, since trees may be collected in between.
 */
#include "gcc/compat.h"

#include "instrument.h"

/* The C++ front end's own printer; absent from cc1 and lto1. */
extern const char *type_as_string(tree type, int flags) __attribute__((weak));

struct remembered_type {
	std::string name;
	uint64_t bytes;
	std::string layout;
};

static std::map<unsigned, remembered_type> remembered_types;
static std::map<unsigned, std::string> remembered_functions;
static bool forgotten; /* the front end's knowledge is gone */

/* GCC then points at incomplete copies of a type; the canonical type is the one before and after. */
static unsigned type_number(const_tree type)
{
	type = TYPE_MAIN_VARIANT(type);
	return TYPE_UID(TYPE_CANONICAL(type) ? TYPE_CANONICAL(type) : type);
}

static const remembered_type *remembered(const_tree type)
{
	const auto found = remembered_types.find(type_number(type));

	return found == remembered_types.end() ? nullptr : &found->second;
}

/* ---- types ---- */

static std::string declared_name(tree type)
{
	tree name = TYPE_NAME(type);

	if (name && TREE_CODE(name) == TYPE_DECL)
		name = DECL_NAME(name);
	return name ? IDENTIFIER_POINTER(name) : "";
}

/* Whether C needs the keyword: struct node, but node_t for a typedef of an unnamed struct. */
static const char *keyword_of(const_tree type)
{
	const_tree name = TYPE_NAME(type);

	if (name && TREE_CODE(name) == TYPE_DECL)
		return "";
	switch (TREE_CODE(type)) {
	case RECORD_TYPE:
		return "struct ";
	case UNION_TYPE:
		return "union ";
	case ENUMERAL_TYPE:
		return "enum ";
	default:
		return "";
	}
}

/* An unnamed record is known by a typedef of it. */
static tree named_variant(tree type)
{
	for (tree variant = TYPE_MAIN_VARIANT(type); variant; variant = TYPE_NEXT_VARIANT(variant))
		if (TYPE_NAME(variant))
			return variant;
	return type;
}

std::string type_name(tree type)
{
	if (POINTER_TYPE_P(type)) {
		if (FUNC_OR_METHOD_TYPE_P(TREE_TYPE(type)))
			return "function *";
		return type_name(TREE_TYPE(type)) + (TREE_CODE(TREE_TYPE(type)) == POINTER_TYPE ? "*" : " *");
	}
	if (TREE_CODE(type) == ARRAY_TYPE)
		return type_name(TREE_TYPE(type)) + "[]";
	if (const remembered_type *known = remembered(type))
		return known->name;
	if (type_as_string && !forgotten)
		return type_as_string(TYPE_MAIN_VARIANT(type), 0);
	type = named_variant(type);
	const std::string name = declared_name(type);

	return name.empty() ? std::string(keyword_of(type)) + "(unnamed)" : keyword_of(type) + name;
}

uint64_t type_bytes(const_tree type)
{
	if (COMPLETE_TYPE_P(type) && TYPE_SIZE_UNIT(type) && tree_fits_uhwi_p(TYPE_SIZE_UNIT(type)))
		return tree_to_uhwi(TYPE_SIZE_UNIT(type));
	const remembered_type *known = remembered(type);

	return known ? known->bytes : 0;
}

std::string type_layout(tree type)
{
	const remembered_type *known = remembered(type);

	return known ? known->layout : describe_layout(type);
}

std::string function_name(tree function)
{
	const auto known = remembered_functions.find(DECL_UID(function));

	if (known != remembered_functions.end())
		return known->second;
	const char *name = lang_hooks.decl_printable_name(function, 1);

	return name ? name : "";
}

/* ---- before the knowledge goes ---- */

static void remember_record(tree record)
{
	if (!RECORD_OR_UNION_TYPE_P(record) || remembered(record))
		return;
	const remembered_type known = {type_name(record), type_bytes(record), describe_layout(record)};

	remembered_types[type_number(record)] = known;
	each_part(record, [](tree part) { remember_record(TYPE_MAIN_VARIANT(part)); });
}

static void remember_pointee(tree type)
{
	if (!type || !POINTER_TYPE_P(type))
		return;
	tree record = TYPE_MAIN_VARIANT(TREE_TYPE(type));

	while (POINTER_TYPE_P(record))
		record = TYPE_MAIN_VARIANT(TREE_TYPE(record));
	remember_record(record);
}

/* The types a statement deals with; of a call also what it passes: a constructor's `this` may be all that tells a type. */
static void remember_statement(const gimple *statement)
{
	for (unsigned i = 0; i < gimple_num_ops(statement); i++)
		if (gimple_op(statement, i))
			remember_pointee(TREE_TYPE(gimple_op(statement, i)));
	const gcall *call = dyn_cast<const gcall *>(statement);

	if (!call || gimple_call_internal_p(call))
		return;
	remember_record(TYPE_MAIN_VARIANT(gimple_call_return_type(call)));
	for (tree link = TYPE_ARG_TYPES(gimple_call_fntype(call)); link; link = TREE_CHAIN(link))
		remember_pointee(TREE_VALUE(link));
}

static void remember_function(tree function)
{
	basic_block block;
	tree local;
	unsigned i;

	remembered_functions[DECL_UID(function)] = function_name(function);
	for (tree parameter = DECL_ARGUMENTS(function); parameter; parameter = DECL_CHAIN(parameter))
		remember_pointee(TREE_TYPE(parameter));
	FOR_EACH_LOCAL_DECL(DECL_STRUCT_FUNCTION(function), i, local) {
		remember_pointee(TREE_TYPE(local));
		remember_record(TYPE_MAIN_VARIANT(TREE_TYPE(local)));
	}
	FOR_EACH_BB_FN (block, DECL_STRUCT_FUNCTION(function))
		for (gimple_stmt_iterator gsi = gsi_start_bb(block); !gsi_end_p(gsi); gsi_next(&gsi))
			remember_statement(gsi_stmt(gsi));
}

void remember_names()
{
	cgraph_node *node;

	if (!flag_generate_lto)
		return;
	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY(node)
		if (!node->alias && !node->thunk && gimple_has_body_p(node->decl) && node->lowered)
			remember_function(node->decl);
	forgotten = true;
}
