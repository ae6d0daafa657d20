// SPDX-License-Identifier: MIT
/* struct-padding: from a record of the tree to what the rule keeps of it. */
#include "rules/struct_padding.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum {
	CACHE_LINE = 32,     /* alignments from here on separate things on purpose */
	COMMENT_REACH = 240, /* bytes before a record in which a comment speaks of it */
};

/* True if one of @words, which are written in small letters, is in @text. */
static bool contains_any(const char *text, size_t size, const char *const *words, size_t count)
{
	uint32_t begins = 0; /* with these letters */

	for (size_t w = 0; w < count; w++)
		begins |= 1u << (*words[w] & 31);
	for (size_t i = 0; i < size; i++) {
		if (!(begins >> (text[i] & 31) & 1))
			continue;
		for (size_t w = 0; w < count; w++) {
			const size_t length = strlen(words[w]);

			if ((text[i] | 0x20) == *words[w] && length <= size - i &&
			    strncasecmp(text + i, words[w], length) == 0)
				return true;
		}
	}
	return false;
}

/* pad, _pad0, padding, reserved2, unused … */
static bool names_padding(const char *name)
{
	static const char *const anywhere[] = {"padding", "reserved", "unused", "cacheline", "cache_line", "filler"};
	const char *word = name + strspn(name, "_");
	const size_t length = strlen(name);

	if (contains_any(name, length, anywhere, sizeof anywhere / sizeof *anywhere))
		return true;
	if (strncasecmp(word, "pad", 3) == 0 && !isalpha((unsigned char)word[3]))
		return true;
	return length >= 4 && strcasecmp(name + length - 4, "_pad") == 0;
}

static bool speaks_of_cache_lines(const struct ast_unit *unit, const struct ast_record *record)
{
	static const char *const words[] = {"cacheline", "cache line", "cache-line", "cache_line", "false sharing"};
	const struct ast_file *file = ast_file_of(unit, record->declaration);

	if (!file || !file->text)
		return false;
	const uint32_t begin =
	        record->declaration.begin > COMMENT_REACH ? record->declaration.begin - COMMENT_REACH : 0;
	const uint32_t end = record->declaration.end < file->size ? record->declaration.end : file->size;

	return begin < end && contains_any(file->text + begin, end - begin, words, sizeof words / sizeof *words);
}

static bool is_atomic(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_ATOMIC || strncmp(type->template_name, "std::atomic", 11) == 0 ||
	                strncmp(type->name, "atomic_", 7) == 0);
}

static bool is_scalar(const struct ast_type *type)
{
	if (!type)
		return false;
	switch (type->kind) {
	case AST_TYPE_BOOL:
	case AST_TYPE_CHAR:
	case AST_TYPE_INTEGER:
	case AST_TYPE_FLOATING:
	case AST_TYPE_POINTER:
		return true;
	default:
		return false;
	}
}

/* Bytes a base class leaves taken: what follows may stand in its tail padding unless it is a POD. */
static int64_t data_size(const struct ast_record *record)
{
	int64_t end = record->flags & AST_RECORD_OWN_VPTR ? 8 : 0;

	if (record->flags & (AST_RECORD_INCOMPLETE_FIELDS | AST_RECORD_VIRTUAL_BASES) || record->size < 0)
		return -1;
	if (record->decl.type && record->decl.type->flags & AST_TYPE_POD)
		return record->size;
	for (uint32_t i = 0; i < record->nbases; i++) {
		const struct ast_base *base = &record->bases[i];
		const int64_t size = base->record ? data_size(base->record) : -1;

		if (size < 0 || base->offset < 0)
			return -1;
		if (size && base->offset + size > end)
			end = base->offset + size;
	}
	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];
		const int64_t bits = field->flags & AST_FIELD_BIT ? (int64_t)field->width : field->size * 8;

		if (field->offset < 0 || field->size < 0)
			return -1;
		if ((field->offset + bits + 7) / 8 > end)
			end = (field->offset + bits + 7) / 8;
	}
	return end;
}

static int64_t bases_end(const struct ast_record *record)
{
	struct ast_record bare = *record;

	bare.nfields = 0;
	bare.decl.type = NULL;
	return data_size(&bare);
}

static bool initialiser_reads_field(const struct ast_unit *unit, const struct ast_record *record,
                                    const struct ast_field *field, struct arena *arena)
{
	if (!(field->flags & AST_FIELD_DEFAULT_INIT))
		return false;
	const char *text = ast_text(unit, field->declaration, arena);
	const char *init = strpbrk(text, "={");

	for (uint32_t i = 0; init && i < record->nfields; i++) {
		const char *name = record->fields[i]->decl.name;

		if (*name && strcasestr(init, name))
			return true;
	}
	return init && strchr(init, '(');
}

/* As written; an unnamed type's place in a file says nothing to the reader. */
static const char *type_text(const struct ast_type *type, struct arena *arena)
{
	const char *name = type ? type->name : "", *open = strstr(name, "(unnamed ");

	if (!open)
		open = strstr(name, "(anonymous ");
	if (!open)
		return name;
	const char *close = strchr(open, ')');
	const char *word = strchr(open, ' ') + 1;
	const int length = (int)strcspn(word, " )");

	return arena_printf(arena, "%.*s {...}%s", length, word, close ? close + 1 : "");
}

/* What places it. */
static void take_field(const struct ast_field *field, struct pad_field *out)
{
	const struct ast_type *type = field->decl.type;
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	*out = (struct pad_field){
	        .name = field->decl.name,
	        .offset = field->offset,
	        .size = field->size < 0 ? 0 : (uint64_t)field->size,
	        .align = field->align,
	        .width = field->width,
	        .aligned = field->aligned,
	        .flags = field->flags,
	        .access = field->access,
	        .record = bare && bare->kind == AST_TYPE_RECORD,
	        .macro = !field->declaration.end,
	        /* A macro that makes a field has no semicolon that we know of: it is all of its use. */
	        .declaration = field->declaration.end ? field->declaration : field->decl.range,
	};
}

/* The rest. */
static void describe_field(const struct ast_unit *unit, const struct ast_record *record, const struct ast_field *field,
                           struct pad_field *out, struct arena *arena)
{
	const struct ast_type *type = field->decl.type;
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	out->type = type_text(type, arena);
	out->scalar = is_scalar(bare);
	out->atomic = is_atomic(type);
	out->deliberate = names_padding(field->decl.name);
	out->nontrivial = unit->cplusplus && bare && bare->kind == AST_TYPE_RECORD && !(bare->flags & AST_TYPE_POD);
	out->reads_field = initialiser_reads_field(unit, record, field, arena);
}

/* Two atomics with something between them: kept apart so that they do not share a line. */
static bool separates_atomics(const struct pad_record *record)
{
	uint32_t last = UINT32_MAX;

	for (uint32_t i = 0; i < record->nfields; i++) {
		if (!record->fields[i].atomic)
			continue;
		if (last != UINT32_MAX && i > last + 1)
			return true;
		last = i;
	}
	return false;
}

static bool layout_agrees(const struct pad_record *record, const struct layout *layout, struct arena *arena)
{
	uint64_t *offsets = arena_array(arena, record->nfields + 1, uint64_t);

	if (layout_place(layout, NULL, offsets) != record->size)
		return false;
	for (uint32_t i = 0; i < record->nfields; i++) {
		if (record->fields[i].offset < 0 || offsets[i] != (uint64_t)record->fields[i].offset)
			return false;
	}
	return true;
}

bool pad_layout(const struct pad_record *record, struct layout *layout, struct arena *arena)
{
	struct layout_field *fields = arena_array(arena, record->nfields + 1, struct layout_field);

	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct pad_field *field = &record->fields[i];

		fields[i] = (struct layout_field){.size = field->size, .align = field->align, .width = field->width};
		if (field->flags & AST_FIELD_BIT)
			fields[i].flags |= LAYOUT_BIT;
		if (field->flags & AST_FIELD_BIT && !*field->name)
			fields[i].flags |= LAYOUT_UNNAMED;
		if (field->aligned)
			fields[i].flags |= LAYOUT_EXPLICIT;
		if (field->anchored)
			fields[i].flags |= LAYOUT_ANCHORED;
		fields[i].section = field->section;
		if (i && field->flags & AST_FIELD_SHARES_DECLARATION &&
		    field->declaration.begin == record->fields[i - 1].declaration.begin)
			fields[i].flags |= LAYOUT_GLUED;
	}
	*layout = (struct layout){
	        .fields = fields,
	        .nfields = record->nfields,
	        .start = record->start,
	        .align = record->aligned,
	        .pack = record->pack,
	};
	if (record->start && record->align > layout->align)
		layout->align = record->align; /* bases and virtual table pointer align it too */
	if (record->nfields && (record->pin_first || (record->fields[0].record && !record->cplusplus)))
		layout->pinned_first = 1;
	if (record->nfields && record->fields[record->nfields - 1].flags & AST_FIELD_FLEXIBLE)
		layout->pinned_last = 1;
	else if (record->flags & AST_RECORD_FLEXIBLE)
		layout->pinned_last = 1;
	return layout_agrees(record, layout, arena);
}

/* Finds the #pragma pack that explains the layout; true if one, or none, does. */
static bool explain_layout(struct pad_record *record, struct arena *arena)
{
	static const uint32_t packs[] = {0, 8, 4, 2};
	struct layout layout;

	for (size_t i = 0; i < sizeof packs / sizeof *packs; i++) {
		record->pack = packs[i];
		if (pad_layout(record, &layout, arena))
			return true;
		if (!(record->flags & AST_RECORD_PRAGMA_PACK))
			return false;
	}
	return false;
}

static bool take_layout(const struct ast_record *record, struct pad_record *out, struct arena *arena)
{
	const int64_t first = out->nfields && out->fields[0].offset >= 0 ? out->fields[0].offset / 8 : 0;
	const int64_t start = bases_end(record);

	out->start = (uint64_t)(start >= 0 && start <= first ? start : first);
	if (!record->nbases && !(record->flags & AST_RECORD_DYNAMIC))
		out->start = 0;
	if (explain_layout(out, arena))
		return true;
	out->start = (uint64_t)first;
	return first && explain_layout(out, arena);
}

/* The field or global variable that an unnamed record was written for; "" when there is none. */
static const char *holder_of(const struct ast_unit *unit, const struct ast_record *record)
{
	for (uint32_t i = 0; i < unit->nrecords; i++) {
		const struct ast_record *outer = unit->records[i];

		for (uint32_t f = 0; f < outer->nfields; f++) {
			if (outer->fields[f]->decl.type && ast_record_of(outer->fields[f]->decl.type) == record)
				return outer->fields[f]->decl.name;
		}
	}
	for (uint32_t i = 0; i < unit->nglobals; i++) {
		if (unit->globals[i]->decl.type && ast_record_of(unit->globals[i]->decl.type) == record)
			return unit->globals[i]->decl.name;
	}
	return "";
}

static const char *printed_name(const struct ast_unit *unit, const struct ast_record *record, struct arena *arena)
{
	const char *holder;

	if (*record->decl.name)
		return record->printed;
	if (*record->typedef_name)
		return record->typedef_name;
	/* No line numbers here: the name is part of the fingerprint. */
	holder = holder_of(unit, record);
	return *holder ? arena_printf(arena, "unnamed struct of '%s'", holder) : "unnamed struct";
}

/* version, struct_size, cbSize: whoever reads it must find it where it always was. */
static bool is_version(const char *name)
{
	static const char *const names[] = {"version",     "ver",    "abi_version",    "api_version",
	                                    "struct_size", "cbSize", "size_of_struct", "structSize"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) == 0)
			return true;
	}
	return false;
}

/* A header of C that C++ may include, as public ones do and those of one program do not. */
static bool is_interface_of_c(const struct ast_file *file)
{
	return !file->main && file->text && strstr(file->text, "extern \"C\"");
}

bool pad_shape_from_tree(const struct ast_unit *unit, const struct ast_record *record, struct pad_record *out,
                         struct arena *arena)
{
	const struct ast_record *named = record->pattern ? record->pattern : record;
	const struct ast_file *file = ast_file_of(unit, named->decl.range);

	if (!file || file->system || record->size <= 0 || record->nfields == 0 ||
	    record->flags & (AST_RECORD_INCOMPLETE_FIELDS | AST_RECORD_PATTERN | AST_RECORD_LAMBDA) ||
	    !(record->flags & AST_RECORD_COMPLETE))
		return false;
	memset(out, 0, sizeof *out);
	out->flags = record->flags | (named->flags & AST_RECORD_DIRECTIVES);
	out->cplusplus = unit->cplusplus;
	out->kind = record->kind;
	out->size = (uint64_t)record->size;
	out->align = record->align;
	out->aligned = record->aligned;
	out->nfields = record->nfields;
	out->fields = arena_array(arena, record->nfields + 1, struct pad_field);
	for (uint32_t i = 0; i < record->nfields; i++)
		take_field(record->fields[i], &out->fields[i]);
	if (record->kind != AST_UNION && !(record->flags & AST_RECORD_PACKED))
		out->unexplained = !take_layout(record, out, arena);
	return true;
}

bool pad_from_tree(const struct ast_unit *unit, const struct ast_record *record, struct pad_record *out,
                   struct arena *arena)
{
	const struct ast_record *named = record->pattern ? record->pattern : record;
	const struct ast_file *file = ast_file_of(unit, named->decl.range);

	if (!pad_shape_from_tree(unit, record, out, arena))
		return false;
	out->key = ast_decl_key(unit, &named->decl);
	out->printed = printed_name(unit, named, arena);
	out->path = file->path;
	out->file = file->index;
	out->line = named->decl.line;
	out->column = named->decl.column;
	out->name_length = (uint32_t)strlen(named->decl.name);
	ast_line_column(file, named->braces.end ? named->braces.end - 1 : 0, &out->end_line, &(uint32_t){0});
	out->extern_c = unit->cplusplus ? named->decl.flags & AST_EXTERN_C : is_interface_of_c(file);
	out->macro = named->decl.flags & AST_MACRO;
	out->braces = named->braces;
	out->deliberate = record->aligned >= CACHE_LINE || speaks_of_cache_lines(unit, named);
	for (uint32_t i = 0; i < record->nfields; i++) {
		describe_field(unit, record, record->fields[i], &out->fields[i], arena);
		out->deliberate |= out->fields[i].deliberate || out->fields[i].aligned >= CACHE_LINE;
		out->versioned |= is_version(record->fields[i]->decl.name);
		if (record->fields[i]->flags & AST_FIELD_OVERLAPPING)
			out->deliberate = true;
	}
	pad_note_sections(file, out, arena);
	out->deliberate |= separates_atomics(out);
	return true;
}
