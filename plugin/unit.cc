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

/* LEB128 */
static void append(std::string *bytes, uint32_t number)
{
	for (; number > 127; number >>= 7)
		*bytes += char(number | 128);
	*bytes += char(number);
}

static void append_difference(std::string *bytes, uint32_t number, uint32_t before)
{
	const int32_t step = int32_t(number - before);

	append(bytes, step < 0 ? ~(uint32_t(step) << 1) : uint32_t(step) << 1);
}

uint32_t site_table::type(const block_type &type)
{
	if (!type.type)
		return 0;
	const std::string name = type_name(type.type) + (type.array ? "[]" : "");
	const auto known = type_indexes.find(name);

	if (known != type_indexes.end())
		return known->second;
	const uint64_t bytes = type_bytes(type.type);
	const uint64_t layout = RECORD_OR_UNION_TYPE_P(type.type) ? note_layout(type.type) : 0;

	append(&types, layout ? type.array : string(name));
	if (!layout)
		append(&types, bytes <= UINT32_MAX ? uint32_t(bytes) : 0);
	for (unsigned i = 0; layout && i < 8; i++)
		types += char(layout >> 8 * i);
	return type_indexes[name] = ++ntypes;
}

void site_table::append_place(const site_place &place)
{
	const bool file = place.file != before.file, function = place.function != before.function;
	const bool same_type = place.type && place.type == before.type, type = place.type && !same_type;

	places += char(place.flags | (file ? MEMLINT_PLACE_FILE : 0) | (function ? MEMLINT_PLACE_FUNCTION : 0) |
		       (same_type ? MEMLINT_PLACE_SAME_TYPE : 0) | (type ? MEMLINT_PLACE_TYPE : 0) |
		       (place.macro ? MEMLINT_PLACE_MACRO : 0));
	if (!(place.flags & MEMLINT_SITE_CALLER))
		places += char(place.allocator);
	append_difference(&places, place.line, before.line);
	append(&places, place.column);
	if (file)
		append(&places, place.file);
	if (function)
		append_difference(&places, place.function, before.function);
	if (type)
		append(&places, place.type);
	if (place.macro)
		append(&places, place.macro);
	before = place;
}

unsigned site_table::add(gcall *call, tree function, memlint_allocator allocator, unsigned flags,
			 const block_type &block)
{
	const location_t location = call_location(call);
	const expanded_location where = expand_location(location);
	const char *macro = macro_of(location);
	site_place place;

	place.line = uint32_t(where.line);
	place.column = where.column > 0 ? uint32_t(where.column) : 0;
	place.allocator = allocator;
	place.flags = flags | (block.certain ? MEMLINT_SITE_TYPE_CERTAIN : 0);
	place.file = string(where.file ? where.file : "");
	place.function = string(function_name(function));
	place.type = type(block);
	place.macro = string(macro ? macro : "");
	append_place(place);
	offsets.push_back(flags & MEMLINT_SITE_CALLER ? MEMLINT_CALLER_OFFSET(nsites) : sites_end);
	if (!(flags & MEMLINT_SITE_CALLER))
		sites_end += uint32_t(sizeof(memlint_site));
	nsites++;
	if (options.verbose)
		inform(location, "memlint: site %u: %s%s, type %s", nsites,
		       allocator ? allocator_row_of(allocator).symbol : "call",
		       flags & MEMLINT_SITE_WRAPPER ? " for its caller" : "",
		       block.type ? (type_name(block.type) + (block.array ? "[]" : "")).c_str() : "unknown");
	return nsites - 1;
}

void site_table::finish()
{
	memlint_unit unit = {};
	const std::string coded = coded_text(strings) + '\0';

	unit.directory = share_text(get_src_pwd() ? get_src_pwd() : "");
	unit.magic = MEMLINT_UNIT_MAGIC;
	unit.abi = MEMLINT_ABI;
	unit.nsites = nsites;
	unit.ntypes = ntypes;
	unit.types = sites_end;
	unit.places = unit.types + uint32_t(types.size());
	unit.strings = unit.places + uint32_t(places.size());
	unit.size = (MAX(unit.strings + uint32_t(coded.size()), MEMLINT_CALLER_OFFSET(nsites)) + 7) & ~7u;
	std::string bytes(unit.size, '\0');

	memcpy(&bytes[0], &unit, sizeof(unit));
	memcpy(&bytes[unit.types], types.data(), types.size());
	memcpy(&bytes[unit.places], places.data(), places.size());
	memcpy(&bytes[unit.strings], coded.data(), coded.size());
	variable = make_bytes_variable("memlint_v1_unit", bytes, MEMLINT_UNITS_SECTION);
	TREE_ADDRESSABLE(variable) = 1;
	varpool_node::finalize_decl(variable);
}

unsigned site_table::offset(unsigned index) const
{
	return offsets[index];
}

tree site_table::address(unsigned index) const
{
	tree base = build_fold_addr_expr(variable);
	tree place = build2(MEM_REF, char_type_node, base,
			    build_int_cst(build_pointer_type(char_type_node), HOST_WIDE_INT(offset(index))));

	return build1(ADDR_EXPR, ptr_type_node, place);
}
