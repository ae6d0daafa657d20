// SPDX-License-Identifier: GPL-3.0-or-later
/* Layouts of record types, as packed texts (abi.h): the compiler's own offsets. */
#include "gcc/compat.h"

#include "instrument.h"

std::set<std::string> shared_texts;

static uint64_t fnv1a(const std::string &text)
{
	uint64_t hash = 14695981039346656037u;

	for (const unsigned char c : text)
		hash = (hash ^ c) * 1099511628211u;
	return hash ? hash : 1;
}

uint64_t share_text(const std::string &text)
{
	shared_texts.insert(text);
	return fnv1a(text);
}

static bool bits_of(const_tree size, uint64_t *bits)
{
	if (!size || !tree_fits_uhwi_p(size))
		return false;
	*bits = tree_to_uhwi(size);
	return true;
}

/* The element of an array of any number of dimensions. */
static tree element_of(tree type)
{
	while (TREE_CODE(type) == ARRAY_TYPE)
		type = TREE_TYPE(type);
	return type;
}

/* The letter of layout_types.def for a type of this name and size; 0 if it has none. */
static char letter_of(const std::string &name, uint64_t bits)
{
	static const struct {
		char letter;
		uint64_t bits;
		const char *name;
	} letters[] = {
#define LAYOUT_TYPE(letter, bits, name) {letter, bits, name},
#include "memlint/layout_types.def"
	};

	for (const auto &row : letters)
		if (name == row.name && (row.bits == bits || !row.bits))
			return row.letter;
	return 0;
}

static std::string packed_name(tree type)
{
	static const struct {
		const char *keyword;
		char mark;
	} keywords[] = {{"struct ", '.'}, {"union ", '!'}, {"enum ", '%'}};
	const std::string name = type_name(type);
	uint64_t bits = 0;

	if (name == "(unnamed)")
		return "";
	bits_of(TYPE_SIZE(type), &bits);
	if (const char letter = letter_of(name, bits))
		return std::string("'") + letter;
	for (const auto &row : keywords)
		if (!name.compare(0, strlen(row.keyword), row.keyword))
			return row.mark + name.substr(strlen(row.keyword));
	return name;
}

static bool has_name(const_tree type)
{
	for (const_tree variant = TYPE_MAIN_VARIANT(type); variant; variant = TYPE_NEXT_VARIANT(variant)) {
		const_tree name = TYPE_NAME(variant);

		if (name && TREE_CODE(name) == TYPE_DECL)
			name = DECL_NAME(name);
		if (name && !IDENTIFIER_ANON_P(name))
			return true;
	}
	return false;
}

/* The kind of a field or element of @type, which is no array, in a record named @self. */
static std::string packed_kind(tree type, char record_mark, const std::string &self)
{
	uint64_t bits = 0;

	bits_of(TYPE_SIZE(type), &bits);
	if (POINTER_TYPE_P(type) && bits == POINTER_SIZE) {
		const std::string name = packed_name(TREE_TYPE(type));

		if (name[0] == '\'')
			return "-" + name.substr(1);
		return "*" + (type_name(TREE_TYPE(type)) == self ? "&" : name);
	}
	if (RECORD_OR_UNION_TYPE_P(type))
		return record_mark + std::to_string(bits) + " " + packed_name(type);
	if (const char letter = letter_of(type_name(type), bits))
		return std::string("=") + letter;
	return "=" + std::to_string(bits) + " " + packed_name(type);
}

/* Empty for members without a name, and for names of the compiler's own that are no identifiers. */
static std::string own_name(const_tree member)
{
	const std::string name = DECL_NAME(member) ? IDENTIFIER_POINTER(DECL_NAME(member)) : "";

	return name.find_first_of("@/|*-^=:<{[~\n") == std::string::npos ? name : "";
}

/* A class without data: it needs no place of its own. */
static bool is_empty(const_tree type)
{
	if (!RECORD_OR_UNION_TYPE_P(type))
		return false;
	for (const_tree member = TYPE_FIELDS(type); member; member = DECL_CHAIN(member))
		if (TREE_CODE(member) == FIELD_DECL && !is_empty(TREE_TYPE(member)))
			return false;
	return true;
}

class layout_writer {
public:
	layout_writer(tree record) : self(type_name(record)) {}

	std::string text;

	/* One line per field of @record, which begins @base bits into the outermost; false: an offset is not constant. */
	bool fields(tree record, uint64_t base, const std::string &prefix);

private:
	std::string self;
	uint64_t end = 0;    /* of the field before */
	uint64_t member = UINT64_MAX; /* where the field before begins if it is a union's member */

	bool field(tree field, uint64_t offset, const std::string &name, bool in_union);
	void begin(const std::string &name, uint64_t offset, bool in_union);
	bool array(tree type, const std::string &name, uint64_t offset, bool in_union);
};

void layout_writer::begin(const std::string &name, uint64_t offset, bool in_union)
{
	const uint64_t expected = in_union && member != UINT64_MAX ? member : end;

	member = in_union ? offset : UINT64_MAX;
	text += name;
	if (offset != expected)
		text += offset == (end + 63) / 64 * 64 ? "/" : "@" + std::to_string(offset) + ";";
	if (in_union)
		text += "|";
}

bool layout_writer::array(tree type, const std::string &name, uint64_t offset, bool in_union)
{
	tree element = element_of(type);
	uint64_t bits = 0, element_bits = 0, count = 0;

	if (TYPE_SIZE(type) && !bits_of(TYPE_SIZE(type), &bits))
		return false;
	if (bits_of(TYPE_SIZE(element), &element_bits) && element_bits)
		count = bits / element_bits;
	begin(name, offset, in_union);
	text += (TYPE_SIZE(type) ? "[" + std::to_string(count) : "~") + packed_kind(element, '{', self) + "\n";
	end = offset + bits;
	return true;
}

bool layout_writer::field(tree field, uint64_t offset, const std::string &name, bool in_union)
{
	tree type = TREE_TYPE(field);
	const bool bitfield = DECL_BIT_FIELD_TYPE(field) != NULL_TREE;
	uint64_t bits = 0;

	if (TREE_CODE(type) == ARRAY_TYPE)
		return array(type, name, offset, in_union);
	if (!bits_of(bitfield ? DECL_SIZE(field) : TYPE_SIZE(type), &bits))
		return false;
	begin(name, offset, in_union);
	if (bitfield) {
		tree declared = DECL_BIT_FIELD_TYPE(field);
		const char letter = letter_of(type_name(declared), tree_to_uhwi(TYPE_SIZE(declared)));

		text += ":" + std::to_string(bits) + (letter ? std::string(1, letter) : " " + packed_name(declared));
	} else if (DECL_VIRTUAL_P(field)) {
		text += "^";
	} else {
		text += packed_kind(type, !DECL_NAME(field) && DECL_ARTIFICIAL(field) ? '<' : '{', self);
	}
	text += "\n";
	end = offset + bits;
	return true;
}

bool layout_writer::fields(tree record, uint64_t base, const std::string &prefix)
{
	for (tree member = TYPE_FIELDS(record); member; member = DECL_CHAIN(member)) {
		if (TREE_CODE(member) != FIELD_DECL || is_empty(TREE_TYPE(member)))
			continue;
		if (!DECL_FIELD_OFFSET(member) || !tree_fits_uhwi_p(bit_position(member)))
			return false;
		const uint64_t offset = base + tree_to_uhwi(bit_position(member));
		tree type = TREE_TYPE(member);
		const std::string name = prefix + own_name(member);

		if (RECORD_OR_UNION_TYPE_P(type) && (DECL_NAME(member) || !DECL_ARTIFICIAL(member)) && !has_name(type)) {
			if (!fields(type, offset, DECL_NAME(member) ? name + "." : prefix))
				return false;
		} else if (!field(member, offset, name, TREE_CODE(record) == UNION_TYPE)) {
			return false;
		}
	}
	return true;
}

std::string describe_layout(tree type)
{
	uint64_t size = 0;
	layout_writer writer(type);

	if (!COMPLETE_TYPE_P(type) || !bits_of(TYPE_SIZE_UNIT(type), &size))
		return "";
	writer.text = packed_name(type) + "\t" + (TREE_CODE(type) == UNION_TYPE ? "u" : lang_GNU_CXX() ? "c" : "") +
		      std::to_string(size);
	if (TYPE_ALIGN_UNIT(type) != 8)
		writer.text += "/" + std::to_string(TYPE_ALIGN_UNIT(type));
	writer.text += "\n";
	if (!writer.fields(type, 0, ""))
		return "";
	writer.text.pop_back(); /* the newline */
	return writer.text;
}

/* What libstdc++ keeps as bytes in a node or beside a count of references: the function _M_ptr gives it with its type. */
static tree kept_as_bytes(tree member)
{
	if (TREE_CODE(member) != FUNCTION_DECL || !DECL_NAME(member) || strcmp(IDENTIFIER_POINTER(DECL_NAME(member)), "_M_ptr"))
		return NULL_TREE;
	tree result = TREE_TYPE(TREE_TYPE(member));

	if (!POINTER_TYPE_P(result) || !RECORD_OR_UNION_TYPE_P(TREE_TYPE(result)) || !COMPLETE_TYPE_P(TREE_TYPE(result)))
		return NULL_TREE;
	return TYPE_MAIN_VARIANT(TREE_TYPE(result));
}

void each_part(tree record, void (*visit)(tree part))
{
	for (tree member = TYPE_FIELDS(record); member; member = DECL_CHAIN(member)) {
		if (tree kept = kept_as_bytes(member))
			visit(kept);
		if (TREE_CODE(member) != FIELD_DECL)
			continue;
		tree type = element_of(TREE_TYPE(member));

		if (!RECORD_OR_UNION_TYPE_P(type) || is_empty(type))
			continue;
		if (has_name(type))
			visit(type);
		else
			each_part(type, visit);
	}
}

uint64_t note_layout(tree type)
{
	const std::string text = type_layout(type);

	if (text.empty())
		return 0;
	if (shared_texts.insert(text).second)
		each_part(type, [](tree part) { note_layout(part); });
	return fnv1a(text);
}
