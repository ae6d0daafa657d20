// SPDX-License-Identifier: MIT
/* Fields of variables, from DWARF. */
#include "analyzer/profile/globals.h"

#include <dwarf.h>
#include <string.h>

enum { MAX_DEPTH = 16 };

/* The type of @die, without typedefs and qualifiers. */
static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	if (!dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), type))
		return false;
	return dwarf_peel_type(type, type) == 0;
}

/* A member of @record that covers byte @offset: a copy of its die, and where it begins. */
static bool find_member(Dwarf_Die *record, uint64_t offset, Dwarf_Die *member, uint64_t *start)
{
	Dwarf_Die child, type;
	Dwarf_Attribute attribute;
	Dwarf_Word at, size;

	if (dwarf_child(record, &child))
		return false;
	do {
		const int tag = dwarf_tag(&child);

		if (tag != DW_TAG_member && tag != DW_TAG_inheritance)
			continue;
		/* Static members and bit-fields have no such place; in a union there need not be one. */
		if (dwarf_formudata(dwarf_attr(&child, DW_AT_data_member_location, &attribute), &at)) {
			if (dwarf_tag(record) != DW_TAG_union_type)
				continue;
			at = 0;
		}
		if (!type_of(&child, &type) || dwarf_aggregate_size(&type, &size) || offset < at || offset - at >= size)
			continue;
		*member = child;
		*start = at;
		return true;
	} while (!dwarf_siblingof(&child, &child));
	return false;
}

/* What is inside the library's own classes is nobody's business. */
static bool is_library(Dwarf_Die *member)
{
	const char *name = dwarf_diename(member);

	return name && !strncmp(name, "_M_", 3);
}

const char *globals_field(Dwarf_Die the_type, uint64_t offset, bool any_index, struct arena *arena)
{
	Dwarf_Die *type = &the_type;
	const char *path = "";
	Dwarf_Die member, inner;
	Dwarf_Word size = 0;
	uint64_t start;

	for (int depth = 0; depth < MAX_DEPTH; depth++) {
		switch (dwarf_tag(type)) {
		case DW_TAG_array_type:
			inner = *type;
			if (!type_of(type, &inner) || dwarf_aggregate_size(&inner, &size) || !size)
				return path;
			path = any_index ? arena_printf(arena, "%s[]", path)
			                 : arena_printf(arena, "%s[%llu]", path, (unsigned long long)(offset / size));
			offset %= size;
			*type = inner;
			break;
		case DW_TAG_structure_type:
		case DW_TAG_class_type:
		case DW_TAG_union_type: {
			if (!find_member(type, offset, &member, &start) || is_library(&member))
				return path;
			const char *name = dwarf_tag(&member) == DW_TAG_member ? dwarf_diename(&member) : NULL;

			if (name)
				path = arena_printf(arena, "%s.%s", path, name);
			offset -= start;
			if (!type_of(&member, type))
				return path;
			break;
		}
		default:
			return path;
		}
	}
	return path;
}

struct wanted {
	const char *name;
	uint64_t start;
};

/* Files may each have a static variable of the name: the address tells. Thread-local ones have none. */
static bool is_wanted(Dwarf_Die *die, const struct wanted *wanted)
{
	const char *name = dwarf_diename(die);
	Dwarf_Attribute attribute;
	Dwarf_Op *operations;
	size_t n;

	if (!name || strcmp(name, wanted->name) != 0 || !dwarf_attr(die, DW_AT_location, &attribute))
		return false;
	if (dwarf_getlocation(&attribute, &operations, &n) || !n)
		return false;
	return operations[0].atom != DW_OP_addr || operations[0].number == wanted->start;
}

/* A variable below @scope: at the top of a unit, in namespaces, or static in a function. */
static bool find_variable(Dwarf_Die *scope, const struct wanted *wanted, int depth, Dwarf_Die *found)
{
	Dwarf_Die child;

	if (depth > MAX_DEPTH || dwarf_child(scope, &child))
		return false;
	do {
		switch (dwarf_tag(&child)) {
		case DW_TAG_variable:
			if (!is_wanted(&child, wanted))
				break;
			*found = child;
			return true;
		case DW_TAG_namespace:
		case DW_TAG_subprogram:
		case DW_TAG_lexical_block:
			if (find_variable(&child, wanted, depth + 1, found))
				return true;
			break;
		default:
			break;
		}
	} while (!dwarf_siblingof(&child, &child));
	return false;
}

bool globals_find_type(Dwfl_Module *module, const char *name, uint64_t start, Dwarf_Die *type)
{
	struct arena arena = {0};
	/* A compiler's suffix of a static in a function: "cache.0". */
	const struct wanted wanted = {arena_strndup(&arena, name, strcspn(name, ".")), start};
	Dwarf_Die *unit = NULL, variable;
	Dwarf_Addr bias;
	bool found = false;

	while (!found && (unit = dwfl_module_nextcu(module, unit, &bias)))
		found = find_variable(unit, &wanted, 0, &variable);
	arena_clear(&arena);
	return found && type_of(&variable, type);
}
