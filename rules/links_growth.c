// SPDX-License-Identifier: MIT
/* links: what makes containers larger and smaller: library calls, lists linked by hand, arrays that are reallocated. */
#include "rules/links_collect.h"

#include <ctype.h>
#include <string.h>

enum { ROOTS = 6, ALIAS_DEPTH = 3 };

struct growth {
	const char *name;
	enum link_event_kind event;
	uint32_t container;
};

static const struct growth methods[] = {
#define GROWTH_METHOD(name, event) {name, LINK_##event, 0},
#include "rules/growth_models.def"
};

static const struct growth calls[] = {
#define GROWTH_CALL(name, event, container) {name, LINK_##event, container},
#include "rules/growth_models.def"
};

static const struct growth macros[] = {
#define GROWTH_MACRO(name, event, container) {name, LINK_##event, container},
#include "rules/growth_models.def"
};

static bool matches(const char *pattern, const char *name, size_t length)
{
	const size_t size = strlen(pattern);

	if (size && pattern[size - 1] == '*')
		return length >= size - 1 && strncmp(pattern, name, size - 1) == 0;
	return length == size && strncmp(pattern, name, size) == 0;
}

static const struct growth *find(const struct growth *table, size_t count, const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (matches(table[i].name, name, length))
			return &table[i];
	}
	return NULL;
}

#define FIND(table, name, length) find(table, sizeof(table) / sizeof *(table), name, length)

/* ---- places ---- */

/* The place of a container: a variable, a field, or what a reference or pointer parameter leads to. */
static uint32_t place_of(struct link_reader *reader, const struct ast_node *node)
{
	struct link_slot slot;
	uint32_t object;

	if (!node)
		return LINK_NONE;
	if (link_slot_of(reader, node, &slot))
		return link_object(reader, LINK_LOAD, slot.object, slot.field);
	object = link_eval(reader, node);
	if (object == LINK_NONE)
		return object;
	const uint8_t kind = reader->object_list.items[object].kind;

	return kind == LINK_GLOBAL || kind == LINK_PARAM || kind == LINK_RESULT || kind == LINK_LOAD ? object
	                                                                                             : LINK_NONE;
}

static void emit(struct link_reader *reader, enum link_event_kind kind, uint32_t place, uint64_t aux, uint32_t extra,
                 const struct ast_node *at)
{
	if (place == LINK_NONE)
		return;
	vec_push(&reader->event_list, (struct link_event){.kind = (uint8_t)kind,
	                                                  .object = place,
	                                                  .aux = aux,
	                                                  .extra = extra | link_loop_of(reader, at),
	                                                  .place = link_node_place(reader, at)});
}

/* ---- loops ---- */

static bool names_one_of(const char *name, const char *const *names)
{
	for (; *names; names++) {
		if (strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

static bool visit_wait(struct ast_node *node, void *context)
{
	static const char *const waits[] = {"accept",
	                                    "accept4",
	                                    "poll",
	                                    "ppoll",
	                                    "select",
	                                    "pselect",
	                                    "epoll_wait",
	                                    "epoll_pwait",
	                                    "kevent",
	                                    "recv",
	                                    "recvfrom",
	                                    "recvmsg",
	                                    "msgrcv",
	                                    "sigwait",
	                                    "pause",
	                                    "sleep",
	                                    "usleep",
	                                    "nanosleep",
	                                    "pthread_cond_wait",
	                                    "sem_wait",
	                                    "event_base_loop",
	                                    "g_main_context_iteration",
	                                    NULL};
	uint32_t *kind = context;

	if (node->kind == AST_CALL && node->u.decl && names_one_of(node->u.decl->name, waits))
		*kind = LINK_LOOP_SERVER;
	return *kind != LINK_LOOP_SERVER;
}

struct condition {
	struct link_reader *reader;
	bool input, calls, flag;
};

static bool visit_condition(struct ast_node *node, void *context)
{
	static const char *const inputs[] = {"fgets",    "getline",    "getchar", "fgetc",          "getc",
	                                     "scanf",    "fscanf",     "read",    "fread",          "readline",
	                                     "getdelim", "operator>>", "gets_s",  "fgets_unlocked", NULL};
	struct condition *condition = context;

	if (node->kind == AST_CALL && node->u.decl) {
		const struct ast_function *callee = (const struct ast_function *)node->u.decl;

		condition->input |= names_one_of(callee->decl.name, inputs);
		condition->calls |= callee->decl.kind == AST_DECL_FUNCTION && !(callee->decl.flags & AST_SYSTEM);
	}
	if (node->kind == AST_REF && node->u.decl && node->u.decl->kind == AST_DECL_VAR) {
		const struct ast_var *var = (const struct ast_var *)node->u.decl;

		condition->flag |= !var->local && !var->parameter && var->decl.type &&
		                   (var->decl.type->quals & AST_VOLATILE || var->decl.type->kind == AST_TYPE_ATOMIC ||
		                    strncmp(var->decl.type->template_name, "std::atomic", 11) == 0 ||
		                    var->decl.type->kind == AST_TYPE_BOOL);
	}
	return true;
}

/* Input that the function itself opened ends with that file: it is set-up. */
static bool visit_open(struct ast_node *node, void *context)
{
	static const char *const opens[] = {"fopen",    "open",  "openat",         "fdopen",
	                                    "opendir",  "popen", "basic_ifstream", "basic_istringstream",
	                                    "fmemopen", NULL};
	bool *found = context;

	if ((node->kind == AST_CALL || node->kind == AST_CONSTRUCT) && node->u.decl)
		*found |= names_one_of(node->u.decl->name, opens);
	return !*found;
}

static bool visit_file_parameter(const struct link_reader *reader)
{
	for (uint32_t i = 0; i < reader->body->nparams; i++) {
		const struct ast_type *type = reader->body->params[i]->decl.type;

		if (type && (strstr(type->name, "FILE") || strstr(type->name, "stream")))
			return true;
	}
	return false;
}

static uint32_t loop_kind(struct link_reader *reader, const struct ast_node *loop)
{
	const bool is_main = strcmp(reader->body->decl.name, "main") == 0;
	const struct ast_node *test = loop->kind == AST_FOR ? loop->children[2] : loop->children[1];
	struct condition condition = {.reader = reader};
	uint32_t kind = LINK_LOOP_BOUNDED;
	bool opens = false;
	int64_t value;

	if (loop->kind == AST_RANGE_FOR)
		return kind;
	if (test->kind == AST_NONE || (ast_constant(test, &value) && value)) {
		kind = LINK_LOOP_SERVER;
		test = loop; /* what it reads is read in its body */
	}
	ast_walk((struct ast_node *)test, visit_condition, &condition);
	ast_walk((struct ast_node *)loop, visit_wait, &kind);
	if (kind == LINK_LOOP_SERVER && !condition.input)
		return kind;
	if (condition.flag && loop->kind != AST_FOR)
		return LINK_LOOP_SERVER;
	if (!is_main) {
		ast_walk(reader->body->body, visit_open, &opens);
		opens |= visit_file_parameter(reader);
	}
	if (condition.input)
		return opens ? LINK_LOOP_BOUNDED : LINK_LOOP_INPUT;
	if (condition.calls && is_main && loop->kind != AST_FOR)
		return LINK_LOOP_INPUT;
	return kind;
}

/* A lambda handed to the program's own code is called as often as that likes. */
static bool runs_later(const struct ast_node *lambda)
{
	const struct ast_node *call = lambda->parent;

	while (call && (call->kind == AST_CONSTRUCT || call->kind == AST_IMPLICIT_CAST))
		call = call->parent;
	return call && call->kind == AST_CALL && call->u.decl && !(call->u.decl->flags & AST_SYSTEM);
}

uint32_t link_loop_of(struct link_reader *reader, const struct ast_node *node)
{
	uint32_t kind = LINK_LOOP_NONE;

	for (const struct ast_node *at = node->parent; at; at = at->parent) {
		uint32_t *known;

		if (at->kind == AST_LAMBDA && runs_later(at))
			kind = kind > LINK_LOOP_INPUT ? kind : LINK_LOOP_INPUT;
		if (at->kind != AST_WHILE && at->kind != AST_DO && at->kind != AST_FOR && at->kind != AST_RANGE_FOR)
			continue;
		known = hash_map_find(&reader->loops, at);
		if (!known) {
			known = arena_new(&reader->run->scratch, uint32_t);
			*known = loop_kind(reader, at);
			hash_map_put(&reader->loops, at, known);
		}
		kind = *known > kind ? *known : kind;
	}
	return kind;
}

/* ---- library containers ---- */

static bool is_constant(const struct ast_node *node)
{
	const struct ast_type *type;
	int64_t value;

	while (node && (node->kind == AST_CAST || node->kind == AST_IMPLICIT_CAST ||
	                ((node->kind == AST_CONSTRUCT || node->kind == AST_INIT_LIST) && node->nchildren)))
		node = node->children[0];
	if (!node)
		return false;
	type = node->type ? ast_bare_type(node->type) : NULL;
	return node->kind == AST_STRING || ast_constant(node, &value) ||
	       (type && (type->kind == AST_TYPE_ENUM || type->kind == AST_TYPE_BOOL || type->kind == AST_TYPE_CHAR));
}

static bool is_library_container(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && strncmp(bare->template_name, "std::", 5) == 0 && bare->nargs &&
	       strstr(bare->template_name, "_ptr") == NULL && strcmp(bare->template_name, "std::function") != 0 &&
	       strcmp(bare->template_name, "std::atomic") != 0 && strcmp(bare->template_name, "std::array") != 0 &&
	       strcmp(bare->template_name, "std::optional") != 0 && strstr(bare->template_name, "stream") == NULL &&
	       strstr(bare->template_name, "iterator") == NULL && strcmp(bare->template_name, "std::pair") != 0;
}

static bool is_map(const struct ast_type *type)
{
	const char *name = ast_bare_type(type)->template_name;

	return strcmp(name, "std::map") == 0 || strcmp(name, "std::unordered_map") == 0;
}

static const struct ast_node *container_of_call(const struct ast_node *call)
{
	const struct ast_node *object = link_call_object(call);

	return object && object == call->children[0] ? object->children[0] : object;
}

/* The statement that @node is in, when it stands in a block of its own; else NULL. */
static const struct ast_node *statement_of(const struct ast_node *node)
{
	while (node->parent && node->parent->kind != AST_COMPOUND)
		node = node->parent;
	return node->parent ? node : NULL;
}

static void note_edit(struct link_reader *reader, const struct ast_node *call, const struct ast_node *container)
{
	const struct ast_node *statement = statement_of(call);
	const struct ast_file *file = ast_file_of(reader->unit, call->range);
	const struct link_place place = link_node_place(reader, call);
	uint32_t begin;

	if (!statement || !file || !file->text || statement->flags & AST_MACRO || container->flags & AST_MACRO ||
	    statement->range.file != call->range.file || container->kind == AST_NONE || statement->kind == AST_CASE ||
	    statement->kind == AST_DEFAULT || statement->kind == AST_LABEL || statement->kind == AST_IF ||
	    !is_map(container->type))
		return;
	begin = statement->range.begin;
	while (begin && (file->text[begin - 1] == ' ' || file->text[begin - 1] == '\t'))
		begin--;
	pack_string(&reader->edit_bytes, file->path);
	pack_string(&reader->edit_bytes, ast_text(reader->unit, container->range, &reader->run->scratch));
	pack_string(&reader->edit_bytes,
	            ast_text(reader->unit, (struct ast_range){call->range.file, begin, statement->range.begin},
	                     &reader->run->scratch));
	pack_number(&reader->edit_bytes, statement->range.begin);
	pack_number(&reader->edit_bytes, place.line);
	pack_number(&reader->edit_bytes, place.column);
	reader->nedits++;
}

static bool is_compared_as_size(const struct ast_node *call)
{
	const struct ast_node *parent = call->parent;
	const struct ast_node *child = call;
	int64_t value;

	while (parent && (parent->kind == AST_IMPLICIT_CAST || parent->kind == AST_CAST))
		child = parent, parent = parent->parent;
	if (!parent || parent->kind != AST_BINARY || parent->op < AST_OP_LT || parent->op > AST_OP_NE)
		return false;
	const bool left = parent->children[0] == child;
	const struct ast_node *other = parent->children[left ? 1 : 0];

	if (ast_constant(other, &value))
		return value >= 2;
	return left ? parent->op == AST_OP_GT || parent->op == AST_OP_GE || parent->op == AST_OP_EQ
	            : parent->op == AST_OP_LT || parent->op == AST_OP_LE;
}

/* In `cache[key]` and the like the key decides whether it can grow for ever. */
static uint32_t key_flags(const struct ast_node *call)
{
	const struct ast_node *key = link_call_argument(call, 0);

	return key && is_constant(key) ? LINK_CONSTANT : 0;
}

static void take_container(struct link_reader *reader, const struct ast_node *call)
{
	const struct ast_node *container = container_of_call(call);
	const char *name = call->u.decl ? call->u.decl->name : "";
	const struct growth *growth = FIND(methods, name, strlen(name));
	uint32_t place;

	if (!container || !is_library_container(container->type))
		return;
	place = place_of(reader, container);
	if (strcmp(name, "operator[]") == 0 && is_map(container->type)) {
		emit(reader, LINK_GROW, place, 0, LINK_PART | key_flags(call), call);
		note_edit(reader, call, container);
	} else if (strcmp(name, "size") == 0 && is_compared_as_size(call)) {
		emit(reader, LINK_LIMIT, place, 0, 0, call);
	} else if (growth && growth->event == LINK_GROW) {
		emit(reader, LINK_GROW, place, 0, key_flags(call), call);
		note_edit(reader, call, container);
	} else if (growth) {
		emit(reader, growth->event, place, 0, 0, call);
	}
}

static uint32_t other_constants(const struct ast_node *call, uint32_t container)
{
	uint32_t constants = 0, others = 0;

	for (uint32_t i = 0; i < link_call_arguments(call); i++) {
		if (i != container)
			is_constant(link_call_argument(call, i)) ? constants++ : others++;
	}
	return constants && !others ? LINK_CONSTANT : 0;
}

static void take_function(struct link_reader *reader, const struct ast_node *call)
{
	const struct ast_function *function = (const struct ast_function *)call->u.decl;
	const struct growth *growth;

	if (!function || function->decl.kind != AST_DECL_FUNCTION || function->parent)
		return;
	growth = FIND(calls, function->qualified, strlen(function->qualified));
	if (!growth || growth->container >= link_call_arguments(call))
		return;
	const struct ast_node *container = link_call_argument(call, growth->container);

	if (strncmp(function->qualified, "std::", 5) == 0 && !is_library_container(container->type))
		return;
	emit(reader, growth->event, place_of(reader, container), 0, other_constants(call, growth->container), call);
}

/* ---- macros ---- */

struct in_range {
	uint32_t begin, end;
	const struct ast_node *found;
};

static bool visit_in_range(struct ast_node *node, void *context)
{
	struct in_range *wanted = context;

	if (wanted->found)
		return false;
	if (ast_is_expr(node) && node->range.begin >= wanted->begin && node->range.end <= wanted->end &&
	    (node->kind == AST_REF || node->kind == AST_MEMBER || node->kind == AST_SUBSCRIPT ||
	     (node->kind == AST_UNARY && node->op == AST_OP_ADDRESS)))
		wanted->found = node;
	return !wanted->found;
}

/* Bytes of argument @index of the macro call that begins at @text. */
static bool macro_argument(const char *text, const char *end, uint32_t index, const char **from, const char **to)
{
	int depth = 0;

	text = memchr(text, '(', (size_t)(end - text));
	*from = text ? text + 1 : NULL;
	for (; text && text < end; text++) {
		if (*text == '(' || *text == '[' || *text == '{')
			depth++;
		else if (*text == ')' || *text == ']' || *text == '}')
			depth--;
		if (depth == 0 || (depth == 1 && *text == ',')) {
			*to = text;
			if (index-- == 0)
				return true;
			if (depth == 0)
				return false;
			*from = text + 1;
		}
	}
	return false;
}

/* Key of the record of what is added: the head's own, or that of the argument behind it. */
static uint64_t macro_element(struct link_reader *reader, struct ast_node *node, const char *text,
                              const struct growth *growth, const struct ast_record *head)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	struct in_range wanted = {0, 0, NULL};
	const char *from, *to;

	if (macro_argument(text, file->text + file->size, growth->container + 1, &from, &to)) {
		wanted.begin = (uint32_t)(from - file->text);
		wanted.end = (uint32_t)(to - file->text);
		ast_walk(node, visit_in_range, &wanted);
	}
	if (wanted.found && ast_record_of(wanted.found->type))
		head = ast_record_of(wanted.found->type);
	return head ? link_decl_key(reader->unit, &head->decl) : 0;
}

static void take_macro(struct link_reader *reader, struct ast_node *node)
{
	const struct ast_file *file = ast_file_of(reader->unit, node->range);
	const char *from, *to;

	if (!file || !file->text || node->range.begin >= file->size || node->range.begin == reader->last_macro)
		return;
	const char *text = file->text + node->range.begin;
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	const struct growth *growth = length ? FIND(macros, text, length) : NULL;

	if (!growth)
		return;
	reader->last_macro = node->range.begin;
	if (!macro_argument(text + length, file->text + file->size, growth->container, &from, &to))
		return;
	struct in_range wanted = {(uint32_t)(from - file->text), (uint32_t)(to - file->text), NULL};

	ast_walk(node, visit_in_range, &wanted);
	if (!wanted.found)
		return;
	const struct ast_record *record = ast_record_of(wanted.found->type);

	if (growth->event == LINK_ELEMENT_OFF)
		emit(reader, LINK_ELEMENT_OFF, link_object(reader, LINK_LOCAL, 0, 0),
		     record ? link_decl_key(reader->unit, &record->decl) : 0, 0, node);
	else
		emit(reader, growth->event, place_of(reader, wanted.found),
		     growth->event == LINK_GROW ? macro_element(reader, node, text + length, growth, record) : 0, 0,
		     node);
}

/* ---- lists and trees linked by hand ---- */

static const struct ast_record *node_record(const struct ast_type *type)
{
	const struct ast_type *bare = type ? ast_bare_type(type) : NULL;

	return bare && bare->kind == AST_TYPE_POINTER && bare->target && bare->target->kind == AST_TYPE_RECORD
	               ? ast_bare_type(bare->target)->record
	               : NULL;
}

/* A field that leads to another object of the same record: next, left, prev. */
static bool is_link(const struct ast_field *field)
{
	const struct ast_record *target = field ? node_record(field->decl.type) : NULL;

	for (const struct ast_record *record = field ? field->record : NULL; target && record; record = record->outer) {
		if (record == target)
			return true;
	}
	return false;
}

static bool links_itself(const struct ast_record *record)
{
	for (uint32_t i = 0; record && i < record->nfields; i++) {
		const struct ast_field *field = record->fields[i];
		const struct ast_type *bare = field->decl.type ? ast_bare_type(field->decl.type) : NULL;

		if (is_link(field) || node_record(field->decl.type) == record)
			return true;
		if (bare && bare->kind == AST_TYPE_RECORD && bare->record && bare->record->outer == record &&
		    links_itself(bare->record))
			return true;
	}
	return false;
}

static const struct ast_field *field_named_by(struct link_reader *reader, const struct ast_node *node)
{
	node = link_strip(node);
	while (node && node->kind == AST_UNARY && node->op == AST_OP_DEREF)
		node = link_strip(node->children[0]);
	return node && node->kind == AST_MEMBER ? link_field_of(reader, node) : NULL;
}

struct roots {
	uint32_t items[ROOTS], count;
};

static void add_root(struct roots *roots, uint32_t object)
{
	for (uint32_t i = 0; i < roots->count; i++) {
		if (roots->items[i] == object)
			return;
	}
	if (roots->count < ROOTS)
		roots->items[roots->count++] = object;
}

/* The containers that @object may be an element of. */
static void roots_of(struct link_reader *reader, uint32_t object, struct roots *roots, unsigned depth)
{
	const struct link_object at = reader->object_list.items[object];

	if (at.kind == LINK_LOAD && link_set_has(&reader->self_links, at.key)) {
		roots_of(reader, at.index, roots, depth);
		return;
	}
	if (at.kind == LINK_GLOBAL || at.kind == LINK_LOAD || at.kind == LINK_PARAM)
		add_root(roots, object);
	if (at.kind != LINK_LOCAL || depth > ALIAS_DEPTH)
		return;
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event event = reader->event_list.items[i];

		if (event.kind == LINK_ALIAS && event.object == object && event.value != LINK_NONE &&
		    event.value != object)
			roots_of(reader, event.value, roots, depth + 1);
	}
}

static void emit_roots(struct link_reader *reader, enum link_event_kind kind, uint32_t object,
                       const struct ast_record *record, const struct ast_node *at)
{
	const uint64_t aux = link_decl_key(reader->unit, &record->decl);
	struct roots roots = {.count = 0};

	if (object != LINK_NONE)
		roots_of(reader, object, &roots, 0);
	for (uint32_t i = 0; i < roots.count; i++)
		emit(reader, kind, roots.items[i], aux, 0, at);
	if (!roots.count && kind == LINK_SHRINK)
		emit(reader, LINK_ELEMENT_OFF, link_object(reader, LINK_LOCAL, 0, 0), aux, 0, at);
}

/* True if @value is an object of its own, not one found in the list. */
static bool is_new_node(struct link_reader *reader, uint32_t value)
{
	struct roots roots = {.count = 0};
	const uint8_t kind = reader->object_list.items[value].kind;

	if (kind == LINK_FRESH || kind == LINK_RESULT || kind == LINK_PARAM)
		return true;
	if (kind != LINK_LOCAL)
		return false;
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event *event = &reader->event_list.items[i];

		if (event->kind == LINK_ALIAS && event->object == value && event->value != LINK_NONE) {
			const uint8_t source = reader->object_list.items[event->value].kind;

			if (source == LINK_FRESH || source == LINK_RESULT)
				return true;
		}
	}
	roots_of(reader, value, &roots, 0);
	return !roots.count;
}

/* True if the function sets a link of @value, as it does with what it puts into a list. */
static bool sets_link(const struct link_reader *reader, uint32_t value)
{
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event *event = &reader->event_list.items[i];

		if ((event->kind == LINK_STORE || event->kind == LINK_RESET) && event->object == value &&
		    link_set_has(&reader->self_links, event->field))
			return true;
	}
	return false;
}

/* A pointer to links: at = &(*at)->next */
static bool runs_along(const struct link_reader *reader, uint32_t object)
{
	for (size_t i = 0; i < reader->event_list.count; i++) {
		const struct link_event *event = &reader->event_list.items[i];

		if (event->kind == LINK_ALIAS && event->object == object && event->value != LINK_NONE &&
		    reader->object_list.items[event->value].kind == LINK_LOAD &&
		    link_set_has(&reader->self_links, reader->object_list.items[event->value].key))
			return true;
	}
	return false;
}

static void take_node(struct link_reader *reader, const struct ast_node *assign)
{
	const struct ast_node *target = assign->children[0], *value = assign->children[1];
	const struct ast_record *record = node_record(target->type);
	const struct ast_field *field = field_named_by(reader, target), *from = field_named_by(reader, value);
	struct link_slot slot;
	uint32_t object;

	if (!record || !links_itself(record) ||
	    (target->kind == AST_REF && target->u.decl && target->u.decl->kind == AST_DECL_VAR &&
	     (((const struct ast_var *)target->u.decl)->local || ((const struct ast_var *)target->u.decl)->parameter) &&
	     !(target->u.decl->flags & AST_STATIC)))
		return;
	if (is_link(field) && link_slot_of(reader, target, &slot)) {
		/* x->next = …: what list x is in */
		if (is_link(from)) {
			if (!is_new_node(reader, slot.object))
				emit_roots(reader, LINK_SHRINK, slot.object, record, assign);
		} else if (!link_is_null(value)) {
			object = link_eval(reader, value);
			if (object != LINK_NONE && is_new_node(reader, object) && !is_new_node(reader, slot.object))
				emit_roots(reader, LINK_GROW, slot.object, record, assign);
		}
		return;
	}
	object = place_of(reader, target);
	if (object == LINK_NONE) /* *link = …, with link running along a list */
		object = link_eval(reader, target);
	if (object == LINK_NONE)
		return;
	if (link_is_null(value)) {
		emit(reader, LINK_EMPTY, object, 0, 0, assign);
	} else if (is_link(from)) {
		emit_roots(reader, LINK_SHRINK, object, record, assign);
	} else {
		const uint32_t node = link_eval(reader, value);

		if (node != LINK_NONE && is_new_node(reader, node) &&
		    (sets_link(reader, node) || runs_along(reader, object)))
			emit_roots(reader, LINK_GROW, object, record, assign);
	}
}

static void take_free(struct link_reader *reader, const struct ast_node *node, const struct ast_node *argument)
{
	const struct ast_record *record = argument ? node_record(link_strip(argument)->type) : NULL;
	const uint32_t object = record && links_itself(record) ? link_eval(reader, argument) : LINK_NONE;

	reader->frees = true;
	if (object == LINK_NONE)
		return;
	const uint8_t kind = reader->object_list.items[object].kind;

	if (kind != LINK_FRESH && kind != LINK_RESULT)
		emit(reader, LINK_ELEMENT_OFF, link_object(reader, LINK_LOCAL, 0, 0),
		     link_decl_key(reader->unit, &record->decl), 0, node);
}

/* ---- arrays that grow ---- */

static const struct ast_node *realloc_in(const struct ast_node *value)
{
	value = link_strip(value);
	if (!value || value->kind != AST_CALL || !value->u.decl || !strstr(value->u.decl->name, "realloc"))
		return NULL;
	return link_call_argument(value, 0);
}

static bool is_counter_type(const struct ast_type *type)
{
	return type && (type->kind == AST_TYPE_INTEGER);
}

static bool is_local(const struct ast_node *node)
{
	const struct ast_var *var = (const struct ast_var *)node->u.decl;

	return node->kind == AST_REF && var && var->decl.kind == AST_DECL_VAR && (var->local || var->parameter) &&
	       !(var->decl.flags & AST_STATIC);
}

static uint32_t counter_of(struct link_reader *reader, const struct ast_node *node)
{
	while (node && (node->kind == AST_IMPLICIT_CAST || node->kind == AST_CAST))
		node = node->children[0];
	if (!node || !is_counter_type(node->type) || is_local(node) ||
	    (node->kind != AST_REF && node->kind != AST_MEMBER))
		return LINK_NONE;
	return place_of(reader, node);
}

/* array[count++] = x, array[count] = x */
static void take_element(struct link_reader *reader, const struct ast_node *assign)
{
	const struct ast_node *target = assign->children[0], *index;

	while (target->kind == AST_MEMBER && !(target->flags & AST_ARROW) && target->nchildren)
		target = target->children[0];
	if (target->kind != AST_SUBSCRIPT)
		return;
	index = target->children[1];
	while (index->kind == AST_IMPLICIT_CAST || index->kind == AST_CAST)
		index = index->children[0];
	if (index->kind == AST_UNARY && (index->op == AST_OP_POST_INC || index->op == AST_OP_PRE_INC))
		index = index->children[0];
	const uint32_t counter = counter_of(reader, index), array = place_of(reader, target->children[0]);

	if (counter != LINK_NONE && array != LINK_NONE)
		emit(reader, LINK_GROW, array, reader->object_list.items[counter].key, LINK_ARRAY, assign);
}

static void take_counter(struct link_reader *reader, const struct ast_node *node)
{
	const uint32_t place = counter_of(reader, node->children[0]);
	const bool up = node->kind == AST_UNARY ? node->op == AST_OP_PRE_INC || node->op == AST_OP_POST_INC
	                                        : node->op == AST_OP_ADD_ASSIGN;

	if (place != LINK_NONE)
		emit(reader, up ? LINK_RAISE : LINK_LOWER, place, 0, 0, node);
}

static void take_assign(struct link_reader *reader, const struct ast_node *node)
{
	const struct ast_node *old = realloc_in(node->children[1]);

	if (node->op != AST_OP_ASSIGN) {
		if (node->op == AST_OP_ADD_ASSIGN || node->op == AST_OP_SUB_ASSIGN)
			take_counter(reader, node);
		return;
	}
	if (old)
		emit(reader, LINK_RESIZE, place_of(reader, old), 0, 0, node);
	if (is_counter_type(node->children[0]->type))
		take_counter(reader, node);
	take_element(reader, node);
	take_node(reader, node);
	if (node->children[0]->type && node->children[0]->type->kind == AST_TYPE_POINTER &&
	    !is_local(node->children[0]) && link_is_null(node->children[1]) &&
	    !links_itself(node_record(node->children[0]->type)))
		emit(reader, LINK_EMPTY, place_of(reader, node->children[0]), 0, 0, node);
}

/* A comparison that asks whether a counter is large, and not for room to grow into. */
static void take_comparison(struct link_reader *reader, const struct ast_node *node)
{
	for (uint32_t side = 0; side < 2; side++) {
		const struct ast_node *other = node->children[1 - side];
		const uint32_t counter = counter_of(reader, node->children[side]);
		int64_t value;

		while (other->kind == AST_IMPLICIT_CAST || other->kind == AST_CAST)
			other = other->children[0];
		if (counter == LINK_NONE || reader->reallocs)
			continue;
		if (ast_constant(other, &value)
		            ? value >= 2
		            : !is_local(other) || (side == 0 && (node->op == AST_OP_GE || node->op == AST_OP_GT)))
			emit(reader, LINK_LIMIT, counter, 0, 0, node);
	}
}

/* ---- the walk ---- */

static bool visit_realloc(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	if (node->kind == AST_CALL && node->u.decl && strstr(node->u.decl->name, "realloc"))
		reader->reallocs = true;
	return !reader->reallocs;
}

static bool visit_growth(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	if (node->flags & AST_MACRO)
		take_macro(reader, node);
	switch (node->kind) {
	case AST_CALL:
		take_container(reader, node);
		take_function(reader, node);
		if (node->u.decl && (strcmp(node->u.decl->name, "free") == 0 || strstr(node->u.decl->name, "_free") ||
		                     strcmp(node->u.decl->name, "zfree") == 0))
			take_free(reader, node, link_call_argument(node, 0));
		if (realloc_in(node) && node->parent && node->parent->kind != AST_ASSIGN)
			emit(reader, LINK_RESIZE, place_of(reader, link_call_argument(node, 0)), 0, 0, node);
		break;
	case AST_DELETE:
		take_free(reader, node, node->children[0]);
		break;
	case AST_ASSIGN:
		take_assign(reader, node);
		break;
	case AST_UNARY:
		if (node->op >= AST_OP_PRE_INC && node->op <= AST_OP_POST_DEC)
			take_counter(reader, node);
		break;
	case AST_BINARY:
		if (node->op >= AST_OP_LT && node->op <= AST_OP_EQ)
			take_comparison(reader, node);
		break;
	case AST_RANGE_FOR:
		if (is_library_container(node->children[1]->type))
			emit(reader, LINK_WALK, place_of(reader, node->children[1]), 0, 0, node);
		break;
	case AST_WHILE:
	case AST_DO:
	case AST_FOR:
		if (loop_kind(reader, node) == LINK_LOOP_SERVER)
			reader->serves = true;
		break;
	default:
		break;
	}
	return true;
}

/* A list walked along its links: e = e->next in a loop, with e from a container. */
static void take_walks(struct link_reader *reader)
{
	const size_t count = reader->event_list.count;

	for (size_t i = 0; i < count; i++) {
		const struct link_event event = reader->event_list.items[i];
		struct roots roots = {.count = 0};

		if (event.kind != LINK_ALIAS || event.value == LINK_NONE)
			continue;
		const struct link_object value = reader->object_list.items[event.value];

		if (value.kind != LINK_LOAD || !link_set_has(&reader->self_links, value.key) ||
		    value.index != event.object)
			continue;
		roots_of(reader, event.object, &roots, 0);
		for (uint32_t r = 0; r < roots.count; r++)
			vec_push(
			        &reader->event_list,
			        (struct link_event){.kind = LINK_WALK, .object = roots.items[r], .place = event.place});
	}
}

void link_read_growth(struct link_reader *reader, struct ast_node *body)
{
	reader->reallocs = reader->serves = reader->frees = false;
	reader->last_macro = UINT32_MAX;
	ast_walk(body, visit_realloc, reader);
	ast_walk(body, visit_growth, reader);
	take_walks(reader);
}

void link_find_self_links(struct link_reader *reader)
{
	for (uint32_t i = 0; i < reader->unit->nrecords; i++) {
		const struct ast_record *record = reader->unit->records[i];

		for (uint32_t f = 0; f < record->nfields; f++) {
			if (is_link(record->fields[f]))
				link_set_add(&reader->self_links,
				             link_decl_key(reader->unit, &record->fields[f]->decl));
		}
	}
}
