// SPDX-License-Identifier: MIT
/* links: how often what stands in a loop runs. */
#include "rules/links_collect.h"

#include <string.h>

static bool names_one_of(const char *name, const char *const *names)
{
	for (; *names; names++) {
		if (*name == **names && strcmp(name, *names) == 0)
			return true;
	}
	return false;
}

/* Calls that come back when somebody else did something. */
static const char *const waits[] = {"accept",   "accept4",           "poll",        "ppoll",      "select",
                                    "pselect",  "epoll_wait",        "epoll_pwait", "kevent",     "recv",
                                    "recvfrom", "recvmsg",           "msgrcv",      "sigwait",    "sigsuspend",
                                    "pause",    "pthread_cond_wait", "sem_wait",    "mq_receive", NULL};

/* Loops in themselves. */
static const char *const event_loops[] = {"event_dispatch",
                                          "event_loop",
                                          "event_base_dispatch",
                                          "event_base_loop",
                                          "uv_run",
                                          "ev_run",
                                          "g_main_loop_run",
                                          "g_application_run",
                                          "gtk_main",
                                          "sd_event_loop",
                                          NULL};

static bool visit_wait(struct ast_node *node, void *context)
{
	bool *found = context;

	if (node->kind == AST_CALL && node->u.decl &&
	    (names_one_of(node->u.decl->name, waits) || names_one_of(node->u.decl->name, event_loops) ||
	     strcmp(node->u.decl->name, "sleep") == 0 || strcmp(node->u.decl->name, "nanosleep") == 0))
		*found = true;
	return !*found;
}

void link_note_waiting(struct link_reader *reader, const struct ast_node *call)
{
	if (!call->u.decl)
		return;
	reader->waits |= names_one_of(call->u.decl->name, waits);
	reader->serves |= names_one_of(call->u.decl->name, event_loops);
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
		*found |= names_one_of(node->u.decl->name, opens) || (node->type && strstr(node->type->name, "FILE *"));
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

/* The function opens what it reads, or is given it. */
static bool has_file(struct link_reader *reader)
{
	bool opens = false;

	if (reader->files == LINK_FILES_UNASKED) {
		ast_walk_kinds(reader->body->body, AST_HAS_CALLS, visit_open, &opens);
		reader->files = opens || visit_file_parameter(reader) ? LINK_FILES : LINK_FILES_NONE;
	}
	return reader->files == LINK_FILES;
}

static uint32_t find_loop_kind(struct link_reader *reader, const struct ast_node *loop)
{
	const bool is_main = strcmp(reader->body->decl.name, "main") == 0;
	const struct ast_node *test = loop->kind == AST_FOR ? loop->children[2] : loop->children[1];
	struct condition condition = {.reader = reader};
	bool waiting = false;
	int64_t value;

	if (loop->kind == AST_RANGE_FOR)
		return LINK_LOOP_BOUNDED;
	const bool endless = test->kind == AST_NONE || (ast_constant(test, &value) && value);

	/* Without a condition, what it reads is read in its body. */
	ast_walk_kinds((struct ast_node *)(endless ? loop : test), AST_HAS(AST_CALL) | AST_HAS(AST_REF),
	               visit_condition, &condition);
	ast_walk_kinds((struct ast_node *)loop, AST_HAS(AST_CALL), visit_wait, &waiting);
	if ((waiting || (condition.flag && loop->kind != AST_FOR)) && !condition.input) {
		reader->serves = true;
		return LINK_LOOP_SERVER;
	}
	if (condition.input)
		return !is_main && has_file(reader) ? LINK_LOOP_BOUNDED : LINK_LOOP_INPUT;
	if (endless) {
		reader->endless = true;
		return LINK_LOOP_SERVER;
	}
	return condition.calls && is_main && loop->kind != AST_FOR ? LINK_LOOP_INPUT : LINK_LOOP_BOUNDED;
}

uint32_t link_loop_kind(struct link_reader *reader, const struct ast_node *loop)
{
	uint32_t *known = hash_map_find(&reader->loops, loop);

	if (!known) {
		known = arena_new(&reader->run->scratch, uint32_t);
		*known = find_loop_kind(reader, loop);
		hash_map_put(&reader->loops, loop, known);
	}
	return *known;
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
		uint32_t loop;

		if (at->kind == AST_LAMBDA && runs_later(at))
			kind = kind > LINK_LOOP_INPUT ? kind : LINK_LOOP_INPUT;
		if (at->kind != AST_WHILE && at->kind != AST_DO && at->kind != AST_FOR && at->kind != AST_RANGE_FOR)
			continue;
		loop = link_loop_kind(reader, at);
		kind = loop > kind ? loop : kind;
	}
	return kind;
}
