// SPDX-License-Identifier: MIT
/* Records, their fields, bases and methods. */
#include "analyzer/ast/build.h"

#include <stdio.h>
#include <string.h>

/* What one visit of a record's or field's children collects. */
struct members {
	struct build *b;
	struct ast_record *record;
	VEC(struct ast_field *) fields;
	VEC(struct ast_function *) methods;
	VEC(struct ast_base) bases;
	VEC(struct ast_var *) statics;
};

static bool is_record(enum CXCursorKind kind)
{
	return kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl || kind == CXCursor_ClassDecl ||
	       kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization;
}

static uint8_t record_kind(CXCursor cursor)
{
	enum CXCursorKind kind = cursor.kind;

	if (kind == CXCursor_ClassTemplate || kind == CXCursor_ClassTemplatePartialSpecialization)
		kind = clang_getTemplateCursorKind(cursor);
	if (kind == CXCursor_UnionDecl)
		return AST_UNION;
	return kind == CXCursor_ClassDecl ? AST_CLASS : AST_STRUCT;
}

static const char *printed_name(struct build *b, const struct ast_record *record, CXCursor cursor)
{
	static const char *const words[] = {"struct", "union", "class"};
	const struct ast_decl *decl = &record->decl;
	const struct build_place place = build_place(b, clang_getCursorLocation(cursor));
	const char *file = place.file ? place.file->ast.path : "";
	char text[1024];

	if (*record->typedef_name)
		return record->typedef_name;
	if (decl->flags & AST_UNNAMED)
		snprintf(text, sizeof text, "(unnamed %s at %s:%u)", words[record->kind],
		         strrchr(file, '/') ? strrchr(file, '/') + 1 : file, place.line);
	else if (b->unit->cplusplus && decl->type && !(record->flags & AST_RECORD_PATTERN))
		return decl->type->canonical->name;
	else if (b->unit->cplusplus)
		return build_qualified(b, cursor);
	else
		snprintf(text, sizeof text, "%s %s", words[record->kind], decl->name);
	return intern_string(b->names, text);
}

static void measure_record(struct build *b, struct ast_record *record, CXCursor cursor)
{
	const CXType type = clang_getCursorType(cursor);
	const long long size = clang_Type_getSizeOf(type), align = clang_Type_getAlignOf(type);

	record->decl.type = build_type(b, type);
	record->size = size < 0 ? -1 : size;
	record->align = align < 0 ? 0 : (uint32_t)align;
}

static void record_origin(struct build *b, struct ast_record *record, CXCursor cursor)
{
	const CXCursor pattern = clang_getSpecializedCursorTemplate(cursor);
	const CXCursor outer = clang_getCursorSemanticParent(cursor);

	if (!clang_Cursor_isNull(pattern) && is_record(pattern.kind)) {
		record->pattern = build_record(b, pattern);
		record->flags |= AST_RECORD_INSTANCE;
	}
	if (is_record(outer.kind))
		record->outer = build_record(b, outer);
}

struct ast_record *build_record(struct build *b, CXCursor any)
{
	CXCursor cursor = clang_getCursorDefinition(any);
	const bool complete = !clang_Cursor_isNull(cursor) && is_record(cursor.kind);
	struct ast_record *record = hash_map_find(&b->decls, any.data[0]);

	if (!is_record(any.kind))
		return NULL;
	if (record)
		return record;
	if (!complete)
		cursor = clang_getCanonicalCursor(any);
	record = hash_map_find(&b->decls, cursor.data[0]);
	if (record) {
		hash_map_put(&b->decls, any.data[0], record);
		return record;
	}
	record = arena_new(b->arena, struct ast_record);
	hash_map_put(&b->decls, cursor.data[0], record);
	hash_map_put(&b->decls, any.data[0], record);
	build_decl(b, cursor, AST_DECL_RECORD, &record->decl);
	record->decl.usr = build_string(b, clang_getCursorUSR(cursor));
	record->kind = record_kind(cursor);
	record->typedef_name = intern_string(b->names, NULL);
	if (record->decl.flags & AST_UNNAMED) {
		const char *name = build_string(b, clang_getCursorSpelling(cursor));

		if (clang_Cursor_isAnonymousRecordDecl(cursor))
			record->flags |= AST_RECORD_ANONYMOUS;
		else if (*name && !strchr(name, '('))
			record->typedef_name = name;
		if (strstr(name, "(lambda"))
			record->flags |= AST_RECORD_LAMBDA;
	}
	if (cursor.kind == CXCursor_ClassTemplate || cursor.kind == CXCursor_ClassTemplatePartialSpecialization) {
		record->flags |= AST_RECORD_PATTERN;
		record->decl.flags |= AST_DEPENDENT;
	}
	if (complete)
		record->flags |= AST_RECORD_COMPLETE;
	record->size = -1;
	measure_record(b, record, cursor);
	record->printed = printed_name(b, record, cursor);
	if (b->unit->cplusplus)
		record_origin(b, record, cursor);
	record->declaration = record->decl.range;
	vec_push(&b->records, record);
	if (complete && !(record->decl.flags & AST_SYSTEM))
		vec_push(&b->pending, (struct build_pending){cursor, record});
	else
		record->flags |= AST_RECORD_INCOMPLETE_FIELDS;
	return record;
}

/* ---- fields ---- */

static enum CXChildVisitResult on_field_child(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct ast_field *field = ((void **)data)[1];
	struct build *b = ((void **)data)[0];

	(void)parent;
	if (cursor.kind == CXCursor_PackedAttr) {
		field->flags |= AST_FIELD_PACKED;
	} else if (cursor.kind == CXCursor_AlignedAttr) {
		field->flags |= AST_FIELD_ALIGNED;
		field->aligned = build_attribute_value(b, cursor);
	} else if (clang_isAttribute(cursor.kind)) {
		field->flags |= AST_FIELD_ATTRIBUTES;
	} else if (clang_isExpression(cursor.kind) && b->unit->cplusplus && !(field->flags & AST_FIELD_BIT)) {
		field->flags |= AST_FIELD_DEFAULT_INIT;
	}
	return CXChildVisit_Continue;
}

static void field_layout(struct build *b, CXCursor cursor, struct ast_field *field)
{
	const struct ast_type *type = field->decl.type;

	field->offset = -1;
	field->size = type ? type->size : -1;
	field->align = type ? type->align : 0;
	if (type && type->kind == AST_TYPE_INCOMPLETE_ARRAY) {
		field->size = 0;
		field->align = type->target ? type->target->align : 0;
	}
	if (clang_Cursor_isBitField(cursor)) {
		const int width = clang_getFieldDeclBitWidth(cursor);

		field->flags |= AST_FIELD_BIT;
		field->width = width < 0 ? 0 : (uint32_t)width;
	}
	if (clang_Cursor_hasAttrs(cursor) || b->unit->cplusplus)
		clang_visitChildren(cursor, on_field_child, (void *[]){b, field});
	if (field->flags & AST_FIELD_PACKED)
		field->align = 1;
	if (field->aligned > field->align)
		field->align = field->aligned;
}

static struct ast_field *make_field(struct build *b, CXCursor cursor, const struct ast_record *record)
{
	struct ast_field *field = arena_new(b->arena, struct ast_field);

	hash_map_put(&b->decls, cursor.data[0], field);
	build_decl(b, cursor, AST_DECL_FIELD, &field->decl);
	field->decl.type = build_type(b, clang_getCursorType(cursor));
	field->record = record;
	build_special_members(b, clang_getCursorType(cursor), 0);
	field_layout(b, cursor, field);
	if (!*field->decl.name || strchr(field->decl.name, '(')) {
		field->decl.name = field->decl.usr;
		field->decl.flags |= AST_UNNAMED;
		if (!(field->flags & AST_FIELD_BIT))
			field->flags |= AST_FIELD_ANONYMOUS;
	}
	return field;
}

struct ast_field *build_field_use(struct build *b, CXCursor cursor)
{
	struct ast_field *field = hash_map_find(&b->decls, cursor.data[0]);
	const struct ast_record *record;

	if (field)
		return field;
	record = build_record(b, clang_getCursorSemanticParent(cursor));
	if (record && (record->decl.flags & AST_SYSTEM)) {
		field = make_field(b, cursor, record);
		field->offset = clang_Cursor_getOffsetOfField(cursor);
		return field;
	}
	build_pending_records(b);
	field = hash_map_find(&b->decls, cursor.data[0]);
	return field ? field : make_field(b, cursor, record);
}

static uint8_t access_of(CXCursor cursor)
{
	switch (clang_getCXXAccessSpecifier(cursor)) {
	case CX_CXXPrivate:
		return AST_PRIVATE;
	case CX_CXXProtected:
		return AST_PROTECTED;
	default:
		return AST_PUBLIC;
	}
}

static enum CXVisitorResult on_field(CXCursor cursor, CXClientData data)
{
	struct members *members = data;
	struct ast_field *field = hash_map_find(&members->b->decls, cursor.data[0]);

	if (!field)
		field = make_field(members->b, cursor, members->record);
	field->record = members->record;
	field->index = (uint32_t)members->fields.count;
	field->offset = clang_Cursor_getOffsetOfField(cursor);
	if (field->offset < 0)
		field->offset = -1;
	if (members->b->unit->cplusplus) {
		field->access = access_of(cursor);
		field->flags |= clang_CXXField_isMutable(cursor) ? AST_FIELD_MUTABLE : 0;
	}
	vec_push(&members->fields, field);
	return CXVisit_Continue;
}

/* ---- everything else in a record ---- */

static void fill_record(struct build *b, CXCursor cursor, struct ast_record *record);

static enum CXChildVisitResult on_virtual(CXCursor cursor, CXCursor parent, CXClientData data)
{
	(void)parent;
	if (cursor.kind == CXCursor_CXXBaseSpecifier && clang_isVirtualBase(cursor))
		*(bool *)data = true;
	if ((cursor.kind == CXCursor_CXXMethod || cursor.kind == CXCursor_Destructor) &&
	    clang_CXXMethod_isVirtual(cursor))
		*(bool *)data = true;
	return *(bool *)data ? CXChildVisit_Break : CXChildVisit_Continue;
}

/* A base must be complete before what derives from it; of a system header's only the virtual table matters. */
static void fill_base(struct build *b, struct ast_record *base, CXCursor cursor)
{
	for (size_t i = 0; i < b->pending.count; i++) {
		const struct build_pending found = b->pending.items[i];

		if (found.record != base)
			continue;
		b->pending.items[i] = vec_pop(&b->pending);
		fill_record(b, found.cursor, found.record);
		return;
	}
	if (base->flags & AST_RECORD_INCOMPLETE_FIELDS) {
		bool dynamic = false;

		clang_visitChildren(clang_getCursorDefinition(cursor), on_virtual, &dynamic);
		base->flags |= dynamic ? AST_RECORD_DYNAMIC : 0;
	}
}

static void add_base(struct members *members, CXCursor cursor)
{
	struct build *b = members->b;
	const CXCursor declaration = clang_getTypeDeclaration(clang_getCanonicalType(clang_getCursorType(cursor)));
	uint16_t flags = 0;
	struct ast_base base = {
	        .offset = -1, .access = access_of(cursor), .virtual_ = clang_isVirtualBase(cursor) != 0};

	base.type = build_type(b, clang_getCursorType(cursor));
	base.record = base.type ? base.type->record : NULL;
	if (base.record)
		fill_base(b, build_record(b, declaration), declaration);
	build_special_members(b, clang_getCursorType(cursor), 0);
	base.range = build_range(b, clang_getCursorExtent(cursor), &flags, NULL);
	if (base.virtual_)
		members->record->flags |= AST_RECORD_VIRTUAL_BASES | AST_RECORD_DYNAMIC;
	if (base.record && (base.record->flags & AST_RECORD_VIRTUAL_BASES))
		members->record->flags |= AST_RECORD_VIRTUAL_BASES;
	vec_push(&members->bases, base);
}

static void note_special_member(struct ast_record *record, const struct ast_function *function)
{
	const bool deleted = function->flags & AST_FUNCTION_DELETED,
	           defaulted = function->flags & AST_FUNCTION_DEFAULTED;

	if (function->flags & AST_FUNCTION_COPY)
		record->flags |= deleted ? AST_RECORD_NO_COPY : defaulted ? 0 : AST_RECORD_COPY_CTOR;
	else if (function->flags & AST_FUNCTION_MOVE)
		record->flags |= deleted ? AST_RECORD_NO_MOVE : defaulted ? 0 : AST_RECORD_MOVE_CTOR;
	else if (function->flags & AST_FUNCTION_DTOR)
		record->flags |= defaulted ? 0 : AST_RECORD_DTOR;
	else if (function->flags & AST_FUNCTION_CTOR)
		record->flags |= AST_RECORD_HAS_CTOR;
	if (function->flags & AST_FUNCTION_VIRTUAL)
		record->flags |= AST_RECORD_DYNAMIC;
}

static void add_method(struct members *members, CXCursor cursor)
{
	struct ast_function *function = build_function(members->b, cursor);

	if (!function)
		return;
	function->parent = members->record;
	vec_push(&members->methods, function);
	note_special_member(members->record, function);
	if (members->record->flags & AST_RECORD_LAMBDA)
		return; /* its body is part of the function around it */
	vec_push(&members->b->prototypes, (struct build_prototype){cursor, clang_getCanonicalCursor(cursor).data[0]});
	build_definition(members->b, cursor);
}

static void add_attribute(struct members *members, CXCursor cursor)
{
	struct ast_record *record = members->record;

	if (cursor.kind == CXCursor_PackedAttr) {
		record->flags |= AST_RECORD_PACKED;
	} else if (cursor.kind == CXCursor_AlignedAttr) {
		record->flags |= AST_RECORD_ALIGNED;
		record->aligned = build_attribute_value(members->b, cursor);
	} else if (cursor.kind != CXCursor_CXXFinalAttr && cursor.kind != CXCursor_VisibilityAttr) {
		record->flags |= AST_RECORD_TRANSPARENT;
	}
}

static enum CXChildVisitResult on_member(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct members *members = data;

	(void)parent;
	if (clang_isAttribute(cursor.kind)) {
		add_attribute(members, cursor);
		return CXChildVisit_Continue;
	}
	switch (cursor.kind) {
	case CXCursor_CXXBaseSpecifier:
		add_base(members, cursor);
		break;
	case CXCursor_CXXMethod:
	case CXCursor_Constructor:
	case CXCursor_Destructor:
	case CXCursor_ConversionFunction:
	case CXCursor_FunctionTemplate:
		add_method(members, cursor);
		break;
	case CXCursor_FriendDecl:
		return CXChildVisit_Recurse;
	case CXCursor_FunctionDecl:
		build_definition(members->b, cursor);
		break;
	case CXCursor_VarDecl:
		vec_push(&members->statics, build_var(members->b, cursor, false));
		break;
	case CXCursor_StructDecl:
	case CXCursor_UnionDecl:
	case CXCursor_ClassDecl:
	case CXCursor_ClassTemplate:
		if (clang_isCursorDefinition(cursor))
			build_record(members->b, cursor);
		break;
	case CXCursor_EnumDecl:
		build_enum(members->b, cursor);
		break;
	case CXCursor_FieldDecl:
		if (members->record->flags & AST_RECORD_PATTERN)
			on_field(cursor, members);
		break;
	default:
		break;
	}
	return CXChildVisit_Continue;
}

/* ---- special members of the library's records ---- */

static enum CXChildVisitResult on_special(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct ast_record *record = data;
	const bool deleted = clang_CXXMethod_isDeleted(cursor), defaulted = clang_CXXMethod_isDefaulted(cursor);
	uint32_t flag = 0;

	(void)parent;
	if (cursor.kind == CXCursor_Destructor)
		flag = defaulted ? 0 : AST_RECORD_DTOR;
	else if (cursor.kind == CXCursor_Constructor && clang_CXXConstructor_isCopyConstructor(cursor))
		flag = deleted ? AST_RECORD_NO_COPY : defaulted ? 0 : AST_RECORD_COPY_CTOR;
	else if (cursor.kind == CXCursor_Constructor && clang_CXXConstructor_isMoveConstructor(cursor))
		flag = deleted ? AST_RECORD_NO_MOVE : defaulted ? 0 : AST_RECORD_MOVE_CTOR;
	record->flags |= flag;
	return CXChildVisit_Continue;
}

/* What an instance holds by value is copied with it. */
static void special_members_of_args(struct build *b, CXType type, unsigned depth)
{
	const int count = clang_Type_getNumTemplateArguments(type);

	for (int i = 0; i < count && depth < 4; i++)
		build_special_members(b, clang_Type_getTemplateArgumentAsType(type, (unsigned)i), depth + 1);
}

void build_special_members(struct build *b, CXType written, unsigned depth)
{
	const CXType type = clang_getCanonicalType(written);
	struct ast_record *record;
	CXCursor cursor;

	if (!b->unit->cplusplus || type.kind != CXType_Record)
		return;
	cursor = clang_getCursorDefinition(clang_getTypeDeclaration(type));
	record = clang_Cursor_isNull(cursor) ? NULL : build_record(b, cursor);
	if (!record || !(record->decl.flags & AST_SYSTEM) || record->flags & AST_RECORD_SPECIALS)
		return;
	record->flags |= AST_RECORD_SPECIALS;
	if (record->flags & AST_RECORD_INSTANCE) { /* libclang shows nothing of an instance itself */
		cursor = clang_getCursorDefinition(clang_getSpecializedCursorTemplate(cursor));
		special_members_of_args(b, type, depth);
	}
	clang_visitChildren(cursor, on_special, record);
}

/* ---- C++ layout: where bases stand ---- */

static int64_t round_up(int64_t value, uint32_t align)
{
	return align > 1 ? (value + align - 1) / align * align : value;
}

static bool is_empty(const struct ast_record *record)
{
	return record->size == 1 && record->nfields == 0 && !(record->flags & AST_RECORD_DYNAMIC);
}

/* Bytes of a record that data stands in: what follows may use the tail padding of all but plain C records. */
static int64_t data_size(const struct ast_record *record)
{
	int64_t end = record->flags & AST_RECORD_DYNAMIC ? (int64_t)sizeof(void *) : 0;

	if (!record->decl.type || (record->decl.type->canonical->flags & AST_TYPE_POD) ||
	    (record->flags & (AST_RECORD_INCOMPLETE_FIELDS | AST_RECORD_VIRTUAL_BASES)))
		return record->size;
	for (uint32_t i = 0; i < record->nbases; i++)
		if (record->bases[i].record && record->bases[i].offset >= 0 &&
		    record->bases[i].offset + data_size(record->bases[i].record) > end)
			end = record->bases[i].offset + data_size(record->bases[i].record);
	for (uint32_t i = 0; i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];
		const int64_t bits = field->flags & AST_FIELD_BIT ? field->width : field->size * 8;

		if (field->offset >= 0 && field->size >= 0 && (field->offset + bits + 7) / 8 > end)
			end = (field->offset + bits + 7) / 8;
	}
	return end;
}

/* The Itanium ABI's rules for bases that are not virtual. */
static void place_bases(struct ast_record *record)
{
	int64_t at = 0;
	bool primary = false;

	for (uint32_t i = 0; i < record->nbases; i++) {
		const struct ast_record *base = record->bases[i].record;

		if (base && (base->flags & AST_RECORD_VIRTUAL_BASES))
			record->flags |= AST_RECORD_VIRTUAL_BASES;
		if (base && (base->flags & AST_RECORD_DYNAMIC) && !record->bases[i].virtual_) {
			record->flags |= AST_RECORD_DYNAMIC;
			primary |= i == 0;
		}
	}
	record->flags &= ~(uint32_t)AST_RECORD_OWN_VPTR;
	if ((record->flags & AST_RECORD_DYNAMIC) && !primary)
		record->flags |= AST_RECORD_OWN_VPTR;
	if (record->flags & AST_RECORD_OWN_VPTR)
		at = (int64_t)sizeof(void *);
	for (uint32_t i = 0; i < record->nbases; i++) {
		struct ast_base *base = &record->bases[i];

		if (!base->record || base->virtual_ || base->record->size < 0)
			return;
		if (is_empty(base->record)) {
			base->offset = 0;
			continue;
		}
		base->offset = round_up(at, base->record->align);
		at = base->offset + data_size(base->record);
	}
}

static void finish_fields(struct ast_record *record)
{
	struct ast_field *last = record->nfields ? record->fields[record->nfields - 1] : NULL;
	const struct ast_type *type = last ? last->decl.type : NULL;

	if (!type || record->kind == AST_UNION)
		return;
	if (type->kind == AST_TYPE_INCOMPLETE_ARRAY || (type->kind == AST_TYPE_ARRAY && type->count <= 1)) {
		last->flags |= AST_FIELD_FLEXIBLE;
		record->flags |= AST_RECORD_FLEXIBLE;
	} else if (type->record && type->kind == AST_TYPE_RECORD && (type->record->flags & AST_RECORD_FLEXIBLE)) {
		record->flags |= AST_RECORD_FLEXIBLE;
	}
}

static void fill_record(struct build *b, CXCursor cursor, struct ast_record *record)
{
	struct members members = {.b = b, .record = record};
	const CXType type = clang_getCursorType(cursor);

	if (!(record->flags & AST_RECORD_PATTERN))
		clang_Type_visitFields(type, on_field, &members);
	if (b->unit->cplusplus || clang_Cursor_hasAttrs(cursor))
		clang_visitChildren(cursor, on_member, &members);
	record->nfields = (uint32_t)members.fields.count;
	record->nbases = (uint32_t)members.bases.count;
	record->nmethods = (uint32_t)members.methods.count;
	record->nstatics = (uint32_t)members.statics.count;
#define KEEP(name)                                                                                                  \
	record->name = arena_memdup(b->arena, members.name.items, members.name.count * sizeof *members.name.items); \
	vec_release(&members.name)
	KEEP(fields);
	KEEP(bases);
	KEEP(methods);
	KEEP(statics);
#undef KEEP
	record->flags |= AST_RECORD_SPECIALS;
	finish_fields(record);
	place_bases(record);
	build_record_text(b, record);
	if (!build_natural_layout(record))
		record->flags |= AST_RECORD_PRAGMA_PACK;
}

void build_pending_records(struct build *b)
{
	while (b->pending.count) {
		const struct build_pending next = vec_pop(&b->pending);

		fill_record(b, next.cursor, next.record);
	}
}

static uint64_t layout_state(const struct ast_record *record)
{
	uint64_t state = record->flags;

	for (uint32_t i = 0; i < record->nbases; i++)
		state = state * 31 + (uint64_t)record->bases[i].offset;
	return state;
}

/*
 * Once more when all is known: a class met while its base was being read (a member function of the base names
 * it) was placed on what was known of the base by then.
 */
void build_place_bases(struct build *b)
{
	bool changed = b->unit->cplusplus;

	while (changed) {
		changed = false;
		for (size_t i = 0; i < b->records.count; i++) {
			struct ast_record *record = b->records.items[i];
			const uint64_t before = layout_state(record);

			if (!record->nbases)
				continue;
			place_bases(record);
			changed |= layout_state(record) != before;
		}
	}
}

void build_note_enclosing(struct build *b, CXCursor cursor)
{
	uint16_t flags = 0;
	const struct ast_range range = build_range(b, clang_getCursorExtent(cursor), &flags, NULL);

	if (flags & AST_MACRO)
		return;
	for (size_t i = b->records.count; i > 0; i--) {
		struct ast_record *record = b->records.items[i - 1];
		struct ast_range *whole = &record->declaration;

		if (whole->file != range.file || (record->decl.flags & AST_MACRO))
			continue;
		if (range.begin <= whole->begin && whole->end <= range.end && !record->outer)
			*whole = range;
	}
}
