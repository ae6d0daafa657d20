// SPDX-License-Identifier: MIT
/* Types: one struct ast_type per distinct type of the unit, made when first met. */
#include "analyzer/ast/build.h"

#include <stdio.h>
#include <string.h>

static enum ast_type_kind type_kind(enum CXTypeKind kind)
{
	switch (kind) {
	case CXType_Void:
		return AST_TYPE_VOID;
	case CXType_Bool:
		return AST_TYPE_BOOL;
	case CXType_Char_U:
	case CXType_UChar:
	case CXType_Char16:
	case CXType_Char32:
	case CXType_Char_S:
	case CXType_SChar:
	case CXType_WChar:
		return AST_TYPE_CHAR;
	case CXType_UShort:
	case CXType_UInt:
	case CXType_ULong:
	case CXType_ULongLong:
	case CXType_UInt128:
	case CXType_Short:
	case CXType_Int:
	case CXType_Long:
	case CXType_LongLong:
	case CXType_Int128:
		return AST_TYPE_INTEGER;
	case CXType_Float:
	case CXType_Double:
	case CXType_LongDouble:
	case CXType_Float128:
	case CXType_Half:
	case CXType_Float16:
	case CXType_BFloat16:
	case CXType_Ibm128:
		return AST_TYPE_FLOATING;
	case CXType_NullPtr:
	case CXType_Pointer:
	case CXType_BlockPointer:
		return AST_TYPE_POINTER;
	case CXType_Complex:
		return AST_TYPE_COMPLEX;
	case CXType_LValueReference:
		return AST_TYPE_REFERENCE;
	case CXType_RValueReference:
		return AST_TYPE_RVALUE_REFERENCE;
	case CXType_Record:
		return AST_TYPE_RECORD;
	case CXType_Enum:
		return AST_TYPE_ENUM;
	case CXType_FunctionNoProto:
	case CXType_FunctionProto:
		return AST_TYPE_FUNCTION;
	case CXType_ConstantArray:
		return AST_TYPE_ARRAY;
	case CXType_IncompleteArray:
		return AST_TYPE_INCOMPLETE_ARRAY;
	case CXType_VariableArray:
		return AST_TYPE_VARIABLE_ARRAY;
	case CXType_Vector:
	case CXType_ExtVector:
		return AST_TYPE_VECTOR;
	case CXType_MemberPointer:
		return AST_TYPE_MEMBER_POINTER;
	case CXType_Atomic:
		return AST_TYPE_ATOMIC;
	case CXType_Dependent:
	case CXType_DependentSizedArray:
	case CXType_Unexposed: /* canonical and still unexposed: template parameters and what is built from them */
	case CXType_Auto:
		return AST_TYPE_DEPENDENT;
	default:
		return AST_TYPE_UNKNOWN;
	}
}

static bool is_signed(enum CXTypeKind kind)
{
	switch (kind) {
	case CXType_Char_S:
	case CXType_SChar:
	case CXType_WChar:
	case CXType_Short:
	case CXType_Int:
	case CXType_Long:
	case CXType_LongLong:
	case CXType_Int128:
		return true;
	default:
		return false;
	}
}

static uint8_t qualifiers(CXType canonical)
{
	return (uint8_t)((clang_isConstQualifiedType(canonical) ? AST_CONST : 0) |
	                 (clang_isVolatileQualifiedType(canonical) ? AST_VOLATILE : 0) |
	                 (clang_isRestrictQualifiedType(canonical) ? AST_RESTRICT : 0));
}

/* What the type points to, holds or returns: as written where that can be had, so that its name is the author's. */
static CXType target_of(enum ast_type_kind kind, CXType written, CXType canonical)
{
	CXType target = {.kind = CXType_Invalid};

	switch (kind) {
	case AST_TYPE_POINTER:
	case AST_TYPE_REFERENCE:
	case AST_TYPE_RVALUE_REFERENCE:
	case AST_TYPE_MEMBER_POINTER:
		target = clang_getPointeeType(written);
		return target.kind == CXType_Invalid ? clang_getPointeeType(canonical) : target;
	case AST_TYPE_ARRAY:
	case AST_TYPE_INCOMPLETE_ARRAY:
	case AST_TYPE_VARIABLE_ARRAY:
	case AST_TYPE_VECTOR:
	case AST_TYPE_COMPLEX:
		target = clang_getElementType(written);
		return target.kind == CXType_Invalid ? clang_getElementType(canonical) : target;
	case AST_TYPE_FUNCTION:
		return clang_getResultType(canonical);
	case AST_TYPE_ATOMIC:
		return clang_Type_getValueType(canonical);
	default:
		return target;
	}
}

static void measure(struct build *b, struct ast_type *type, CXType canonical)
{
	long long size = -1, align = 0;

	switch (type->kind) {
	case AST_TYPE_REFERENCE:
	case AST_TYPE_RVALUE_REFERENCE:
		size = align = b->pointer_width;
		break;
	case AST_TYPE_VOID:
	case AST_TYPE_FUNCTION:
	case AST_TYPE_DEPENDENT:
	case AST_TYPE_UNKNOWN:
		break;
	default:
		size = clang_Type_getSizeOf(canonical);
		align = clang_Type_getAlignOf(canonical);
	}
	type->size = size < 0 ? -1 : size;
	type->align = align < 0 ? 0 : (uint32_t)align;
}

static void build_params(struct build *b, struct ast_type *type, CXType canonical)
{
	const int count = clang_getNumArgTypes(canonical);

	if (clang_isFunctionTypeVariadic(canonical))
		type->flags |= AST_TYPE_VARIADIC;
	if (count <= 0)
		return;
	type->nparams = (uint32_t)count;
	type->params = arena_array(b->arena, (size_t)count, const struct ast_type *);
	for (uint32_t i = 0; i < type->nparams; i++)
		type->params[i] = build_param_type(b, clang_getArgType(canonical, i));
}

static void build_args(struct build *b, struct ast_type *type, CXType canonical)
{
	const int count = clang_Type_getNumTemplateArguments(canonical);

	if (count <= 0)
		return;
	type->template_name = build_qualified(b, clang_getTypeDeclaration(canonical));
	type->nargs = (uint32_t)count;
	type->args = arena_array(b->arena, (size_t)count, const struct ast_type *);
	for (uint32_t i = 0; i < type->nargs; i++)
		type->args[i] = build_type(b, clang_Type_getTemplateArgumentAsType(canonical, i));
}

static void build_tag(struct build *b, struct ast_type *type, CXType canonical)
{
	const CXCursor cursor = clang_getTypeDeclaration(canonical);

	if (clang_Cursor_isNull(cursor) || cursor.kind == CXCursor_NoDeclFound)
		return;
	if (type->kind == AST_TYPE_ENUM)
		type->enumeration = build_enum(b, cursor);
	else
		type->record = build_record(b, cursor);
}

/* "struct (unnamed struct at /a/b/c.h:3:9)": where the source tree lies says nothing about the type. */
static const char *type_name(struct build *b, CXType type)
{
	CXString string = clang_getTypeSpelling(type);
	const char *text = clang_getCString(string), *at = text ? strstr(text, " at /") : NULL;
	const char *name;

	if (!at) {
		name = intern_string(b->names, text);
	} else {
		const char *slash = at + 4, *end = slash + strcspn(slash, ")");

		for (const char *c = slash; c < end; c++)
			slash = *c == '/' ? c : slash;
		name = intern_string(b->names, arena_printf(b->arena, "%.*s%s", (int)(at + 4 - text), text, slash + 1));
	}
	clang_disposeString(string);
	return name;
}

const struct ast_type *build_type(struct build *b, CXType written)
{
	CXType canonical, target, bare;
	struct ast_type *type;

	if (written.kind == CXType_Invalid || !written.data[0])
		return NULL;
	type = hash_map_find(&b->types, written.data[0]);
	if (type)
		return type;
	canonical = clang_getCanonicalType(written);
	type = arena_new(b->arena, struct ast_type);
	hash_map_put(&b->types, written.data[0], type);
	type->kind = (uint8_t)type_kind(canonical.kind);
	type->quals = qualifiers(canonical);
	type->template_name = intern_string(b->names, NULL);
	if (is_signed(canonical.kind))
		type->flags |= AST_TYPE_SIGNED;
	if (written.data[0] != canonical.data[0])
		type->flags |= AST_TYPE_TYPEDEF;
	bare = type->quals ? clang_getUnqualifiedType(canonical) : canonical;
	type->canonical = bare.data[0] == written.data[0] ? type : build_type(b, bare);
	if (!type->canonical)
		type->canonical = type;
	if (type->canonical != type) {
		/* What does not depend on how it is written was found out once already. */
		type->size = type->canonical->size;
		type->align = type->canonical->align;
		type->record = type->canonical->record;
		type->enumeration = type->canonical->enumeration;
		type->args = type->canonical->args;
		type->nargs = type->canonical->nargs;
		type->template_name = type->canonical->template_name;
		type->params = type->canonical->params;
		type->nparams = type->canonical->nparams;
		type->count = type->canonical->count;
		type->flags |= type->canonical->flags & (AST_TYPE_POD | AST_TYPE_VARIADIC | AST_TYPE_SIGNED);
	} else {
		measure(b, type, canonical);
	}
	type->name = type_name(b, written);
	target = target_of((enum ast_type_kind)type->kind, written, canonical);
	if (target.kind != CXType_Invalid)
		type->target = build_type(b, target);
	if (type->canonical != type)
		return type;
	if (!b->unit->cplusplus || clang_isPODType(canonical))
		type->flags |= AST_TYPE_POD;
	if (type->kind == AST_TYPE_ARRAY || type->kind == AST_TYPE_VECTOR) {
		const long long count = clang_getNumElements(canonical);

		type->count = count < 0 ? 0 : (uint64_t)count;
	}
	if (type->kind == AST_TYPE_FUNCTION)
		build_params(b, type, canonical);
	if (type->kind == AST_TYPE_RECORD && b->unit->cplusplus)
		build_args(b, type, canonical);
	if (type->kind == AST_TYPE_RECORD || type->kind == AST_TYPE_ENUM)
		build_tag(b, type, canonical);
	return type;
}

const struct ast_type *build_decayed(struct build *b, const struct ast_type *array)
{
	struct ast_type *type;

	if (!array || (array->kind != AST_TYPE_ARRAY && array->kind != AST_TYPE_INCOMPLETE_ARRAY &&
	               array->kind != AST_TYPE_VARIABLE_ARRAY))
		return array;
	type = hash_map_find(&b->decayed, array);
	if (type)
		return type;
	type = arena_new(b->arena, struct ast_type);
	hash_map_put(&b->decayed, array, type);
	type->kind = AST_TYPE_POINTER;
	type->flags = AST_TYPE_POD;
	type->name = array->name;
	type->size = b->pointer_width;
	type->align = (uint32_t)b->pointer_width;
	type->target = array->target;
	type->canonical = array->canonical == array ? type : build_decayed(b, array->canonical);
	type->template_name = array->template_name;
	return type;
}

const struct ast_type *build_param_type(struct build *b, CXType written)
{
	return build_decayed(b, build_type(b, written));
}

const char *build_qualified(struct build *b, CXCursor cursor)
{
	const char *name = build_string(b, clang_getCursorSpelling(cursor));
	char text[1024];
	CXCursor at = cursor;

	if (!b->unit->cplusplus)
		return name;
	for (unsigned depth = 0; depth < 64; depth++) {
		const char *outer;

		at = clang_getCursorSemanticParent(at);
		if (clang_Cursor_isNull(at) || clang_isTranslationUnit(at.kind) || clang_isInvalid(at.kind))
			break;
		if (at.kind == CXCursor_LinkageSpec ||
		    (at.kind == CXCursor_Namespace && clang_Cursor_isInlineNamespace(at)))
			continue;
		if (at.kind == CXCursor_Namespace || at.kind == CXCursor_StructDecl || at.kind == CXCursor_ClassDecl ||
		    at.kind == CXCursor_UnionDecl || at.kind == CXCursor_ClassTemplate) {
			outer = build_string(b, clang_getCursorSpelling(at));
			snprintf(text, sizeof text, "%s::%s", *outer && *outer != '(' ? outer : "(unnamed)", name);
			name = intern_string(b->names, text);
		}
	}
	return name;
}
