// SPDX-License-Identifier: MIT
/* Enums and their constants. */
#include "analyzer/ast/build.h"

struct enumerators {
	struct build *b;
	struct ast_enum *enumeration;
	VEC(struct ast_enumerator *) constants;
};

static enum CXChildVisitResult on_enumerator(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct enumerators *list = data;
	struct build *b = list->b;
	struct ast_enumerator *constant;

	(void)parent;
	if (cursor.kind != CXCursor_EnumConstantDecl)
		return CXChildVisit_Continue;
	constant = arena_new(b->arena, struct ast_enumerator);
	hash_map_put(&b->decls, cursor.data[0], constant);
	build_decl(b, cursor, AST_DECL_ENUMERATOR, &constant->decl);
	constant->decl.type = list->enumeration->decl.type;
	constant->enumeration = list->enumeration;
	constant->value = clang_getEnumConstantDeclValue(cursor);
	vec_push(&list->constants, constant);
	return CXChildVisit_Continue;
}

struct ast_enum *build_enum(struct build *b, CXCursor any)
{
	const CXCursor definition = clang_getCursorDefinition(any);
	const CXCursor cursor = clang_Cursor_isNull(definition) ? any : definition;
	struct ast_enum *enumeration = hash_map_find(&b->decls, cursor.data[0]);
	struct enumerators list = {.b = b};

	if (enumeration)
		return enumeration;
	enumeration = arena_new(b->arena, struct ast_enum);
	hash_map_put(&b->decls, cursor.data[0], enumeration);
	build_decl(b, cursor, AST_DECL_ENUM, &enumeration->decl);
	enumeration->decl.usr = build_string(b, clang_getCursorUSR(cursor));
	enumeration->decl.type = build_type(b, clang_getCursorType(cursor));
	enumeration->integer = build_type(b, clang_getEnumDeclIntegerType(cursor));
	list.enumeration = enumeration;
	clang_visitChildren(cursor, on_enumerator, &list);
	enumeration->nconstants = (uint32_t)list.constants.count;
	enumeration->constants =
	        arena_memdup(b->arena, list.constants.items, list.constants.count * sizeof *list.constants.items);
	vec_release(&list.constants);
	vec_push(&b->enums, enumeration);
	return enumeration;
}

const struct ast_decl *build_enumerator(struct build *b, CXCursor cursor)
{
	const struct ast_decl *found = hash_map_find(&b->decls, cursor.data[0]);

	if (!found) {
		build_enum(b, clang_getCursorSemanticParent(cursor));
		found = hash_map_find(&b->decls, cursor.data[0]);
	}
	return found;
}
