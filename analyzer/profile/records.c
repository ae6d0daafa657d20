// SPDX-License-Identifier: MIT
/* Classes out of DWARF. */
#include "analyzer/profile/records.h"

#include "analyzer/base/diag.h"
#include "analyzer/base/hash.h"
#include "analyzer/base/intern.h"
#include "analyzer/base/vec.h"
#include "analyzer/profile/modules.h"

#include <dwarf.h>
#include <string.h>

enum { MAX_DEPTH = 16 };

/* A class where it is defined. In the order of the file. */
struct record {
	Dwarf_Off offset;
	const char *name;
};

struct source {
	struct module_file file;
	Dwarf *dwarf;
	VEC(struct record) records;
};

/* Where a name is defined, and its layout once it was asked for. */
struct known {
	struct source *source;
	Dwarf_Off offset;
	const struct layout *layout;
	bool looked_at;
};

struct records {
	const struct snapshot_tables *tables;
	VEC(struct source *) sources;
	bool opened;
	struct arena arena;
	struct intern names;
	struct hash_map known; /* interned name to struct known */
};

struct records *records_new(const struct snapshot_tables *tables)
{
	struct records *records = calloc(1, sizeof *records);

	if (!records)
		diag_die("out of memory");
	records->tables = tables;
	intern_init(&records->names, &records->arena);
	return records;
}

void records_free(struct records *records)
{
	if (!records)
		return;
	for (size_t i = 0; i < records->sources.count; i++) {
		vec_release(&records->sources.items[i]->records);
		module_file_release(&records->sources.items[i]->file);
	}
	vec_release(&records->sources);
	hash_map_release(&records->known);
	intern_release(&records->names);
	arena_clear(&records->arena);
	free(records);
}

/* --- which classes there are --- */

static void add_record(struct records *records, struct source *source, Dwarf_Die *die, const char *name)
{
	const Dwarf_Off offset = dwarf_dieoffset(die);

	name = intern_string(&records->names, name);
	vec_push(&source->records, (struct record){offset, name});
	if (hash_map_find(&records->known, name))
		return;
	struct known *known = arena_new(&records->arena, struct known);

	*known = (struct known){.source = source, .offset = offset};
	hash_map_put(&records->known, name, known);
}

static void add_below(struct records *records, struct source *source, Dwarf_Die *scope, const char *prefix, int depth)
{
	Dwarf_Die child;

	if (depth > MAX_DEPTH || dwarf_child(scope, &child))
		return;
	do {
		const int tag = dwarf_tag(&child);
		const bool is_class =
		        tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;

		if ((!is_class && tag != DW_TAG_namespace) || dwarf_hasattr(&child, DW_AT_declaration))
			continue;
		const char *own = dwarf_diename(&child);
		const char *name = !own ? "" : prefix[0] ? arena_printf(&records->arena, "%s::%s", prefix, own) : own;

		if (is_class && own)
			add_record(records, source, &child, name);
		add_below(records, source, &child, name, depth + 1);
	} while (!dwarf_siblingof(&child, &child));
}

static void open_source(struct records *records, const struct snapshot_module *module)
{
	struct source *source = arena_new(&records->arena, struct source);
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	module_file_open(&source->file, module);
	vec_push(&records->sources, source);
	while (source->file.module && (unit = dwfl_module_nextcu(source->file.module, unit, &bias))) {
		source->dwarf = dwfl_module_getdwarf(source->file.module, &bias);
		add_below(records, source, unit, "", 0);
	}
}

/* The program and its own libraries; not those of the system, which has no classes of the author's. */
static void open_all(struct records *records)
{
	records->opened = true;
	for (size_t i = 1; i < snapshot_nmodules(records->tables); i++) {
		const struct snapshot_module *module = snapshot_modules(records->tables) + i;

		if (strncmp(module->path, "/lib", 4) != 0 && strncmp(module->path, "/usr/lib", 8) != 0)
			open_source(records, module);
	}
}

/* --- what is in them --- */

static const char *record_name(const struct source *source, Dwarf_Die *die)
{
	const Dwarf_Off offset = dwarf_dieoffset(die);
	size_t low = 0, high = source->records.count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (source->records.items[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < source->records.count && source->records.items[low].offset == offset)
		return source->records.items[low].name;
	const char *name = dwarf_diename(die);

	return name ? name : "(unnamed)";
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), type) &&
	       dwarf_peel_type(type, type) == 0;
}

static bool is_pointer(Dwarf_Die *type)
{
	const int tag = dwarf_tag(type);

	return tag == DW_TAG_pointer_type || tag == DW_TAG_reference_type || tag == DW_TAG_rvalue_reference_type;
}

static bool is_record(Dwarf_Die *type)
{
	const int tag = dwarf_tag(type);

	return tag == DW_TAG_structure_type || tag == DW_TAG_class_type || tag == DW_TAG_union_type;
}

static const char *type_name(struct records *records, const struct source *source, Dwarf_Die *type, int depth)
{
	Dwarf_Die inner;

	if (is_record(type))
		return record_name(source, type);
	if (!is_pointer(type) || depth > MAX_DEPTH)
		return dwarf_diename(type) ? dwarf_diename(type) : "(unnamed)";
	if (!type_of(type, &inner))
		return "void *";
	return arena_printf(&records->arena, "%s *", type_name(records, source, &inner, depth + 1));
}

/* The lines of one member in the text of a layout. "": it takes no place. */
static const char *member_text(struct records *records, const struct source *source, Dwarf_Die *member, bool in_union)
{
	const bool is_base = dwarf_tag(member) == DW_TAG_inheritance;
	struct arena *arena = &records->arena;
	Dwarf_Word at = 0, size, bits, count = 0;
	Dwarf_Attribute attribute;
	Dwarf_Die type, pointee;
	char flags[8] = "";

	if (dwarf_formudata(dwarf_attr(member, DW_AT_data_member_location, &attribute), &at) && !in_union)
		return "";
	if (dwarf_hasattr(member, DW_AT_bit_size) || !type_of(member, &type) || dwarf_aggregate_size(&type, &size))
		return "";
	const char *name = is_base || !dwarf_diename(member) ? "" : dwarf_diename(member);

	bits = size * 8;
	if (dwarf_tag(&type) == DW_TAG_array_type) {
		Dwarf_Word element;

		strcat(flags, "a");
		if (!type_of(&type, &type) || dwarf_aggregate_size(&type, &element) || !element)
			return "";
		count = size / element;
	}
	if (!strncmp(name, "_vptr", 5))
		strcat(flags, "v");
	else if (is_pointer(&type))
		strcat(flags, "p");
	else if (is_record(&type))
		strcat(flags, is_base ? "sr" : "r");
	if (in_union)
		strcat(flags, "u");
	const char *of = type_name(records, source, &type, 0);

	if (is_pointer(&type))
		of = type_of(&type, &pointee) ? type_name(records, source, &pointee, 0) : "void";
	return arena_printf(arena, "%llu\t%llu\t%s\t%s\t%s\t%llu\n", (unsigned long long)at * 8,
	                    (unsigned long long)bits, name, of, flags, (unsigned long long)count);
}

static const struct layout *read_layout(struct records *records, const struct known *known, const char *name)
{
	struct layout *layout = arena_new(&records->arena, struct layout);
	const char *text;
	Dwarf_Die record, member;
	Dwarf_Word size;

	if (!dwarf_offdie(known->source->dwarf, known->offset, &record) || dwarf_aggregate_size(&record, &size))
		return NULL;
	const bool in_union = dwarf_tag(&record) == DW_TAG_union_type;

	text = arena_printf(&records->arena, "%s\t%llu\t8\t%s\n", name, (unsigned long long)size,
	                    in_union ? "union" : "class");
	if (!dwarf_child(&record, &member)) {
		do {
			const int tag = dwarf_tag(&member);

			if (tag == DW_TAG_member || tag == DW_TAG_inheritance)
				text = arena_printf(&records->arena, "%s%s", text,
				                    member_text(records, known->source, &member, in_union));
		} while (!dwarf_siblingof(&member, &member));
	}
	return layout_parse(layout, text, &records->arena) == 0 ? layout : NULL;
}

const struct layout *records_find(struct records *records, const char *name)
{
	if (!records->opened)
		open_all(records);
	name = intern_string(&records->names, name);
	struct known *known = hash_map_find(&records->known, name);

	if (known && !known->looked_at) {
		known->looked_at = true;
		known->layout = read_layout(records, known, name);
	}
	return known ? known->layout : NULL;
}
