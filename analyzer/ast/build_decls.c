// SPDX-License-Identifier: MIT
/* Functions, variables and the walk over a unit's top level. */
#include "analyzer/ast/build.h"
#include "analyzer/ast/lex.h"

#include <string.h>

static bool is_function(enum CXCursorKind kind)
{
	return kind == CXCursor_FunctionDecl || kind == CXCursor_CXXMethod || kind == CXCursor_Constructor ||
	       kind == CXCursor_Destructor || kind == CXCursor_ConversionFunction || kind == CXCursor_FunctionTemplate;
}

/* ---- variables ---- */

struct var_children {
	struct build *b;
	struct ast_var *var;
};

static enum CXChildVisitResult on_var_child(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct var_children *children = data;

	(void)parent;
	if (cursor.kind == CXCursor_AlignedAttr) {
		const uint32_t value = build_attribute_value(children->b, cursor);

		children->var->aligned = value ? value : children->var->decl.type ? children->var->decl.type->align : 0;
	}
	return CXChildVisit_Continue;
}

static uint16_t linkage_flags(struct build *b, CXCursor cursor)
{
	uint16_t flags = 0;

	if (clang_getCursorLinkage(cursor) == CXLinkage_External)
		flags |= AST_EXTERNAL;
	if (clang_Cursor_getStorageClass(cursor) == CX_SC_Static)
		flags |= AST_STATIC;
	if (b->unit->cplusplus && clang_getCursorLexicalParent(cursor).kind == CXCursor_LinkageSpec)
		flags |= AST_EXTERN_C;
	return flags;
}

static void file_scope_var(struct build *b, CXCursor cursor, struct ast_var *var)
{
	const CXCursor parent = clang_getCursorSemanticParent(cursor);

	var->decl.usr = build_string(b, clang_getCursorUSR(cursor));
	var->decl.flags |= linkage_flags(b, cursor);
	var->extern_ = clang_Cursor_getStorageClass(cursor) == CX_SC_Extern;
	if (parent.kind == CXCursor_StructDecl || parent.kind == CXCursor_ClassDecl ||
	    parent.kind == CXCursor_UnionDecl)
		var->parent = build_record(b, parent);
	vec_push(&b->globals, var);
}

struct ast_var *build_var(struct build *b, CXCursor any, bool local)
{
	const bool parameter = any.kind == CXCursor_ParmDecl;
	CXCursor cursor = any;
	struct ast_var *var = hash_map_find(&b->decls, any.data[0]);

	if (var)
		return var;
	if (!local && !parameter) {
		const CXCursor definition = clang_getCursorDefinition(any);

		cursor = clang_Cursor_isNull(definition) ? clang_getCanonicalCursor(any) : definition;
		var = hash_map_find(&b->decls, cursor.data[0]);
		if (var) {
			hash_map_put(&b->decls, any.data[0], var);
			return var;
		}
	}
	var = arena_new(b->arena, struct ast_var);
	hash_map_put(&b->decls, cursor.data[0], var);
	hash_map_put(&b->decls, any.data[0], var);
	build_decl(b, cursor, AST_DECL_VAR, &var->decl);
	var->decl.type = parameter ? build_param_type(b, clang_getCursorType(cursor))
	                           : build_type(b, clang_getCursorType(cursor));
	var->parameter = parameter;
	var->local = local;
	var->thread_local_ = !parameter && clang_getCursorTLSKind(cursor) != CXTLS_None;
	var->register_ = clang_Cursor_getStorageClass(cursor) == CX_SC_Register;
	if (clang_Cursor_hasAttrs(cursor))
		clang_visitChildren(cursor, on_var_child, &(struct var_children){b, var});
	if (local || parameter)
		build_special_members(b, clang_getCursorType(cursor), 0);
	if (local || parameter) {
		var->decl.flags |= AST_IN_FUNCTION;
		var->function = b->function;
		var->defined = true;
		if (clang_Cursor_getStorageClass(cursor) == CX_SC_Static)
			var->decl.flags |= AST_STATIC;
		if (clang_Cursor_getStorageClass(cursor) == CX_SC_Extern)
			var->extern_ = true;
	} else {
		file_scope_var(b, cursor, var);
	}
	return var;
}

/* The definition of a file-scope variable: `int a, b;` defines both, without saying so to libclang for the second. */
static void define_var(struct build *b, CXCursor cursor)
{
	struct ast_var *var = build_var(b, cursor, false);
	const CXCursor init = clang_Cursor_getVarDeclInitializer(cursor);

	build_note_enclosing(b, cursor);
	if (clang_Cursor_getStorageClass(cursor) == CX_SC_Extern && clang_Cursor_isNull(init))
		return;
	if (!var->defined || !clang_Cursor_isNull(init)) {
		struct ast_decl fresh = {0};

		build_decl(b, cursor, AST_DECL_VAR, &fresh);
		var->decl.range = fresh.range;
		var->decl.name_range = fresh.name_range;
		var->decl.line = fresh.line;
		var->decl.column = fresh.column;
		var->decl.flags |= fresh.flags;
	}
	var->defined = true;
	if (!clang_Cursor_isNull(init) && !var->init)
		var->init = build_tree(b, init);
}

/* ---- functions ---- */

struct cursors {
	CXCursor *items;
	size_t count, capacity;
};

struct function_children {
	struct build *b;
	struct ast_function *function;
	struct build_place member; /* of the constructor initialiser that comes next */
	const struct ast_field *field;
	CXCursor body;
	bool inits, named;
	VEC(struct ast_ctor_init) list;
};

/* Attributes that libclang does not name: their first word tells. */
static void unexposed_attribute(struct build *b, CXCursor cursor, struct ast_function *function)
{
	static const struct {
		const char *word;
		uint32_t flag;
	} known[] = {
	        {"malloc", AST_FUNCTION_MALLOC},     {"alloc_size", AST_FUNCTION_MALLOC},
	        {"noreturn", AST_FUNCTION_NORETURN}, {"_Noreturn", AST_FUNCTION_NORETURN},
	        {"format", AST_FUNCTION_PRINTF},     {"returns_twice", AST_FUNCTION_SETJMP},
	        {"noexcept", AST_FUNCTION_NOEXCEPT},
	};
	uint32_t size = 0;
	const char *text = build_spelling(b, clang_getRangeStart(clang_getCursorExtent(cursor)), &size);
	struct lex lex;
	struct lex_token token;

	if (!text)
		return;
	lex_init(&lex, text, size, 0);
	token = lex_next(&lex);
	for (unsigned i = 0; i < sizeof known / sizeof *known; i++) {
		const size_t length = strlen(known[i].word);

		/* __malloc__ is malloc */
		if (lex_is(&lex, token, known[i].word) ||
		    (token.end - token.begin == length + 4 && !memcmp(text + token.begin + 2, known[i].word, length)))
			function->flags |= known[i].flag;
	}
}

static void function_attribute(struct build *b, CXCursor cursor, struct ast_function *function)
{
	switch (cursor.kind) {
	case CXCursor_PureAttr:
		function->flags |= AST_FUNCTION_PURE;
		break;
	case CXCursor_ConstAttr:
		function->flags |= AST_FUNCTION_CONST_ATTR;
		break;
	case CXCursor_CXXOverrideAttr:
		function->flags |= AST_FUNCTION_OVERRIDE;
		break;
	case CXCursor_UnexposedAttr:
		unexposed_attribute(b, cursor, function);
		break;
	default:
		break;
	}
}

/* "void (int) __attribute__((noreturn))"; within the brackets it is said of a parameter. */
static bool is_noreturn_type(const char *name)
{
	static const char attribute[] = "__attribute__((noreturn))";
	int depth = 0;

	for (; *name; name++) {
		if (!depth && !strncmp(name, attribute, sizeof attribute - 1))
			return true;
		depth += (*name == '(') - (*name == ')');
	}
	return false;
}

static uint32_t special_flags(CXCursor cursor)
{
	uint32_t flags = 0;

	if (cursor.kind == CXCursor_Constructor) {
		flags |= AST_FUNCTION_CTOR;
		flags |= clang_CXXConstructor_isCopyConstructor(cursor) ? AST_FUNCTION_COPY : 0;
		flags |= clang_CXXConstructor_isMoveConstructor(cursor) ? AST_FUNCTION_MOVE : 0;
	}
	if (cursor.kind == CXCursor_CXXMethod) {
		flags |= clang_CXXMethod_isCopyAssignmentOperator(cursor) ? AST_FUNCTION_COPY : 0;
		flags |= clang_CXXMethod_isMoveAssignmentOperator(cursor) ? AST_FUNCTION_MOVE : 0;
	}
	flags |= cursor.kind == CXCursor_Destructor ? AST_FUNCTION_DTOR : 0;
	flags |= cursor.kind == CXCursor_ConversionFunction ? AST_FUNCTION_CONVERSION : 0;
	flags |= clang_CXXMethod_isVirtual(cursor) ? AST_FUNCTION_VIRTUAL : 0;
	flags |= clang_CXXMethod_isConst(cursor) ? AST_FUNCTION_CONST : 0;
	flags |= clang_CXXMethod_isDeleted(cursor) ? AST_FUNCTION_DELETED : 0;
	flags |= clang_CXXMethod_isDefaulted(cursor) ? AST_FUNCTION_DEFAULTED : 0;
	return flags;
}

/* Instances of templates are only declared: what they do stands in the pattern. */
static void function_pattern(struct build *b, CXCursor cursor, struct ast_function *function)
{
	const CXCursor pattern = clang_getSpecializedCursorTemplate(cursor);

	if (!clang_Cursor_isNull(pattern) && is_function(pattern.kind) && !build_is_system(b, pattern))
		function->pattern = build_function(b, pattern);
}

static void cxx_function(struct build *b, CXCursor cursor, struct ast_function *function)
{
	const CXCursor parent = clang_getCursorSemanticParent(cursor);
	CXCursor *overridden = NULL;
	unsigned count = 0;

	function->flags |= special_flags(cursor);
	if (!strncmp(function->decl.name, "operator", 8) && function->decl.name[8] &&
	    !strchr("_0123456789", function->decl.name[8]))
		function->flags |= AST_FUNCTION_OPERATOR;
	if (cursor.kind == CXCursor_FunctionTemplate || parent.kind == CXCursor_ClassTemplate ||
	    parent.kind == CXCursor_ClassTemplatePartialSpecialization) {
		function->flags |= AST_FUNCTION_PATTERN;
		function->decl.flags |= AST_DEPENDENT;
	}
	if (clang_CXXMethod_isStatic(cursor))
		function->decl.flags |= AST_STATIC;
	if (function->flags & AST_FUNCTION_VIRTUAL) {
		clang_getOverriddenCursors(cursor, &overridden, &count);
		clang_disposeOverriddenCursors(overridden);
		function->flags |= count ? AST_FUNCTION_OVERRIDE : 0;
	}
	if (parent.kind == CXCursor_StructDecl || parent.kind == CXCursor_ClassDecl ||
	    parent.kind == CXCursor_UnionDecl || parent.kind == CXCursor_ClassTemplate)
		function->parent = build_record(b, parent);
}

static enum CXChildVisitResult on_parameter(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct function_children *children = data;
	struct ast_function *function = children->function;

	(void)parent;
	if (cursor.kind == CXCursor_CompoundStmt)
		return CXChildVisit_Break;
	if (clang_isAttribute(cursor.kind))
		function_attribute(children->b, cursor, function);
	return CXChildVisit_Continue;
}

static enum CXChildVisitResult on_template_param(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct cursors *params = data;

	(void)parent;
	if (cursor.kind == CXCursor_CompoundStmt)
		return CXChildVisit_Break;
	if (cursor.kind == CXCursor_ParmDecl)
		vec_push(params, cursor);
	return CXChildVisit_Continue;
}

/* The parameters of one declaration; libclang does not count those of a template. */
static void list_params(CXCursor cursor, struct cursors *params)
{
	const int count = clang_Cursor_getNumArguments(cursor);

	for (int i = 0; i < count; i++)
		vec_push(params, clang_Cursor_getArgument(cursor, (unsigned)i));
	if (cursor.kind == CXCursor_FunctionTemplate)
		clang_visitChildren(cursor, on_template_param, params);
}

static void function_params(struct build *b, CXCursor cursor, struct ast_function *function)
{
	struct ast_function *const outer = b->function;
	struct cursors params = {0};

	list_params(cursor, &params);
	function->nparams = (uint32_t)params.count;
	function->params = arena_array(b->arena, params.count, struct ast_var *);
	b->function = function;
	for (uint32_t i = 0; i < function->nparams; i++) {
		function->params[i] = build_var(b, params.items[i], false);
		function->params[i]->index = i;
	}
	b->function = outer;
	vec_release(&params);
}

struct ast_function *build_function(struct build *b, CXCursor any)
{
	struct ast_function *function = hash_map_find(&b->decls, any.data[0]);
	CXCursor cursor, canonical;

	if (!is_function(any.kind))
		return NULL; /* a call through a variable refers to the variable */
	if (function)
		return function;
	canonical = clang_getCanonicalCursor(any);
	function = hash_map_find(&b->decls, canonical.data[0]);
	if (function) {
		hash_map_put(&b->decls, any.data[0], function);
		return function;
	}
	cursor = clang_getCursorDefinition(any);
	if (clang_Cursor_isNull(cursor) || !is_function(cursor.kind))
		cursor = canonical;
	function = arena_new(b->arena, struct ast_function);
	hash_map_put(&b->decls, canonical.data[0], function);
	hash_map_put(&b->decls, cursor.data[0], function);
	hash_map_put(&b->decls, any.data[0], function);
	build_decl(b, cursor, AST_DECL_FUNCTION, &function->decl);
	function->decl.usr = build_string(b, clang_getCursorUSR(canonical));
	function->decl.type = build_type(b, clang_getCursorType(cursor));
	function->decl.flags |= linkage_flags(b, cursor);
	function->result = function->decl.type ? function->decl.type->target : NULL;
	function->qualified = build_qualified(b, cursor);
	if (clang_Cursor_isVariadic(cursor))
		function->flags |= AST_FUNCTION_VARIADIC;
	if (clang_Cursor_isFunctionInlined(cursor))
		function->flags |= AST_FUNCTION_INLINE;
	if (clang_getCursorType(cursor).kind == CXType_FunctionNoProto)
		function->flags |= AST_FUNCTION_NO_PROTOTYPE;
	if (function->decl.type && is_noreturn_type(function->decl.type->name))
		function->flags |= AST_FUNCTION_NORETURN;
	if (b->unit->cplusplus)
		cxx_function(b, cursor, function);
	function_params(b, cursor, function);
	if (b->unit->cplusplus)
		function_pattern(b, cursor, function);
	if (clang_Cursor_hasAttrs(cursor))
		clang_visitChildren(cursor, on_parameter, &(struct function_children){.b = b, .function = function});
	vec_push(&b->functions, function);
	return function;
}

/* A constructor's list comes as pairs: the member's name, then its value. */
static void ctor_init(struct function_children *children, CXCursor cursor)
{
	struct build *b = children->b;
	struct ast_ctor_init init = {.field = children->field};
	const struct build_file *file = children->member.file;
	struct lex lex;

	init.value = build_tree(b, cursor);
	if (file && file->raw) {
		init.range = (struct ast_range){file->ast.index, children->member.offset, children->member.offset};
		lex_init(&lex, file->raw, file->ast.size, children->member.offset);
		for (;;) {
			const struct lex_token token = lex_next_code(&lex);

			if (token.kind == LEX_END)
				break;
			if (!lex_is(&lex, token, "(") && !lex_is(&lex, token, "{"))
				continue;
			lex_skip_group(&lex);
			init.range.end = lex.at;
			break;
		}
	}
	vec_push(&children->list, init);
	children->field = NULL;
	children->named = false;
}

static enum CXChildVisitResult on_definition(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct function_children *children = data;

	(void)parent;
	if (cursor.kind == CXCursor_CompoundStmt || cursor.kind == CXCursor_CXXTryStmt) {
		children->body = cursor;
	} else if (cursor.kind == CXCursor_MemberRef || (children->inits && cursor.kind == CXCursor_TypeRef)) {
		const CXCursor target = clang_getCursorReferenced(cursor);

		children->field = target.kind == CXCursor_FieldDecl ? build_field_use(children->b, target) : NULL;
		children->member = build_place(children->b, clang_getCursorLocation(cursor));
		children->named = true;
	} else if (children->inits && children->named && clang_isExpression(cursor.kind)) {
		ctor_init(children, cursor);
	}
	return CXChildVisit_Continue;
}

/* The variables from @base on are this body's; those before belong to a function around a local class. */
static void finish_body(struct build *b, struct ast_function *function, size_t base)
{
	function->nlocals = (uint32_t)(b->locals.count - base);
	function->locals = arena_array(b->arena, function->nlocals, struct ast_var *);
	for (uint32_t i = 0; i < function->nlocals; i++)
		function->locals[i] = b->locals.items[base + i];
	for (uint32_t i = 0; i < function->nlocals; i++)
		function->locals[i]->index = function->nparams + i;
	b->locals.count = base;
}

void build_definition(struct build *b, CXCursor cursor)
{
	struct ast_function *function = build_function(b, cursor);
	struct ast_function *const outer = b->function;
	const size_t base = b->locals.count;
	struct function_children children = {
	        .b = b, .function = function, .inits = cursor.kind == CXCursor_Constructor};

	if (!function || function->body || !clang_isCursorDefinition(cursor))
		return;
	children.body = clang_getNullCursor();
	b->function = function;
	clang_visitChildren(cursor, on_definition, &children);
	if (!clang_Cursor_isNull(children.body) && !clang_isInvalid(children.body.kind))
		function->body = build_tree(b, children.body);
	finish_body(b, function, base);
	function->ninits = (uint32_t)children.list.count;
	function->inits =
	        arena_memdup(b->arena, children.list.items, children.list.count * sizeof *children.list.items);
	vec_release(&children.list);
	b->function = outer;
}

/* ---- every place where a function is declared ---- */

static struct ast_range param_name(struct build *b, CXCursor param, struct ast_range whole)
{
	const char *name = build_string(b, clang_getCursorSpelling(param));
	const struct build_place place = build_place(b, clang_getCursorLocation(param));
	struct ast_range range = {whole.file, place.offset, place.offset + (uint32_t)strlen(name)};

	if (!*name || !place.file || place.file->ast.index != whole.file || range.begin < whole.begin ||
	    range.end > whole.end)
		return (struct ast_range){0};
	return range;
}

static void add_redeclaration(struct build *b, CXCursor cursor, struct ast_function *function,
                              struct ast_redeclaration *redeclaration)
{
	struct cursors params = {0};

	list_params(cursor, &params);
	redeclaration->definition = clang_isCursorDefinition(cursor) != 0;
	redeclaration->range = build_range(b, clang_getCursorExtent(cursor), &redeclaration->flags, NULL);
	redeclaration->params = arena_array(b->arena, function->nparams, struct ast_range);
	redeclaration->names = arena_array(b->arena, function->nparams, struct ast_range);
	for (uint32_t i = 0; i < function->nparams && i < params.count; i++) {
		const CXCursor param = params.items[i];

		redeclaration->params[i] = build_range(b, clang_getCursorExtent(param), &redeclaration->flags, NULL);
		redeclaration->names[i] = param_name(b, param, redeclaration->params[i]);
	}
	vec_release(&params);
}

static void attach_prototypes(struct build *b)
{
	for (size_t i = 0; i < b->prototypes.count; i++) {
		struct ast_function *function = hash_map_find(&b->decls, b->prototypes.items[i].canonical);

		if (function)
			function->nredeclarations++;
	}
	for (size_t i = 0; i < b->functions.count; i++) {
		struct ast_function *function = b->functions.items[i];

		function->redeclarations = arena_array(b->arena, function->nredeclarations, struct ast_redeclaration);
		function->nredeclarations = 0;
	}
	for (size_t i = 0; i < b->prototypes.count; i++) {
		struct ast_function *function = hash_map_find(&b->decls, b->prototypes.items[i].canonical);

		if (function)
			add_redeclaration(b, b->prototypes.items[i].cursor, function,
			                  &function->redeclarations[function->nredeclarations++]);
	}
}

/* ---- the top level ---- */

static enum CXChildVisitResult on_assert(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct build *b = ((void **)data)[0];
	struct ast_static_assert *assertion = ((void **)data)[1];

	(void)parent;
	assertion->condition = build_tree(b, cursor);
	return CXChildVisit_Break;
}

static void add_assert(struct build *b, CXCursor cursor)
{
	struct ast_static_assert assertion = {0};

	assertion.range = build_range(b, clang_getCursorExtent(cursor), &assertion.flags, &assertion.line);
	clang_visitChildren(cursor, on_assert, (void *[]){b, &assertion});
	vec_push(&b->asserts, assertion);
}

static enum CXChildVisitResult on_top(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct build *b = data;

	(void)parent;
	if (cursor.kind == CXCursor_Namespace || cursor.kind == CXCursor_LinkageSpec ||
	    cursor.kind == CXCursor_UnexposedDecl)
		return clang_Location_isInSystemHeader(clang_getCursorLocation(cursor)) ? CXChildVisit_Continue
		                                                                        : CXChildVisit_Recurse;
	if (build_is_system(b, cursor))
		return CXChildVisit_Continue;
	if (is_function(cursor.kind)) {
		vec_push(&b->prototypes, (struct build_prototype){cursor, clang_getCanonicalCursor(cursor).data[0]});
		if (clang_isCursorDefinition(cursor))
			build_definition(b, cursor);
		return CXChildVisit_Continue;
	}
	switch (cursor.kind) {
	case CXCursor_VarDecl:
		define_var(b, cursor);
		break;
	case CXCursor_TypedefDecl:
	case CXCursor_TypeAliasDecl:
		build_note_enclosing(b, cursor);
		break;
	case CXCursor_EnumDecl:
		build_enum(b, cursor);
		break;
	case CXCursor_StaticAssert:
		add_assert(b, cursor);
		break;
	default:
		if (clang_isDeclaration(cursor.kind) && clang_isCursorDefinition(cursor))
			build_record(b, cursor);
	}
	return CXChildVisit_Continue;
}

void build_unit(struct build *b)
{
	clang_visitChildren(clang_getTranslationUnitCursor(b->tu), on_top, b);
	build_pending_records(b);
	build_place_bases(b);
	attach_prototypes(b);
}
