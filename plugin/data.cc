// SPDX-License-Identifier: GPL-3.0-or-later
/* Variables whose content the plugin lays out itself. */
#include "gcc/compat.h"

#include "instrument.h"

tree make_bytes_variable(const char *name, const std::string &bytes, const char *section)
{
	tree type = build_array_type_nelts(char_type_node, bytes.size());
	tree variable = build_decl(UNKNOWN_LOCATION, VAR_DECL, get_identifier(name), type);
	tree value = build_string(unsigned(bytes.size()), bytes.data());

	TREE_TYPE(value) = type;
	TREE_STATIC(variable) = 1;
	TREE_USED(variable) = 1;
	DECL_ARTIFICIAL(variable) = 1;
	DECL_IGNORED_P(variable) = 1;
	DECL_INITIAL(variable) = value;
	/* The default alignment of a large array would leave holes between the pieces of the section. */
	SET_DECL_ALIGN(variable, 64);
	DECL_USER_ALIGN(variable) = 1;
	set_decl_section_name(variable, section);
	return variable;
}
