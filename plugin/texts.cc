// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What library functions allocate, where that is certain: texts of the C library, and the characters of C++ strings and of the
 * streams that write to them. The class of a member function stands in its symbol.
 */
#include "gcc/compat.h"

#include "instrument.h"

/* The front end's character types; absent from lto1, which loads the plugin too. */
#pragma weak c_global_trees

/* The character type that a class template's first argument is, as symbols have it. */
static tree character_of(const char *argument)
{
	switch (*argument) {
	case 'c':
		return char_type_node;
	case 'w':
		return wchar_type_node;
	case 'D':
		return argument[1] == 's' ? char16_type_node : argument[1] == 'i' ? char32_type_node : NULL_TREE;
	default:
		return NULL_TREE;
	}
}

/* "12basic_stringIcSt11char_traits…": the character type if it is one of the classes that hold characters. */
static tree character_of_class(const char *symbol)
{
	static const char *const classes[] = {
		"12basic_stringI",	  "15basic_stringbufI",	    "18basic_stringstreamI", "19basic_ostringstreamI",
		"19basic_istringstreamI", "13basic_filebufI",	    "13basic_fstreamI",	     "14basic_ifstreamI",
		"14basic_ofstreamI",
	};

	if (!strncmp(symbol, "St7__cxx11", 10))
		symbol += 10;
	else if (!strncmp(symbol, "St", 2))
		symbol += 2;
	for (const char *name : classes)
		if (!strncmp(symbol, name, strlen(name)))
			return character_of(symbol + strlen(name));
	return NULL_TREE;
}

/* Members of strings and string streams, and operator+ of strings. */
static tree character_of_symbol(const char *symbol)
{
	if (!strncmp(symbol, "_ZStplI", 7))
		return character_of(symbol + 7);
	if (strncmp(symbol, "_ZN", 3))
		return NULL_TREE;
	symbol += symbol[3] == 'K' ? 4 : 3;
	return !strncmp(symbol, "Ss", 2) ? char_type_node : character_of_class(symbol);
}

/* By its name, also when the front end's knowledge is gone: std::__cxx11::basic_string<char>, std::ostringstream. */
static tree character_of_type(tree type)
{
	if (!type || !RECORD_OR_UNION_TYPE_P(type))
		return NULL_TREE;
	const std::string name = type_name(type);
	const size_t arguments = name.find('<');

	if (name.compare(0, 5, "std::"))
		return NULL_TREE;
	for (const char *plain : {"string", "stringbuf", "stringstream", "ostringstream", "istringstream", "filebuf", "fstream",
				  "ifstream", "ofstream"}) {
		const std::string base = std::string("basic_") + plain;
		const size_t at = name.rfind("::", arguments) + 2;
		const std::string last = name.substr(at, arguments == std::string::npos ? arguments : arguments - at);

		if (last == plain)
			return char_type_node;
		if (last == std::string("w") + plain)
			return wchar_type_node;
		if (last == base && !name.compare(arguments, 5, "<char") && !ISDIGIT(name[arguments + 5]))
			return char_type_node;
		if (last == base && !name.compare(arguments, 8, "<wchar_t"))
			return wchar_type_node;
	}
	return NULL_TREE;
}

/* The object that @call writes to: through calls that return their first argument, as out << a << b does. */
static tree object_of(const gcall *call)
{
	tree object = gimple_call_num_args(call) ? gimple_call_arg(call, 0) : NULL_TREE;

	for (unsigned step = 0; step < 200 && object && TREE_CODE(object) == SSA_NAME; step++) {
		const gimple *definition = SSA_NAME_DEF_STMT(object);

		if (const gcall *inner = dyn_cast<const gcall *>(definition))
			object = gimple_call_num_args(inner) ? gimple_call_arg(inner, 0) : NULL_TREE;
		else if (gimple_assign_single_p(definition) ||
			 (is_gimple_assign(definition) && CONVERT_EXPR_CODE_P(gimple_assign_rhs_code(definition))))
			object = gimple_assign_rhs1(definition);
		else
			return NULL_TREE;
	}
	if (!object || TREE_CODE(object) != ADDR_EXPR)
		return NULL_TREE;
	return get_base_address(TREE_OPERAND(object, 0));
}

/* std::ostream << something, where the stream is a variable of the function's. */
static tree character_of_stream(const gcall *call, const char *symbol)
{
	tree object = !strncmp(symbol, "_ZNSo", 5) || !strncmp(symbol, "_ZNSi", 5) || !strncmp(symbol, "_ZStls", 6) ||
				      !strncmp(symbol, "_ZStrs", 6) || !strncmp(symbol, "_ZSt16__ostream_insert", 22) ||
				      !strncmp(symbol, "_ZSt7getline", 12)
			      ? object_of(call)
			      : NULL_TREE;

	return object ? character_of_type(TYPE_MAIN_VARIANT(TREE_TYPE(object))) : NULL_TREE;
}

/* A function of the library's that returns a string has made its characters. */
static tree character_of_result(const gcall *call)
{
	return character_of_type(TYPE_MAIN_VARIANT(gimple_call_return_type(call)));
}

tree library_block_type(const gcall *call)
{
	static const std::set<std::string> names = {
		"realpath",	 "__realpath_chk",  "canonicalize_file_name", "getcwd",		"__getcwd_chk", "get_current_dir_name",
		"tempnam",	 "asprintf",	    "vasprintf",	      "__asprintf_chk", "__vasprintf_chk", "getline",
		"getdelim",	 "__getdelim",	    "open_memstream",
	};
	tree function = gimple_call_fndecl(call);

	if (!function)
		return NULL_TREE;
	const char *symbol = symbol_name(function);

	if (names.count(symbol))
		return char_type_node;
	if (!lang_GNU_CXX())
		return NULL_TREE;
	tree character = character_of_symbol(symbol);

	if (!character)
		character = character_of_stream(call, symbol);
	return character ? character : character_of_result(call);
}
