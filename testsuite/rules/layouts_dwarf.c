// SPDX-License-Identifier: MIT
/* Records out of debug information, for the comparison of layouts. */
#include "testsuite/rules/layouts.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <limits.h>
#include <stdlib.h>

static bool number_of(Dwarf_Die *die, unsigned attribute, Dwarf_Word *value)
{
	Dwarf_Attribute found;

	return dwarf_attr_integrate(die, attribute, &found) && !dwarf_formudata(&found, value);
}

static int64_t type_size(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;
	Dwarf_Die type;
	Dwarf_Word size;

	if (!dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), &type) ||
	    dwarf_aggregate_size(&type, &size))
		return -1;
	return (int64_t)size;
}

/* Fields of instances only: a static member has no place in the object, a virtual base no fixed one. */
static bool read_member(Dwarf_Die *die, struct dwarf_member *member, struct arena *arena)
{
	const char *name = dwarf_diename(die);
	Dwarf_Word bytes = 0, bits = 0, width = 0;

	if (dwarf_hasattr(die, DW_AT_external) || dwarf_hasattr(die, DW_AT_artificial))
		return false;
	number_of(die, DW_AT_data_member_location, &bytes);
	number_of(die, DW_AT_data_bit_offset, &bits);
	number_of(die, DW_AT_bit_size, &width);
	*member = (struct dwarf_member){
	        .name = arena_strdup(arena, name ? name : ""),
	        .offset = (int64_t)(bytes * 8 + bits),
	        .size = type_size(die),
	        .width = (uint32_t)width,
	};
	return true;
}

static void read_children(struct dwarf_records *records, Dwarf_Die *die, struct dwarf_record *record)
{
	struct dwarf_member member;
	Dwarf_Die child;

	if (dwarf_child(die, &child))
		return;
	do {
		const int tag = dwarf_tag(&child);

		if ((tag != DW_TAG_member && tag != DW_TAG_inheritance) ||
		    !read_member(&child, &member, records->arena))
			continue;
		if (tag == DW_TAG_member)
			vec_push(&record->members, member);
		else
			vec_push(&record->bases, member);
	} while (!dwarf_siblingof(&child, &child));
}

static const char *real_path(struct dwarf_records *records, Dwarf_Die *unit, const char *file)
{
	char path[PATH_MAX];
	Dwarf_Attribute attribute;
	const char *directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
	const char *whole =
	        file && *file != '/' && directory ? arena_printf(records->arena, "%s/%s", directory, file) : file;

	return intern_string(records->paths, whole && realpath(whole, path) ? path : whole);
}

/* The library's strings of one unit are few, and each is one file's. */
static const char *path_of(struct dwarf_records *records, Dwarf_Die *unit, const char *file)
{
	const char *path = file ? hash_map_find(&records->files, file) : NULL;

	if (path || !file)
		return path ? path : "";
	path = real_path(records, unit, file);
	hash_map_put(&records->files, file, (void *)(uintptr_t)path);
	return path;
}

static void read_record(struct dwarf_records *records, Dwarf_Die *unit, Dwarf_Die *die)
{
	struct dwarf_record *record = arena_new(records->arena, struct dwarf_record);
	const char *name = dwarf_diename(die);
	Dwarf_Word size;
	int line = 0, column = 0;

	if (dwarf_hasattr(die, DW_AT_declaration) || !number_of(die, DW_AT_byte_size, &size) ||
	    dwarf_decl_line(die, &line))
		return;
	dwarf_decl_column(die, &column);
	record->path = path_of(records, unit, dwarf_decl_file(die));
	record->name = arena_strdup(records->arena, name ? name : "");
	record->line = (uint32_t)line;
	record->column = (uint32_t)column;
	record->size = (int64_t)size;
	read_children(records, die, record);
	vec_push(&records->items, record);
}

static void read_tree(struct dwarf_records *records, Dwarf_Die *unit, Dwarf_Die *parent)
{
	Dwarf_Die child;

	if (dwarf_child(parent, &child))
		return;
	do {
		const int tag = dwarf_tag(&child);

		if (tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type)
			read_record(records, unit, &child);
		if (dwarf_haschildren(&child) > 0)
			read_tree(records, unit, &child);
	} while (!dwarf_siblingof(&child, &child));
}

bool dwarf_records_read(struct dwarf_records *records, const char *object, const char *source)
{
	const char *wanted = intern_string(records->paths, source);
	static const Dwfl_Callbacks callbacks = {
	        .find_elf = dwfl_build_id_find_elf,
	        .find_debuginfo = dwfl_standard_find_debuginfo,
	        .section_address = dwfl_offline_section_address,
	};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	Dwfl_Module *module = dwfl ? dwfl_report_offline(dwfl, object, object, -1) : NULL;
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;
	bool found = false;

	if (module && !dwfl_report_end(dwfl, NULL, NULL)) {
		while ((unit = dwfl_module_nextcu(module, unit, &bias))) {
			found = true;
			if (real_path(records, unit, dwarf_diename(unit)) == wanted)
				read_tree(records, unit, unit);
		}
	}
	dwfl_end(dwfl);
	return found;
}

void dwarf_records_release(struct dwarf_records *records)
{
	for (size_t i = 0; i < records->items.count; i++) {
		vec_release(&records->items.items[i]->bases);
		vec_release(&records->items.items[i]->members);
	}
	vec_release(&records->items);
	hash_map_release(&records->files);
}
