// SPDX-License-Identifier: GPL-3.0-or-later
/* The table of allocation sites that a translation unit carries: struct memlint_unit of abi.h. */
#include "gcc/compat.h"

#include "instrument.h"

uint32_t site_table::string(const std::string &text)
{
	if (text.empty())
		return 0;
	const auto known = string_offsets.find(text);

	if (known != string_offsets.end())
		return known->second;
	const uint32_t offset = uint32_t(strings.size());

	strings.append(text.c_str(), text.size() + 1);
	return string_offsets[text] = offset;
}

uint32_t site_table::type(const block_type &type)
{
	if (!type.type)
		return 0;
	const std::string name = type_name(type.type) + (type.array ? "[]" : "");
	const auto known = type_indexes.find(name);

	if (known != type_indexes.end())
		return known->second;
	memlint_type entry = {};
	const uint64_t bytes = type_bytes(type.type);

	entry.name = string(name);
	entry.size = bytes <= UINT32_MAX ? uint32_t(bytes) : 0;
	if (RECORD_OR_UNION_TYPE_P(type.type))
		entry.layout = note_layout(type.type);
	types.push_back(entry);
	return type_indexes[name] = uint32_t(types.size());
}

unsigned site_table::add(gcall *call, tree function, memlint_allocator allocator, unsigned flags,
			 const block_type &block)
{
	const location_t location = call_location(call);
	const expanded_location place = expand_location(location);
	const char *macro = macro_of(location);
	memlint_site site = {};

	site.line = uint32_t(place.line);
	site.column = place.column > 0 && place.column <= UINT16_MAX ? uint16_t(place.column) : 0;
	site.allocator = uint8_t(allocator);
	site.flags = uint8_t(flags | (block.certain ? MEMLINT_SITE_TYPE_CERTAIN : 0));
	site.file = string(place.file ? place.file : "");
	site.function = string(function_name(function));
	site.type = type(block);
	site.macro = string(macro ? macro : "");
	sites.push_back(site);
	if (options.verbose)
		inform(location, "memlint: site %u: %s%s, type %s", unsigned(sites.size()),
		       allocator ? allocator_row_of(allocator).symbol : "call",
		       flags & MEMLINT_SITE_WRAPPER ? " for its caller" : "",
		       block.type ? strings.c_str() + types[site.type - 1].name : "unknown");
	return unsigned(sites.size() - 1);
}

void site_table::finish()
{
	memlint_unit unit = {};

	unit.source = string(main_input_filename ? main_input_filename : "");
	unit.directory = string(get_src_pwd() ? get_src_pwd() : "");
	unit.compiler = string(std::string("GCC ") + gcc_version.basever + ", memlint " MEMLINT_PLUGIN_VERSION);
	unit.magic = MEMLINT_UNIT_MAGIC;
	unit.abi = MEMLINT_ABI;
	unit.nsites = uint32_t(sites.size());
	unit.ntypes = uint32_t(types.size());
	unit.sites = sites_offset = sizeof(unit);
	const uint32_t sites_size = uint32_t(sites.size() * sizeof(memlint_site));

	/* struct memlint_type holds a 64-bit number. */
	unit.types = (unit.sites + sites_size + 7) & ~7u;
	unit.strings = unit.types + uint32_t(types.size() * sizeof(memlint_type));
	unit.strings_size = uint32_t(strings.size());
	unit.size = (unit.strings + unit.strings_size + 7) & ~7u;
	for (size_t i = 0; i < sites.size(); i++)
		sites[i].self = unit.sites + uint32_t(i * sizeof(memlint_site));
	std::string bytes(unit.size, '\0');

	memcpy(&bytes[0], &unit, sizeof(unit));
	memcpy(&bytes[unit.sites], sites.data(), sites_size);
	if (!types.empty())
		memcpy(&bytes[unit.types], types.data(), types.size() * sizeof(memlint_type));
	memcpy(&bytes[unit.strings], strings.data(), strings.size());
	variable = make_bytes_variable("memlint_v1_unit", bytes, MEMLINT_UNITS_SECTION);
	TREE_ADDRESSABLE(variable) = 1;
	varpool_node::finalize_decl(variable);
}

tree site_table::address(unsigned index) const
{
	const unsigned offset = sites_offset + unsigned(index * sizeof(memlint_site));
	tree base = build_fold_addr_expr(variable);
	tree place = build2(MEM_REF, char_type_node, base,
			    build_int_cst(build_pointer_type(char_type_node), HOST_WIDE_INT(offset)));

	return build1(ADDR_EXPR, ptr_type_node, place);
}
