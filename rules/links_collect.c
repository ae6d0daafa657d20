// SPDX-License-Identifier: MIT
/* links: the functions of a unit one by one, and what the unit says of them. */
#include "rules/links_collect.h"

#include "analyzer/flow/merge.h"

#include <string.h>

/* ---- functions ---- */

static bool gather_node(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	vec_push(&reader->nodes, node);
	return true;
}

/* One walk for all that look at the body after it. */
static void gather_nodes(struct link_reader *reader)
{
	const uint64_t others = AST_HAS_MACRO | AST_HAS_LOOPS | AST_HAS(AST_DELETE) | AST_HAS(AST_BINARY);

	vec_clear(&reader->nodes);
	ast_walk_kinds(reader->body->body, LINK_MAKING | LINK_ACTING | others, gather_node, reader);
}

void link_each_node(struct link_reader *reader, bool (*visit)(struct ast_node *node, void *context))
{
	for (size_t i = 0; i < reader->nodes.count; i++) {
		if (!visit(reader->nodes.items[i], reader))
			return;
	}
}

/* GObject's classes name their finaliser by assignment; what runs at the end is no part of the service. */
static bool visit_installed(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;
	const struct ast_node *value = NULL;
	uint32_t argument;

	if (node->kind == AST_ASSIGN && node->children[0]->kind == AST_MEMBER && node->children[0]->u.decl &&
	    strcmp(node->children[0]->u.decl->name, "finalize") == 0)
		value = link_strip(node->children[1]);
	if (value && value->kind == AST_REF && value->u.decl && value->u.decl->kind == AST_DECL_FUNCTION)
		pack_number(reader->run->facts,
		            flow_function_key(reader->unit, (const struct ast_function *)value->u.decl));
	const struct ast_function *thread = node->kind == AST_CALL ? link_thread_of(node, &argument) : NULL;

	if (thread)
		hash_map_put(&reader->at_exit, thread,
		             (void *)((uintptr_t)hash_map_find(&reader->at_exit, thread) + 1));
	if (node->kind != AST_CALL || !node->u.decl ||
	    (strcmp(node->u.decl->name, "atexit") != 0 && strcmp(node->u.decl->name, "on_exit") != 0))
		return true;
	value = link_strip(link_call_argument(node, 0));
	if (value && value->kind == AST_REF && value->u.decl)
		hash_map_put(&reader->at_exit, value->u.decl,
		             (void *)((uintptr_t)hash_map_find(&reader->at_exit, value->u.decl) + 1));
	return true;
}

static void read_initialisers(struct link_reader *reader, const struct ast_function *function)
{
	for (uint32_t i = 0; i < function->ninits; i++)
		ast_walk_kinds(function->inits[i].value, LINK_MAKING, link_visit_made, reader);
	for (uint32_t i = 0; i < function->ninits; i++) {
		const struct ast_ctor_init *init = &function->inits[i];
		const uint32_t self = link_object(reader, LINK_SELF, 0, 0);

		ast_walk_kinds(init->value, LINK_ACTING, link_visit_action, reader);
		if (init->field && init->value->kind != AST_NONE && !link_is_null(init->value)) {
			const struct link_slot slot = {self, link_decl_key(reader->unit, &init->field->decl),
			                               init->field};

			link_add_store(reader, &slot, init->value, init->value);
		} else if (!init->field && hash_map_find(&reader->calls, init->value)) {
			const uint32_t made = (uint32_t)(uintptr_t)hash_map_find(&reader->calls, init->value) - 1;

			reader->call_list.items[reader->object_list.items[made].index].self = self;
		}
	}
}

static void read_function(struct link_reader *reader, const struct ast_function *function)
{
	struct link_function out = {
	        .key = flow_function_key(reader->unit, function),
	        .place_key = link_decl_key(reader->unit, &function->decl),
	        .record = link_record_key(reader, function->parent),
	        .name = function->qualified,
	        .path = ast_file_of(reader->unit, function->decl.range)->path,
	        .flags = (function->flags & AST_FUNCTION_DTOR ? (uint32_t)LINK_FINALISER : 0) |
	                 (function->flags & AST_FUNCTION_CTOR ? (uint32_t)LINK_CONSTRUCTOR : 0),
	        .nparams = function->nparams,
	};

	reader->body = function;
	vec_clear(&reader->object_list);
	vec_clear(&reader->event_list);
	vec_clear(&reader->call_list);
	vec_clear(&reader->value_list);
	hash_map_release(&reader->objects);
	hash_map_release(&reader->calls);
	hash_map_release(&reader->variables);
	hash_map_release(&reader->loops);
	reader->serves = reader->endless = reader->waits = reader->frees = false;
	reader->files = LINK_FILES_UNASKED;
	gather_nodes(reader);
	link_each_node(reader, visit_installed);
	link_find_variables(reader);
	link_each_node(reader, link_visit_made);
	read_initialisers(reader, function);
	link_each_node(reader, link_visit_action);
	link_read_growth(reader);
	out.flags |= (reader->serves ? (uint32_t)LINK_SERVES : 0) | (reader->endless ? (uint32_t)LINK_ENDLESS : 0) |
	             (reader->waits ? (uint32_t)LINK_WAITS : 0) | (reader->frees ? (uint32_t)LINK_FREES : 0) |
	             (strcmp(function->decl.name, "main") == 0 ? (uint32_t)LINK_MAIN : 0) |
	             (function->decl.flags & AST_EXTERNAL ? (uint32_t)LINK_EXTERNAL : 0);
	if (!reader->event_list.count && !reader->call_list.count &&
	    !(reader->names_functions && function->decl.flags & AST_EXTERNAL))
		return; /* nor does calling it bring in what the unit hands out the addresses of */
	out.objects = reader->object_list.items;
	out.nobjects = (uint32_t)reader->object_list.count;
	out.events = reader->event_list.items;
	out.nevents = (uint32_t)reader->event_list.count;
	out.calls = reader->call_list.items;
	out.ncalls = (uint32_t)reader->call_list.count;
	link_pack_function(&reader->functions, &out);
	reader->nfunctions++;
}

/* ---- units ---- */

static void pack_installed(struct link_reader *reader)
{
	const struct ast_unit *unit = reader->unit;

	pack_number(reader->run->facts, 0);
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		const struct ast_function *function = unit->functions[i];
		const uint32_t expected =
		        function->calls + (uint32_t)(uintptr_t)hash_map_find(&reader->at_exit, function);

		if (!(function->decl.flags & AST_SYSTEM) &&
		    (function->uses > expected || function->flags & (AST_FUNCTION_VIRTUAL | AST_FUNCTION_OVERRIDE)))
			pack_number(reader->run->facts, flow_function_key(unit, function));
	}
	pack_number(reader->run->facts, 0);
}

static void pack_section(struct packer *out, uint32_t count, struct packer *section)
{
	pack_number(out, count);
	pack_raw(out, section->bytes, section->size);
	pack_release(section);
}

/* What main() has lives as long as the program, unless a loop makes it anew. */
static bool visit_main_variable(struct ast_node *node, void *context)
{
	struct link_reader *reader = context;

	if (node->kind == AST_LAMBDA)
		return false;
	if (node->kind == AST_VAR && link_loop_of(reader, node) == LINK_LOOP_NONE)
		link_read_variable(reader, (const struct ast_var *)node->u.decl);
	return true;
}

static bool names_functions(const struct ast_unit *unit)
{
	for (uint32_t i = 0; i < unit->nfunctions; i++) {
		if (!(unit->functions[i]->decl.flags & AST_SYSTEM) &&
		    unit->functions[i]->uses > unit->functions[i]->calls)
			return true;
	}
	return false;
}

static void read_functions(struct link_reader *reader)
{
	reader->names_functions = names_functions(reader->unit);
	for (uint32_t i = 0; i < reader->unit->nfunctions; i++) {
		const struct ast_function *function = reader->unit->functions[i];

		if (!function->body || function->decl.flags & AST_SYSTEM)
			continue;
		read_function(reader, function);
		for (uint32_t v = 0; v < function->nlocals; v++) {
			if (function->locals[v] && function->locals[v]->decl.flags & AST_STATIC)
				link_read_variable(reader, function->locals[v]);
		}
		if (strcmp(function->decl.name, "main") == 0)
			ast_walk_kinds(function->body, AST_HAS(AST_VAR) | AST_HAS(AST_LAMBDA), visit_main_variable,
			               reader);
		if (!reader->unit->cplusplus)
			continue;
		ast_walk_kinds(function->body, AST_HAS(AST_MEMBER), link_visit_use, reader);
		for (uint32_t k = 0; k < function->ninits; k++)
			ast_walk_kinds(function->inits[k].value, AST_HAS(AST_MEMBER), link_visit_use, reader);
	}
}

void link_collect(struct rule_collect *run)
{
	struct link_reader reader = {.run = run, .unit = run->unit};
	const struct ast_unit *unit = run->unit;

	link_find_self_links(&reader);
	for (uint32_t i = 0; i < unit->nrecords; i++)
		link_read_record(&reader, unit->records[i]);
	for (uint32_t i = 0; i < unit->nglobals; i++)
		link_read_variable(&reader, unit->globals[i]);
	read_functions(&reader);
	pack_installed(&reader);
	pack_section(run->facts, reader.nrecords, &reader.record_bytes);
	pack_section(run->facts, reader.nvariables, &reader.variable_bytes);
	pack_section(run->facts, reader.nfunctions, &reader.functions);
	pack_section(run->facts, reader.nuses, &reader.use_bytes);
	pack_section(run->facts, reader.nedits, &reader.edit_bytes);
	hash_map_release(&reader.objects);
	hash_map_release(&reader.calls);
	hash_map_release(&reader.variables);
	hash_map_release(&reader.loops);
	hash_map_release(&reader.self_links);
	hash_map_release(&reader.at_exit);
	vec_release(&reader.object_list);
	vec_release(&reader.event_list);
	vec_release(&reader.call_list);
	vec_release(&reader.value_list);
	vec_release(&reader.nodes);
}
