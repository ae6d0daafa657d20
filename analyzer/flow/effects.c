/* SPDX-License-Identifier: MIT */
/* Effects of single calls: the table of libraries, and what a prototype alone promises. */
#include "analyzer/flow/program.h"

#include <stdio.h>
#include <string.h>

struct library_row {
	const char *name, *does, *args;
};

static const struct library_row library[] = {
#define EFFECT(name, does, args) {name, does, args},
#include "analyzer/flow/effects.def"
#undef EFFECT
};

enum { LIBRARY_ROWS = sizeof library / sizeof library[0], LIBRARY_SLOTS = 2048 };

_Static_assert((int)LIBRARY_ROWS < (int)LIBRARY_SLOTS / 2, "the table of libraries needs more slots");

/* ---- the table ---- */

static uint32_t does_letter(char letter)
{
	switch (letter) {
	case 'a':
		return FLOW_DOES_ALLOCATE;
	case 'i':
		return FLOW_DOES_IO;
	case 'c':
		return FLOW_DOES_CALL_BACK;
	case 'l':
		return FLOW_DOES_LOOP;
	case 'w':
		return FLOW_DOES_WRITE | FLOW_DOES_WRITE_BYTES;
	case 'n':
		return FLOW_NEVER_RETURNS;
	case '+':
		return FLOW_RETURNS_NEW;
	case 'g':
		return FLOW_RETURNS_SHARED;
	case 'b':
		return FLOW_DOES_WAIT;
	default:
		BUG("effects.def: no such letter as '%c'", letter);
	}
}

static uint16_t arg_letter(char letter)
{
	static const char letters[] = "rwkftc";
	char lower = letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
	const char *at = strchr(letters, lower);
	uint32_t flag;

	if (letter == 's')
		return FLOW_READS | FLOW_STRING;
	if (letter == 'n')
		return FLOW_STORES_NEW;
	if (letter == 'd')
		return FLOW_COPIED;
	if (!at)
		BUG("effects.def: no such letter as '%c'", letter);
	flag = 1u << (at - letters);
	return (uint16_t)(lower == letter ? flag : flag << FLOW_INSIDE_SHIFT);
}

static struct flow_effects *parse_row(struct arena *arena, const struct library_row *row)
{
	struct flow_effects *effects = arena_new(arena, struct flow_effects);
	uint16_t *args = arena_array(arena, strlen(row->args) / 2 + 1, uint16_t);
	uint16_t word = 0;
	bool object = false;

	effects->known = effects->complete = true;
	effects->args = args;
	for (const char *at = row->does; *at; at++)
		effects->does |= does_letter(*at);
	for (const char *at = row->args;; at++) {
		if (*at == '@') {
			object = true;
		} else if (*at == '.') {
			effects->rest = word;
			at += 2;
			if (at[-3] == ' ') { /* a word of its own: the others are plain values */
				effects->rest = 0;
				return effects;
			}
		} else if (*at == ' ' || !*at) {
			if (object)
				effects->self = word;
			else if (at > row->args)
				args[effects->nargs++] = word;
			object = false;
			word = 0;
			if (!*at)
				return effects;
		} else if (*at != '-') {
			word |= arg_letter(*at);
		}
	}
}

struct flow_program *flow_program_new(struct arena *arena)
{
	struct flow_program *program = arena_new(arena, struct flow_program);

	program->arena = arena;
	program->unknown = (struct flow_effects){.does = FLOW_DOES_EVERYTHING,
	                                         .self = FLOW_EVERYTHING | FLOW_GUESSED,
	                                         .rest = FLOW_EVERYTHING | FLOW_GUESSED};
	program->slots = arena_array(arena, LIBRARY_SLOTS, struct library_slot);
	for (uint32_t i = 0; i < LIBRARY_ROWS; i++) {
		uint32_t at = (uint32_t)hash_bytes(library[i].name, strlen(library[i].name), 0) % LIBRARY_SLOTS;

		while (program->slots[at].name)
			at = (at + 1) % LIBRARY_SLOTS;
		program->slots[at] = (struct library_slot){library[i].name, parse_row(arena, &library[i])};
	}
	return program;
}

void flow_program_release(struct flow_program *program)
{
	hash_map_release(&program->functions);
	hash_map_release(&program->least);
}

static const struct flow_effects *find_row(const struct flow_program *program, const char *name, size_t length)
{
	uint32_t at = (uint32_t)hash_bytes(name, length, 0) % LIBRARY_SLOTS;

	for (; program->slots[at].name; at = (at + 1) % LIBRARY_SLOTS)
		if (strlen(program->slots[at].name) == length && !memcmp(program->slots[at].name, name, length))
			return program->slots[at].effects;
	return NULL;
}

/* std::__cxx11::basic_string<char>::size -> std::basic_string::size; operators keep their < and >. */
static size_t plain_name(const char *name, char *plain, size_t room)
{
	size_t n = 0, depth = 0;
	const char *operator_name = strstr(name, "operator");

	for (const char *at = name; *at && n + 1 < room; at++) {
		if (at == operator_name) {
			operator_name = NULL;
			depth = 0;
			n += (size_t)snprintf(plain + n, room - n, "%s", at);
			break;
		}
		if (*at == '<')
			depth++;
		else if (*at == '>' && depth)
			depth--;
		else if (!depth && !strncmp(at, "__cxx11::", 9))
			at += 8;
		else if (!depth)
			plain[n++] = *at;
	}
	if (n >= room)
		n = room - 1;
	plain[n] = 0;
	return n;
}

const struct flow_effects *flow_library_effects(const struct flow_program *program, const char *name)
{
	char plain[256];

	if (!strstr(name, "::"))
		return find_row(program, name, strlen(name));
	return find_row(program, plain, plain_name(name, plain, sizeof plain));
}

/* ---- what a prototype promises ---- */

/* What an unknown callee may do with an argument of this type. */
static uint16_t guess_arg(const struct ast_type *type, bool result_points)
{
	const struct ast_type *target;
	uint32_t effects = FLOW_EVERYTHING;

	if (!type)
		return FLOW_EVERYTHING | FLOW_GUESSED;
	switch (type->kind) {
	case AST_TYPE_POINTER:
	case AST_TYPE_REFERENCE:
	case AST_TYPE_RVALUE_REFERENCE:
		break;
	case AST_TYPE_RECORD:
		return FLOW_READS | FLOW_INSIDE | FLOW_GUESSED;
	case AST_TYPE_UNKNOWN:
	case AST_TYPE_DEPENDENT:
	case AST_TYPE_MEMBER_POINTER:
		return FLOW_EVERYTHING | FLOW_GUESSED;
	default:
		return 0;
	}
	target = type->target;
	if (target && target->kind == AST_TYPE_FUNCTION)
		return FLOW_CALLS | FLOW_KEEPS | FLOW_GUESSED;
	effects &= ~(uint32_t)(FLOW_CALLS);
	if (target && target->quals & AST_CONST)
		effects &= ~(uint32_t)(FLOW_WRITES | FLOW_FREES);
	if (target && target->kind >= AST_TYPE_BOOL && target->kind <= AST_TYPE_ENUM)
		effects &= ~(uint32_t)FLOW_INSIDE;
	if (!result_points)
		effects &= ~(uint32_t)(FLOW_RETURNS | FLOW_RETURNS_INSIDE);
	return (uint16_t)(effects | FLOW_GUESSED);
}

static bool points(const struct ast_type *type)
{
	return !type || !((type->kind >= AST_TYPE_VOID && type->kind <= AST_TYPE_ENUM));
}

bool flow_result_points(const struct ast_node *call)
{
	const struct ast_function *callee = flow_callee(call);

	return call->kind != AST_CALL || !callee || points(callee->result);
}

static struct flow_effects *guess(struct arena *arena, const struct ast_type *const *params, uint32_t n,
                                  const struct ast_type *result)
{
	struct flow_effects *effects = arena_new(arena, struct flow_effects);
	uint16_t *args = arena_array(arena, n, uint16_t);

	effects->does = FLOW_DOES_EVERYTHING;
	effects->nargs = (uint16_t)n;
	effects->rest = effects->self = FLOW_EVERYTHING | FLOW_GUESSED;
	effects->args = args;
	for (uint32_t i = 0; i < n; i++)
		args[i] = guess_arg(params[i], points(result));
	return effects;
}

/* A function nobody knows: its prototype, and attributes that promise something. */
static struct flow_effects *guess_function(struct arena *arena, const struct ast_function *callee)
{
	uint32_t n = callee->nparams < UINT16_MAX ? callee->nparams : UINT16_MAX;
	const struct ast_type **types = arena_array(arena, n, const struct ast_type *);
	struct flow_effects *effects;

	for (uint32_t i = 0; i < n; i++)
		types[i] = callee->params[i]->decl.type;
	effects = guess(arena, types, n, callee->result);
	if (callee->flags & AST_FUNCTION_CONST)
		effects->self &= (uint16_t) ~(FLOW_WRITES | FLOW_FREES);
	if (callee->flags & AST_FUNCTION_NORETURN)
		effects->does |= FLOW_NEVER_RETURNS;
	if (callee->flags & AST_FUNCTION_MALLOC)
		effects->does = (effects->does & ~(uint32_t)FLOW_RETURNS_SHARED) | FLOW_RETURNS_NEW;
	if (callee->flags & (AST_FUNCTION_PURE | AST_FUNCTION_CONST_ATTR)) {
		uint16_t *args = (uint16_t *)(uintptr_t)effects->args;

		effects->does &= FLOW_RETURNS_SHARED | FLOW_DOES_LOOP;
		for (uint32_t i = 0; i < n; i++)
			args[i] &= FLOW_READS | FLOW_READS_INSIDE | FLOW_RETURNS | FLOW_RETURNS_INSIDE | FLOW_GUESSED;
	}
	return effects;
}

/* Constructors and assignments the language makes: they read their source and fill the object. */
static const struct flow_effects *special_member(const struct ast_function *callee)
{
	static const uint16_t copy[] = {FLOW_READS | FLOW_READS_INSIDE};
	static const uint16_t move[] = {FLOW_READS | FLOW_WRITES | FLOW_KEEPS_INSIDE};
	static const struct flow_effects copies = {FLOW_DOES_ALLOCATE, 1, FLOW_WRITES, 0, true, true, copy};
	static const struct flow_effects moves = {0, 1, FLOW_WRITES, 0, true, true, move};

	if (callee->flags & AST_FUNCTION_CTOR && callee->flags & AST_FUNCTION_COPY)
		return &copies;
	if (callee->flags & AST_FUNCTION_CTOR && callee->flags & AST_FUNCTION_MOVE)
		return &moves;
	return NULL;
}

/* A project's own warn() or basename() is not the library's. */
static bool is_library(const struct ast_function *callee)
{
	return callee->decl.flags & AST_SYSTEM || !strncmp(callee->decl.name, "__builtin_", 10) ||
	       !strncmp(callee->decl.name, "operator new", 12) || !strncmp(callee->decl.name, "operator delete", 15);
}

const struct flow_effects *flow_effects_of(struct flow_program *program, const struct ast_function *callee)
{
	const struct flow_effects *effects;

	if (!callee)
		return &program->unknown;
	effects = hash_map_find(&program->functions, callee);
	if (effects)
		return effects;
	if (is_library(callee))
		effects = flow_library_effects(program, *callee->qualified ? callee->qualified : callee->decl.name);
	if (!effects)
		effects = special_member(callee);
	if (!effects)
		effects = guess_function(program->arena, callee);
	hash_map_put(&program->functions, callee, (void *)(uintptr_t)effects);
	return effects;
}

/* ---- calls ---- */

const struct ast_function *flow_callee(const struct ast_node *call)
{
	const struct ast_function *callee = (const struct ast_function *)call->u.decl;

	if ((call->kind != AST_CALL && call->kind != AST_CONSTRUCT) || !callee ||
	    callee->decl.kind != AST_DECL_FUNCTION)
		return NULL;
	return call->kind == AST_CALL && callee->flags & AST_FUNCTION_VIRTUAL ? NULL : callee;
}

/* The effects of a call through a pointer or of a virtual method: what the types leave open. */
static const struct flow_effects *indirect_effects(struct flow_program *program, const struct ast_node *call)
{
	const struct ast_function *declared = (const struct ast_function *)call->u.decl;
	const struct ast_type *type;
	struct flow_effects *effects = hash_map_find(&program->functions, call);

	if (effects)
		return effects;
	if (declared && declared->decl.kind == AST_DECL_FUNCTION) {
		effects = guess_function(program->arena, declared);
	} else if (call->kind == AST_CALL && call->nchildren) {
		type = call->children[0]->type;
		if (type && type->kind == AST_TYPE_POINTER)
			type = type->target;
		if (!type || type->kind != AST_TYPE_FUNCTION)
			return &program->unknown;
		effects = guess(program->arena, type->params, type->nparams, type->target);
	} else {
		return &program->unknown;
	}
	hash_map_put(&program->functions, call, effects);
	return effects;
}

const struct flow_effects *flow_call_effects(struct flow_program *program, const struct ast_node *call)
{
	const struct ast_function *callee = flow_callee(call);

	return callee ? flow_effects_of(program, callee) : indirect_effects(program, call);
}

uint32_t flow_arg_effects(struct flow_program *program, const struct ast_node *call, uint32_t index)
{
	const struct flow_effects *effects = flow_call_effects(program, call);
	const struct ast_function *callee = flow_callee(call);
	const bool assume = program->conditions && callee && flow_is_open(program, callee);

	/* An operator written as one has its object as first operand. */
	if (call->kind == AST_CALL && call->flags & AST_OPERATOR_CALL && call->u.decl &&
	    ((const struct ast_function *)call->u.decl)->parent) {
		if (!index)
			return assume ? flow_assumed_effects(program, callee, FLOW_ON_OBJECT) : effects->self;
		index--;
	}
	if (assume)
		return flow_assumed_effects(program, callee, index);
	return index < effects->nargs ? effects->args[index] : effects->rest;
}

uint32_t flow_self_effects(struct flow_program *program, const struct ast_node *call)
{
	const struct ast_function *callee = flow_callee(call);

	if (program->conditions && callee && flow_is_open(program, callee))
		return flow_assumed_effects(program, callee, FLOW_ON_OBJECT);
	return flow_call_effects(program, call)->self;
}

uint32_t flow_call_does(struct flow_program *program, const struct ast_node *call)
{
	if (call->kind == AST_NEW)
		return FLOW_DOES_ALLOCATE | FLOW_RETURNS_NEW;
	if (call->kind == AST_DELETE)
		return 0;
	return flow_call_effects(program, call)->does;
}

void flow_print_effects(uint32_t effects, char *text, size_t size)
{
	static const char *const names[] = {"reads", "writes", "keeps", "frees", "returns", "calls", "string", "new"};
	size_t n = 0;

	if (size)
		text[0] = 0;
	for (uint32_t i = 0; i < 14 && n < size; i++)
		if (effects >> i & 1)
			n += (size_t)snprintf(text + n, size - n, "%s%s%s", n ? " " : "", names[i % FLOW_INSIDE_SHIFT],
			                      i >= FLOW_INSIDE_SHIFT ? "-inside" : "");
	if (effects & FLOW_COPIED && n < size)
		n += (size_t)snprintf(text + n, size - n, "%scopied", n ? " " : "");
	if (effects & FLOW_GUESSED && n < size)
		snprintf(text + n, size - n, "%sguessed", n ? " " : "");
}
