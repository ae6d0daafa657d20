// SPDX-License-Identifier: MIT
/*
 * struct-padding: which functions run once in the life of a program, so that what they allocate is one object.
 *
 * Such are main, and a function whose every call in the seen program is one of few, stands in no loop, and is made by a function that
 * runs once. Functions whose address is taken, or that nobody calls (a library's interface), may run any number of times.
 */
#include "rules/struct_padding_collect.h"

#include <string.h>

enum {
	CALLERS = 3, /* more calls than this are many */
	ONCE_DEPTH = 32,
};

enum { CALLED_MANY = 1u << 0, IS_MAIN = 1u << 1, CALLED_IN_LOOP = 1u << 2, HANDED_ON = 1u << 3 };

struct pad_callee {
	uint64_t key;
	uint32_t flags, ncallers;
	uint64_t callers[CALLERS];
	uint8_t state; /* enum once_state, of the merged ones */
};

enum once_state { UNASKED, ASKED, ONCE, OFTEN };

/* Of one unit for functions with internal linkage. */
uint64_t pad_function_key(const struct ast_unit *unit, const struct ast_function *function)
{
	const char *usr = function->decl.usr;
	const uint64_t scope =
	        function->decl.flags & AST_EXTERNAL ? 0 : hash_bytes(unit->main_path, strlen(unit->main_path), 0);

	return hash_bytes(usr, strlen(usr), scope) | 1;
}

static struct pad_callee *callee_of(struct hash_map *callees, uint64_t key, struct arena *arena)
{
	struct pad_callee *callee = hash_map_find(callees, (const void *)(uintptr_t)key);

	if (!callee) {
		callee = arena_new(arena, struct pad_callee);
		callee->key = key;
		hash_map_put(callees, (const void *)(uintptr_t)key, callee);
	}
	return callee;
}

static void add_caller(struct pad_callee *callee, uint64_t caller)
{
	if (callee->ncallers == CALLERS)
		callee->flags |= CALLED_MANY;
	else
		callee->callers[callee->ncallers++] = caller;
}

/* ---- within one unit ---- */

void pad_once_call(struct pad_collector *collector, const struct ast_node *call)
{
	const struct ast_decl *decl = call->u.decl;

	if (!decl || decl->kind != AST_DECL_FUNCTION || decl->flags & AST_SYSTEM)
		return;
	const struct ast_function *function = (const struct ast_function *)decl;
	struct pad_callee *callee =
	        callee_of(&collector->callees, pad_function_key(collector->unit, function), &collector->arena);

	if (pad_within_loop(call))
		callee->flags |= CALLED_MANY | CALLED_IN_LOOP;
	else if (!collector->function)
		callee->flags |= CALLED_MANY;
	else
		add_caller(callee, pad_function_key(collector->unit, collector->function));
}

static bool is_main(const struct ast_function *function)
{
	return function->body && !function->parent && strcmp(function->decl.name, "main") == 0;
}

void pad_once_pack(struct pad_collector *collector)
{
	const struct ast_unit *unit = collector->unit;
	struct packer list = {0};

	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct ast_function *function = unit->functions[i];
		const uint64_t key = pad_function_key(unit, function);
		const struct pad_callee *callee = hash_map_find(&collector->callees, (const void *)(uintptr_t)key);
		uint32_t flags = (callee ? callee->flags : 0) | (is_main(function) ? IS_MAIN : 0);

		if (function->uses > function->calls)
			flags |= CALLED_MANY | HANDED_ON;
		if (function->decl.flags & AST_SYSTEM || (!callee && !flags))
			continue;
		pack_number(&list, key);
		pack_number(&list, flags);
		pack_number(&list, callee ? callee->ncallers : 0);
		for (uint32_t c = 0; callee && c < callee->ncallers; c++)
			pack_number(&list, callee->callers[c]);
	}
	if (list.size)
		pad_fact_bytes(collector, PAD_FACT_CALLS, &list);
	pack_release(&list);
}

/* ---- all units together ---- */

void pad_once_take(struct pad_state *state, const void *bytes, size_t size)
{
	struct unpacker list = unpack_from(bytes, size);

	while (!unpack_end(&list)) {
		struct pad_callee *callee = callee_of(&state->callees, unpack_number(&list) | 1, state->arena);

		callee->flags |= unpack_u32(&list);
		state->has_main |= (callee->flags & IS_MAIN) != 0;
		const uint32_t count = unpack_u32(&list);

		for (uint32_t i = 0; i < count && !list.bad; i++)
			add_caller(callee, unpack_number(&list));
	}
}

static bool runs_once(struct pad_state *state, uint64_t key, unsigned depth)
{
	struct pad_callee *callee = hash_map_find(&state->callees, (const void *)(uintptr_t)key);

	if (!callee || depth > ONCE_DEPTH || callee->state == ASKED) /* recursion */
		return false;
	if (callee->state != UNASKED)
		return callee->state == ONCE;
	callee->state = ASKED;
	bool once = !(callee->flags & CALLED_MANY) && (callee->flags & IS_MAIN || callee->ncallers);

	for (uint32_t i = 0; once && i < callee->ncallers; i++)
		once = runs_once(state, callee->callers[i] | 1, depth + 1);
	callee->state = once ? ONCE : OFTEN;
	return once;
}

bool pad_runs_once(struct pad_state *state, uint64_t function)
{
	return function && runs_once(state, function | 1, 0);
}

static bool has_flag(const struct pad_state *state, uint64_t function, uint32_t flag)
{
	const struct pad_callee *callee =
	        function ? hash_map_find(&state->callees, (const void *)(uintptr_t)(function | 1)) : NULL;

	return callee && callee->flags & flag;
}

bool pad_runs_in_loops(const struct pad_state *state, uint64_t function)
{
	return has_flag(state, function, CALLED_IN_LOOP);
}

bool pad_is_handed_on(const struct pad_state *state, uint64_t function)
{
	return has_flag(state, function, HANDED_ON);
}
