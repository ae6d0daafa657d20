// SPDX-License-Identifier: MIT
/* slice-copy: parts of strings that are copied only to be looked at. */
#include "analyzer/flow/places.h"
#include "rules/edit_include.h"
#include "rules/unnecessary_copy_cxx.h"

#include <string.h>

enum {
	SHORT_STRING = 15, /* characters that a std::string holds without an allocation, in libstdc++ */
	CXX_17 = 2017,
};

struct slice {
	struct cxx_look *look;
	const struct ast_node *call, *member, *object; /* object.substr(…) */
	enum finding_level level;
};

static const struct ast_function *called(const struct ast_node *node)
{
	const struct ast_decl *decl = node && node->kind == AST_CALL ? node->u.decl : NULL;

	return decl && decl->kind == AST_DECL_FUNCTION ? (const struct ast_function *)decl : NULL;
}

static bool is_string(const struct ast_type *type)
{
	type = ast_bare_type(type);
	return type && !strcmp(type->template_name, "std::basic_string");
}

static bool is_written(const struct ast_node *argument)
{
	return argument->kind != AST_DEFAULT_ARGUMENT && argument->kind != AST_NONE;
}

static bool open_slice(struct cxx_look *look, const struct ast_node *call, struct slice *slice)
{
	const struct ast_function *callee = called(call);
	int64_t length;

	if (!callee || strcmp(callee->qualified, "std::basic_string::substr") || call->nchildren < 2 ||
	    call->flags & AST_MACRO || !is_written(call->children[1]))
		return false;
	*slice = (struct slice){.look = look, .call = call, .member = call->children[0]};
	if (slice->member->kind != AST_MEMBER || slice->member->children[0]->kind == AST_NONE)
		return false;
	slice->object = slice->member->children[0];
	if (call->nchildren > 2 && ast_constant(flow_strip_casts(call->children[2]), &length) && length <= SHORT_STRING)
		slice->level = LEVEL_STRICT; /* no allocation */
	return true;
}

static const char *source_name(const struct slice *slice)
{
	const char *text = ast_text(slice->look->run->unit, slice->object->range, &slice->look->run->scratch);

	return *text && strlen(text) < 50 && !strchr(text, '\n') ? text : "a string";
}

/* ---- what a string_view can do as well ---- */

static bool is_view_method(const struct ast_function *method)
{
	static const char *const names[] = {"size",
	                                    "length",
	                                    "empty",
	                                    "at",
	                                    "front",
	                                    "back",
	                                    "operator[]",
	                                    "find",
	                                    "rfind",
	                                    "find_first_of",
	                                    "find_last_of",
	                                    "find_first_not_of",
	                                    "compare",
	                                    "cbegin",
	                                    "find_last_not_of",
	                                    "cend",
	                                    "begin",
	                                    "end",
	                                    "starts_with",
	                                    "ends_with",
	                                    "operator basic_string_view"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(method->decl.name, names[i]) == 0)
			return true;
	return false;
}

static bool is_view_operator(const struct ast_function *callee)
{
	static const char *const names[] = {"operator==", "operator!=", "operator<",  "operator>",
	                                    "operator<=", "operator>=", "operator<<", "operator[]"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(callee->decl.name, names[i]) == 0)
			return callee->decl.flags & AST_SYSTEM;
	return false;
}

/* Whether a string is only viewed; *callee becomes a function of the unit that would have to take a view for that. */
struct viewing {
	struct arena *arena;
	const struct ast_function *callee;
	unsigned depth;
};

static bool is_only_viewed(struct viewing *viewing, struct copy_index *index, const struct ast_var *var);

static const struct ast_var *param_given(const struct ast_node *call, const struct ast_node *argument)
{
	const struct ast_function *callee = called(call);

	if (call->flags & AST_OPERATOR_CALL)
		return NULL;
	for (uint32_t i = 1; callee && i < call->nchildren && i - 1 < callee->nparams; i++)
		if (call->children[i] == argument)
			return callee->params[i - 1];
	return NULL;
}

/* A function of the project's that could as well take a view. */
static bool could_take_view(struct viewing *viewing, const struct ast_function *callee, const struct ast_var *param)
{
	struct copy_index index;
	bool viewed;

	if (!callee || !param || !callee->body || callee->decl.flags & (AST_SYSTEM | AST_EXTERN_C) ||
	    callee->flags & (AST_FUNCTION_VIRTUAL | AST_FUNCTION_PATTERN | AST_FUNCTION_BROKEN) ||
	    !is_string(param->decl.type) || viewing->depth > 2)
		return false;
	viewing->depth++;
	copy_index_init(&index, callee, viewing->arena);
	viewed = is_only_viewed(viewing, &index, param);
	copy_index_release(&index);
	viewing->depth--;
	viewing->callee = callee;
	return viewed;
}

static bool is_viewed(struct viewing *viewing, const struct ast_node *ref)
{
	const struct ast_node *up = ref->parent;

	while (up && up->kind == AST_IMPLICIT_CAST)
		up = up->parent;
	if (!up || copy_use_of(ref) != COPY_READ)
		return false;
	if (up->kind == AST_MEMBER)
		return up->u.decl && up->u.decl->kind == AST_DECL_FUNCTION &&
		       is_view_method((const struct ast_function *)up->u.decl);
	if (up->kind == AST_CALL && up->flags & AST_OPERATOR_CALL && called(up))
		return is_view_operator(called(up));
	if (up->kind == AST_CALL)
		return could_take_view(viewing, called(up), param_given(up, ref));
	return up->kind == AST_RANGE_FOR;
}

static bool is_only_viewed(struct viewing *viewing, struct copy_index *index, const struct ast_var *var)
{
	const struct copy_ref *ref = copy_refs(index, var);

	if (!ref)
		return false;
	for (; ref; ref = ref->next)
		if (!is_viewed(viewing, ref->node))
			return false;
	return true;
}

/* ---- edits ---- */

static bool can_view_object(const struct slice *slice)
{
	return !(slice->member->flags & AST_ARROW) && !(slice->object->flags & (AST_MACRO | AST_PARENTHESISED)) &&
	       slice->look->run->unit->standard >= CXX_17;
}

/* std::string_view or string_view, as the file would have it. */
static const char *std_name(const struct slice *slice, const char *name)
{
	const struct ast_file *file = ast_file_of(slice->look->run->unit, slice->object->range);
	const char *using = arena_printf(&slice->look->run->scratch, "using std::%s;", name);
	const bool known =
	        file && file->text && (strstr(file->text, "using namespace std;") || strstr(file->text, using));

	return known ? name : arena_printf(&slice->look->run->scratch, "std::%s", name);
}

/* `s` becomes `std::string_view(s)`. */
static void view_object(const struct slice *slice, struct rule_found *found)
{
	const struct ast_range at = slice->object->range;
	const struct ast_unit *unit = slice->look->run->unit;
	struct ast_range place;
	const char *include =
	        edit_include(unit, ast_file_of(unit, at), "string_view", &slice->look->run->scratch, &place);

	if (include)
		rule_found_edit(found, place, include);
	rule_found_edit(found, (struct ast_range){at.file, at.begin, at.begin},
	                arena_printf(&slice->look->run->scratch, "%s(", std_name(slice, "string_view")));
	rule_found_edit(found, (struct ast_range){at.file, at.end, at.end}, ")");
}

static enum fix_class class_of(const struct slice *slice)
{
	return slice->look->run->unit->broken ? FIX_UNSAFE : FIX_SAFE;
}

static const char *reason_of(const struct slice *slice)
{
	return slice->look->run->unit->broken ? "the file has errors" : "";
}

/* ---- s.substr(a, n) == x ---- */

static void look_at_comparison(const struct slice *slice, const struct ast_node *comparison)
{
	struct arena *arena = &slice->look->run->scratch;
	const struct ast_unit *unit = slice->look->run->unit;
	const struct ast_node *other = comparison->children[2];
	const char *sign = strcmp(comparison->u.decl->name, "operator==") ? "!=" : "==";
	const char *text = ast_text(unit, other->range, arena);
	const bool open = slice->call->nchildren < 3 || !is_written(slice->call->children[2]);
	const struct ast_range name = {slice->call->range.file, slice->member->range.end - 6, slice->member->range.end};
	const struct ast_range rest = {slice->call->range.file, slice->call->range.end - 1, comparison->range.end};
	struct rule_found *found = rule_found(
	        slice->look->run, slice->call->range, source_name(slice),
	        "a part of '%s' is copied only to be compared: 32 bytes and its characters", source_name(slice));

	rule_found_level(found, slice->level);
	rule_found_bytes(found, 32);
	if (slice->call == comparison->children[1] && *text && !((other->flags | comparison->flags) & AST_MACRO) &&
	    !strcmp(ast_text(unit, name, arena), "substr") && !(slice->call->flags & AST_PARENTHESISED) &&
	    rest.begin < rest.end) {
		rule_found_fix(found, class_of(slice), "compare it in place", reason_of(slice));
		rule_found_edit(found, name, "compare");
		if (open)
			text = arena_printf(arena, "%s::npos, %s", std_name(slice, "string"), text);
		rule_found_edit(found, rest, arena_printf(arena, ", %s) %s 0", text, sign));
	} else {
		rule_found_fix(found, FIX_SUGGESTION, "compare it in place, with compare(position, length, other)", "");
	}
	rule_found_send(found);
}

/* ---- view(s.substr(a)) ---- */

static void look_at_view(const struct slice *slice, const struct ast_node *conversion)
{
	const struct ast_node *user = conversion->parent;
	struct rule_found *found;

	while (user && user->kind == AST_IMPLICIT_CAST)
		user = user->parent;
	if (!user || user->kind != AST_CALL)
		return;
	found = rule_found(slice->look->run, slice->call->range, source_name(slice),
	                   "a part of '%s' is copied only to be passed as a view: 32 bytes and its characters",
	                   source_name(slice));
	rule_found_level(found, slice->level);
	rule_found_bytes(found, 32);
	if (can_view_object(slice)) {
		rule_found_fix(found, class_of(slice), "take the part of a view", reason_of(slice));
		view_object(slice, found);
	} else {
		rule_found_fix(found, FIX_SUGGESTION, "take the part of a std::string_view", "");
	}
	rule_found_send(found);
}

/* ---- look(s.substr(a)) ---- */

static void look_at_argument(const struct slice *slice, const struct ast_node *call)
{
	const struct ast_function *callee = called(call);
	const struct ast_var *param = param_given(call, slice->call);
	struct viewing viewing = {.arena = &slice->look->run->scratch};
	struct rule_found *found;

	if (slice->look->run->unit->standard < CXX_17 || !could_take_view(&viewing, callee, param))
		return;
	found = rule_found(slice->look->run, slice->call->range, source_name(slice),
	                   "a part of '%s' is copied for '%s', which only looks at it: 32 bytes and its characters",
	                   source_name(slice), callee->decl.name);
	rule_found_level(found, slice->level);
	rule_found_bytes(found, 32);
	rule_found_note(found, param->decl.name_range, "a std::string_view would do for '%s'", param->decl.name);
	rule_found_fix(found, FIX_SUGGESTION, "let it take a std::string_view, and pass a part of one", "");
	rule_found_send(found);
}

/* ---- std::string t = s.substr(a) ---- */

static bool edit_type(const struct slice *slice, const struct ast_var *var, struct rule_found *found)
{
	const struct ast_range type = {var->decl.range.file, var->decl.range.begin, var->decl.name_range.begin};
	const char *text = ast_text(slice->look->run->unit, type, &slice->look->run->scratch);

	if (!*text || var->shares_declaration || strpbrk(text, "&*#/\n"))
		return false;
	if (!strstr(text, "auto"))
		rule_found_edit(found, type,
		                arena_printf(&slice->look->run->scratch, "%s%s ", strstr(text, "const") ? "const " : "",
		                             std_name(slice, "string_view")));
	return true;
}

static void look_at_local(const struct slice *slice, const struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;
	struct viewing viewing = {.arena = &slice->look->run->scratch};
	struct rule_found *found;
	struct copy_hazard hazard;

	if (var->decl.flags & (AST_MACRO | AST_STATIC) || !var->local || !is_string(var->decl.type) ||
	    cxx_name_asks(var->decl.name) || slice->look->run->unit->standard < CXX_17 ||
	    !is_only_viewed(&viewing, &slice->look->index, var) || cxx_has_locks(slice->look) ||
	    cxx_has_hidden_uses(slice->look, var) || !cxx_is_lvalue(slice->object) ||
	    cxx_comes_from_temporary(slice->object, var->decl.type))
		return;
	vec_clear(&slice->look->run->conditions);
	hazard = cxx_source_hazard(slice->look, slice->object, slice->object->type, cxx_scope_after(node));
	if (hazard.level != HAZARD_NONE)
		return;
	found = rule_found(slice->look->run, var->decl.name_range, var->decl.name,
	                   "'%s' is a copied part of '%s' that is only read: 32 bytes and its characters",
	                   var->decl.name, source_name(slice));
	rule_found_level(found, slice->level);
	rule_found_bytes(found, 32);
	if (viewing.callee) {
		rule_found_note(found, viewing.callee->decl.name_range, "'%s' could take a std::string_view as well",
		                viewing.callee->decl.name);
		rule_found_fix(found, FIX_SUGGESTION, "make it a std::string_view, here and where it is passed to", "");
	} else if (can_view_object(slice) && edit_type(slice, var, found)) {
		rule_found_fix(found, class_of(slice), "make it a view", reason_of(slice));
		view_object(slice, found);
	} else {
		rule_found_fix(found, FIX_SUGGESTION, "make it a std::string_view", "");
	}
	rule_found_send(found);
}

/* ---- one function ---- */

static void look_at_slice(const struct slice *slice)
{
	const struct ast_node *up = slice->call->parent;
	const struct ast_function *callee;

	while (up && (up->kind == AST_IMPLICIT_CAST ||
	              (up->kind == AST_CONSTRUCT && up->nchildren == 1 && up->u.decl &&
	               ((const struct ast_function *)up->u.decl)->flags & AST_FUNCTION_MOVE)))
		up = up->parent;
	vec_clear(&slice->look->run->conditions);
	callee = called(up);
	if (!up)
		return;
	if (up->kind == AST_VAR)
		look_at_local(slice, up);
	else if (up->kind == AST_MEMBER && up->u.decl && !strcmp(up->u.decl->name, "operator basic_string_view"))
		look_at_view(slice, up->parent);
	else if (callee && up->flags & AST_OPERATOR_CALL && up->nchildren == 3 && callee->decl.flags & AST_SYSTEM &&
	         (!strcmp(callee->decl.name, "operator==") || !strcmp(callee->decl.name, "operator!=")))
		look_at_comparison(slice, up);
	else if (callee)
		look_at_argument(slice, up);
}

static bool visit(struct ast_node *node, void *context)
{
	struct slice slice;

	if (node->kind == AST_VAR)
		slice_copy_range(context, node);
	if (node->kind == AST_CALL && open_slice(context, node, &slice))
		look_at_slice(&slice);
	return true;
}

void slice_copy_cxx_function(struct rule_collect *run)
{
	struct cxx_look look = {.run = run, .function = rule_function(run)};
	const uint32_t strange = AST_FUNCTION_BROKEN | AST_FUNCTION_COROUTINE | AST_FUNCTION_GOTO;

	if (!run->unit->cplusplus || look.function->decl.flags & (AST_SYSTEM | AST_SYSTEM_MACRO) ||
	    look.function->flags & strange)
		return;
	copy_index_init(&look.index, look.function, &run->scratch);
	ast_walk_kinds(look.function->body, AST_HAS(AST_VAR) | AST_HAS(AST_CALL), visit, &look);
	copy_index_release(&look.index);
}
