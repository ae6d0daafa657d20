// SPDX-License-Identifier: GPL-3.0-or-later
/* Layouts of record types, as texts (abi.h): the compiler's own offsets. */
#include "gcc/compat.h"

#include "instrument.h"

std::set<std::string> noted_layouts;

static uint64_t fnv1a(const std::string &text)
{
	uint64_t hash = 14695981039346656037u;

	for (const unsigned char c : text)
		hash = (hash ^ c) * 1099511628211u;
	return hash ? hash : 1;
}

static bool bits_of(const_tree size, uint64_t *bits)
{
	if (!size || !tree_fits_uhwi_p(size))
		return false;
	*bits = tree_to_uhwi(size);
	return true;
}

static void add_flag(std::string *flags, bool set, char flag)
{
	if (set)
		*flags += flag;
}

/* One line per field of @record, which begins @base bits into the outermost record. False: an offset is not constant. */
static bool add_fields(tree record, uint64_t base, std::string *text)
{
	for (tree field = TYPE_FIELDS(record); field; field = DECL_CHAIN(field)) {
		uint64_t bits = 0;

		if (TREE_CODE(field) != FIELD_DECL)
			continue;
		if (!DECL_FIELD_OFFSET(field) || !tree_fits_uhwi_p(bit_position(field)))
			return false;
		const uint64_t offset = base + tree_to_uhwi(bit_position(field));
		tree type = TREE_TYPE(field);
		const bool aggregate = RECORD_OR_UNION_TYPE_P(type);

		if (!DECL_NAME(field) && aggregate && !DECL_ARTIFICIAL(field)) {
			if (!add_fields(type, offset, text))
				return false;
			continue;
		}
		const bool bitfield = DECL_BIT_FIELD_TYPE(field) != NULL_TREE;
		const bool open_array = TREE_CODE(type) == ARRAY_TYPE && !TYPE_SIZE(type);
		uint64_t count = 0;
		std::string flags;

		if (!bits_of(bitfield ? DECL_SIZE(field) : TYPE_SIZE(type), &bits) && !open_array)
			return false;
		add_flag(&flags, bitfield, 'b');
		add_flag(&flags, DECL_VIRTUAL_P(field), 'v');
		add_flag(&flags, !DECL_NAME(field) && DECL_ARTIFICIAL(field) && aggregate, 's');
		add_flag(&flags, TREE_CODE(record) == UNION_TYPE, 'u');
		add_flag(&flags, open_array, 'm');
		if (TREE_CODE(type) == ARRAY_TYPE) {
			uint64_t element = 0;

			flags += 'a';
			while (TREE_CODE(type) == ARRAY_TYPE)
				type = TREE_TYPE(type);
			if (bits_of(TYPE_SIZE(type), &element) && element)
				count = bits / element;
		}
		add_flag(&flags, POINTER_TYPE_P(type) && !DECL_VIRTUAL_P(field), 'p');
		add_flag(&flags, RECORD_OR_UNION_TYPE_P(type), 'r');
		const bool pointer = POINTER_TYPE_P(type);
		const std::string name = DECL_NAME(field) ? IDENTIFIER_POINTER(DECL_NAME(field)) : "";

		*text += std::to_string(offset) + "\t" + std::to_string(bits) + "\t" + name + "\t" +
			 type_name(pointer ? TREE_TYPE(type) : type) + "\t" + flags + "\t" + std::to_string(count) + "\n";
	}
	return true;
}

std::string describe_layout(tree type)
{
	uint64_t size = 0;

	if (!COMPLETE_TYPE_P(type) || !bits_of(TYPE_SIZE_UNIT(type), &size))
		return "";
	const char *kind = TREE_CODE(type) == UNION_TYPE ? "union" : lang_GNU_CXX() ? "class" : "struct";
	std::string text = type_name(type) + "\t" + std::to_string(size) + "\t" + std::to_string(TYPE_ALIGN_UNIT(type)) + "\t" +
			   kind + "\n";

	return add_fields(type, 0, &text) ? text : "";
}

uint64_t note_layout(tree type)
{
	const std::string text = type_layout(type);

	if (text.empty())
		return 0;
	noted_layouts.insert(text);
	return fnv1a(text);
}
